// TLS with the libraries of other languages (Go's own, BoringSSL, OpenSSL, the JDK's, rustls): what is wrong with a
// certificate reaches the user in words, whichever alert the other side sends.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Ran, runMain } from '../rest/run-main.ts';
import { temporaryFolder } from '../support/temp.ts';
import { makeCertificates } from './grpcurl-certificates.ts';
import { callWords } from './interop-cases.ts';
import { type RunningPeer, startPeer } from './peer-process.ts';
import { type Peer, peers, type ServerCertificates } from './peers.ts';

const here = temporaryFolder();
const pem = (name: string): string => join(here, `${name}.pem`);
const key = (name: string): string => join(here, `${name}.key`);
const hasOpenssl = made();
if (!hasOpenssl) console.log('skipped: openssl is not installed');

function made(): boolean {
  if (peers.every(({ command }) => !command)) return false;
  try {
    execFileSync('openssl', ['version'], { stdio: 'pipe' });
  } catch {
    return false;
  }
  makeCertificates(here);
  return true;
}

const startTls = (peer: Peer, tls: ServerCertificates): Promise<RunningPeer> =>
  startPeer((port) => [...(peer.command ?? []), ...peer.arguments(port, tls)]);

describe.each(peers.map((peer) => [peer.name, peer] as const))('%s', (_, peer) => {
  describe.skipIf(!peer.command || !hasOpenssl)('', () => {
    const certificates = { cert: pem('server'), key: key('server') };
    let server: RunningPeer;
    let asking: RunningPeer | undefined;
    const call = (address: string, ...words: string[]): Promise<Ran> =>
      runMain(
        callWords({ peer, address }, 'TestService/EmptyCall', words).filter((word) => !/^(--wait|10s)$/.test(word)),
      );

    beforeAll(async () => {
      server = await startTls(peer, certificates);
    });
    afterAll(() => Promise.all([server.stop(), asking?.stop()]));

    test('with the authority', async () => {
      const done = await call(server.address, '--cacert', pem('ca'), '--tls');
      expect(done).toEqual({ exit: 0, out: '{}\n', err: '' });
    });

    test.each([
      ['without it', ['--tls'], /certificate.*\n.*--cacert/s],
      ['with another', ['--cacert', pem('otherca')], /certificate/],
      ['for another name', ['--cacert', pem('ca'), '--servername', 'third.example'], /third\.example/],
      ['in plaintext', ['--plaintext'], /TLS/],
    ] as const)('%s', async (_, words, said) => {
      const { exit, err } = await call(server.address, ...words);
      expect([exit, err]).toEqual([64 + 14, expect.stringMatching(said)]);
    });

    describe.skipIf(peer.name === 'grpc-go')('that asks for a certificate', () => {
      const ask = async (...words: string[]): Promise<Ran> => {
        asking ??= await startTls(peer, { ...certificates, clientCa: pem('ca') });
        return call(asking.address, '--cacert', pem('ca'), ...words);
      };

      test('gets it', async () => {
        const own = ['--cert', pem('client'), '--key', key('client')];
        const done = await ask(...own);
        expect(done).toEqual({ exit: 0, out: '{}\n', err: '' });
      });

      test.each([
        ['gets none', []],
        ["gets a stranger's", ['--cert', pem('stranger'), '--key', key('stranger')]],
      ] as const)('%s', async (_, words) => {
        const { exit, err } = await ask(...words);
        expect([exit, err]).toEqual([64 + 14, expect.stringMatching(/client certificate/)]);
        expect(err).toMatch(/--cert FILE|stranger\.pem/);
      });
    });
  });
});
