// The REST request that a call equals: which binding, where the fields go, what is lost, and why there may be none.
import { beforeAll, describe, expect, test } from 'vitest';
import { type EquivalentOptions, restEquivalent } from '../../src/rest/equivalent.ts';
import type { NoRest, RestEquivalent } from '../../src/rest/rest.ts';
import { requestFromHttp } from '../../src/rest/reverse.ts';
import { buildRouter } from '../../src/rest/router.ts';
import type { Schema } from '../../src/schema/schema.ts';
import { bytesOf, jsonOf, methodOf, type Rule, routeOf, schemaOfText, vectorSchema } from './support.ts';

let schema: Schema;
let streams: Schema;
beforeAll(async () => {
  schema = await vectorSchema();
  streams = await schemaOfText(`syntax = "proto3"; package s.v1; import "google/api/httpbody.proto";
    message M { string a = 1; string b = 2; google.api.HttpBody file = 3; }
    service S {
      rpc Up(stream M) returns (M); rpc Down(M) returns (stream M); rpc Both(stream M) returns (stream M);
      rpc Raw(google.api.HttpBody) returns (M);
    }`);
});

const get = (path: string): Rule => ({ method: 'GET', path });

async function made(
  name: string,
  rules: readonly Rule[],
  request: unknown,
  more: Partial<EquivalentOptions> = {},
): Promise<RestEquivalent | NoRest> {
  const [types, method] = name.startsWith('s.v1')
    ? [streams.types, await methodOf(streams, name)]
    : [schema.types, await methodOf(schema, `restvec.v1.Test.${name}`)];
  const bytes =
    request instanceof Uint8Array || request === undefined ? request : bytesOf(method.input, request, types);
  return restEquivalent(routeOf(method, rules), bytes, { types, dialect: 'google', metadata: [], ...more });
}

async function found(...args: Parameters<typeof made>): Promise<RestEquivalent> {
  const result = await made(...args);
  if ('none' in result) throw new Error(result.none);
  return result;
}

describe('no REST form: each binding and why not', () => {
  test.each([
    [
      'GetBookRequest',
      [get('/v1/{name=shelves/*}'), get('/v2/{name=boxes/*}')],
      { name: 'x/1' },
      'no binding fits: GET /v1/{name=shelves/*}: value does not match variable template: name is "x/1", not shelves/*; ' +
        'GET /v2/{name=boxes/*}: value does not match variable template: name is "x/1", not boxes/*',
    ],
    ['GetBookRequest', [get('/v1/{name}')], {}, 'GET /v1/{name}: path variable empty: name'],
    [
      'GetBookRequest',
      [get('/v1/{name=a/**}')],
      { name: 'a//b' },
      'GET /v1/{name=a/**}: value does not match variable template: name is "a//b", not a/**',
    ],
    [
      'GetBookRequest',
      [get('/v1/{name=a/**}')],
      { name: 'a/' },
      'GET /v1/{name=a/**}: value does not match variable template: name is "a/", not a/**',
    ],
    ['Kitchen', [get('/v1/{t_time}')], {}, 'GET /v1/{t_time}: path variable unset: t_time'],
    ['Kitchen', [get('/v1/{w_int64}')], {}, 'GET /v1/{w_int64}: path variable unset: w_int64'],
    [
      'Kitchen',
      [get('/v1/x')],
      { sStruct: {} },
      'GET /v1/x: google.protobuf.Struct sStruct cannot be a query parameter',
    ],
    ['Kitchen', [get('/v1/x')], { sValue: 1 }, 'GET /v1/x: google.protobuf.Value sValue cannot be a query parameter'],
    [
      'Kitchen',
      [get('/v1/x')],
      { child: { mInt: { a: 1 } } },
      'GET /v1/x: map field child.mInt cannot be a query parameter',
    ],
    ['Kitchen', [get('/v1/{r_int32}')], {}, 'GET /v1/{r_int32}: r_int32 is repeated, which a path variable cannot be'],
    ['Kitchen', [get('/v1/{child}')], {}, 'GET /v1/{child}: child is a message, which a path variable cannot be'],
    ['Kitchen', [get('/v1/*/x')], {}, 'GET /v1/*/x: its template has a "*" outside a variable, which nothing fills'],
  ] as [string, Rule[], unknown, string][])('%s %j %j', async (name, rules, request, wanted) => {
    expect(await made(name, rules, request)).toEqual({ none: wanted, warnings: [] });
  });

  test('bytes that are no message', async () => {
    const result = await made('GetBookRequest', [get('/v1/{name}')], Uint8Array.of(10, 9, 65));
    expect(result).toMatchObject({ none: expect.stringMatching(/not a valid restvec\.v1\.GetBookRequest/) });
  });
});

