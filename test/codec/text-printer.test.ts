// The text format printer: what protoc 35.1 `--decode` prints, our escapes and Any apart, and back through the reader.
import { create, fromBinary, fromJson, toBinary } from '@bufbuild/protobuf';
import { AnySchema } from '@bufbuild/protobuf/wkt';
import { describe, expect, test } from 'vitest';
import { MessageError } from '../../src/codec/binary-reader.ts';
import { type TextPrinterOptions, textPrinter } from '../../src/codec/text-printer.ts';
import { textReader } from '../../src/codec/text-reader.ts';
import { messageType, registry, types } from '../support/codec-types.ts';

function print(type: string, bytes: Uint8Array | string, options: Partial<TextPrinterOptions> = {}): string {
  const wire = typeof bytes === 'string' ? Buffer.from(bytes.replaceAll(' ', ''), 'hex') : bytes;
  return textPrinter(messageType(type), { types, ...options })(wire);
}

function wire(type: string, json: unknown): Uint8Array {
  const desc = messageType(type);
  return toBinary(desc, fromJson(desc, json as never, { registry }));
}

const scalars = 'codec.modern.Scalars';
const known = 'codec.modern.Known';

describe('as protoc prints it', () => {
  test.each([
    [0, ''],
    [1, '1'],
    [0.1, '0.1'],
    [-0, '-0'],
    [1e6, '1000000'],
    [1e15, '1e+15'],
    [1e21, '1e+21'],
    [123456789012345680, '1.2345678901234568e+17'],
    [0.0001, '0.0001'],
    [0.00001, '1e-05'],
    [0.1 + 0.2, '0.30000000000000004'],
    [5e-324, '4.94065645841247e-324'],
    [Number.MAX_VALUE, '1.7976931348623157e+308'],
    ['NaN', 'nan'],
    ['-Infinity', '-inf'],
  ])('double %s', (value, text) => {
    expect(print(scalars, wire(scalars, { double: value }))).toBe(text === '' ? '' : `double: ${text}\n`);
  });

  test.each([
    [0.1, '0.1'],
    [16777216, '16777216'],
    [1e6, '1e+06'],
    [1.401298464324817e-45, '1.40129846e-45'],
    [3.4028234663852886e38, '3.40282347e+38'],
    ['Infinity', 'inf'],
  ])('float %s', (value, text) => {
    expect(print(scalars, wire(scalars, { float: value }))).toBe(`float: ${text}\n`);
  });

  test('scalars, in the order of their numbers', () => {
    const json = {
      color: 'RED',
      bytes: 'AP8KIg==',
      string: `it's "q"\\\t`,
      bool: true,
      sint64: '-9223372036854775808',
    };
    expect(print(scalars, wire(scalars, { ...json, uint64: '18446744073709551615', int32: -1 }))).toBe(
      [
        'int32: -1',
        'uint64: 18446744073709551615',
        'sint64: -9223372036854775808',
        'bool: true',
        `string: "it\\'s \\"q\\"\\\\\\t"`,
        'bytes: "\\000\\377\\n\\""',
        'color: RED',
        '',
      ].join('\n'),
    );
  });

  test('messages, lists, and maps by key', () => {
    const maps = wire('codec.modern.Maps', {
      int32Int64: { 10: '1', 9: '0', '-1': '2' },
      stringTree: { a: { left: {} } },
    });
    const entries = ['-1', '9', '10'].map((key, at) => `int32_int64 {\n  key: ${key}\n  value: ${[2, 0, 1][at]}\n}\n`);
    expect(print('codec.modern.Maps', maps)).toBe(
      `${entries.join('')}string_tree {\n  key: "a"\n  value {\n    left {\n    }\n  }\n}\n`,
    );
    expect(print('codec.modern.Lists', wire('codec.modern.Lists', { int32: [1, 2], tree: [{}] }))).toBe(
      'int32: 1\nint32: 2\ntree {\n}\n',
    );
  });

  test('groups by type name, extensions in brackets', () => {
    const legacy = wire('codec.legacy.Legacy', {
      id: 1,
      box: { width: 5 },
      line: [{ text: 'a' }],
      '[codec.legacy.note]': 'x',
      '[codec.legacy.deeper]': { id: 2 },
    });
    expect(print('codec.legacy.Legacy', legacy)).toBe(
      'id: 1\nBox {\n  width: 5\n}\nLine {\n  text: "a"\n}\n[codec.legacy.note]: "x"\n[codec.legacy.deeper] {\n  id: 2\n}\n',
    );
  });

  test.each([
    ['last value wins, zero included', scalars, '0805 0800', ''],
    ['messages are merged', 'codec.modern.Tree', '1203 0a0161 1202 1200', 'left {\n  name: "a"\n  left {\n  }\n}\n'],
    ['a oneof keeps its last member', 'codec.modern.Choice', '0805 1201 61', 'word: "a"\n'],
    ['lists packed and not', 'codec.modern.Lists', '0801 0a02 0203', 'int32: 1\nint32: 2\nint32: 3\n'],
    [
      'of equal keys the last',
      'codec.modern.Maps',
      '0a02 0a00 0a03 120162',
      'string_string {\n  key: ""\n  value: "b"\n}\n',
    ],
    [
      'a wrong wire type is unknown',
      scalars,
      '0d01000000 1105000000 00000000',
      '1: 0x00000001\n2: 0x0000000000000005\n',
    ],
    ['a number that a closed enum lacks is unknown', 'codec.legacy.Legacy', '0801 2009', 'id: 1\n4: 9\n'],
    ['so it is in a list', 'codec.legacy.Legacy', '0801 2801 2809', 'id: 1\nsizes: SMALL\n5: 9\n'],
    ['an open enum has numbers', scalars, '800163', 'color: 99\n'],
    [
      'unknown fields',
      'google.protobuf.Empty',
      '0801 1203 080102 1a02 69ff',
      '1: 1\n2: "\\010\\001\\002"\n3: "i\\377"\n',
    ],
    [
      'unknown messages and groups',
      'google.protobuf.Empty',
      '1202 0801 1b 0805 1c 2200',
      '2 {\n  1: 1\n}\n3 {\n  1: 5\n}\n4: ""\n',
    ],
  ])('%s', (_what, type, hex, text) => {
    expect(print(type, hex)).toBe(text);
  });
});

