// Any message there is, as a draft, gives the same document back; also through the editor, and undo gives back all.
import type { DescField, DescMessage } from '@bufbuild/protobuf';
import { ScalarType } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonPrinter } from '../../src/codec/json-printer.ts';
import { jsonReader } from '../../src/codec/json-reader.ts';
import { applyDocument, applyEdited, documentOf, draftOf } from '../../src/prompt/form.ts';
import { FormSession, formOptions, formSchema, messageOf } from './form-session.ts';
import '../support/property-seed.ts';

const schema = await formSchema();

const text = fc.string({ unit: 'grapheme', maxLength: 8 });
const special = fc.constantFrom('', ' x', ':next', '@f', '$v', '\\', '"a"', '${x}', 'null', 'a\nb', '\\${x}', '?');
const json = fc.jsonValue({ maxDepth: 2, stringUnit: 'grapheme' });
const wellKnown: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  Timestamp: fc.constantFrom('2026-01-31T12:00:00Z', '0001-01-01T00:00:00Z', '2026-01-31T12:00:00.123456789Z'),
  Duration: fc.constantFrom('0s', '-1.500s', '315576000000s', '0.000000001s'),
  FieldMask: fc.constantFrom('', 'a', 'displayName,a.bC'),
  Struct: fc.dictionary(text, json),
  Value: json,
  ListValue: fc.array(json, { maxLength: 3 }),
  Any: fc.constantFrom(
    {},
    { '@type': 'type.googleapis.com/kinds.v1.Point', x: 3 },
    { '@type': 'type.googleapis.com/google.protobuf.Duration', value: '1s' },
    { '@type': 'type.googleapis.com/google.type.Money', currencyCode: 'EUR', units: '1' },
    { '@type': 'type.googleapis.com/nobody.Knows', '@value': 'AQI=' },
  ),
  Money: fc.constantFrom({}, { currencyCode: 'EUR', units: '12', nanos: 500000000 }, { units: '-1', nanos: -1 }),
  Date: fc.constantFrom({}, { year: 2026, month: 11, day: 20 }, { month: 2, day: 30 }),
  LatLng: fc.constantFrom({}, { latitude: 59.9, longitude: 10.7 }, { latitude: 1e-7 }),
};

function scalar(type: ScalarType): fc.Arbitrary<unknown> {
  switch (type) {
    case ScalarType.STRING:
      return fc.oneof(text, special);
    case ScalarType.BYTES:
      return fc.uint8Array({ maxLength: 5 }).map((bytes) => Buffer.from(bytes).toString('base64'));
    case ScalarType.BOOL:
      return fc.boolean();
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return fc.oneof(fc.float({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom('NaN', '-Infinity', 1e-30));
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return fc.nat({ max: 4294967295 });
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String);
    case ScalarType.INT64:
    case ScalarType.SINT64:
    case ScalarType.SFIXED64:
      return fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String);
    default:
      return fc.integer();
  }
}

function element(field: DescField, depth: number): fc.Arbitrary<unknown> {
  if (field.message) return message(field.message, depth + 1);
  if (!field.enum) return scalar(field.scalar!);
  if (field.enum.typeName === 'google.protobuf.NullValue') return fc.constant(null);
  const names = field.enum.values.map(({ name }) => name);
  return field.enum.open ? fc.oneof(fc.constantFrom(...names), fc.constant(77)) : fc.constantFrom(...names);
}

function value(field: DescField, depth: number): fc.Arbitrary<unknown> {
  if (field.fieldKind === 'list') return fc.array(element(field, depth), { maxLength: 3 });
  if (field.fieldKind !== 'map') return element(field, depth);
  return fc.dictionary(scalar(field.mapKey).map(String), element(field, depth), { maxKeys: 3 });
}

/** Some fields of a message, at most one of each oneof. */
function message(desc: DescMessage, depth = 0): fc.Arbitrary<unknown> {
  const known = wellKnown[desc.name];
  if (known && desc.typeName.startsWith('google.')) return known;
  const wrapper = /^google\.protobuf\.\w+Value$/.test(desc.typeName) ? desc.fields[0] : undefined;
  if (wrapper) return scalar(wrapper.scalar!);
  const fields = depth > 2 ? desc.fields.filter((field) => !field.message) : desc.fields;
  return fc.subarray(fields, { maxLength: Math.min(fields.length, depth === 0 ? 40 : 4) }).chain((chosen) => {
    const oneofs = new Set<unknown>();
    const kept = chosen.filter(({ oneof }) => !oneof || (!oneofs.has(oneof) && oneofs.add(oneof)));
    const always = desc.fields.filter((field) => field.presence === 3 && !kept.includes(field));
    return fc.record(Object.fromEntries([...kept, ...always].map((field) => [field.jsonName, value(field, depth)])));
  });
}

