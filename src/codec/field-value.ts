// The value of a FIELD=VALUE word, by the type of its field, as JSON: what a person types for a number, an enum, bytes,
// a time, a duration.
import { type DescEnum, type DescMessage, ScalarType } from '@bufbuild/protobuf';
import { quoted, shown } from '../schema/quote.ts';
import { didYouMean } from '../schema/suggest.ts';
import { type Shape, shapeName, wrappedScalar } from './field-shape.ts';
import { integerRanges } from './integer-ranges.ts';

/** Throws the error that names the word. */
export type FailValue = (reason: string, hint?: string) => never;

/**
 * The JSON text of a plain value, or undefined if the place can only be filled with JSON. `now` gives the time for the
 * word `now`. Calls `fail` where the value does not fit.
 */
export function plainValue(shape: Shape, value: string, now: () => Date, fail: FailValue): string | undefined {
  if (shape.kind === 'scalar') return scalarValue(shape.scalar, value, fail);
  if (shape.kind === 'enum') return enumValue(shape.desc, value, fail);
  if (shape.kind === 'json') return JSON.stringify(value);
  return shape.kind === 'message' ? wellKnownValue(shape.desc, value, now, fail) : undefined;
}

function wellKnownValue(desc: DescMessage, value: string, now: () => Date, fail: FailValue): string | undefined {
  const scalar = wrappedScalar(desc);
  if (scalar !== undefined) return scalarValue(scalar, value, fail);
  switch (desc.typeName) {
    case 'google.protobuf.Timestamp':
      return JSON.stringify(timestamp(value, now, fail));
    case 'google.protobuf.Duration':
      return JSON.stringify(duration(value, fail));
    case 'google.protobuf.FieldMask':
      return JSON.stringify(value.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()));
    default:
      return undefined;
  }
}

function scalarValue(scalar: ScalarType, value: string, fail: FailValue): string {
  switch (scalar) {
    case ScalarType.STRING:
      return JSON.stringify(value);
    case ScalarType.BYTES:
      return JSON.stringify(bytes(value, fail).toString('base64'));
    case ScalarType.BOOL:
      if (/^(?:true|yes)$/i.test(value)) return 'true';
      return /^(?:false|no)$/i.test(value) ? 'false' : fail(`expected bool (true or false), got ${quoted(value)}`);
    case ScalarType.FLOAT:
    case ScalarType.DOUBLE:
      return float(scalar, value, fail);
    default:
      return integer(scalar, value, fail);
  }
}

/** 64-bit integers are quoted, as JSON has them. */
function integer(scalar: ScalarType, value: string, fail: FailValue): string {
  const type = shapeName({ kind: 'scalar', scalar });
  const found = /^([+-]?)(\d+|0[xX][0-9a-fA-F]+)$/.exec(value);
  if (found === null) return fail(`expected ${type}, got ${quoted(value)}`);
  const number = BigInt(found[2]!) * (found[1] === '-' ? -1n : 1n);
  const [min, max] = integerRanges.get(scalar)!;
  if (number < min || number > max) fail(`expected ${type} (${min} to ${max}), got ${quoted(value)}`);
  return type.endsWith('64') ? `"${number}"` : String(number);
}

function float(scalar: ScalarType, value: string, fail: FailValue): string {
  const type = shapeName({ kind: 'scalar', scalar });
  if (/^nan$/i.test(value)) return '"NaN"';
  if (/^[+-]?inf(?:inity)?$/i.test(value)) return value.startsWith('-') ? '"-Infinity"' : '"Infinity"';
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(value)) return fail(`expected ${type}, got ${quoted(value)}`);
  const number = Number(value);
  const fits = Number.isFinite(scalar === ScalarType.FLOAT ? Math.fround(number) : number);
  if (!fits) fail(`${quoted(value)} is too large for ${type}`, 'write inf for infinity');
  return Object.is(number, -0) ? '-0' : String(number);
}

