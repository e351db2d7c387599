// Messages printed as JSON: order, defaults, colours, well-known types, and what may vary on the wire.
import { describe, expect, test } from 'vitest';
import { jsonReader } from '../../src/codec/json-reader.ts';
import { hex, print, read } from '../support/codec-json.ts';
import { messageType, types } from '../support/codec-types.ts';

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

test('floats print the shortest decimal that reads back as the same float', () => {
  const reader = jsonReader(messageType('codec.modern.Scalars'), { types });
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
    expect(reader({ text: printed, from: '', line: 1, column: 1 })).toEqual(
      read('modern.Scalars', `{"float":${value}}`),
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
