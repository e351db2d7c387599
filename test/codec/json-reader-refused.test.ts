// JSON documents that are refused, and how the refusal is worded.
import { describe, expect, test } from 'vitest';
import { jsonReader } from '../../src/codec/json-reader.ts';
import { read, refusal } from '../support/codec-json.ts';
import { messageType, types } from '../support/codec-types.ts';

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

  const long = 100_000;
  test.each([
    ['a number with zeros in it', 'modern.Scalars', `{"int64":1${'0'.repeat(long * 10)}1}`],
    ['a fraction with zeros in it', 'modern.Scalars', `{"int32":0.${'0'.repeat(long * 10)}1}`],
    ['a name', 'modern.Scalars', `{"${'n'.repeat(long)}":1}`],
    ['an enum value', 'modern.Scalars', `{"color":"${'N'.repeat(long)}"}`],
    ['a key twice', 'modern.Maps', `{"stringString":{"${'k'.repeat(long)}":"","${'k'.repeat(long)}":""}}`],
    ['a type', 'modern.Known', `{"any":{"@type":"a/${'T'.repeat(long)}"}}`],
  ])('%s of any length, at once and in few words', (_, type, json) => {
    expect(refusal(type, json).message.length).toBeLessThan(500);
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