function bytes(value: string, fail: FailValue): Buffer {
  const found = /^(hex|base64|text):(.*)$/s.exec(value);
  if (found === null) return Buffer.from(value);
  const [, form, rest = ''] = found;
  if (form === 'text') return Buffer.from(rest);
  if (form === 'hex') {
    const digits = rest.replace(/[ :]/g, '');
    const fits = /^(?:[0-9a-fA-F]{2})*$/.test(digits);
    return fits ? Buffer.from(digits, 'hex') : fail(`expected pairs of hex digits behind hex:, got ${quoted(rest)}`);
  }
  const fits = /^[A-Za-z0-9+/_-]*={0,2}$/.test(rest) && rest.replace(/=+$/, '').length % 4 !== 1;
  return fits ? Buffer.from(rest, 'base64') : fail(`expected base64 behind base64:, got ${quoted(rest)}`);
}

/** An enum value by name, number, or the end of its name where only one value ends so: ADMIN for USER_ROLE_ADMIN. */
function enumValue(desc: DescEnum, value: string, fail: FailValue): string {
  if (desc.typeName === 'google.protobuf.NullValue' && /^(?:null|NULL_VALUE|0)$/.test(value)) return 'null';
  const names = desc.values.map(({ name }) => name);
  if (names.includes(value)) return JSON.stringify(value);
  if (/^-?\d+$/.test(value)) {
    const number = Number(value);
    if ((!desc.open && !desc.value[number]) || number !== (number | 0)) {
      fail(`${desc.typeName} has no value ${shown(value)}`, `there are ${names.slice(0, 12).join(', ')}`);
    }
    return String(number);
  }
  const short = value.toLowerCase();
  const whole = names.filter(
    (name) => name.toLowerCase() === short || name.toLowerCase() === `${desc.sharedPrefix ?? ''}${short}`,
  );
  const ends = whole.length > 0 ? whole : names.filter((name) => name.toLowerCase().endsWith(`_${short}`));
  if (ends.length === 1 && short !== '') return JSON.stringify(ends[0]);
  if (ends.length > 1 && short !== '') {
    return fail(`${quoted(value)} may be ${ends.join(' or ')} of ${desc.typeName}`, 'write the whole name');
  }
  return fail(`${desc.typeName} has no value ${quoted(value)}`, didYouMean(value, names));
}

/** RFC 3339, a date alone (midnight UTC), or `now`. */
function timestamp(value: string, now: () => Date, fail: FailValue): string {
  if (value === 'now') return now().toISOString();
  const hint = 'such as 2026-01-31T12:00:00Z, 2026-01-31 or now';
  const found = /^(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d:\d\d(?:\.\d{1,9})?)([Zz]|[+-]\d\d:\d\d)?)?$/.exec(value);
  if (found === null || Number.isNaN(Date.parse(`${found[1]}T${found[2]?.slice(0, 8) ?? '00:00:00'}Z`))) {
    return fail(`expected a time, got ${quoted(value)}`, hint);
  }
  if (found[2] !== undefined && found[3] === undefined) {
    return fail(`expected a time with its zone, got ${quoted(value)}`, `write ${found[1]}T${found[2]}Z for UTC`);
  }
  return `${found[1]}T${found[2] ?? '00:00:00'}${(found[3] ?? 'Z').toUpperCase()}`;
}

const nanosPerUnit = new Map([
  ['ns', 1n],
  ['us', 1_000n],
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
]);

/** `1.5s`, `250ms`, `2m`, `1h`; a bare number is seconds. Returns seconds as ProtoJSON writes them. */
function duration(value: string, fail: FailValue): string {
  const found = /^([+-]?)(\d+)(?:\.(\d+))?(ns|us|ms|s|m|h)?$/.exec(value);
  if (found === null) return fail(`expected a duration, got ${quoted(value)}`, 'such as 1.5s, 250ms, 2m or 1h');
  const [, sign, whole = '', fraction = '', unit = 's'] = found;
  const scaled = BigInt(whole + fraction) * nanosPerUnit.get(unit)!;
  const divisor = 10n ** BigInt(fraction.length);
  const nanos = scaled / divisor;
  if (scaled % divisor !== 0n) fail(`${quoted(value)} is finer than a nanosecond`);
  const seconds = nanos / 1_000_000_000n;
  if (seconds > 315_576_000_000n) fail(`${quoted(value)} is more than 10,000 years`);
  const rest = String(nanos % 1_000_000_000n)
    .padStart(9, '0')
    .replace(/0+$/, '');
  return `${sign === '-' ? '-' : ''}${seconds}${rest === '' ? '' : `.${rest}`}s`;
}
