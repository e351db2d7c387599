// A field's value in JSON → its tag and value on the wire, for each kind of field.
import type { DescExtension, DescField, DescMessage, ScalarType } from '@bufbuild/protobuf';
import type { BinaryWriter } from './binary-writer.ts';
import type { JsonCursor } from './json-reader-cursor.ts';
import { visible } from './json-reader-place.ts';
import { enumReader, mapKeyReader, type ReadValue, scalarReader } from './json-reader-scalar.ts';
import { isSetItem, writeSetItem } from './message-set.ts';
import { scalarWireType, type ValueKind, wireTypeOf } from './wire-type.ts';

/** FeatureSet.FieldPresence.IMPLICIT. */
const implicitPresence = 2;

type Contents = (message: DescMessage) => ReadValue;

/** Makes the reader of a field. `contents` gives the reader of a message type; it is asked on first use. */
export function fieldReader(field: DescField | DescExtension, contents: Contents): ReadValue {
  if (isSetItem(field)) return setItemReader(field.number, field.message, contents);
  if (field.fieldKind === 'map') return mapReader(field, contents);
  if (field.fieldKind === 'list') return listReader(field, contents);
  const implicit = field.presence === implicitPresence;
  const delimited = field.fieldKind === 'message' && field.delimitedEncoding;
  return elementReader(field.number, field, delimited, implicit, contents);
}

/** Writes tag and value. An implicit field's zero value is left out, as every serializer does. */
function elementReader(
  number: number,
  kind: ValueKind,
  delimited: boolean,
  implicit: boolean,
  contents: Contents,
): ReadValue {
  if (kind.message) return messageReader(number, kind.message, delimited, contents);
  const read = kind.enum ? enumReader(kind.enum) : scalarReader(kind.scalar!);
  const tag = ((number << 3) | wireTypeOf(kind, false)) >>> 0;
  return (input, out) => {
    const start = out.length;
    out.uint32(tag);
    const value = out.length;
    read(input, out);
    if (input.ignored) {
      input.ignored = false;
      out.length = start;
    } else if (implicit && isZero(out, value)) out.length = start;
  };
}

/** Zero in every scalar type is written in zero bytes only, and nothing else is. */
function isZero(out: BinaryWriter, start: number): boolean {
  for (let at = start; at < out.length; at++) if (out.buffer[at] !== 0) return false;
  return true;
}

function messageReader(number: number, message: DescMessage, delimited: boolean, contents: Contents): ReadValue {
  let read: ReadValue | undefined;
  const tag = ((number << 3) | (delimited ? 3 : 2)) >>> 0;
  return (input, out) => {
    read ??= contents(message);
    out.uint32(tag);
    if (delimited) {
      read(input, out);
      out.uint32(tag + 1);
      return;
    }
    const start = out.begin();
    read(input, out);
    out.end(start);
  };
}

function setItemReader(number: number, message: DescMessage, contents: Contents): ReadValue {
  let read: ReadValue | undefined;
  return (input, out) => {
    read ??= contents(message);
    const readMessage = read;
    writeSetItem(out, number, () => readMessage(input, out));
  };
}

function listReader(field: (DescField | DescExtension) & { fieldKind: 'list' }, contents: Contents): ReadValue {
  const delimited = field.listKind === 'message' && field.delimitedEncoding;
  const takesNull = isNullable(field);
  if (!field.packed || field.message) {
    return arrayReader(elementReader(field.number, field, delimited, false, contents), takesNull);
  }
  const read = field.enum ? enumReader(field.enum) : scalarReader(field.scalar!);
  const readElements = arrayReader((input, out) => {
    read(input, out);
    input.ignored = false;
  }, takesNull);
  const tag = ((field.number << 3) | 2) >>> 0;
  return (input, out) => {
    const start = out.length;
    out.uint32(tag);
    const body = out.begin();
    readElements(input, out);
    if (out.length === body + 1) out.length = start;
    else out.end(body);
  };
}

function isNullable(kind: ValueKind): boolean {
  return kind.message?.typeName === 'google.protobuf.Value' || kind.enum?.typeName === 'google.protobuf.NullValue';
}

function arrayReader(read: ReadValue, takesNull: boolean): ReadValue {
  return (input, out) => {
    if (input.text.charCodeAt(input.pos) !== 0x5b) {
      if (!input.lenient) input.unexpected('an array');
      read(input, out);
      return;
    }
    if (!input.open(0x5d)) return;
    do {
      if (!takesNull && input.text.charCodeAt(input.pos) === 0x6e) refuseNull(input, 'an element of a list');
      read(input, out);
    } while (input.more(0x5d));
  };
}

function refuseNull(input: JsonCursor, what: string): void {
  if (input.text.startsWith('null', input.pos)) input.fail(input.pos, `${what} may not be null`);
}

function mapReader(field: DescField & { fieldKind: 'map' }, contents: Contents): ReadValue {
  const readKey = elementOfKey(field.mapKey);
  const readValue = elementReader(2, field, false, false, contents);
  const takesNull = isNullable(field);
  const tag = ((field.number << 3) | 2) >>> 0;
  return (input, out) => {
    if (input.text.charCodeAt(input.pos) !== 0x7b) input.unexpected('an object (a map)');
    let keys: Set<string> | undefined;
    let first: string | undefined;
    if (!input.open(0x7d)) return;
    do {
      const at = input.pos;
      const start = out.length;
      out.uint32(tag);
      const body = out.begin();
      const key = readKey(input, out);
      if (first === undefined) first = key;
      else {
        keys ??= new Set([first]);
        if (keys.has(key)) input.fail(at, `"${visible(key)}" is given twice`);
        keys.add(key);
      }
      if (!takesNull && input.text.charCodeAt(input.pos) === 0x6e) refuseNull(input, "a map's value");
      const value = out.length;
      readValue(input, out);
      if (out.length === value) out.length = start;
      else out.end(body);
    } while (input.more(0x7d));
  };
}

/** Reads a key, writes it as field 1 and returns its text; stands on the value then. */
function elementOfKey(type: ScalarType): (input: JsonCursor, out: BinaryWriter) => string {
  const read = mapKeyReader(type);
  const tag = 8 | scalarWireType(type);
  return (input, out) => {
    const at = input.pos;
    const key = input.key();
    const value = input.pos;
    out.uint32(tag);
    input.pos = at;
    read(input, out);
    input.pos = value;
    return key;
  };
}
