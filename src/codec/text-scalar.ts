// Scalar values of the protobuf text format: integers in three bases, floats, booleans, strings, enum values.
// https://protobuf.dev/reference/protobuf/textformat-spec/#values
import { type DescEnum, ScalarType } from '@bufbuild/protobuf';
import { quoted, shown } from '../schema/quote.ts';
import { didYouMean } from '../schema/suggest.ts';
import { integerRanges } from './integer-ranges.ts';
import type { TextValue } from './text-encode.ts';
import { concat, decodeUtf8, unescapeString } from './text-string.ts';
import type { TextScanner, Token } from './text-token.ts';
import type { TextKind } from './text-type.ts';

/** Throws; the position is an offset into the text. */
export type FailAt = (start: number, reason: string, hint?: string) => never;

/** `int32`, `string`, …: the type's name in proto source. */
export function scalarName(scalar: ScalarType): string {
  return ScalarType[scalar].toLowerCase();
}

/** Reads one value that is not a message. Calls `fail` where it does not fit its type. */
export function readScalar(
  scanner: TextScanner,
  kind: Exclude<TextKind, { kind: 'message' }>,
  fail: FailAt,
): TextValue {
  if (kind.kind === 'enum') return readEnum(scanner, kind.enum, fail);
  const { scalar } = kind;
  if (scalar === ScalarType.STRING || scalar === ScalarType.BYTES) {
    const start = scanner.token.start;
    const bytes = readBytes(scanner, scalar, fail);
    const wrong = scalar === ScalarType.STRING && kind.checkUtf8 && decodeUtf8(bytes) === undefined;
    return wrong ? fail(start, 'expected string, but these escapes are not UTF-8') : bytes;
  }
  if (scalar === ScalarType.BOOL) return readBool(scanner, fail);
  if (scalar === ScalarType.FLOAT || scalar === ScalarType.DOUBLE) return readFloat(scanner, scalar, fail);
  const value = readInteger(scanner, scalar, scalarName(scalar), fail);
  return /64$/.test(ScalarType[scalar]) ? value : Number(value);
}

function readBytes(scanner: TextScanner, scalar: ScalarType, fail: FailAt): Uint8Array {
  if (scanner.token.kind !== 'string')
    return unexpected(scanner, scanner.token, scalarName(scalar), fail, 'a quoted string');
  const parts: Uint8Array[] = [];
  while (scanner.token.kind === 'string') parts.push(unescapeString(scanner.next(), fail));
  return concat(parts);
}

function readBool(scanner: TextScanner, fail: FailAt): boolean {
  const { token } = scanner;
  if (token.kind === 'name' && /^(?:true|True|t)$/.test(token.text)) scanner.next();
  else if (token.kind === 'name' && /^(?:false|False|f)$/.test(token.text)) scanner.next();
  else if (token.kind !== 'number' || !/^(?:0+[01]?|0[xX]0*[01]|1)$/.test(token.text)) {
    unexpected(scanner, token, 'bool', fail, 'true or false');
  } else scanner.next();
  return /^[tT1]|1$/.test(token.text);
}

function readFloat(scanner: TextScanner, scalar: ScalarType, fail: FailAt): number {
  const first = scanner.token;
  const sign = scanner.take('-') ? -1 : 1;
  const { token } = scanner;
  let value: number;
  if (token.kind === 'name' && /^inf(?:inity)?$/i.test(token.text)) value = Number.POSITIVE_INFINITY;
  else if (token.kind === 'name' && /^nan$/i.test(token.text)) value = Number.NaN;
  else if (token.kind === 'number' && !/^0[0-9xX]/.test(token.text)) value = Number(token.text.replace(/[fF]$/, ''));
  else return unexpected(scanner, first, scalarName(scalar), fail, 'a decimal number, inf or nan');
  scanner.next();
  return sign * (scalar === ScalarType.FLOAT ? Math.fround(value) : value);
}

function readInteger(scanner: TextScanner, scalar: ScalarType, expected: string, fail: FailAt): bigint {
  const first = scanner.token;
  const negative = scanner.take('-');
  const { token } = scanner;
  if (token.kind !== 'number') return unexpected(scanner, first, expected, fail);
  const value = integer(token.text);
  if (value === undefined) return unexpected(scanner, first, expected, fail, 'a whole number');
  const signed = negative ? -value : value;
  const [min, max] = integerRanges.get(scalar)!;
  if (signed < min || signed > max || (negative && min === 0n)) {
    fail(first.start, `${negative ? '-' : ''}${shown(String(value))} does not fit ${expected} (${min} to ${max})`);
  }
  scanner.next();
  return signed;
}

/** A decimal, octal or hexadecimal literal; undefined if it is none. */
function integer(text: string): bigint | undefined {
  if (/^(?:0|[1-9]\d*|0[xX][0-9a-fA-F]+)$/.test(text)) return BigInt(text);
  return /^0[0-7]+$/.test(text) ? BigInt(`0o${text.slice(1)}`) : undefined;
}

function readEnum(scanner: TextScanner, desc: DescEnum, fail: FailAt): number {
  const { token } = scanner;
  if (token.kind === 'name') {
    const value = desc.values.find((candidate) => candidate.name === token.text);
    if (value !== undefined) {
      scanner.next();
      return value.number;
    }
    const names = desc.values.map((candidate) => candidate.name);
    fail(token.start, `${desc.typeName} has no value ${quoted(token.text)}`, didYouMean(token.text, names));
  }
  const number = Number(readInteger(scanner, ScalarType.INT32, desc.typeName, fail));
  if (!desc.open && desc.value[number] === undefined) {
    fail(
      token.start,
      `${desc.typeName} has no value ${number}`,
      `it has ${desc.values
        .slice(0, 12)
        .map((v) => v.name)
        .join(', ')}`,
    );
  }
  return number;
}

function unexpected(scanner: TextScanner, from: Token, type: string, fail: FailAt, form?: string): never {
  const found = scanner.token === from ? describe(from) : `${from.text} and ${describe(scanner.token)}`;
  return fail(from.start, `expected ${type}${form === undefined ? '' : ` (${form})`}, got ${found}`);
}

/** A token as it is named in messages: words and numbers as written, strings and symbols in double quotes. */
export function describe({ kind, text }: Token): string {
  if (kind === 'end') return 'the end of the text';
  if (kind === 'string') return quoted(text.slice(1, -1));
  return kind === 'symbol' ? quoted(text) : shown(text);
}
