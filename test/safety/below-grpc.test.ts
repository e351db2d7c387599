// Hostile text from below gRPC: what answers instead of a gRPC server (banners, HTTP pages, redirects), GOAWAY's debug data,
// headers of the protocol itself, and the names in certificates.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { certificates } from '../faults/certificates.ts';
import { data, goaway, type HeaderPairs, headers, responseHeaders, trailers } from '../support/http2-frames.ts';
import { bannerServer, type RawConnection, rawServer } from '../support/raw-http2.ts';
import { temporaryFolder } from '../support/temp.ts';
import { expectSafe, hostile, hostileHeader } from './hostile-text.ts';
import { type Observed, World } from './observed-run.ts';

const types = {
  't.proto': 'syntax = "proto3"; package t; message M { string s = 1; } service S { rpc Say(M) returns (M); }',
};

interface Peer {
  readonly port: number;
  close(): Promise<void>;
}

/** Answers every request with a head, and a body behind it. */
const answering = (head: HeaderPairs, body: string, end: HeaderPairs = []) =>
  rawServer(async (connection: RawConnection) => {
    for (;;) {
      const id = await connection.request();
      connection.write(headers(id, head), data(id, Buffer.from(body), { endStream: end.length === 0 }));
      if (end.length > 0) connection.write(headers(id, end, { endStream: true }));
    }
  });

const page = (status: string, more: HeaderPairs = []) =>
  answering([[':status', status], ['content-type', 'text/html'], ...more], `<h1>${hostile}</h1>`);

/** Ends every request by what `frames` gives for its stream. */
const ending = (frames: (id: number) => Uint8Array[]) =>
  rawServer(async (connection) => {
    for (;;) connection.write(...frames(await connection.request()));
  });

const peers: readonly (readonly [name: string, start: () => Promise<Peer>])[] = [
  ['a banner', () => bannerServer(`SSH-2.0-${hostile}\r\n`, 'fin')],
  ['HTTP/1.1', () => bannerServer(`HTTP/1.1 400 ${hostile}\r\nx: ${hostile}\r\n\r\n${hostile}`, 'fin', 'data')],
  ['a page with an error', () => page('502')],
  ['a page that looks fine', () => page('200')],
  ['a redirect', () => page('302', [['location', hostileHeader]])],
  ['a challenge', () => page('401', [['www-authenticate', hostileHeader]])],
  [
    'a content-type',
    () =>
      answering(
        [
          [':status', '200'],
          ['content-type', hostileHeader],
        ],
        hostile,
      ),
  ],
  [
    'text in the place of a message',
    () =>
      answering(
        [
          [':status', '200'],
          ['content-type', 'application/grpc'],
        ],
        hostile,
      ),
  ],
  ['GOAWAY', () => ending(() => [goaway(0, 11, hostile)])],
  ['grpc-status', () => ending((id) => [responseHeaders(id), trailers(id, hostileHeader)])],
  [
    'grpc-message in raw bytes',
    () => ending((id) => [responseHeaders(id), trailers(id, 9, [['grpc-message', hostileHeader]])]),
  ],
  ['grpc-encoding', () => ending((id) => [responseHeaders(id, [['grpc-encoding', hostileHeader]]), trailers(id, 0)])],
  [
    'grpc-status-details-bin',
    () => ending((id) => [responseHeaders(id), trailers(id, 9, [['grpc-status-details-bin', hostileHeader]])]),
  ],
];

const schema = ['-I', 'FOLDER', '--proto', 't.proto', '-d', '{}'];
const call = ['ADDRESS', 't.S/Say', ...schema, '--plaintext'];
const lines: readonly (readonly string[])[] = [
  ...['pretty', 'ndjson', 'full', 'table'].map((form) => ['call', ...call, '-o', form]),
  ['call', ...call, '-vv'],
  ['call', ...call, '--rest', 'full', '-v', '-o', 'pretty'],
  ['call', ...call, '--each', '--no-input'],
  ['call', ...call, '--client', 'grpc-js', '-v'],
  ['list', 'ADDRESS', '--plaintext'],
  ['health', 'ADDRESS', '--plaintext'],
  ['-plaintext', '-vv', '-import-path', 'FOLDER', '-proto', 't.proto', '-d', '{}', 'ADDRESS', 't.S/Say'],
];

function check({ what, out, err, exit }: Observed, atTerminal: boolean): void {
  const isData = !atTerminal || / -o (?:ndjson|full|table)| --each/.test(what);
  expectSafe(out, `stdout of ${what}, exit ${exit}`, isData ? 'json' : 'text');
  expectSafe(
    err.replaceAll(what.startsWith('-plaintext') && !atTerminal ? /\n(?=INJECTED)/g : /$^/g, ''),
    `stderr of ${what}, exit ${exit}`,
  );
}

describe.each(peers)('%s', (_, start) => {
  let peer: Peer;
  beforeAll(async () => {
    peer = await start();
  });
  afterAll(() => peer.close());

  test.each(lines.map((words) => [words.join(' '), words] as const))('%s', async (_name, words) => {
    const here = new World(types);
    const argv = words.map((word) => word.replace('ADDRESS', `127.0.0.1:${peer.port}`).replace('FOLDER', here.cwd));
    for (const columns of [undefined, 100]) {
      const observed = await here.run([...argv], { columns });
      // 64 + N, or for grpcurl's verbs and what it cannot connect to, 1.
      expect(observed.exit, observed.err).toSatisfy(
        (exit: number) => exit > 64 || exit === 4 || words[0] === '-plaintext',
      );
      expect(observed.err).not.toContain('is not found');
      // The text did come this far: escaped, or its bytes in hex.
      const isTold = words[0] === 'call' && words.includes('-vv');
      if (isTold) expect(observed.out + observed.err).toMatch(/\[31mred|title|61 20 1b|flag byte 0x61/);
      check(observed, columns !== undefined);
    }
  });
});

const pairs = certificates();

describe.skipIf(typeof pairs === 'string')('the names in a certificate', () => {
  let peer: Peer;
  let folder: string;
  beforeAll(async () => {
    folder = temporaryFolder();
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', join(folder, 'key')];
    const name = `/CN=${hostile.replaceAll(/[/\\\0+=]/g, '_')}`.slice(0, 60);
    const about = ['-utf8', '-subj', name, '-addext', 'subjectAltName=DNS:other.example'];
    execFileSync('openssl', ['req', '-x509', ...key, '-out', join(folder, 'cert'), '-days', '2', ...about], {
      stdio: 'pipe',
    });
    const tls = { cert: readFileSync(join(folder, 'cert')), key: readFileSync(join(folder, 'key')) };
    peer = await rawServer(() => {}, { tls });
  });
  afterAll(() => peer.close());

  test.each([
    ['not trusted', []],
    ['of another name', ['--cacert']],
    ['not checked', ['--insecure', '--max-time', '1']],
  ])('%s', async (_name, flags) => {
    const trust = flags.includes('--cacert') ? ['--cacert', join(folder, 'cert')] : flags;
    for (const columns of [undefined, 100]) {
      const here = new World(types);
      const argv = ['call', `127.0.0.1:${peer.port}`, 't.S/Say', ...schema, '--tls', '-vv', ...trust];
      const observed = await here.run(
        argv.map((word) => word.replace('FOLDER', here.cwd)),
        { columns },
      );
      expect(observed.exit, observed.err).toBe(flags.includes('--insecure') ? 68 : 78);
      check(observed, columns !== undefined);
    }
  });
});
