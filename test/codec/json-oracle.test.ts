// Our JSON against @bufbuild/protobuf's: random messages of every kind of field, random bytes, random text.
import {
  type DescField,
  type DescMessage,
  fromBinary,
  fromJson,
  fromJsonString,
  type Message,
  toBinary,
  toJson,
} from '@bufbuild/protobuf';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { documentsOf } from '../../src/codec/document.ts';
import { jsonPrinter, MessageError } from '../../src/codec/json-printer.ts';
import { jsonReader } from '../../src/codec/json-reader.ts';
import { UserError } from '../../src/errors.ts';
import { messageType, registry, types } from '../support/codec-types.ts';
import '../support/property-seed.ts';

vi.setConfig({ testTimeout: 60_000 });

const names = ['Scalars', 'Optionals', 'Lists', 'Maps', 'Tree', 'Choice', 'Known', 'Order'];
const all = names.map((name) => messageType(`codec.modern.${name}`));
const anyType = fc.constantFrom(...all);

const int32 = fc.oneof(fc.integer({ min: -2147483648, max: 2147483647 }), fc.integer({ min: -200, max: 200 }));
const uint32 = fc.oneof(fc.integer({ min: 0, max: 4294967295 }), fc.integer({ min: 0, max: 200 }));
const int64 = fc
  .oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.bigInt({ min: -200n, max: 200n }))
  .map(String);
const uint64 = fc
  .oneof(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.bigInt({ min: 0n, max: 2n ** 33n }))
  .map(String);
const double = fc.double().map((value) => (Number.isFinite(value) ? value : String(value)));
const float = fc.float().map((value) => (Number.isFinite(value) ? value : String(value)));
const text = fc.string({ unit: 'binary', maxLength: 12 }).filter(isWellFormed);
const bytes = fc.uint8Array({ maxLength: 12 }).map((value) => Buffer.from(value).toString('base64'));
const value = fc.jsonValue({ maxDepth: 3 }).filter((json) => !/\\ud[89a-f]/i.test(JSON.stringify(json)));
const object = fc.dictionary(fc.string(), value).filter((json) => !/\\ud[89a-f]/i.test(JSON.stringify(json)));

const scalars: Record<number, fc.Arbitrary<unknown>> = {
  1: double,
  2: float,
  3: int64,
  4: uint64,
  5: int32,
  6: uint64,
  7: uint32,
  8: fc.boolean(),
  9: text,
  12: bytes,
  13: uint32,
  15: int32,
  16: int64,
  17: int32,
  18: int64,
};

const wellKnown: Record<string, fc.Arbitrary<unknown>> = {
  Timestamp: fc
    .date({ min: new Date(-62135596800000), max: new Date(253402300799999), noInvalidDate: true })
    .map((date) => date.toISOString()),
  Duration: fc
    .tuple(fc.integer({ min: 0, max: 315576000000 }), fc.constantFrom('', '.5', '.000001'))
    .map(([seconds, part]) => `${seconds === 315576000000 ? 0 : seconds}${part}s`),
  FieldMask: fc.array(fc.constantFrom('a', 'displayName', 'a.bC.d')).map((paths) => paths.join(',')),
  Struct: object,
  Value: value,
  ListValue: fc.array(value),
  Empty: fc.constant({}),
  DoubleValue: double,
  FloatValue: float,
  Int64Value: int64,
  UInt64Value: uint64,
  Int32Value: int32,
  UInt32Value: uint32,
  BoolValue: fc.boolean(),
  StringValue: text,
  BytesValue: bytes,
};

function singleOf(kind: Pick<DescField, 'scalar' | 'enum' | 'message'>, depth: number): fc.Arbitrary<unknown> {
  if (kind.message) return messageOf(kind.message, depth - 1);
  if (!kind.enum) return scalars[kind.scalar!]!;
  if (kind.enum.typeName === 'google.protobuf.NullValue') return fc.constant(null);
  return fc.oneof(fc.constantFrom(...kind.enum.values.map((entry) => entry.name)), int32);
}

