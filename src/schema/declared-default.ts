// The defaults that proto2 fields declare, as values. They are text in descriptors, and a stranger's descriptor can hold
// any text: what is no value of the field's type counts as no default.
import { type DescExtension, type DescField, ScalarType } from '@bufbuild/protobuf';

type Default = number | bigint | boolean | string | Uint8Array;
type Limits = readonly [low: bigint, high: bigint];

const signed32: Limits = [-(2n ** 31n), 2n ** 31n - 1n];
const unsigned32: Limits = [0n, 2n ** 32n - 1n];
const signed64: Limits = [-(2n ** 63n), 2n ** 63n - 1n];
const unsigned64: Limits = [0n, 2n ** 64n - 1n];

/**
 * The value of `default_value`, in the form of descriptor.proto: an enum's number, 64-bit integers as bigint, bytes with
 * C escapes. Undefined where there is none and where the text is no value of the type.
 */
export function declaredDefault(field: DescField | DescExtension): Default | undefined {
  if (!Object.hasOwn(field.proto, 'defaultValue')) return undefined;
  const text = field.proto.defaultValue;
  if (field.fieldKind === 'enum') return field.enum.values.find(({ name }) => name === text)?.number;
  return field.fieldKind === 'scalar' ? scalarDefault(field.scalar, text) : undefined;
}

function scalarDefault(type: ScalarType, text: string): Default | undefined {
  switch (type) {
    case ScalarType.STRING:
      return text;
    case ScalarType.BYTES:
      return unescaped(text);
    case ScalarType.BOOL:
      return text === 'true' ? true : text === 'false' ? false : undefined;
    case ScalarType.FLOAT:
    case ScalarType.DOUBLE:
      return floating(text);
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return integer(text, unsigned64);
    case ScalarType.INT64:
    case ScalarType.SINT64:
    case ScalarType.SFIXED64:
      return integer(text, signed64);
    default: {
      const isUnsigned = type === ScalarType.UINT32 || type === ScalarType.FIXED32;
      const value = integer(text, isUnsigned ? unsigned32 : signed32);
      return value === undefined ? undefined : Number(value);
    }
  }
}

function integer(text: string, [low, high]: Limits): bigint | undefined {
  // No integer in range is longer; of a longer text BigInt would take its time.
  if (!/^-?\d{1,20}$/.test(text)) return undefined;
  const value = BigInt(text);
  return value >= low && value <= high ? value : undefined;
}

function floating(text: string): number | undefined {
  if (text === 'nan') return Number.NaN;
  const infinity = /^(-?)inf$/.exec(text);
  if (infinity) return infinity[1] === '' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  return /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/.test(text) ? Number(text) : undefined;
}

const escapes = new Map(
  Object.entries({ a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, '\\': 92, "'": 39, '"': 34, '?': 63 }),
);

/** C escapes undone; undefined for those that C does not have. */
function unescaped(text: string): Uint8Array | undefined {
  const parts: Buffer[] = [];
  const pattern = /[^\\]+|\\(?:x([0-9a-fA-F]{1,2})|([0-7]{1,3})|([abfnrtv\\'"?]))/y;
  while (pattern.lastIndex < text.length) {
    const [whole, hex, octal, letter] = pattern.exec(text) ?? [];
    if (whole === undefined) return undefined;
    const code = hex ? Number.parseInt(hex, 16) : octal ? Number.parseInt(octal, 8) : escapes.get(letter ?? '');
    parts.push(code === undefined ? Buffer.from(whole) : Buffer.from([code]));
  }
  return Buffer.concat(parts);
}