describe('paths', () => {
  test.each([
    ['an empty ** has no segment', get('/v1/files/{name=**}:get'), { name: '' }, '/v1/files:get'],
    ['nor a slash at the root', get('/{name=**}'), {}, '/'],
    ['dot segments inside a longer value', get('/v1/{name=**}'), { name: 'a/../.' }, '/v1/a/%2E%2E/%2E'],
    ['three dots are a name', get('/v1/{name}'), { name: '...' }, '/v1/...'],
    ['literals as they were written', get('/%76%31/a%2fb/@me/{name}'), { name: 'x' }, '/v1/a%2Fb/@me/x'],
    ['a fixed value', get('/v1/{name=fixed}'), { name: 'fixed' }, '/v1/fixed'],
    ['a literal with escapes inside a variable', get('/v1/{name=a%20b/*}'), { name: 'a b/c' }, '/v1/a%20b/c'],
    ['an unnamed ** is nothing', get('/v1/{name}/**'), { name: 'x' }, '/v1/x'],
    ['a verb with a colon', get('/v1/{name}:a:b'), { name: 'x' }, '/v1/x:a:b'],
  ])('%s', async (_what, rule, request, path) => {
    expect((await found('GetBookRequest', [rule], request)).path).toBe(path);
  });

  test('an unset field with presence is told', async () => {
    const result = await found('Kitchen', [get('/v1/{p_int32}')], {});
    expect([result.path, result.warnings]).toEqual([
      '/v1/0',
      ['p_int32 is unset: its path variable is sent as 0, which sets it'],
    ]);
  });
});

describe('bytes on the wire', () => {
  test.each([
    ['fields out of order', '4201611803', 'fInt32=3&fString=a'],
    ['the last of two values', '18011802', 'fInt32=2'],
    ['two parts of one message', '920202180192020342017a', 'child.fInt32=1&child.fString=z'],
    ['the last member of a oneof', 'f2010161f80105', 'cInt32=5'],
    ['packed and unpacked elements', 'd201020102d00103', 'rInt32=1&rInt32=2&rInt32=3'],
    ['zeros that need not be there', '18003a003800', ''],
    ['minus zero', '090000000000000080', 'fDouble=-0'],
    ['an enum below zero', '50ffffffffffffffffff01', 'fEnum=-1'],
  ])('%s', async (_what, hex, query) => {
    expect((await found('Kitchen', [get('/v1/x')], Buffer.from(hex, 'hex'))).query).toBe(query);
  });

  test('unknown fields are told, at the top and inside the body', async () => {
    const rule = { method: 'POST', path: '/v1/x', body: '*' };
    // child { f_int32: 200 }, child { 2663: 5 }, 3000: 7
    const bytes = Buffer.from('92020318c801920204b8a60105c0bb0107', 'hex');
    const result = await found('Kitchen', [rule], bytes);
    expect(result.warnings).toEqual([
      'field 2663 is not in restvec.v1.Kitchen: it is not sent',
      'field 3000 is not in restvec.v1.Kitchen: it is not sent',
    ]);
    expect(result.body?.data).toBe('{"child":{"fInt32":200}}');
  });

  test('strings that are no UTF-8', async () => {
    const result = await found('Kitchen', [get('/v1/x')], Buffer.from('4202ff41', 'hex'));
    expect([result.query, result.warnings.length]).toEqual(['fString=%FFA', 1]);
  });
});

