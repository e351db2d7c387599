// JSON documents read into messages: what is taken, what is refused, and how the refusal is worded.
import { fromBinary, toJson } from '@bufbuild/protobuf';
import { describe, expect, test } from 'vitest';
import { documentsOf } from '../../src/codec/document.ts';
import { jsonReader } from '../../src/codec/json-reader.ts';
import { UserError } from '../../src/errors.ts';
import { messageType, registry, types } from '../support/codec-types.ts';

type Options = { strict?: boolean; allowUnknown?: boolean };

function read(type: string, json: string, options: Options = {}): Uint8Array {
  const documents = documentsOf(json, '-d', 'json');
  expect(documents).toHaveLength(1);
  return jsonReader(messageType(`codec.${type}`), { types, ...options })(documents[0]!);
}

/** The message as protobuf-es prints what was read. */
function readBack(type: string, json: string, options?: Options): unknown {
  const desc = messageType(`codec.${type}`);
  return toJson(desc, fromBinary(desc, read(type, json, options)), { registry });
}

function refusal(type: string, json: string, options?: Options): { message: string; hint: string | undefined } {
  try {
    read(type, json, options);
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).code).toBe(3);
    return { message: (error as UserError).message, hint: (error as UserError).hint };
  }
  throw new Error(`${json} was not refused`);
}

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

