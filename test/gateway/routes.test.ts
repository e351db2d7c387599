// Every shape of route through the gateway, against the example services: paths, queries, bodies and answers.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, gatewayToDemo, type TestGateway } from './running.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await gatewayToDemo();
});
afterAll(() => gateway.close());

const json = (value: unknown) => JSON.stringify(value);

describe('unary calls', () => {
  const book = 'shelves/1/books/1';
  test.each([
    ['GET', '/v1/shelves', undefined, 200, { shelves: expect.any(Array) }],
    ['GET', '/v1/shelves/1', undefined, 200, { name: 'shelves/1' }],
    ['GET', `/v1/${book}`, undefined, 200, { name: book }],
    ['GET', '/v1/shelves/1/books?pageSize=1', undefined, 200, { books: [expect.anything()] }],
    ['GET', '/v1/books?page_size=1', undefined, 200, { books: [expect.anything()] }],
    ['GET', '/v1/shelves/1/titles', undefined, 200, expect.arrayContaining([expect.any(String)])],
    ['POST', '/users.UserService/GetUser', { id: '1' }, 200, { id: '1', name: 'Alice Archer' }],
    ['POST', '/library.v1.LibraryService/GetBook', { name: book }, 200, { name: book }],
    [
      'POST',
      '/v1/charges',
      { customerId: 'c-1', amountCents: '100', currency: 'EUR' },
      200,
      { status: 'CHARGE_STATUS_SUCCESS' },
    ],
    ['POST', '/kinds.v1.KindsService/Echo', {}, 200, {}],
  ])('%s %s', async (method, path, body, status, expected) => {
    const answer = await ask(gateway.url, path, { method, ...(body ? { body: json(body) } : {}) });
    expect(answer.text).toBeTruthy();
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toBe('application/json');
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
    if (Array.isArray(answer.json)) expect(answer.json).toEqual(expected);
    else expect(answer.json).toMatchObject(expected as object);
  });

  test('a body field, a path variable and a query parameter make one message', async () => {
    const created = await ask(gateway.url, '/v1/shelves/1/books?bookId=gw-1', {
      method: 'POST',
      body: json({ title: 'Gateways', authors: ['A'] }),
    });
    expect(created.json).toMatchObject({ title: 'Gateways', name: 'shelves/1/books/gw-1' });
    const patched = await ask(gateway.url, '/v1/shelves/1/books/gw-1?updateMask=title', {
      method: 'PATCH',
      body: json({ title: 'Doors' }),
    });
    expect(patched.json).toMatchObject({ title: 'Doors', authors: ['A'] });
    const gone = await ask(gateway.url, '/v1/shelves/1/books/gw-1', { method: 'DELETE' });
    expect([gone.status, gone.text]).toEqual([200, '{}']);
  });

  test('raw bytes go in and out with their content type', async () => {
    const image = Buffer.from([0x89, 0x50, 0, 0xff, 1, 2, 3]);
    const path = '/v1/shelves/1/books/1/cover';
    const put = await ask(gateway.url, path, { method: 'POST', body: image, headers: { 'content-type': 'image/png' } });
    expect(put.status).toBe(200);
    const got = await fetch(gateway.url + path);
    expect(got.headers.get('content-type')).toBe('image/png');
    expect(Buffer.from(await got.arrayBuffer())).toEqual(image);
  });

  test('HEAD is the custom method where a rule says so, else GET without its body', async () => {
    const custom = await ask(gateway.url, '/v1/shelves/1/books/1', { method: 'HEAD' });
    expect([custom.status, custom.text]).toEqual([200, '']);
    const missing = await ask(gateway.url, '/v1/shelves/1/books/nope', { method: 'HEAD' });
    expect(missing.status).toBe(404);
    const read = await ask(gateway.url, '/v1/shelves/1', { method: 'HEAD' });
    expect([read.status, read.text, Number(read.headers['content-length']) > 2]).toEqual([200, '', true]);
  });

  test('OPTIONS lists the methods and allows no other site', async () => {
    const answer = await ask(gateway.url, '/v1/shelves/1/books/1', { method: 'OPTIONS' });
    expect(answer.status).toBe(204);
    expect(answer.headers.allow?.split(', ')).toEqual(expect.arrayContaining(['GET', 'HEAD', 'PATCH', 'DELETE']));
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });
});

