// Numbers of JSON documents, exact to the last digit: JSON.parse would round a 64-bit integer before anyone could tell.
// https://protobuf.dev/programming-guides/json/
import type { JsonCursor } from './json-reader-cursor.ts';

/**
 * An integer of up to 32 bits, written as a number or a string, also as 1.0 or 1e3. `type` names it in the error for
 * anything else.
 */
export function readInteger(input: JsonCursor, min: number, max: number, type: string): number {
  const start = input.pos;
  const value = smallInteger(input);
  if (value >= min && value <= max) return value;
  input.pos = start;
  const exact = bigInteger(input);
  if (exact !== undefined && exact >= BigInt(min) && exact <= BigInt(max)) return Number(exact);
  return notInRange(input, start, `${min}`, `${max}`, type);
}

/** A 64-bit integer into the cursor's `low` and `high`. */
export function readInteger64(input: JsonCursor, signed: boolean, type: string): void {
  const start = input.pos;
  const value = smallInteger(input);
  if (value >= 0 || (signed && value < 0)) {
    const high = Math.floor(value / 4294967296);
    input.high = high | 0;
    input.low = (value - high * 4294967296) | 0;
    return;
  }
  input.pos = start;
  const exact = bigInteger(input);
  const [min, max] = signed ? [-(2n ** 63n), 2n ** 63n - 1n] : [0n, 2n ** 64n - 1n];
  if (exact === undefined || exact < min || exact > max) notInRange(input, start, `${min}`, `${max}`, type);
  input.low = Number(BigInt.asIntN(32, exact));
  input.high = Number(BigInt.asIntN(32, exact >> 32n));
}

/** A double, written as a number or a string, or as "NaN", "Infinity", "-Infinity". */
export function readDouble(input: JsonCursor): number {
  return floating(input, 'double');
}

/** A float; a number too large for it is refused. */
export function readFloat(input: JsonCursor): number {
  const start = input.pos;
  const value = floating(input, 'float');
  if (Number.isFinite(value) && !Number.isFinite(Math.fround(value))) {
    input.fail(start, `expected a number in the range of a float (to 3.4028235e38), got ${input.found(start)}`);
  }
  return value;
}

/** Up to 15 digits, quoted or not; NaN if it is anything else, with `pos` left anywhere. */
function smallInteger(input: JsonCursor): number {
  const { text } = input;
  let at = input.pos;
  let code = text.charCodeAt(at);
  const quoted = code === 0x22;
  if (quoted) code = text.charCodeAt(++at);
  const negative = code === 0x2d;
  if (negative) code = text.charCodeAt(++at);
  const first = at;
  let value = 0;
  while (code >= 0x30 && code <= 0x39) {
    value = value * 10 + (code - 0x30);
    code = text.charCodeAt(++at);
  }
  const digits = at - first;
  if (digits === 0 || digits > 15 || (digits > 1 && text.charCodeAt(first) === 0x30)) return Number.NaN;
  if (quoted) {
    if (code !== 0x22) return Number.NaN;
    at++;
  } else if (code === 0x2e || ((code | 32) >= 0x61 && (code | 32) <= 0x7a)) return Number.NaN;
  input.pos = at;
  return negative ? 0 - value : value;
}

/** An integer of any size in any notation; undefined if it is none. */
function bigInteger(input: JsonCursor): bigint | undefined {
  const text = input.numberText();
  if (text === undefined) return undefined;
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const digits = (whole + fraction).replace(/^(-?)0+(?=\d)/, '$1');
  if (/^-?0$/.test(digits)) return 0n;
  const significant = withoutLastZeros(digits);
  const power = Number(exponent) - fraction.length + (digits.length - significant.length);
  // Nothing beyond 2^64 is wanted, so that 1e999999999 costs nothing.
  if (power < 0 || significant.length + power > 22) return undefined;
  return BigInt(significant) * 10n ** BigInt(power);
}

/** A pattern would look at a run of zeros in the middle as often as it is long. */
function withoutLastZeros(digits: string): string {
  let end = digits.length;
  while (digits.charCodeAt(end - 1) === 0x30) end--;
  return digits.slice(0, end);
}

function notInRange(input: JsonCursor, at: number, min: string, max: string, type: string): never {
  input.fail(at, `expected a number from ${min} to ${max} (${type}), got ${input.found(at)}`);
}

function floating(input: JsonCursor, type: string): number {
  const start = input.pos;
  const small = smallInteger(input);
  if (!Number.isNaN(small) && !(small === 0 && input.text.charAt(start) !== '0')) return small;
  input.pos = start;
  const text = input.numberText();
  if (text !== undefined) {
    const value = Number(text);
    if (!Number.isFinite(value))
      input.fail(start, `expected a number in the range of a ${type}, got ${input.found(start)}`);
    return value;
  }
  for (const [word, value] of specials) {
    if (!input.text.startsWith(word, start)) continue;
    input.pos += word.length;
    return value;
  }
  const bare = /^-?(?:nan|inf(?:inity)?)\b/i.test(input.text.slice(start, start + 12));
  input.fail(
    start,
    `expected a number, "NaN", "Infinity" or "-Infinity" (${type}), got ${input.found(start)}`,
    bare ? 'JSON has no such number: write it as a string, "NaN", "Infinity" or "-Infinity"' : undefined,
  );
}

const specials: readonly (readonly [string, number])[] = [
  ['"NaN"', Number.NaN],
  ['"Infinity"', Number.POSITIVE_INFINITY],
  ['"-Infinity"', Number.NEGATIVE_INFINITY],
];
