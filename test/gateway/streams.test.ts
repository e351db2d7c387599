// Streams through the gateway: their forms, their errors, and that neither side runs ahead of the other.
import type http from 'node:http';
import http2 from 'node:http2';
import net from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { data as dataFrame, frameTypes, grpcMessage, responseHeaders, trailers } from '../support/http2-frames.ts';
import { eventually, rawServer } from '../support/raw-http2.ts';
import { ask, curl, gatewayTo, gatewayToDemo, noCurl, raw, type TestGateway } from './running.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await gatewayToDemo();
});
afterAll(() => gateway.close());

const count = '/kinds.v1.KindsService/Count';
const fail = '/kinds.v1.KindsService/Fail';
const post = (path: string, body: unknown, headers: http.OutgoingHttpHeaders = {}) =>
  ask(gateway.url, path, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body), headers });

describe('a stream of answers', () => {
  test.each([
    [undefined, 'application/x-ndjson', '{"index":1}\n{"index":2}\n'],
    ['*/*', 'application/x-ndjson', '{"index":1}\n{"index":2}\n'],
    ['application/x-ndjson', 'application/x-ndjson', '{"index":1}\n{"index":2}\n'],
    ['application/jsonl', 'application/x-ndjson', '{"index":1}\n{"index":2}\n'],
    ['text/event-stream', 'text/event-stream', 'data: {"index":1}\n\ndata: {"index":2}\n\n'],
    ['application/json', 'application/json', '[{"index":1},{"index":2}]'],
  ])('accepted as %s is %s', async (accept, type, text) => {
    const answer = await post(count, { count: 2 }, accept === undefined ? {} : { accept });
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toContain(type);
    expect(answer.text).toBe(text);
  });

  test('events asked for by GET end with a mark, and whoever comes back with it is told that this was all', async () => {
    const headers = { accept: 'text/event-stream' };
    const path = '/v1/kinds:count?count=1';
    const events = await ask(gateway.url, path, { headers });
    expect(events.text).toBe('data: {"index":1}\n\nid: end\nretry: 100\n\n');
    const again = await ask(gateway.url, path, { headers: { ...headers, 'last-event-id': 'end' } });
    expect([again.status, again.text]).toEqual([204, '']);
    const other = await ask(gateway.url, path, { headers: { ...headers, 'last-event-id': '7' } });
    expect(other.status).toBe(200);
  });

  test('an error before the first message is an HTTP error', async () => {
    const answer = await post(fail, { code: 5, message: 'nothing here' });
    expect([answer.status, answer.json.error.message]).toEqual([404, 'nothing here']);
  });

  test.each([
    ['application/x-ndjson', /\n\{"error":\{[^\n]*gone wrong[^\n]*\}\}\n$/],
    ['text/event-stream', /event: error\ndata: \{"error":.*gone wrong.*\}\n\n$/],
    ['application/json', /,\{"error":\{.*gone wrong.*\}\}$/],
  ])('an error behind it is the last record as %s, and the body is cut', async (accept, last) => {
    const answer = await post(fail, { code: 14, message: 'gone wrong', afterMessages: 3 }, { accept });
    expect(answer.status).toBe(200);
    expect(answer.text).toMatch(last);
    expect(answer.complete).toBe(false);
  });

  test('a watch is told at once that it has begun', async () => {
    const abort = new AbortController();
    const response = await fetch(`${gateway.url}/v1/shelves/1/books:watch`, { signal: abort.signal });
    expect(response.status).toBe(200);
    abort.abort();
  });

  test('the call is cancelled when the client goes away', async () => {
    const abort = new AbortController();
    const body = JSON.stringify({ count: 1_000_000, interval: '0.01s' });
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(gateway.url + count, { method: 'POST', body, headers, signal: abort.signal });
    const reader = response.body!.getReader();
    await reader.read();
    abort.abort();
    await eventually(() => gateway.lines.some((line) => line.includes('/Count CANCELLED')));
  });
});

