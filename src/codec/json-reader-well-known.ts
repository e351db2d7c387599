// Readers of the well-known types whose JSON is not an object of their fields.
// https://protobuf.dev/programming-guides/json/
import type { DescMessage } from '@bufbuild/protobuf';
import type { BinaryWriter } from './binary-writer.ts';
import { anyReader } from './json-reader-any.ts';
import type { JsonCursor } from './json-reader-cursor.ts';
import { fieldReader } from './json-reader-field.ts';
import { readDouble } from './json-reader-number.ts';
import type { ReadValue, TypeReaders } from './json-reader-scalar.ts';
import { readString } from './json-reader-text.ts';
import { parseDuration, parseTimestamp, type Seconds, snakePath } from './time-text.ts';
import { isWrapper } from './well-known.ts';

/** The reader of a well-known type's contents; undefined for types whose JSON is an object of their fields. */
export function wellKnownReader(desc: DescMessage, readers: TypeReaders): ReadValue | undefined {
  if (!desc.typeName.startsWith('google.protobuf.')) return undefined;
  if (isWrapper(desc.typeName)) return wrapperReader(desc);
  switch (desc.typeName) {
    case 'google.protobuf.Any':
      return anyReader(desc, readers);
    case 'google.protobuf.Timestamp':
      return secondsReader(desc, readers, parseTimestamp, 'a time such as "2024-02-29T23:59:59.5Z"');
    case 'google.protobuf.Duration':
      return secondsReader(desc, readers, parseDuration, 'a duration in seconds such as "1.5s"');
    case 'google.protobuf.FieldMask':
      return orMembers(desc, readers, readFieldMask);
    case 'google.protobuf.Struct':
      return readStruct;
    case 'google.protobuf.Value':
      return readDynamic;
    case 'google.protobuf.ListValue':
      return readList;
    default:
      return undefined;
  }
}

function wrapperReader(desc: DescMessage): ReadValue {
  const field = desc.fields[0];
  const read = field ? fieldReader(field, () => readDynamic) : undefined;
  return (input, out) => {
    input.enter();
    if (!input.takeNull()) read?.(input, out);
    input.leave();
  };
}

/** An object stands for the type's fields, unless only the specification's form is taken. */
function orMembers(desc: DescMessage, readers: TypeReaders, read: ReadValue): ReadValue {
  let members: ReadValue | undefined;
  return (input, out) => {
    if (input.lenient && input.text.charCodeAt(input.pos) === 0x7b) {
      members ??= readers.members(desc);
      members(input, out);
    } else {
      input.enter();
      read(input, out);
      input.leave();
    }
  };
}

function secondsReader(
  desc: DescMessage,
  readers: TypeReaders,
  parse: (text: string) => Seconds | undefined,
  what: string,
): ReadValue {
  return orMembers(desc, readers, (input: JsonCursor, out: BinaryWriter) => {
    const at = input.pos;
    if (input.text.charCodeAt(at) !== 0x22) input.unexpected(what);
    const value = parse(input.string());
    if (!value) input.fail(at, `expected ${what}, got ${input.found(at)}`);
    if (value.seconds !== 0) {
      out.uint32(8);
      out.varint64((value.seconds % 4294967296) | 0, Math.floor(value.seconds / 4294967296));
    }
    if (value.nanos !== 0) {
      out.uint32(16);
      out.int32(value.nanos);
    }
  });
}

function readFieldMask(input: JsonCursor, out: BinaryWriter): void {
  const at = input.pos;
  if (input.text.charCodeAt(at) !== 0x22) input.unexpected('field paths such as "displayName,owner.name"');
  const text = input.string();
  if (text === '') return;
  for (const path of text.split(',')) {
    const snake = snakePath(path) ?? (input.lenient ? path : undefined);
    if (snake === undefined) {
      input.fail(at, `expected field paths in lowerCamelCase, got ${input.found(at)}`);
    }
    out.uint32(10);
    out.string(snake);
  }
}

/** Struct: `fields` is a map from names to values. */
function readStruct(input: JsonCursor, out: BinaryWriter): void {
  if (input.text.charCodeAt(input.pos) !== 0x7b) input.unexpected('an object (google.protobuf.Struct)');
  input.enter();
  const names = new Set<string>();
  if (input.open(0x7d)) {
    do {
      const at = input.pos;
      const name = input.key();
      if (names.has(name)) input.fail(at, 'the same name is given twice');
      names.add(name);
      out.uint32(10);
      const entry = out.begin();
      out.uint32(10);
      out.string(name);
      out.uint32(18);
      const value = out.begin();
      readDynamic(input, out);
      out.end(value);
      out.end(entry);
    } while (input.more(0x7d));
  }
  input.leave();
}

/** ListValue: `values` is a repeated Value. */
function readList(input: JsonCursor, out: BinaryWriter): void {
  if (input.text.charCodeAt(input.pos) !== 0x5b) input.unexpected('an array (google.protobuf.ListValue)');
  input.enter();
  if (input.open(0x5d)) {
    do {
      out.uint32(10);
      const value = out.begin();
      readDynamic(input, out);
      out.end(value);
    } while (input.more(0x5d));
  }
  input.leave();
}

/** Value: a oneof of null, number, string, bool, struct and list, fields 1 to 6. */
function readDynamic(input: JsonCursor, out: BinaryWriter): void {
  const code = input.space();
  input.enter();
  if (code === 0x22) {
    out.uint32(26);
    readString(input, out);
  } else if (code === 0x7b || code === 0x5b) {
    out.uint32(code === 0x7b ? 42 : 50);
    const start = out.begin();
    if (code === 0x7b) readStruct(input, out);
    else readList(input, out);
    out.end(start);
  } else if (input.literal('true') || input.literal('false')) {
    out.uint32(32);
    out.uint32(code === 0x74 ? 1 : 0);
  } else if (input.literal('null')) {
    out.uint32(8);
    out.uint32(0);
  } else if (code === 0x2d || (code >= 0x30 && code <= 0x39)) {
    out.uint32(17);
    out.double(readDouble(input));
  } else input.unexpected('a JSON value');
  input.leave();
}
