// Numbers as people type them: hex, binary, grouped digits, exponents, and never a JavaScript number for 64 bits.
import { ScalarType } from '@bufbuild/protobuf';
import { integerRanges } from '../codec/integer-ranges.ts';
import { shown } from '../schema/quote.ts';
import { faultAt, type Parsed } from './value-fault.ts';

const whole = /^([+-]?)(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+|\d+)$/;
const scientific = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?$/;

/**
 * An integer: decimal, `0x`, `0b`, `0o`, `1_000`, and `1e6` or `1.0` if it is whole. 64-bit types become JSON strings.
 * `name` stands in the message.
 */
export function parseInteger(scalar: ScalarType, text: string, name: string): Parsed {
  const value = integerOf(withoutGroups(text));
  const type = ScalarType[scalar].toLowerCase();
  if (value === 'fraction') return faultAt(Math.max(0, text.search(/[.eE]/)), `${name} takes whole numbers (${type})`);
  if (value === undefined) {
    const good = /^[+-]?(?:0[xX][0-9a-fA-F_]*|0[bB][01_]*|[\d_]*)/.exec(text)![0].length;
    return faultAt(good, `${name} takes a whole number (${type}), ${shown(text)} is none`);
  }
  const [min, max] = integerRanges.get(scalar)!;
  if (value >= min && value <= max) return { json: type.endsWith('64') ? `"${value}"` : String(value) };
  return faultAt(0, `${name} takes ${min}…${max}, ${shown(text)} is too ${value > max ? 'large' : 'small'}`);
}

/** `_` is left out where it stands between two digits. */
function withoutGroups(text: string): string {
  return text.replace(/(?<=[0-9a-fA-F])_(?=[0-9a-fA-F])/g, '');
}

function integerOf(text: string): bigint | 'fraction' | undefined {
  const found = whole.exec(text);
  if (found !== null) return BigInt(found[2]!) * (found[1] === '-' ? -1n : 1n);
  const [, sign, before = '', after = '', exponent = '0'] = scientific.exec(text) ?? [];
  if (sign === undefined || before + after === '') return undefined;
  const digits = before + after.replace(/0+$/, '');
  const shift = Number(exponent) - after.replace(/0+$/, '').length;
  if (/^0*$/.test(digits)) return 0n;
  // No integer type has more than twenty digits.
  if (shift > 40) return sign === '-' ? -(10n ** 40n) : 10n ** 40n;
  const factor = 10n ** BigInt(Math.min(Math.abs(shift), 5000));
  const value = BigInt(digits);
  if (shift < 0 && value % factor !== 0n) return 'fraction';
  return (shift < 0 ? value / factor : value * factor) * (sign === '-' ? -1n : 1n);
}

/** A float or double: decimal, exponent, `inf`, `-inf`, `nan`. The digits stay as typed where JSON can have them so. */
export function parseFloating(scalar: ScalarType, text: string, name: string): Parsed {
  if (/^[+-]?nan$/i.test(text)) return { json: '"NaN"' };
  if (/^[+-]?inf(?:inity)?$/i.test(text)) return { json: text.startsWith('-') ? '"-Infinity"' : '"Infinity"' };
  const clean = withoutGroups(text);
  const found = /^([+-]?)(\d*)(\.\d*)?([eE][+-]?\d+)?$/.exec(clean);
  const [, sign, before = '', fraction = '', exponent = ''] = found ?? [];
  if (sign === undefined || !/\d/.test(before + fraction)) {
    const good = /^[+-]?[\d_]*(?:\.\d*)?(?:[eE][+-]?\d*)?/.exec(text)![0].length;
    return faultAt(good, `${name} takes a number such as 1.5, 1e9, inf or nan, ${shown(text)} is none`);
  }
  const value = Number(clean);
  const stored = scalar === ScalarType.FLOAT ? Math.fround(value) : value;
  if (!Number.isFinite(stored)) {
    const type = ScalarType[scalar].toLowerCase();
    return faultAt(0, `${shown(text)} is too large for ${name} (${type}); write inf for infinity`);
  }
  const digits = fraction.length > 1 ? fraction : '';
  const json = `${sign === '-' ? '-' : ''}${before.replace(/^0+(?=\d)/, '') || '0'}${digits}${exponent}`;
  return { json, note: rounding(scalar, value) };
}

/** «stored as 0.10000000149» where a float cannot hold what was typed and the difference can be seen. */
export function rounding(scalar: ScalarType, value: number): string | undefined {
  if (scalar !== ScalarType.FLOAT) return undefined;
  const stored = Math.fround(value);
  return stored === value ? undefined : `stored as ${Number(stored.toPrecision(11))}`;
}
