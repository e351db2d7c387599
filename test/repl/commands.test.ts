// Each command of the REPL in a short session on the demo server, as a script.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Demo, startDemo } from '../../src/demo/server.ts';
import { replCommands } from '../../src/repl/table.ts';
import { temporaryFiles } from '../support/temp.ts';
import { runScriptText } from './run-script.ts';

let demo: Demo;
beforeAll(async () => {
  demo = await startDemo({ host: '127.0.0.1', port: 0, requireToken: false });
});
afterAll(() => demo.close(100));

const run = (...lines: string[]) => runScriptText(lines.join('\n'), { argv: [demo.address] });
const out = async (...lines: string[]): Promise<string> => {
  const { exit, stdout, stderr } = await run(...lines);
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
  return stdout;
};

describe('looking around', () => {
  test('ls TEXT', async () => {
    expect(await out('ls orders.')).toBe(
      'orders.OrderService/CreateOrder\norders.OrderService/GetOrder\norders.OrderService/StreamOrderUpdates\n',
    );
    expect((await run('ls nowhere')).stderr).toMatch(/^line 1: grepl: no method has "nowhere" in its name/);
  });

  test('find looks into names and comments', async () => {
    const text = await out('find idempotency');
    expect(text).toMatch(/^payments\.v1\.ChargeRequest\.idempotency_key\tfield\tMakes a retry safe/m);
    expect(text).toMatch(/^payments\.v1\.PaymentService\/ChargeCard\tmethod\t/m);
    expect(text.indexOf('payments')).toBeLessThan(text.indexOf('google.'));
  });

  test('desc', async () => {
    expect(await out('desc orders.Order')).toContain('double total = 3;');
    expect(JSON.parse(await out('desc orders.Order --json'))).toMatchObject({ kind: 'message', name: 'orders.Order' });
    expect(await out('use OrderService', 'desc')).toContain('service OrderService');
  });

  test('use', async () => {
    expect(await out('use orders.OrderService', 'use')).toBe('orders.OrderService\n');
    expect((await run('use UserService')).stderr).toMatch(/fits 2 services/);
    expect((await run('use users.UserService', 'use -', 'GetUser id=1')).stderr).toMatch(/^line 3: .*fits 2 methods/);
  });

  test('the commands of the shell, without an address', async () => {
    expect(await out('list orders.OrderService')).toContain('orders.OrderService/GetOrder\n');
    expect(await out('describe orders.GetOrderRequest')).toContain('string order_id = 1;');
    expect(await out('template GetOrder')).toBe('{\n  "orderId": ""\n}\n');
    expect(await out('health')).toBe('SERVING\n');
  });
});

describe('metadata', () => {
  const echoed = async (...lines: string[]) => out(...lines, 'EchoMetadata -o ndjson');

  test('goes with every call', async () => {
    expect(await echoed('meta set x-a one two', 'meta add x-a three')).toMatch(/one two[\s\S]*three/);
    expect(await echoed('meta set x-a one', 'meta set x-a two')).not.toContain('"one"');
    expect(await echoed('meta set x-a one', 'meta rm X-A')).not.toContain('x-a');
    expect(await echoed('meta set x-a one', 'meta clear')).not.toContain('x-a');
    expect(await echoed('meta x-a: one')).toContain('x-a');
    expect(await echoed('meta set x-a-bin hex:00ff')).toContain('x-a-bin');
  });

  test('goes with one call', async () => {
    const [first, second] = (await out('meta set x-a one --once', 'EchoMetadata', 'EchoMetadata')).trim().split('\n');
    expect(first).toContain('x-a');
    expect(second).not.toContain('x-a');
  });

  test('does not go with calls when it is for reflection', async () => {
    expect(await echoed('meta set x-a one --for reflect')).not.toContain('x-a');
  });

  test('is shown masked', async () => {
    const text = await out("meta set authorization 'Bearer abcdefghijklmnop'", 'meta set x-a one --for rpc', 'meta');
    expect(text).toBe('authorization\tBearer ****mnop\nx-a\tone\tfor rpc\n');
    expect(await out('auth abcdefghijklmnop', 'auth', 'meta', 'show')).not.toContain('abcdefgh');
    expect(await out('auth abcdefghijklmnop', 'auth off', 'show')).not.toContain('bearer');
  });

  test('auth sends it', async () => {
    expect(await echoed('auth s3same')).toContain('Bearer s3same');
    expect(await echoed('auth basic ada lovelace')).toContain('Basic YWRhOmxvdmVsYWNl');
  });

  test.each([
    ['meta set', 2],
    ['meta set "grpc-timeout" 1', 2],
    ['meta set x-a \u00e9', 2],
    ['meta set x-a y --for nobody', 2],
    ['meta nonsense', 2],
    ["meta set x-a '${GREPL_NOT_SET}'", 2],
  ])('refuses %s', async (line, exit) => {
    expect((await run(line)).exit).toBe(exit);
  });
});

