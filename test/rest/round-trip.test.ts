// Whatever a message holds, the HTTP request made of it leads back to the same message.
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { restEquivalent } from '../../src/rest/equivalent.ts';
import { requestFromHttp } from '../../src/rest/reverse.ts';
import { buildRouter } from '../../src/rest/router.ts';
import type { Schema } from '../../src/schema/schema.ts';
import { bytesOf, jsonOf, methodOf, type Rule, routeOf, vectorSchema } from './support.ts';
import '../support/property-seed.ts';

let schema: Schema;
beforeAll(async () => {
  schema = await vectorSchema();
});

const special = fc.constantFrom(
  '%2F',
  '%',
  '..',
  '.',
  'a/b',
  '/',
  ' ',
  '+',
  '&=#?',
  ':archive',
  '😀é',
  '\u0000',
  '"\\',
  '~-._',
  '%25',
);
const text = fc.oneof(special, fc.string({ unit: 'grapheme-composite', maxLength: 12 }), fc.string({ maxLength: 12 }));
const segment = text.map((value) => value.replaceAll('/', '') || 'x');
const int32 = fc.integer({ min: -2147483648, max: 2147483647 });
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String);
const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String);
const nonFinite = fc.constantFrom('NaN', 'Infinity', '-Infinity');
const double = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), nonFinite);
const float = fc.oneof(fc.float({ noNaN: true, noDefaultInfinity: true }), nonFinite);
const bytes = fc.uint8Array({ maxLength: 9 }).map((value) => Buffer.from(value).toString('base64'));
const color = fc.oneof(fc.constantFrom('COLOR_UNSPECIFIED', 'RED', 'DARK_BLUE'), int32);
const time = fc
  .tuple(fc.integer({ min: -62135596800, max: 253402300799 }), fc.constantFrom('', '.5', '.123456', '.000000001'))
  .map(([seconds, fraction]) => `${new Date(seconds * 1000).toISOString().slice(0, 19)}${fraction}Z`);
const duration = fc.tuple(int32, fc.constantFrom('', '.5', '.000000001')).map(([whole, part]) => `${whole}${part}s`);
const mask = fc
  .array(fc.stringMatching(/^[a-z][a-z0-9]{0,4}(?:[A-Z][a-z]{1,3}){0,2}$/), { minLength: 1, maxLength: 4 })
  .map((paths) => paths.join(','));

/** Fields that a query can hold; a nested message holds at least one field that is sent. */
const scalars = {
  fDouble: double,
  fFloat: float,
  fInt32: int32,
  fInt64: int64,
  fUint32: fc.nat(4294967295),
  fUint64: uint64,
  fBool: fc.boolean(),
  fString: text,
  fBytes: bytes,
  fEnum: color,
  pInt32: int32,
  pString: text,
  pBool: fc.boolean(),
  pEnum: color,
  wInt64: int64,
  wString: text,
  wBool: fc.boolean(),
  wDouble: double,
  wBytes: bytes,
  tTime: time,
  tDur: duration,
  tMask: mask,
  rInt32: fc.array(int32, { maxLength: 4 }),
  rString: fc.array(text, { maxLength: 4 }),
  rTime: fc.array(time, { maxLength: 3 }),
};
const choice = fc.oneof(
  fc.constant({}),
  text.map((cString) => ({ cString })),
  int32.map((cInt32) => ({ cInt32 })),
  int64.map((min) => ({ cRange: { min, max: '1' } })),
);
const leaf = fc.tuple(fc.record(scalars, { requiredKeys: [] }), choice).map(([fields, one]) => ({ ...fields, ...one }));
const nested = fc
  .tuple(leaf, fc.option(leaf, { nil: undefined }))
  .map(([outer, inner]) => (inner ? { ...outer, child: { ...inner, pInt32: 7 } } : outer));

/** What only a body can hold. */
const bodyOnly = {
  sStruct: fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.boolean(), fc.integer())),
  sValue: fc.oneof(fc.string(), fc.constant(null), fc.array(fc.boolean())),
  rBook: fc.array(fc.record({ title: text, labels: fc.dictionary(fc.string(), text) }, { requiredKeys: [] })),
  mInt: fc.dictionary(text, int32),
};
const whole = fc.tuple(nested, fc.record(bodyOnly, { requiredKeys: [] })).map(([a, b]) => ({ ...a, ...b }));

async function roundTrip(typeName: string, rules: readonly Rule[]) {
  const method = await methodOf(schema, `restvec.v1.Test.${typeName}`);
  const route = routeOf(method, rules);
  const router = buildRouter([route]);
  return (value: unknown): void => {
    const message = bytesOf(method.input, value, schema.types);
    const made = restEquivalent(route, message, { types: schema.types, dialect: 'google', metadata: [] });
    if ('none' in made) throw new Error(made.none);
    expect(made.path + made.query).toMatch(/^[A-Za-z0-9\-_.~%/&=:]*$/);
    const input = { query: made.query, body: made.body?.data, contentType: made.body?.contentType };
    const back = requestFromHttp(router.match(made.httpMethod, made.path), input, {
      types: schema.types,
      strict: true,
    });
    expect(jsonOf(method.input, back.message, schema.types)).toEqual(jsonOf(method.input, message, schema.types));
  };
}

