// grepl gateway as it is typed: one line on stdout, the log on stderr, an orderly end.
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseListen } from '../../src/commands/gateway.ts';
import { type Demo, startDemo } from '../../src/demo/server.ts';
import { Interrupted } from '../../src/io.ts';
import { main } from '../../src/main.ts';
import { eventually } from '../support/raw-http2.ts';
import { ask } from './running.ts';

let demo: Demo;
beforeAll(async () => {
  demo = await startDemo({ host: '127.0.0.1', port: 0 });
});
afterAll(() => demo.close(0));

interface Run {
  out: string;
  err: string;
  readonly exit: Promise<number>;
  stop(): void;
}

function start(...argv: string[]): Run {
  const stop = new AbortController();
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const io = {
    stdin: new PassThrough(),
    stdout,
    stderr,
    env: {},
    signal: stop.signal,
    cwd: '/',
    packageRoot: '/',
    now: () => performance.now(),
  };
  const run: Run = { out: '', err: '', exit: main(argv, io), stop: () => stop.abort(new Interrupted(143)) };
  stdout.on('data', (chunk) => {
    run.out += chunk;
  });
  stderr.on('data', (chunk) => {
    run.err += chunk;
  });
  return run;
}

test('prints the base URL, logs with -v, ends with 0 when told to', async () => {
  const run = start('gateway', demo.address, '-v');
  await eventually(() => run.out.includes('\n'));
  expect(run.out).toMatch(/^http:\/\/127\.0\.0\.1:\d+\n$/);
  const url = run.out.trim();
  expect((await ask(url, '/v1/shelves/1?x=secret')).json.name).toBe('shelves/1');
  await eventually(() => run.err.includes('GetShelf OK'));
  expect(run.err).toMatch(/GET \/v1\/shelves\/1 200 library\.v1\.LibraryService\/GetShelf OK [\d.]+ ms/);
  expect(run.err).not.toContain('secret');
  run.stop();
  expect(await run.exit).toBe(0);
  await expect(ask(url, '/v1/shelves/1')).rejects.toThrow('ECONNREFUSED');
});

test('takes the port that curl lines are printed for, or says which flag prints them for its own', async () => {
  const first = start('gateway', demo.address);
  await eventually(() => first.out.includes('\n'));
  const second = start('gateway', demo.address);
  await eventually(() => second.out.includes('\n'));
  const url = second.out.trim();
  expect(url).not.toBe('http://127.0.0.1:8080');
  await eventually(() => second.err.includes(`--rest-base ${url}`));
  if (first.err === '') expect(first.out.trim()).toBe('http://127.0.0.1:8080');
  for (const run of [first, second]) run.stop();
  expect(await Promise.all([first.exit, second.exit])).toEqual([0, 0]);
});

test('calls under way are waited for, and no new ones taken', async () => {
  const run = start('gateway', demo.address);
  await eventually(() => run.out.includes('\n'));
  const url = run.out.trim();
  const slow = ask(url, '/kinds.v1.KindsService/Slow', { method: 'POST', body: '{"delay":"0.5s"}' });
  await new Promise((resolve) => setTimeout(resolve, 150));
  run.stop();
  expect((await slow).json).toEqual({ waited: '0.500s' });
  expect(await run.exit).toBe(0);
});

test('calls that would never end are cut off', async () => {
  const run = start('gateway', demo.address);
  await eventually(() => run.out.includes('\n'));
  const watch = ask(run.out.trim(), '/v1/shelves/1/books:watch');
  await new Promise((resolve) => setTimeout(resolve, 150));
  run.stop();
  expect(await run.exit).toBe(0);
  expect((await watch).complete).toBe(false);
});

test('the dialect and the rules of the command line are used', async () => {
  const run = start('gateway', demo.address, '--rest-dialect', 'gateway', '--rest-style', 'rpc', '-H', 'x-base: b');
  await eventually(() => run.out.includes('\n'));
  const url = run.out.trim();
  expect((await ask(url, '/v1/shelves/1')).json).toMatchObject({ code: 5, details: [] });
  const echo = await ask(url, '/kinds.v1.KindsService/EchoMetadata', { method: 'POST', body: '{}' });
  expect(echo.text).toContain('x-base');
  run.stop();
  await run.exit;
});

test.each([
  [['gateway'], 2, /target|address/],
  [['gateway', ':1', '--listen', '0.0.0.0:0', '--reflect', 'off'], 2, /./],
  [['gateway', ':1', '--listen', 'here'], 2, /HOST:PORT/],
  [['gateway', '127.0.0.1:1'], 78, /refused|listening/i],
])('%j is refused with %i', async (argv, exit, message) => {
  const run = start(...argv);
  expect(await run.exit).toBe(exit);
  expect(run.err).toMatch(message);
  expect(run.out).toBe('');
});

test('an address that others reach needs --allow-remote', async () => {
  const refused = start('gateway', demo.address, '--listen', '0.0.0.0:0');
  expect(await refused.exit).toBe(2);
  expect(refused.err).toContain('--allow-remote');
  const run = start('gateway', demo.address, '--listen', '0.0.0.0:0', '--allow-remote');
  await eventually(() => run.out.includes('\n'));
  expect(run.err).toContain('warning');
  run.stop();
  expect(await run.exit).toBe(0);
});

test.each([
  ['127.0.0.1:8080', { host: '127.0.0.1', port: 8080 }],
  [':8080', { host: '127.0.0.1', port: 8080 }],
  ['8080', { host: '127.0.0.1', port: 8080 }],
  ['[::1]:0', { host: '::1', port: 0 }],
])('--listen %s', (text, expected) => expect(parseListen(text)).toEqual(expected));

test.each(['', 'x', '1.2.3.4', ':99999', 'a:b', '::1:8080'])('--listen %j is none', (text) => {
  expect(() => parseListen(text)).toThrow('HOST:PORT');
});
