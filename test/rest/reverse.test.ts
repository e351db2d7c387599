// HTTP requests that do not fit: the status, the field, and what is said; and what is let pass with a word.
import { beforeAll, describe, expect, test } from 'vitest';
import { metadataFromHeaders, restHeaders } from '../../src/rest/headers.ts';
import { responsePrinter } from '../../src/rest/response.ts';
import { type HttpInput, RestInputError, type ReverseOptions, requestFromHttp } from '../../src/rest/reverse.ts';
import { buildRouter } from '../../src/rest/router.ts';
import type { Schema } from '../../src/schema/schema.ts';
import { bytesOf, jsonOf, methodOf, type Rule, routeOf, vectorSchema } from './support.ts';

let schema: Schema;
beforeAll(async () => {
  schema = await vectorSchema();
});

interface Asked extends Partial<HttpInput> {
  readonly path?: string;
}

const create: Rule = { method: 'POST', path: '/v1/{parent=shelves/*}/books', body: 'book' };
const createAll: Rule = { ...create, body: '*' };
const kitchen: Rule = { method: 'GET', path: '/v1/kitchen' };
const books = '/v1/shelves/1/books';

async function read(name: string, rule: Rule, asked: Asked, options: Partial<ReverseOptions> = {}) {
  const method = await methodOf(schema, `restvec.v1.Test.${name}`);
  const match = buildRouter([routeOf(method, [rule])]).match(rule.method, asked.path ?? rule.path);
  const made = requestFromHttp(match, { query: '', ...asked }, { types: schema.types, ...options });
  return { ...made, value: jsonOf(method.input, made.message, schema.types) };
}

describe('refused', () => {
  const json = (body: string, path = books): Asked => ({ path, body, contentType: 'application/json' });
  test.each([
    ['Kitchen', kitchen, { query: 'fInt32=x' }, 400, 'f_int32', 'invalid integer "x"'],
    ['Kitchen', kitchen, { query: 'fInt32=' }, 400, 'f_int32', 'invalid integer ""'],
    ['Kitchen', kitchen, { query: 'fInt32=2147483648' }, 400, 'f_int32', '2147483647'],
    ['Kitchen', kitchen, { query: 'fUint64=-1' }, 400, 'f_uint64', '18446744073709551615'],
    ['Kitchen', kitchen, { query: 'child.fInt32=1&child.fInt32=2' }, 400, 'child.f_int32', 'too many values'],
    ['Kitchen', kitchen, { query: 'fDouble=1,5' }, 400, 'f_double', 'invalid number'],
    ['Kitchen', kitchen, { query: 'fFloat=1e39' }, 400, 'f_float', 'range of a float'],
    ['Kitchen', kitchen, { query: 'tTime=yesterday' }, 400, 't_time', 'yesterday'],
    ['Kitchen', kitchen, { query: 'fBytes=*' }, 400, 'f_bytes', 'base64'],
    ['Kitchen', kitchen, { query: 'rBook.title=x' }, 400, 'r_book', 'not a singular message'],
    ['Kitchen', kitchen, { query: 'mInt=1' }, 400, 'm_int', 'a map cannot be a parameter'],
    ['Kitchen', kitchen, { query: 'sAny=1' }, 400, 's_any', 'cannot be a parameter'],
    ['Kitchen', kitchen, { query: 'cString=a&cInt32=1' }, 400, 'c_int32', 'exclude each other'],
    ['Kitchen', kitchen, { query: 'cString=a&cRange.min=1' }, 400, 'c_range', 'exclude each other'],
    ['Kitchen', kitchen, { query: 'fString=%ff' }, 400, '', 'invalid UTF-8'],
    ['Kitchen', kitchen, { query: 'fString=%2' }, 400, '', 'malformed percent-escape "%2"'],
    [
      'CreateBookRequest',
      create,
      json('{"title":5}'),
      400,
      'book.title',
      'body:1:10: book.title: expected a string, got 5',
    ],
    ['CreateBookRequest', create, json('{"title"'), 400, 'book', 'expected'],
    ['CreateBookRequest', create, json('{},"parent":"x"'), 400, 'book', 'body:1:3: expected the end of the document'],
    ['CreateBookRequest', createAll, json('{"book":{"pages":1.5}}'), 400, 'book.pages', 'int64'],
    ['CreateBookRequest', createAll, json('[1]'), 400, '', 'expected an object'],
    ['CreateBookRequest', createAll, { path: books, body: Uint8Array.of(0xff) }, 400, '', 'not UTF-8'],
    ['CreateBookRequest', createAll, { path: books, body: '{}', contentType: 'text/plain' }, 415, '', 'text/plain'],
    [
      'CreateBookRequest',
      createAll,
      { path: books, body: 'a=1', contentType: 'application/x-www-form-urlencoded' },
      415,
      '',
      'application/json',
    ],
    ['Kitchen', { ...kitchen, path: '/v1/{f_int32}' }, { path: '/v1/x' }, 400, 'f_int32', 'invalid integer'],
    [
      'Kitchen',
      { ...kitchen, path: '/v1/{f_enum}' },
      { path: '/v1/BLUE' },
      400,
      'f_enum',
      'COLOR_UNSPECIFIED, RED, DARK_BLUE',
    ],
    [
      'Kitchen',
      { ...kitchen, path: '/v1/{child.f_string}' },
      { path: '/v1/%c3' },
      400,
      'child.f_string',
      'invalid UTF-8',
    ],
    ['Kitchen', kitchen, { path: '/v1/kitchens' }, 404, '', 'no route for this path; the nearest: GET /v1/kitchen'],
  ] as [string, Rule, Asked, number, string, string][])('%s %j %j', async (name, rule, asked, status, field, text) => {
    const error: unknown = await read(name, rule, asked).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(RestInputError);
    const { httpStatus, field: named, message } = error as RestInputError;
    expect({ httpStatus, field: named }).toEqual({ httpStatus: status, field });
    expect(message).toContain(text);
  });

  test.each([
    [
      'an unknown parameter',
      'GetBookRequest',
      { method: 'GET', path: '/v1/{name}' },
      { path: '/v1/x', query: 'nope=1' },
    ],
    [
      'a parameter the path has',
      'GetBookRequest',
      { method: 'GET', path: '/v1/{name}' },
      { path: '/v1/x', query: 'name=1' },
    ],
    ['a parameter beside a whole body', 'CreateBookRequest', createAll, { path: books, query: 'bookId=1' }],
    ['an unknown field', 'CreateBookRequest', createAll, { path: books, body: '{"nope":1}' }],
  ] as [string, string, Rule, Asked][])('only if strict: %s', async (_what, name, rule, asked) => {
    const { warnings } = await read(name, rule, asked);
    expect(warnings).toHaveLength(1);
    await expect(read(name, rule, asked, { strict: true })).rejects.toMatchObject({ httpStatus: 400 });
  });
});

