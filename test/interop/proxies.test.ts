// grepl through the proxies that really stand before gRPC servers: what passes unharmed, what their error pages become,
// and that a reload in the middle of a stream or between two calls loses nothing.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Http2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Demo, startDemo } from '../../src/demo/server.ts';
import { type Ran, runMain } from '../rest/run-main.ts';
import { startGrepl } from '../support/run-grepl.ts';
import { temporaryFolder } from '../support/temp.ts';
import { freePort, pause } from './peer-process.ts';
import { installed } from './peers.ts';
import { haproxy, nginx, type ProxyTls, proxies, type RunningProxy, startHaproxy, startNginx } from './proxies.ts';

for (const { name, get, start } of proxies) if (!start) console.log(`skipped: ${name} is not there (${get})`);

const kinds = 'kinds.v1.KindsService';
const files = ['--proto', 'proto-examples/kinds/v1/kinds.proto', '-I', 'proto-examples'];
const silentServers: Http2Server[] = [];
const open: RunningProxy[] = [];
const kept = async (starting: Promise<RunningProxy>): Promise<RunningProxy> => {
  const proxy = await starting;
  open.push(proxy);
  return proxy;
};
let demo: Demo;
const set = join(temporaryFolder(), 'demo.binpb');
beforeAll(async () => {
  demo = await startDemo({ host: '127.0.0.1', port: 0 });
  await runMain(['export', demo.address, '--protoset', set]);
});
afterAll(async () => {
  await Promise.all(open.map((proxy) => proxy.stop()));
  for (const server of silentServers) server.close();
  await demo.close(0);
});

const call = (proxy: { address: string }, method: string, data: object, ...words: string[]): Promise<Ran> =>
  runMain(['call', proxy.address, `${kinds}/${method}`, '-d', JSON.stringify(data), ...words]);

