// Where a typed value comes from: `$id`, `${uuid()}`, `@file`, or the text itself, in which `\` takes the meaning from
// the first character.
import { decodeUtf8 } from '../codec/text-string.ts';
import { shown } from '../schema/quote.ts';
import { type Fault, faultAt } from './value-fault.ts';

/** What values may be taken from. */
export interface Sources {
  variables?(name: string): string | undefined;
  readFile?(path: string): Uint8Array;
}

/**
 * A text with its variables and files put in: `json` if the whole is one variable that is not text. `resolved` says
 * that it is not what was typed. `bytes` is the content of a file.
 */
export type Resolved =
  | { readonly text: string; readonly resolved: boolean; readonly json?: string; readonly bytes?: Uint8Array }
  | { readonly fault: Fault };

/** True if the character has a meaning at the beginning of a value. */
const startsSpecial = /^[:@$?\\]/;

/** Takes the sources out of a typed text. */
export function resolveSources(text: string, sources: Sources): Resolved {
  if (text.startsWith('\\') && startsSpecial.test(text.slice(1))) return interpolate(text.slice(1), sources, 1);
  if (text.startsWith('@') && text.length > 1) return fromFile(text.slice(1), sources);
  const whole = /^\$(?:([A-Za-z_][\w.[\]]*|\d+[\w.[\]]*)|\{([^}]*)\})$/.exec(text);
  if (whole !== null) return variable(whole[1] ?? whole[2]!, text, sources);
  if (/^\$[A-Za-z_]/.test(text)) {
    const name = /^\$([\w.[\]]+)/.exec(text)![1]!;
    return faultAt(name.length + 1, `write \${${name}} to put a variable into text, or \\$ for the character`);
  }
  return interpolate(text, sources, 0);
}

function fromFile(path: string, sources: Sources): Resolved {
  if (sources.readFile === undefined) return faultAt(0, 'files cannot be read here; write \\@ for the character');
  try {
    const bytes = sources.readFile(path);
    return { text: decodeUtf8(bytes) ?? '', resolved: true, bytes };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return faultAt(1, `cannot read ${shown(path)}: ${shown(reason)}`);
  }
}

function variable(name: string, text: string, sources: Sources): Resolved {
  const value = sources.variables?.(name);
  if (value === undefined) return faultAt(text.startsWith('${') ? 2 : 1, `there is no variable ${shown(name)}`);
  const decoded = stringOf(value);
  return decoded === undefined ? { text: value, json: value, resolved: true } : { text: decoded, resolved: true };
}

/** The text of a JSON string, or of what is no JSON; undefined for other JSON. */
function stringOf(value: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(value);
    return typeof parsed === 'string' ? parsed : undefined;
  } catch {
    return value;
  }
}

/** `${…}` inside a text; `\${` is the characters. */
function interpolate(text: string, sources: Sources, offset: number): Resolved {
  let out = '';
  let last = 0;
  for (const found of text.matchAll(/\\\$\{|\$\{([^}]*)\}/g)) {
    out += text.slice(last, found.index);
    last = found.index + found[0].length;
    if (found[1] === undefined) {
      out += '${';
      continue;
    }
    const value = sources.variables?.(found[1]);
    if (value === undefined) return faultAt(offset + found.index + 2, `there is no variable ${shown(found[1])}`);
    out += stringOf(value) ?? value;
  }
  return { text: out + text.slice(last), resolved: /(?<!\\)\$\{/.test(text) };
}

/** The text that stands for itself when it is typed: escaped where it would mean something else. */
export function escapedText(text: string): string {
  const inside = text.replaceAll('${', '\\${');
  return startsSpecial.test(inside) && !inside.startsWith('\\${') ? `\\${inside}` : inside;
}