/** The document as our printer writes the message that it is. */
function canonical(desc: DescMessage, document: unknown): string {
  const bytes = jsonReader(desc, { types: schema.types })({
    text: JSON.stringify(document),
    from: 'test',
    line: 1,
    column: 1,
  });
  return jsonPrinter(desc, { types: schema.types, indent: false } as never)(bytes);
}

/** Without white space and with strings escaped one way; otherwise to the letter. */
function compact(document: string): string {
  return document.replace(/"(?:[^"\\]|\\.)*"|\s+/g, (part) =>
    part.startsWith('"') ? JSON.stringify(JSON.parse(part)) : '',
  );
}

test.each(['kinds.v1.Everything', 'kinds.v1.Legacy', 'inventory.v1.Filters', 'inventory.v1.UpdateItemRequest'])(
  'a draft of %s gives the same document back',
  (name) => {
    const desc = messageOf(schema, name);
    fc.assert(
      fc.property(message(desc), (document) => {
        const draft = canonical(desc, document);
        const { state } = new FormSession(formOptions(schema, name, { draft }));
        expect(JSON.parse(documentOf(state))).toEqual(JSON.parse(draft));
        expect([...compact(documentOf(state))].sort().join('')).toBe([...compact(draft)].sort().join(''));
        expect(draftOf(state)).toBe(documentOf(state));
        expect(state.notice).toBeUndefined();
      }),
      { numRuns: 150 },
    );
  },
);

test('the editor gets a document that can be put back as it is', () => {
  const name = 'kinds.v1.Everything';
  const desc = messageOf(schema, name);
  fc.assert(
    fc.property(message(desc), (document) => {
      const draft = canonical(desc, document);
      const session = new FormSession(formOptions(schema, name, { draft })).press('f4');
      if (session.answer?.type !== 'edit') throw new Error('no edit');
      const back = applyEdited(session.answer.state, session.answer.document);
      if ('error' in back) throw new Error(`${back.line}:${back.column}: ${back.error}`);
      expect(documentOf(back)).toBe(documentOf(session.answer.state));
    }),
    { numRuns: 60 },
  );
});

test('a document is the whole message, and undo brings back what was there', () => {
  const session = new FormSession(formOptions(schema, 'inventory.v1.Filters', { draft: '{"text":"a"}' }));
  const applied = applyDocument(session.state, '{"tags":["b"]}');
  if ('error' in applied) throw new Error(applied.error);
  expect(documentOf(applied)).toBe('{"tags":["b"]}');
  session.state = applied;
  expect(session.press("':undo'", 'return').document).toBe('{"text":"a"}');
});

test.each([
  ['{\n  "text": 5\n}', { line: 2, column: 11, error: 'text takes text; put it in double quotes' }],
  ['{"tex": ""}', { line: 1, column: 2, error: 'inventory.v1.Filters has no field tex; did you mean text?' }],
  ['{"tags": [1', { line: 1, column: 12, error: 'expected "," or "]", got the end' }],
  [
    '{\n "email": "a",\n "phone": "b"}',
    { line: 3, column: 2, error: 'oneof contact takes one field, email (line 2, column 2) or phone' },
  ],
  [
    '{"labels": {"x": "a"}}',
    { line: 1, column: 13, error: 'labels["x"]: the key takes a whole number (int32), x is none' },
  ],
])('a document that does not fit is refused with its place: %s', (document, error) => {
  const { state } = new FormSession(formOptions(schema, 'inventory.v1.Filters'));
  expect(applyDocument(state, document)).toEqual(error);
});

test('a draft keeps what does not fit, and says so', () => {
  const draft = '{"since":"tomorrow","tex":1,"limit":"many","not":{"ratio":"x"}}';
  const session = new FormSession(formOptions(schema, 'inventory.v1.Filters', { draft }));
  expect(JSON.parse(draftOf(session.state))).toEqual(JSON.parse(draft));
  expect(session.document).toBe('{}');
  session.press('ctrl-s');
  expect(session.state.at).toBe('not.ratio');
  expect(session.screen().join('\n')).toContain('not sent: not.ratio');
});

test('a draft that is no JSON leaves the form empty and says why', () => {
  const session = new FormSession(formOptions(schema, 'inventory.v1.Filters', { draft: '{"a": ' }));
  expect(session.screen().join('\n')).toContain('the draft cannot be read (line 1, column 7');
});
