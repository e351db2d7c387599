// What spoiled schemas brought to light, each as a small case: schemas that no compiler lets through, and texts in
// schemas that must not reach a terminal as they are.
import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { type FileDescriptorProtoSchema, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { describe, expect, test } from 'vitest';
import { jsonPrinter } from '../../src/codec/json-printer.ts';
import { jsonReader } from '../../src/codec/json-reader.ts';
import { template } from '../../src/codec/template.ts';
import { descriptorSets } from '../../src/schema/descriptor-set.ts';
import type { Schema } from '../../src/schema/schema.ts';
import { openSchema } from '../../src/schema/store.ts';
import { runMain } from '../rest/run-main.ts';
import { temporaryFiles } from '../support/temp.ts';
import { file, fileT, message } from './reflection-server.ts';

type FieldInit = NonNullable<MessageInitShape<typeof FileDescriptorProtoSchema>['extension']>[number];

const types = {
  DOUBLE: 1,
  FLOAT: 2,
  INT64: 3,
  UINT64: 4,
  INT32: 5,
  BOOL: 8,
  STRING: 9,
  BYTES: 12,
  UINT32: 13,
  ENUM: 14,
};

function pathOf(...files: readonly ReturnType<typeof file>[]): string {
  const bytes = toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file: [...files] }));
  return `${temporaryFiles({ 's.binpb': bytes })}/s.binpb`;
}

async function schemaOf(...files: readonly ReturnType<typeof file>[]): Promise<Schema> {
  return openSchema(await descriptorSets([pathOf(...files)]));
}

/** The type `d.M` of a proto2 file, with these fields. */
async function typeWith(...fields: readonly FieldInit[]) {
  const schema = await schemaOf(
    file({
      name: 'd.proto',
      package: 'd',
      syntax: 'proto2',
      messageType: [{ name: 'M', field: fields.map((one, index) => ({ number: index + 1, label: 1, ...one })) }],
      enumType: [
        {
          name: 'E',
          value: [
            { name: 'A', number: 3 },
            { name: 'B', number: 4 },
          ],
        },
      ],
    }),
  );
  const type = await schema.symbol('d.M');
  if (type?.kind !== 'message') throw new Error('no type d.M');
  return { type, schema };
}

describe('declared defaults', () => {
  const rows: [type: keyof typeof types, text: string, value: unknown][] = [
    ['BYTES', '\\001\\"\\\'\\x7f\\\\a\\n', 'ASInf1xhCg=='],
    ['BYTES', '\\q', ''],
    ['BYTES', '\\', ''],
    ['INT64', 'x', '0'],
    ['INT64', '9223372036854775808', '0'],
    ['UINT64', '18446744073709551615', '18446744073709551615'],
    ['INT32', '1e3', 0],
    ['UINT32', '-1', 0],
    ['INT32', '9'.repeat(100_000), 0],
    ['FLOAT', '-inf', '-Infinity'],
    ['DOUBLE', 'nan', 'NaN'],
    ['DOUBLE', 'NaN?', 0],
    ['DOUBLE', '-1.5e+10', -15000000000],
    ['BOOL', 'yes', false],
    ['ENUM', 'B', 'B'],
    ['ENUM', 'NOPE', 'A'],
    ['STRING', '\\n"', '\\n"'],
  ];
  test.each(rows.map((row) => [...row] as const))('of %s, %.40s', async (name, text, value) => {
    const typeName = name === 'ENUM' ? '.d.E' : '';
    const { type, schema } = await typeWith({ name: 'x', type: types[name], typeName, defaultValue: text });
    expect(JSON.parse(template(type, { types: schema.types }))).toEqual({ x: value });
    const printed = jsonPrinter(type, { types: schema.types, emitDefaults: true, nullMessages: true })(
      new Uint8Array(),
    );
    expect(JSON.parse(printed)).toEqual({ x: value });
  });
});

describe('names', () => {
  const references: [what: string, field: FieldInit][] = [
    ['control characters in a type name', { name: 'x', type: 11, typeName: '.\0d.M' }],
    ['a type name with an empty part', { name: 'x', type: 11, typeName: '.d..M' }],
    ['a type name of two words', { name: 'x', type: 14, typeName: 'd M' }],
  ];
  test.each(references)('%s: refused, and shown in quotes', async (_, field) => {
    await expect(typeWith(field)).rejects.toMatchObject({
      code: 4,
      message: expect.stringMatching(/^"[^\0]+" is not a name for a type/),
    });
  });

  test('a name that is the JSON name of another field means that one', async () => {
    const { type, schema } = await typeWith(
      { name: 'b', type: 9, jsonName: 'a' },
      { name: 'a', type: 9, jsonName: 'b' },
    );
    const bytes = jsonReader(type, { types: schema.types })({
      text: '{"a":"1","b":"2"}',
      from: '-d',
      line: 1,
      column: 1,
    });
    expect(Buffer.from(bytes).toString('hex')).toBe('0a0131120132');
  });

  test('in keys and templates they are escaped, and can be read so', async () => {
    const { type, schema } = await typeWith({ name: 'x', type: 9, jsonName: 'a\u202e\u009b', defaultValue: '\u2028' });
    const text = template(type, { types: schema.types });
    expect(text).toBe('{\n  "a\\u202e\\u009b": "\\u2028"\n}');
    const bytes = jsonReader(type, { types: schema.types })({ text, from: '-d', line: 1, column: 1 });
    expect(jsonPrinter(type, { types: schema.types })(bytes)).toBe('{"a\\u202e\\u009b":"\\u2028"}');
  });

  test.each(['describe -o json', 'list -l -o json', 'openapi', 'openapi --yaml'])(
    '%s shows them escaped',
    async (line) => {
      const field = { name: 's', number: 1, type: 9, label: 1, jsonName: '\u009b31m\u202e' } as const;
      const path = pathOf(fileT({ messageType: [{ name: 'M', field: [field] }] }));
      const { exit, out } = await runMain([...line.split(' '), '--protoset', path]);
      expect(exit).toBe(0);
      expect(out).not.toMatch(/[\u0080-\u009f\u202e]/);
    },
  );

  test('those that are no words are not offered to a shell', async () => {
    const path = pathOf(
      fileT(),
      file({ name: 'x.proto', package: 'x', messageType: [message('$(id)'), message('a\rb'), message('Ok')] }),
    );
    const { out } = await runMain(['__complete', 'describe', '--protoset', path, 'x']);
    expect(out).toBe('x.Ok\n');
  });
});
