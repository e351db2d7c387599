// Message types with a field of every kind there is, made by rule so that none is forgotten: each scalar, enum and
// message, singular, optional, repeated, packed or not, in oneofs, as map values under each kind of key, as extensions.
import { create, createFileRegistry, type DescMessage, type MessageInitShape } from '@bufbuild/protobuf';
import {
  type FieldDescriptorProto_Type,
  type FileDescriptorProto,
  type FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
} from '@bufbuild/protobuf/wkt';
import { builtinWithImports } from '../../../src/schema/builtin/builtin.ts';
import type { TypeResolver } from '../../../src/schema/schema.ts';

type FileInit = MessageInitShape<typeof FileDescriptorProtoSchema>;
type MessageInit = NonNullable<FileInit['messageType']>[number];

/** The parts of a FieldDescriptorProto that are needed here. */
interface FieldInit {
  readonly name?: string;
  readonly number?: number;
  readonly label?: 1 | 2 | 3;
  readonly type?: FieldDescriptorProto_Type;
  readonly typeName?: string;
  readonly jsonName?: string;
  readonly extendee?: string;
  readonly oneofIndex?: number;
  readonly proto3Optional?: boolean;
  readonly defaultValue?: string;
  readonly options?: { readonly packed: boolean };
}

type Syntax = 'proto2' | 'proto3' | 'editions';

const packages = new Map<string, Syntax>([
  ['every.proto2', 'proto2'],
  ['every.proto3', 'proto3'],
  ['every.editions', 'editions'],
  ['every.delimited', 'editions'],
]);
const scalars = [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 15, 16, 17, 18] as const;
const keys = scalars.filter((type) => ![1, 2, 12].includes(type));
const [isGroup, isMessage, isEnum] = [10, 11, 14] as const;
const wellKnown = [
  ...['Any', 'Timestamp', 'Duration', 'FieldMask', 'Struct', 'Value', 'ListValue', 'Empty'],
  ...['Double', 'Float', 'Int64', 'UInt64', 'Int32', 'UInt32', 'Bool', 'String', 'Bytes'].map((name) => `${name}Value`),
];
const imports = ['any', 'timestamp', 'duration', 'field_mask', 'struct', 'empty', 'wrappers'];

/** Fields numbered in their order, from `first` on. */
function numbered(fields: readonly FieldInit[], first = 1): FieldInit[] {
  return fields.map((field, index) => ({
    label: 1 as const,
    jsonName: field.name!.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase()),
    ...field,
    number: first + index,
  }));
}

/** One field of each type that is no map: scalars, enums, a message, itself, well-known types. */
function everyType(pkg: string, owner: string, prefix: string): FieldInit[] {
  return [
    ...scalars.map((type) => ({ name: `${prefix}_scalar${type}`, type })),
    { name: `${prefix}_enum`, type: isEnum, typeName: `.${pkg}.Color` },
    { name: `${prefix}_null`, type: isEnum, typeName: '.google.protobuf.NullValue' },
    { name: `${prefix}_self`, type: isMessage, typeName: `.${pkg}.${owner}` },
    ...wellKnown.map((name) => ({
      name: `${prefix}_${name.toLowerCase()}`,
      type: isMessage,
      typeName: `.google.protobuf.${name}`,
    })),
  ];
}

function mapsOf(pkg: string): MessageInit {
  const values: FieldInit[] = [
    ...scalars.map((type) => ({ type })),
    { type: isEnum, typeName: `.${pkg}.Color` },
    { type: isMessage, typeName: `.${pkg}.Maps` },
    ...wellKnown.map((name) => ({ type: isMessage, typeName: `.google.protobuf.${name}` })),
  ];
  const pairs = [
    ...keys.map((key) => ({ key, value: values[0]! })),
    ...values.map((value, index) => ({ key: keys[index % keys.length]!, value })),
  ];
  const entries = pairs.map(({ key, value }, index) => ({
    name: `M${index}Entry`,
    options: { mapEntry: true },
    field: [
      { name: 'key', number: 1, label: 1 as const, type: key, jsonName: 'key' },
      { name: 'value', number: 2, label: 1 as const, jsonName: 'value', ...value },
    ],
  }));
  const fields = entries.map(({ name }, index) => ({
    name: `m${index}`,
    label: 3 as const,
    type: isMessage,
    typeName: `.${pkg}.Maps.${name}`,
  }));
  return { name: 'Maps', nestedType: entries, field: numbered(fields) };
}

