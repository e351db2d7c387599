// HTTP as it may be written on a connection, well and badly: what is answered, and what is never taken two ways.
import { once } from 'node:events';
import http from 'node:http';
import http2 from 'node:http2';
import net from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { data, grpcMessage, responseHeaders } from '../support/http2-frames.ts';
import { rawServer } from '../support/raw-http2.ts';
import { charge, get, goodRequests, length, post, refusedRequests, request } from './http-cases.ts';
import { ask, curl, gatewayTo, gatewayToDemo, noCurl } from './running.ts';

let gateway: Awaited<ReturnType<typeof gatewayToDemo>>;
beforeAll(async () => {
  gateway = await gatewayToDemo();
});
afterAll(() => gateway.close());

const shelf = '{"name":"shelves/1","theme":"Computing"}';

/** Sends bytes; resolves to all that is answered: when the line is closed, or soon after it holds what was waited for. */
function exchange(bytes: Buffer, until: RegExp | 'closed'): Promise<{ text: string; isOpen: boolean }> {
  return new Promise((resolve) => {
    const socket = net.connect(gateway.port, '127.0.0.1', () => socket.write(bytes));
    let text = '';
    let quiet: NodeJS.Timeout | undefined;
    const finish = (isOpen: boolean) => {
      clearTimeout(quiet);
      socket.destroy();
      resolve({ text, isOpen });
    };
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      if (until !== 'closed' && until.test(text)) quiet ??= setTimeout(finish, 30, true);
    });
    socket.on('error', () => {});
    socket.on('close', () => finish(false));
  });
}

describe('is answered', () => {
  test.each(goodRequests)('%s', async (_, bytes, status, has, isOpen) => {
    const answer = await exchange(bytes(gateway.port), isOpen === false ? 'closed' : has);
    expect(answer.text).toMatch(new RegExp(`HTTP/1\\.1 ${status} `));
    expect(answer.text).toMatch(has);
    if (isOpen !== undefined) expect(answer.isOpen).toBe(isOpen);
  });
});

describe('is refused, and makes no call', () => {
  test.each(refusedRequests)('%s', async (_, bytes, status, has, isOpen) => {
    const before = gateway.lines.length;
    const answer = await exchange(bytes(gateway.port), isOpen === false ? 'closed' : has);
    expect(answer.text).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(answer.text).toMatch(has);
    expect(answer.text.match(/HTTP\/1\.1/g)).toHaveLength(1);
    if (isOpen !== undefined) expect(answer.isOpen).toBe(isOpen);
    expect(gateway.lines.slice(before).filter((line) => / 200 /.test(line))).toEqual([]);
  });
});

describe('one connection', () => {
  test('takes requests one behind the other without waiting, and answers in their order', async () => {
    const bytes = Buffer.concat([
      get(gateway.port),
      post(gateway.port, '/v1/charges', [length(charge)], charge),
      get(gateway.port, [], '/v1/shelves/nope'),
      get(gateway.port, [], '/v1/kinds:count?count=2'),
      get(gateway.port, ['connection: close'], '/v1/shelves/2'),
    ]);
    const { text, isOpen } = await exchange(bytes, 'closed');
    expect(text.match(/(?<=HTTP\/1\.1 )\d+/g)).toEqual(['200', '200', '404', '200', '200']);
    expect(text).toMatch(/Computing[\s\S]*CHARGE_STATUS_SUCCESS[\s\S]*nope[\s\S]*"index":2[\s\S]*Novels/);
    expect(isOpen).toBe(false);
  });

  test('goes on behind a refused body, of which nothing is taken for a request', async () => {
    const inner = get(gateway.port).toString();
    const refusal = request(
      gateway.port,
      'POST /v1/charges HTTP/1.1',
      ['content-type: text/plain', length(inner)],
      inner,
    );
    const { text } = await exchange(Buffer.concat([refusal, get(gateway.port, [], '/v1/shelves/2')]), /Novels/);
    expect(text.match(/(?<=HTTP\/1\.1 )\d+/g)).toEqual(['415', '200']);
    expect(text).toContain('Novels');
  });

  test('is kept for the next request, also after an error', async () => {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    const ports = new Set<number>();
    for (const path of ['/v1/shelves/1', '/v1/shelves/nope', '/none', '/v1/kinds:count?count=1', '/v1/shelves/2']) {
      await new Promise<void>((resolve, reject) => {
        const asked = http.get(gateway.url + path, { agent }, (response) => {
          ports.add(response.socket.localPort!);
          response.resume().on('end', resolve);
        });
        asked.on('error', reject);
      });
    }
    agent.destroy();
    expect(ports.size).toBe(1);
  });
});

