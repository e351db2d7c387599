// Spoils descriptor sets: any part of any descriptor gets a value that some broken or hostile tool might put there.
import {
  clone,
  create,
  type DescField,
  type DescMessage,
  fromBinary,
  type Message,
  ScalarType,
  toBinary,
} from '@bufbuild/protobuf';
import { reflect } from '@bufbuild/protobuf/reflect';
import { type FileDescriptorSet, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import fc from 'fast-check';

/** What is done, by three numbers: where, what, and with which value. All of them are taken modulo what there is. */
export type Spoiling = readonly [place: number, how: number, value: number];

/** One to `most` spoilings. */
export const spoilings = (most: number): fc.Arbitrary<Spoiling[]> =>
  fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat()), { minLength: 1, maxLength: most });

const texts = [
  ...['', '.', '..', 'a.b', '.a', 'a..b', '__proto__', 'constructor', 'toString', 'hasOwnProperty', '_', 'x', 'X'],
  ...[
    '\u001b[31mred',
    'a\nb',
    'a\0b',
    'a\rb',
    'é',
    '\u202eabc',
    'x'.repeat(5000),
    'a b',
    '"',
    "'",
    '\\',
    '\\xff',
    '\\777',
  ],
  ...['google.protobuf.Any', '.google.protobuf.Any', '.google.protobuf.NullValue', '.google.protobuf.Struct'],
  ...['google/protobuf/any.proto', 'google/protobuf/descriptor.proto', 'proto2', 'proto3', 'editions', 'proto4'],
  ...['../../etc/passwd', '/etc/passwd', 'C:\\x', 'con', 'a//b', './a', '1', '-1', '-0', '1e999', 'inf', 'nan', 'true'],
  ...['99999999999999999999', '0x7f', '1.5', '*/', '//', '${HOME}', 'value', 'key', 'Entry', 'ByNameEntry'],
];
const numbers = [
  ...[-1, 0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 18, 19, 20, 99, 100, 101, 998, 999, 1000, 1001, 1002],
  ...[9999, 18_999, 19_000, 19_999, 65_536, 2 ** 29 - 1, 2 ** 29, 2 ** 31 - 1, -(2 ** 31)],
];

/** A field of a descriptor somewhere in the set. */
interface Place {
  readonly message: Message;
  readonly desc: DescMessage;
  readonly field: DescField;
}

/** The set's bytes after all of the spoilings. */
export function spoiled(set: FileDescriptorSet, how: readonly Spoiling[]): Uint8Array {
  const copy = clone(FileDescriptorSetSchema, set);
  for (const one of how) spoil(copy, one);
  return toBinary(FileDescriptorSetSchema, copy);
}

function spoil(set: FileDescriptorSet, [at, how, value]: Spoiling): void {
  const places: Place[] = [];
  collect(set, FileDescriptorSetSchema, places);
  const place = places[at % places.length];
  if (place === undefined) return;
  const { message, field } = place;
  const record = message as unknown as Record<string, unknown>;
  const others = (): unknown[] =>
    places.flatMap((other) => (other.field === field ? (contentOf(other) ?? []) : []) as unknown[]);
  switch (field.fieldKind) {
    case 'list':
      record[field.localName] = spoiledList(record[field.localName] as unknown[], field, others, how, value);
      break;
    case 'message':
      if (how % 3 === 0) delete record[field.localName];
      else if (how % 3 === 1 || record[field.localName] === undefined) {
        record[field.localName] = create(field.message);
      } else record[field.localName] = copyOf(field.message, pick(others(), value) as Message);
      break;
    case 'enum':
      record[field.localName] = pick(numbers, value);
      break;
    case 'scalar':
      record[field.localName] = scalarOf(field.scalar, others, how, value);
      break;
  }
}

