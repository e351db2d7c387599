// Scripts of REPL lines on the demo server: data alone on stdout, the first failure's exit code, `line N:` before what
// is said about it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Demo, startDemo } from '../../src/demo/server.ts';
import { temporaryFiles } from '../support/temp.ts';
import { runScriptText, type ScriptSetting } from './run-script.ts';

const order = '{"id":"o-1","customerId":"c-1","total":59.9,"status":"shipped","trackingNumber":"TRACK-000001"}\n';

let demo: Demo;
beforeAll(async () => {
  demo = await startDemo({ host: '127.0.0.1', port: 0, requireToken: false });
});
afterAll(() => demo.close(100));

const run = (script: string, setting: ScriptSetting = {}) =>
  runScriptText(script, { argv: [demo.address, ...(setting.argv ?? [])], ...without(setting) });

function without({ env, cwd }: ScriptSetting): ScriptSetting {
  return { ...(env ? { env } : {}), ...(cwd ? { cwd } : {}) };
}

describe('calls', () => {
  test.each([
    ['by the command', 'call orders.OrderService/GetOrder order_id=o-1'],
    ['by the name of the method', 'GetOrder order_id=o-1'],
    ['by more of its name', 'OrderService/GetOrder order_id=o-1'],
    ['with dots', 'orders.OrderService.GetOrder order_id=o-1'],
    ['with -d', `call GetOrder -d '{"order_id":"o-1"}'`],
    ['with JSON as it is', 'GetOrder {"order_id": "o-1"}'],
    ['with JSON on several lines', 'GetOrder {\n  "order_id":\n  "o-1"\n}'],
    ['with quotes and escapes', `GetOrder order_id=$'o\\x2d1'`],
    ['with a variable', 'let id = o-1\nGetOrder order_id=$id'],
    ['with a variable inside JSON', 'let id = "o-1"\nGetOrder {"order_id": $id}'],
    ['copied from a shell', 'grepl call GetOrder order_id=o-1'],
    ['after use', 'use OrderService\nGetOrder order_id=o-1'],
    ['with flags of the line', 'GetOrder order_id=o-1 --deadline 5s -H "x-a: b" -o ndjson'],
    ['behind comments and blank lines', '# first\n\n   # second\nGetOrder order_id=o-1 # third'],
    ['with Windows line ends', 'GetOrder order_id=o-1\r\n'],
  ])('%s', async (_, script) => {
    expect(await run(script)).toEqual({ exit: 0, stdout: order, stderr: '' });
  });

  test('from a file', async () => {
    const cwd = temporaryFiles({ 'order.json': '{"order_id":"o-1"}' });
    expect(await run('GetOrder @order.json\ncall GetOrder -d @order.json', { cwd })).toEqual({
      exit: 0,
      stdout: order + order,
      stderr: '',
    });
  });

  test('a service in use decides between methods of one name', async () => {
    const both = await run('GetUser id=1');
    expect(both.exit).toBe(2);
    expect(both.stderr).toMatch(/^line 1: grepl: "GetUser" fits 2 methods/);
    const own = await run('use users.UserService\nls users.U\nGetUser id=1 -o ndjson');
    expect(own.exit).toBe(0);
    expect(own.stdout).toMatch(/\{"id":"1","name":"Alice Archer".*\}\n$/);
  });

  test('a line does not read the script', async () => {
    const script = 'call GetOrder\nGetOrder order_id=o-1';
    const { exit, stderr } = await run(script);
    expect(exit).toBe(69);
    expect(stderr).toMatch(/^line 1: /);
    expect((await run(script, { argv: ['--keep-going'] })).stdout).toBe(order);
    expect((await run('call CreateUsers -d @-')).exit).toBe(3);
  });

  test('an address in the line goes there', async () => {
    const { exit, stdout } = await runScriptText(`call ${demo.address} GetOrder order_id=o-1`, {
      argv: ['127.0.0.1:1'],
    });
    expect({ exit, stdout }).toEqual({ exit: 0, stdout: order });
  });
});