test('places, alternatives, fallback, template', async () => {
  const rules = [
    { method: 'PATCH', path: '/v1/{book.name=shelves/*}', body: 'book' },
    { method: 'POST', path: '/v1/books:update', body: '*' },
    get('/v1/{book.name=boxes/*}'),
  ];
  const request = { book: { name: 'shelves/1', title: 'T', publisher: { cityName: 'X' } }, updateMask: 'title' };
  const result = await found('UpdateBookRequest', rules, request);
  expect(result).toEqual({
    source: 'declared',
    httpMethod: 'PATCH',
    path: '/v1/shelves/1',
    query: 'updateMask=title',
    body: { contentType: 'application/json', data: '{"title":"T","publisher":{"cityName":"X"}}' },
    bodyField: 'book',
    template: '/v1/{book.name=shelves/*}',
    confidence: 'high',
    reason: 'google.api.http',
    streaming: 'none',
    headers: [['content-type', 'application/json']],
    alternatives: ['POST /v1/books:update'],
    fallback: 'POST /restvec.v1.Test/UpdateBookRequest',
    places: [
      { field: 'book.name', place: 'path' },
      { field: 'book', place: 'body.book' },
      { field: 'update_mask', place: 'query' },
    ],
    warnings: [],
  });
  const all = await found('UpdateBookRequest', [rules[1]!], request);
  expect(all.places).toEqual([
    { field: 'book', place: 'body' },
    { field: 'update_mask', place: 'body' },
  ]);
});

describe('bodies', () => {
  test.each([
    ['nothing left of *', { method: 'POST', path: '/v1/{parent}', body: '*' }, { parent: 'p' }, '{}'],
    ['an empty message inside *', { method: 'POST', path: '/v1/x', body: '*' }, { book: {} }, '{"book":{}}'],
    [
      'a field emptied by the path',
      { method: 'POST', path: '/v1/{book.name}', body: 'book' },
      { book: { name: 'b' } },
      undefined,
    ],
    ['a field as text', { method: 'POST', path: '/v1/x', body: 'book_id' }, { bookId: 'a"b' }, '"a\\"b"'],
    ['an unset text', { method: 'POST', path: '/v1/x', body: 'book_id' }, {}, undefined],
  ] as [string, Rule, unknown, string | undefined][])('%s', async (_what, rule, request, wanted) => {
    expect((await found('CreateBookRequest', [rule], request)).body?.data).toBe(wanted);
  });

  test('an HttpBody is its bytes', async () => {
    const raw = { contentType: 'image/png', data: 'AAH/' };
    const whole = await found('s.v1.S.Raw', [{ method: 'POST', path: '/x', body: '*' }], raw);
    expect([whole.body, whole.headers]).toEqual([
      { contentType: 'image/png', data: Uint8Array.of(0, 1, 255) },
      [['content-type', 'image/png']],
    ]);
    const bare = await found('s.v1.S.Raw', [{ method: 'POST', path: '/x', body: '*' }], { data: 'AAH/' });
    expect(bare.body?.contentType).toBe('application/octet-stream');
  });
});

