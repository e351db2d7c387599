// The history file, and what of a line may stand in it.
import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { History, historyPath } from '../../src/repl/history.ts';
import { withoutSecrets } from '../../src/repl/history-secrets.ts';
import { temporaryFiles } from '../support/temp.ts';

describe('secrets', () => {
  test.each<[line: string, kept: string | undefined]>([
    ['GetOrder order_id=o-1', 'GetOrder order_id=o-1'],
    ['  GetOrder  order_id=o-1', undefined],
    ["GetOrder   'order_id=a b' | jq .", "GetOrder   'order_id=a b' | jq ."],
    ['auth s3same', undefined],
    ['auth basic ada s3same', undefined],
    ["GetOrder -H 'authorization: Bearer s3same' a=1", "GetOrder -H 'authorization: ****' a=1"],
    ["GetOrder -H 'authorization: Bearer s3same' 'a=b c'", "GetOrder -H 'authorization: ****' 'a=b c'"],
    ["GetOrder --rpc-header='x-api-key: s3same'", "GetOrder '--rpc-header=x-api-key: ****'"],
    ["GetOrder -H 'authorization: ${TOKEN}'", "GetOrder -H 'authorization: ${TOKEN}'"],
    ['GetOrder -H "cookie: s3same" > out', "GetOrder -H 'cookie: ****' > out"],
    ["GetOrder -H 'x-tenant: acme'", "GetOrder -H 'x-tenant: acme'"],
    ['GetOrder --bearer s3same', "GetOrder --bearer '****'"],
    ['GetOrder --bearer=@token.txt', 'GetOrder --bearer=@token.txt'],
    ["meta set authorization 'Bearer s3same'", "meta set authorization '****'"],
    ['meta set authorization Bearer s3same', "meta set authorization '****' '****'"],
    ['meta set --for rpc x-auth-token s3same', "meta set --for rpc x-auth-token '****'"],
    ["meta 'authorization: s3same'", "meta 'authorization: ****'"],
    ['meta authorization: s3same', "meta authorization: '****'"],
    ['meta set x-tenant acme', 'meta set x-tenant acme'],
    ['Login user=ada password=s3same', "Login user=ada 'password=****'"],
    ['Login user.password:=\'"s3same"\' x=$last.id', "Login 'user.password:=****' x=${last.id}"],
    ['Login {"user": "ada", "client_secret": "s3same"}', `Login '{"user": "ada", "client_secret": "****"}'`],
    ['Login -d \'{"password":"s3same"}\'', `Login -d '{"password":"****"}'`],
    ['Login {"password": "${pw}"}', 'Login {"password": "${pw}"}'],
    ['let token = s3same', "let token = '****'"],
    ['let id = $last.id', 'let id = $last.id'],
    ['connect grpc://ada:s3same@host:1', "connect 'grpc://****@host:1'"],
    ["ls | curl -H 'Authorization: s3same' x", 'ls | ****'],
    ["Login password='s3same", undefined],
  ])('%s', (line, kept) => {
    const safe = withoutSecrets(line);
    expect(safe).toBe(kept);
    expect(safe ?? '').not.toContain('s3same');
  });
});

