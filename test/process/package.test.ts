// The package that would be published: what is in it, and that it runs on its own, unpacked into an empty folder without
// its dependencies, since the bundle holds what it needs of them.
// With UPDATE_PACKAGE_FILES=1 the list of files is written anew.
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { installedAlone, packed, root } from '../support/packed.ts';
import { type RunningGrepl, type RunOptions, startCommand } from '../support/run-grepl.ts';
import { temporaryFolder } from '../support/temp.ts';

const tarball = packed();
const names = tarball.files.map(({ path }) => path).sort();
const folder = installedAlone(tarball);
const program = join(folder, 'bin', 'grepl.js');
const run = (args: readonly string[], options: RunOptions = {}) =>
  startCommand([process.execPath, program, ...args], { cwd: temporaryFolder(), ...options }).result;

describe('the tarball', () => {
  test('holds the files that are listed, and no others', () => {
    const list = join(import.meta.dirname, 'package-files.txt');
    if (process.env.UPDATE_PACKAGE_FILES === '1') writeFileSync(list, `${names.join('\n')}\n`);
    expect(names).toEqual(readFileSync(list, 'utf8').trimEnd().split('\n'));
  });

  test('is smaller than 2 MB', () => {
    expect(tarball.size).toBeLessThan(2_000_000);
  });

  test('is the same when it is packed again', () => {
    expect(packed().integrity).toBe(tarball.integrity);
  });

  test('holds no source maps, keys, or paths of the machine it was made on', () => {
    const wrong = names.filter((name) => {
      const text = readFileSync(join(folder, name), 'latin1');
      const hasKey = /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\s+[A-Za-z0-9+/=]{20}/.test(text);
      return name.endsWith('.map') || text.includes('sourceMappingURL=') || text.includes(root) || hasKey;
    });
    expect(wrong).toEqual([]);
  });

  test('names a program and a manual page that are in it', () => {
    const { bin, man } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    expect([statSync(join(folder, bin.grepl)).isFile(), statSync(join(folder, man)).size > 1_000]).toEqual([
      true,
      true,
    ]);
    expect(readFileSync(program, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
  });
});

describe('unpacked alone', () => {
  let demo: RunningGrepl;
  let address = '';
  beforeAll(async () => {
    demo = startCommand([process.execPath, program, 'demo'], { timeoutMs: 300_000 });
    demo.child.stdout!.on('data', (chunk) => {
      address += chunk;
    });
    await demo.lines(1);
    address = address.trim();
  });
  afterAll(async () => {
    demo.child.kill('SIGTERM');
    expect((await demo.result).exit).toBe(0);
  });

  const order = '{"id":"o-1","customerId":"c-1","total":59.9,"status":"shipped","trackingNumber":"TRACK-000001"}\n';

  test('it says its version', async () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    expect((await run(['--version'])).stdout).toBe(`grepl ${version}\n`);
  });

  test.each([
    ['a call with the types from reflection', () => ['call', address, 'GetOrder', 'order_id=o-1'], undefined],
    [
      'a call with the types from .proto files',
      () => `call ${address} GetOrder order_id=o-1 -I ${folder}/proto-examples --proto orders/orders.proto`.split(' '),
      undefined,
    ],
    ['a script of REPL lines', () => [address], 'GetOrder order_id=o-1\n'],
    [
      "grpcurl's grammar, all in one line",
      () => [...'-plaintext -d {"order_id":"o-1"}'.split(' '), address, 'GetOrder'],
      1,
    ],
  ] as const)('%s', async (_, args, stdin) => {
    const done = await run(args(), typeof stdin === 'string' ? { stdin } : {});
    expect([done.stderr, done.exit]).toEqual(['', 0]);
    expect(stdin === 1 ? `${JSON.stringify(JSON.parse(done.stdout))}\n` : done.stdout).toBe(order);
  });

  test.each([
    [['completion', 'bash'], 'complete -o default -F _grepl grepl'],
    [['man'], '.SH OPTIONS'],
    [['help', 'call'], '--expect-status'],
    [['openapi', 'ADDRESS', '--yaml'], 'openapi: 3.1.0'],
    [['list', 'ADDRESS', '-l'], 'POST /v1/charges'],
    [['call', 'ADDRESS', 'users.UserService/ListUsers', '-o', 'table'], 'Alice Archer'],
  ])('%j', async (args, expected) => {
    const done = await run(args.map((word) => (word === 'ADDRESS' ? address : word)));
    expect([done.stderr, done.exit]).toEqual(['', 0]);
    expect(done.stdout).toContain(expected);
  });

  describe('compiled code', () => {
    const call = () => ['call', address, 'GetOrder', 'order_id=o-1'];

    test('is kept by the first call, for the user alone, and used by the next', async () => {
      const cache = temporaryFolder();
      const env = { XDG_CACHE_HOME: cache };
      for (const time of ['first', 'next']) expect([time, (await run(call(), { env })).stdout]).toEqual([time, order]);
      const files = readdirSync(join(cache, 'grepl'));
      expect(files).toEqual([expect.stringMatching(/^grepl-v[\d.]+-\w+-[0-9a-f]{16}\.cache$/)]);
      expect(modeOf(join(cache, 'grepl'), files[0]!)).toBe(0o600);
    });

    test('that others can write, or that is broken, is not run but replaced', async () => {
      const cache = temporaryFolder();
      const env = { XDG_CACHE_HOME: cache };
      await run(call(), { env });
      const place = join(cache, 'grepl');
      const [name] = readdirSync(place) as [string];
      const good = readFileSync(join(place, name)).length;
      for (const [content, mode] of [
        ['not compiled code', 0o600],
        ['', 0o600],
        ['not compiled code', 0o666],
      ] as const) {
        writeFileSync(join(place, name), content);
        chmodSync(join(place, name), mode);
        expect((await run(call(), { env })).stdout).toBe(order);
        expect([modeOf(place, name), readFileSync(join(place, name)).length > good / 2]).toEqual([0o600, true]);
      }
    });

    test.each([
      ['nobody wants it', { NODE_DISABLE_COMPILE_CACHE: '1' }],
      ['the folder cannot be made', { XDG_CACHE_HOME: '/dev/null' }],
      ['there is no home', { HOME: undefined, XDG_CACHE_HOME: undefined }],
      ['the folder is no absolute path', { XDG_CACHE_HOME: 'cache' }],
    ])('is not kept where %s', async (_, env) => {
      const cwd = temporaryFolder();
      const done = await run(call(), { cwd, env: { HOME: cwd, ...env } });
      expect([done.stdout, done.stderr, readdirSync(cwd)]).toEqual([order, '', []]);
    });
  });
});

const modeOf = (place: string, name: string): number => statSync(join(place, name)).mode & 0o777;
