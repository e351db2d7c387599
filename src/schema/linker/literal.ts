// Literals of .proto files as exact values: integers as bigint, strings as the bytes they stand for.

import { quoted } from '../quote.ts';
import { errorAt, type SourceText, type Token } from './source-text.ts';

const simpleEscapes = new Map([
  ['a', 7],
  ['b', 8],
  ['t', 9],
  ['n', 10],
  ['v', 11],
  ['f', 12],
  ['r', 13],
]);

/** Whether a number token is an integer: decimal, hexadecimal or octal. */
export function isInteger(text: string): boolean {
  return /^(?:\d+|0[xX][0-9a-fA-F]+)$/.test(text) && !/^0\d*[89]/.test(text);
}

/** The value of an integer token: decimal, `0x` hexadecimal or `0` octal. */
export function integerValue(text: string): bigint {
  return /^0[0-7]+$/.test(text) ? BigInt(`0o${text}`) : BigInt(text);
}

/** The value of a number token as a double: `1`, `1.5e3`, `1.5f`, `0x10`. */
export function floatValue(text: string): number {
  return isInteger(text) ? Number(integerValue(text)) : Number.parseFloat(text);
}

/**
 * The bytes of the string tokens from one index to another, joined as the language joins them.
 *
 * @throws UserError code 4 for another token among them and for an escape that the language does not know.
 */
export function stringBytes(source: SourceText, from: number, to: number): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let at = from; at < to; at++) {
    const token = source.tokens[at];
    if (token?.kind !== 'string')
      throw errorAt(source, token, `unexpected ${quoted(token?.text ?? 'end of file')}, expected a string`);
    parts.push(unescaped(source, token));
  }
  if (parts.length === 0) throw errorAt(source, source.tokens[from], 'expected a string');
  return parts.length === 1 ? (parts[0] ?? new Uint8Array()) : new Uint8Array(Buffer.concat(parts));
}

function unescaped(source: SourceText, token: Token): Uint8Array {
  const text = token.text.slice(1, -1);
  if (!text.includes('\\')) return new TextEncoder().encode(text);
  const parts: Buffer[] = [];
  const pattern = /\\(?:([0-7]{1,3})|[xX]([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))|[^\\]+/gsu;
  for (const [match, octal, hex, short, long, other] of text.matchAll(pattern)) {
    const code = short ?? long;
    if (octal !== undefined) parts.push(Buffer.from([Number.parseInt(octal, 8) & 0xff]));
    else if (hex !== undefined) parts.push(Buffer.from([Number.parseInt(hex, 16)]));
    else if (code !== undefined) parts.push(codePoint(source, token, Number.parseInt(code, 16)));
    else if (other !== undefined) parts.push(simpleEscape(source, token, other));
    else parts.push(Buffer.from(match));
  }
  return new Uint8Array(Buffer.concat(parts));
}

function simpleEscape(source: SourceText, token: Token, char: string): Buffer {
  const code = simpleEscapes.get(char);
  if (code !== undefined) return Buffer.from([code]);
  if ('\\?\'"'.includes(char)) return Buffer.from(char);
  throw errorAt(source, token, `unknown escape "\\${char}" in a string`, 'write "\\\\" for a backslash');
}

function codePoint(source: SourceText, token: Token, code: number): Buffer {
  if (code > 0x10ffff) throw errorAt(source, token, 'escape of a character over U+10FFFF in a string');
  return Buffer.from(String.fromCodePoint(code));
}
