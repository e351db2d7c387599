// Messages of the MessageSet wire format: their extensions are refused in requests and told of in responses, never
// written or read as if they were fields.
import { create, createFileRegistry } from '@bufbuild/protobuf';
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { expect, test } from 'vitest';
import { jsonPrinter } from '../../src/codec/json-printer.ts';
import { jsonReader } from '../../src/codec/json-reader.ts';
import { textReader } from '../../src/codec/text-reader.ts';

const registry = createFileRegistry(
  create(FileDescriptorProtoSchema, {
    name: 'set.proto',
    package: 't',
    syntax: 'proto2',
    messageType: [
      { name: 'Set', options: { messageSetWireFormat: true }, extensionRange: [{ start: 4, end: 536870912 }] },
      { name: 'Item' },
    ],
    extension: [
      { name: 'item', number: 1000, label: 1, type: 11, typeName: '.t.Item', extendee: '.t.Set', jsonName: 'item' },
    ],
  }),
  () => undefined,
);
const set = registry.getMessage('t.Set')!;
const types = {
  message: (name: string) => registry.getMessage(name),
  enum: (name: string) => registry.getEnum(name),
  extension: (extendee: typeof set, number: number) => registry.getExtensionFor(extendee, number),
  extensionByName: (name: string) => registry.getExtension(name),
};
const at = (text: string) => ({ text, from: '-d', line: 1, column: 1 });

test('an empty one is as any message', () => {
  expect(jsonReader(set, { types })(at('{}'))).toEqual(new Uint8Array());
  expect(textReader(set, { types })(at(''))).toEqual(new Uint8Array());
});

test.each([
  ['JSON', () => jsonReader(set, { types })(at('{"[t.item]":{}}'))],
  ['the text format', () => textReader(set, { types })(at('[t.item] { }'))],
])('an extension in %s is refused', (_format, read) => {
  expect(read).toThrow(/t\.Set has the MessageSet wire format, which is not supported/);
});

test('what a response holds is shown as bytes, with a warning', () => {
  const bytes = new BinaryWriter()
    .uint32(11)
    .uint32(16)
    .uint32(1000)
    .uint32(26)
    .bytes(new Uint8Array())
    .uint32(12)
    .finish();
  const warnings: string[] = [];
  const text = jsonPrinter(set, { types, onWarning: (warning) => warnings.push(warning) })(bytes);
  expect(Object.keys(JSON.parse(text))).toEqual(['[1]']);
  expect(warnings).toEqual([expect.stringMatching(/t\.Set has the MessageSet wire format/)]);
});
