// Every fault of a .proto file is named with its file, line and column, and none of them ends the program otherwise.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { protoFiles } from '../../src/schema/proto-files.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'grepl-errors-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function faultOf(text: string): Promise<UserError> {
  writeFileSync(join(folder, 'a.proto'), text);
  const error: unknown = await protoFiles(['a.proto'], [folder]).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof UserError) return error;
  throw new Error(`no fault found in ${text.slice(0, 200)}`, { cause: error });
}

const proto3 = 'syntax = "proto3";\n';
const proto2 = 'syntax = "proto2";\n';
const rows: [what: string, text: string, message: string, hint?: string][] = [
  ['number missing', `${proto3}message A {\n  string name = ;\n}`, 'a.proto:3:17: unexpected ";", expected a number'],
  [
    'semicolon missing',
    `${proto3}message A {\n  string a = 1\n  string b = 2;\n}`,
    'a.proto:4:3: unexpected "string", expected ";"',
  ],
  ['semicolon missing at the end', `${proto3}message A {\n  string a = 1\n}`, 'a.proto:4:1: expected ";" before "}"'],
  ['brace missing', `${proto3}message A {\n  string a = 1;\n`, 'a.proto:2:11: "{" is never closed'],
  ['brace too many', `${proto3}message A {\n}\n}`, 'a.proto:4:1: unexpected "}"'],
  ['string open', 'syntax = "proto3;\n', 'a.proto:1:10: string is never closed'],
  ['comment open', `${proto3}/* never\n`, 'a.proto:2:1: comment is never closed', 'end it with */'],
  ['strange character', `${proto3}message A { # no\n}`, 'a.proto:2:13: unexpected character "#"'],
  ['not a .proto file', '\u0000\u0001ELF', 'a.proto:1:1: unexpected character "\\u0000"'],
  ['unknown syntax', 'syntax = "proto4";', 'a.proto:1:10: syntax "proto4" is not known', 'known are proto2 and proto3'],
  ['unknown edition', 'edition = "1999";', 'a.proto:1:11: edition "1999" is not known'],
  [
    'required in proto3',
    `${proto3}message A {\n  required string a = 1;\n}`,
    'a.proto:3:3: "required" cannot be used in this syntax',
  ],
  ['no label in proto2', 'message A {\n  string a = 1;\n}', 'a.proto:2:3: unexpected "string"'],
  [
    'unknown type',
    `${proto3}message Food {}\nmessage A {\n  Foo f = 1;\n}`,
    'a.proto:4:3: unknown type "Foo"',
    'did you mean "Food"?',
  ],
  ['options alone', `${proto3}message A {\n  [deprecated = true];\n}`, 'a.proto:3:3: unexpected "["'],
  [
    'options in front',
    `${proto3}message A {}\nservice S {\n  [default = 1] rpc X(A) returns (A);\n}`,
    'a.proto:4:3: unexpected "["',
  ],
  [
    'words behind options',
    `${proto3}message A {\n  string a = 1 [deprecated = true] b;\n}`,
    'a.proto:3:36: unexpected "b" after "]"',
  ],
  [
    'a group without a body',
    `${proto2}message A {\n  repeated group Extra = 1; {}\n}`,
    'a.proto:3:18: "Extra" is not declared as it should be',
  ],
  [
    'extensions of what is no type',
    `${proto2}message A {\n  optional bytes raw = 1;\n  extend raw {\n    optional int32 x = 100;\n  }\n}`,
    'a.proto:4:10: unknown type "raw"',
  ],
  [
    'an enum number out of range',
    `${proto2}option optimize_for = 99999999999;`,
    'a.proto:2:23: 99999999999 is out of range for enum optimize_for',
    'use -2147483648 to 2147483647',
  ],
  ['unknown map value', `${proto3}message A {\n  map<string, Nope> a = 1;\n}`, 'a.proto:3:15: unknown type "Nope"'],
  [
    'unknown response',
    `${proto3}message A {}\nservice S {\n  rpc X(stream A) returns (stream Bee);\n}`,
    'a.proto:4:35: unknown type "Bee"',
  ],
  [
    'enum as request',
    `${proto3}message A {}\nenum E { Z = 0; }\nservice S {\n  rpc X(E) returns (A);\n}`,
    'a.proto:5:9: "E" is an enum, not a message',
  ],
  [
    'type not imported',
    `${proto3}message A {\n  google.protobuf.Timestamp t = 1;\n}`,
    'a.proto:3:3: unknown type "google.protobuf.Timestamp"',
    'import "google/protobuf/timestamp.proto", which defines it',
  ],
  [
    'hidden by a nearer scope',
    `${proto3}package a.b;\nmessage M {\n  message a {}\n  a.b.M x = 1;\n}`,
    'a.proto:5:3: "a.b.M" means "a.b.M.a.b.M" here, which does not exist',
    'write ".a.b.M" to name the outer one',
  ],
  ['message twice', `${proto3}message A {}\nmessage A {}`, 'a.proto:3:9: "A" is declared twice'],
  [
    'message and enum',
    `${proto3}message A {}\nenum B { A = 0; }`,
    'a.proto:3:10: "A" is already defined, as message in a.proto:2:9',
  ],
  [
    'enum values share a scope',
    `${proto3}enum E { A = 0; }\nenum F { A = 0; }`,
    'a.proto:3:10: "A" is already defined, as enum value in a.proto:2:10',
  ],
  [
    'enum number twice',
    `${proto3}enum E {\n  A = 0;\n  B = 0;\n}`,
    'a.proto:4:7: number 0 is used twice in "E"',
    'set allow_alias to give it two names',
  ],
  ['field twice', `${proto3}message A {\n  string a = 1;\n  int32 a = 2;\n}`, 'a.proto:4:9: "a" is declared twice'],
  [
    'field number twice',
    `${proto3}message A {\n  string a = 1;\n  int32 b = 1;\n}`,
    'a.proto:4:13: number 1 is used twice in "A"',
  ],
  ['field number 0', `${proto3}message A {\n  string a = 0;\n}`, 'a.proto:3:14: field number 0 is out of range'],
  [
    'field number too large',
    `${proto3}message A {\n  string a = 536870912;\n}`,
    'a.proto:3:10: field number 536870912 of "a" is out of range, use 1 to 536870911',
  ],
  [
    'field number of protobuf',
    `${proto3}message A {\n  string a = 19500;\n}`,
    'a.proto:3:14: field number 19500 is reserved for protobuf itself',
  ],
  [
    'reserved number',
    `${proto3}message A {\n  string a = 4;\n  reserved 2 to 4;\n}`,
    'a.proto:3:10: field number 4 of "a" is reserved',
  ],
  [
    'reserved name',
    `${proto3}message A {\n  string a = 4;\n  reserved "a";\n}`,
    'a.proto:3:10: field name "a" is reserved',
  ],
  [
    'extension out of range',
    `${proto2}message A {\n  extensions 5 to 7;\n}\nextend A {\n  optional int32 x = 8;\n}`,
    'a.proto:6:18: field number 8 is no extension of A',
    'A has extensions 5 to 7',
  ],
  [
    'unknown option',
    `${proto3}message A {\n  string a = 1 [deprecate = true];\n}`,
    'a.proto:3:17: unknown option "deprecate"',
    'did you mean "deprecated"?',
  ],
  [
    'unknown custom option',
    `${proto3}message A {\n  string a = 1 [(foo.bar) = true];\n}`,
    'a.proto:3:18: unknown option (foo.bar)',
  ],
  [
    'option of something else',
    `${proto3}import "google/api/annotations.proto";\nmessage A {\n  option (google.api.http).get = "x";\n}`,
    'a.proto:4:11: (google.api.http) is an option of google.protobuf.MethodOptions, not of google.protobuf.MessageOptions',
  ],
  [
    'unknown field in an option',
    `${proto3}import "google/api/annotations.proto";\nmessage M {}\nservice S {\n  rpc A(M) returns (M) {\n    option (google.api.http) = {\n      get: "/v1"\n      bod: "*"\n    };\n  }\n}`,
    'a.proto:8:7: google.api.HttpRule has no field "bod"',
  ],
  [
    'wrong kind of option value',
    `${proto3}message A {\n  string a = 1 [deprecated = 5];\n}`,
    'a.proto:3:30: "5" is no value for deprecated, which is a bool',
  ],
  [
    'wrong enum value in an option',
    `${proto3}message A {\n  string a = 1 [jstype = JS_STRIN];\n}`,
    'a.proto:3:26: enum google.protobuf.FieldOptions.JSType has no value "JS_STRIN"',
    'did you mean "JS_STRING"?',
  ],
  [
    'option twice',
    `${proto3}option java_package = "a";\noption java_package = "b";`,
    'a.proto:3:8: option java_package is given twice',
  ],
  [
    'default out of range',
    `${proto2}message A {\n  optional int32 a = 1 [default = 99999999999];\n}`,
    'a.proto:3:35: 99999999999 is out of range for int32 a',
  ],
  ['unknown escape', `${proto3}option java_package = "a\\qb";`, 'a.proto:2:23: unknown escape "\\q" in a string'],
  ['import of itself', `${proto3}import "a.proto";`, 'a.proto:2:8: a.proto imports itself'],
  [
    'import twice',
    `${proto3}import "google/protobuf/any.proto";\nimport "google/protobuf/any.proto";`,
    'a.proto:3:8: "google/protobuf/any.proto" is imported twice',
  ],
  [
    'import that climbs out',
    `${proto3}import "../etc/a.proto";`,
    'a.proto:2:8: "../etc/a.proto" lies outside the import paths',
  ],
];

