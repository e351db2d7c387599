// The pieces that words of a line are made of: the three quotes of a shell, JSON without quotes, and variables.
import { UserError } from '../errors.ts';
import type { Incomplete, Part, ReferencePart } from './line.ts';

/** A text being read, and how far. */
export interface Cut {
  readonly text: string;
  at: number;
}

const simpleEscapes: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
  ['a', '\u0007'],
  ['b', '\b'],
  ['e', '\u001b'],
  ['f', '\f'],
  ['v', '\v'],
]);
const numberedEscape = /\\(?:x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|([0-7]{1,3}))/y;
const bareReference = /\$((?:[A-Za-z_]\w*|\d+)(?:\.[A-Za-z_]\w*|\.?\[(?:-?\d+|-?\d*:-?\d*)\]|\["(?:[^"\\]|\\.)*"\])*)/y;

const text = (value: string): Part => ({ kind: 'text', text: value });

function open(cut: Cut, start: number, what: string): Incomplete {
  const before = cut.text.slice(0, start);
  return { what, column: [...before.slice(before.lastIndexOf('\n') + 1)].length + 1 };
}

/** `'…'`: everything up to the next quote, as it is. */
export function singleQuoted(cut: Cut, parts: Part[]): Incomplete | undefined {
  const end = cut.text.indexOf("'", cut.at + 1);
  if (end < 0) return open(cut, cut.at, "the quote ' is not closed");
  parts.push(text(cut.text.slice(cut.at + 1, end)));
  cut.at = end + 1;
  return undefined;
}

/** `"…"`: variables, and a backslash before `"`, `\`, `$` or a line's end. */
export function doubleQuoted(cut: Cut, parts: Part[]): Incomplete | undefined {
  const start = cut.at++;
  parts.push(text(''));
  for (;;) {
    const next = cut.text[cut.at];
    if (next === undefined) return open(cut, start, 'the quote " is not closed');
    if (next === '"') {
      cut.at++;
      return undefined;
    }
    if (next === '$') {
      const unclosed = reference(cut, parts, 'text');
      if (unclosed) return unclosed;
    } else if (next === '\\' && /["\\$\n]/.test(cut.text[cut.at + 1] ?? '')) {
      const taken = cut.text[cut.at + 1] as string;
      if (taken !== '\n') parts.push(text(taken));
      cut.at += 2;
    } else {
      parts.push(text(next));
      cut.at++;
    }
  }
}

/** `$'…'`: the escapes of C and bash. */
export function ansiQuoted(cut: Cut, parts: Part[]): Incomplete | undefined {
  const start = cut.at;
  cut.at += 2;
  let value = '';
  for (;;) {
    const next = cut.text[cut.at];
    if (next === undefined) return open(cut, start, "the quote $' is not closed");
    if (next === "'") {
      parts.push(text(value));
      cut.at++;
      return undefined;
    }
    value += next === '\\' ? ansiEscape(cut) : next;
    cut.at++;
  }
}

/** The character that an escape stands for; leaves `cut.at` on its last character. */
function ansiEscape(cut: Cut): string {
  numberedEscape.lastIndex = cut.at;
  const found = numberedEscape.exec(cut.text);
  if (found) {
    const digits = found[1] ?? found[2] ?? found[3];
    const code = digits === undefined ? Number.parseInt(found[4] as string, 8) & 0xff : Number.parseInt(digits, 16);
    if (code > 0x10ffff) throw new UserError(2, `${found[0]} is no character`);
    cut.at = numberedEscape.lastIndex - 1;
    return String.fromCodePoint(code);
  }
  const next = cut.text[cut.at + 1];
  if (next === undefined) return '\\';
  cut.at++;
  return simpleEscapes.get(next) ?? (/[\\'"?]/.test(next) ? next : `\\${next}`);
}

/**
 * JSON from `{` or `[` to the bracket that closes it. A variable where a value stands becomes JSON; inside a string only
 * `${…}` is one, so that prices and patterns stay as they are.
 */
export function json(cut: Cut, parts: Part[]): Incomplete | undefined {
  const start = cut.at;
  const closers: string[] = [];
  do {
    const next = cut.text[cut.at];
    if (next === undefined) return open(cut, start, `the bracket ${cut.text[start]} is not closed`);
    if (next === '"') {
      const unclosed = jsonString(cut, parts);
      if (unclosed) return unclosed;
    } else if (next === '$') {
      const unclosed = reference(cut, parts, 'json');
      if (unclosed) return unclosed;
    } else {
      if (next === '{') closers.push('}');
      else if (next === '[') closers.push(']');
      else if (next === '}' || next === ']') closers.pop();
      parts.push(text(next));
      cut.at++;
    }
  } while (closers.length > 0);
  return undefined;
}

function jsonString(cut: Cut, parts: Part[]): Incomplete | undefined {
  const start = cut.at++;
  parts.push(text('"'));
  for (;;) {
    const next = cut.text[cut.at];
    if (next === undefined) return open(cut, start, 'the quote " is not closed');
    if (next === '$' && cut.text[cut.at + 1] === '{') {
      const unclosed = reference(cut, parts, 'json-string');
      if (unclosed) return unclosed;
      continue;
    }
    const length = next === '\\' ? 2 : 1;
    parts.push(text(cut.text.slice(cut.at, cut.at + length)));
    cut.at += length;
    if (next === '"') return undefined;
  }
}

/** `$name.path` or `${…}`; a `$` before anything else is just that character. */
export function reference(cut: Cut, parts: Part[], as: ReferencePart['as']): Incomplete | undefined {
  const column = open(cut, cut.at, '').column;
  if (cut.text[cut.at + 1] === '{') {
    const end = cut.text.indexOf('}', cut.at);
    if (end < 0) return open(cut, cut.at, 'the brace ${ is not closed');
    parts.push({ kind: 'reference', text: cut.text.slice(cut.at + 2, end).trim(), as, column });
    cut.at = end + 1;
    return undefined;
  }
  bareReference.lastIndex = cut.at;
  const found = bareReference.exec(cut.text);
  if (found) {
    parts.push({ kind: 'reference', text: found[1] as string, as, column });
    cut.at = bareReference.lastIndex;
    return undefined;
  }
  parts.push(text('$'));
  cut.at++;
  return undefined;
}
