// Strings of the protobuf text format: escapes undone into bytes, and bytes escaped so that a terminal is safe.
// https://protobuf.dev/reference/protobuf/textformat-spec/#string
import { isUtf8 } from 'node:buffer';
import { quoted } from '../schema/quote.ts';
import type { Fail, Token } from './text-token.ts';

const encoder = new TextEncoder();
const simpleEscapes = new Map(
  Object.entries({ a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13, '"': 34, "'": 39, '?': 63, '\\': 92 }),
);
const escapeForm = /\\(?:([0-7]{1,3})|[xX]([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([^\n]))/y;

/** The bytes that a string token stands for. Calls `fail` for an escape that does not exist. */
export function unescapeString(token: Token, fail: Fail): Uint8Array {
  const body = token.text.slice(1, -1);
  if (!body.includes('\\')) return encoder.encode(body);
  const parts: Uint8Array[] = [];
  let pos = 0;
  while (pos < body.length) {
    const stop = body.indexOf('\\', pos);
    if (stop !== pos) parts.push(encoder.encode(body.slice(pos, stop < 0 ? undefined : stop)));
    if (stop < 0) break;
    escapeForm.lastIndex = stop;
    const found = escapeForm.exec(body)!;
    const at = token.start + 1 + stop;
    pos = stop + found[0].length;
    parts.push(unescapeOne(found, at, fail));
  }
  return concat(parts);
}

function unescapeOne(found: RegExpExecArray, at: number, fail: Fail): Uint8Array {
  const [all, octal, hex, short, long, simple] = found;
  if (octal !== undefined) {
    const value = Number.parseInt(octal, 8);
    return value > 255 ? fail(at, `${all} is more than one byte; octal escapes go to \\377`) : Uint8Array.of(value);
  }
  if (hex !== undefined) return Uint8Array.of(Number.parseInt(hex, 16));
  const digits = short ?? long;
  if (digits !== undefined) {
    const point = Number.parseInt(digits, 16);
    if (point >= 0xd800 && point < 0xe000) fail(at, `${all} is half a character; write it whole, as \\U0001f600`);
    if (point > 0x10ffff) fail(at, `${all} is not a Unicode character`);
    return encoder.encode(String.fromCodePoint(point));
  }
  const byte = simpleEscapes.get(simple ?? '');
  return byte === undefined
    ? fail(at, `${/^[ -~]+$/.test(all) ? all : quoted(all)} is not an escape of the text format`)
    : Uint8Array.of(byte);
}

/** Byte arrays one after the other. */
export function concat(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0]!;
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let pos = 0;
  for (const part of parts) {
    whole.set(part, pos);
    pos += part.length;
  }
  return whole;
}

/** Bytes as text, or undefined if they are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  return isUtf8(bytes) ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8') : undefined;
}

// Controls, line separators, tags and everything that reorders text; the two joiners stay, words and emoji need them.
const unsafe = /[\\"'\p{Cc}\p{Zl}\p{Zp}]|(?![\u200c\u200d])\p{Cf}/gu;

/** Text as a quoted string of the text format: what could harm a terminal is escaped, the rest is printed as it is. */
export function quoteText(text: string): string {
  return `"${text.replace(unsafe, escapeBytes)}"`;
}

/** Bytes as a quoted string of the text format: everything but printable ASCII in three octal digits. */
export function quoteBytes(bytes: Uint8Array): string {
  let quoted = '"';
  for (const byte of bytes) quoted += escapeByte(byte);
  return `${quoted}"`;
}

function escapeBytes(char: string): string {
  return [...encoder.encode(char)].map(escapeByte).join('');
}

function escapeByte(byte: number): string {
  if (byte === 10) return '\\n';
  if (byte === 13) return '\\r';
  if (byte === 9) return '\\t';
  if (byte === 34 || byte === 39 || byte === 92) return `\\${String.fromCharCode(byte)}`;
  return byte >= 32 && byte < 127 ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, '0')}`;
}