function keyOf(scalar: number): fc.Arbitrary<string> {
  if (scalar === 9) return fc.oneof(text, fc.constantFrom('__proto__', 'constructor', ''));
  return scalars[scalar]!.map(String);
}

function fieldOf(field: DescField, depth: number): fc.Arbitrary<unknown> {
  if (field.fieldKind === 'list') return fc.array(singleOf(field, depth), { maxLength: 4 });
  if (field.fieldKind === 'map')
    return fc.dictionary(keyOf(field.mapKey), singleOf(field, depth), { maxKeys: 4, noNullPrototype: true });
  return singleOf(field, depth);
}

function messageOf(desc: DescMessage, depth: number): fc.Arbitrary<unknown> {
  const short = desc.typeName.replace('google.protobuf.', '');
  if (short === 'Any') return anyOf(depth);
  const known = desc.typeName.startsWith('google.protobuf.') ? wellKnown[short] : undefined;
  if (known) return known;
  if (depth <= 0) return fc.constant({});
  const members: Record<string, fc.Arbitrary<unknown>> = {};
  for (const field of desc.fields) {
    if (field.oneof) continue;
    members[field.jsonName] = fieldOf(field, depth);
  }
  const plain = fc.record(members, { requiredKeys: [], noNullPrototype: true });
  const choices = desc.oneofs.flatMap((oneof) => oneof.fields);
  if (choices.length === 0) return plain;
  const chosen = fc.oneof(
    ...choices.map((field) => singleOf(field, depth).map((json) => ({ [field.jsonName]: json }))),
  );
  return fc.tuple(plain, fc.option(chosen, { nil: {} })).map(([rest, choice]) => ({ ...rest, ...choice }));
}

/** Types whose fields are numbered in their order, so that both writers give the same bytes. */
function anyOf(depth: number): fc.Arbitrary<unknown> {
  const item = messageOf(messageType('codec.modern.Order.Item'), 1).map((json) => ({
    '@type': 'type.googleapis.com/codec.modern.Order.Item',
    ...(json as object),
  }));
  const duration = fc.constant({ '@type': 'type.googleapis.com/google.protobuf.Duration', value: '1.5s' });
  return depth > 0
    ? fc.oneof(
        item,
        duration,
        fc.constant({}),
        anyOf(0).map((inner) => ({ '@type': 'type.googleapis.com/google.protobuf.Any', value: inner })),
      )
    : fc.oneof(item, duration);
}

function read(desc: DescMessage, json: string, strict = true): Uint8Array {
  const [document] = documentsOf(json, '-d', 'json');
  return jsonReader(desc, { types, strict })(document!);
}

const print = (desc: DescMessage, message: Uint8Array, options = {}): string =>
  jsonPrinter(desc, { types, ...options })(message);

/** Equal as protobuf-es prints them once they were on the wire: it keeps digits that no float has. */
function expectSame(desc: DescMessage, a: Message, b: Message): void {
  const [left, right] = [a, b].map((message) => toJson(desc, fromBinary(desc, toBinary(desc, message)), { registry }));
  expect(withoutHosts(left)).toEqual(withoutHosts(right));
}

