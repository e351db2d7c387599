// A message type with a field of every kind, and random messages of it as JSON.
import fc from 'fast-check';

/** A message with every kind of field, a service with it, and both names of an odd field. */
export const everyKind = `syntax = "proto3"; package every;
import "google/protobuf/wrappers.proto"; import "google/protobuf/timestamp.proto";
import "google/protobuf/duration.proto"; import "google/protobuf/field_mask.proto";
import "google/protobuf/struct.proto"; import "google/protobuf/any.proto";
enum Color { COLOR_UNSPECIFIED = 0; RED = 1; DARK_BLUE = -7; }
message Part { string text = 1; int64 size = 2; }
message All {
  string name = 1; string other_name = 2; bytes raw = 3; bool flag = 4; Color color = 5;
  double f_double = 6; float f_float = 7; int32 f_int32 = 8; int64 f_int64 = 9; uint32 f_uint32 = 10; uint64 f_uint64 = 11;
  sint32 f_sint32 = 12; sint64 f_sint64 = 13; fixed32 f_fixed32 = 14; fixed64 f_fixed64 = 15; sfixed32 f_sfixed32 = 16;
  sfixed64 f_sfixed64 = 17;
  optional string p_string = 20; optional int64 p_int64 = 21; optional bool p_bool = 22; optional Color p_color = 23;
  optional bytes p_bytes = 24; optional double p_double = 25;
  google.protobuf.DoubleValue w_double = 30; google.protobuf.FloatValue w_float = 31; google.protobuf.Int64Value w_int64 = 32;
  google.protobuf.UInt64Value w_uint64 = 33; google.protobuf.Int32Value w_int32 = 34; google.protobuf.UInt32Value w_uint32 = 35;
  google.protobuf.BoolValue w_bool = 36; google.protobuf.StringValue w_string = 37; google.protobuf.BytesValue w_bytes = 38;
  google.protobuf.Timestamp time = 40; google.protobuf.Duration span = 41; google.protobuf.FieldMask mask = 42;
  repeated string r_string = 50; repeated int64 r_int64 = 51; repeated bool r_bool = 52; repeated bytes r_bytes = 53;
  repeated Color r_color = 54; repeated float r_float = 55; repeated google.protobuf.Timestamp r_time = 56;
  repeated google.protobuf.StringValue r_wrapped = 57; repeated sint32 r_sint32 = 58 [packed = false];
  oneof choice { string c_string = 60; int64 c_int64 = 61; Part c_part = 62; google.protobuf.Duration c_span = 63; }
  string odd = 70 [json_name = "Odd-Name. ü"];
  All child = 71; Part part = 72;
  repeated Part r_part = 80; map<string, string> labels = 81; map<int64, Part> parts = 82;
  google.protobuf.Struct struct = 83; google.protobuf.Value value = 84; google.protobuf.Any any = 85;
  google.protobuf.ListValue list = 86; map<bool, Color> by_flag = 87; map<sint64, google.protobuf.Duration> spans = 88;
}
service Every { rpc Call(All) returns (All); }`;

// biome-ignore lint/suspicious/noExplicitAny: JSON of a random message
export type Json = any;

const special = fc.constantFrom(
  '%2F',
  '%',
  '..',
  '.',
  '/',
  ' ',
  '+',
  '&=#?',
  ':go',
  '😀é',
  '\0',
  '"\\',
  '~-._',
  '%zz',
  "'`$(x)!*",
);
const text = fc.oneof(special, fc.string({ unit: 'grapheme', maxLength: 8 }), fc.string({ maxLength: 8 }));
const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const uint32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const int64 = fc.oneof(
  fc.constantFrom('0', '-9223372036854775808', '9223372036854775807'),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
);
const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String);
const odd = fc.constantFrom('NaN', 'Infinity', '-Infinity', -0, 0);
const double = fc.oneof(odd, fc.double({ noNaN: true, noDefaultInfinity: true }));
const float = fc.oneof(odd, fc.float({ noNaN: true, noDefaultInfinity: true }));
const bytes = fc.uint8Array({ maxLength: 7 }).map((value) => Buffer.from(value).toString('base64'));
const color = fc.oneof(fc.constantFrom('COLOR_UNSPECIFIED', 'RED', 'DARK_BLUE'), fc.constantFrom(5, -1));
const fraction = fc.constantFrom('', '.5', '.123456', '.000000001');
const time = fc
  .tuple(fc.integer({ min: -62135596800, max: 253402300799 }), fraction)
  .map(([seconds, part]) => `${new Date(seconds * 1000).toISOString().slice(0, 19)}${part}Z`);