describe('read', () => {
  test.each([
    ['a blank body where there is none', 'Kitchen', kitchen, { body: ' \n' }, {}],
    ['a key without value', 'Kitchen', kitchen, { query: 'pString' }, { pString: '' }],
    ['empty pairs', 'Kitchen', kitchen, { query: '&fInt32=1&&' }, { fInt32: 1 }],
    ['escaped names', 'Kitchen', kitchen, { query: 'child%2EfInt32=1' }, { child: { fInt32: 1 } }],
    ['leading zeros', 'Kitchen', kitchen, { query: 'fInt64=007' }, { fInt64: '7' }],
    [
      'a suffixed JSON type',
      'CreateBookRequest',
      create,
      { path: books, body: '{"title":"T"}', contentType: 'application/merge-patch+json; charset=utf-8' },
      { parent: 'shelves/1', book: { title: 'T' } },
    ],
    [
      'a byte order mark',
      'CreateBookRequest',
      create,
      { path: books, body: '\ufeff{}' },
      { parent: 'shelves/1', book: {} },
    ],
    [
      'bytes of JSON',
      'CreateBookRequest',
      create,
      { path: books, body: Buffer.from('{"title":"é"}') },
      { parent: 'shelves/1', book: { title: 'é' } },
    ],
    [
      'the same value in path and body',
      'CreateBookRequest',
      createAll,
      { path: books, body: '{"parent":"shelves/1"}' },
      { parent: 'shelves/1' },
    ],
    ['null for a body field', 'CreateBookRequest', create, { path: books, body: 'null' }, { parent: 'shelves/1' }],
  ] as [string, string, Rule, Asked, unknown][])('%s', async (_what, name, rule, asked, wanted) => {
    const { value, warnings } = await read(name, rule, asked);
    expect([value, warnings]).toEqual([wanted, []]);
  });

  test('a body that zeroes what the path sets to zero loses', async () => {
    const rule = { method: 'POST', path: '/v1/{f_int32}/{child.f_bool}', body: '*' };
    const { value, warnings } = await read('Kitchen', rule, {
      path: '/v1/0/false',
      body: '{"fInt32":5,"child":{"fBool":true,"fString":"s"}}',
    });
    expect(value).toEqual({ child: { fString: 's' } });
    expect(warnings).toEqual([
      expect.stringContaining('f_int32 is bound by path'),
      expect.stringContaining('child.f_bool'),
    ]);
  });

  test('JSON behind any label, where that is asked for', async () => {
    const asked = { path: books, body: '{"title":"T"}', contentType: 'application/x-www-form-urlencoded' };
    const { value, warnings } = await read('CreateBookRequest', create, asked, { anyContentType: true });
    expect([value, warnings.length]).toEqual([{ parent: 'shelves/1', book: { title: 'T' } }, 1]);
  });

  test("grpc-gateway's booleans in its dialect", async () => {
    expect((await read('Kitchen', kitchen, { query: 'fBool=T' }, { dialect: 'gateway' })).value).toEqual({
      fBool: true,
    });
  });

  test('ignored names are listed once', async () => {
    expect((await read('Kitchen', kitchen, { query: 'x=1&x=2&child.y=3' })).ignored).toEqual(['x', 'child.y']);
  });
});

