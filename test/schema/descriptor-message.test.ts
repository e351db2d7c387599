// The reader of file descriptors against the library's own: the same objects from the same bytes, also broken ones.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import * as wkt from '@bufbuild/protobuf/wkt';
import {
  type EnumDescriptorProto,
  EnumDescriptorProtoSchema,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
} from '@bufbuild/protobuf/wkt';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { builtinFiles } from '../../src/schema/builtin/files.ts';
import * as enums from '../../src/schema/descriptor-enums.ts';
import { newMessage, readFileDescriptor } from '../../src/schema/descriptor-message.ts';
import '../support/property-seed.ts';

const library = (bytes: Uint8Array) => fromBinary(FileDescriptorProtoSchema, bytes);
const builtin = Object.values(builtinFiles()).map((text) => new Uint8Array(Buffer.from(text, 'base64')));
const linked = fromBinary(FileDescriptorSetSchema, readFileSync(join(import.meta.dirname, 'linker/expected.binpb')));

/** What a caller can see of it: own fields, the values of what is not set, unknown fields. */
function seen(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(seen);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (typeof value !== 'object' || value === null) return value;
  const own = Object.entries(value).map(([key, inner]) => [key, seen(inner)] as const);
  const unset = Object.entries(Object.getPrototypeOf(value) ?? {}).map(([key, inner]) => [key, seen(inner)] as const);
  return { own: Object.fromEntries(own), unset: Object.fromEntries(unset) };
}

function outcome(read: (bytes: Uint8Array) => unknown, bytes: Uint8Array): unknown {
  try {
    return seen(read(bytes));
  } catch {
    return 'refused';
  }
}

describe('readFileDescriptor', () => {
  it('reads what grepl carries along and what protoc wrote as the library does', () => {
    const files = [...builtin, ...linked.file.map((file) => toBinary(FileDescriptorProtoSchema, file))];
    expect(files.length).toBeGreaterThan(20);
    for (const bytes of files) {
      expect(seen(readFileDescriptor(bytes))).toEqual(seen(library(bytes)));
      expect(toBinary(FileDescriptorProtoSchema, readFileDescriptor(bytes))).toEqual(bytes);
    }
  });

  it('takes and refuses the same damaged bytes', () => {
    const damage = fc.tuple(fc.constantFrom(...builtin), fc.nat(), fc.integer({ min: 0, max: 255 }), fc.boolean());
    fc.assert(
      fc.property(damage, ([bytes, at, value, cut]) => {
        const copy = cut ? bytes.slice(0, at % bytes.length) : bytes.slice();
        if (copy.length > 0) copy[at % copy.length] = value;
        expect(outcome(readFileDescriptor, copy)).toEqual(outcome(library, copy));
      }),
      { numRuns: 2000, seed: 7 },
    );
  });

  it.each([
    ['a field type that does not exist', [34, new Uint8Array([18, 2, 40, 99])]],
    ['a message twice', [66, new Uint8Array([10, 1, 97, 80, 1])], [66, new Uint8Array([90, 1, 98])]],
    ['a packed list of one, not packed', [80, 5]],
    ['a field nobody knows', [8000, 1]],
  ] as [string, ...[number, number | Uint8Array][]][])('reads %s as the library does', (_what, ...fields) => {
    const writer = new BinaryWriter();
    for (const [tag, value] of fields) {
      writer.uint32(tag);
      if (typeof value === 'number') writer.uint32(value);
      else writer.bytes(value);
    }
    const bytes = writer.finish();
    expect(seen(readFileDescriptor(bytes))).toEqual(seen(library(bytes)));
  });

  it('refuses messages nested without end', () => {
    let message: Uint8Array = new Uint8Array(0);
    for (let level = 0; level < 5000; level++) message = new BinaryWriter().uint32(26).bytes(message).finish();
    const file = new BinaryWriter().uint32(34).bytes(message).finish();
    expect(() => readFileDescriptor(file)).toThrow(/nested deeper than 100/);
  });
});

describe('newMessage', () => {
  it('makes what the library makes', () => {
    expect(seen(newMessage<EnumDescriptorProto>('EnumDescriptorProto', { name: 'E' }))).toEqual(
      seen(create(EnumDescriptorProtoSchema, { name: 'E' })),
    );
  });
});

describe('the enums of descriptor.proto', () => {
  it.each([
    ['FieldDescriptorProto_Type', enums.FieldType, wkt.FieldDescriptorProto_Type],
    ['FieldDescriptorProto_Label', enums.FieldLabel, wkt.FieldDescriptorProto_Label],
    ['Edition', enums.Edition, wkt.Edition],
    ['SymbolVisibility', enums.SymbolVisibility, wkt.SymbolVisibility],
    ['FeatureSet_MessageEncoding', enums.MessageEncoding, wkt.FeatureSet_MessageEncoding],
    ['FeatureSet_RepeatedFieldEncoding', enums.RepeatedFieldEncoding, wkt.FeatureSet_RepeatedFieldEncoding],
  ])('%s has the numbers of the library', (_name, ours, theirs) => {
    const named = Object.entries(theirs).filter(([key]) => !/^\d/.test(key));
    expect(Object.entries(ours)).toEqual(named);
  });
});
