// The demo behind TLS, with and without certificates of its clients; certificates are made by openssl.
import { Client, credentials } from '@grpc/grpc-js';
import { afterAll, describe, expect, it } from 'vitest';
import { type Demo, startDemo } from '../../src/demo/server.ts';
import { certificates, pemOf } from '../faults/certificates.ts';

const made = certificates();
const reason = typeof made === 'string' ? ` (skipped: ${made})` : '';

describe.skipIf(reason !== '')(`the demo behind TLS${reason}`, () => {
  const running: Demo[] = [];
  afterAll(() => Promise.all(running.map((demo) => demo.close(0))));

  async function connect(withClientCa: boolean, showCertificate: boolean): Promise<string> {
    if (typeof made === 'string') throw new Error(made);
    const [authority, own] = [pemOf(made.authority), pemOf(made.localhost)];
    const tls = { cert: String(own.cert), key: String(own.key) };
    const clientCa = withClientCa ? String(authority.cert) : undefined;
    const demo = await startDemo({ host: '127.0.0.1', port: 0, tls: { ...tls, clientCa } });
    running.push(demo);
    const shown = showCertificate ? [own.key, own.cert] : [];
    const client = new Client(
      demo.address.replace('127.0.0.1', 'localhost'),
      credentials.createSsl(authority.cert, ...shown),
    );
    const outcome = await new Promise<string>((resolve) => {
      client.waitForReady(Date.now() + 2000, (error) => resolve(error ? 'refused' : 'ready'));
    });
    client.close();
    return outcome;
  }

  it('serves clients that trust its authority', async () => {
    expect(await connect(false, false)).toBe('ready');
  });

  it('serves clients with a certificate where one is asked for', async () => {
    expect(await connect(true, true)).toBe('ready');
  });
});