describe('faults are named with their place', () => {
  it.each(rows)('%s', async (_what, text, message, hint) => {
    const error = await faultOf(text);
    expect(error.message).toContain(message);
    expect(error.code).toBe(4);
    if (hint !== undefined) expect(error.hint).toBe(hint);
  });
});

describe('hostile files', () => {
  it.each([
    ['messages', `${proto3}${'message A {'.repeat(150)}${'}'.repeat(150)}`],
    ['braces in an option', `${proto3}option java_package = ${'{a:'.repeat(100_000)}1${'}'.repeat(100_000)};`],
    ['open braces', `${proto3}${'message A {'.repeat(100_000)}`],
  ])('%s nested without end are refused', async (_what, text) => {
    expect((await faultOf(text)).message).toMatch(/^a\.proto:\d+:\d+: nested more than 100 deep$/);
  });

  it('reads names that JavaScript objects have of their own', async () => {
    const text = `${proto3}package __proto__.constructor;
      message A { string __proto__ = 1; int32 constructor = 2; toString hasOwnProperty = 3; reserved "valueOf"; }
      message __proto__ { .__proto__.constructor.__proto__ x = 1; }
      message toString {}
      enum E { valueOf = 0; constructor = 2; }
      service __defineGetter__ { rpc __proto__(toString) returns (toString); }`;
    writeFileSync(join(folder, 'a.proto'), text);
    const [file] = await (await protoFiles(['a.proto'], [folder])).allFiles();
    expect(file?.messageType.map(({ name }) => name)).toEqual(['A', '__proto__', 'toString']);
    expect(file?.messageType[0]?.field.map(({ name, typeName }) => [name, typeName])).toEqual([
      ['__proto__', ''],
      ['constructor', ''],
      ['hasOwnProperty', '.__proto__.constructor.toString'],
    ]);
    expect(file?.messageType[1]?.field[0]?.typeName).toBe('.__proto__.constructor.__proto__');
    expect(file?.enumType[0]?.value.map(({ name, number }) => [name, number])).toEqual([
      ['valueOf', 0],
      ['constructor', 2],
    ]);
    expect(file?.service[0]?.method[0]?.name).toBe('__proto__');
  });
});
