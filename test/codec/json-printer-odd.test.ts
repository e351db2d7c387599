// Messages that do not fit their schema or JSON: shown as well as can be, or a MessageError.
import { describe, expect, test } from 'vitest';
import { jsonPrinter, MessageError } from '../../src/codec/json-printer.ts';
import { hex, print, read } from '../support/codec-json.ts';
import { messageType, types } from '../support/codec-types.ts';

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
    const { json } = print('modern.Maps', read('modern.Maps', JSON.stringify({ stringString: { [text]: text } })));
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
    expect(printer(hex('1005'))).toBe('{"quantity":5}');
    const error = ((): unknown => {
      try {
        return printer(hex('0a0161 10ff'));
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toMatchObject({ typeName: 'codec.modern.Order', offset: 4 });
    expect(printer(hex('1006'))).toBe('{"quantity":6}');
  });
});
