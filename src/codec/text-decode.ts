// Wire bytes → the values of each field of one message, as text format prints them: the last value wins, members of a
// oneof oust each other, and what does not fit the type is kept as unknown.
// https://protobuf.dev/programming-guides/encoding/
import { ScalarType } from '@bufbuild/protobuf';
import type { BinaryReader } from './binary-reader.ts';
import { wireType } from './binary-writer.ts';
import { isMessageSet, itemTag, readSetItem } from './message-set.ts';
import { formatFloat } from './text-number.ts';
import { decodeUtf8, quoteBytes, quoteText } from './text-string.ts';
import type { TextField, TextKind, TextType } from './text-type.ts';
import { scalarWireType } from './wire-type.ts';

/** Where bytes lie in the outermost message. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/**
 * One field's values: `texts` of scalars and enums; `messages` of messages, each in one or more pieces to be merged;
 * `bytes` is where the last string or bytes value lies.
 */
export interface DecodedField {
  readonly field: TextField;
  texts: string[];
  messages: Range[][];
  bytes?: Range;
}

/** A field that the type does not have, or whose wire type or enum value does not fit it. `range` holds its value. */
export interface UnknownField {
  readonly number: number;
  readonly wire: number;
  readonly range: Range;
}

/** A message taken apart. */
export interface Decoded {
  readonly fields: Map<number, DecodedField>;
  readonly unknown: UnknownField[];
}

/** What the decoder asks of its caller. */
export interface DecodeHelp {
  readonly extension: (type: TextType, number: number) => TextField | undefined;
  readonly warn: (message: string) => void;
}

/** Takes one message apart. Throws MessageError where its bytes cannot be read. */
export function decodeFields(
  reader: BinaryReader,
  type: TextType,
  pieces: readonly Range[],
  help: DecodeHelp,
): Decoded {
  const decoded: Decoded = { fields: new Map(), unknown: [] };
  for (const piece of pieces) {
    enter(reader, piece, type.typeName);
    while (reader.pos < piece.end) {
      const tag = reader.tag();
      if (tag === itemTag && type.desc && isMessageSet(type.desc)) {
        readItem(reader, type, decoded, help);
        continue;
      }
      const field = type.byNumber.get(tag >>> 3) ?? help.extension(type, tag >>> 3);
      const fits = field !== undefined && readField(reader, field, tag, piece, decoded, help);
      if (!fits) decoded.unknown.push(readUnknown(reader, tag));
    }
  }
  return decoded;
}

/** Reads an item of a message set, from behind its tag. */
function readItem(reader: BinaryReader, type: TextType, decoded: Decoded, help: DecodeHelp): void {
  const start = reader.pos;
  const item = readSetItem(reader);
  const end = reader.pos;
  const field = item && help.extension(type, item.number);
  if (!item || !field?.inSet) {
    reader.pos = start;
    decoded.unknown.push(readUnknown(reader, itemTag));
    return;
  }
  const { messages } = slotOf(decoded, field);
  if (!messages[0]) messages.push([]);
  for (const at of item.tags) {
    reader.pos = at;
    messages[0]!.push(readUnknown(reader, reader.tag()).range);
  }
  reader.pos = end;
}

/** Sets the cursor to a piece of the message. */
export function enter(reader: BinaryReader, range: Range, typeName: string): void {
  reader.pos = range.start;
  reader.end = range.end;
  reader.typeName = typeName;
}

/** Passes over the value of a tag just read. */
export function readUnknown(reader: BinaryReader, tag: number): UnknownField {
  const wire = tag & 7;
  let start = reader.pos;
  let end: number;
  if (wire === wireType.startGroup) end = reader.skipGroup(tag >>> 3);
  else if (wire === wireType.bytes) {
    end = reader.lengthEnd();
    start = reader.pos;
    reader.pos = end;
  } else {
    reader.skip(tag);
    end = reader.pos;
  }
  return { number: tag >>> 3, wire, range: { start, end } };
}

