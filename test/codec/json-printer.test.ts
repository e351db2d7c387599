// Messages printed as JSON: order, defaults, well-known types, and all that has no place in JSON.
import { describe, expect, test } from 'vitest';
import { documentsOf } from '../../src/codec/document.ts';
import { type JsonPrintOptions, jsonAppender, jsonPrinter, MessageError } from '../../src/codec/json-printer.ts';
import { JsonSink } from '../../src/codec/json-printer-sink.ts';
import { jsonReader } from '../../src/codec/json-reader.ts';
import { messageType, types } from '../support/codec-types.ts';

type Options = Partial<JsonPrintOptions>;

const hex = (text: string): Uint8Array => Buffer.from(text.replaceAll(' ', ''), 'hex');

function bytesOf(type: string, json: string): Uint8Array {
  return jsonReader(messageType(`codec.${type}`), { types })(documentsOf(json, '-d', 'json')[0]!);
}

function print(
  type: string,
  message: Uint8Array | string,
  options: Options = {},
): { json: string; warnings: string[] } {
  const warnings: string[] = [];
  const printer = jsonPrinter(messageType(`codec.${type}`), {
    types,
    onWarning: (text) => warnings.push(text),
    ...options,
  });
  const json = printer(typeof message === 'string' ? bytesOf(type, message) : message);
  return { json, warnings };
}

describe('printed as given', () => {
  const cases: [type: string, json: string][] = [
    ['modern.Order', '{}'],
    ['modern.Order', '{"orderId":"o","quantity":-1,"ok":true,"items":[{"sku":"a","color":"RED"},{}]}'],
    [
      'modern.Scalars',
      '{"int32":-2147483648,"int64":"-9223372036854775808","uint32":4294967295,"uint64":"18446744073709551615","sint32":-3,"sint64":"-4294967297","fixed32":1,"fixed64":"9007199254740993","sfixed32":-1,"sfixed64":"-4294967296","float":0.1,"double":-0,"bool":true,"string":"é😀<&>","bytes":"//79AA==","color":77}',
    ],
    [
      'modern.Optionals',
      '{"int32":0,"int64":"0","double":0,"string":"","bytes":"","bool":false,"color":"COLOR_UNSPECIFIED"}',
    ],
    ['modern.Lists', '{"float":[0.1,16777216,3.4028235e+38,1e-45,"NaN","-Infinity"],"value":[null,1.5,"x",{}]}'],
    [
      'modern.Maps',
      '{"stringString":{"":"a","__proto__":"b","z":"c"},"int32Int64":{"-2":"1","9":"2","10":"3"},"boolDouble":{"false":1e+21,"true":0.5}}',
    ],
    ['modern.Choice', '{"after":"a","number":0,"label":"x"}'],
    ['modern.Choice', '{"value":null}'],
    ['modern.Choice', '{"nothing":null}'],
    [
      'modern.Known',
      '{"timestamp":"0001-01-01T00:00:00Z","duration":"-0.500s","mask":"a,bC.d","struct":{"a":[1,{"b":null}]},"value":"x","list":[],"empty":{}}',
    ],
    ['modern.Known', '{"timestamp":"9999-12-31T23:59:59.000000001Z","double":0,"int64":"0","string":"","bytes":""}'],
    [
      'modern.Known',
      '{"any":{"@type":"x/codec.modern.Order","quantity":5},"anys":[{"@type":"x/google.protobuf.Duration","value":"1s"},{"@type":"x/google.protobuf.Any","value":{"@type":"x/google.protobuf.Int64Value","value":"5"}},{}]}',
    ],
    [
      'legacy.Legacy',
      '{"id":1,"size":"SMALL","packed":[1,2],"box":{"width":2,"inner":{"id":3}},"line":[{"text":"x"},{}],"[codec.legacy.note]":"n","[codec.legacy.marks]":[1,2]}',
    ],
  ];
  test.each(cases)('%s %s', (type, json) => {
    expect(print(type, json)).toEqual({ json, warnings: [] });
    const pretty = print(type, json, { indent: 2 }).json;
    expect(JSON.parse(pretty)).toEqual(JSON.parse(json));
  });

  test('indented', () => {
    const { json } = print('modern.Order', '{"orderId":"a","items":[{"sku":"x"},{}]}', { indent: 2 });
    expect(json).toBe('{\n  "orderId": "a",\n  "items": [\n    {\n      "sku": "x"\n    },\n    {}\n  ]\n}');
  });
});