describe('what is wrong with a request is told in the shape of AIP-193', () => {
  test.each([
    ['GET', '/v1/shelfs/1', undefined, 404, 'NOT_FOUND', /near: .*GET \/v1\/\{name=shelves\/\*\}/],
    ['POST', '/v1/shelves/1', {}, 405, 'UNIMPLEMENTED', /GET/],
    ['GET', '/users.UserService/GetUser', undefined, 405, 'UNIMPLEMENTED', /POST/],
    ['GET', '/v1/shelves/%zz', undefined, 400, 'INVALID_ARGUMENT', /%zz/],
    ['GET', '/v1/shelves/1/books?pageSize=many', undefined, 400, 'INVALID_ARGUMENT', /page_?size/i],
    ['GET', '/v1/shelves/nope', undefined, 404, 'NOT_FOUND', /nope/],
    ['POST', '/users.UserService/GetUser', [1], 400, 'INVALID_ARGUMENT', /array/],
    ['POST', '/users.UserService/GetUser', { id: 7 }, 400, 'INVALID_ARGUMENT', /id/],
  ])('%s %s %j', async (method, path, body, httpStatus, status, message) => {
    const answer = await ask(gateway.url, path, { method, ...(body ? { body: json(body) } : {}) });
    expect(answer.status).toBe(httpStatus);
    expect(answer.json.error).toMatchObject({ code: httpStatus, status, message: expect.stringMatching(message) });
  });

  test('405 names what is allowed', async () => {
    const answer = await ask(gateway.url, '/users.UserService/GetUser');
    expect(answer.headers.allow).toContain('POST');
  });

  test('the field at fault is named in the details', async () => {
    const answer = await ask(gateway.url, '/v1/shelves/1/books?pageSize=many');
    expect(answer.json.error.details[0]).toMatchObject({
      '@type': 'type.googleapis.com/google.rpc.BadRequest',
      fieldViolations: [{ field: expect.stringMatching(/page_?size/i) }],
    });
  });

  test("the server's own details arrive decoded", async () => {
    const answer = await ask(gateway.url, '/v1/charges', { method: 'POST', body: json({ customerId: 'c-1' }) });
    expect(answer.status).toBe(400);
    expect(answer.json.error.details[0].fieldViolations.length).toBeGreaterThan(0);
  });

  test.each([
    ['google', { error: { code: 404, status: 'NOT_FOUND' } }],
    ['gateway', { code: 5 }],
    ['connect', { code: 'not_found' }],
  ] as const)('in the dialect of %s', async (dialect, expected) => {
    const other = await gatewayToDemo({ dialect });
    expect((await ask(other.url, '/v1/shelves/nope')).json).toMatchObject(expected);
    expect((await ask(other.url, '/v0/none')).json).toMatchObject(expected);
    await other.close();
  });
});

describe('metadata and deadlines', () => {
  test('headers become metadata; those of the connection and of browsers do not', async () => {
    const answer = await ask(gateway.url, '/kinds.v1.KindsService/EchoMetadata', {
      method: 'POST',
      body: '{}',
      headers: {
        'x-tenant': 't-1',
        cookie: 'a=b',
        connection: 'x-hop',
        'x-hop': '1',
        'grpc-metadata-inner': 'i',
        'data-bin': 'AQID',
      },
    });
    const text = JSON.stringify(answer.json);
    for (const name of ['x-tenant', 'inner', 'data-bin']) expect(text).toContain(name);
    for (const name of ['cookie', 'x-hop', 'grpc-metadata-']) expect(text).not.toContain(name);
  });

  test("the server's metadata becomes headers, under the dialect's names", async () => {
    const headers = { 'x-request-id': 'r-1' };
    expect((await ask(gateway.url, '/v1/shelves', { headers })).headers['x-request-id']).toBe('r-1');
    const other = await gatewayToDemo({ dialect: 'gateway' });
    const answer = await ask(other.url, '/v1/shelves', {
      headers: { 'grpc-metadata-x-request-id': 'r-2', te: 'trailers' },
    });
    expect(answer.headers['grpc-metadata-x-request-id']).toBe('r-2');
    expect(answer.trailers['grpc-trailer-x-messages-sent']).toBe('1');
    await other.close();
  });

  test.each([
    ['grpc-timeout', '50m'],
    ['x-server-timeout', '0.05'],
    ['connect-timeout-ms', '50'],
  ])('%s bounds the call', async (name, value) => {
    const answer = await ask(gateway.url, '/kinds.v1.KindsService/Slow', {
      method: 'POST',
      body: '{"delay":"30s"}',
      headers: { [name]: value },
    });
    expect([answer.status, answer.json.error.status]).toEqual([504, 'DEADLINE_EXCEEDED']);
  });

  test("the gateway's own metadata is sent unless the request has its own", async () => {
    const other = await gatewayToDemo({
      baseMetadata: [
        ['authorization', 'Bearer base'],
        ['x-base', '1'],
      ],
    });
    const path = '/kinds.v1.KindsService/EchoMetadata';
    const plain = await ask(other.url, path, { method: 'POST', body: '{}' });
    expect(plain.text).toContain('Bearer base');
    const own = await ask(other.url, path, { method: 'POST', body: '{}', headers: { authorization: 'Bearer own' } });
    expect(own.text).toContain('Bearer own');
    expect(own.text).not.toContain('Bearer base');
    expect(own.text).toContain('x-base');
    await other.close();
  });
});

test('of an unknown field and a broken document only what breaks it is told', async () => {
  const options = { method: 'POST', body: '{"customerIdd":"c"' };
  const { status, json } = await ask(gateway.url, '/v1/charges', options);
  expect(status).toBe(400);
  expect(json.error.message).toMatch(/^body:1:19: .*expected ","/);
});
