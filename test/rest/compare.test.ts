// `grepl compare`: figures that can be checked are checked, those of time only for being there.
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import net from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTap, tappedBytes } from '../../src/commands/compare-tap.ts';
import { type Comparison, renderComparison } from '../../src/render/compare.ts';
import { style } from '../../src/render/style.ts';
import { gatewayToDemo } from '../gateway/running.ts';
import { type RunMainOptions, runMain } from './run-main.ts';

let running: Awaited<ReturnType<typeof gatewayToDemo>>;
beforeAll(async () => {
  running = await gatewayToDemo();
});
afterAll(() => running.close());

const compare = (words: readonly string[], options?: RunMainOptions) =>
  runMain(['compare', running.demo.address, ...words], options);
const user = ['userservice.v1.UserService/GetUser', 'user_id=u-1', '-n', '3'];

describe('the document', () => {
  test('has exact sizes, and times of both sides', async () => {
    const { exit, out, err } = await compare([...user, '-o', 'json']);
    expect([exit, err]).toEqual([0, '']);
    const found = JSON.parse(out);
    const json = (await runMain(['call', running.demo.address, ...user.slice(0, 2)])).out.trimEnd();
    const raw = await runMain(['call', running.demo.address, ...user.slice(0, 2), '-o', 'full']);
    const received = JSON.parse(raw.out).bytes.received[0];
    expect(found.request.grpc).toMatchObject({ payload: 5, gzip: gzipSync('\n\u0003u-1').length });
    expect(found.request.rest).toMatchObject({ payload: '/v1/users/u-1'.length });
    expect(found.response.grpc).toMatchObject({ payload: received });
    expect(found.response.rest).toMatchObject({ payload: json.length, gzip: gzipSync(json).length });
    for (const side of [found.request.grpc, found.response.grpc, found.request.rest, found.response.rest])
      expect(side.wire).toBeGreaterThan(side.payload);
    for (const times of [found.encode, found.decode]) {
      expect(times.grpcNs).toBeGreaterThan(0);
      expect(times.restNs).toBeGreaterThan(0);
    }
    for (const side of ['grpc', 'rest'])
      expect(found.latencyMs[side].p99).toBeGreaterThanOrEqual(found.latencyMs[side].p50);
    expect(found).toMatchObject({ runs: 3, messages: { request: 1, response: 1 }, method: user[0] });
    expect(found.notes.join('\n')).toMatch(
      /payload: computed[\s\S]*wire: measured[\s\S]*gzip: computed[\s\S]*latency: measured/,
    );
  });

  test('a stream has totals of all its messages', async () => {
    const { out } = await compare(['StreamComplete', 'prompt=hi', 'max_tokens:=3', '-n', '2', '-o', 'json']);
    expect(JSON.parse(out)).toMatchObject({ messages: { request: 1, response: 3 }, runs: 2 });
  });

  test('an answer that is not the same is told', async () => {
    const server = http.createServer((_request, response) => response.end('{"id":"u-2"}'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { exit, out } = await compare([...user, '--rest-base', base, '-o', 'json']);
    server.close();
    server.closeAllConnections();
    expect(exit).toBe(0);
    expect(JSON.parse(out).notes.at(-1)).toMatch(/^the answers differ/);
  });
});

describe('the table', () => {
  test('in a pipe has no bars, its notes are on stderr', async () => {
    const { exit, out, err } = await compare(user);
    expect(exit).toBe(0);
    expect(out).not.toMatch(/[▓░]/);
    expect(out.split('\n')[0]).toMatch(/^ {2}GetUser, 3 runs each, one connection, warm +gRPC +REST +gRPC \/ REST$/);
    expect(out).toMatch(/^ {2}request payload +computed +5 B +13 B +0\.38$/m);
    expect(out).toMatch(
      /^ {2}latency p50 \/ p99 +measured, REST by the gateway +[\d.]+ \/ [\d.]+ ms +[\d.]+ \/ [\d.]+ ms$/m,
    );
    expect(err).toMatch(/^latency: measured/m);
  });

  test('on a terminal has bars, and stays within its width', async () => {
    for (const columns of [60, 80, 120]) {
      const { out } = await compare(user, { columns });
      expect(/[▓░]{10} 0\.38$/m.test(out)).toBe(columns === 120);
      for (const line of out.split('\n')) expect(line.length, line).toBeLessThanOrEqual(columns);
    }
  });
});

test.each<[readonly string[], number, RegExp]>([
  [
    ['userservice.v1.UserService/GetUser', 'user_id=none'],
    69,
    /NOT_FOUND \(5\)[\s\S]*a call that fails is not compared/,
  ],
  [[...user, '--rest-base', 'http://127.0.0.1:1'], 78, /the REST side ended with UNAVAILABLE \(14\)/],
  [[...user, '-n', '0'], 2, /0 runs measure nothing/],
  [[...user, '--rest-base', 'nowhere'], 2, /--rest-base/],
  [['users.UserService/WatchUsers', '--deadline', '100ms'], 68, /DEADLINE_EXCEEDED/],
])('%j ends with %i', async (words, code, message) => {
  const { exit, out, err } = await compare(words);
  expect([exit, out]).toEqual([code, '']);
  expect(err).toMatch(message);
});

test('a REST side that fails says with which status', async () => {
  const server = http.createServer((_request, response) => {
    response.writeHead(403).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { exit, err } = await compare([...user, '--rest-base', base]);
  server.close();
  server.closeAllConnections();
  expect([exit, err]).toEqual([71, expect.stringContaining('PERMISSION_DENIED (7)')]);
});

test('a tap counts exactly what goes through', async () => {
  const server = net.createServer((socket) => socket.on('data', () => socket.write('x'.repeat(70_000))));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const tap = await openTap({ host: '127.0.0.1', port: (server.address() as AddressInfo).port });
  const socket = net.connect(tap.port, tap.host);
  let received = 0;
  socket.on('data', (chunk) => {
    received += chunk.length;
  });
  const once = async () => {
    const wanted = received + 70_000;
    socket.write('y'.repeat(1234));
    while (received < wanted) await new Promise((resolve) => socket.once('data', resolve));
  };
  expect(await tappedBytes(tap, once, false)).toEqual({ request: 1234, response: 70_000 });
  socket.destroy();
  tap.close();
  server.close();
});

test('figures per message, in ASCII, with what could not be measured', () => {
  const size = { payload: 100, wire: null, gzip: 40 };
  const compared: Comparison = {
    method: 'a.S/Many',
    request: { grpc: { payload: 6, wire: null, gzip: 26 }, rest: { payload: 14, wire: 90, gzip: 14 } },
    response: { grpc: size, rest: { payload: 400, wire: 900, gzip: 90 } },
    messages: { request: 1, response: 10 },
    encode: null,
    decode: null,
    latencyMs: { grpc: { p50: 0.01, p99: 0.05 }, rest: { p50: 0.02, p99: 0.09 } },
    runs: 1,
    restBy: 'example.com',
    notes: [],
  };
  const plain = style({ color: false, ascii: true, width: 120 });
  expect(renderComparison(compared, plain, true)).toMatchInlineSnapshot(`
    "  Many, 1 run each, one connection, warm                                       gRPC            REST    gRPC / REST
      request payload                   computed                                    6 B            14 B    ####...... 0.43
      response payload / message        measured                                   10 B            40 B    ###....... 0.25
      on the wire, both ways / message  not measured                                  -            99 B
      gzip, both ways / message         computed                                    7 B            10 B    ######.... 0.63
      latency p50 / p99                 measured, REST by example.com    10.0 / 50.0 us  20.0 / 90.0 us
    "
  `);
});