function spoiledList(
  list: readonly unknown[],
  field: DescField & { fieldKind: 'list' },
  others: () => unknown[],
  how: number,
  value: number,
): unknown[] {
  const at = list.length === 0 ? 0 : value % list.length;
  const fresh =
    field.listKind === 'message' ? create(field.message) : scalarOf(field.scalar, () => [], how >> 3, value);
  const all = others();
  switch (how % 7) {
    case 0:
      return list.filter((_, index) => index !== at);
    case 1:
      return [...list, ...list.slice(at, at + 1)];
    case 2:
      return [...list].reverse();
    case 3:
      return [...list, fresh];
    case 4:
      return [...list, ...(all.length > 0 ? [copied(pick(all, value), field)] : [])];
    case 5:
      return list.length > 0 ? [...list, ...new Array(200).fill(list[at])] : [...list];
    default:
      return list.map((item, index) => (index === at ? fresh : item));
  }
}

/** A copy by way of bytes: the library's own checks the values, of which some are wrong by now. */
function copyOf(desc: DescMessage, message: Message): Message {
  return fromBinary(desc, toBinary(desc, message));
}

/** A descriptor put inside itself as it is would have no end. */
function copied(item: unknown, field: DescField & { fieldKind: 'list' }): unknown {
  return field.listKind === 'message' ? copyOf(field.message, item as Message) : item;
}

function scalarOf(type: ScalarType | undefined, others: () => unknown[], how: number, value: number): unknown {
  if (type === ScalarType.BOOL) return value % 2 === 0;
  if (type === ScalarType.BYTES) return Uint8Array.from([value & 255, how & 255]);
  if (type === ScalarType.STRING) {
    const known = how % 2 === 0 ? others() : [];
    const text = String(known.length > 0 ? pick(known, value) : pick(texts, value));
    return how % 5 === 4 ? text.replace(/^\./, '') : text;
  }
  if (type === ScalarType.DOUBLE) return pick([0, -0, Number.NaN, 1e308, 0.1], value);
  const number = how % 3 === 0 ? value % 12 : pick(numbers, value);
  return type === ScalarType.INT64 ? BigInt(number) : type === ScalarType.UINT64 ? BigInt(Math.abs(number)) : number;
}

function pick<T>(from: readonly T[], value: number): T {
  return from[value % from.length]!;
}

function contentOf({ message, field }: Place): unknown {
  return (message as unknown as Record<string, unknown>)[field.localName];
}

function collect(message: Message, desc: DescMessage, into: Place[], depth = 0): void {
  if (desc.typeName === 'google.protobuf.SourceCodeInfo' || depth > 20) return;
  const content = reflect(desc, message);
  for (const field of desc.fields) {
    // Its required fields would have to be there for the set to be written at all.
    if (field.message?.typeName === 'google.protobuf.UninterpretedOption') continue;
    into.push({ message, desc, field });
    if (field.fieldKind === 'list' && field.listKind === 'message') {
      for (const item of contentOf({ message, desc, field }) as Message[])
        collect(item, field.message, into, depth + 1);
    } else if (field.fieldKind === 'message' && content.isSet(field)) {
      collect(contentOf({ message, desc, field }) as Message, field.message, into, depth + 1);
    }
  }
}

/** Damage to bytes, wherever they come from: changed, lost, doubled, cut off, or put in. */
export function damaged(bytes: Uint8Array, how: readonly Spoiling[]): Uint8Array {
  let result = Buffer.from(bytes);
  for (const [place, kind, value] of how) {
    const at = place % (result.length + 1);
    const count = (value >> 8) % 24;
    const before = result.subarray(0, at);
    switch (kind % 6) {
      case 0:
        if (at < result.length) result[at] = value & 255;
        break;
      case 1:
        if (at < result.length) result[at] = result[at]! ^ (1 << (value % 8));
        break;
      case 2:
        result = Buffer.concat([before, result.subarray(at + count)]);
        break;
      case 3:
        result = Buffer.concat([before, result.subarray(at, at + count), result.subarray(at)]);
        break;
      case 4:
        result = Buffer.from(before);
        break;
      default:
        result = Buffer.concat([before, Buffer.alloc(count, value & 255), result.subarray(at)]);
    }
  }
  return result;
}
