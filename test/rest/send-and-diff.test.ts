// `rest --send` and `rest --diff` against a gateway before the demo, and against servers that answer otherwise.
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { gatewayToDemo } from '../gateway/running.ts';
import { type RunMainOptions, runMain } from './run-main.ts';

let running: Awaited<ReturnType<typeof gatewayToDemo>>;
beforeAll(async () => {
  running = await gatewayToDemo();
});
afterAll(() => running.close());

const rest = (words: readonly string[], options?: RunMainOptions) =>
  runMain(['rest', running.demo.address, ...words], options);

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/** Runs `use` with a server that answers everything with this. */
async function answering(
  answer: { status?: number; headers?: Record<string, string>; body: string },
  use: (base: string, seen: Seen[]) => Promise<void>,
): Promise<void> {
  const seen: Seen[] = [];
  const server = http.createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    seen.push({ method: request.method!, url: request.url!, headers: request.headers, body });
    response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers });
    response.end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

const user = ['userservice.v1.UserService/GetUser', 'user_id=u-1'];

describe('--send', () => {
  test('shows status line, headers and body', async () => {
    const { exit, out } = await rest([...user, '--send', running.url]);
    expect(exit).toBe(0);
    expect(out).toMatch(/^HTTP\/1\.1 200 OK\n(?:[\w-]+: .*\n)*content-type: application\/json\n/);
    expect(JSON.parse(out.slice(out.indexOf('\n\n')))).toMatchObject({ id: 'u-1' });
  });

  test('exits with the code that the answer means', async () => {
    const { exit, out } = await rest(['userservice.v1.UserService/GetUser', 'user_id=none', '--send', running.url]);
    expect(exit).toBe(69);
    expect(out).toMatch(/^HTTP\/1\.1 404 Not Found\n/);
  });

  test.each([
    [{ status: 429, body: '' }, 72],
    [{ status: 418, body: 'tea', headers: { 'content-type': 'text/plain' } }, 73],
    [{ status: 500, body: '{"code":5,"message":"m","details":[]}' }, 69],
    [{ status: 302, body: '' }, 66],
    [{ status: 204, body: '' }, 0],
  ])('%j', async (answer, code) => {
    await answering(answer, async (base) => {
      expect((await rest([...user, '--send', base])).exit).toBe(code);
    });
  });

  test('sends the raw path, query, headers and body as they were worked out', async () => {
    await answering({ body: '{}' }, async (base, seen) => {
      const get = [
        'userservice.v1.UserService/GetUser',
        '-d',
        '{"userId":"../a b%2F\\u00e9"}',
        '-H',
        'authorization: Bearer s3cret-s3cret-s3cret',
      ];
      const { exit, out } = await rest([...get, '--send', `${base}/api/`]);
      expect(exit).toBe(0);
      expect(out).not.toContain('s3cret');
      await rest(['ChargeCard', 'customer_id=c', '--send', base]);
      expect(seen.map(({ method, url, body }) => [method, url, body])).toEqual([
        ['GET', '/api/v1/users/..%2Fa%20b%252F%C3%A9', ''],
        ['POST', '/v1/charges', '{"customerId":"c"}'],
      ]);
      expect(seen[0]!.headers.authorization).toBe('Bearer s3cret-s3cret-s3cret');
      expect(seen[1]!.headers).toMatchObject({ 'content-type': 'application/json', 'content-length': '18' });
    });
  });

  test('what a server says is safe for a terminal, and its credentials are masked', async () => {
    const headers = { 'set-cookie': 'session=abcdefghijklmnop', 'content-type': 'text/plain' };
    await answering({ body: 'a\u001b[31m\u009bb', headers }, async (base) => {
      const { out } = await rest([...user, '--send', base]);
      expect(out).not.toMatch(/[\u001b\u009b]|abcdefgh/);
      expect(out).toContain('a\\u001b[31m\\u009bb');
    });
  });

  test('a stream, and one that fails later', async () => {
    const words = ['StreamComplete', 'prompt=hi', 'max_tokens:=3', '--send', running.url];
    const { exit, out } = await rest(words);
    expect(exit).toBe(0);
    expect(out.match(/^data: /gm)).toHaveLength(3);
    const late = '{"result":{"text":"a"}}\n{"error":{"code":8,"message":"m","details":[]}}\n';
    await answering({ body: late, headers: { 'content-type': 'application/x-ndjson' } }, async (base) => {
      expect((await rest([...words.slice(0, -1), base])).exit).toBe(72);
    });
  });

  test('requests that are a stream', async () => {
    const stdin =
      '{"customerId":"a","amountCents":"1","currency":"EUR"}\n{"customerId":"b","amountCents":"2","currency":"EUR"}\n';
    const { exit, out } = await rest(['BatchCharge', '--send', running.url, '-o', 'json'], { stdin });
    expect(exit).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ httpStatus: 200, responseBody: { succeeded: 2, total: 2 } });
  });

  test.each([
    ['http://127.0.0.1:1', 78, 'connection refused by http://127.0.0.1:1'],
    ['ftp://x', 2, '--send: "ftp://x" is not an http URL'],
  ])('%s', async (base, code, message) => {
    const { exit, err } = await rest([...user, '--send', base]);
    expect([exit, err]).toEqual([code, expect.stringContaining(message)]);
  });

  test('an answer that never comes', async () => {
    const server = http.createServer(() => {});
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { exit, err } = await rest([...user, '--send', base, '--deadline', '100ms']);
    server.closeAllConnections();
    server.close();
    expect([exit, err]).toEqual([68, expect.stringContaining('DEADLINE_EXCEEDED')]);
  });
});