const span = fc
  .tuple(fc.integer({ min: -315576000000, max: 315576000000 }), fraction)
  .map(([whole, part]) => (Math.abs(whole) === 315576000000 ? `${whole}s` : `${whole}${part}s`));
const mask = fc
  .array(fc.stringMatching(/^[a-z][a-z0-9]{0,3}(?:[A-Z][a-z]{1,3}){0,2}(?:\.[a-z]{1,3})?$/), {
    minLength: 1,
    maxLength: 3,
  })
  .map((paths) => paths.join(','));
const part = fc.record({ text, size: int64 }, { requiredKeys: [] });
const few = <T>(one: fc.Arbitrary<T>) => fc.array(one, { maxLength: 3 });

const plain = {
  name: text,
  otherName: text,
  raw: bytes,
  flag: fc.boolean(),
  color,
  fDouble: double,
  fFloat: float,
  fInt32: int32,
  fInt64: int64,
  fUint32: uint32,
  fUint64: uint64,
  fSint32: int32,
  fSint64: int64,
  fFixed32: uint32,
  fFixed64: uint64,
  fSfixed32: int32,
  fSfixed64: int64,
  pString: text,
  pInt64: int64,
  pBool: fc.boolean(),
  pColor: color,
  pBytes: bytes,
  pDouble: double,
  wDouble: double,
  wFloat: float,
  wInt64: int64,
  wUint64: uint64,
  wInt32: int32,
  wUint32: uint32,
  wBool: fc.boolean(),
  wString: text,
  wBytes: bytes,
  time,
  span,
  mask,
  rString: few(text),
  rInt64: few(int64),
  rBool: few(fc.boolean()),
  rBytes: few(bytes),
  rColor: few(color),
  rFloat: few(float),
  rTime: few(time),
  rWrapped: few(text),
  rSint32: few(int32),
  'Odd-Name. ü': text,
  part,
};
/** What no query holds. */
const structured = {
  rPart: few(part),
  labels: fc.dictionary(text, text, { maxKeys: 2 }),
  parts: fc.dictionary(int64, part, { maxKeys: 2 }),
  byFlag: fc.dictionary(fc.constantFrom('true', 'false'), color, { maxKeys: 2 }),
  spans: fc.dictionary(int64, span, { maxKeys: 2 }),
  struct: fc.dictionary(text, fc.oneof(text, fc.boolean(), fc.constant(null)), { maxKeys: 2 }),
  value: fc.oneof(text, fc.constant(null), few(fc.boolean())),
  list: few(text),
  any: fc.constantFrom(
    { '@type': 'type.googleapis.com/every.Part', text: 'x' },
    { '@type': 'type.googleapis.com/google.protobuf.Duration', value: '1s' },
  ),
};
const choice = fc.oneof(
  fc.constant({}),
  text.map((cString) => ({ cString })),
  int64.map((cInt64) => ({ cInt64 })),
  part.map((cPart) => ({ cPart })),
  span.map((cSpan) => ({ cSpan })),
);
/** Some of the fields: with all of them nothing would ever fit a query. */
const some = (fields: Record<string, fc.Arbitrary<unknown>>, max: number) =>
  fc
    .subarray(Object.keys(fields), { maxLength: max })
    .chain((keys) => fc.record(Object.fromEntries(keys.map((key) => [key, fields[key]!]))));
const flat = fc.tuple(some(plain, 8), choice).map(([fields, one]) => ({ ...fields, ...one }));
/** A message for the type `All`, as JSON: nested to three levels, with what no query holds one time in three. */
export const messages: fc.Arbitrary<Json> = fc
  .tuple(
    flat,
    fc.option(flat, { nil: undefined }),
    fc.option(flat, { nil: undefined }),
    fc.oneof(fc.constant({}), fc.constant({}), some(structured, 2)),
  )
  .map(([outer, child, inner, more]) => ({
    ...outer,
    ...more,
    ...(child ? { child: { ...child, ...(inner ? { child: inner } : {}) } } : {}),
  }));