describe.each(proxies.map((proxy) => [proxy.name, proxy] as const))('%s', (_, { start: startProxy, down, reloads }) => {
  describe.skipIf(!startProxy)('', () => {
    let proxy: RunningProxy;
    const start = (address: string, tls?: ProxyTls) =>
      startProxy!({ address, set, services: [], folder: temporaryFolder() }, tls);
    beforeAll(async () => {
      proxy = await kept(start(demo.address));
    });

    test('reflection, unary, streams both ways, metadata and status with details', async () => {
      expect((await runMain(['list', proxy.address])).out.split('\n')).toContain(kinds);
      expect(await call(proxy, 'Echo', { stringValue: 'ü' })).toMatchObject({ exit: 0, out: '{"stringValue":"ü"}\n' });
      const counted = await call(proxy, 'Count', { count: 500, payloadSize: 3000 });
      expect([counted.exit, counted.out.trim().split('\n').length]).toEqual([0, 500]);
      const details = [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'R' }];
      const failed = await call(proxy, 'Fail', { code: 7, message: 'nö', afterMessages: 2, details }, '-o', 'full');
      const { response, status } = JSON.parse(failed.out);
      expect([failed.exit, response.messages.length, status.message]).toEqual([64 + 7, 2, 'nö']);
      expect([status.details, status.origin]).toEqual([details, 'server']);
      const metadata = await call(proxy, 'EchoMetadata', {}, '-H', 'x-tenant: blue', '-H', 'trace-bin: AAEC/w');
      const entries = JSON.parse(metadata.out).entries as { name: string }[];
      expect(entries.filter(({ name }) => /^(x-tenant|trace-bin)$/.test(name))).toHaveLength(2);
    });

    test('messages of a stream pass one at a time', async () => {
      const running = startGrepl(['call', proxy.address, `${kinds}/EchoStream`], { stdin: 'open' });
      for (const at of [1, 2, 3]) {
        running.child.stdin?.write(`{"stringValue":"${at}"}\n`);
        await running.lines(at);
      }
      running.child.stdin?.end();
      expect(await running.result).toMatchObject({ exit: 0, stderr: '' });
    });

    test('a deadline', async () => {
      const { exit, err } = await call(proxy, 'Slow', { delay: '30s' }, '--deadline', '300ms');
      expect([exit, err]).toEqual([64 + 4, expect.stringMatching(/DEADLINE_EXCEEDED/)]);
    });

    test('the server behind it is down', async () => {
      const before = await kept(start(`127.0.0.1:${await freePort()}`));
      const { exit, err } = await call(before, 'Echo', {}, ...files);
      expect([exit, err]).toEqual([64 + 14, expect.stringMatching(down)]);
      const list = await runMain(['list', before.address]);
      expect([list.exit, list.err]).toEqual([64 + 14, expect.stringMatching(down)]);
    });

    test('the server behind it goes away in mid-stream: what came is there', async () => {
      const other = await startDemo({ host: '127.0.0.1', port: 0 });
      const before = await kept(start(other.address));
      const words = ['call', before.address, `${kinds}/Count`, '-d', '{"count":100,"interval":"0.05s"}'];
      const running = startGrepl(words);
      await running.lines(3);
      await other.close(0);
      const { exit, stdout, stderr } = await running.result;
      const lines = stdout.trim().split('\n').length;
      expect([exit > 64, lines >= 3, lines < 100]).toEqual([true, true, true]);
      expect(stderr).toMatch(new RegExp(`${lines} responses`));
    });

    test.runIf(reloads)('a reload in mid-stream: the stream goes on to its end', async () => {
      const before = await kept(start(demo.address));
      const words = ['call', before.address, `${kinds}/Count`, '-d', '{"count":60,"interval":"0.02s"}'];
      const running = startGrepl(words);
      await running.lines(5);
      before.reload();
      const { exit, stdout, stderr } = await running.result;
      expect([exit, stdout.trim().split('\n').length, stderr]).toEqual([0, 60, '']);
    });

    test.runIf(reloads)('a reload between two calls of one session', async () => {
      const before = await kept(start(demo.address));
      const running = startGrepl([before.address, '-o', 'ndjson'], { stdin: 'open' });
      for (const at of [1, 2, 3]) {
        running.child.stdin?.write(`Echo -d '{"stringValue":"${at}"}'\n`);
        await running.lines(at);
        before.reload();
        await pause(300);
      }
      running.child.stdin?.end();
      const { exit, stdout, stderr } = await running.result;
      expect([exit, stdout.trim().split('\n').length, stderr]).toEqual([0, 3, '']);
    });

    test.runIf(reloads)('a reload under many calls loses none', async () => {
      const before = await kept(start(demo.address));
      const words = ['call', before.address, `${kinds}/Slow`, '--each', '--concurrency', '8'];
      const stdin = '{"delay":"0.01s"}\n'.repeat(300);
      const running = startGrepl(words, { stdin });
      await running.lines(50);
      before.reload();
      const { exit, stdout } = await running.result;
      const codes = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).status.code);
      expect([exit, codes.length, new Set(codes)]).toEqual([0, 300, new Set([0])]);
    });

    describe.skipIf(!reloads || !installed('openssl'))('with TLS', () => {
      const tls = certificate();
      test('by ALPN, and without the authority', async () => {
        const before = await kept(start(demo.address, tls));
        const done = await call(before, 'Echo', { boolValue: true }, '--cacert', tls.cert);
        expect(done).toMatchObject({ exit: 0, out: '{"boolValue":true}\n' });
        const { exit, err } = await call(before, 'Echo', {}, '--tls');
        expect([exit, err]).toEqual([64 + 14, expect.stringMatching(/--cacert/)]);
      });
    });
  });
});