describe('options', () => {
  test('names of the .proto file', () => {
    expect(print('modern.Choice', '{"label":"x"}').json).toBe('{"label":"x"}');
    expect(print('modern.Choice', '{"label":"x"}', { names: 'proto' }).json).toBe('{"display_name":"x"}');
  });

  test('defaults: what has no presence, and what proto2 declares', () => {
    expect(print('modern.Choice', '{}', { emitDefaults: true }).json).toBe('{"after":"","label":""}');
    expect(print('modern.Order', '{"quantity":5}', { emitDefaults: true }).json).toBe(
      '{"orderId":"","quantity":5,"ok":false,"items":[]}',
    );
    expect(print('modern.Optionals', '{}', { emitDefaults: true }).json).toBe('{}');
    expect(print('legacy.Legacy', '{}', { emitDefaults: true }).json).toBe(
      '{"title":"none","count":"-7","size":"LARGE","sizes":[],"numbers":[],"packed":[],"line":[],"raw":"AQI=","ratio":"Infinity","byName":{}}',
    );
  });

  test('defaults as grpcurl prints them', () => {
    const options = { emitDefaults: true, nullMessages: true };
    expect(print('modern.Tree', '{}', options).json).toBe('{"name":"","left":null,"branches":[]}');
    expect(print('legacy.Legacy', '{}', options).json).toMatch(/^\{"id":0,"title":"none".*"box":null,.*"flag":false,/);
    expect(print('modern.Known', '{}', options).json).toMatch(
      /"value":null,"list":null,"nothing":null,"empty":null,"any":null/,
    );
  });

  test('inside an Any sorted by name', () => {
    const json =
      '{"any":{"@type":"x/codec.modern.Order","quantity":5,"orderId":"a","items":[{"sku":"s","color":"RED"}]}}';
    expect(print('modern.Known', json, { sortAnyKeys: true }).json).toBe(
      '{"any":{"@type":"x/codec.modern.Order","items":[{"color":"RED","sku":"s"}],"orderId":"a","quantity":5}}',
    );
    expect(print('modern.Order', '{"quantity":5,"orderId":"a"}', { sortAnyKeys: true }).json).toBe(
      '{"orderId":"a","quantity":5}',
    );
  });

  test('colours wrap whole tokens', () => {
    const wrap = (mark: string) => (text: string) => `<${mark}${text}>`;
    const style = { key: wrap('k'), string: wrap('s'), number: wrap('n'), literal: wrap('l') };
    const json = '{"orderId":"é","quantity":1,"ok":true,"items":[{"color":"RED"}]}';
    expect(print('modern.Order', json, { style }).json).toBe(
      '{<k"orderId">:<s"é">,<k"quantity">:<n1>,<k"ok">:<ltrue>,<k"items">:[{<k"color">:<s"RED">}]}',
    );
    expect(print('modern.Known', '{"timestamp":"1970-01-01T00:00:00Z","value":null}', { style }).json).toBe(
      '{<k"timestamp">:<s"1970-01-01T00:00:00Z">,<k"value">:<lnull>}',
    );
    expect(print('modern.Order', '{}', { style, emitDefaults: true }).json).toBe(
      '{<k"orderId">:<s"">,<k"quantity">:<n0>,<k"ok">:<lfalse>,<k"items">:[]}',
    );
  });
});

describe('wire forms', () => {
  const cases: [what: string, type: string, bytes: string, json: string][] = [
    ['the last of a singular field counts', 'modern.Order', '1001 1002', '{"quantity":2}'],
    ['fields in any order', 'modern.Order', '1801 1005 0a0161', '{"orderId":"a","quantity":5,"ok":true}'],
    [
      'a list in several places',
      'modern.Order',
      '22030a0161 1005 22030a0162',
      '{"quantity":5,"items":[{"sku":"a"},{"sku":"b"}]}',
    ],
    [
      'messages are merged',
      'modern.Tree',
      '1203 0a0161 1205 1a030a0162 1203 0a0163',
      '{"left":{"name":"c","branches":[{"name":"b"}]}}',
    ],
    ['groups are merged', 'legacy.Legacy', '43 0805 44 43 44', '{"box":{"width":5}}'],
    ['the last member of a oneof counts', 'modern.Choice', '120161 0805', '{"number":5}'],
    [
      'a oneof message set again after another member starts anew',
      'modern.Choice',
      '1a030a0161 0805 1a021a00',
      '{"tree":{"branches":[{}]}}',
    ],
    ['packed where single values are declared', 'modern.Lists', '52020102 5003', '{"loose":[1,2,3]}'],
    ['single values where packed is declared', 'modern.Lists', '0801 0a020203 0804', '{"int32":[1,2,3,4]}'],
    ['an empty packed list is none', 'modern.Lists', '0a00', '{}'],
    [
      'of two map entries the last counts',
      'modern.Maps',
      '0a060a0161120162 0a060a0161120163',
      '{"stringString":{"a":"c"}}',
    ],
    [
      'map entries without key or value',
      'modern.Maps',
      '0a00 1200 1a00 2200 2a00 3200 3a00',
      '{"stringString":{"":""},"int32Int64":{"0":"0"},"uint64Bool":{"0":false},"boolDouble":{"false":0},"sint64Color":{"0":"COLOR_UNSPECIFIED"},"stringTree":{"":{}},"fixed32Bytes":{"0":""}}',
    ],
    [
      'a map entry whose message comes in parts',
      'modern.Maps',
      '320c 0a0161 12030a0178 12021a00',
      '{"stringTree":{"a":{"name":"x","branches":[{}]}}}',
    ],
    [
      'a bool beyond 1 and an int32 in ten bytes',
      'modern.Order',
      '1880808080808080808001 10ffffffffffffffffff01',
      '{"quantity":-1,"ok":true}',
    ],
    ['wrappers without their field', 'modern.Known', '6200 8a0100', '{"int64":"0","string":""}'],
  ];
  test.each(cases)('%s', (_, type, bytes, json) => {
    expect(print(type, hex(bytes))).toEqual({ json, warnings: [] });
  });
});

describe('shown as well as can be', () => {
  const cases: [what: string, type: string, bytes: string, json: string, warning: string][] = [
    [
      'unknown varints',
      'modern.Order',
      '1005 b83e05 b83effffffffffffffffff01',
      '{"quantity":5,"[999]":[5,"18446744073709551615"]}',
      'codec.modern.Order has no field 999 in the schema: shown as "[999]", a varint',
    ],
    [
      'unknown bytes',
      'modern.Order',
      'ba3e026869',
      '{"[999]":"aGk="}',
      'codec.modern.Order has no field 999 in the schema: shown as "[999]", bytes in base64',
    ],
    [
      'unknown fixed values',
      'modern.Order',
      'bd3e01000000',
      '{"[999]":"0x00000001"}',
      'codec.modern.Order has no field 999 in the schema: shown as "[999]", 32 bits in hex',
    ],
    [
      'unknown groups',
      'modern.Order',
      'bb3e0801bc3e',
      '{"[999]":"CAE="}',
      'codec.modern.Order has no field 999 in the schema: shown as "[999]", a group in base64',
    ],
    [
      'wrong wire types',
      'modern.Order',
      '0a0161 1200',
      '{"orderId":"a","[2]":""}',
      'codec.modern.Order.quantity came with wire type 2, which is not its own: shown as "[2]", bytes in base64',
    ],
    [
      'invalid UTF-8',
      'modern.Order',
      '0a0461fffe62',
      '{"orderId":"a\ufffd\ufffdb"}',
      'codec.modern.Order.order_id is not valid UTF-8: U+FFFD stands for the bytes that are none',
    ],
    [
      'an Any of an unknown type',
      'modern.Known',
      '4a0c 0a06782f6e6f2e54 12020801',
      '{"any":{"@type":"x/no.T","@value":"CAE="}}',
      'the type "no.T" of an Any is not in the schema: its value is shown in base64',
    ],
    [
      'an Any whose bytes are no such message',
      'modern.Known',
      '4a1b 0a14782f636f6465632e6d6f6465726e2e4f72646572 12030a0561',
      '{"any":{"@type":"x/codec.modern.Order","@value":"CgVh"}}',
      'not a valid codec.modern.Order: a length of 5 where 1 bytes are left at byte 1, inside an Any: its value is shown in base64',
    ],
    [
      'a time beyond the year 9999',
      'modern.Known',
      '0a07 088083d1ffaf07',
      '{"timestamp":{"seconds":"253402300800"}}',
      'a google.protobuf.Timestamp is not within the years 1 to 9999: shown by its fields',
    ],
    [
      'a duration of two signs',
      'modern.Known',
      '1204 0801 107f'.replace('1204', '120d').replace('107f', '10ffffffffffffffffff01'),
      '{"duration":{"seconds":"1","nanos":-1}}',
      'a google.protobuf.Duration is out of range, or its parts differ in sign: shown by its fields',
    ],
    [
      'a path that has no lowerCamelCase',
      'modern.Known',
      '1a05 0a03 615f31',
      '{"mask":{"paths":["a_1"]}}',
      'a google.protobuf.FieldMask has paths that lowerCamelCase cannot express: shown by its fields',
    ],
    [
      'NaN in a Value',
      'modern.Known',
      '2a09 11 000000000000f87f',
      '{"value":"NaN"}',
      'a google.protobuf.Value holds NaN, which JSON has no number for: shown as a string',
    ],
    [
      'a Value that holds nothing',
      'modern.Known',
      '2a00',
      '{"value":null}',
      'a google.protobuf.Value holds nothing: shown as null',
    ],
  ];
  test.each(cases)('%s', (_, type, bytes, json, warning) => {
    expect(print(type, hex(bytes))).toEqual({ json, warnings: [warning] });
  });

  test('unknown fields can be left out', () => {
    expect(print('modern.Order', hex('1005 b83e05'), { unknown: 'drop' })).toEqual({
      json: '{"quantity":5}',
      warnings: [],
    });
  });

  test('a warning is given once, however many messages deserve it', () => {
    const warnings: string[] = [];
    const printer = jsonPrinter(messageType('codec.modern.Order'), { types, onWarning: (text) => warnings.push(text) });
    for (let i = 0; i < 5; i++) printer(hex('b83e05'));
    expect(warnings).toHaveLength(1);
  });

  test('control and direction characters are escaped, in values and keys', () => {
    const text = '\u0000\u0007\u001b[31m\u007f\u0085\u009b\u2028\u2029\u202a\u202e\u2066\u2069"\\\b\t\n\f\r';
    const { json } = print('modern.Maps', bytesOf('modern.Maps', JSON.stringify({ stringString: { [text]: text } })));
    expect(json).toMatch(/^[\x20-\x7e]*$/);
    expect(JSON.parse(json)).toEqual({ stringString: { [text]: text } });
  });
});

describe('bytes that are no message', () => {
  const cases: [what: string, type: string, bytes: string, message: string][] = [
    [
      'a varint cut short',
      'modern.Order',
      '0a0161 10ff',
      'not a valid codec.modern.Order: the bytes end inside a varint at byte 4',
    ],
    [
      'a varint too long',
      'modern.Order',
      '10ffffffffffffffffffff01',
      'not a valid codec.modern.Order: a varint longer than ten bytes at byte 1',
    ],
    [
      'a length beyond the end',
      'modern.Order',
      '0a0561',
      'not a valid codec.modern.Order: a length of 5 where 1 bytes are left at byte 1',
    ],
    [
      'a length beyond the end of the message around',
      'modern.Order',
      '2202 0a05 1005',
      'not a valid codec.modern.Order.Item: a length of 5 where 0 bytes are left at byte 3',
    ],
    [
      'a fixed value cut short',
      'modern.Scalars',
      '5d0000',
      'not a valid codec.modern.Scalars: the bytes end 2 bytes into a value of 4 at byte 1',
    ],
    [
      'field number 0',
      'modern.Order',
      '0005',
      'not a valid codec.modern.Order: a tag with no valid field number at byte 0',
    ],
    [
      'wire type 7',
      'modern.Order',
      '0f',
      'not a valid codec.modern.Order: wire type 7, which does not exist at byte 1',
    ],
    [
      'an end of a group',
      'modern.Order',
      '0c',
      'not a valid codec.modern.Order: an end of a group that was not begun at byte 1',
    ],
    [
      'a group without an end',
      'legacy.Legacy',
      '43 0805',
      'not a valid codec.legacy.Legacy: the bytes end inside group 8 at byte 3',
    ],
  ];
  test.each(cases)('%s', (_, type, bytes, message) => {
    expect(() => print(type, hex(bytes))).toThrow(MessageError);
    expect(() => print(type, hex(bytes))).toThrow(message);
  });

  test.each([
    ['messages', 'modern.Tree', 0x12],
    ['groups', 'legacy.Legacy', 0x43],
    ['unknown groups', 'modern.Order', 0x3b],
  ])('nesting to depth 10,000: %s', (_, type, tag) => {
    const parts: Buffer[] = [];
    for (let i = 0, size = 0; i < 10_000; i++) {
      const length: number[] = [];
      for (let rest = size; ; rest >>>= 7) {
        length.push(rest > 127 ? (rest & 127) | 128 : rest);
        if (rest <= 127) break;
      }
      const head = Buffer.from(tag === 0x12 ? [tag, ...length] : [tag]);
      parts.unshift(head);
      size += head.length;
    }
    if (tag !== 0x12) parts.push(Buffer.alloc(10_000, tag + 1));
    expect(() => print(type, Buffer.concat(parts))).toThrow(/depth 100 at byte/);
  });

  test('the error carries type and offset, and the printer goes on', () => {
    const printer = jsonPrinter(messageType('codec.modern.Order'), { types });
    const sink = new JsonSink();
    const append = jsonAppender(messageType('codec.modern.Order'), { types });
    append(hex('1005'), sink);
    for (const broken of [() => printer(hex('0a0161 10ff')), () => append(hex('0a0161 10ff'), sink)]) {
      const error = ((): unknown => {
        try {
          return broken();
        } catch (thrown) {
          return thrown;
        }
      })();
      expect(error).toMatchObject({ typeName: 'codec.modern.Order', offset: 4 });
    }
    append(hex('1006'), sink);
    expect(sink.slice(0)).toBe('{"quantity":5}{"quantity":6}');
    expect(printer(hex('1005'))).toBe('{"quantity":5}');
  });
});

test('floats print the shortest decimal that reads back as the same float', () => {
  const read = jsonReader(messageType('codec.modern.Scalars'), { types });
  const cases = [
    0.1, 1.1, 16777217, 3.4028234663852886e38, 1.17549435e-38, 1e-45, 123456.789, 0.3333333433, 8388608.5, 1e7, 5e-5,
  ];
  for (const value of cases) {
    const printed = print('modern.Scalars', `{"float":${value}}`).json;
    const digits = /[\d.]+/
      .exec(printed)![0]
      .replaceAll('.', '')
      .replace(/^0+|0+$/g, '');
    expect(digits.length).toBeLessThanOrEqual(9);
    expect(read({ text: printed, from: '', line: 1, column: 1 })).toEqual(
      bytesOf('modern.Scalars', `{"float":${value}}`),
    );
  }
  expect(print('modern.Scalars', '{"float":0.1}').json).toBe('{"float":0.1}');
});

test('long values and many messages', () => {
  const name = 'ä'.repeat(100_000);
  expect(JSON.parse(print('modern.Tree', JSON.stringify({ name, left: { name } })).json)).toEqual({
    name,
    left: { name },
  });
  const controls = '\u0001'.repeat(50_000);
  expect(JSON.parse(print('modern.Tree', JSON.stringify({ name: controls })).json)).toEqual({ name: controls });
});
