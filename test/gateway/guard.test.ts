// Who is let in: names of this machine, no other web page, and no request that two servers could read differently.
import http2 from 'node:http2';
import net from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { maxBodyBytes } from '../../src/gateway/body.ts';
import { isLoopback, openGuard } from '../../src/gateway/guard.ts';
import { listen } from '../../src/gateway/listener.ts';
import { ask, gatewayTo, gatewayToDemo, raw, type TestGateway } from './running.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await gatewayToDemo();
});
afterAll(() => gateway.close());

describe('the guard', () => {
  const check = (host: string, headers: Record<string, string>, url = '/') => {
    try {
      openGuard({ host, port: 8080 })({ url, headers });
      return 'let in';
    } catch (error) {
      return (error as { httpStatus: number }).httpStatus;
    }
  };
  test.each([
    ['127.0.0.1', { host: '127.0.0.1:8080' }, 'let in'],
    ['127.0.0.1', { host: 'LOCALHOST:8080' }, 'let in'],
    ['::1', { host: '[::1]:8080' }, 'let in'],
    ['127.0.0.1', { ':authority': 'localhost:8080' }, 'let in'],
    ['127.0.0.1', { host: 'evil.example:8080' }, 403],
    ['127.0.0.1', { host: 'evil.example' }, 403],
    ['127.0.0.1', { host: '127.0.0.1:8081' }, 403],
    ['127.0.0.1', { host: '127.0.0.1' }, 403],
    ['127.0.0.1', { host: '127.0.0.1.evil.example:8080' }, 403],
    ['127.0.0.1', { host: 'localhost.:8080' }, 403],
    ['127.0.0.1', { host: '10.0.0.1:8080' }, 403],
    ['127.0.0.1', {}, 403],
    ['0.0.0.0', { host: '10.0.0.1:8080' }, 'let in'],
    ['0.0.0.0', { host: '[fe80::1]:9000' }, 'let in'],
    ['0.0.0.0', { host: 'evil.example:8080' }, 403],
    ['127.0.0.1', { host: 'localhost:8080', origin: 'http://localhost:8080' }, 'let in'],
    ['127.0.0.1', { host: 'localhost:8080', origin: 'http://127.0.0.1:8080' }, 403],
    ['127.0.0.1', { host: 'localhost:8080', origin: 'https://localhost:8080' }, 403],
    ['127.0.0.1', { host: 'localhost:8080', origin: 'http://localhost:3000' }, 403],
    ['127.0.0.1', { host: 'localhost:8080', origin: 'null' }, 403],
    ['127.0.0.1', { host: 'localhost:8080', 'sec-fetch-site': 'none' }, 'let in'],
    ['127.0.0.1', { host: 'localhost:8080', 'sec-fetch-site': 'same-origin' }, 'let in'],
    ['127.0.0.1', { host: 'localhost:8080', 'sec-fetch-site': 'same-site' }, 403],
    ['127.0.0.1', { host: 'localhost:8080', 'sec-fetch-site': 'cross-site' }, 403],
  ])('at %s with %j: %s', (host, headers, expected) => {
    expect(check(host, headers)).toBe(expected);
  });

  test('a whole URL in the request line is held to the same names', () => {
    expect(check('127.0.0.1', { host: 'localhost:8080' }, 'http://evil.example/')).toBe(403);
    expect(check('127.0.0.1', { host: 'localhost:8080' }, 'http://127.0.0.1:8080/v1')).toBe('let in');
  });

  test.each([
    ['127.0.0.1', true],
    ['127.9.9.9', true],
    ['::1', true],
    ['localhost', true],
    ['0.0.0.0', false],
    ['::', false],
    ['192.168.1.4', false],
    ['127.example.com', false],
  ])('isLoopback(%s) is %s', (host, expected) => expect(isLoopback(host)).toBe(expected));
});

