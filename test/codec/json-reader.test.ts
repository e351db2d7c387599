// JSON documents read into messages: what is taken, always or unless strict.
import { describe, expect, test } from 'vitest';
import { documentsOf } from '../../src/codec/document.ts';
import { jsonReader } from '../../src/codec/json-reader.ts';
import { read, readBack, refusal } from '../support/codec-json.ts';
import { messageType, types } from '../support/codec-types.ts';

describe('taken', () => {
  const cases: [type: string, json: string, back: unknown][] = [
    ['modern.Order', '{}', {}],
    ['modern.Order', ' { "order_id" : "a" , "quantity" : 0 } ', { orderId: 'a' }],
    [
      'modern.Scalars',
      '{"int32":"-5","uint32":4294967295,"int64":-9223372036854775808,"uint64":18446744073709551615}',
      { int32: -5, uint32: 4294967295, int64: '-9223372036854775808', uint64: '18446744073709551615' },
    ],
    [
      'modern.Scalars',
      '{"int64":9007199254740993,"sint64":"-9007199254740993","fixed64":1e19}',
      { int64: '9007199254740993', sint64: '-9007199254740993', fixed64: '10000000000000000000' },
    ],
    [
      'modern.Scalars',
      '{"int32":1.0,"uint32":1e3,"int64":"1.5e1","sint32":-120e-1,"sfixed64":0.0e99999999}',
      { int32: 1, uint32: 1000, int64: '15', sint32: -12 },
    ],
    ['modern.Scalars', '{"double":-0,"float":"-1.5"}', { double: -0, float: -1.5 }],
    ['modern.Scalars', '{"double":"NaN","float":"-Infinity"}', { double: 'NaN', float: '-Infinity' }],
    ['modern.Scalars', '{"bytes":"-_-_"}', { bytes: '+/+/' }],
    ['modern.Scalars', '{"bytes":"\\/\\/79AA"}', { bytes: '//79AA==' }],
    ['modern.Scalars', '{"string":"\\u0041\\n\\ud83d\\ude00é\\/😀"}', { string: 'A\n😀é/😀' }],
    ['modern.Scalars', '{"color":"DEEP_BLUE"}', { color: 'DEEP_BLUE' }],
    ['modern.Scalars', '{"color":-1}', { color: 'NEGATIVE' }],
    ['modern.Scalars', '{"color":99}', { color: 99 }],
    ['modern.Scalars', '{"string":null,"int32":null,"color":null}', {}],
    [
      'modern.Optionals',
      '{"int32":0,"string":"","bytes":"","bool":false,"color":"COLOR_UNSPECIFIED","double":0}',
      { int32: 0, double: 0, string: '', bytes: '', bool: false, color: 'COLOR_UNSPECIFIED' },
    ],
    [
      'modern.Lists',
      '{"int32":[1,"2"],"string":[],"bytes":["AA=="],"loose":[3,4],"tree":[{},{"name":"x"}],"value":[null,1]}',
      { int32: [1, 2], bytes: ['AA=='], loose: [3, 4], tree: [{}, { name: 'x' }], value: [null, 1] },
    ],
    [
      'modern.Maps',
      '{"string_string":{"__proto__":"a","":"b"},"int32Int64":{"-1":"2"},"boolDouble":{"true":1}}',
      {
        stringString: Object.fromEntries([
          ['__proto__', 'a'],
          ['', 'b'],
        ]),
        int32Int64: { '-1': '2' },
        boolDouble: { true: 1 },
      },
    ],
    ['modern.Scalars', '{"int32":"\\u0031","double":"1\\u002e5"}', { int32: 1, double: 1.5 }],
    [
      'modern.Maps',
      '{"int32Int64":{"\\u0031":1},"boolDouble":{"tr\\u0075e":1}}',
      { int32Int64: { 1: '1' }, boolDouble: { true: 1 } },
    ],
    ['modern.Known', '{"duration":"-315576000000.999999999s"}', { duration: '-315576000000.999999999s' }],
    ['modern.Choice', '{"number":0,"label":"x"}', { number: 0, label: 'x' }],
    ['modern.Choice', '{"word":null,"number":1}', { number: 1 }],
    ['modern.Choice', '{"value":null}', { value: null }],
    ['modern.Choice', '{"nothing":null}', { nothing: null }],
    [
      'modern.Known',
      '{"timestamp":"2020-01-01T01:00:00+01:00","duration":"-1.5s","mask":"a,bC.d"}',
      { timestamp: '2020-01-01T00:00:00Z', duration: '-1.500s', mask: 'a,bC.d' },
    ],
    [
      'modern.Known',
      '{"struct":{"a":[1,"x",null,true,{"b":{}}]},"value":null,"list":[[]],"empty":{}}',
      { struct: { a: [1, 'x', null, true, { b: {} }] }, value: null, list: [[]], empty: {} },
    ],
    ['modern.Known', '{"int64":"0","string":"","bool":false,"bytes":null}', { int64: '0', string: '', bool: false }],
    [
      'modern.Known',
      '{"any":{"quantity":5,"@type":"type.googleapis.com/codec.modern.Order"}}',
      { any: { '@type': 'type.googleapis.com/codec.modern.Order', quantity: 5 } },
    ],
    [
      'modern.Known',
      '{"any":{"value":"3s","@type":"type.googleapis.com/google.protobuf.Duration"}}',
      { any: { '@type': 'type.googleapis.com/google.protobuf.Duration', value: '3s' } },
    ],
    ['modern.Known', '{"any":{}}', { any: {} }],
    [
      'modern.Known',
      '{"any":{"@type":"type.googleapis.com/google.protobuf.Empty","value":{}}}',
      { any: { '@type': 'type.googleapis.com/google.protobuf.Empty' } },
    ],
    [
      'modern.Known',
      '{"any":{"@type":"type.googleapis.com/google.protobuf.Empty"}}',
      { any: { '@type': 'type.googleapis.com/google.protobuf.Empty' } },
    ],
    [
      'legacy.Legacy',
      '{"id":0,"box":{"width":2},"line":[{"text":"x"}],"[codec.legacy.note]":"n","[codec.legacy.Holder.scoped]":"LARGE"}',
      {
        id: 0,
        box: { width: 2 },
        line: [{ text: 'x' }],
        '[codec.legacy.note]': 'n',
        '[codec.legacy.Holder.scoped]': 'LARGE',
      },
    ],
  ];
  test.each(cases)('%s %s', (type, json, back) => {
    expect(readBack(type, json, { strict: true })).toEqual(back);
    expect(readBack(type, json)).toEqual(back);
  });
});