describe('values', () => {
  test('let and what it takes', async () => {
    const text = await out(
      'GetOrder order_id=o-1 > /dev/null',
      'let a = $last.total',
      'let b={"x": [1, 2]}',
      'let c = {"x": [1, 2]}',
      "let d 'a b'",
      'let e = $c.x[-1]',
      'let f = $last.customer_id',
      'vars',
    );
    expect(text.split('\n').slice(0, 6)).toEqual([
      '$a\t59.9',
      '$b\t{"x": [1, 2]}',
      '$c\t{"x":[1,2]}',
      '$d\ta b',
      '$e\t2',
      '$f\tc-1',
    ]);
    expect(text).toMatch(/^\$1\t\{"id":"o-1".*orders\.OrderService\/GetOrder, 1 received$/m);
  });

  test('a stream is a list', async () => {
    expect(await out('StreamComplete prompt=hi max_tokens=2 > /dev/null', 'let n = $last[0].text', 'vars')).toMatch(
      /^\$n\t\S/,
    );
  });

  test.each([
    ['$last.nothing', /\$last has no \.nothing\n {2}it has id, customerId/],
    ['$last.id.x', /\$last\.id is no object/],
    ['$9', /no reply \$9\n {2}kept: \$1/],
    ['$lst', /no variable \$lst\n {2}nearest: \$last/],
    ['$env.GREPL_NOT_SET', /the environment variable GREPL_NOT_SET is not set/],
    ['${nope()}', /no function nope\(\)/],
  ])('%s is refused', async (word, message) => {
    const { exit, stderr } = await run('GetOrder order_id=o-1', `GetOrder order_id=${word}`);
    expect(exit).toBe(2);
    expect(stderr).toMatch(/^line 2: grepl: column 19: /);
    expect(stderr).toMatch(message);
  });

  test('functions', async () => {
    const text = await out('let a = ${uuid()}', 'let b = ${random(3,3)}', 'let c = ${base64(hi)}', 'vars');
    expect(text).toMatch(
      /^\$a\t[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\n\$b\t3\n\$c\taGk=\n$/,
    );
  });

  test('diff', async () => {
    const result = await run('GetOrder order_id=o-1 > /dev/null', 'GetOrder order_id=o-2 > /dev/null', 'diff');
    expect(result.exit).toBe(6);
    expect(result.stdout).toContain('  .id: "o-1" → "o-2"\n');
    expect(result.stdout).toContain('- .trackingNumber: "TRACK-000001"\n');
    expect((await run('GetOrder order_id=o-1 > /dev/null', 'diff $1 $last')).exit).toBe(0);
  });
});

describe('once more', () => {
  test('again', async () => {
    const lines = (
      await out('GetOrder order_id=o-1', 'GetOrder order_id=o-2', 'again', 'again 1', 'again 1 order_id=o-2')
    )
      .trim()
      .split('\n');
    expect(lines.map((line) => JSON.parse(line).id)).toEqual(['o-1', 'o-2', 'o-2', 'o-1', 'o-2']);
    expect((await run('again')).stderr).toMatch(/there is no call yet/);
    expect((await run('GetOrder order_id=o-1', 'again 7')).stderr).toMatch(/there is no call \$7\n {2}kept: \$1/);
    expect(await out('GetOrder order_id=o-1 > /dev/null', 'GetOrder --last -o ndjson')).toContain('"id":"o-1"');
  });

  test('watch ends with the first failure', async () => {
    const { exit, stdout } = await run('watch 10ms exit 3');
    expect({ exit, stdout }).toEqual({ exit: 3, stdout: '' });
    expect((await run('watch 1x ls')).exit).toBe(2);
  });

  test('source', async () => {
    const cwd = temporaryFiles({
      'a.grepl': '# a\nlet x = o-1\n',
      'b.grepl': 'nonsense\n',
      'c.grepl': 'source c.grepl\n',
    });
    const inFolder = (...lines: string[]) => runScriptText(lines.join('\n'), { argv: [demo.address], cwd });
    expect((await inFolder('source a.grepl', 'GetOrder order_id=$x')).stdout).toContain('"id":"o-1"');
    expect(await inFolder('ls orders > /dev/null', 'source b.grepl')).toMatchObject({
      exit: 2,
      stderr: expect.stringMatching(/^line 2: b\.grepl, line 1: grepl: no command or method "nonsense"/),
    });
    expect((await inFolder('source c.grepl')).exit).toBe(2);
    expect((await inFolder('source none.grepl')).stderr).toMatch(/cannot read none\.grepl/);
  });
});

describe('options', () => {
  test('set and show', async () => {
    expect(await out('set deadline 250ms', 'show deadline', 'set deadline off', 'show deadline')).toBe('0.25s\noff\n');
    expect(await out('set names proto', 'GetOrder order_id=o-1')).toContain('customer_id');
    expect(await out('set format=full', 'GetOrder order_id=o-1')).toContain('"kind":"unary"');
    expect(await out('set names proto', 'set defaults on', 'show')).toMatch(/^emit-defaults\ton\nnames\tproto$/m);
    expect((await run('set deadline 1ms', 'Slow -o ndjson')).exit).toBe(68);
    expect((await run('set dedline 3')).stderr).toMatch(/no option "dedline"\n {2}nearest: deadline/);
    expect((await run('set deadline soon')).stderr).toMatch(/"soon" is not a duration/);
    expect((await run('set format xml')).exit).toBe(2);
  });

  test('connect goes elsewhere, and back where the address is none', async () => {
    expect(await out('connect')).toBe(`${demo.address}\n`);
    const result = await runScriptText(`connect 127.0.0.1:99999\nconnect\n`, { argv: [demo.address, '--keep-going'] });
    expect(result).toMatchObject({ exit: 2, stdout: `${demo.address}\n` });
    expect((await run('connect 127.0.0.1:1', 'health')).exit).toBe(78);
  });

  test('tls', async () => {
    expect(await out('tls', 'tls off', 'tls', 'health', 'tls insecure', 'tls', 'tls auto', 'health')).toBe(
      'auto\noff\nSERVING\non, insecure: the certificate is not checked\nSERVING\n',
    );
    expect((await run('tls on', 'health')).exit).toBe(78);
    expect((await run('tls sideways')).exit).toBe(2);
  });

  test('reload', async () => {
    expect((await run('reload')).stderr).toMatch(/^\d+ services, \d+ methods from reflection v1 of /);
  });
});

describe('help', () => {
  test('of all, and of each command with its examples', async () => {
    const all = await out('help');
    for (const row of replCommands) expect(all).toContain(`  ${row.name} `);
    for (const row of replCommands) expect(await out(`help ${row.name}`)).toContain(row.examples[0]);
    expect(await out('call ?')).toMatch(/^ {2}call users\.UserService\/GetUser id=1\n/);
    expect(await out('help call')).not.toMatch(/ADDRESS/);
    expect((await run('help lss')).stderr).toMatch(/nearest: ls/);
  });
});
