// Whatever may be listening on a port instead of a gRPC server: told apart, in words, with the flag to try.
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import http2 from 'node:http2';
import net from 'node:net';
import { join } from 'node:path';
import tls from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { type ChannelOptions, openChannel } from '../../src/wire/channel.ts';
import type { Channel } from '../../src/wire/stream.ts';
import { parseTarget, type TargetOptions } from '../../src/wire/target.ts';
import { checkTls } from '../../src/wire/tls.ts';
import { certificates, pemOf } from '../faults/certificates.ts';
import { settingsAck } from '../support/http2-frames.ts';
import { bannerServer, rawServer } from '../support/raw-http2.ts';
import { temporaryFolder } from '../support/temp.ts';
import { callOnce, type Summary } from './collect.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function open(address: string, target: TargetOptions = {}, options: ChannelOptions = {}): Channel {
  const channel = openChannel(parseTarget(address, target), { connectTimeoutMs: 3000, ...options });
  cleanups.push(() => channel.close());
  return channel;
}

async function listening(server: net.Server): Promise<number> {
  const sockets = new Set<net.Socket>();
  server.on('connection', (socket: net.Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as net.AddressInfo).port;
}

function answer(server: { on(event: 'stream', listener: (stream: http2.ServerHttp2Stream) => void): unknown }): void {
  server.on('stream', (stream) => {
    stream.on('error', () => {});
    stream.respond({ ':status': 200, 'content-type': 'application/grpc', 'grpc-status': 0 }, { endStream: true });
  });
}

function expectFailure(summary: Summary, words: readonly RegExp[]): void {
  expect(summary.status).toMatchObject({ code: 14, origin: 'client' });
  for (const word of words) expect(summary.words).toMatch(word);
}

describe('a plaintext port with something else behind it', () => {
  it.each([
    ['HTTP/1.1', 'HTTP/1.1 400 Bad Request\r\n\r\n', 'fin', 'data', [/does not speak HTTP\/2/, /"HTTP\/1\.1 400/]],
    ['SSH', 'SSH-2.0-OpenSSH_9\r\n', 'hold', 'connect', [/does not speak HTTP\/2/, /SSH-2\.0/]],
    [
      'binary garbage',
      Buffer.from([255, 1, 2, 3, 4, 5, 6, 7, 8, 9]),
      'fin',
      'connect',
      [/not speak HTTP\/2/, /bytes ff/],
    ],
    ['nothing, closed', undefined, 'fin', 'connect', [/closed the connection before/]],
    ['nothing, reset', undefined, 'reset', 'data', [/reset/]],
  ] as const)('%s', async (_name, banner, then, when, words) => {
    const server = await bannerServer(banner, then, when);
    cleanups.push(() => server.close());
    expectFailure(await callOnce(open(`127.0.0.1:${server.port}`), '/t.S/U'), words);
  });

  it('silence ends with the connect timeout', async () => {
    const server = await bannerServer(undefined, 'hold');
    cleanups.push(() => server.close());
    const channel = open(`127.0.0.1:${server.port}`, {}, { connectTimeoutMs: 150 });
    expectFailure(await callOnce(channel, '/t.S/U'), [/did not answer/, /settings/, /150 ms/]);
  });

  it('acknowledged settings are no settings', async () => {
    const server = await rawServer((c) => c.write(settingsAck()), { settings: false });
    cleanups.push(() => server.close());
    const channel = open(`127.0.0.1:${server.port}`, {}, { connectTimeoutMs: 300 });
    expectFailure(await callOnce(channel, '/t.S/U'), [/settings|protocol/i]);
  });
});

describe('no connection at all', () => {
  it('refused', async () => {
    const server = await bannerServer(undefined, 'hold');
    await server.close();
    expectFailure(await callOnce(open(`127.0.0.1:${server.port}`), '/t.S/U'), [
      /connection refused/,
      /is the server running/,
    ]);
  });

  it('a name that does not resolve', async () => {
    expectFailure(await callOnce(open('grpc://nowhere.invalid:1'), '/t.S/U'), [/resolve/, /nowhere\.invalid/]);
  });

  it('a socket that is not there', async () => {
    expectFailure(await callOnce(open('unix:/nowhere/x.sock'), '/t.S/U'), [/no socket at \/nowhere/]);
  });

  it('is what a deadline names, and not flow control', async () => {
    const server = await bannerServer(undefined, 'hold');
    cleanups.push(() => server.close());
    const { name, words } = await callOnce(open(`127.0.0.1:${server.port}`), '/t.S/U', [new Uint8Array(9)], {
      deadlineMs: 100,
      // As --max-time gave it; 100 ms of it are left.
      limitMs: 2000,
    });
    expect(name).toBe('DEADLINE_EXCEEDED');
    expect(words).toMatch(/the deadline of 2 s was exceeded: still connecting to 127\.0\.0\.1/);
    expect(words).not.toMatch(/flow control/);
  });

  it('is given up at once when the call is cancelled', async () => {
    const server = await bannerServer(undefined, 'hold');
    cleanups.push(() => server.close());
    const abort = new AbortController();
    const call = callOnce(open(`127.0.0.1:${server.port}`), '/t.S/U', [], { signal: abort.signal });
    abort.abort();
    expect((await call).status).toMatchObject({
      code: 1,
      origin: 'client',
      message: expect.stringMatching(/connecting/),
    });
  });
});

describe('what stands', () => {
  it('a unix socket', async () => {
    const path = join(temporaryFolder(), 'x.sock');
    const server = http2.createServer();
    answer(server);
    server.listen(path);
    await once(server, 'listening');
    cleanups.push(() => server.close());
    const channel = open(`unix:${path}`);
    expect((await callOnce(channel, '/t.S/U')).name).toBe('OK');
    expect(channel.connection).toMatchObject({ tls: false, peer: path });
  });

  it('one connection for many calls, and times of its phases', async () => {
    const server = http2.createServer();
    answer(server);
    const channel = open(`localhost:${await listening(server)}`);
    let sessions = 0;
    server.on('session', () => (sessions += 1));
    const all = await Promise.all(Array.from({ length: 20 }, () => callOnce(channel, '/t.S/U')));
    expect(all.every(({ name }) => name === 'OK')).toBe(true);
    expect(sessions).toBe(1);
    const { times } = channel.connection ?? {};
    expect(times?.settingsMs).toBeGreaterThanOrEqual(times?.connectMs ?? Number.NaN);
    expect(times?.tlsMs).toBeUndefined();
  });
});

const made = certificates();
describe.skipIf(typeof made === 'string')(`TLS${typeof made === 'string' ? ` (${made})` : ''}`, () => {
  if (typeof made === 'string') return;
  const { authority, localhost, otherName, selfSigned, strangeClient } = made;

  async function secureServer(options: http2.SecureServerOptions): Promise<number> {
    const server = http2.createSecureServer(options);
    answer(server);
    server.on('sessionError', () => {});
    return listening(server);
  }

  it('is found out on a loopback port, with one line that says so', async () => {
    const port = await secureServer(pemOf(selfSigned));
    const said: string[] = [];
    const target = parseTarget(`127.0.0.1:${port}`);
    const channel = openChannel({ ...target, tls: { insecure: true } }, { say: (line) => said.push(line) });
    cleanups.push(() => channel.close());
    expect((await callOnce(channel, '/t.S/U')).name).toBe('OK');
    expect(channel.connection?.tls).toBe(true);
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(/speaks TLS/);
  });

  it('verifies against --cacert, by address, name and --servername', async () => {
    const port = await secureServer(pemOf(localhost));
    for (const host of ['127.0.0.1', 'localhost']) {
      expect((await callOnce(open(`${host}:${port}`, { caFile: authority.cert }), '/t.S/U')).words).toBe('\n');
    }
    const other = await secureServer(pemOf(otherName));
    const named = open(`localhost:${other}`, { caFile: authority.cert, serverName: 'other.example' });
    expect((await callOnce(named, '/t.S/U')).name).toBe('OK');
  });

  it.each([
    ['self-signed', selfSigned, { tls: true }, [/self-signed/, /--cacert/, /--insecure/]],
    ['unknown authority', localhost, { tls: true }, [/unknown authority/, /"authority"/, /--cacert/]],
    ['another name', otherName, { caFile: authority.cert }, [/other\.example/, /not for localhost/, /--servername/]],
    ['plaintext asked for', localhost, { plaintext: true }, [/speaks TLS/, /--plaintext/]],
  ] as const)('%s', async (_name, pair, target, words) => {
    const port = await secureServer(pemOf(pair));
    expectFailure(await callOnce(open(`localhost:${port}`, target), '/t.S/U'), words);
  });

  it('client certificates: demanded, rejected, accepted', async () => {
    const ca = readFileSync(authority.cert);
    const port = await secureServer({ ...pemOf(localhost), ca, requestCert: true, rejectUnauthorized: true });
    const call = (options: TargetOptions) =>
      callOnce(open(`localhost:${port}`, { caFile: authority.cert, ...options }), '/t.S/U');
    expectFailure(await call({}), [/client certificate/, /--cert/]);
    const strange = { certFile: strangeClient.cert, keyFile: strangeClient.key };
    expectFailure(await call(strange), [/client certificate/, /reject/]);
    expect((await call({ certFile: localhost.cert, keyFile: localhost.key })).name).toBe('OK');
  });

  it('servers without HTTP/2', async () => {
    const none = await listening(tls.createServer({ ...pemOf(localhost), ALPNProtocols: ['http/1.1'] }));
    expectFailure(await callOnce(open(`localhost:${none}`, { caFile: authority.cert }), '/t.S/U'), [
      /ALPN/,
      /http\/1\.1/,
    ]);
    const silent = await listening(tls.createServer(pemOf(localhost)));
    expectFailure(await callOnce(open(`localhost:${silent}`, { caFile: authority.cert }), '/t.S/U'), [/ALPN/]);
  });

  it('servers of another age', async () => {
    const old = { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT:@SECLEVEL=0' } as const;
    const port = await listening(tls.createServer({ ...pemOf(localhost), ...old }));
    expectFailure(await callOnce(open(`localhost:${port}`, { tls: true }), '/t.S/U'), [/protocol version/, /1\.2/]);
  });

  it('a plaintext server, asked for TLS', async () => {
    const server = http2.createServer();
    answer(server);
    const port = await listening(server);
    expectFailure(await callOnce(open(`localhost:${port}`, { tls: true }), '/t.S/U'), [
      /does not speak TLS/,
      /--plaintext/,
    ]);
  });

  it.each([
    ['ends the connection at once', 'connect', undefined],
    ['ends it after the greeting', 'data', undefined],
    ['ends it within its own', 'data', Buffer.from('160303007a020000760303', 'hex')],
  ] as const)('a server that %s', async (_how, when, bytes) => {
    const server = await bannerServer(bytes, 'fin', when);
    cleanups.push(() => server.close());
    // Known at once: without a limit the test would wait for ever.
    const channel = open(`localhost:${server.port}`, { tls: true }, { connectTimeoutMs: 1_000_000 });
    expectFailure(await callOnce(channel, '/t.S/U'), [/TLS/]);
  });

  it('a handshake that stalls', async () => {
    const server = await bannerServer(undefined, 'hold');
    cleanups.push(() => server.close());
    const channel = open(`127.0.0.1:${server.port}`, { tls: true }, { connectTimeoutMs: 150 });
    expectFailure(await callOnce(channel, '/t.S/U'), [/TLS handshake/, /did not/]);
  });

  it('writes the key log', async () => {
    const port = await secureServer(pemOf(localhost));
    const keylog = join(temporaryFolder(), 'keys');
    expect((await callOnce(open(`localhost:${port}`, { insecure: true }, { keylog }), '/t.S/U')).name).toBe('OK');
    await expect.poll(() => existsSync(keylog) && readFileSync(keylog, 'utf8')).toMatch(/TRAFFIC_SECRET/);
  });

  it('files that are wrong are usage errors naming the file', async () => {
    const folder = temporaryFolder();
    const file = (name: string, text: string) => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    };
    const empty = file('empty.pem', '');
    const noPem = file('no.pem', 'hello');
    const broken = file('broken.pem', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');
    expect(() => open('localhost:1', { caFile: join(folder, 'none') })).toThrow(
      /--cacert .*none cannot be read: no such file/,
    );
    expect(() => open('localhost:1', { caFile: folder })).toThrow(/it is a folder/);
    expect(() => open('localhost:1', { caFile: empty })).toThrow(/empty\.pem is empty/);
    expect(() => open('localhost:1', { caFile: noPem })).toThrow(/no certificate in PEM form/);
    await expect(checkTls(parseTarget('localhost:1', { caFile: broken }))).rejects.toThrow(
      /--cacert .*broken\.pem is damaged/,
    );
    const mixed = { certFile: localhost.cert, keyFile: strangeClient.key };
    await expect(checkTls(parseTarget('localhost:1', mixed))).rejects.toThrow(/does not belong to --cert/);
  });

  it('goes through an HTTP proxy, with its password, and quotes a refusal', async () => {
    const port = await secureServer(pemOf(localhost));
    const heads: string[] = [];
    const proxyPort = await listening(
      net.createServer((socket) => {
        socket.once('data', (head) => {
          heads.push(head.toString());
          if (!head.includes('Proxy-Authorization')) {
            socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
            return;
          }
          const onward = net.connect(port, '127.0.0.1', () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
          onward.on('error', () => {});
          socket.pipe(onward).pipe(socket);
        });
      }),
    );
    const target = { caFile: authority.cert, serverName: 'localhost' };
    const refused = open('api.example:7', target, { proxy: `http://127.0.0.1:${proxyPort}` });
    expectFailure(await callOnce(refused, '/t.S/U'), [/proxy 127\.0\.0\.1/, /407/, /HTTPS_PROXY/]);
    const through = open('api.example:7', target, { proxy: `http://u:p@127.0.0.1:${proxyPort}` });
    expect((await callOnce(through, '/t.S/U')).words).toBe('\n');
    expect(heads[1]).toMatch(
      /^CONNECT api\.example:7 HTTP\/1\.1\r\nHost: api\.example:7\r\nProxy-Authorization: Basic dTpw\r\n/,
    );
  });
});
