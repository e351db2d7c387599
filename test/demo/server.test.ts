// What every service of the demo has in common: request ids, tokens, deadlines, cancels, health and the end.
import { once } from 'node:events';
import { createServer } from 'node:net';
import { status } from '@grpc/grpc-js';
import { describe, expect, it } from 'vitest';
import { demo, parseListen } from '../../src/demo/main.ts';
import { startDemo } from '../../src/demo/server.ts';
import { demoClient, outcome } from './demo-client.ts';

const { call } = await demoClient();
const guarded = await demoClient({ requireToken: true });
const stopping = await demoClient();

describe('metadata', () => {
  it('answers with the request id that was sent, else with one of its own', async () => {
    const metadata = { 'x-request-id': 'mine' };
    const own = await call('orders.OrderService/GetOrder', [{ orderId: 'o-1' }], { metadata });
    const made = await call('orders.OrderService/GetOrder', [{ orderId: 'o-1' }]);
    expect(own.headers.get('x-request-id')).toEqual(['mine']);
    expect(made.headers.get('x-request-id')).toEqual([expect.stringMatching(/^demo-\d+$/)]);
    expect(made.trailers.get('x-messages-sent')).toEqual(['1']);
  });
});

describe('--require-token', () => {
  const request = { customerId: 'c-1', amountCents: '1', currency: 'EUR' };

  it('refuses a call without authorization, with trailers alone', async () => {
    const result = await guarded.call('payments.v1.PaymentService/ChargeCard', [request]);
    expect(result.code).toBe(status.UNAUTHENTICATED);
    expect(result.info).toEqual([['google.rpc.ErrorInfo', expect.objectContaining({ reason: 'TOKEN_MISSING' })]]);
    expect(result.headers.getMap()).toEqual({});
  });

  it('refuses streams too', async () => {
    for (const method of ['StreamTransactions', 'BatchCharge', 'PaymentChat']) {
      const result = await guarded.call(`payments.v1.PaymentService/${method}`, [{}]);
      expect([method, result.code]).toEqual([method, status.UNAUTHENTICATED]);
    }
  });

  it('takes any token, and asks for none in health and reflection', async () => {
    const metadata = { authorization: 'Bearer x' };
    const paid = await guarded.call('payments.v1.PaymentService/ChargeCard', [request], { metadata });
    expect(paid.code).toBe(status.OK);
    expect((await guarded.call('grpc.health.v1.Health/Check', [{}])).code).toBe(status.OK);
    const listed = await guarded.call('grpc.reflection.v1.ServerReflection/ServerReflectionInfo', [
      { listServices: '*' },
    ]);
    expect(listed.code).toBe(status.OK);
  });
});

describe('deadlines', () => {
  it('ends a slow call at its deadline', async () => {
    const request = { delay: { seconds: '600', nanos: 0 } };
    const result = await call('kinds.v1.KindsService/Slow', [request], { deadlineMs: 50 });
    expect(result.code).toBe(status.DEADLINE_EXCEEDED);
  });

  it('knows how long the client waits', async () => {
    const { messages } = await call('kinds.v1.KindsService/EchoMetadata', [{}], { deadlineMs: 60_000 });
    expect(Number(messages[0].timeLeft.seconds)).toBeGreaterThan(30);
    expect((await call('kinds.v1.KindsService/EchoMetadata', [{}])).messages[0].timeLeft).toBeNull();
  });
});

describe('health', () => {
  const checks: [service: string, code: number, state: string | undefined][] = [
    ['', status.OK, 'SERVING'],
    ['payments.v1.PaymentService', status.OK, 'SERVING'],
    ['no.Such', status.NOT_FOUND, undefined],
  ];
  it.each(checks)('checks %j', async (service, code, state) => {
    const result = await call('grpc.health.v1.Health/Check', [{ service }]);
    expect([result.code, result.messages[0]?.status]).toEqual([code, state]);
  });

  it('lists every example service', async () => {
    const { messages } = await call('grpc.health.v1.Health/List', [{}]);
    expect(Object.keys(messages[0].statuses)).toHaveLength(8);
  });

  it('tells watchers that the server stops, and that a service is unknown', async () => {
    const watch = stopping.open('grpc.health.v1.Health/Watch', [{ service: 'orders.OrderService' }]);
    const unknown = stopping.open('grpc.health.v1.Health/Watch', [{ service: 'no.Such' }]);
    expect(await once(watch, 'data')).toEqual([{ status: 'SERVING' }]);
    expect(await once(unknown, 'data')).toEqual([{ status: 'SERVICE_UNKNOWN' }]);
    unknown.cancel();
    const closed = stopping.demo.close(200);
    expect(await once(watch, 'data')).toEqual([{ status: 'NOT_SERVING' }]);
    const ended = outcome(watch);
    await closed;
    expect((await ended).code).not.toBe(status.OK);
  });
});

describe('the command', () => {
  it('says where it listens and ends with 0 when told to', async () => {
    const stop = new AbortController();
    const lines: string[] = [];
    const out = {
      write: (text: string) => {
        lines.push(text);
        stop.abort();
      },
    };
    expect(await demo({ listen: '127.0.0.1:0', requireToken: false }, out, stop.signal)).toBe(0);
    expect(lines).toEqual([expect.stringMatching(/^127\.0\.0\.1:[1-9]\d*\n$/)]);
  });

  it('names the address that it cannot have', async () => {
    const squatter = createServer().listen(0, '127.0.0.1');
    await once(squatter, 'listening');
    const { port } = squatter.address() as { port: number };
    await expect(startDemo({ host: '127.0.0.1', port })).rejects.toThrow(
      `cannot listen on 127.0.0.1:${port}: EADDRINUSE: address already in use`,
    );
    squatter.close();
  });

  it.each([
    ['127.0.0.1:80', { host: '127.0.0.1', port: 80 }],
    [':8080', { host: '127.0.0.1', port: 8080 }],
    ['8080', { host: '127.0.0.1', port: 8080 }],
    ['[::1]:0', { host: '::1', port: 0 }],
    ['localhost:65535', { host: 'localhost', port: 65535 }],
  ])('reads --listen %s', (text, expected) => {
    expect(parseListen(text)).toEqual(expected);
  });

  it.each(['', 'localhost', 'localhost:', '::1:80', '127.0.0.1:65536', '127.0.0.1:-1'])(
    'refuses --listen %j',
    (text) => {
      expect(() => parseListen(text)).toThrow('is not HOST:PORT');
    },
  );
});