describe('every path refuses', () => {
  test.each(['/', '/openapi.json', '/v1/shelves', '/none'])('another Host on %s', async (path) => {
    const answer = await ask(gateway.url, path, { headers: { host: 'evil.example' } });
    expect([answer.status, answer.json.error.status]).toEqual([403, 'PERMISSION_DENIED']);
    expect(answer.text).toContain('Host');
  });

  test('another Origin', async () => {
    const answer = await ask(gateway.url, '/v1/shelves', { headers: { origin: 'https://evil.example' } });
    expect(answer.status).toBe(403);
    expect(answer.text).toContain('Origin');
  });

  test.each(['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain;charset=UTF-8'])(
    'a body of type %s, which any page could send',
    async (type) => {
      const answer = await ask(gateway.url, '/v1/charges', {
        method: 'POST',
        body: '{}',
        headers: { 'content-type': type },
      });
      expect(answer.status).toBe(415);
      expect(answer.text).toContain('application/json');
    },
  );

  test('a body without a type, and a compressed one', async () => {
    const bare = await raw(
      gateway.port,
      `POST /v1/charges HTTP/1.1\r\nhost: localhost:${gateway.port}\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}`,
    );
    expect(bare).toMatch(/^HTTP\/1\.1 415 /);
    const zipped = await ask(gateway.url, '/v1/charges', {
      method: 'POST',
      body: 'x',
      headers: { 'content-encoding': 'gzip' },
    });
    expect(zipped.status).toBe(415);
  });

  test('addresses that others can reach, unless told', async () => {
    const remote = gatewayTo(gateway.url.replace('http://', ''), {
      schema: gateway.schema,
      listen: { host: '0.0.0.0', port: 0 },
    });
    await expect(remote).rejects.toMatchObject({ code: 2, hint: expect.stringContaining('--allow-remote') });
  });
});

describe('limits', () => {
  test('a body above the limit is 413, announced or not', async () => {
    const announced = await raw(
      gateway.port,
      `POST /v1/charges HTTP/1.1\r\nhost: localhost:${gateway.port}\r\ncontent-type: application/json\r\ncontent-length: ${maxBodyBytes + 1}\r\n\r\n`,
    );
    expect(announced).toMatch(/^HTTP\/1\.1 413 /);
    const answer = await ask(gateway.url, '/v1/charges', { method: 'POST', body: Buffer.alloc(maxBodyBytes + 1, 32) });
    expect([answer.status, answer.json.error.code]).toEqual([413, 413]);
  });

  test('so is one value of a stream', async () => {
    const body = Buffer.concat([Buffer.from('{"name":"'), Buffer.alloc(maxBodyBytes, 97), Buffer.from('"}')]);
    const answer = await ask(gateway.url, '/kinds.v1.KindsService/Upload', { method: 'POST', body });
    expect([answer.status, answer.json.error.code]).toEqual([413, 413]);
  });

  test('too many or too large headers are 431', async () => {
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`x-${index}`, '1']));
    expect((await ask(gateway.url, '/v1/shelves', { headers: many })).status).toBe(431);
    const large = await raw(
      gateway.port,
      `GET / HTTP/1.1\r\nhost: localhost:${gateway.port}\r\nx: ${'a'.repeat(100_000)}\r\n\r\n`,
    );
    expect(large).toMatch(/^HTTP\/1\.1 431 /);
    expect(large).toContain('RESOURCE_EXHAUSTED');
  });

  test.each([
    ['100,000 levels', '['.repeat(100_000)],
    ['100,000 objects', '{"a":'.repeat(100_000)],
  ])('%s are 400', async (_, body) => {
    const answer = await ask(gateway.url, '/kinds.v1.KindsService/Echo', { method: 'POST', body });
    expect(answer.status).toBe(400);
  });
});

