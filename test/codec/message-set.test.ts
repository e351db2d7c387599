// Messages of the MessageSet wire format: their extensions are read and written as those of other messages are, in JSON
// and in the text format; only their bytes differ.
import { create, createFileRegistry } from '@bufbuild/protobuf';
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { describe, expect, test } from 'vitest';
import { unresolvedTypes } from '../../src/codec/any.ts';
import { jsonPrinter } from '../../src/codec/json-printer.ts';
import { jsonReader } from '../../src/codec/json-reader.ts';
import { textPrinter } from '../../src/codec/text-printer.ts';
import { textReader } from '../../src/codec/text-reader.ts';

const item = { label: 1, type: 11, typeName: '.t.Item', extendee: '.t.Set' } as const;
const registry = createFileRegistry(
  create(FileDescriptorProtoSchema, {
    name: 'set.proto',
    package: 't',
    syntax: 'proto2',
    messageType: [
      {
        name: 'Set',
        options: { messageSetWireFormat: true },
        extensionRange: [{ start: 4, end: 2147483647 }],
      },
      {
        name: 'Item',
        field: [
          { name: 'text', number: 1, label: 1, type: 9, jsonName: 'text' },
          { name: 'set', number: 2, label: 1, type: 11, typeName: '.t.Set', jsonName: 'set' },
          { name: 'numbers', number: 3, label: 3, type: 5, jsonName: 'numbers' },
        ],
      },
    ],
    extension: [
      { ...item, name: 'item', number: 1000 },
      { ...item, name: 'large', number: 2147483646 },
      { ...item, name: 'text', number: 1001, type: 9, typeName: '' },
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
const read = (json: string) => jsonReader(set, { types })(at(json));
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

function print(bytes: Uint8Array): { json: unknown; warnings: string[] } {
  const warnings: string[] = [];
  const json = jsonPrinter(set, { types, onWarning: (warning) => warnings.push(warning) })(bytes);
  return { json: JSON.parse(json), warnings };
}

/** An item by hand: its parts in the order given. */
function itemBytes(...parts: readonly (number | Uint8Array)[]): Uint8Array {
  const writer = new BinaryWriter().uint32(11);
  for (const part of parts) {
    if (typeof part === 'number') writer.uint32(16).uint32(part);
    else writer.uint32(26).bytes(part);
  }
  return writer.uint32(12).finish();
}

const many = (bytes: Uint8Array): Buffer => Buffer.concat(new Array<Uint8Array>(200_000).fill(bytes));
const text = (value: string) => new BinaryWriter().uint32(10).string(value).finish();

describe('requests', () => {
  test('an empty one is as any message', () => {
    expect(read('{}')).toEqual(new Uint8Array());
    expect(textReader(set, { types })(at(''))).toEqual(new Uint8Array());
  });

  test.each([
    ['{"[t.item]":{"text":"a"}}', '[t.item] { text: "a" }', '0b10e8071a030a01610c'],
    ['{"[t.item]":{}}', '[t.item] {}', '0b10e8071a000c'],
    ['{"[t.large]":{"text":"a"}}', '[t.large] { text: "a" }', '0b10feffffff071a030a01610c'],
    ['{"[t.item]":{"set":{"[t.item]":{}}}}', '[t.item] { set { [t.item] {} } }', '0b10e8071a0912070b10e8071a000c0c'],
  ])('%s', (json, textFormat, bytes) => {
    expect(hex(read(json))).toBe(bytes);
    expect(hex(textReader(set, { types })(at(textFormat)))).toBe(bytes);
    expect(print(read(json))).toEqual({ json: JSON.parse(json), warnings: [] });
    const printed = textPrinter(set, { types })(read(json));
    expect(hex(textReader(set, { types, strict: true })(at(printed)))).toBe(bytes);
  });

  test('what does not extend it is refused', () => {
    expect(() => read('{"[t.other]":{}}')).toThrow(/t\.Set has no field "\[t\.other\]"/);
    expect(() => read('{"[t.item]":1}')).toThrow(/expected an object \(t\.Item\)/);
  });
});

describe('responses', () => {
  test.each([
    ['the number behind the message', [itemBytes(text('a'), 1000)], { '[t.item]': { text: 'a' } }],
    ['a message in parts', [itemBytes(1000, text('a'), text('b'))], { '[t.item]': { text: 'b' } }],
    ['an item twice', [itemBytes(1000, text('a')), itemBytes(1000, text('b'))], { '[t.item]': { text: 'b' } }],
    [
      'two items',
      [itemBytes(2147483646, text('a')), itemBytes(1000, text('b'))],
      { '[t.item]': { text: 'b' }, '[t.large]': { text: 'a' } },
    ],
  ])('%s', (_, items, json) => {
    const bytes = Buffer.concat(items);
    const printed = print(bytes);
    expect(printed).toEqual({ json, warnings: [] });
    expect(print(textReader(set, { types })(at(textPrinter(set, { types })(bytes))))).toEqual(printed);
  });

  test.each([
    ['of an extension that nobody knows', itemBytes(77, text('a'))],
    ['without a number', itemBytes(text('a'))],
    ['without a message', itemBytes(1000)],
    ['of an extension that is no message', itemBytes(1001, text('a'))],
  ])('an item %s is shown as bytes, with a warning', (_, bytes) => {
    const { json, warnings } = print(bytes);
    expect(json).toEqual({ '[1]': Buffer.from(bytes.subarray(1, -1)).toString('base64') });
    expect(warnings).toEqual([expect.stringMatching(/t\.Set holds items whose extensions are not in the schema/)]);
    expect(textPrinter(set, { types })(bytes)).toMatch(/^1 \{/);
  });

  test.each([
    ['very many items', many(itemBytes(1000, text('a')))],
    [
      'the very many parts of an item',
      Buffer.concat([itemBytes(1000).subarray(0, -1), many(itemBytes(text('a')).subarray(1, -1)), Uint8Array.of(12)]),
    ],
  ])('%s are merged', (_, bytes) => {
    expect(print(bytes).json).toEqual({ '[t.item]': { text: 'a' } });
    expect(textPrinter(set, { types })(bytes)).toBe('[t.item] {\n  text: "a"\n}\n');
  });

  test('bytes that end inside an item are no message', () => {
    const bytes = itemBytes(1000, text('a')).subarray(0, -1);
    expect(() => print(bytes)).toThrow(/not a valid t\.Set/);
    expect(() => textPrinter(set, { types })(bytes)).toThrow(/not a valid t\.Set/);
  });

  test('extensions that are not in the schema yet can be asked for', () => {
    const bytes = Buffer.concat([itemBytes(77, text('a')), read('{"[t.item]":{"set":{}}}')]);
    expect(unresolvedTypes(set, bytes, types)).toEqual(['t.Set[77]']);
    const nested = itemBytes(
      1000,
      new BinaryWriter()
        .uint32(18)
        .bytes(itemBytes(78, text('a')))
        .finish(),
    );
    expect(unresolvedTypes(set, nested, types)).toEqual(['t.Set[78]']);
  });
});
