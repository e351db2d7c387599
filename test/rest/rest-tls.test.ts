// REST over https, and gRPC with TLS: certificates are checked against the right name, also through the tap that counts.
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Demo, startDemo } from '../../src/demo/server.ts';
import { certificates, pemOf } from '../faults/certificates.ts';
import { runMain } from './run-main.ts';

const made = certificates();
const reason = typeof made === 'string' ? ` (skipped: ${made})` : '';

describe.skipIf(reason !== '')(`with TLS${reason}`, () => {
  let demo: Demo;
  let server: https.Server;
  let base: string;
  let authority: string;

  beforeAll(async () => {
    if (typeof made === 'string') return;
    const own = pemOf(made.localhost);
    authority = made.authority.cert;
    const tls = { cert: String(own.cert), key: String(own.key) };
    demo = await startDemo({ host: '127.0.0.1', port: 0, tls });
    const body = JSON.stringify({
      id: 'o-1',
      customerId: 'c-1',
      total: 59.9,
      status: 'shipped',
      trackingNumber: 'TRACK-000001',
    });
    server = https.createServer(tls, (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    base = `https://localhost:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    server?.close();
    server?.closeAllConnections();
    await demo?.close(0);
  });

  const order = ['orders.OrderService/GetOrder', 'order_id=o-1'];
  const address = () => demo.address.replace('127.0.0.1', 'localhost');

  test('--diff with an authority of its own', async () => {
    const { exit, out, err } = await runMain([
      'rest',
      address(),
      ...order,
      '--diff',
      base,
      '--tls',
      '--cacert',
      authority,
    ]);
    expect([exit, out], err).toEqual([0, 'the same  OK, 200\n']);
  });

  test('a certificate that nobody trusts', async () => {
    const files = ['--proto', 'orders/orders.proto', '-I', 'proto-examples'];
    const refused = await runMain(['rest', ...files, ...order, '--send', base]);
    expect([refused.exit, refused.err]).toEqual([78, expect.stringContaining('is not trusted')]);
    const taken = await runMain(['rest', ...files, ...order, '--send', base, '--insecure']);
    expect(taken.exit, taken.err).toBe(0);
  });

  test('compare counts TLS too', async () => {
    const words = ['--tls', '--cacert', authority, '--rest-base', base, '-n', '3', '-o', 'json'];
    const { exit, out, err } = await runMain(['compare', address(), ...order, ...words]);
    expect(exit, err).toBe(0);
    const { request, notes } = JSON.parse(out);
    // A record of TLS 1.3 takes 22 bytes more than what is in it.
    expect(request.grpc.wire).toBeGreaterThan(request.grpc.payload + 22);
    expect(notes.join()).toContain('gRPC over HTTP/2 with TLS records, REST over HTTP/1.1 with TLS records');
  });
});