/** Type URLs are kept as they are by us and given a standard host by protobuf-es. */
function withoutHosts(json: unknown): unknown {
  return JSON.parse(JSON.stringify(json), (key, inner) =>
    key === '@type' ? String(inner).replace(/.*\//, '') : inner,
  );
}

/** No surrogate without its other half. */
function isWellFormed(text: string): boolean {
  return !/[\ud800-\udfff]/u.test(text);
}

const typeAndJson = anyType.chain((desc) => fc.tuple(fc.constant(desc), messageOf(desc, 3)));

describe('valid messages', () => {
  test('reading gives the message that protobuf-es reads', () => {
    fc.assert(
      fc.property(typeAndJson, fc.constantFrom(0, 2), ([desc, json], indent) => {
        const source = JSON.stringify(json, null, indent);
        const ours = fromBinary(desc, read(desc, source));
        const theirs = fromJson(desc, JSON.parse(source), { registry });
        expectSame(desc, ours, theirs);
      }),
      { numRuns: 300 },
    );
  });

  test('what is printed is read back as the same message, by both', () => {
    const looks = fc.record({
      indent: fc.constantFrom(0, 2),
      names: fc.constantFrom('json' as const, 'proto' as const),
      emitDefaults: fc.boolean(),
    });
    fc.assert(
      fc.property(typeAndJson, looks, ([desc, json], options) => {
        const message = fromJson(desc, JSON.parse(JSON.stringify(json)), { registry });
        const printed = print(desc, toBinary(desc, message), options);
        expectSame(desc, fromJsonString(desc, printed, { registry }), message);
        expectSame(desc, fromBinary(desc, read(desc, printed)), message);
      }),
      { numRuns: 300 },
    );
  });

  test('fields in any order and more than once are merged', () => {
    fc.assert(
      fc.property(
        anyType.chain((desc) => fc.tuple(fc.constant(desc), messageOf(desc, 3), messageOf(desc, 3))),
        ([desc, a, b]) => {
          // Of two Any values the type of one may meet the bytes of the other, which nobody can print.
          if ([a, b].every((json) => JSON.stringify(json).includes('@type'))) return;
          const parts = [a, b].map((json) =>
            toBinary(desc, fromJson(desc, JSON.parse(JSON.stringify(json)), { registry })),
          );
          const both = Buffer.concat(parts);
          const merged = fromBinary(desc, both);
          expectSame(desc, fromJsonString(desc, print(desc, both), { registry }), merged);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('anything else', () => {
  test('random bytes give valid, terminal-safe JSON or a MessageError', () => {
    const parts = fc.array(
      fc.oneof(
        fc.uint8Array({ maxLength: 6 }),
        fc.constantFrom(...[10, 18, 26, 34, 8, 16, 3, 1, 0].map((byte) => Uint8Array.of(byte))),
      ),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(fc.oneof(anyType, fc.constant(messageType('codec.legacy.Legacy'))), parts, (desc, chunks) => {
        const message = Buffer.concat(chunks);
        let printed: string;
        try {
          printed = print(desc, message);
        } catch (error) {
          expect(error).toBeInstanceOf(MessageError);
          return;
        }
        JSON.parse(printed);
        expect(printed).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/);
      }),
      { numRuns: 2000 },
    );
  });

  test('damaged text gives a UserError with its place, or what protobuf-es reads too', () => {
    const damage = fc.tuple(
      fc.nat(),
      fc.nat({ max: 3 }),
      fc.constantFrom('', '{', '}', '[', ']', ',', ':', '"', '1', 'null', '-', '\\', ' ', '"a"'),
    );
    fc.assert(
      fc.property(typeAndJson, damage, ([desc, json], [at, remove, insert]) => {
        const whole = JSON.stringify(json);
        const place = at % (whole.length + 1);
        const source = whole.slice(0, place) + insert + whole.slice(place + remove);
        if (!isWellFormed(source)) return;
        let ours: Uint8Array | undefined;
        try {
          const documents = documentsOf(source, '-d', 'json');
          if (documents.length !== 1 || !documents[0]!.text.startsWith('{')) return;
          ours = read(desc, source);
        } catch (error) {
          expect(error).toBeInstanceOf(UserError);
          expect((error as UserError).message).toMatch(/^-d:\d+:\d+: /);
        }
        let theirs: Message | undefined;
        try {
          theirs = fromJsonString(desc, source, { registry });
        } catch {}
        if (ours && theirs) expectSame(desc, fromBinary(desc, ours), theirs);
        else if (ours) expect({ source, accepted: theirs }).toBe('accepted by both');
      }),
      { numRuns: 600 },
    );
  });
});