describe('a map in the query', () => {
  const query = 'mInt%5Ba%5D=1&m_int[b.c]=2';
  const read = async (text: string, dialect: ReverseOptions['dialect']) => {
    const method = await methodOf(schema, 'restvec.v1.Test.Kitchen');
    const match = buildRouter([routeOf(method, [{ method: 'GET', path: '/v1' }])]).match('GET', '/v1');
    const { message } = requestFromHttp(match, { query: text }, { types: schema.types, dialect, strict: true });
    return jsonOf(method.input, message, schema.types);
  };

  test('is taken as grpc-gateway takes it, and by no one else', async () => {
    expect(await read(query, 'gateway')).toEqual({ mInt: { a: 1, 'b.c': 2 } });
    await expect(read(query, 'google')).rejects.toThrow('unknown query parameter');
  });

  test.each([
    ['mInt[a]=x', 'm_int'],
    ['mInt[a]=1&mInt[a]=2', 'too many values'],
    ['mInt=1', 'a map cannot be a parameter'],
    ['fInt32[a]=1', 'only a map takes a key'],
  ])('%s is refused', async (text, why) => {
    await expect(read(text, 'gateway')).rejects.toThrow(why);
  });
});

describe('a PATCH without a mask, to grpc-gateway', () => {
  const path = '/v1/shelves/1/books/2';
  const rule = { method: 'PATCH', path: '/v1/{book.name=shelves/*/books/*}', body: 'book' };
  const maskOf = async (query: string, body: string, dialect: ReverseOptions['dialect'] = 'gateway') => {
    const method = await methodOf(schema, 'restvec.v1.Test.UpdateBookRequest');
    const match = buildRouter([routeOf(method, [rule])]).match('PATCH', path);
    const input = { query, body, contentType: 'application/json' };
    const { message } = requestFromHttp(match, input, { types: schema.types, dialect });
    return (jsonOf(method.input, message, schema.types) as { updateMask?: string }).updateMask;
  };

  test.each([
    ['', '{"title":"T","pages":"7"}', 'pages,title'],
    ['', '{"createTime":null,"ISBN":"978"}', 'createTime,isbnCode'],
    ['', '{"publisher":{"cityName":"X","address":{"zipCode":"1"}}}', 'publisher.address.zipCode,publisher.cityName'],
    ['', '{"publisher":{},"tags":["a"],"labels":{"k":"v"}}', 'labels,publisher,tags'],
    ['', '{"create_time":"2026-01-05T09:00:00Z","unknown":1}', 'createTime'],
    ['', '\ufeff{"title":"T"}', 'title'],
    ['', '{}', undefined],
    ['', '', undefined],
    ['updateMask=pages', '{"title":"T"}', 'pages'],
  ])('?%s with %s changes %s', async (query, body, mask) => {
    expect(await maskOf(query, body)).toBe(mask);
  });

  test('is left as it is for all others', async () => {
    expect(await maskOf('', '{"title":"T"}', 'google')).toBeUndefined();
  });
});

