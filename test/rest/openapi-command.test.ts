// `grepl openapi`, from files and from a server, as JSON and as YAML.
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { startDemo } from '../../src/demo/server.ts';
import { main } from '../../src/main.ts';

const root = join(import.meta.dirname, '..', '..');

async function run(...argv: string[]): Promise<{ exit: number; out: string; err: string }> {
  const texts = { out: '', err: '' };
  const sink = (name: 'out' | 'err'): Writable =>
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        texts[name] += chunk.toString();
        done();
      },
    });
  const exit = await main(argv, {
    stdin: Readable.from([]),
    stdout: sink('out'),
    stderr: sink('err'),
    env: { NO_COLOR: '1' },
    signal: new AbortController().signal,
    cwd: root,
    packageRoot: root,
    now: () => performance.now(),
  });
  return { exit, ...texts };
}

const files = ['-I', 'proto-examples', '--proto', 'users/users.proto', '--proto', 'inference/v1/inference.proto'];

test('of files, all services', async () => {
  const { exit, out, err } = await run('openapi', ...files, '--rest-base', 'https://api.example.com/');
  expect([exit, err]).toEqual([0, '']);
  const document = JSON.parse(out);
  expect(document.openapi).toBe('3.1.0');
  expect(document.info).toEqual({ title: 'gRPC services', version: '1' });
  expect(document.servers).toEqual([{ url: 'https://api.example.com' }]);
  expect(Object.keys(document.paths)).toContain('/v1/inference:complete');
  expect(Object.keys(document.paths)).toContain('/users/{id}');
});

test('of one service of several, as YAML that says the same', async () => {
  const [json, yaml] = [
    await run('openapi', ...files, 'inference.v1.InferenceService'),
    await run('openapi', ...files, 'InferenceService', '--yaml'),
  ];
  const document = JSON.parse(json.out);
  expect(document.info).toEqual({ title: 'inference.v1.InferenceService', version: 'v1' });
  expect(Object.keys(document.paths).every((path) => path.startsWith('/v1/inference'))).toBe(true);
  expect(yaml.out).toMatch(/^openapi: 3\.1\.0\n/);
  expect(yaml.out).not.toMatch(/^\s*\S+: [&*]/m);
  expect(parse(yaml.out)).toEqual(document);
});

test('of several services of a server, without reflection unless it is named', async () => {
  const demo = await startDemo({ host: '127.0.0.1', port: 0, requireToken: false });
  try {
    const all = JSON.parse((await run('openapi', demo.address)).out);
    const tags = (document: { tags: { name: string }[] }): string[] => document.tags.map(({ name }) => name);
    expect(tags(all)).toContain('library.v1.LibraryService');
    expect(tags(all).filter((name) => name.includes('reflection'))).toEqual([]);
    const two = await run('openapi', demo.address, 'users.UserService', 'grpc.reflection.v1.ServerReflection');
    expect(tags(JSON.parse(two.out))).toEqual(['users.UserService', 'grpc.reflection.v1.ServerReflection']);
    expect(all.paths['/users/{id}'].get.summary).toBe('Returns one user');
  } finally {
    await demo.close(100);
  }
});

test.each([
  [['openapi', ...files, 'Nobody'], 4, 'Nobody'],
  [['openapi', ...files, '--rest-base', 'ftp://x'], 2, 'ftp://x'],
  [['openapi'], 2, 'address'],
])('%j is refused with exit %d', async (argv, code, word) => {
  const { exit, out, err } = await run(...argv);
  expect([exit, out]).toEqual([code, '']);
  expect(err).toContain(word);
});
