// Strings, bytes and truth values as people type them, and how they are shown so that the same text gives the same value.
import { shown } from '../schema/quote.ts';
import { faultAt, type Parsed } from './value-fault.ts';

/**
 * A string: blanks around it go unless it is in double quotes, `""` is empty. Text that only begins with a quote is
 * taken as it is. A lone surrogate is refused, with its offset in bytes.
 */
export function parseString(text: string): Parsed {
  const value = unquoted(text.trim()) ?? text.trim();
  const lone = value.search(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/);
  if (lone < 0) return { json: JSON.stringify(value) };
  const offset = Buffer.byteLength(value.slice(0, lone));
  return faultAt(Math.max(0, text.indexOf(value.charAt(lone))), `not valid UTF-8 at byte ${offset}: half a character`);
}

function unquoted(text: string): string | undefined {
  if (!/^".*"$/s.test(text) || text.length < 2) return undefined;
  try {
    return JSON.parse(text.replaceAll('\n', '\\n').replaceAll('\t', '\\t')) as string;
  } catch {
    return undefined;
  }
}

/** The text that `parseString` makes the same string of. */
export function stringText(value: string): string {
  if (
    value === '' ||
    value !== value.trim() ||
    unquoted(value) !== undefined ||
    /[\u0000-\u0009\u000b-\u001f]/.test(value)
  )
    return JSON.stringify(value);
  return value;
}

/** true and false, t and f, yes and no, y and n, on and off, 1 and 0. */
export function parseBool(text: string, name: string): Parsed {
  if (/^(?:true|t|yes|y|on|1)$/i.test(text)) return { json: 'true' };
  if (/^(?:false|f|no|n|off|0)$/i.test(text)) return { json: 'false' };
  return faultAt(0, `${name} takes true or false (also t/f, y/n, on/off, 1/0), not ${shown(text)}`);
}

/** Bytes: `hex:`, `b64:` or `base64:`, `text:`; without any of them base64 in either alphabet. `""` is empty. */
export function parseBytes(text: string, name: string): Parsed {
  const [, form = '', rest = text] = /^(hex|b64|base64|text):(.*)$/s.exec(text) ?? [];
  const start = text.length - rest.length;
  if (form === 'text') return { json: base64(Buffer.from(rest)) };
  if (form === 'hex') return parseHex(rest, start, name);
  if (text === '""') return { json: '""' };
  const digits = rest.replace(/\s/g, '');
  const isBase64 = /^[A-Za-z0-9+/_-]*={0,2}$/.test(digits) && digits.replace(/=+$/, '').length % 4 !== 1;
  if (isBase64) return { json: base64(Buffer.from(digits, 'base64')) };
  const good = /^[A-Za-z0-9+/_\-\s]*/.exec(rest)![0].length;
  const meant = form === '' ? `; did you mean text:${shown(text)} ?` : '';
  return faultAt(start + (good < rest.length ? good : 0), `not base64${meant}`);
}

function parseHex(digits: string, start: number, name: string): Parsed {
  const bad = digits.search(/[^0-9a-fA-F\s:]/);
  if (bad >= 0) return faultAt(start + bad, `not a hex digit: ${shown(digits.charAt(bad))}`);
  const clean = digits.replace(/[\s:]/g, '');
  if (clean.length % 2 === 0) return { json: base64(Buffer.from(clean, 'hex')) };
  return faultAt(start + digits.length, `${name} takes pairs of hex digits, these are ${clean.length}`);
}

function base64(bytes: Buffer): string {
  return JSON.stringify(bytes.toString('base64'));
}

/** `5 bytes  68 65 6c 6c 6f  hello`: length and the first sixteen. */
export function bytesNote(json: string): string {
  const bytes = Buffer.from(JSON.parse(json) as string, 'base64');
  const first = [...bytes.subarray(0, 16)];
  const hex = first.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  const isText = first.length > 0 && first.every((byte) => byte >= 0x20 && byte < 0x7f);
  const more = bytes.length > 16 ? ' …' : '';
  const text = isText ? `  ${bytes.toString('latin1', 0, 16)}${more}` : '';
  return `${bytes.length} ${bytes.length === 1 ? 'byte' : 'bytes'}${hex === '' ? '' : `  ${hex}${more}`}${text}`;
}