test('groups and extensions of proto2', async () => {
  const proto2 = await schemaOfText(`syntax = "proto2"; package p;
    message M { required string id = 1; optional group Part = 2 { optional int32 size = 1; optional string id = 2; }
      optional int32 count = 3 [default = 7]; extensions 100 to 200; }
    extend M { optional string note = 100; }
    service S { rpc Get(M) returns (M); }`);
  const method = await methodOf(proto2, 'p.S.Get');
  const bytes = bytesOf(method.input, { id: 'a', part: { size: 1, id: 'p' }, '[p.note]': 'n' }, proto2.types);
  const make = (rule: Rule) => {
    const result = restEquivalent(routeOf(method, [rule]), bytes, {
      types: proto2.types,
      dialect: 'google',
      metadata: [],
    });
    return 'none' in result ? result.none : [result.path, result.query, result.body?.data, result.warnings];
  };
  expect(make(get('/v1/{part.id}/{count}'))).toEqual([
    '/v1/p/7',
    'id=a&part.size=1',
    undefined,
    ['field 100 is not in p.M: it is not sent', 'count is unset: its path variable is sent as 7, which sets it'],
  ]);
  const all = { method: 'POST', path: '/v1/{part.id}', body: '*' };
  const body = '{"id":"a","part":{"size":1},"[p.note]":"n"}';
  expect(make(all)).toEqual(['/v1/p', '', body, []]);
  const match = buildRouter([routeOf(method, [all])]).match('POST', '/v1/p');
  const back = requestFromHttp(match, { query: '', body }, { types: proto2.types });
  expect(jsonOf(method.input, back.message, proto2.types)).toEqual(jsonOf(method.input, bytes, proto2.types));
});

describe('streams', () => {
  const post: Rule = { method: 'POST', path: '/v1/x', body: '*' };
  test.each([
    [
      's.v1.S.Down',
      {},
      'ndjson',
      [
        ['content-type', 'application/json'],
        ['accept', 'application/x-ndjson'],
      ],
    ],
    [
      's.v1.S.Down',
      { stream: 'sse' },
      'sse',
      [
        ['content-type', 'application/json'],
        ['accept', 'text/event-stream'],
      ],
    ],
    ['s.v1.S.Up', {}, 'ndjson', [['content-type', 'application/x-ndjson']]],
  ] as [string, Partial<EquivalentOptions>, string, string[][]][])('%s %j', async (name, options, form, headers) => {
    const result = await found(name, [post], { a: 'x' }, options);
    expect([result.streaming, result.headers]).toEqual([form, headers]);
  });

  test('before any message the path is the template', async () => {
    const result = await found('s.v1.S.Both', [{ method: 'POST', path: '/v1/{a}:chat', body: 'b' }], undefined);
    expect([result.path, result.query, result.streaming]).toEqual(['/v1/{a}:chat', '', 'websocket']);
    expect(result.places).toEqual([
      { field: 'a', place: 'path' },
      { field: 'b', place: 'body.b' },
      { field: 'file', place: 'query' },
    ]);
    expect(result.warnings).toEqual([expect.stringContaining('first message')]);
  });
});

