// One reader per scalar type and enum: a JSON value in, its wire form out, without tag.
import { type DescEnum, type DescMessage, ScalarType } from '@bufbuild/protobuf';
import { nearest } from '../schema/nearest.ts';
import type { TypeResolver } from '../schema/schema.ts';
import type { BinaryWriter } from './binary-writer.ts';
import type { JsonCursor } from './json-reader-cursor.ts';
import { readDouble, readFloat, readInteger, readInteger64 } from './json-reader-number.ts';
import { visible } from './json-reader-place.ts';
import { readBytes, readString } from './json-reader-text.ts';

/** Reads the value at the cursor and appends its wire form. */
export type ReadValue = (input: JsonCursor, out: BinaryWriter) => void;

/** What readers of types that hold other types need of the whole. */
export interface TypeReaders {
  readonly types: TypeResolver;
  /** The reader of a type's contents, in the JSON form that the type has. */
  contents(desc: DescMessage): ReadValue;
  /** The reader of an object that names the fields of `desc`; `skip` is a member to pass over. */
  members(desc: DescMessage, skip?: string): ReadValue;
}

const minInt32 = -2147483648;
const maxInt32 = 2147483647;
const maxUint32 = 4294967295;

/** The reader of a scalar type. */
export function scalarReader(type: ScalarType): ReadValue {
  switch (type) {
    case ScalarType.INT32:
      return (input, out) => out.int32(readInteger(input, minInt32, maxInt32, 'int32'));
    case ScalarType.SINT32:
      return (input, out) => out.sint32(readInteger(input, minInt32, maxInt32, 'sint32'));
    case ScalarType.SFIXED32:
      return (input, out) => out.fixed32(readInteger(input, minInt32, maxInt32, 'sfixed32'));
    case ScalarType.UINT32:
      return (input, out) => out.uint32(readInteger(input, 0, maxUint32, 'uint32'));
    case ScalarType.FIXED32:
      return (input, out) => out.fixed32(readInteger(input, 0, maxUint32, 'fixed32'));
    case ScalarType.FLOAT:
      return (input, out) => out.float(readFloat(input));
    case ScalarType.DOUBLE:
      return (input, out) => out.double(readDouble(input));
    case ScalarType.BOOL:
      return readBool;
    case ScalarType.STRING:
      return readString;
    case ScalarType.BYTES:
      return readBytes;
    default:
      return longReader(type);
  }
}

/** The reader of an enum: a name, or a number that need not be one of its values. */
export function enumReader(desc: DescEnum): ReadValue {
  if (desc.typeName === 'google.protobuf.NullValue') return nullValueReader(desc);
  const numbers = enumNumbers(desc);
  return (input, out) => {
    const start = input.pos;
    if (input.text.charCodeAt(start) === 0x22) {
      const name = input.string();
      const number = numbers.get(name);
      if (number !== undefined) {
        out.int32(number);
        return;
      }
      if (!input.lenient || !/^-?\d+$/.test(name)) {
        unknownName(input, start, desc, name);
        return;
      }
      input.pos = start;
    }
    const number = readInteger(input, minInt32, maxInt32, `number of ${desc.typeName}, or a name`);
    if (!input.lenient && !desc.open && !desc.value[number]) {
      input.fail(start, `${desc.typeName} has no value ${number}`);
    }
    out.int32(number);
  };
}

/** Outside the specification, unknown names fail even if unknown fields are allowed: they are misspelt. */
function unknownName(input: JsonCursor, start: number, desc: DescEnum, name: string): void {
  if (input.allowUnknown && !input.lenient) {
    input.ignored = true;
    return;
  }
  const names = desc.values.map((value) => value.name);
  const close = nearest(name, names, 3);
  const listed = names.length <= 12 ? `it has ${names.join(', ')}` : undefined;
  input.fail(
    start,
    `${desc.typeName} has no value "${visible(name)}"`,
    listed ?? (close.length > 0 ? `did you mean ${close.join(' or ')}?` : `it has ${names.slice(0, 12).join(', ')}, …`),
  );
}

function enumNumbers(desc: DescEnum): Map<string, number> {
  const numbers = new Map<string, number>();
  for (const value of desc.values) {
    numbers.set(value.name, value.number);
    numbers.set(value.jsonName, value.number);
  }
  return numbers;
}

function nullValueReader(desc: DescEnum): ReadValue {
  return (input, out) => {
    if (!input.takeNull()) {
      const start = input.pos;
      const isName = input.text.charCodeAt(start) === 0x22 && input.string() === desc.values[0]?.name;
      if (!isName) {
        input.pos = start;
        readInteger(input, 0, 0, 'null');
      }
    }
    out.uint32(0);
  };
}

function readBool(input: JsonCursor, out: BinaryWriter): void {
  if (input.literal('true')) out.uint32(1);
  else if (input.literal('false')) out.uint32(0);
  else if (input.lenient && input.literal('"true"')) out.uint32(1);
  else if (input.lenient && input.literal('"false"')) out.uint32(0);
  else input.unexpected('true or false');
}

function longReader(type: ScalarType): ReadValue {
  switch (type) {
    case ScalarType.UINT64:
      return (input, out) => {
        readInteger64(input, false, 'uint64');
        out.varint64(input.low, input.high);
      };
    case ScalarType.SINT64:
      return (input, out) => {
        readInteger64(input, true, 'sint64');
        const sign = input.high >> 31;
        out.varint64((input.low << 1) ^ sign, ((input.high << 1) | (input.low >>> 31)) ^ sign);
      };
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64: {
      const name = type === ScalarType.FIXED64 ? 'fixed64' : 'sfixed64';
      return (input, out) => {
        readInteger64(input, type === ScalarType.SFIXED64, name);
        out.fixed32(input.low);
        out.fixed32(input.high);
      };
    }
    default:
      return (input, out) => {
        readInteger64(input, true, 'int64');
        out.varint64(input.low, input.high);
      };
  }
}

/** The reader of a map's key, which JSON always writes as a string. */
export function mapKeyReader(type: ScalarType): ReadValue {
  if (type !== ScalarType.BOOL) return scalarReader(type);
  return (input: JsonCursor, out: BinaryWriter) => {
    const at = input.pos;
    const key = input.string();
    if (key !== 'true' && key !== 'false') input.fail(at, `expected "true" or "false", got ${input.found(at)}`);
    out.uint32(key === 'true' ? 1 : 0);
  };
}