describe('the file', () => {
  test.each([
    [{ XDG_STATE_HOME: '/s', HOME: '/h' }, '/s/grepl/history'],
    [{ HOME: '/h' }, '/h/.local/state/grepl/history'],
    [{}, undefined],
  ])('of %j is %s', (env, path) => {
    expect(historyPath(env)).toBe(path);
  });

  test('is appended to by each session, and is the user’s alone', () => {
    const path = join(temporaryFiles({}), 'a/b/history');
    const said: string[] = [];
    const first = new History(path, (line) => said.push(line));
    first.write({ line: 'one\n{"a":\n1}', at: 'x', exit: 0 });
    first.write({ line: 'auth secret', at: 'x' });
    first.writing = false;
    first.write({ line: 'unseen', at: 'x' });
    const second = new History(path, (line) => said.push(line));
    second.write({ line: 'two', at: 'x' });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(new History(path, () => {}).lines()).toEqual(['one\n{"a":\n1}', 'two']);
    expect(said).toEqual([]);
  });

  test('that is broken is named and passed over', () => {
    const path = join(temporaryFiles({ history: '{"line":"ls","at":""}\n{"line":3}\nnull\n{{{\n' }), 'history');
    const said: string[] = [];
    const history = new History(path, (line) => said.push(line));
    expect(history.lines()).toEqual(['ls']);
    expect(said).toEqual([`grepl: 3 of 4 lines in ${path} cannot be read and are passed over, the first at ${path}:2`]);
    history.write({ line: 'find x', at: '' });
    expect(readFileSync(path, 'utf8')).toMatch(/^\{"line":"ls","at":""\}\n.*find x/s);
  });

  test('that cannot be written is told once, and the session goes on', () => {
    const said: string[] = [];
    const history = new History('/dev/null/history', (line) => said.push(line));
    history.write({ line: 'ls', at: '' });
    history.write({ line: 'ls', at: '' });
    expect(said).toHaveLength(1);
  });

  test('gives each line once, at its newest place', () => {
    const history = new History(undefined, () => {});
    for (const line of ['a', 'b', 'a']) history.add({ line, at: '' });
    expect(history.lines()).toEqual(['b', 'a']);
  });
});

describe('the file and others', () => {
  const fresh = () => join(temporaryFiles({}), 'state/history');
  const quiet = (path: string) => new History(path, () => {});
  const mode = (path: string): number => statSync(path).mode & 0o777;

  test.each([0o000, 0o022, 0o077])('umask %o makes no difference', (umask) => {
    const before = process.umask(umask);
    try {
      const path = fresh();
      quiet(path).write({ line: 'ls', at: 'x' });
      expect([mode(path), mode(dirname(path))]).toEqual([0o600, 0o700]);
    } finally {
      process.umask(before);
    }
  });

  test('a link in its place is not followed, which is said once', () => {
    const path = fresh();
    const folder = temporaryFiles({ theirs: 'x\n' });
    mkdirSync(dirname(path));
    symlinkSync(join(folder, 'theirs'), path);
    const said: string[] = [];
    const history = new History(path, (line) => said.push(line));
    for (const line of ['one', 'two']) history.write({ line, at: 'x' });
    expect(readFileSync(join(folder, 'theirs'), 'utf8')).toBe('x\n');
    expect(said.filter((line) => line.includes('cannot write the history'))).toHaveLength(1);
  });

  test('once large it is set aside, and nothing is lost', () => {
    const path = fresh();
    const first = quiet(path);
    const long = 'x'.repeat(60_000);
    for (let number = 0; number < 80; number++) first.write({ line: `n${number} ${long}`, at: 'x' });
    const second = quiet(path);
    // One that began before goes on with whatever file is there now.
    first.write({ line: 'late', at: 'x' });
    second.write({ line: 'new', at: 'x' });
    const { length } = readFileSync(path);
    expect(length).toBeLessThan(1000);
    expect(mode(`${path}.1`)).toBe(0o600);
    expect(quiet(path).lines()).toHaveLength(82);
    first.write({ line: 'y'.repeat(70_000), at: 'x' });
    expect(quiet(path).lines()).toHaveLength(82);
    expect(readdirSync(dirname(path)).sort()).toEqual(['history', 'history.1']);
  });

  test('several programs at once lose nothing', async () => {
    const path = fresh();
    const writer = `const { appendPrivately } = require(process.argv[1]);
for (let at = 0; at < 300; at++) appendPrivately(process.argv[2], JSON.stringify({ line: process.argv[3] + at + ' '.repeat(at), at: 'x' }) + '\\n');`;
    const bundled = join(temporaryFiles({}), 'file.cjs');
    const source = join(import.meta.dirname, '../../src/commands/private-file.ts');
    await build({
      entryPoints: [source],
      outfile: bundled,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      logLevel: 'error',
    });
    const run = promisify(execFile);
    await Promise.all(['a', 'b', 'c'].map((name) => run(process.execPath, ['-e', writer, bundled, path, name])));
    const said: string[] = [];
    expect(new History(path, (line) => said.push(line)).lines()).toHaveLength(900);
    expect(said).toEqual([]);
  });
});