describe('a stream of requests', () => {
  const charge = (n: number) => JSON.stringify({ customerId: 'c-1', amountCents: String(n), currency: 'EUR' });
  test.each([
    ['lines', `${charge(1)}\n${charge(2)}\n`],
    ['values one after the other', `${charge(1)}${charge(2)}`],
    ['one array', `[${charge(1)}, ${charge(2)}]`],
  ])('as %s', async (_, body) => {
    const answer = await post('/payments.v1.PaymentService/BatchCharge', body);
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe('application/json');
    expect(JSON.stringify(answer.json)).toContain('2');
  });

  test('a bad value is 400 with its place', async () => {
    const answer = await post('/payments.v1.PaymentService/BatchCharge', `${charge(1)}\n{"amountCents":true}\n`);
    expect(answer.status).toBe(400);
    expect(answer.json.error.message).toContain('amountCents');
    expect(answer.json.error.message).toContain('2:');
  });

  test('a conversation asked for by a plain GET is told how to speak', async () => {
    const answer = await ask(gateway.url, '/v1/inference:chat');
    expect([answer.status, answer.headers.upgrade]).toEqual([426, 'websocket']);
    expect(answer.text).toContain('POST');
    const posted = await post('/v1/inference:chat', '{"role":"user","content":"hi"}\n');
    expect(posted.text.trim().split('\n').length).toBeGreaterThan(1);
  });

  test('both ways at once over HTTP/2, answer by answer', async () => {
    const session = http2.connect(gateway.url);
    const headers = {
      ':path': '/kinds.v1.KindsService/EchoStream',
      ':method': 'POST',
      'content-type': 'application/x-ndjson',
    };
    const stream = session.request(headers);
    stream.setEncoding('utf8');
    const next = () => new Promise<string>((resolve) => stream.once('data', resolve));
    for (const text of ['one', 'two']) {
      const answer = next();
      stream.write(`{"stringValue":"${text}"}\n`);
      expect(JSON.parse(await answer)).toMatchObject({ stringValue: text });
    }
    const closed = new Promise((resolve) => stream.once('close', resolve));
    stream.end();
    await closed;
    session.close();
  });
});

describe('WebSocket', () => {
  interface Talk {
    readonly frames: string[];
    readonly socket: WebSocket;
    readonly closed: Promise<number>;
  }
  const talk = (path: string, protocols: string[] = [], headers: Record<string, string> = {}): Promise<Talk> => {
    const socket = new WebSocket(gateway.url.replace('http', 'ws') + path, protocols, { headers });
    const frames: string[] = [];
    socket.on('message', (data) => frames.push(data.toString()));
    const closed = new Promise<number>((resolve) => socket.on('close', resolve));
    return new Promise((resolve, reject) => {
      socket.on('open', () => resolve({ frames, socket, closed }));
      socket.on('error', reject);
    });
  };

  test('talks both ways and ends by {"$end":true}', async () => {
    const { frames, socket, closed } = await talk('/v1/kinds:echoStream');
    socket.send('{"stringValue":"one"}');
    await eventually(() => frames.length === 1);
    socket.send('{"stringValue":"two"}');
    await eventually(() => frames.length === 2);
    socket.send('{"$end":true}');
    expect(await closed).toBe(1000);
    expect(frames.map((frame) => JSON.parse(frame).stringValue)).toEqual(['one', 'two']);
  });

  test('an error is the last frame', async () => {
    const { frames, socket, closed } = await talk(fail);
    socket.send('{"code":5,"message":"no such thing","afterMessages":1}');
    expect(await closed).toBe(1011);
    expect(JSON.parse(frames.at(-1)!)).toMatchObject({ error: { message: 'no such thing' } });
    expect(frames.length).toBe(2);
  });

  test('the method may be named where a path has several', async () => {
    const { frames, closed } = await talk('/v1/shelves/1?method=GET');
    expect(await closed).toBe(1000);
    expect(JSON.parse(frames[0]!)).toMatchObject({ name: 'shelves/1' });
    const put = await talk('/v1/shelves/1?method=PUT');
    put.socket.send('{"theme":"T"}');
    await put.closed;
    expect(JSON.parse(put.frames[0]!)).toMatchObject({ name: 'shelves/1', theme: 'T' });
  });

  test('a bad frame is an error that names its field', async () => {
    const { frames, socket, closed } = await talk('/kinds.v1.KindsService/EchoStream');
    socket.send('{"int32Value":"many"}');
    await closed;
    expect(frames.at(-1)).toContain('int32Value');
  });

  test('a client that goes away cancels the call', async () => {
    const { frames, socket } = await talk(count);
    socket.send('{"count":100000,"interval":"0.01s"}');
    await eventually(() => frames.length > 0);
    socket.terminate();
    await eventually(() => gateway.lines.some((line) => /WebSocket .*Count CANCELLED/.test(line)));
  });

  test('a token may come as a protocol, as browsers have to send it', async () => {
    const { socket, closed, frames } = await talk('/kinds.v1.KindsService/EchoMetadata', ['Bearer', 'abc.def']);
    expect(socket.protocol).toBe('Bearer');
    socket.send('{}');
    await closed;
    expect(frames[0]).toContain('Bearer abc.def');
  });

  test.each([
    ['another Origin', { origin: 'http://evil.example' }, 403],
    ['another Host', { host: 'evil.example' }, 403],
  ])('refuses %s', async (_, headers, status) => {
    await expect(talk(count, [], headers)).rejects.toThrow(String(status));
  });

  test('refuses a path without a route', async () => {
    await expect(talk('/none')).rejects.toThrow('404');
    expect(gateway.lines.at(-1)).toContain('no route for GET "/none"');
  });
});

