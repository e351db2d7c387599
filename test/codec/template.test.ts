// Templates: what is in them, that they can be sent as they are, and that grpcurl's style is grpcurl's.
import { create, createFileRegistry, type DescMessage } from '@bufbuild/protobuf';
import {
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FileDescriptorProtoSchema,
} from '@bufbuild/protobuf/wkt';
import { describe, expect, test } from 'vitest';
import { documentFromFields } from '../../src/codec/fields.ts';
import { jsonReader } from '../../src/codec/json-reader.ts';
import { oneofAlternatives, template, templateFields } from '../../src/codec/template.ts';
import { messageType, registry, types } from '../support/codec-types.ts';

const messages = [...registry].filter((desc): desc is DescMessage => desc.kind === 'message');
const from = (text: string) => ({ text, from: 'template', line: 1, column: 1 });
const parsed = (type: string, options: object = {}) => JSON.parse(template(messageType(type), { types, ...options }));

describe('every template can be sent as it is', () => {
  test.each(messages.map((desc) => [desc.typeName, desc] as const))('%s', (_name, desc) => {
    const read = jsonReader(desc, { types });
    const bytes = read(from(template(desc, { types })));
    expect(read(from(template(desc, { types, names: 'proto' })))).toEqual(bytes);
    const words = templateFields(desc, { types });
    const again = read(documentFromFields(desc, words, () => new Uint8Array(0)));
    // A field mask written by its fields has one empty path.
    if (desc.typeName !== 'google.protobuf.FieldMask') expect(again).toEqual(bytes);
  });
});

describe('what is in it', () => {
  test('every field with its zero, lists and maps with one element', () => {
    expect(template(messageType('codec.modern.Order'), { types })).toBe(
      [
        '{',
        '  "orderId": "",',
        '  "quantity": 0,',
        '  "ok": false,',
        '  "items": [',
        '    {',
        '      "sku": "",',
        '      "quantity": 0,',
        '      "color": "COLOR_UNSPECIFIED"',
        '    }',
        '  ]',
        '}',
      ].join('\n'),
    );
    expect(parsed('codec.modern.Optionals')).toEqual({
      ...{ int32: 0, int64: '0', double: 0, string: '', bytes: '', bool: false, color: 'COLOR_UNSPECIFIED' },
    });
    expect(parsed('codec.modern.Maps')).toMatchObject({
      int32Int64: { 0: '0' },
      boolDouble: { false: 0 },
      stringString: { '': '' },
    });
  });

  test('defaults of proto2', () => {
    expect(parsed('codec.legacy.Legacy')).toMatchObject({
      title: 'none',
      count: '-7',
      size: 'LARGE',
      raw: 'AQI=',
      ratio: 'Infinity',
    });
  });

  test('names as in the proto source', () => {
    expect(Object.keys(parsed('codec.modern.Choice', { names: 'proto' }))).toEqual(['after', 'word', 'display_name']);
  });

  test('a type inside itself ends', () => {
    const end = { name: '', left: null, branches: [] };
    expect(parsed('codec.modern.Tree')).toEqual({ name: '', left: end, branches: [end] });
  });

  test('well-known types have their JSON form', () => {
    expect(parsed('codec.modern.Known')).toMatchObject({
      timestamp: '1970-01-01T00:00:00Z',
      duration: '0s',
      mask: '',
      struct: { 'google.protobuf.Struct': 'supports arbitrary JSON objects' },
      any: { '@type': 'type.googleapis.com/google.protobuf.Empty' },
      int64: '0',
      bytes: '',
    });
    expect(parsed('google.protobuf.Duration')).toBe('0s');
    const without = { ...types, message: () => undefined };
    expect(parsed('codec.modern.Known', { types: without })).toMatchObject({ any: {} });
  });

  test('of a oneof the first member; the others are listed', () => {
    expect(Object.keys(parsed('codec.modern.Choice'))).toEqual(['after', 'word', 'label']);
    const members = ['word', 'number', 'tree', 'value', 'nothing', 'color', 'flag'];
    expect(oneofAlternatives(messageType('codec.modern.Choice'))).toEqual([
      { oneof: 'choice', members, shown: 'word' },
    ]);
    expect(oneofAlternatives(messageType('codec.modern.Order'))).toEqual([]);
  });

  test('as words', () => {
    expect(templateFields(messageType('codec.modern.Order'))).toEqual([
      ...['order_id=', 'quantity=0', 'ok=false', 'items[0].sku=', 'items[0].quantity=0'],
      'items[0].color=COLOR_UNSPECIFIED',
    ]);
    expect(templateFields(messageType('google.protobuf.Timestamp'))).toEqual(['seconds=0', 'nanos=0']);
    expect(templateFields(messageType('google.protobuf.Int64Value'))).toEqual(['value=0']);
  });
});

describe("grpcurl's style", () => {
  const style = { style: 'grpcurl' };

  test('fields by number; of a oneof the last message, no scalar member', () => {
    expect(Object.keys(parsed('codec.modern.Choice', style))).toEqual(['value', 'label', 'after']);
  });

  test('no optional scalars', () => {
    expect(parsed('codec.modern.Optionals', style)).toEqual({});
  });

  test('a type inside itself, defaults of proto2, groups', () => {
    const end = { name: '', left: null, branches: [] };
    expect(parsed('codec.modern.Tree', style)).toEqual({ name: '', left: end, branches: [end] });
    expect(parsed('codec.legacy.Legacy', style)).toMatchObject({
      id: 0,
      title: 'none',
      box: { width: 0, inner: { box: null } },
    });
  });

  test('well-known types', () => {
    expect(parsed('codec.modern.Known', style)).toMatchObject({
      mask: { paths: [''] },
      any: { '@type': 'type.googleapis.com/google.protobuf.Empty', value: {} },
      value: { 'google.protobuf.Value': 'supports arbitrary JSON' },
      list: [{ 'google.protobuf.ListValue': 'is an array of arbitrary JSON values' }],
      bytes: null,
    });
  });
});

test('a schema that branches without end gives a template of bounded size', () => {
  const levels = 30;
  const messageType = Array.from({ length: levels }, (_, level) => ({
    name: `L${level}`,
    field: ['a', 'b', 'c'].map((name, at) => ({
      name,
      jsonName: name,
      number: at + 1,
      label: FieldDescriptorProto_Label.OPTIONAL,
      type: level + 1 < levels ? FieldDescriptorProto_Type.MESSAGE : FieldDescriptorProto_Type.INT32,
      typeName: level + 1 < levels ? `.L${level + 1}` : '',
    })),
  }));
  const file = create(FileDescriptorProtoSchema, { name: 'wide.proto', syntax: 'proto3', messageType });
  const desc = createFileRegistry(file, () => undefined).getMessage('L0')!;
  const text = template(desc, { types });
  expect(text.length).toBeLessThan(1_000_000);
  expect(jsonReader(desc, { types })(from(text)).length).toBeGreaterThan(0);
  expect(templateFields(desc).length).toBeLessThan(10_000);
});