describe('headers as metadata', () => {
  test.each([
    [
      'google',
      [
        ['X-Id', ' 7 '],
        ['Authorization', 'Bearer t'],
      ],
      [
        ['x-id', '7'],
        ['authorization', 'Bearer t'],
      ],
    ],
    [
      'google',
      [
        ['Grpc-Metadata-X', '1'],
        ['Host', 'h'],
        ['Accept', '*/*'],
        ['Sec-Fetch-Mode', 'cors'],
      ],
      [['x', '1']],
    ],
    [
      'google',
      [
        ['Connection', 'close, X-Hop'],
        ['X-Hop', '1'],
        ['Te', 'trailers'],
        ['Content-Length', '3'],
      ],
      [],
    ],
    [
      'google',
      [
        ['Grpc-Metadata-Te', 'x'],
        ['Grpc-Metadata-Connection', 'x'],
        ['grpc-encoding', 'gzip'],
        [':path', '/'],
      ],
      [],
    ],
    [
      'gateway',
      [
        ['X-Id', '7'],
        ['Grpc-Metadata-X-Id', '8'],
        ['Accept', 'a'],
        ['Authorization', 't'],
      ],
      [
        ['x-id', '8'],
        ['grpcgateway-accept', 'a'],
        ['authorization', 't'],
      ],
    ],
    [
      'connect',
      [
        ['k-bin', 'AQ,_-A'],
        ['Connect-Protocol-Version', '1'],
      ],
      [
        ['k-bin', 'AQ=='],
        ['k-bin', '/+A='],
      ],
    ],
  ] as const)('%s %j', (dialect, headers, wanted) => {
    expect(metadataFromHeaders(headers, dialect).metadata).toEqual(wanted);
  });

  test.each([
    [['Grpc-Timeout', '5S'], 5000],
    [['grpc-timeout', '100m'], 100],
    [['Connect-Timeout-Ms', '250'], 250],
    [['X-Server-Timeout', '1.5'], 1500],
    [['grpc-timeout', 'soon'], undefined],
  ] as const)('%j is the deadline', (header, wanted) => {
    expect(metadataFromHeaders([header]).deadlineMs).toBe(wanted);
  });

  test.each([
    ['x', 'é'],
    ['k-bin', '*'],
    ['a b', 'c'],
  ])('%s: %s cannot be sent, and is told', (name, value) => {
    const { metadata, warnings } = metadataFromHeaders([[name, value]]);
    expect([metadata, warnings.length]).toEqual([[], 1]);
  });

  test.each(['google', 'gateway', 'envoy', 'connect'] as const)('there and back: %s', (dialect) => {
    const metadata = [
      ['authorization', 'Bearer t'],
      ['x-id', '1'],
      ['x-id', '2'],
      ['k-bin', 'AQ=='],
    ] as const;
    const back = metadataFromHeaders(restHeaders(metadata, dialect, 1500), dialect);
    expect(back).toEqual({ metadata, deadlineMs: 1500, ignored: [], warnings: [] });
  });

  test("a deadline that is only for the next hop is not the call's", () => {
    const headers: [string, string][] = [
      ['Connection', 'grpc-timeout'],
      ['Grpc-Timeout', '1S'],
    ];
    expect(metadataFromHeaders(headers).deadlineMs).toBeUndefined();
    expect(metadataFromHeaders(headers.slice(1)).deadlineMs).toBe(1000);
  });
});

describe('responses', () => {
  test.each([
    ['Book', 'tags', { tags: ['a'] }, 'google', '["a"]'],
    ['Book', 'tags', {}, 'google', '[]'],
    ['Book', 'labels', { labels: { k: 'v' } }, 'google', '{"k":"v"}'],
    ['Book', 'title', {}, 'google', '""'],
    ['Book', 'pages', { pages: '5' }, 'google', '"5"'],
    ['Book', 'publisher', { title: 'T', publisher: { name: 'P' } }, 'google', '{"name":"P"}'],
    ['Book', 'publisher', {}, 'google', 'null'],
    ['Book', 'publisher', { publisher: { name: 'P' } }, 'gateway', '{"name":"P","cityName":"","address":null}'],
    ['Book', 'create_time', { createTime: '2024-01-01T00:00:00Z' }, 'google', '"2024-01-01T00:00:00Z"'],
    ['Address', '', {}, 'google', '{}'],
    ['Address', '', {}, 'envoy', '{}'],
    ['Address', '', {}, 'gateway', '{"zipCode":""}'],
  ] as const)('%s %s %j %s', async (name, field, value, dialect, wanted) => {
    const method = await methodOf(schema, `restvec.v1.Test.${name}`);
    const route = routeOf(method, [{ method: 'GET', path: '/x', response_body: field }]);
    const print = responsePrinter(route, { types: schema.types, dialect });
    expect(print(bytesOf(method.output, value, schema.types))).toEqual({
      contentType: 'application/json',
      data: wanted,
    });
  });

  test('unknown fields are left out, an HttpBody is its bytes', async () => {
    const method = await methodOf(schema, 'restvec.v1.Test.UploadRequest');
    const options = { types: schema.types, dialect: 'google' } as const;
    const whole = responsePrinter(routeOf(method, [{ method: 'GET', path: '/x' }]), options);
    expect(whole(Buffer.from('0a0161a00601', 'hex')).data).toBe('{"filename":"a"}');
    const file = responsePrinter(routeOf(method, [{ method: 'GET', path: '/x', response_body: 'file' }]), options);
    const bytes = bytesOf(method.output, { file: { contentType: 'text/html', data: 'PGI+' } }, schema.types);
    expect(file(bytes)).toEqual({ contentType: 'text/html', data: Uint8Array.from(Buffer.from('<b>')) });
  });
});
