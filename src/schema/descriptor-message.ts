// File descriptors from bytes, as the library's own objects but without its schema of schemas: to set that up takes
// longer than everything else a short call does with its types.
import type { Message } from '@bufbuild/protobuf';
import { BinaryReader, BinaryWriter, type WireType } from '@bufbuild/protobuf/wire';
import type { FileDescriptorProto } from '@bufbuild/protobuf/wkt';
import { descriptorShape } from './builtin/descriptor-shape.ts';

/** Messages nested deeper are refused, as the library does. */
const maxDepth = 100;
const lengthDelimited = 2;

type Content = Record<string, unknown> & { $unknown?: { no: number; wireType: WireType; data: Uint8Array }[] };
type ReadScalar = (reader: BinaryReader) => unknown;

interface Field {
  readonly name: string;
  readonly isList: boolean;
  /** The message type; undefined for all others. */
  readonly type: string | undefined;
  readonly read: ReadScalar;
  /** An enum's numbers: others count as unknown fields (they are closed in proto2). */
  readonly values: ReadonlySet<number> | undefined;
  readonly packable: boolean;
}

interface Shape {
  readonly fields: ReadonlyMap<number, Field>;
  readonly lists: readonly string[];
  /** Holds the values of what is not set. */
  readonly prototype: object;
}

const scalars = new Map<string, { readonly read: ReadScalar; readonly zero: unknown }>([
  ['string', { read: (reader) => reader.string(), zero: '' }],
  ['bytes', { read: (reader) => reader.bytes(), zero: new Uint8Array(0) }],
  ['bool', { read: (reader) => reader.bool(), zero: false }],
  ['int32', { read: (reader) => reader.int32(), zero: 0 }],
  ['int64', { read: (reader) => reader.int64(), zero: 0n }],
  ['uint64', { read: (reader) => reader.uint64(), zero: 0n }],
  ['double', { read: (reader) => reader.double(), zero: 0 }],
]);

const shapes = new Map<string, Shape>();

/**
 * Reads one file descriptor: what `fromBinary(FileDescriptorProtoSchema, bytes)` gives.
 *
 * @throws Error if the bytes are not a message, or one nested too deep
 */
export function readFileDescriptor(bytes: Uint8Array): FileDescriptorProto {
  return readMessage('FileDescriptorProto', bytes);
}

/** Reads any message of descriptor.proto, named without its package. Throws as readFileDescriptor does. */
export function readMessage<T extends Message>(name: string, bytes: Uint8Array): T {
  const typeName = `google.protobuf.${name}`;
  const message = empty(typeName);
  readInto(message, typeName, new BinaryReader(bytes), bytes.length, 1);
  return message as unknown as T;
}

/**
 * A message of descriptor.proto, named without its package, with `values` set: what `create` gives. Nested messages have
 * to be made alike.
 */
export function newMessage<T extends Message>(name: string, values: Partial<T>): T {
  return Object.assign(empty(`google.protobuf.${name}`), values) as unknown as T;
}

function empty(typeName: string): Content {
  const { prototype, lists } = shapeOf(typeName);
  const message = Object.create(prototype) as Content;
  message.$typeName = typeName;
  for (const name of lists) message[name] = [];
  return message;
}

function readInto(message: Content, typeName: string, reader: BinaryReader, end: number, depth: number): void {
  if (depth > maxDepth) throw new Error(`${typeName} is nested deeper than ${maxDepth} levels`);
  const { fields } = shapeOf(typeName);
  while (reader.pos < end) {
    const [no, wireType] = reader.tag();
    const field = fields.get(no);
    if (field === undefined) addUnknown(message, no, wireType, reader.skip(wireType, no, maxDepth - depth));
    else if (field.type !== undefined) readChild(message, field, field.type, reader, depth);
    else if (field.isList) readList(message[field.name] as unknown[], field, wireType, reader);
    else readOne(message, field, no, wireType, reader);
  }
}

function readChild(message: Content, field: Field, type: string, reader: BinaryReader, depth: number): void {
  // A message given twice is merged.
  const child = (field.isList ? undefined : (message[field.name] as Content | undefined)) ?? empty(type);
  const length = reader.uint32();
  readInto(child, type, reader, reader.pos + length, depth + 1);
  if (field.isList) (message[field.name] as unknown[]).push(child);
  else message[field.name] = child;
}

function readList(items: unknown[], field: Field, wireType: WireType, reader: BinaryReader): void {
  if (wireType !== lengthDelimited || !field.packable) {
    items.push(field.read(reader));
    return;
  }
  const end = reader.uint32() + reader.pos;
  while (reader.pos < end) items.push(field.read(reader));
}

function readOne(message: Content, field: Field, no: number, wireType: WireType, reader: BinaryReader): void {
  const value = field.read(reader);
  if (field.values?.has(value as number) !== false) message[field.name] = value;
  else addUnknown(message, no, wireType, new BinaryWriter().int32(value as number).finish());
}

function addUnknown(message: Content, no: number, wireType: WireType, data: Uint8Array): void {
  message.$unknown ??= [];
  message.$unknown.push({ no, wireType, data });
}

function shapeOf(typeName: string): Shape {
  let shape = shapes.get(typeName);
  if (shape === undefined) {
    shape = makeShape((descriptorShape[typeName] as string).split(';'));
    shapes.set(typeName, shape);
  }
  return shape;
}

function makeShape(rows: readonly string[]): Shape {
  const fields = new Map<number, Field>();
  const lists: string[] = [];
  const prototype: Record<string, unknown> = {};
  for (const row of rows) {
    const [no, label, kind, fallback] = row.split(' ') as [string, string, string, string | undefined];
    const isList = label.startsWith('*');
    const name = isList ? label.slice(1) : label;
    const scalar = scalars.get(kind);
    const values = /^\d/.test(kind) ? kind.split(',').map(Number) : undefined;
    const type = scalar === undefined && values === undefined ? kind : undefined;
    const zero = scalar?.zero ?? values?.[0];
    if (isList) lists.push(name);
    else if (type === undefined) prototype[name] = fallback === undefined ? zero : values ? Number(fallback) : true;
    fields.set(Number(no), {
      name,
      isList,
      type,
      read: scalar?.read ?? ((reader) => reader.int32()),
      values: isList || values === undefined ? undefined : new Set(values),
      packable: kind !== 'string' && kind !== 'bytes',
    });
  }
  return { fields, lists, prototype };
}