describe('a message goes to HTTP and comes back', () => {
  test.each([
    ['all in the query', { method: 'GET', path: '/v1/kitchen' }, nested],
    ['all in the body', { method: 'POST', path: '/v1/kitchen', body: '*' }, whole],
    ['one field in the body', { method: 'PUT', path: '/v1/kitchen', body: 'child' }, nested],
    ['a list in the body', { method: 'PUT', path: '/v1/kitchen', body: 'r_time' }, nested],
    ['a text in the body', { method: 'PUT', path: '/v1/kitchen', body: 'f_string' }, nested],
    ['a wrapper in the body', { method: 'PUT', path: '/v1/kitchen', body: 'w_string' }, nested],
  ] as [string, Rule, fc.Arbitrary<object>][])('%s', async (_what, rule, values) => {
    const check = await roundTrip('Kitchen', [rule]);
    fc.assert(fc.property(values, check), { numRuns: 150 });
  });

  test('numbers, enums, times and masks in the path', async () => {
    const path = '/v1/{f_int64}/{f_bool}/{f_enum}/{f_double}/{t_time}/{w_int64}/{t_mask}/{f_string}:go';
    const values = fc
      .tuple(
        nested,
        fc.record({ tTime: time, wInt64: int64, tMask: mask, fString: text.filter((value) => value !== '') }),
      )
      .map(([a, b]) => ({ ...a, ...b }));
    fc.assert(fc.property(values, await roundTrip('Kitchen', [{ method: 'GET', path }])), { numRuns: 150 });
  });

  test.each(['', '*', 'child'])('values of several segments in the path, body %j', async (body) => {
    const path = '/v1/{child.child.f_string=a/*/b/*}/x/{child.f_string}/{p_string=**}:go';
    const rule = { method: 'POST', path, body };
    const values = fc
      .tuple(body === '*' ? whole : nested, nested, segment, segment, fc.array(segment, { maxLength: 3 }), segment)
      .map(([outer, inner, one, two, rest, fString]) => {
        const child = { ...inner, fString, child: { fString: `a/${one}/b/${two}` } };
        return { ...outer, pString: rest.join('/') || 'x', child };
      });
    fc.assert(fc.property(values, await roundTrip('Kitchen', [rule])), { numRuns: 150 });
  });

  test('** in the middle', async () => {
    const path = '/v1/{parent=projects/*/databases/*/documents/*/**}/{collection_id}';
    const values = fc.record({
      parent: fc
        .tuple(segment, segment, segment, fc.array(segment, { maxLength: 4 }))
        .map(([p, d, c, rest]) => ['projects', p, 'databases', d, 'documents', c, ...rest].join('/')),
      collectionId: text.filter((value) => value !== ''),
      pageSize: int32,
    });
    fc.assert(fc.property(values, await roundTrip('ListDocumentsRequest', [{ method: 'GET', path }])));
  });

  test('a field of the body that the path takes', async () => {
    const rules = [
      { method: 'PATCH', path: '/v1/{book.name=shelves/*/books/*}/{book.publisher.address.zip_code}', body: 'book' },
      { method: 'PATCH', path: '/v1/{book.name=shelves/*/books/*}', body: '*' },
    ];
    const values = fc
      .record({
        title: text,
        tags: fc.array(text),
        labels: fc.dictionary(text, text),
        zip: fc.option(text),
        city: fc.option(text),
        shelf: segment,
      })
      .map(({ title, tags, labels, zip, city, shelf }) => ({
        book: {
          name: `shelves/${shelf}/books/b`,
          title,
          tags,
          labels,
          ...(zip || city ? { publisher: { cityName: city ?? '', address: { zipCode: zip ?? '' } } } : {}),
        },
        allowMissing: title === '',
      }));
    fc.assert(fc.property(values, await roundTrip('UpdateBookRequest', rules)), { numRuns: 150 });
  });
});

test('any bytes: an equivalent or a reason, never an exception', async () => {
  const method = await methodOf(schema, 'restvec.v1.Test.Kitchen');
  const rules = [
    { method: 'GET', path: '/v1/{child.f_string}' },
    { method: 'POST', path: '/v1/{f_string}', body: '*' },
    { method: 'POST', path: '/v1', body: 'child' },
  ];
  const route = routeOf(method, rules);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (request) => {
      const made = restEquivalent(route, request, { types: schema.types, dialect: 'gateway', metadata: [] });
      if (!('none' in made)) expect(made.path.startsWith('/v1')).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

test('any HTTP request: a message or a RestInputError', async () => {
  const method = await methodOf(schema, 'restvec.v1.Test.Kitchen');
  const route = routeOf(method, [
    { method: 'GET', path: '/{child.f_string}' },
    { method: 'POST', path: '/{f_string=**}:go', body: 'child' },
    { method: 'PUT', path: '/{f_string=**}', body: '*' },
  ]);
  const router = buildRouter([route]);
  const name = fc.constantFrom(
    'fInt32',
    'child.fString',
    'child',
    'rInt32',
    'mInt.a',
    'cRange.min',
    'cString',
    '',
    'x',
    'tTime',
  );
  const pair = fc.tuple(name, fc.oneof(text, fc.constantFrom('1', 'true', '%', '%ff', '2024-01-01T00:00:00Z')));
  const query = fc.array(pair).map((pairs) => pairs.map(([key, value]) => `${key}=${value}`).join('&'));
  const body = fc.oneof(fc.json(), fc.string(), fc.constantFrom('{},"fInt32":1', '{"fString":"x"}', ''));
  const anyPath = fc.array(fc.oneof(text, fc.constantFrom('%zz', 'a:go', '%2f'))).map((parts) => `/${parts.join('/')}`);
  fc.assert(
    fc.property(fc.constantFrom('GET', 'POST', 'PUT'), anyPath, query, body, (httpMethod, path, asked, sent) => {
      const input = { query: asked, body: sent, contentType: 'application/json' };
      try {
        const made = requestFromHttp(router.match(httpMethod, path), input, { types: schema.types });
        jsonOf(method.input, made.message, schema.types);
      } catch (error) {
        expect((error as Error).name, String(error)).toBe('RestInputError');
      }
    }),
    { numRuns: 2000 },
  );
});
