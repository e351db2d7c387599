// One value of an option on the wire: range and kind checked, integers exact.
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { FieldDescriptorProto } from '@bufbuild/protobuf/wkt';
import { fieldTypeName, FieldType as Type } from '../descriptor-enums.ts';
import { quoted, shown } from '../quote.ts';
import { floatValue, integerValue, isInteger, stringBytes } from './literal.ts';
import { nearestHint } from './nearest-hint.ts';
import { enumOf, isDelimited, type OptionContext } from './option-type.ts';
import { errorAt } from './source-text.ts';

const wireTypes = new Map<Type, WireType>([
  [Type.DOUBLE, WireType.Bit64],
  [Type.FIXED64, WireType.Bit64],
  [Type.SFIXED64, WireType.Bit64],
  [Type.FLOAT, WireType.Bit32],
  [Type.FIXED32, WireType.Bit32],
  [Type.SFIXED32, WireType.Bit32],
  [Type.STRING, WireType.LengthDelimited],
  [Type.BYTES, WireType.LengthDelimited],
]);

const signedTypes = new Set([Type.INT32, Type.SINT32, Type.SFIXED32, Type.INT64, Type.SINT64, Type.SFIXED64]);
const longTypes = new Set([Type.INT64, Type.UINT64, Type.SINT64, Type.FIXED64, Type.SFIXED64]);
const integerTypes = new Set([...signedTypes, ...longTypes, Type.UINT32, Type.FIXED32]);

/** The tag before a scalar or enum value of a field. */
export function tagged(field: FieldDescriptorProto, value: Uint8Array): Uint8Array {
  return new BinaryWriter()
    .tag(field.number, wireTypes.get(field.type) ?? WireType.Varint)
    .raw(value)
    .finish();
}

/** A message value of a field, with its tag and length, or between tags for a group. */
export function taggedMessage(field: FieldDescriptorProto, message: Uint8Array): Uint8Array {
  const { number } = field;
  if (!isDelimited(field)) return new BinaryWriter().tag(number, WireType.LengthDelimited).bytes(message).finish();
  const writer = new BinaryWriter().tag(number, WireType.StartGroup).raw(message);
  return writer.tag(number, WireType.EndGroup).finish();
}

/** All values of a packed field. */
export function taggedPacked(field: FieldDescriptorProto, values: readonly Uint8Array[]): Uint8Array {
  const writer = new BinaryWriter().tag(field.number, WireType.LengthDelimited).fork();
  for (const value of values) writer.raw(value);
  return writer.join().finish();
}

/**
 * The bytes of a scalar or enum value, without a tag: the tokens from `first` to `end`, a sign included.
 *
 * @throws UserError code 4 when the tokens are no value of the field's type.
 */
export function scalarBytes(
  context: OptionContext,
  field: FieldDescriptorProto,
  first: number,
  end: number,
): Uint8Array {
  const { type } = field;
  const writer = new BinaryWriter();
  if (type === Type.STRING || type === Type.BYTES)
    return writer.bytes(stringBytes(context.source, first, end)).finish();
  const isSigned = context.source.tokens[first]?.text === '-';
  const at = isSigned ? first + 1 : first;
  const token = context.source.tokens[at];
  if (at + 1 < end) {
    throw errorAt(context.source, context.source.tokens[at + 1], `unexpected ${quotedToken(context, at + 1)}`);
  }
  const text = token?.kind === 'string' ? undefined : token?.text;
  if (text === undefined || at >= end) throw wrongKind(context, field, first);
  if (type === Type.BOOL) return writer.bool(boolValue(context, field, text, first)).finish();
  if (type === Type.ENUM) return writer.int32(enumNumber(context, field, text, isSigned, first)).finish();
  if (type === Type.DOUBLE) return writer.double(doubleValue(context, field, text, isSigned, first)).finish();
  if (type === Type.FLOAT)
    return writer.float(Math.fround(doubleValue(context, field, text, isSigned, first))).finish();
  return integerBytes(writer, type, integer(context, field, text, isSigned, first));
}

/**
 * The value of an integer literal for a field, within the range of its type.
 *
 * @throws UserError code 4 for another literal and outside the range.
 */