describe('safe and total', () => {
  test('text is printed as it is, what steers a terminal is escaped', () => {
    const json = { string: 'é 😀 👩\u200d💻 \u001b[31m \u009b \u202e \u2028 \ufeff' };
    const text = print(scalars, wire(scalars, json));
    expect(text).toContain('é 😀 👩\u200d💻 \\033[31m');
    expect(text).not.toMatch(/[\u001b\u009b\u202e\u2028\ufeff]/);
    const reader = textReader(messageType(scalars), { types });
    const back = fromBinary(messageType(scalars), reader({ text, from: '-d', line: 1, column: 1 }));
    expect(back).toMatchObject(json);
  });

  test('a string that is not UTF-8 is shown byte by byte', () => {
    const warnings: string[] = [];
    expect(print(scalars, '7202 41ff', { onWarning: (warning) => warnings.push(warning) })).toBe('string: "A\\377"\n');
    expect(warnings).toHaveLength(1);
  });

  test.each([
    ['08', 'inside a varint'],
    ['7205 41', 'length of 5'],
    ['00', 'no valid field number'],
    ['0c', 'group'],
  ])('bytes that are no message: %s', (hex, reason) => {
    expect(() => print(scalars, hex)).toThrow(MessageError);
    expect(() => print(scalars, hex)).toThrow(reason);
  });

  test('messages deeper than 100 are refused, not overflowed', () => {
    let bytes = Buffer.alloc(0);
    for (let depth = 0; depth < 3000; depth++) {
      const length = bytes.length < 128 ? [bytes.length] : [(bytes.length & 127) | 128, bytes.length >> 7];
      bytes = Buffer.concat([Buffer.from([0x12, ...length]), bytes]);
    }
    expect(() => print('codec.modern.Tree', bytes)).toThrow('depth 100');
    expect(print('google.protobuf.Empty', bytes).split('\n').length).toBeLessThan(40);
  });
});

describe('Any', () => {
  const any = { any: { '@type': 'type.googleapis.com/codec.modern.Tree', name: 'x' } };

  test('is expanded where its type is known', () => {
    expect(print(known, wire(known, any))).toBe(
      'any {\n  [type.googleapis.com/codec.modern.Tree] {\n    name: "x"\n  }\n}\n',
    );
    expect(print(known, wire(known, any), { expandAny: false })).toBe(
      'any {\n  type_url: "type.googleapis.com/codec.modern.Tree"\n  value: "\\n\\001x"\n}\n',
    );
  });

  test.each([
    ['an unknown type', 'a.b/no.Such', [1]],
    ['bytes that are no such message', 'a.b/codec.modern.Tree', [10, 5]],
    ['a type URL that cannot stand in brackets', 'a b]/codec.modern.Tree', [10, 0]],
  ])('is shown as it is, with a warning: %s', (_what, typeUrl, value) => {
    const inner = toBinary(AnySchema, create(AnySchema, { typeUrl, value: Uint8Array.from(value) }));
    const warnings: string[] = [];
    const text = print('google.protobuf.Any', inner, { onWarning: (warning) => warnings.push(warning) });
    expect(text).toContain(`type_url: "${typeUrl}"\nvalue: "`);
    expect(warnings).toHaveLength(1);
  });
});

test('brackets of the older style', () => {
  const bytes = wire('codec.modern.Tree', { left: { name: 'a' } });
  expect(print('codec.modern.Tree', bytes, { brackets: 'angle' })).toBe('left: <\n  name: "a"\n>\n');
  expect(print('codec.modern.Tree', bytes, { indent: 4 })).toBe('left {\n    name: "a"\n}\n');
});