describe('bytes that are no clean request', () => {
  const head = () =>
    `POST /v1/charges HTTP/1.1\r\nhost: localhost:${gateway.port}\r\ncontent-type: application/json\r\n`;
  test.each([
    ['both lengths', () => `${head()}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`],
    ['two lengths', () => `${head()}content-length: 5\r\ncontent-length: 6\r\n\r\n{}   `],
    ['a bare line feed', () => `${head()}x: a\nb: c\r\n\r\n`],
    ['a folded header', () => `${head()}x: a\r\n b\r\n\r\n`],
    ['a bad chunk', () => `${head()}transfer-encoding: chunked\r\n\r\nzz\r\n`],
    ['no HTTP', () => 'hello\r\n\r\n'],
  ])('%s is 400', async (_, bytes) => {
    expect(await raw(gateway.port, bytes())).toMatch(/HTTP\/1\.1 400 /);
  });

  test('a preface cut in two is still HTTP/2, and one broken off is no harm', async () => {
    const socket = net.connect(gateway.port, '127.0.0.1');
    socket.write('PRI * HT');
    await new Promise((resolve) => setTimeout(resolve, 20));
    socket.write('TP/2.0\r\n\r\nSM\r\n\r\n');
    const [first] = await new Promise<Buffer[]>((resolve) => socket.once('data', (chunk: Buffer) => resolve([chunk])));
    expect(first![3]).toBe(4);
    socket.destroy();
    const half = net.connect(gateway.port, '127.0.0.1', () => half.end('PRI * HTTP'));
    await new Promise((resolve) => half.resume().once('close', resolve));
    expect((await ask(gateway.url, '/v1/shelves')).status).toBe(200);
  });

  test('a body cut off makes no call and does no harm', async () => {
    const socket = net.connect(gateway.port, '127.0.0.1', () => {
      socket.write(`${head()}content-length: 100\r\n\r\n{"customer`);
      setTimeout(() => socket.destroy(), 20);
    });
    await new Promise((resolve) => socket.once('close', resolve));
    expect((await ask(gateway.url, '/v1/shelves')).status).toBe(200);
  });
});

test('HTTP/2 without TLS is served on the same port', async () => {
  const session = http2.connect(gateway.url);
  const stream = session.request({ ':path': '/v1/charges', ':method': 'POST', 'content-type': 'application/json' });
  stream.end('{"customerId":"c-1","amountCents":1,"currency":"EUR"}');
  let text = '';
  let status = 0;
  stream.on('response', (headers) => {
    status = headers[':status']!;
  });
  for await (const chunk of stream) text += chunk;
  expect([status, JSON.parse(text).status]).toEqual([200, 'CHARGE_STATUS_SUCCESS']);
  const foreign = session.request({ ':path': '/', ':authority': 'evil.example' });
  const refused = await new Promise((resolve) => foreign.on('response', (headers) => resolve(headers[':status'])));
  expect(refused).toBe(403);
  session.close();
});

describe('time', () => {
  const handlers = {
    request: (_: unknown, response: { end(text: string): void }) => response.end('ok'),
    upgrade: () => {},
    malformed: (status: number) => `HTTP/1.1 ${status} X\r\nconnection: close\r\n\r\n`,
  };

  test('a head that comes too slowly is 408, a connection that says nothing is ended', async () => {
    const listener = await listen({ host: '127.0.0.1', port: 0 }, handlers, 200);
    expect(await raw(listener.port, 'GET / HTTP/1.1\r\nhost: x\r\n')).toMatch(/^HTTP\/1\.1 408 /);
    expect(await raw(listener.port, '')).toBe('');
    await listener.close(0);
  });

  test('connections that say nothing, or nothing more, do not hold up the end', async () => {
    const listener = await listen({ host: '127.0.0.1', port: 0 }, handlers);
    const silent = net.connect(listener.port, '127.0.0.1');
    const idle = net.connect(listener.port, '127.0.0.1', () => idle.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n'));
    await new Promise((resolve) => idle.once('data', resolve));
    const ends = [silent, idle].map((socket) => new Promise((resolve) => socket.resume().once('close', resolve)));
    await listener.close(60_000);
    await Promise.all(ends);
  });
});