describe('dialects', () => {
  test('metadata and deadline become headers', async () => {
    const metadata = [
      ['authorization', 'Bearer t'],
      ['x-id', '7'],
      ['user-agent', 'u'],
    ] as const;
    const headers = async (dialect: EquivalentOptions['dialect']) =>
      (await found('GetBookRequest', [get('/v1/{name}')], { name: 'x' }, { dialect, metadata, deadlineMs: 1500 }))
        .headers;
    expect(await headers('google')).toEqual([
      ['authorization', 'Bearer t'],
      ['x-id', '7'],
      ['x-server-timeout', '1.5'],
    ]);
    expect(await headers('gateway')).toEqual([
      ['authorization', 'Bearer t'],
      ['grpc-metadata-x-id', '7'],
      ['grpc-timeout', '1500m'],
    ]);
  });

  const posted = (body: string): Rule => ({ method: 'POST', path: '/v1', body });
  test.each([
    ['an escaped slash', get('/v1/{f_string}'), { fString: 'a/b' }, ['%2F']],
    ['an enum number without a name in the path', get('/v1/{f_enum}'), { fEnum: 9 }, ['f_enum: 9']],
    ['and in the query', get('/v1'), { fEnum: 9 }, ['f_enum: 9']],
    ['one with a name', get('/v1/{f_enum}'), { fEnum: 2, pEnum: 'RED' }, []],
    ['an unset message as the body', posted('child'), {}, ['missing body as a child']],
    ['an unset optional scalar', posted('p_int32'), {}, ['missing body as a p_int32']],
    ['an unset scalar', posted('f_string'), {}, []],
    ['an unset list', posted('r_book'), {}, []],
    ['a message as the body', posted('child'), { child: { fInt32: 1 } }, []],
    ['an enum as the body', posted('f_enum'), { fEnum: 'RED' }, ['f_enum in a body as a number']],
    ['64 bits as the body', posted('f_int64'), { fInt64: '5' }, ['f_int64 in a body without quotes']],
  ])('grpc-gateway: %s', async (_what, rule, request, wanted) => {
    const { warnings } = await found('Kitchen', [rule], request, { dialect: 'gateway' });
    expect(warnings).toEqual(wanted.map((text) => expect.stringContaining(text)));
    expect((await found('Kitchen', [rule], request)).warnings).toEqual([]);
  });

  test('grpc-gateway asks the binding that was declared last', async () => {
    const rules = [get('/v1/{name}/{revision}'), get('/v1/me/{name}')];
    const warnings = async (name: string) =>
      (await found('GetBookRequest', rules, { name, revision: 1 }, { dialect: 'gateway' })).warnings;
    expect(await warnings('me')).toEqual([expect.stringContaining('GET /v1/me/{name}, declared later')]);
    expect(await warnings('you')).toEqual([]);
  });

  test('grpc-gateway reads raw bytes as JSON', async () => {
    const raw = { contentType: 'text/plain', data: 'aGk=' };
    const { warnings } = await found('s.v1.S.Raw', [posted('*')], raw, { dialect: 'gateway' });
    expect(warnings).toEqual([expect.stringContaining('HttpBody')]);
  });

  test('grpc-gateway takes a mask as it stands, so it is written with proto names', async () => {
    const request = { name: 'a', readMask: 'title,createTime' };
    const mask = async (dialect: EquivalentOptions['dialect']) =>
      (await found('GetBookRequest', [get('/v1/{name}')], request, { dialect })).query;
    expect(await mask('google')).toBe('readMask=title%2CcreateTime');
    expect(await mask('gateway')).toBe('readMask=title%2Ccreate_time');
  });

  test('grpc-gateway reads durations as Go does, which end at 292 years', async () => {
    const warningsOf = async (tDur: string) =>
      (await found('Kitchen', [get('/v1')], { tDur }, { dialect: 'gateway' })).warnings;
    expect(await warningsOf('9223372036s')).toEqual([]);
    expect(await warningsOf('-9223372037s')).toEqual([expect.stringContaining('292 years')]);
  });

  test('grpc-gateway takes maps in a query, with a key in brackets', async () => {
    const query = async (mInt: object, dialect: EquivalentOptions['dialect'] = 'gateway') =>
      (await made('Kitchen', [get('/v1')], { mInt }, { dialect })) as { query?: string; none?: string };
    expect((await query({ 'a b': 1, '': 0 })).query).toBe('mInt%5Ba%20b%5D=1&mInt%5B%5D=0');
    expect((await query({ 'a[0]': 1 })).none).toContain('has a key that no parameter can hold');
    expect((await query({ a: 1 }, 'google')).none).toContain('map field mInt cannot be a query parameter');
  });

  test('grpc-gateway fills an unset mask', async () => {
    const rule = { method: 'PATCH', path: '/v1/{book.name}', body: 'book' };
    const result = await found('UpdateBookRequest', [rule], { book: { name: 'x' } }, { dialect: 'gateway' });
    expect(result.warnings).toEqual([expect.stringContaining('update_mask')]);
  });
});