describe('the end', () => {
  test('at the first line that fails, with its code and its number', async () => {
    const run1 = await run('GetOrder order_id=o-1\n\nGetOrder order_id=none\nGetOrder order_id=o-1');
    expect(run1).toMatchObject({ exit: 69, stdout: order });
    expect(run1.stderr).toMatch(/^line 3: . NOT_FOUND \(5\)/);
    expect(run1.stderr).toMatch(/^line 3: grepl: orders\.OrderService\/GetOrder at .* ended with NOT_FOUND \(5\)/m);
  });

  test.each([
    ['an unknown word', 'GetOrdr', 2, /^line 1: grepl: no command or method "GetOrdr"\n {2}nearest: GetOrder\n$/],
    ['an unknown command', 'lst', 2, /nearest: .*\bls\b/],
    ['an unknown flag', 'GetOrder --dedline 3', 2, /unknown flag --dedline\n {2}did you mean --deadline\?/],
    ['a field that is not there', 'GetOrder order=1', 3, /^line 1: grepl: .*order/],
    ['JSON that cannot be read', 'GetOrder {"order_id": }', 3, /^line 1: grepl: /],
    ['an open quote', "\nGetOrder 'x", 2, /^line 2: grepl: column 10: the quote ' is not closed\n$/],
    ['a variable that is not set', 'GetOrder order_id=$x', 2, /^line 1: grepl: column 19: no variable \$x/],
    ['a reply that is not there', 'GetOrder order_id=$last.id', 2, /column 19: \$last: there is no reply yet/],
    ['exit with a code', 'exit 7\nls', 7, /^$/],
    ['exit', 'exit\nnonsense', 0, /^$/],
  ])('%s', async (_, script, exit, stderr) => {
    const result = await run(script);
    expect(result).toMatchObject({ exit, stdout: '' });
    expect(result.stderr).toMatch(stderr);
  });

  test('with --keep-going at the last line, with the first failure', async () => {
    const result = await run('GetOrder order_id=none\nnonsense\nGetOrder order_id=o-1', { argv: ['--keep-going'] });
    expect(result).toMatchObject({ exit: 69, stdout: order });
    expect(result.stderr).toMatch(/^line 2: grepl: no command/m);
  });

  test('nothing listens: the code of the call', async () => {
    const result = await runScriptText('GetOrder order_id=1', { argv: ['127.0.0.1:1'] });
    expect(result).toMatchObject({ exit: 78, stdout: '' });
    expect(result.stderr).toMatch(/^line 1: .*UNAVAILABLE/);
  });
});

describe('without an address', () => {
  test('nothing on stdin: help and 2', async () => {
    const result = await runScriptText('');
    expect(result).toMatchObject({ exit: 2, stdout: '' });
    expect(result.stderr).toMatch(/^grepl calls any gRPC method/);
  });

  test('connect says where to go', async () => {
    expect(await runScriptText(`connect ${demo.address}\nGetOrder order_id=o-1`)).toEqual({
      exit: 0,
      stdout: order,
      stderr: '',
    });
    expect((await runScriptText('GetOrder order_id=o-1')).stderr).toMatch(/connect host:port/);
  });

  test('GREPL_ADDRESS stands in', async () => {
    const env = { GREPL_ADDRESS: demo.address };
    expect(await runScriptText('GetOrder order_id=o-1', { env })).toMatchObject({ exit: 0, stdout: order });
  });

  test('a bad address is refused at once', async () => {
    const result = await runScriptText('ls', { argv: ['127.0.0.1:99999'] });
    expect(result).toMatchObject({ exit: 2, stdout: '' });
  });
});

describe('data goes', () => {
  test('through a command', async () => {
    const result = await run('GetOrder order_id=o-1 | tr a-z A-Z | cut -c 2-11\nls orders. | wc -l');
    expect(result).toMatchObject({ exit: 0, stderr: '' });
    expect(result.stdout).toMatch(/^"ID":"O-1"\n\s*3\n$/);
  });

  test('through a command that fails', async () => {
    expect((await run('GetOrder order_id=o-1 | exit 4')).exit).toBe(4);
    expect((await run('GetOrder order_id=none | cat')).exit).toBe(69);
  });

  test('through a command that has seen enough', { timeout: 10_000 }, async () => {
    const { exit, stdout } = await run('WatchUsers | head -n 1\nGetOrder order_id=o-1');
    expect(exit).toBe(0);
    expect(stdout.trimEnd().split('\n')).toHaveLength(2);
  });

  test('into a file, and behind what is there', async () => {
    const cwd = temporaryFiles({});
    const result = await run('GetOrder order_id=o-1 > out\nGetOrder order_id=o-1 >> out\nls orders. > "a b"', { cwd });
    expect(result).toEqual({ exit: 0, stdout: '', stderr: '' });
    expect(readFileSync(join(cwd, 'out'), 'utf8')).toBe(order + order);
    expect(readFileSync(join(cwd, 'a b'), 'utf8')).toMatch(/^orders\.OrderService\/CreateOrder\n/);
  });

  test('not into a file that cannot be written', async () => {
    const result = await run('ls > /nowhere/out');
    expect(result.exit).toBe(5);
    expect(result.stderr).toMatch(/^line 1: grepl: cannot write \/nowhere\/out/);
  });
});