describe('refused', () => {
  const cases: [type: string, json: string, message: string, hint?: string][] = [
    [
      'modern.Order',
      '{"items":[{},{},{"quantity":"abc"}]}',
      '-d:1:29: items[2].quantity: expected a number from -2147483648 to 2147483647 (int32), got "abc"',
    ],
    ['modern.Order', '{"orderid":"x"}', '-d:1:2: codec.modern.Order has no field "orderid"', 'did you mean "orderId"?'],
    [
      'modern.Order',
      '{\n  "items": [{"sku":"a",\n  "qantity":1}]}',
      '-d:3:3: items[0]: codec.modern.Order.Item has no field "qantity"',
      'did you mean "quantity"?',
    ],
    [
      'modern.Order',
      '{"zzz":1}',
      '-d:1:2: codec.modern.Order has no field "zzz"',
      'it has orderId, quantity, ok, items',
    ],
    [
      'modern.Scalars',
      '{"color":"REED"}',
      '-d:1:10: color: codec.modern.Color has no value "REED"',
      'it has COLOR_UNSPECIFIED, RED, DEEP_BLUE, NEGATIVE',
    ],
    [
      'modern.Scalars',
      '{"int32":2147483648}',
      '-d:1:10: int32: expected a number from -2147483648 to 2147483647 (int32), got 2147483648',
    ],
    ['modern.Scalars', '{"uint32":-1}', '-d:1:11: uint32: expected a number from 0 to 4294967295 (uint32), got -1'],
    [
      'modern.Scalars',
      '{"int64":"9223372036854775808"}',
      '-d:1:10: int64: expected a number from -9223372036854775808 to 9223372036854775807 (int64), got "9223372036854775808"',
    ],
    [
      'modern.Scalars',
      '{"int64":1e999999999}',
      '-d:1:10: int64: expected a number from -9223372036854775808 to 9223372036854775807 (int64), got 1e999999999',
    ],
    [
      'modern.Scalars',
      '{"int32":01}',
      '-d:1:10: int32: expected a number from -2147483648 to 2147483647 (int32), got 01',
    ],
    [
      'modern.Scalars',
      '{"int32":0.5}',
      '-d:1:10: int32: expected a number from -2147483648 to 2147483647 (int32), got 0.5',
    ],
    [
      'modern.Scalars',
      '{"int32":" 1"}',
      '-d:1:10: int32: expected a number from -2147483648 to 2147483647 (int32), got " 1"',
    ],
    [
      'modern.Scalars',
      '{"int32":{}}',
      '-d:1:10: int32: expected a number from -2147483648 to 2147483647 (int32), got an object',
    ],
    ['modern.Scalars', '{"double":1e400}', '-d:1:11: double: expected a number in the range of a double, got 1e400'],
    [
      'modern.Scalars',
      '{"float":3.5e38}',
      '-d:1:10: float: expected a number in the range of a float (to 3.4028235e38), got 3.5e38',
    ],
    [
      'modern.Scalars',
      '{"double":NaN}',
      '-d:1:11: double: expected a number, "NaN", "Infinity" or "-Infinity" (double), got NaN',
      'JSON has no such number: write it as a string, "NaN", "Infinity" or "-Infinity"',
    ],
    ['modern.Scalars', '{"bool":1}', '-d:1:9: bool: expected true or false, got 1'],
    ['modern.Scalars', '{"string":5}', '-d:1:11: string: expected a string, got 5'],
    [
      'modern.Scalars',
      '{"string":"a\tb"}',
      '-d:1:13: string: a control character in a string must be escaped: \\u0009',
    ],
    ['modern.Scalars', '{"string":"\\ud800x"}', '-d:1:12: string: half of a surrogate pair, which is no character'],
    ['modern.Scalars', '{"string":"\\x"}', '-d:1:12: string: no such escape in JSON: \\x'],
    [
      'modern.Scalars',
      '{"bytes":"!!!"}',
      '-d:1:10: bytes: expected base64, got "!!!"',
      'bytes are written in base64, such as "aGVsbG8=" for hello',
    ],
    [
      'modern.Scalars',
      '{"bytes":"A"}',
      '-d:1:10: bytes: expected base64, got "A"',
      'bytes are written in base64, such as "aGVsbG8=" for hello',
    ],
    ['modern.Lists', '{"int32":[1,null]}', '-d:1:13: int32[1]: an element of a list may not be null'],
    ['modern.Maps', '{"stringTree":{"a b":{"name":1}}}', '-d:1:30: stringTree["a b"].name: expected a string, got 1'],
    ['modern.Maps', '{"stringString":{"a":null}}', "-d:1:22: stringString.a: a map's value may not be null"],
    ['modern.Maps', '{"stringString":{"a":"","b":"","a":""}}', '-d:1:32: stringString: "a" is given twice'],
    [
      'modern.Maps',
      '{"int32Int64":{"x":1}}',
      '-d:1:16: int32Int64: expected a number from -2147483648 to 2147483647 (int32), got "x"',
    ],
    ['modern.Maps', '{"boolDouble":{"1":1}}', '-d:1:16: boolDouble: expected "true" or "false", got "1"'],
    ['modern.Order', '{"orderId":"a","order_id":"b"}', '-d:1:16: "order_id" is given twice'],
    ['modern.Order', '{"orderId":null,"orderId":"b"}', '-d:1:17: "orderId" is given twice'],
    ['modern.Choice', '{"word":"a","number":1}', '-d:1:13: "word" and "number" exclude each other (oneof choice)'],
    [
      'modern.Known',
      '{"timestamp":"yesterday"}',
      '-d:1:14: timestamp: expected a time such as "2024-02-29T23:59:59.5Z", got "yesterday"',
    ],
    [
      'modern.Known',
      '{"timestamp":"2023-02-29T00:00:00Z"}',
      '-d:1:14: timestamp: expected a time such as "2024-02-29T23:59:59.5Z", got "2023-02-29T00:00:00Z"',
    ],
    ['modern.Known', '{"duration":"1m"}', '-d:1:13: duration: expected a duration in seconds such as "1.5s", got "1m"'],
    ['modern.Known', '{"any":{"value":1}}', '-d:1:8: any: "@type" is missing, which says what the Any holds'],
    [
      'modern.Known',
      '{"any":{"@type":"x/no.Such"}}',
      '-d:1:17: any.@type: the type "no.Such" is not in the schema',
      'give its schema with --proto or --protoset, or send its bytes as {"@type": "…", "@value": "base64"}',
    ],
    ['modern.Order', '[1]', '-d:1:2: expected an object (codec.modern.Order), got 1'],
    ['modern.Order', '{"quantity":1 "ok":true}', '-d:1:15: quantity: expected "," or "}", got "ok"'],
    ['modern.Order', '{"quantity":1,}', '-d:1:15: expected a name in double quotes, got "}"'],
    [
      'modern.Order',
      '{"items":',
      '-d:1:10: items: expected an object (codec.modern.Order.Item), got the end of the document',
      'the document ends too early; in a shell put all of it in single quotes: \'{"name": 1}\'',
    ],
    [
      'modern.Order',
      '{orderId:1}',
      '-d:1:2: expected a name in double quotes, got orderId',
      'names need double quotes; if the shell took them away, put the document in single quotes: \'{"name": 1}\'',
    ],
    [
      'modern.Order',
      "'{}'",
      '-d:1:1: expected an object (codec.modern.Order), got "\'"',
      'this shell keeps single quotes: write "{\\"name\\": 1}"',
    ],
    [
      'modern.Order',
      '{"quantity":"\\u001b]0;x"}',
      '-d:1:13: quantity: expected a number from -2147483648 to 2147483647 (int32), got "\\u001b]0;x"',
    ],
    [
      'modern.Order',
      '{"quantity":"\u009b\u202e"}',
      '-d:1:13: quantity: expected a number from -2147483648 to 2147483647 (int32), got "\\u009b\\u202e"',
    ],
  ];
  test.each(cases)('%s %j', (type, json, message, hint) => {
    if (json.startsWith("'")) {
      const document = { text: json, from: '-d', line: 1, column: 1 };
      expect(() => jsonReader(messageType(`codec.${type}`), { types })(document)).toThrow(message);
    } else expect(refusal(type, json)).toEqual({ message, hint });
  });

  test('at the place in the source, not in the document', () => {
    const document = { text: '{"é":"é",\n"b":1}', from: 'order.json', line: 7, column: 5 };
    const reader = jsonReader(messageType('codec.modern.Order'), { types });
    expect(() => reader(document)).toThrow(/^order\.json:7:6: /);
    expect(() => reader({ ...document, text: '{"ok":true,\n"b":1}' })).toThrow(/^order\.json:8:1: /);
  });

  test.each([
    ['messages', 'modern.Tree', (n: number) => `${'{"left":'.repeat(n)}{}${'}'.repeat(n)}`],
    ['values', 'modern.Known', (n: number) => `{"list":${'['.repeat(n)}${']'.repeat(n)}}`],
    ['unknown fields', 'modern.Tree', (n: number) => `{"x":${'['.repeat(n)}${']'.repeat(n)}}`],
  ] as const)('nesting beyond 100: %s', (_, type, nested) => {
    expect(() => read(type, nested(40), { allowUnknown: true })).not.toThrow();
    expect(refusal(type, nested(110), { allowUnknown: true }).message).toMatch(/nested deeper than 100 levels$/);
    const deep = { text: nested(100_000), from: '-d', line: 1, column: 1 };
    expect(() => jsonReader(messageType(`codec.${type}`), { types, allowUnknown: true })(deep)).toThrow(
      /nested deeper/,
    );
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
