// Good descriptor sets for the fuzzer to spoil: one made by hand that has a bit of everything, those of the example
// services, and those of the linker's fixtures.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { create, fromBinary, type MessageInitShape } from '@bufbuild/protobuf';
import {
  type FileDescriptorProtoSchema,
  type FileDescriptorSet,
  FileDescriptorSetSchema,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
} from '@bufbuild/protobuf/wkt';
import { packedDescriptorSet } from '../../../src/demo/descriptors.ts';

type FileInit = MessageInitShape<typeof FileDescriptorProtoSchema>;
type FieldInit = NonNullable<FileInit['extension']>[number];

/** A field of a scalar type, or, with a type's name, of that type. */
function field(name: string, number: number, type: Type, more: FieldInit = {}): FieldInit {
  return { name, number, type, label: Label.OPTIONAL, jsonName: name, ...more };
}

const bits: FileInit = {
  name: 'bits.proto',
  package: 'fuzz.bits',
  syntax: 'proto3',
  messageType: [
    { name: 'Tree', field: [field('left', 1, Type.MESSAGE, { typeName: '.fuzz.bits.Tree' })] },
    {
      name: '__proto__',
      field: [
        field('constructor', 1, Type.STRING),
        field('toString', 2, Type.MESSAGE, { typeName: '.fuzz.bits.__proto__' }),
      ],
    },
    {
      name: 'Maps',
      nestedType: [
        {
          name: 'ByNameEntry',
          options: { mapEntry: true },
          field: [field('key', 1, Type.STRING), field('value', 2, Type.MESSAGE, { typeName: '.fuzz.bits.Tree' })],
        },
        {
          name: 'ByIdEntry',
          options: { mapEntry: true },
          field: [field('key', 1, Type.SINT64), field('value', 2, Type.ENUM, { typeName: '.fuzz.bits.Color' })],
        },
      ],
      field: [
        field('by_name', 1, Type.MESSAGE, { label: Label.REPEATED, typeName: '.fuzz.bits.Maps.ByNameEntry' }),
        field('by_id', 2, Type.MESSAGE, { label: Label.REPEATED, typeName: '.fuzz.bits.Maps.ByIdEntry' }),
        field('one', 3, Type.INT32, { oneofIndex: 0, jsonName: 'uno' }),
        field('two', 4, Type.BYTES, { oneofIndex: 0 }),
        field('maybe', 5, Type.BOOL, { oneofIndex: 1, proto3Optional: true }),
        field('many', 6, Type.DOUBLE, { label: Label.REPEATED, options: { packed: true } }),
      ],
      oneofDecl: [{ name: 'choice' }, { name: '_maybe' }],
      reservedRange: [{ start: 10, end: 20 }],
      reservedName: ['gone'],
    },
  ],
  enumType: [
    {
      name: 'Color',
      value: [
        { name: 'NONE', number: 0 },
        { name: 'RED', number: 1 },
        { name: 'ROSSO', number: 1 },
        { name: 'LESS', number: -1 },
      ],
      options: { allowAlias: true },
    },
  ],
};

const old: FileInit = {
  name: 'old.proto',
  package: 'fuzz.old',
  syntax: 'proto2',
  dependency: ['bits.proto', 'google/protobuf/descriptor.proto'],
  publicDependency: [0],
  messageType: [
    {
      name: 'Old',
      field: [
        field('id', 1, Type.INT64, { label: Label.REQUIRED }),
        field('ratio', 2, Type.FLOAT, { defaultValue: '-inf' }),
        field('raw', 3, Type.BYTES, { defaultValue: '\\001\\xff"' }),
        field('size', 4, Type.ENUM, { typeName: '.fuzz.old.Old.Size', defaultValue: 'BIG' }),
        field('box', 5, Type.GROUP, { typeName: '.fuzz.old.Old.Box' }),
        field('on', 6, Type.BOOL, { defaultValue: 'true' }),
      ],
      nestedType: [{ name: 'Box', field: [field('wide', 1, Type.UINT32)] }],
      enumType: [{ name: 'Size', value: [{ name: 'BIG', number: 7 }] }],
      extensionRange: [{ start: 100, end: 200 }],
      extension: [field('inner', 102, Type.STRING, { extendee: '.fuzz.old.Old' })],
    },
    {
      name: 'Set',
      options: { messageSetWireFormat: true },
      extensionRange: [{ start: 4, end: 2147483647 }],
    },
  ],
  extension: [
    field('note', 100, Type.STRING, { extendee: '.fuzz.old.Old', label: Label.REPEATED }),
    field('deep', 101, Type.MESSAGE, { extendee: '.fuzz.old.Old', typeName: '.fuzz.old.Old' }),
    field('item', 1_547_769, Type.MESSAGE, { extendee: '.fuzz.old.Set', typeName: '.fuzz.old.Old' }),
    field('tag', 50_001, Type.STRING, { extendee: '.google.protobuf.FieldOptions' }),
  ],
};

const fresh: FileInit = {
  name: 'new.proto',
  package: 'fuzz.fresh',
  syntax: 'editions',
  edition: 1000,
  dependency: ['bits.proto', 'old.proto', 'google/protobuf/any.proto', 'google/protobuf/timestamp.proto'],
  options: { features: { messageEncoding: 2, fieldPresence: 2 } },
  messageType: [
    {
      name: 'Ask',
      field: [
        field('name', 1, Type.STRING),
        field('tree', 2, Type.MESSAGE, { typeName: '.fuzz.bits.Tree' }),
        field('any', 3, Type.MESSAGE, { typeName: '.google.protobuf.Any', label: Label.REPEATED }),
        field('at', 4, Type.MESSAGE, { typeName: '.google.protobuf.Timestamp' }),
        field('old', 5, Type.MESSAGE, { typeName: '.fuzz.old.Old', options: { features: { messageEncoding: 1 } } }),
        field('set', 6, Type.MESSAGE, { typeName: '.fuzz.old.Set' }),
      ],
    },
  ],
  service: [
    {
      name: 'Desk',
      method: [
        { name: 'GetAsk', inputType: '.fuzz.fresh.Ask', outputType: '.fuzz.old.Old' },
        { name: 'ListMaps', inputType: '.fuzz.bits.Maps', outputType: '.fuzz.bits.Maps', serverStreaming: true },
        {
          name: 'constructor',
          inputType: '.fuzz.bits.__proto__',
          outputType: '.fuzz.bits.Tree',
          clientStreaming: true,
        },
      ],
    },
  ],
};

const example = fromBinary(FileDescriptorSetSchema, inflateRawSync(Buffer.from(packedDescriptorSet, 'base64')));
const fixtures = fromBinary(
  FileDescriptorSetSchema,
  readFileSync(join(import.meta.dirname, '../linker/expected.binpb')),
);

/** The sets by name, without those of their files that are carried along anyway. */
export const goodSets: readonly { readonly name: string; readonly set: FileDescriptorSet }[] = [
  { name: 'a bit of everything', set: create(FileDescriptorSetSchema, { file: [bits, old, fresh] }) },
  { name: 'the example services', set: own(example) },
  { name: "the linker's fixtures", set: own(fixtures) },
];

function own({ file }: FileDescriptorSet): FileDescriptorSet {
  const kept = file.filter(({ name }) => !name.startsWith('google/'));
  return create(FileDescriptorSetSchema, { file: kept });
}
