// Either side may leave at any moment, or stop reading: the other one learns of it, and nothing piles up in between.
import { once } from 'node:events';
import http from 'node:http';
import http2 from 'node:http2';
import net from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { headers as headersFrame } from '../support/http2-frames.ts';
import { eventually, rawServer } from '../support/raw-http2.ts';
import { gatewayTo, gatewayToDemo, type TestGateway } from './running.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await gatewayToDemo();
});
afterAll(() => gateway.close());

const json = { 'content-type': 'application/json' };

describe('a client that goes away cancels the call', () => {
  const cancelled = (from: number, method: string) =>
    eventually(() => gateway.lines.slice(from).some((line) => line.includes(`${method} CANCELLED`)));

  test('while it waits for one answer', async () => {
    const from = gateway.lines.length;
    const request = http.request(`${gateway.url}/kinds.v1.KindsService/Slow`, { method: 'POST', headers: json });
    request.on('error', () => {});
    request.end('{"delay":"60s"}');
    await new Promise((resolve) => setTimeout(resolve, 100));
    request.destroy();
    await cancelled(from, 'Slow');
  });

  test('over HTTP/2, which resets the stream alone', async () => {
    const from = gateway.lines.length;
    const session = http2.connect(gateway.url);
    const stream = session.request({ ':path': '/kinds.v1.KindsService/Count', ':method': 'POST', ...json });
    stream.end('{"count":1000000,"interval":"0.01s"}');
    await once(stream, 'data');
    stream.close(http2.constants.NGHTTP2_CANCEL);
    await cancelled(from, 'Count');
    const other = session.request({ ':path': '/v1/shelves/1' });
    const [headers] = await once(other, 'response');
    expect(headers[':status']).toBe(200);
    session.destroy();
  });

  test('in the middle of an upload', async () => {
    const from = gateway.lines.length;
    const path = '/payments.v1.PaymentService/BatchCharge';
    const request = http.request(gateway.url + path, { method: 'POST', headers: json });
    request.on('error', () => {});
    request.write('{"customerId":"c-1","amountCents":"1","currency":"EUR"}\n');
    await new Promise((resolve) => setTimeout(resolve, 100));
    request.destroy();
    await eventually(() => gateway.lines.slice(from).some((line) => line.includes(path)));
  });
});

/** A server that takes a call and never opens its window again, nor answers. */
function deafServer() {
  return rawServer(async (connection) => {
    await connection.request();
  });
}

test('a server that does not read stops the uploading client', async () => {
  const server = await deafServer();
  const before = await gatewayTo(`127.0.0.1:${server.port}`, { schema: gateway.schema });
  const socket = net.connect(before.port, '127.0.0.1');
  socket.write(
    `POST /kinds.v1.KindsService/Upload HTTP/1.1\r\nhost: localhost:${before.port}\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n`,
  );
  const line = `${JSON.stringify({ data: Buffer.alloc(24_000, 1).toString('base64') })}\n`;
  const chunk = `${line.length.toString(16)}\r\n${line}\r\n`;
  let written = 0;
  let isFull = false;
  while (!isFull && written < 256 << 20) {
    written += chunk.length;
    if (socket.write(chunk)) continue;
    isFull = await Promise.race([
      once(socket, 'drain').then(() => false),
      new Promise<boolean>((resolve) => setTimeout(() => resolve(true), 1500)),
    ]);
  }
  expect(isFull).toBe(true);
  expect(written).toBeLessThan(64 << 20);
  socket.destroy();
  await before.close();
  await server.close();
});

test('a server that answers during an upload is heard', async () => {
  const server = await rawServer(async (connection) => {
    const id = await connection.request();
    const status: [string, string][] = [
      [':status', '200'],
      ['content-type', 'application/grpc'],
      ['grpc-status', '7'],
      ['grpc-message', 'enough'],
    ];
    connection.write(headersFrame(id, status, { endStream: true }));
  });
  const before = await gatewayTo(`127.0.0.1:${server.port}`, { schema: gateway.schema });
  const request = http.request(`${before.url}/kinds.v1.KindsService/Upload`, { method: 'POST', headers: json });
  request.on('error', () => {});
  request.write('{"name":"a"}\n');
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  let text = '';
  for await (const chunk of response) text += chunk;
  expect([response.statusCode, JSON.parse(text).error.message]).toEqual([403, 'enough']);
  request.destroy();
  await before.close();
  await server.close();
});

test('a WebSocket that closes normally lets the call come to its end', async () => {
  const from = gateway.lines.length;
  const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/payments.v1.PaymentService/BatchCharge`);
  await once(socket, 'open');
  socket.send('{"customerId":"c-1","amountCents":"1","currency":"EUR"}', () => socket.close(1000));
  await eventually(() => gateway.lines.slice(from).some((line) => line.includes('BatchCharge OK')));
});

test('a WebSocket whose client floods is read no faster than the server takes it', async () => {
  const server = await deafServer();
  const before = await gatewayTo(`127.0.0.1:${server.port}`, { schema: gateway.schema });
  const socket = new WebSocket(`${before.url.replace('http', 'ws')}/kinds.v1.KindsService/Upload`);
  await once(socket, 'open');
  const frame = JSON.stringify({ data: Buffer.alloc(48_000, 1).toString('base64') });
  for (let sent = 0; sent < 96 << 20; sent += frame.length) socket.send(frame);
  let left = -1;
  while (left !== socket.bufferedAmount) {
    left = socket.bufferedAmount;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  expect(left).toBeGreaterThan(32 << 20);
  socket.terminate();
  await before.close();
  await server.close();
});