describe('back-pressure', () => {
  test('a client that does not read stops the server', async () => {
    let sent = 0;
    const message = dataFrame(1, grpcMessage(Buffer.alloc(16_000, 0)));
    const server = await rawServer(async (connection) => {
      const id = await connection.request();
      connection.write(responseHeaders(id));
      let window = 65_535;
      for (const frame of [] as Buffer[]) connection.write(frame);
      // Sends as flow control allows: what the gateway does not take is not opened again.
      const refill = () => {
        window = connectionWindow(server.frames, id);
        while (window - sent > message.length) {
          connection.write(message);
          sent += message.length - 9;
        }
      };
      const timer = setInterval(refill, 5);
      connection.socket.on('close', () => clearInterval(timer));
    });
    const stalled = await gatewayTo(`127.0.0.1:${server.port}`, { schema: gateway.schema });
    const body = '{"count":1}';
    const socket = net.connect(stalled.port, '127.0.0.1', () => {
      socket.write(
        `POST ${count} HTTP/1.1\r\nhost: localhost:${stalled.port}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
      );
    });
    socket.pause();
    await eventually(() => sent > 60_000);
    let before = -1;
    while (before !== sent) {
      before = sent;
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    expect(sent).toBeLessThan(64 << 20);
    socket.destroy();
    await eventually(() => server.frames.some(({ type }) => type === frameTypes.rstStream));
    await stalled.close();
    await server.close();
  });
});

/** Bytes that the peer has allowed so far on a stream, by its WINDOW_UPDATE frames and initial window. */
function connectionWindow(frames: readonly { type: number; streamId: number; payload: Buffer }[], id: number): number {
  const windows = [0, id].map((stream) => {
    let window = 65_535;
    for (const frame of frames) {
      if (frame.type === frameTypes.windowUpdate && frame.streamId === stream) window += frame.payload.readUInt32BE();
    }
    return window;
  });
  return Math.min(...windows);
}

describe('with curl', () => {
  test.skipIf(noCurl)(`lines, events, uploads and trailers ${noCurl ?? ''}`, async () => {
    const url = gateway.url;
    const json = ['-H', 'content-type: application/json'];
    const stream = await curl(['-N', url + count, ...json, '-d', '{"count":3}']);
    expect(stream.out.trim().split('\n')).toHaveLength(3);
    const events = await curl(['-N', '-H', 'accept: text/event-stream', url + count, ...json, '-d', '{"count":1}']);
    expect(events.out).toBe('data: {"index":1}\n\n');
    const failed = await curl(['-N', url + fail, ...json, '-d', '{"code":13,"afterMessages":2}']);
    expect([failed.exit, failed.out.trim().split('\n').length]).toEqual([18, 3]);
    const h2 = await curl(['--http2-prior-knowledge', '-w', '%{http_version}', `${url}/v1/shelves/1`]);
    expect(h2.out).toMatch(/"name":"shelves\/1".*2$/);
    const form = await curl(['-o', '/dev/null', '-w', '%{http_code}', `${url}/v1/charges`, '-d', '{}']);
    expect(form.out).toBe('415');
    const expecting = await curl([
      `${url}/v1/charges`,
      ...json,
      '-H',
      'expect: 100-continue',
      '-d',
      '{"customerId":"c-1","amountCents":5,"currency":"EUR"}',
    ]);
    expect(expecting.out).toContain('CHARGE_STATUS_SUCCESS');
  });
});

describe('when the server is not what it should be', () => {
  const get = (url: string) => ask(url, '/v1/shelves');
  test('nothing listening is 503 at once', async () => {
    const dead = await gatewayTo('127.0.0.1:1', { schema: gateway.schema });
    const answer = await get(dead.url);
    expect([answer.status, answer.json.error.status]).toEqual([503, 'UNAVAILABLE']);
    await dead.close();
  });

  test('a proxy page is 503 and quoted', async () => {
    const server = await rawServer(async (connection) => {
      const id = await connection.request();
      const { headers, data } = await import('../support/http2-frames.ts');
      connection.write(
        headers(id, [
          [':status', '502'],
          ['content-type', 'text/html'],
        ]),
      );
      connection.write(data(id, Buffer.from('<h1>502 Bad Gateway</h1>'), { endStream: true }));
    });
    const before = await gatewayTo(`127.0.0.1:${server.port}`, { schema: gateway.schema });
    const answer = await get(before.url);
    expect(answer.status).toBe(503);
    expect(answer.json.error.message).toContain('502');
    await before.close();
    await server.close();
  });

  test('a message that is none is 500, and the gateway lives', async () => {
    const server = await rawServer(async (connection) => {
      for (;;) {
        const id = await connection.request();
        connection.write(responseHeaders(id), dataFrame(id, grpcMessage(Buffer.from([0x0a, 0xff]))), trailers(id, 0));
      }
    });
    const before = await gatewayTo(`127.0.0.1:${server.port}`, { schema: gateway.schema });
    for (const path of ['/v1/shelves', '/v1/shelves/1/books:watch']) {
      const answer = await ask(before.url, path);
      expect([path, answer.status]).toEqual([path, 500]);
      expect(answer.json.error.message).toContain('cannot be read');
    }
    await before.close();
    await server.close();
  });

  test('metadata that would split or steer the answer does not pass', async () => {
    const server = await rawServer(async (connection) => {
      const id = await connection.request();
      const more: [string, string][] = [
        ['x-fine', 'yes'],
        ['x-split', 'a\r\nset-cookie: b'],
        ['set-cookie', 'a=b'],
        ['access-control-allow-origin', '*'],
        ['content-length', '3'],
        ['x-utf8', 'é'],
      ];
      connection.write(responseHeaders(id, more), dataFrame(id, grpcMessage(Buffer.alloc(0))), trailers(id, 0));
    });
    const before = await gatewayTo(`127.0.0.1:${server.port}`, { schema: gateway.schema });
    const bytes = await raw(
      before.port,
      `GET /v1/shelves HTTP/1.1\r\nhost: localhost:${before.port}\r\nconnection: close\r\n\r\n`,
    );
    for (const name of ['set-cookie', 'access-control', 'content-length: 3'])
      expect(bytes.toLowerCase()).not.toContain(name);
    await before.close();
    await server.close();
  });
});
