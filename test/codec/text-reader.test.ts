// The text format reader, judged by protobuf's own decoder (@bufbuild/protobuf) on the bytes it makes. Which texts are
// right and which are wrong was settled by protoc 35.1.
import { fromBinary, toJson } from '@bufbuild/protobuf';
import { describe, expect, test } from 'vitest';
import { textReader } from '../../src/codec/text-reader.ts';
import { UserError } from '../../src/errors.ts';
import { messageType, registry, types } from '../support/codec-types.ts';

type Options = { allowUnknown?: boolean; strict?: boolean };

function read(type: string, text: string, options: Options = {}): Uint8Array {
  return textReader(messageType(type), { types, ...options })({ text, from: '-d', line: 1, column: 1 });
}

function asJson(type: string, text: string, options: Options = {}): unknown {
  const desc = messageType(type);
  return toJson(desc, fromBinary(desc, read(type, text, options)), { registry });
}

function failure(type: string, text: string, options: Options = {}): UserError {
  try {
    read(type, text, options);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error(`accepted: ${text}`);
}

const scalars = 'codec.modern.Scalars';
const lists = 'codec.modern.Lists';
const maps = 'codec.modern.Maps';
const tree = 'codec.modern.Tree';
const choice = 'codec.modern.Choice';
const known = 'codec.modern.Known';
const legacy = 'codec.legacy.Legacy';

describe('values', () => {
  test.each([
    ['int32: 0x1F', { int32: 31 }],
    ['int32: 017', { int32: 15 }],
    ['int32: -0x80000000', { int32: -2147483648 }],
    ['int32: - # sign apart\n 5', { int32: -5 }],
    ['int64: -9223372036854775808', { int64: '-9223372036854775808' }],
    ['uint64: 18446744073709551615', { uint64: '18446744073709551615' }],
    ['sint64: -9007199254740993', { sint64: '-9007199254740993' }],
    ['fixed32: 4294967295 sfixed64: -1', { fixed32: 4294967295, sfixed64: '-1' }],
    ['float: 1f double: .5', { float: 1, double: 0.5 }],
    ['float: 1.5F double: 5.', { float: 1.5, double: 5 }],
    ['double: -.5e-3', { double: -0.0005 }],
    ['float: 1e400 double: -Infinity', { float: 'Infinity', double: '-Infinity' }],
    ['float: nan double: -inf', { float: 'NaN', double: '-Infinity' }],
    ['double: -0', { double: -0 }],
    ['bool: t', { bool: true }],
    ['bool: True', { bool: true }],
    ['bool: 0x1', { bool: true }],
    ['bool: 10', undefined],
    ['color: RED', { color: 'RED' }],
    ['color: -1', { color: 'NEGATIVE' }],
    ['color: 99', { color: 99 }],
    [`string: "a" 'b' # and\n "c"`, { string: 'abc' }],
    [`string: "\\x41\\101\\u00e9\\U0001F600\\?\\'\\n"`, { string: "AAé😀?'\n" }],
    ['string: "\\U0001f600"', { string: '😀' }],
    ['string: "é😀"', { string: 'é😀' }],
    ['bytes: "\\001\\377\\x7\\0"', { bytes: 'Af8HAA==' }],
    ['int32: 5, int64: 6; bool: true', { int32: 5, int64: '6', bool: true }],
    ['string: "a"int64: 6', { string: 'a', int64: '6' }],
    ['1: 5 int32_: 6', undefined],
    ['1: 5', { int32: 5 }],
    ['', {}],
    ['# only a comment', {}],
  ])('%s', (text, expected) => {
    if (expected === undefined) expect(() => read(scalars, text)).toThrow(UserError);
    else expect(asJson(scalars, text)).toEqual(expected);
  });

  test('a zero is sent only where the field has presence', () => {
    expect(read(scalars, 'int32: 0 bool: false string: "" color: COLOR_UNSPECIFIED').length).toBe(0);
    expect(asJson('codec.modern.Optionals', 'int32: 0 string: ""')).toEqual({ int32: 0, string: '' });
  });

  test('fields are written by number whatever their order in the text', () => {
    expect(Buffer.from(read(scalars, 'bool: true int32: 5')).toString('hex')).toBe('08056801');
  });
});

describe('messages, lists, maps', () => {
  test.each([
    [lists, 'int32: [1, 2,3] int32: 4', { int32: [1, 2, 3, 4] }],
    [lists, 'int32: 1 string: "x" int32: 2', { int32: [1, 2], string: ['x'] }],
    [lists, 'int32: []', {}],
    [lists, `string: ["a" "b", 'c']`, { string: ['ab', 'c'] }],
    [lists, 'tree [{name:"a"}, <name:"b">]', { tree: [{ name: 'a' }, { name: 'b' }] }],
    [lists, 'color: [RED, 2]', { color: ['RED', 'DEEP_BLUE'] }],
    [lists, 'loose: 5 loose: 6', { loose: [5, 6] }],
    [tree, 'left < left: { name: "x"; } >', { left: { left: { name: 'x' } } }],
    [maps, 'string_string {key:"a" value:"b"} string_string: {key:"a" value:"c"}', { stringString: { a: 'c' } }],
    [maps, 'int32_int64: [{key:1 value:2},{key:3}]', { int32Int64: { 1: '2', 3: '0' } }],
    [maps, 'string_tree {key:"a"}', { stringTree: { a: {} } }],
    [choice, 'tree {}', { tree: {} }],
    [choice, 'label: "x"', { label: 'x' }],
  ])('%s %s', (type, text, expected) => {
    expect(asJson(type, text)).toEqual(expected);
  });

  test('an Any is read expanded', () => {
    const text = 'any { [type.googleapis.com / codec.modern.Tree ]: < name: "x" > }';
    expect(asJson(known, text)).toEqual({ any: { '@type': 'type.googleapis.com/codec.modern.Tree', name: 'x' } });
  });

  test.each([
    ['Box { width: 5 }', { box: { width: 5 } }],
    ['box { width: 5 }', { box: { width: 5 } }],
    ['Line [{text:"a"}, {}]', { line: [{ text: 'a' }, {}] }],
    ['[codec.legacy.note]: "x"', { '[codec.legacy.note]': 'x' }],
    ['[ codec . legacy # here\n . marks ]: [1,2]', { '[codec.legacy.marks]': [1, 2] }],
    ['[codec.legacy.Holder.scoped]: SMALL', { '[codec.legacy.Holder.scoped]': 'SMALL' }],
    ['[codec.legacy.deeper] { id: 2 }', { '[codec.legacy.deeper]': { id: 2 } }],
    ['packed: [1, 300] numbers: 1', { packed: [1, 300], numbers: [1] }],
  ])('groups and extensions: %s', (text, expected) => {
    expect(asJson(legacy, `id: 1 ${text}`)).toEqual({ id: 1, ...expected });
  });
});

describe('unknown and reserved fields', () => {
  const text = 'nope: -5 gone { a: "x" "y" b: [1, {c: 2}] [x.y]: inf } [no.ext] < > list: [] int32: 7';

  test('are passed over if allowed', () => {
    expect(asJson(scalars, text, { allowUnknown: true })).toEqual({ int32: 7 });
    expect(failure(scalars, 'nope { a: 5', { allowUnknown: true }).message).toContain('the end of the text');
  });

  test('are refused with the nearest names', () => {
    const error = failure(scalars, 'int32: 1\n  strng: "x"');
    expect(error).toMatchObject({ code: 3, message: '-d:2:3: codec.modern.Scalars has no field "strng"' });
    expect(error.hint).toContain('string');
  });

  test('strict takes proto names only', () => {
    expect(() => read(choice, 'label: "x"', { strict: true })).toThrow('no field "label"');
    expect(() => read(scalars, '1: 5', { strict: true })).toThrow('expected a field name');
    expect(() => read(legacy, 'title: "x"', { strict: true })).toThrow('requires the field id');
    expect(asJson(choice, 'display_name: "x"', { strict: true })).toEqual({ label: 'x' });
  });
});

describe('errors', () => {
  test.each([
    [scalars, 'int32: 08', '-d:1:8: int32: expected int32 (a whole number), got 08'],
    [scalars, 'int32: 2147483648', '-d:1:8: int32: 2147483648 does not fit int32 (-2147483648 to 2147483647)'],
    [scalars, 'uint32: -0', '-d:1:9: uint32: -0 does not fit uint32 (0 to 4294967295)'],
    [scalars, 'int32: "5"', '-d:1:8: int32: expected int32, got "5"'],
    [scalars, 'float: 0x10', '-d:1:8: float: expected float (a decimal number, inf or nan), got 0x10'],
    [scalars, 'bool: maybe', '-d:1:7: bool: expected bool (true or false), got maybe'],
    [scalars, 'string: abc', '-d:1:9: string: expected string (a quoted string), got abc'],
    [scalars, 'string: "a\nb"', '-d:1:9: string: a string that is not closed on its line'],
    [scalars, 'string: "\\q"', '-d:1:10: string: \\q is not an escape of the text format'],
    [scalars, 'string: "\\ud83d"', '-d:1:10: string: \\ud83d is half a character; write it whole, as \\U0001f600'],
    [scalars, 'string: "\\377"', '-d:1:9: string: expected string, but these escapes are not UTF-8'],
    [scalars, 'bytes: "\\777"', '-d:1:9: bytes: \\777 is more than one byte; octal escapes go to \\377'],
    [scalars, 'color: red', '-d:1:8: color: codec.modern.Color has no value "red"'],
    [scalars, 'int32 5', '-d:1:7: int32: expected ":" after the field name, got 5'],
    [scalars, 'int32: 5,, bool: true', '-d:1:10: expected a field name of codec.modern.Scalars, got ","'],
    [scalars, 'int32: 5 int32: 6', '-d:1:10: int32: given twice, but the field is not repeated'],
    [scalars, 'int32: [5]', '-d:1:8: int32: a list, but the field is not repeated'],
    [scalars, 'int32: 5int64: 6', '-d:1:8: int32: a number that runs into other characters'],
    [scalars, 'string: "😀" @', '-d:1:13: string: "@" is not part of the text format'],
    [lists, 'int32: [1,\n2,]', '-d:2:3: int32[2]: expected int32, got "]"'],
    [
      lists,
      'tree { branches [{}, { name: 1 }] }',
      '-d:1:30: tree.branches[1].name: expected string (a quoted string), got 1',
    ],
    [tree, 'left { name: "x"', '-d:1:17: left: expected a field or "}", got the end of the text'],
    [tree, 'left < name: "x" }', '-d:1:18: left: expected a field name of codec.modern.Tree, got "}"'],
    [choice, 'word: "a" number: 1', '-d:1:11: number: word is given too; oneof choice takes one of them'],
    [known, 'any {[a.b/no.Such] {}}', '-d:1:6: any: unknown type "a.b/no.Such"'],
    [known, 'any {[codec.modern.Tree', '-d:1:6: any: the [ is never closed'],
    [tree, '[a.b/codec.modern.Tree] {}', '-d:1:1: a type URL, but codec.modern.Tree is not an Any'],
    [legacy, 'size: 9', '-d:1:7: size: codec.legacy.Size has no value 9'],
    [legacy, '[codec.legacy.nope]: 1', '-d:1:1: unknown extension "codec.legacy.nope"'],
    [tree, '[codec.legacy.note]: "x"', '-d:1:1: codec.legacy.note extends codec.legacy.Legacy, not codec.modern.Tree'],
  ])('%s %s', (type, text, message) => {
    expect(failure(type, text)).toMatchObject({ code: 3, message });
  });

  test('places count from where the document begins in its source', () => {
    const document = { text: 'int32: x\n', from: 'stdin', line: 7, column: 4 };
    const reader = textReader(messageType(scalars), { types });
    expect(() => reader(document)).toThrow('stdin:7:11: int32: ');
    expect(() => reader({ ...document, text: '\nint32: x' })).toThrow('stdin:8:8: int32: ');
  });

  test('depth 100 is read, depth 101 is not', () => {
    const nested = (depth: number) => 'left {'.repeat(depth) + '}'.repeat(depth);
    expect(read(tree, nested(99)).length).toBeGreaterThan(0);
    expect(failure(tree, nested(100)).message).toContain('nested to more than depth 100');
    expect(failure(tree, `nope ${'{ a '.repeat(5000)}`, { allowUnknown: true }).message).toContain('depth 100');
  });

  test('control characters in the text are not repeated raw', () => {
    expect(failure(scalars, 'int32: \u001b[31m').message).toMatch(/^[\x20-\x7e]+$/);
    expect(failure(scalars, 'string: "\\\u202e"').message).toMatch(/^[\x20-\x7e]+$/);
  });
});
