// Values read from text format, into wire bytes: gathered per field first, because text may interleave fields that
// are packed into one value, and written by field number as protoc does.
import { ScalarType } from '@bufbuild/protobuf';
import { type BinaryWriter, wireType } from './binary-writer.ts';
import { writeSetItem } from './message-set.ts';
import type { TextField } from './text-type.ts';
import { scalarWireType } from './wire-type.ts';

/** One value: strings as UTF-8, messages serialized, 64-bit integers as bigint. */
export type TextValue = number | bigint | boolean | Uint8Array;

/** The values of each field number in one message. */
export type FieldValues = Map<number, { readonly field: TextField; readonly values: TextValue[] }>;

/** Writes the fields of one message in the order of their numbers. */
export function writeFields(writer: BinaryWriter, fields: FieldValues): void {
  const sorted = [...fields.values()].sort((a, b) => a.field.number - b.field.number);
  for (const { field, values } of sorted) {
    if (field.packed) writePacked(writer, field, values);
    else for (const value of values) writeOne(writer, field, value);
  }
}

/** Whether a value is the zero that a field without presence does not send. Negative zero is not. */
export function isZero(value: TextValue): boolean {
  if (value instanceof Uint8Array) return value.length === 0;
  return Object.is(value, 0) || value === 0n || value === false;
}

/** The zero of a field's type; of a message, one without fields. */
export function zeroOf({ value }: TextField): TextValue {
  if (value.kind === 'message') return new Uint8Array(0);
  if (value.kind === 'enum') return 0;
  if (value.scalar === ScalarType.STRING || value.scalar === ScalarType.BYTES) return new Uint8Array(0);
  return /64$/.test(ScalarType[value.scalar]) ? 0n : 0;
}

function writePacked(writer: BinaryWriter, field: TextField, values: readonly TextValue[]): void {
  if (values.length === 0) return;
  writer.tag(field.number, wireType.bytes);
  const start = writer.begin();
  for (const value of values) writeScalar(writer, scalarOf(field), value);
  writer.end(start);
}

function writeOne(writer: BinaryWriter, field: TextField, value: TextValue): void {
  if (field.inSet) {
    writeSetItem(writer, field.number, () => writer.raw(value as Uint8Array));
    return;
  }
  if (field.value.kind === 'message') {
    if (field.value.delimited) {
      writer.tag(field.number, wireType.startGroup);
      writer.raw(value as Uint8Array);
      writer.tag(field.number, wireType.endGroup);
    } else {
      writer.tag(field.number, wireType.bytes);
      writer.bytes(value as Uint8Array);
    }
    return;
  }
  const scalar = scalarOf(field);
  writer.tag(field.number, scalarWireType(scalar));
  writeScalar(writer, scalar, value);
}

function scalarOf(field: TextField): ScalarType {
  return field.value.kind === 'scalar' ? field.value.scalar : ScalarType.INT32;
}

function writeScalar(writer: BinaryWriter, scalar: ScalarType, value: TextValue): void {
  switch (scalar) {
    case ScalarType.DOUBLE:
      writer.double(value as number);
      break;
    case ScalarType.FLOAT:
      writer.float(value as number);
      break;
    case ScalarType.INT64:
    case ScalarType.UINT64:
      writer.int64(value as bigint);
      break;
    case ScalarType.SINT64:
      writer.sint64(value as bigint);
      break;
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      writer.fixed64(value as bigint);
      break;
    case ScalarType.FIXED32:
    case ScalarType.SFIXED32:
      writer.fixed32(value as number);
      break;
    case ScalarType.SINT32:
      writer.sint32(value as number);
      break;
    case ScalarType.INT32:
      writer.int32(value as number);
      break;
    case ScalarType.UINT32:
    case ScalarType.BOOL:
      writer.uint32(Number(value));
      break;
    default:
      writer.bytes(value as Uint8Array);
      break;
  }
}