/** A file with everything that the syntax has, under a package of its own. */
function everything(pkg: string, syntax: Syntax): FileInit {
  const labelled = (fields: FieldInit[], more: FieldInit): FieldInit[] =>
    fields.map((field) => ({ ...field, ...more }));
  const repeated = labelled(everyType(pkg, 'Lists', 'list'), { label: 3 });
  const loose = scalars
    .filter((type) => type !== 9 && type !== 12)
    .map((type): FieldInit => ({ name: `other_${type}`, label: 3, type, options: { packed: syntax === 'proto2' } }));
  const optional = everyType(pkg, 'Optionals', 'maybe').map((field, index) =>
    syntax === 'proto3' ? { ...field, oneofIndex: index, proto3Optional: true } : field,
  );
  const messageType: MessageInit[] = [
    { name: 'Singles', field: numbered(everyType(pkg, 'Singles', 'one')) },
    {
      name: 'Optionals',
      field: numbered(optional),
      oneofDecl: syntax === 'proto3' ? optional.map(({ name }) => ({ name: `_${name}` })) : [],
    },
    { name: 'Lists', field: numbered(syntax === 'editions' ? repeated : [...repeated, ...loose]) },
    mapsOf(pkg),
    {
      name: 'Choices',
      field: numbered(labelled(everyType(pkg, 'Choices', 'pick'), { oneofIndex: 0 })),
      oneofDecl: [{ name: 'choice' }],
    },
    {
      name: '__proto__',
      field: numbered(['constructor', 'to_string', 'x_y', '__proto__'].map((name) => ({ name, type: 9 }))),
    },
  ];
  return {
    name: `${pkg}.proto`,
    package: pkg,
    syntax,
    dependency: [
      ...imports.map((name) => `google/protobuf/${name}.proto`),
      ...(syntax === 'editions' ? ['every.proto2.proto'] : []),
    ],
    messageType: syntax === 'proto2' ? [...messageType, ...old(pkg)] : messageType,
    enumType: [
      {
        name: 'Color',
        options: { allowAlias: true },
        value: [
          { name: 'NONE', number: 0 },
          { name: 'RED', number: 1 },
          { name: 'ROSSO', number: 1 },
          { name: 'LAST', number: 2147483647 },
          { name: 'LEAST', number: -2147483648 },
        ],
      },
    ],
    extension: syntax === 'proto3' ? [] : extensions(pkg),
    ...(syntax === 'editions' ? { edition: 1000 } : {}),
    ...(pkg.endsWith('delimited') ? { options: { features: { messageEncoding: 2 } } } : {}),
  };
}

function extensions(pkg: string): FieldInit[] {
  const first = [...packages.keys()].indexOf(pkg) * 200 + 100;
  const singles = everyType(pkg, 'Singles', 'ext');
  const lists = everyType(pkg, 'Singles', 'exts').map((field): FieldInit => ({ ...field, label: 3 }));
  return numbered([...singles, ...lists], first).map((field) => ({ ...field, extendee: '.every.proto2.Extended' }));
}

/** What only proto2 has: groups, required fields, defaults, extension ranges, message sets. */
function old(pkg: string): MessageInit[] {
  const inGroup = (name: string): MessageInit => ({ name, field: numbered(everyType(pkg, 'Groups', 'in')) });
  const group = (name: string, more: FieldInit = {}): FieldInit => ({
    name: name.toLowerCase(),
    type: isGroup,
    typeName: `.${pkg}.Groups.${name}`,
    ...more,
  });
  return [
    {
      name: 'Groups',
      nestedType: [inGroup('Box'), inGroup('Line'), inGroup('Pick')],
      field: numbered([group('Box'), group('Line', { label: 3 }), group('Pick', { oneofIndex: 0 })]),
      oneofDecl: [{ name: 'choice' }],
    },
    {
      name: 'Required',
      field: numbered([
        { name: 'id', type: 5, label: 2 },
        { name: 'next', type: isMessage, typeName: `.${pkg}.Required` },
        { name: 'text', type: 9, defaultValue: 'a "b"' },
        { name: 'raw', type: 12, defaultValue: '\\000\\"\\377' },
        { name: 'size', type: 3, defaultValue: '-9223372036854775808' },
        { name: 'ratio', type: 2, defaultValue: 'nan' },
      ]),
    },
    { name: 'Extended', extensionRange: [{ start: 100, end: 10_000 }], field: numbered([{ name: 'id', type: 5 }]) },
    { name: 'Set', options: { messageSetWireFormat: true }, extensionRange: [{ start: 4, end: 2147483647 }] },
    {
      name: 'SetItem',
      field: numbered([
        { name: 'text', type: 9 },
        { name: 'set', type: isMessage, typeName: `.${pkg}.Set` },
      ]),
      extension: [
        {
          name: 'item',
          number: 1_547_769,
          label: 1,
          type: isMessage,
          typeName: `.${pkg}.SetItem`,
          extendee: `.${pkg}.Set`,
        },
        {
          name: 'big',
          number: 2_147_483_646,
          label: 1,
          type: isMessage,
          typeName: `.${pkg}.Singles`,
          extendee: `.${pkg}.Set`,
        },
      ],
    },
    { name: 'SetHolder', field: numbered([{ name: 'set', type: isMessage, typeName: `.${pkg}.Set` }]) },
  ];
}

function builtins(): FileDescriptorProto[] {
  const files = imports.flatMap((name) => builtinWithImports(`google/protobuf/${name}.proto`) ?? []);
  return [...new Set(files)];
}

const own = [...packages].map(([pkg, syntax]) => everything(pkg, syntax));

/** All of the types, and the well-known ones. */
export const everyKind = createFileRegistry(create(FileDescriptorSetSchema, { file: [...builtins(), ...own] }));

/** The types that documents are made for. */
export const everyKindOfMessage: readonly DescMessage[] = [...everyKind].filter(
  (type): type is DescMessage => type.kind === 'message' && type.typeName.startsWith('every.'),
);

/** The types as the codecs look them up. */
export const everyKindTypes: TypeResolver = {
  message: (fullName) => everyKind.getMessage(fullName),
  enum: (fullName) => everyKind.getEnum(fullName),
  extension: (extendee, number) => everyKind.getExtensionFor(extendee, number),
  extensionByName: (fullName) => everyKind.getExtension(fullName),
};
