// FIELD=VALUE words: the document they make, what the JSON reader makes of it, what is refused, and the way back.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromBinary, toJson } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import type { RequestDocument } from '../../src/codec/document.ts';
import { documentFromFields, fieldsFromJson } from '../../src/codec/fields.ts';
import { jsonReader } from '../../src/codec/json-reader.ts';
import { UserError } from '../../src/errors.ts';
import { messageType, registry, types } from '../support/codec-types.ts';
import '../support/property-seed.ts';

const folder = mkdtempSync(join(tmpdir(), 'grepl-fields-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, content: string | Uint8Array) => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const now = () => new Date('2026-01-31T12:00:00Z');

function document(type: string, words: readonly string[], base?: string): RequestDocument {
  const from = base === undefined ? undefined : { text: base, from: '-d', line: 1, column: 1 };
  return documentFromFields(messageType(type), words, (path) => readFileSync(path), from, now);
}

function message(type: string, words: readonly string[], base?: string): unknown {
  const desc = messageType(type);
  const bytes = jsonReader(desc, { types })(document(type, words, base));
  return toJson(desc, fromBinary(desc, bytes), { registry });
}

function failure(type: string, words: readonly string[], base?: string): UserError {
  try {
    document(type, words, base);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error(`accepted: ${words.join(' ')}`);
}

const scalars = 'codec.modern.Scalars';
const lists = 'codec.modern.Lists';
const maps = 'codec.modern.Maps';
const choice = 'codec.modern.Choice';
const known = 'codec.modern.Known';
const order = 'codec.modern.Order';
const legacy = 'codec.legacy.Legacy';
const wordFile = file('word.txt', 'from a file\n');
const bytesFile = file('bytes.bin', Uint8Array.of(0, 255, 10));
const numberFile = file('number.txt', '42\n');

describe('values', () => {
  test.each([
    [scalars, 'int32=-5', { int32: -5 }],
    [scalars, 'int32=0x1F', { int32: 31 }],
    [scalars, 'int64=-9223372036854775808', { int64: '-9223372036854775808' }],
    [scalars, 'uint64=18446744073709551615', { uint64: '18446744073709551615' }],
    [scalars, 'int64:=9007199254740993', { int64: '9007199254740993' }],
    [scalars, 'double=.5', { double: 0.5 }],
    [scalars, 'double=-1e3', { double: -1000 }],
    [scalars, 'double=-inf', { double: '-Infinity' }],
    [scalars, 'float=nan', { float: 'NaN' }],
    [scalars, 'bool=true', { bool: true }],
    [scalars, 'bool=YES', { bool: true }],
    [scalars, 'string=', {}],
    [scalars, 'string=a=b:=c "q" \\ é😀', { string: 'a=b:=c "q" \\ é😀' }],
    [scalars, 'string=@@home', { string: '@home' }],
    [scalars, 'string=@', { string: '@' }],
    [scalars, `string=@${wordFile}`, { string: 'from a file\n' }],
    [scalars, `int32=@${numberFile}`, { int32: 42 }],
    [scalars, 'bytes=hé', { bytes: 'aMOp' }],
    [scalars, 'bytes=text:hex:00', { bytes: 'aGV4OjAw' }],
    [scalars, 'bytes=hex:00 fF', { bytes: 'AP8=' }],
    [scalars, 'bytes=base64:_-8', { bytes: '/+8=' }],
    [scalars, `bytes=@${bytesFile}`, { bytes: 'AP8K' }],
    [scalars, 'color=DEEP_BLUE', { color: 'DEEP_BLUE' }],
    [scalars, 'color=2', { color: 'DEEP_BLUE' }],
    [scalars, 'color=99', { color: 99 }],
    [scalars, 'color=red', { color: 'RED' }],
    [scalars, 'color=blue', { color: 'DEEP_BLUE' }],
    [known, 'timestamp=2020-02-29T23:59:59.123456789Z', { timestamp: '2020-02-29T23:59:59.123456789Z' }],
    [known, 'timestamp=2020-01-01T01:00:00+01:00', { timestamp: '2020-01-01T00:00:00Z' }],
    [known, 'timestamp=2020-01-01', { timestamp: '2020-01-01T00:00:00Z' }],
    [known, 'timestamp=now', { timestamp: '2026-01-31T12:00:00Z' }],
    [known, 'timestamp.seconds=5', { timestamp: '1970-01-01T00:00:05Z' }],
    [known, 'duration=1.5s', { duration: '1.500s' }],
    [known, 'duration=250ms', { duration: '0.250s' }],
    [known, 'duration=-2m', { duration: '-120s' }],
    [known, 'duration=3', { duration: '3s' }],
    [known, 'mask=order_id,items.color', { mask: 'orderId,items.color' }],
    [known, 'int64=-7', { int64: '-7' }],
    [known, 'int64.value=-7', { int64: '-7' }],
    [known, 'bool=no', { bool: false }],
    [known, 'bytes=hex:ff', { bytes: '/w==' }],
    [known, 'value=5', { value: '5' }],
    [known, 'value:=5', { value: 5 }],
    [known, 'value.a[0].b=x', { value: { a: [{ b: 'x' }] } }],
    [known, 'struct.a.b=x', { struct: { a: { b: 'x' } } }],
    [known, 'struct:={"a":[1,null]}', { struct: { a: [1, null] } }],
    [known, 'list=x', { list: ['x'] }],
    [known, 'nothing=null', {}],
    [known, 'empty:={}', { empty: {} }],
    [choice, 'nothing=null', { nothing: null }],
    [known, 'any.@type=a.b/codec.modern.Tree', { any: { '@type': 'a.b/codec.modern.Tree' } }],
    [legacy, 'size=large', { id: 1, size: 'LARGE' }],
    [legacy, '[codec.legacy.note]:="x"', { id: 1, '[codec.legacy.note]': 'x' }],
    [legacy, 'box.inner.id=3', { id: 1, box: { inner: { id: 3 } } }],
    [legacy, 'box.inner.[codec.legacy.marks]:=[1]', undefined],
  ])('%s %s', (type, word, expected) => {
    const words = type === legacy ? ['id=1', word] : [word];
    if (expected !== undefined) expect(message(type, words)).toEqual(expected);
    else expect(document(type, words).text).toContain('"[codec.legacy.marks]":[1]');
  });
});

describe('paths', () => {
  test.each([
    [order, ['order_id=o-1', 'quantity=3'], { orderId: 'o-1', quantity: 3 }],
    [order, ['orderId=o-1'], { orderId: 'o-1' }],
    [
      order,
      ['items[0].sku=A', 'items[0].quantity=1', 'items[1].sku=B'],
      { items: [{ sku: 'A', quantity: 1 }, { sku: 'B' }] },
    ],
    [
      order,
      ['items[].sku=A', 'items[-1].quantity=1', 'items[].sku=B'],
      { items: [{ sku: 'A', quantity: 1 }, { sku: 'B' }] },
    ],
    [order, ['items:=[{"sku":"A"}]', 'items[0].quantity=2'], { items: [{ sku: 'A', quantity: 2 }] }],
    [lists, ['string=a', 'string=b', 'string[]=c'], { string: ['a', 'b', 'c'] }],
    [lists, ['string:=["a"]', 'string=b'], { string: ['a', 'b'] }],
    [lists, ['int32[0]=1', 'int32[1]=2'], { int32: [1, 2] }],
    [lists, ['int32:=1'], { int32: [1] }],
    [
      maps,
      ['string_string.a=1', 'string_string[b.c]=2', 'string_string["]="]=3'],
      { stringString: { a: '1', 'b.c': '2', ']=': '3' } },
    ],
    [maps, ['int32Int64[-1]=5', 'bool_double.true=2'], { int32Int64: { '-1': '5' }, boolDouble: { true: 2 } }],
    [maps, ['string_tree.a.left.name=x'], { stringTree: { a: { left: { name: 'x' } } } }],
    [maps, ['string_string:={"a":"1"}', 'string_string.b=2'], { stringString: { a: '1', b: '2' } }],
    [
      maps,
      ['string_string.__proto__=1', 'string_string.constructor=2'],
      { stringString: { ['__proto__']: '1', constructor: '2' } },
    ],
    ['codec.modern.Tree', [`left=@${file('tree.json', '{"name":"x"}')}`], { left: { name: 'x' } }],
    ['codec.modern.Tree', [`branches:=@${file('trees.json', '[{"name":"x"}]')}`], { branches: [{ name: 'x' }] }],
    ['codec.modern.Tree', ['left={"name":"x"}'], { left: { name: 'x' } }],
    ['google.protobuf.Struct', ['a.b=1', 'c:=2'], { a: { b: '1' }, c: 2 }],
    ['google.protobuf.Int64Value', ['value=5'], '5'],
    ['google.protobuf.ListValue', ['[]=a', '[]:=1'], ['a', 1]],
  ])('%s %j', (type, words, expected) => {
    expect(message(type, words)).toEqual(expected);
  });

  test('the document names its source', () => {
    expect(document(order, ['quantity=3'])).toEqual({
      text: '{"quantity":3}',
      from: 'FIELD=VALUE',
      line: 1,
      column: 1,
    });
    expect(() => message(choice, ['tree:={"nme":1}'])).toThrow(/^FIELD=VALUE:1:\d+: tree/);
  });
});

describe('words over a document', () => {
  test.each([
    [order, '{"orderId":"o-1","quantity":1}', ['quantity=2'], { orderId: 'o-1', quantity: 2 }],
    [order, '{"order_id":"o-1"}', ['orderId=o-2'], { orderId: 'o-2' }],
    [order, ' ', ['quantity=2'], { quantity: 2 }],
    [lists, '{"string":["a"]}', ['string=b'], { string: ['a', 'b'] }],
    [lists, '{"sint64":[9007199254740993]}', ['int32=1'], { int32: [1], sint64: ['9007199254740993'] }],
    [choice, '{"word":"a","label":"x"}', ['number=5'], { number: 5, label: 'x' }],
    ['codec.modern.Tree', '{"left":null}', ['left.name=x'], { left: { name: 'x' } }],
  ])('%s %s', (type, base, words, expected) => {
    expect(message(type, words, base)).toEqual(expected);
  });

  test('without words the document stays as it is', () => {
    expect(document(order, [], '{ "broken"').text).toBe('{ "broken"');
    expect(document(order, ['quantity=2'], '{}').from).toBe('-d with FIELD=VALUE');
  });

  test.each([
    ['{"quantity":1,}', '-d:1:15: expected a member name in double quotes'],
    ['{\n "quantity": 01}', '-d:2:14: expected a JSON value'],
    ['{"quantity":1,"quantity":2}', '-d:1:15: "quantity" is given twice'],
    ['{} {}', '-d:1:4: more text behind the value'],
  ])('a document that cannot be read: %s', (base, text) => {
    expect(failure(order, ['quantity=2'], base)).toMatchObject({ code: 3, message: text });
  });
});

describe('errors', () => {
  test.each([
    [order, ['quantity'], '"quantity" is not FIELD=VALUE: there is no "=" in it'],
    [order, ['=5'], '"=5" is not FIELD=VALUE: the path cannot be read from character 1'],
    [order, ['items[0=5'], '"items[0=5" is not FIELD=VALUE: the path cannot be read from character 6'],
    [order, ['items[0].quantity=abc'], 'items[0].quantity=abc: expected int32, got "abc"'],
    [order, ['items[0].quantty=1'], 'items[0].quantty=1: codec.modern.Order.Item has no field "quantty"'],
    [order, ['items.sku=A'], 'items.sku=A: items is a list of codec.modern.Order.Item'],
    [order, ['items[1].sku=A'], 'items[1].sku=A: items has 0 elements, so there is no [1]'],
    [order, ['items[-1].sku=A'], 'items[-1].sku=A: items has 0 elements, so there is no [-1]'],
    [order, ['items=A'], 'items=A: expected codec.modern.Order.Item'],
    [order, ['quantity.x=1'], 'quantity.x=1: quantity is int32, it has nothing in it called "x"'],
    [order, ['quantity=1', 'quantity=2'], 'quantity=2: quantity is set by quantity=1 already'],
    [
      order,
      ['quantity=2147483648'],
      'quantity=2147483648: expected int32 (-2147483648 to 2147483647), got "2147483648"',
    ],
    [order, ['ok=1'], 'ok=1: expected bool (true or false), got "1"'],
    [order, ['items:=[1,'], 'items:=[1,: not JSON at character 4 of the value: expected a JSON value'],
    [scalars, ['double=1e999'], 'double=1e999: "1e999" is too large for double'],
    [scalars, ['float=1e39'], 'float=1e39: "1e39" is too large for float'],
    [scalars, ['double=1.2.3'], 'double=1.2.3: expected double, got "1.2.3"'],
    [scalars, ['bytes=hex:0'], 'bytes=hex:0: expected pairs of hex digits behind hex:, got "0"'],
    [scalars, ['bytes=base64:?'], 'bytes=base64:?: expected base64 behind base64:, got "?"'],
    [scalars, ['color=pink'], 'color=pink: codec.modern.Color has no value "pink"'],
    [legacy, ['size=9'], 'size=9: codec.legacy.Size has no value 9'],
    [legacy, ['[codec.legacy.note]=x'], '[codec.legacy.note]=x: an extension is given as a whole'],
    [known, ['timestamp=yesterday'], 'timestamp=yesterday: expected a time, got "yesterday"'],
    [known, ['timestamp=2020-13-01'], 'timestamp=2020-13-01: expected a time, got "2020-13-01"'],
    [
      known,
      ['timestamp=2020-01-01T00:00:00'],
      'timestamp=2020-01-01T00:00:00: expected a time with its zone, got "2020-01-01T00:00:00"',
    ],
    [known, ['duration=soon'], 'duration=soon: expected a duration, got "soon"'],
    [known, ['duration=0.5ns'], 'duration=0.5ns: "0.5ns" is finer than a nanosecond'],
    [known, ['duration=99999999h'], 'duration=99999999h: "99999999h" is more than 10,000 years'],
    [known, ['any=x'], 'any=x: expected google.protobuf.Any'],
    [choice, ['word=a', 'number=1'], 'number=1: excludes word=a: oneof choice takes one of them'],
    [maps, ['int32_int64.x=1'], 'int32_int64.x=1: expected a key of type int32, got "x"'],
    [maps, ['bool_double.1=1'], 'bool_double.1=1: expected a key true or false, got "1"'],
    [maps, ['string_string=x'], 'string_string=x: expected a map of string'],
    [scalars, ['string=@/no/such/file'], 'string=@/no/such/file: cannot read /no/such/file: ENOENT'],
    [scalars, [`string=@${bytesFile}`], 'is not UTF-8 text'],
  ])('%s %j', (type, words, text) => {
    const error = failure(type, words);
    expect(error.code).toBe(3);
    expect(error.message).toContain(text);
  });

  test('an unknown field comes with the nearest names, a list with how to write it', () => {
    expect(failure(order, ['items[0].quantty=1']).hint).toContain('quantity');
    expect(failure(order, ['items.sku=A']).hint).toBe('write items[0].sku for its first element');
  });

  test('what is typed never steers the terminal', () => {
    expect(failure(order, ['quantity=\u001b[31m\u202e']).message).toMatch(/^[\x20-\x7e]+$/);
    expect(failure(order, ['\u001b[31m\u009b']).message).toMatch(/^[\x20-\x7e]+$/);
  });
});

describe('back to words', () => {
  test.each([
    [
      order,
      '{"orderId":"o-1","items":[{"sku":"A"},{}],"ok":true}',
      ['order_id=o-1', 'items[0].sku=A', 'items[1]:={}', 'ok=true'],
    ],
    [
      lists,
      '{"string":["a","@b"],"int32":[1,2],"color":["RED"]}',
      ['string=a', 'string=@@b', 'int32=1', 'int32=2', 'color=RED'],
    ],
    [
      maps,
      '{"stringString":{"a":"1","b c":"2","]":"3","":""}}',
      ['string_string.a=1', 'string_string[b c]=2', 'string_string["]"]=3', 'string_string[""]='],
    ],
    [
      scalars,
      '{"int64":"-5","bytes":"AP8=","double":1.5,"float":"NaN"}',
      ['int64=-5', 'bytes=base64:AP8=', 'double=1.5', 'float=NaN'],
    ],
    [
      known,
      '{"timestamp":"2020-01-01T00:00:00Z","duration":"1.5s","value":[1],"struct":{"a":1}}',
      ['timestamp=2020-01-01T00:00:00Z', 'duration=1.5s', 'value:=[1]', 'struct:={"a":1}'],
    ],
    [
      known,
      '{"any":{"@type":"x/y"},"value":null,"int64":null,"string":""}',
      ['any:={"@type":"x/y"}', 'value:=null', 'string='],
    ],
    [legacy, '{"id":1,"[codec.legacy.note]":"x","nope":1}', ['id=1', '[codec.legacy.note]:="x"', 'nope:=1']],
    [order, '{}', []],
  ])('%s %s', (type, text, words) => {
    expect(fieldsFromJson(messageType(type), text)).toEqual(words);
  });

  test('what has no words is refused', () => {
    expect(() => fieldsFromJson(messageType('google.protobuf.Duration'), '"1s"')).toThrow(UserError);
    expect(() => fieldsFromJson(messageType(order), '{')).toThrow(UserError);
  });

  test('words from a document make the same message', () => {
    const text = fc.string({ unit: 'grapheme' });
    const tree = fc.letrec((tie) => ({
      tree: fc.record(
        { name: text, left: tie('tree'), branches: fc.array(tie('tree'), { maxLength: 2 }) },
        { requiredKeys: [] },
      ),
    })).tree;
    const json = fc.record(
      {
        stringString: fc.dictionary(text, text),
        int32Int64: fc.dictionary(
          fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }).map(String),
          fc.bigInt({ min: -5n, max: 2n ** 62n }).map(String),
        ),
        stringTree: fc.dictionary(text, tree, { maxKeys: 3 }),
        fixed32Bytes: fc.dictionary(
          fc.nat().map(String),
          fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('base64')),
        ),
      },
      { requiredKeys: [] },
    );
    const desc = messageType(maps);
    const read = jsonReader(desc, { types });
    fc.assert(
      fc.property(json, (value) => {
        const whole = { text: JSON.stringify(value), from: 'json', line: 1, column: 1 };
        const words = fieldsFromJson(desc, whole.text);
        expect(read(document(maps, words))).toEqual(read(whole));
      }),
      { numRuns: 50 },
    );
  });
});