describe('--diff', () => {
  test.each([
    user,
    ['userservice.v1.UserService/GetUser', 'user_id=none'],
    ['ChargeCard', 'amount_cents=-1'],
    ['ListShelves'],
    ['ListTitles', 'parent=shelves/1'],
    ['CheckBook', 'name=shelves/1/books/1'],
    ['users.UserService/ListUsers'],
    ['StreamComplete', 'prompt=hi', 'max_tokens:=3'],
    ['kinds.v1.KindsService/FailUnary', 'code=9'],
    ['kinds.v1.KindsService/Fail', '-d', '{"code":9}'],
  ])('the gateway answers %s as the RPC does', async (...words) => {
    const { exit, out, err } = await rest([...words, '--diff', running.url]);
    expect([exit, out], err).toEqual([0, expect.stringMatching(/^the same /)]);
  });

  test('defaults, order and the writing of numbers are no difference', async () => {
    const body =
      '{ "metadata": {"team":"engines", "floor":"1"}, "id":"u-1", "created_at_unix": 1767603600, "role": 1, "displayName":"Ada Lovelace","email":"ada@example.com" }';
    const { out } = await runMain(['call', running.demo.address, ...user]);
    const role = JSON.parse(out).role as string;
    await answering({ body: body.replace('"role": 1', `"role": ${JSON.stringify(role)}`) }, async (base) => {
      const ran = await rest([...user, '--diff', base]);
      expect([ran.exit, ran.out]).toEqual([0, 'the same  OK, 200\n']);
    });
  });

  test('tells each place that differs', async () => {
    const body =
      '{"id":"u-2","email":"ada@example.com","displayName":"Ada Lovelace","createdAtUnix":"1767603600","role":"USER_ROLE_ADMIN","metadata":{"floor":"1"},"extra":1}';
    await answering({ body }, async (base) => {
      const { exit, out } = await rest([...user, '--diff', base]);
      expect(exit).toBe(6);
      expect(out).toMatch(/^body {2,}gRPC nothing {3}REST ".*no field \\"extra\\"/m);
      expect(out).toMatch(/^body \.id +gRPC "u-1" {3}REST "u-2"$/m);
      expect(out).toMatch(/^body \.metadata\.team +gRPC "engines" {3}REST nothing$/m);
      const document = JSON.parse((await rest([...user, '--diff', base, '-o', 'json'])).out);
      expect(document).toMatchObject({ same: false, rest: { httpStatus: 200 } });
      expect(document.differences).toContainEqual({ where: 'body', path: '.id', grpc: 'u-1', rest: 'u-2' });
    });
  });

  test.each([
    [user, { status: 404, body: '' }, /^status +gRPC "OK \(200\)" +REST "404 \(NOT_FOUND\)"/],
    [user, { body: '<html>' }, /^body/],
    [
      ['userservice.v1.UserService/GetUser', 'user_id=none'],
      { body: '{}' },
      /^status +gRPC "NOT_FOUND \(404\)" +REST "200 \(OK\)"/,
    ],
    [
      ['userservice.v1.UserService/GetUser', 'user_id=none'],
      { status: 404, body: '{"error":{"code":404,"message":"m","status":"NOT_FOUND"}}' },
      /^body \.message/,
    ],
    [
      ['StreamComplete', 'prompt=hi', 'max_tokens:=2'],
      { body: '[{"text":"You","tokensGenerated":1}]' },
      /^body \[1\] /,
    ],
  ])('%j answered with %j', async (words, answer, message) => {
    await answering(answer, async (base) => {
      const { exit, out } = await rest([...words, '--diff', base]);
      expect([exit, out]).toEqual([6, expect.stringMatching(message)]);
    });
  });

  test('a failure that is the same is no difference, also without a body', async () => {
    await answering({ status: 404, body: '' }, async (base) => {
      const { exit } = await rest(['userservice.v1.UserService/GetUser', 'user_id=none', '--diff', base]);
      expect(exit).toBe(0);
    });
  });

  test('an HTTP status alone stands for each of its codes', async () => {
    const words = ['kinds.v1.KindsService/FailUnary', 'code=6', '--diff'];
    await answering({ status: 409, body: '' }, async (base) => expect((await rest([...words, base])).exit).toBe(0));
    await answering({ status: 400, body: '' }, async (base) => expect((await rest([...words, base])).exit).toBe(6));
  });

  test("what grpc-gateway writes of unset fields is no difference, in details and as a Value's null", async () => {
    const detail = { '@type': 'type.googleapis.com/google.rpc.ResourceInfo', resourceName: 'r' };
    const failing = [
      'kinds.v1.KindsService/FailUnary',
      '-d',
      JSON.stringify({ code: 5, message: 'm', details: [detail] }),
    ];
    const written = { ...detail, resourceType: '', owner: '', description: '' };
    const answer = (details: object) => ({
      status: 404,
      body: JSON.stringify({ code: 5, message: 'm', details: [details] }),
    });
    await answering(answer(written), async (base) => expect((await rest([...failing, '--diff', base])).exit).toBe(0));
    await answering(answer({ ...written, owner: 'o' }), async (base) => {
      const { exit, out } = await rest([...failing, '--diff', base]);
      expect([exit, out]).toEqual([6, expect.stringMatching(/^body \.details\[0\]\.owner +gRPC nothing +REST "o"/)]);
    });
    await answering({ body: '{"value":null,"boolValue":true}' }, async (base) => {
      expect((await rest(['kinds.v1.KindsService/Echo', 'bool_value=true', '--diff', base])).exit).toBe(0);
    });
  });

  test.each([
    ['connect', ['GetUser', 'id=1'], /Connect protocol know no such path: see --rest-style rpc/],
    ['connect', ['ListUsers', '--rest-style', 'rpc'], /Connect protocol want a stream in its own frames/],
    ['envoy', ['ListTitles', 'parent=shelves/1'], /Envoy does not start with a response_body/],
  ])('%s: %j is warned of', async (dialect, [method = '', ...words], said) => {
    const name = method === 'GetUser' || method === 'ListUsers' ? `users.UserService/${method}` : method;
    const { err } = await rest([name, ...words, '--rest-dialect', dialect]);
    expect(err).toMatch(said);
  });
});