export function integer(
  context: OptionContext,
  field: FieldDescriptorProto,
  text: string,
  isNegative: boolean,
  at: number,
): bigint {
  if (!integerTypes.has(field.type) || !isInteger(text)) throw wrongKind(context, field, at);
  return inRange(context, field, isNegative ? -integerValue(text) : integerValue(text), at);
}

function inRange(context: OptionContext, field: FieldDescriptorProto, value: bigint, at: number): bigint {
  const bits = BigInt(longTypes.has(field.type) ? 64 : 32);
  const isSigned = signedTypes.has(field.type) || field.type === Type.ENUM;
  const low = isSigned ? -(1n << (bits - 1n)) : 0n;
  const high = isSigned ? (1n << (bits - 1n)) - 1n : (1n << bits) - 1n;
  if (value < low || value > high) {
    const type = fieldTypeName(field.type);
    throw errorAt(
      context.source,
      context.source.tokens[at],
      `${shown(String(value))} is out of range for ${type} ${field.name}`,
      `use ${low} to ${high}`,
    );
  }
  return value;
}

/** The value of a number literal, `inf` or `nan`. @throws UserError code 4 for another literal. */
export function doubleValue(
  context: OptionContext,
  field: FieldDescriptorProto,
  text: string,
  isNegative: boolean,
  at: number,
): number {
  const word = text.toLowerCase();
  const isNumber = /^[\d.]/.test(text);
  if (!isNumber && word !== 'inf' && word !== 'infinity' && word !== 'nan') throw wrongKind(context, field, at);
  const value = isNumber ? floatValue(text) : word === 'nan' ? Number.NaN : Number.POSITIVE_INFINITY;
  // The sign of -nan does not count, but negating it would show in its bytes.
  return isNegative && !Number.isNaN(value) ? -value : value;
}

/** The number of an enum value given by name or number. @throws UserError code 4 for a name the enum has not. */
export function enumNumber(
  context: OptionContext,
  field: FieldDescriptorProto,
  text: string,
  isNegative: boolean,
  at: number,
): number {
  if (isInteger(text))
    return Number(inRange(context, field, isNegative ? -integerValue(text) : integerValue(text), at));
  const target = enumOf(context.symbols, field.typeName);
  const value = target?.value.find(({ name }) => name === text);
  if (value && !isNegative) return value.number;
  const names = (target?.value ?? []).map(({ name }) => name);
  const message = `enum ${field.typeName.slice(1)} has no value ${quoted(text)}`;
  throw errorAt(
    context.source,
    context.source.tokens[at],
    message,
    nearestHint(text, names) ?? `it has ${names.slice(0, 8).join(', ')}`,
  );
}

/** `true` or `false`. @throws UserError code 4 for anything else. */
export function boolValue(context: OptionContext, field: FieldDescriptorProto, text: string, at: number): boolean {
  if (/^(?:true|True|t|1)$/.test(text)) return true;
  if (/^(?:false|False|f|0)$/.test(text)) return false;
  throw wrongKind(context, field, at);
}

function wrongKind(context: OptionContext, field: FieldDescriptorProto, at: number): Error {
  const type = fieldTypeName(field.type);
  const message = `${quotedToken(context, at)} is no value for ${field.name}, which is ${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type}`;
  return errorAt(context.source, context.source.tokens[at], message);
}

function quotedToken(context: OptionContext, at: number): string {
  return quoted(context.source.tokens[at]?.text ?? '');
}

function integerBytes(writer: BinaryWriter, type: Type, value: bigint): Uint8Array {
  switch (type) {
    case Type.INT32:
      return writer.int32(Number(value)).finish();
    case Type.SINT32:
      return writer.sint32(Number(value)).finish();
    case Type.SFIXED32:
      return writer.sfixed32(Number(value)).finish();
    case Type.UINT32:
      return writer.uint32(Number(value)).finish();
    case Type.FIXED32:
      return writer.fixed32(Number(value)).finish();
    case Type.INT64:
      return writer.int64(value).finish();
    case Type.SINT64:
      return writer.sint64(value).finish();
    case Type.UINT64:
      return writer.uint64(value).finish();
    case Type.FIXED64:
      return writer.fixed64(value).finish();
    default:
      return writer.sfixed64(value).finish();
  }
}