describe.skipIf(!nginx)("nginx's own ways", () => {
  test('keepalive_requests: a connection for every ten calls, none lost', async () => {
    const before = await kept(startNginx(demo.address, { server: 'keepalive_requests 10;' }));
    const calls = process.env.GREPL_INTEROP === 'full' ? 1000 : 200;
    for (const concurrency of ['1', '64']) {
      const words = ['call', before.address, `${kinds}/Echo`, '--each', '--concurrency', concurrency];
      const { exit, out, err } = await runMain(words, { stdin: '{"boolValue":true}\n'.repeat(calls) });
      const failed = out
        .trim()
        .split('\n')
        .filter((line) => !line.includes('"code":0'));
      expect([exit, out.trim().split('\n').length, failed.slice(0, 3), err]).toEqual([0, calls, [], '']);
    }
  });

  test.each([
    ['client_max_body_size 1k;', { stringValue: 'x'.repeat(5000) }, 64 + 2, /413/],
    ['return 404;', {}, 64 + 12, /404/],
    ['return 429 "slow down";', {}, 64 + 14, /429/],
    ['return 301 https://elsewhere.example/;', {}, 64 + 2, /301.*elsewhere\.example|elsewhere\.example.*301/s],
    ['auth_basic "inner ring"; auth_basic_user_file /dev/null;', {}, 64 + 16, /401/],
    ['deny all;', {}, 64 + 7, /403/],
  ])('%s', async (directive, data, code, said) => {
    const before = await kept(startNginx(demo.address, { server: directive }));
    const { exit, err } = await call(before, 'Echo', data, ...files);
    expect([exit, err]).toEqual([code, expect.stringMatching(said)]);
  });

  test('grpc_read_timeout: 504 before the headers, a reset behind them', async () => {
    const before = await kept(startNginx(await silent(), { server: 'grpc_read_timeout 200ms;' }));
    const { exit, err } = await call(before, 'Slow', {}, ...files);
    expect([exit, err]).toEqual([64 + 14, expect.stringMatching(/504/)]);
    const other = await kept(startNginx(demo.address, { server: 'grpc_read_timeout 200ms;' }));
    const late = await call(other, 'Slow', { delay: '20s' });
    expect([late.exit, late.err]).toEqual([
      64 + 13,
      expect.stringMatching(/RST_STREAM INTERNAL_ERROR.*after the headers/),
    ]);
  });

  test('a stream that is silent for too long is cut off after what it sent', async () => {
    const before = await kept(startNginx(demo.address, { server: 'grpc_read_timeout 300ms;' }));
    const { exit, out, err } = await call(before, 'Count', { count: 3, interval: '5s' });
    expect([exit > 64, out]).toEqual([true, '{"index":1}\n']);
    expect(err).toMatch(/1 response/);
  });

  test('that speaks HTTP/1.1 only, in plaintext and with TLS', async () => {
    const plain = await kept(startNginx(demo.address, { speaks: '', locations: 'location / { return 200; }' }));
    const { exit, err } = await runMain(['list', plain.address]);
    expect([exit, err]).toEqual([64 + 14, expect.stringMatching(/HTTP\/1\.1/)]);
    if (!installed('openssl')) return;
    const tls = certificate();
    const secure = await kept(startNginx(demo.address, { speaks: '', tls, locations: 'location / { return 200; }' }));
    const alpn = await runMain(['list', secure.address, '--cacert', tls.cert]);
    expect([alpn.exit, alpn.err]).toEqual([64 + 14, expect.stringMatching(/ALPN|HTTP\/1\.1/)]);
  });
});

describe.skipIf(!haproxy)("HAProxy's own ways", () => {
  test('timeout server', async () => {
    const defaults = 'timeout server 300ms';
    const { exit, err } = await call(await kept(startHaproxy(await silent(), { defaults })), 'Slow', {}, ...files);
    expect([exit, err]).toEqual([64 + 14, expect.stringMatching(/504/)]);
    const before = await kept(startHaproxy(demo.address, { defaults }));
    // It ends the stream without trailers, as if it were complete.
    const late = await call(before, 'Slow', { delay: '20s' });
    expect([late.exit, late.err]).toEqual([64 + 13, expect.stringMatching(/without grpc-status/)]);
    const stream = await call(before, 'Count', { count: 3, interval: '5s' });
    expect([stream.exit > 64, stream.out]).toEqual([true, '{"index":1}\n']);
    expect(stream.err).toMatch(/1 response/);
  });

  test.each([
    ['http-request deny deny_status 403', 64 + 7, /403/],
    ['http-request return status 200 content-type text/html string "<html>sign in</html>"', 64 + 2, /text\/html/],
    ['http-request redirect location /elsewhere', 64 + 2, /302/],
  ])('%s', async (rule, code, said) => {
    const before = await kept(startHaproxy(demo.address, { rule }));
    const { exit, err } = await call(before, 'Echo', {}, ...files);
    expect([exit, err]).toEqual([code, expect.stringMatching(said)]);
  });
});

/** A gRPC server that takes calls and never answers. */
async function silent(): Promise<string> {
  const server = createServer();
  server.on('stream', (stream) => stream.on('error', () => {}).resume());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  silentServers.push(server);
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A certificate for loopback that nobody signed. */
function certificate(): ProxyTls {
  const folder = temporaryFolder();
  const [cert, key, both] = ['cert.pem', 'key.pem', 'both.pem'].map((file) => join(folder, file)) as [
    string,
    string,
    string,
  ];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  if (installed('openssl')) {
    const words = [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      key,
      '-out',
      cert,
      '-days',
      '2',
      ...names,
    ];
    execFileSync('openssl', words, { stdio: 'pipe' });
    writeFileSync(both, `${readFileSync(cert, 'utf8')}${readFileSync(key, 'utf8')}`);
  }
  return { cert, key, both };
}