/** Reads the value into `decoded`; false, the cursor unmoved, if the wire type or the enum value does not fit. */
function readField(
  reader: BinaryReader,
  field: TextField,
  tag: number,
  piece: Range,
  decoded: Decoded,
  help: DecodeHelp,
): boolean {
  const wire = tag & 7;
  if (field.value.kind === 'message') {
    if (wire !== (field.value.delimited ? wireType.startGroup : wireType.bytes)) return false;
    const { range } = readUnknown(reader, tag);
    const slot = slotOf(decoded, field);
    if (field.repeated || slot.messages.length === 0) slot.messages.push([range]);
    else slot.messages[0]!.push(range);
    return true;
  }
  const single = field.value.kind === 'enum' ? wireType.varint : scalarWireType(field.value.scalar);
  if (wire === single) return readOne(reader, field, decoded, help);
  if (wire !== wireType.bytes || !field.repeated) return false;
  const end = reader.lengthEnd();
  reader.end = end;
  while (reader.pos < end)
    if (!readOne(reader, field, decoded, help)) decoded.unknown.push(closedEnumValue(reader, tag));
  reader.end = piece.end;
  return true;
}

function closedEnumValue(reader: BinaryReader, tag: number): UnknownField {
  return readUnknown(reader, (tag & ~7) | wireType.varint);
}

function readOne(reader: BinaryReader, field: TextField, decoded: Decoded, help: DecodeHelp): boolean {
  const start = reader.pos;
  const { text, zero, length } = readText(reader, field.value, (what) => help.warn(`${field.label}: ${what}`));
  if (text === undefined) {
    reader.pos = start;
    return false;
  }
  const slot = slotOf(decoded, field);
  if (length !== undefined) slot.bytes = { start: reader.pos - length, end: reader.pos };
  if (field.repeated) slot.texts.push(text);
  else slot.texts = field.implicit && zero ? [] : [text];
  return true;
}

function slotOf(decoded: Decoded, field: TextField): DecodedField {
  const known = decoded.fields.get(field.number);
  if (known !== undefined) return known;
  if (field.oneof !== undefined) {
    for (const other of decoded.fields.values()) {
      if (other.field.oneof === field.oneof) decoded.fields.delete(other.field.number);
    }
  }
  const slot: DecodedField = { field, texts: [], messages: [] };
  decoded.fields.set(field.number, slot);
  return slot;
}

interface ScalarText {
  /** Undefined for a number that a closed enum does not have. */
  readonly text: string | undefined;
  readonly zero: boolean;
  /** Of a string or bytes: its length. */
  readonly length?: number;
}

function readText(reader: BinaryReader, kind: TextKind, warn: (what: string) => void): ScalarText {
  if (kind.kind === 'enum') {
    const number = reader.varint32() | 0;
    const name = kind.enum.value[number]?.name;
    return { text: name ?? (kind.enum.open ? String(number) : undefined), zero: number === 0 };
  }
  const scalar = kind.kind === 'scalar' ? kind.scalar : ScalarType.BYTES;
  if (scalar === ScalarType.STRING || scalar === ScalarType.BYTES) {
    const bytes = reader.chunk();
    const text = scalar === ScalarType.STRING ? decodeUtf8(bytes) : undefined;
    if (scalar === ScalarType.STRING && text === undefined) warn('a string that is not UTF-8, shown byte by byte');
    return {
      text: text === undefined ? quoteBytes(bytes) : quoteText(text),
      zero: bytes.length === 0,
      length: bytes.length,
    };
  }
  if (scalar === ScalarType.DOUBLE || scalar === ScalarType.FLOAT) {
    const value = scalar === ScalarType.DOUBLE ? reader.double() : reader.float();
    return { text: formatFloat(value, scalar === ScalarType.DOUBLE ? 64 : 32), zero: Object.is(value, 0) };
  }
  const value = readInteger(reader, scalar);
  if (scalar === ScalarType.BOOL) return { text: String(value !== 0n), zero: value === 0n };
  return { text: String(value), zero: value === 0n || value === 0 };
}

function readInteger(reader: BinaryReader, scalar: ScalarType): number | bigint {
  switch (scalar) {
    case ScalarType.INT32:
      return reader.varint32() | 0;
    case ScalarType.UINT32:
      return reader.varint32();
    case ScalarType.SINT32: {
      const value = reader.varint32();
      return (value >>> 1) ^ -(value & 1);
    }
    case ScalarType.FIXED32:
      return reader.fixed32();
    case ScalarType.SFIXED32:
      return reader.fixed32() | 0;
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      reader.fixed64();
      break;
    default:
      reader.varint64();
  }
  if (scalar === ScalarType.SINT64) reader.unzigzag();
  const unsigned = scalar === ScalarType.UINT64 || scalar === ScalarType.FIXED64 || scalar === ScalarType.BOOL;
  return unsigned ? reader.unsigned() : reader.signed();
}