test('many at once get each their own answer', async () => {
  const texts = Array.from({ length: 200 }, (_, index) => `text ${index}`);
  const answers = await Promise.all(
    texts.map((text) =>
      ask(gateway.url, '/v1/kinds:echo', { method: 'POST', body: JSON.stringify({ stringValue: text }) }),
    ),
  );
  expect(answers.map(({ json }) => json.stringValue)).toEqual(texts);
});

test('a large body goes through and comes back whole', async () => {
  const stringValue = 'ä'.repeat(4 << 20);
  const answer = await ask(gateway.url, '/v1/kinds:echo', { method: 'POST', body: JSON.stringify({ stringValue }) });
  expect(answer.status).toBe(200);
  expect(answer.json.stringValue === stringValue).toBe(true);
});

test.each(['cuts the connection', 'sends what is no HTTP/2'])(
  'a server that %s behind its first message is told of',
  async (how) => {
    const server = await rawServer(async (connection) => {
      const id = await connection.request();
      connection.write(responseHeaders(id), data(id, grpcMessage(Buffer.from([8, 1]))));
      setTimeout(
        () => (how === 'cuts the connection' ? connection.socket.destroy() : connection.write(Buffer.alloc(64, 255))),
        50,
      );
    });
    const before = await gatewayTo(`127.0.0.1:${server.port}`, { schema: gateway.schema });
    const answer = await ask(before.url, '/v1/kinds:count?count=5');
    expect([answer.status, answer.complete]).toEqual([200, false]);
    const lines = answer.text.trim().split('\n');
    expect(lines).toHaveLength(2);
    expect(JSON.parse(lines[1]!).error.status).toMatch(/UNAVAILABLE|INTERNAL/);
    await before.close();
    await server.close();
  },
);

test('gRPC itself is told where its server is, whatever the method', async () => {
  const session = http2.connect(gateway.url);
  for (const path of [
    '/orders.OrderService/GetOrder',
    '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo',
    '/x.Y/Z',
  ]) {
    const stream = session.request({
      ':path': path,
      ':method': 'POST',
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    stream.end(Buffer.alloc(5));
    const [headers] = (await once(stream, 'response')) as [http2.IncomingHttpHeaders];
    let text = '';
    for await (const chunk of stream) text += chunk;
    expect([headers[':status'], JSON.parse(text).error.message]).toEqual([
      415,
      expect.stringContaining(gateway.demo.address),
    ]);
  }
  session.close();
});

describe.skipIf(noCurl)(`curl ${noCurl ?? ''}`, () => {
  test.each([
    ['--http1.0'],
    ['--http1.1'],
    ['--http2'],
    ['--http2-prior-knowledge'],
    ['--compressed'],
    ['--path-as-is'],
    ['--tcp-nodelay'],
  ])('%s', async (flag) => {
    expect((await curl([flag, `${gateway.url}/v1/shelves/1`])).out).toBe(shelf);
    const posted = await curl([flag, '--json', charge, `${gateway.url}/v1/charges`]);
    expect(posted.out).toContain('CHARGE_STATUS_SUCCESS');
  });
});