describe('taken unless strict', () => {
  const cases: [type: string, json: string, back: unknown][] = [
    [
      'modern.Lists',
      '{"int32":5,"string":"a","tree":{"name":"x"}}',
      { int32: [5], string: ['a'], tree: [{ name: 'x' }] },
    ],
    ['modern.Scalars', '{"bool":"true"}', { bool: true }],
    ['modern.Scalars', '{"color":"2"}', { color: 'DEEP_BLUE' }],
    ['modern.Known', '{"mask":"display_name,aB"}', { mask: 'displayName,aB' }],
    ['modern.Known', '{"mask":{"paths":["display_name"]}}', { mask: 'displayName' }],
    ['modern.Known', '{"timestamp":{"seconds":"1","nanos":5}}', { timestamp: '1970-01-01T00:00:01.000000005Z' }],
    [
      'modern.Known',
      '{"any":{"@type":"type.googleapis.com/codec.modern.Order","@value":"EAU="}}',
      { any: { '@type': 'type.googleapis.com/codec.modern.Order', quantity: 5 } },
    ],
  ];
  test.each(cases)('%s %s', (type, json, back) => {
    expect(readBack(type, json)).toEqual(back);
    refusal(type, json, { strict: true });
  });

  test('messages without their required fields', () => {
    expect(Buffer.from(read('legacy.Legacy', '{"title":"x"}')).toString('hex')).toBe('120178');
    expect(refusal('legacy.Legacy', '{"title":"x"}', { strict: true }).message).toBe(
      '-d:1:1: codec.legacy.Legacy requires the field "id"',
    );
  });

  test('numbers that a closed enum has no name for', () => {
    expect(Buffer.from(read('legacy.Legacy', '{"size":9}')).toString('hex')).toBe('2009');
    refusal('legacy.Legacy', '{"id":1,"size":9}', { strict: true });
  });
});

describe('unknown fields', () => {
  const json = '{"nope":1,"more":[1,{"a":null}],"quantity":5,"items":[{"x":"y"}],"[no.ext]":true}';
  test('are passed over when allowed', () => {
    expect(readBack('modern.Order', json, { allowUnknown: true })).toEqual({ quantity: 5, items: [{}] });
  });

  test('must be JSON all the same', () => {
    expect(refusal('modern.Order', '{"nope":[1,}', { allowUnknown: true }).message).toContain('-d:1:12: nope[1]: ');
  });

  test('do not excuse unknown enum names, but in strict mode these are left out', () => {
    refusal('modern.Scalars', '{"color":"PINK"}', { allowUnknown: true });
    const options = { strict: true, allowUnknown: true };
    expect(readBack('modern.Scalars', '{"color":"PINK","int32":1}', options)).toEqual({ int32: 1 });
    expect(readBack('modern.Lists', '{"color":["RED","PINK"]}', options)).toEqual({ color: ['RED'] });
    expect(readBack('modern.Maps', '{"sint64Color":{"1":"PINK","2":"RED"}}', options)).toEqual({
      sint64Color: { 2: 'RED' },
    });
  });
});

test('one reader reads many documents, also after a refused one', () => {
  const reader = jsonReader(messageType('codec.modern.Order'), { types });
  const [good, bad] = documentsOf('{"orderId":"a","quantity":5} {"items":[{"sku":"x"},5]}', '-d', 'json');
  expect(Buffer.from(reader(good!)).toString('hex')).toBe('0a01611005');
  expect(() => reader(bad!)).toThrow('items[1]: expected an object');
  expect(Buffer.from(reader(good!)).toString('hex')).toBe('0a01611005');
});

test('long values get their whole length in front', () => {
  for (const size of [127, 128, 16383, 16384, 2_100_000]) {
    const value = 'x'.repeat(size);
    expect(readBack('modern.Tree', JSON.stringify({ left: { name: value } }))).toEqual({ left: { name: value } });
  }
});
