// What is kept in files and what is copied out and pasted in: saved requests, profiles and settings, printed lines.
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Demo, startDemo } from '../../src/demo/server.ts';
import { greplPath, runGrepl } from '../support/run-grepl.ts';
import { temporaryFiles } from '../support/temp.ts';
import { runScriptText, type ScriptSetting } from './run-script.ts';

let demo: Demo;
beforeAll(async () => {
  demo = await startDemo({ host: '127.0.0.1', port: 0, requireToken: false });
});
afterAll(() => demo.close(100));

const run = (cwd: string, lines: readonly string[], setting: ScriptSetting = {}) =>
  runScriptText(lines.join('\n'), {
    argv: [demo.address],
    cwd,
    ...setting,
    env: { HOME: cwd, ...setting.env },
  });

const order = "GetOrder order_id=o-1 -H 'x-tenant: acme' --deadline 5s -o ndjson";

describe('saved requests', () => {
  test('are files that read well, one a request', async () => {
    const cwd = temporaryFiles({});
    const { exit, stdout } = await run(cwd, [order, 'save get-order', 'saved', 'run get-order order_id=o-2 -o ndjson']);
    expect(exit).toBe(0);
    expect(stdout).toMatch(/"id":"o-1"[\s\S]*get-order\torders\.OrderService\/GetOrder\n[\s\S]*"id":"o-2"/);
    expect(readFileSync(join(cwd, '.grepl/get-order.json'), 'utf8')).toBe(`{
  "method": "orders.OrderService/GetOrder",
  "metadata": [
    "x-tenant: acme"
  ],
  "deadline": "5s",
  "request": {
    "orderId": "o-1"
  }
}
`);
    expect(readdirSync(join(cwd, '.grepl'))).toEqual(['get-order.json']);
  });

  test('are found upward, and call --saved takes one', async () => {
    const cwd = temporaryFiles({
      '.grepl/one.json': '{"method":"orders.OrderService/GetOrder","request":{"orderId":"o-3"}}',
      'a/b/x': '',
    });
    const { stdout } = await run(join(cwd, 'a/b'), [
      'call --saved one -o ndjson',
      'call GetOrder --saved=one -o ndjson',
    ]);
    expect(stdout.match(/"id":"o-3"/g)).toHaveLength(2);
    const wrong = await run(cwd, ['call CreateOrder --saved one']);
    expect(wrong).toMatchObject({ exit: 2, stderr: expect.stringContaining('is for orders.OrderService/GetOrder') });
  });

  test('run --each fills variables in, over one connection', async () => {
    const cwd = temporaryFiles({
      '.grepl/one.json': '{"method":"orders.OrderService/GetOrder","request":{"orderId":"${id}"}}',
      'vars.ndjson': '{"id":"o-1"}\n{"id":"o-3"}\n',
    });
    const { exit, stdout } = await run(cwd, ['run one --each vars.ndjson -o ndjson']);
    expect(exit).toBe(0);
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).message.id),
    ).toEqual(['o-1', 'o-3']);
    expect(await run(cwd, ['run one'])).toMatchObject({
      exit: 2,
      stderr: expect.stringMatching(/nothing stands for \$\{id\}/),
    });
    expect((await run(cwd, ['let id = o-2', 'run one -o ndjson'])).stdout).toContain('"id":"o-2"');
  });

  test.each(['../out', 'a/b', '/etc/x', '.hidden', 'con', 'nul.txt', 'x\u0000y', '..', 'a\\b', ''])(
    'no name: %j',
    async (name) => {
      const cwd = temporaryFiles({ 'project/x': '' });
      const quoted = `$'${[...name].map((one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')}'`;
      const { exit } = await run(join(cwd, 'project'), [order, `save ${quoted}`]);
      expect(exit).toBe(2);
      expect(existsSync(join(cwd, 'project/.grepl'))).toBe(false);
      expect(readdirSync(cwd)).toEqual(['project']);
    },
  );

  test('a name that is taken is kept, unless --replace; a link is replaced and not followed', async () => {
    const cwd = temporaryFiles({ '.grepl/x.json': 'mine', outside: 'theirs' });
    expect((await run(cwd, [order, 'save x'])).exit).toBe(2);
    expect(readFileSync(join(cwd, '.grepl/x.json'), 'utf8')).toBe('mine');
    symlinkSync(join(cwd, 'outside'), join(cwd, '.grepl/y.json'));
    expect((await run(cwd, [order, 'save y --replace'])).exit).toBe(0);
    expect(readFileSync(join(cwd, 'outside'), 'utf8')).toBe('theirs');
  });

  test('one that cannot be read is named with its place and stops nothing else', async () => {
    const cwd = temporaryFiles({
      '.grepl/bad.json': '{\n  "method": 7\n}',
      '.grepl/worse.json': '{"method": "a/B",\n  x',
    });
    expect((await run(cwd, ['run bad'])).stderr).toMatch(/bad\.json:2:3: "method" is no text/);
    expect((await run(cwd, ['run worse'])).stderr).toMatch(/worse\.json:2:3: expected a member name/);
    expect((await run(cwd, ['saved'])).exit).toBe(0);
  });
});

test('no file of ours holds a credential', async () => {
  const secret = 's3same-0pen-s3same';
  const cwd = temporaryFiles({});
  const { stdout, stderr } = await run(
    cwd,
    [
      `meta set x-api-key ${secret}`,
      `auth ${secret}`,
      `EchoMetadata -H 'authorization: Bearer ${secret}' -H 'x-plain: Bearer ${secret}' -o ndjson > /dev/null`,
      'save one',
      `GetUser 'id=Bearer ${secret}' -q > /dev/null`,
      'save two',
      'copy grepl',
      'copy curl',
      'copy grpcurl',
      'show --origin',
      'show',
    ],
    { argv: [demo.address, '--keep-going'] },
  );
  expect(stdout + stderr).not.toContain(secret);
  const files = readdirSync(cwd, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  expect(files.length).toBeGreaterThan(0);
  for (const file of files) expect(readFileSync(join(file.parentPath, file.name), 'utf8')).not.toContain(secret);
});

describe('settings', () => {
  const project = () => `deadline = "20s"\n[profiles.dev]\naddress = "${demo.address}"\ndeadline = "30s"\n`;
  const user = 'deadline = "10s"\nrest = "off"\nemit-defaults = true\n';
  const timeLeft = (stdout: string): number => Math.ceil(Number.parseFloat(JSON.parse(stdout).timeLeft));

  test.each<[string, string[], Record<string, string>, number]>([
    ['user', ['no-project'], {}, 10],
    ['project over user', [], {}, 20],
    ['profile over its file', ['--profile', 'dev'], {}, 30],
    ['environment over files', ['--profile', 'dev'], { GREPL_DEADLINE: '40s' }, 40],
    ['flag over environment', ['--profile', 'dev', '--deadline', '50s'], { GREPL_DEADLINE: '40s' }, 50],
    ['GREPL_PROFILE', [], { GREPL_PROFILE: 'dev' }, 30],
  ])('%s', async (_, flags, env, seconds) => {
    const cwd = temporaryFiles({
      'p/.grepl/config.toml': project(),
      'p/x': '',
      'q/x': '',
      '.config/grepl/config.toml': user,
    });
    const isBare = flags[0] === 'no-project';
    const argv = ['call', demo.address, 'EchoMetadata', '-o', 'ndjson', ...(isBare ? [] : flags)];
    const { exit, stdout, stderr } = await runGrepl(argv, {
      cwd: join(cwd, isBare ? 'q' : 'p'),
      env: { HOME: cwd, ...env },
      stdin: '',
    });
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(timeLeft(stdout)).toBe(seconds);
    // The same in the REPL.
    const script = await run(join(cwd, isBare ? 'q' : 'p'), ['EchoMetadata -o ndjson'], {
      argv: [demo.address, ...(isBare ? [] : flags)],
      env: { HOME: cwd, ...env },
    });
    expect(timeLeft(script.stdout)).toBe(seconds);
  });

  test('the address, and metadata that a higher place gives anew', async () => {
    const cwd = temporaryFiles({
      '.grepl/config.toml': `[profiles.dev]\naddress = "${demo.address}"\n[profiles.dev.metadata]\nx-a = "file"\nx-b = ["1", "2"]\n`,
    });
    const { stdout } = await runGrepl(['call', '--profile', 'dev', 'EchoMetadata', '-H', 'X-A: flag', '-o', 'ndjson'], {
      cwd,
      env: { HOME: cwd },
      stdin: '',
    });
    const entries = JSON.parse(stdout).entries.map((one: { name: string; text: string }) => `${one.name}=${one.text}`);
    expect(entries.filter((one: string) => one.startsWith('x-'))).toEqual(['x-a=flag', 'x-b=1, 2']);
  });

  test('what is wrong in a file is told with its line, and the rest holds', async () => {
    const cwd = temporaryFiles({
      '.grepl/config.toml': `\nplaintxt = true\ndeadline = []\n[profiles.dev]\naddress = "${demo.address}"\n`,
      '.config/grepl/config.toml': 'a = = 1\n',
    });
    const { exit, stderr } = await runGrepl(['call', '--profile', 'dev', 'GetOrder', 'order_id=o-1'], {
      cwd,
      env: { HOME: cwd },
      stdin: '',
    });
    expect(exit).toBe(0);
    expect(stderr).toMatch(/\.grepl\/config\.toml:2: no setting is called "plaintxt"; nearest: plaintext; passed over/);
    expect(stderr).toMatch(/\.grepl\/config\.toml:3: deadline takes a text or a number; passed over/);
    expect(stderr).toMatch(/grepl\/config\.toml:1:5: .*the file is passed over/);
  });

  test.each<[string, Record<string, string>, RegExp]>([
    ['GREPL_DEADLINE', { GREPL_DEADLINE: 'soon' }, /GREPL_DEADLINE: "soon" is not a duration/],
    ['GREPL_PLAINTEXT', { GREPL_PLAINTEXT: 'maybe' }, /GREPL_PLAINTEXT: "maybe" is neither true nor false/],
    ['GREPL_PROFILE', { GREPL_PROFILE: 'none' }, /there is no profile "none"/],
  ])('a variable that cannot be read: %s', async (_, env, said) => {
    const result = await runGrepl(['list', demo.address], { env });
    expect(result).toMatchObject({ exit: 2, stderr: expect.stringMatching(said) });
  });
});

describe('trust and production', () => {
  const folder = (more: string) =>
    temporaryFiles({
      '.grepl/config.toml': `[profiles.dev]\naddress = "${demo.address}"\n${more}`,
      'secret.txt': 's3same',
    });
  const call = (cwd: string, ...argv: string[]) =>
    runGrepl(['call', '--profile', 'dev', ...argv], { cwd, env: { HOME: cwd, TOKEN: 's3same' }, stdin: '' });

  test.each([
    ['a variable', 'metadata = { x-a = "${TOKEN}" }', []],
    ['a file', 'header = "x-a: @secret.txt"', []],
    ['bearer', 'bearer = "${TOKEN}"', []],
    ['a credential that is typed', '', ['-H', 'authorization: Bearer s3same']],
  ])('without a terminal %s is not sent to an address that a project names', async (_, more, flags) => {
    const cwd = folder(more);
    const refused = await call(cwd, 'EchoMetadata', ...flags);
    expect(refused).toMatchObject({ exit: 2, stdout: '', stderr: expect.stringContaining('--trust agrees') });
    const agreed = await call(cwd, 'EchoMetadata', '--trust', '-o', 'ndjson', ...flags);
    expect(agreed).toMatchObject({ exit: 0, stdout: expect.stringContaining('s3same') });
  });

  test('metadata that the file itself says needs no trust', async () => {
    expect((await call(folder('metadata = { x-a = "b" }'), 'EchoMetadata')).exit).toBe(0);
  });

  test('production takes --yes, but not for what changes nothing', async () => {
    const cwd = folder('prod = true');
    expect(await call(cwd, 'ChargeCard')).toMatchObject({ exit: 2, stderr: expect.stringContaining('--yes') });
    expect((await call(cwd, 'GetOrder', 'order_id=o-1')).exit).toBe(0);
    expect((await call(cwd, 'ChargeCard', '--yes')).exit).not.toBe(2);
    const lines = await run(cwd, ['CreateOrder customer_id=c-1'], { argv: ['--profile', 'dev'] });
    expect(lines).toMatchObject({ exit: 2, stderr: expect.stringContaining('PROD dev') });
  });
});

describe('copy', () => {
  /** Runs a printed line in a shell where `grepl` is the program under test. */
  const inShell = async (line: string, env: Record<string, string>): Promise<string> => {
    const bin = temporaryFiles({});
    writeFileSync(join(bin, 'grepl'), `#!/bin/sh\nexec "${process.execPath}" "${greplPath}" "$@"\n`, { mode: 0o755 });
    // The same flags as grpcurl has them.
    symlinkSync(join(bin, 'grepl'), join(bin, 'grpcurl'));
    const shell = promisify(execFile)('/bin/bash', ['-c', `${line} < /dev/null || true`], {
      env: { PATH: `${bin}:${dirname(process.execPath)}:/usr/bin:/bin`, HOME: bin, ...env },
    });
    return (await shell).stdout;
  };

  test.each([
    ['a unary call', "Echo text='it'\\''s \"so\" $5' -H 'x-a: b c'"],
    ['a variable in metadata', "EchoMetadata -H 'x-a: ${TOKEN}'"],
    ['a credential in clear', "EchoMetadata -H 'authorization: Bearer s3same'"],
    ['a stream of requests', 'BatchCharge {"idempotencyKey":"k-1"} {"idempotencyKey":"k-2"}'],
  ])('%s works where it is pasted', async (_, line) => {
    const { stdout } = await run(temporaryFiles({}), [`${line} -o ndjson > /dev/null`, 'copy grepl', 'copy grpcurl'], {
      env: { TOKEN: 'tok-1' },
      argv: [demo.address, '--keep-going'],
    });
    const [grepl = '', grpcurl = ''] = stdout.trim().split('\n');
    expect(stdout).not.toContain('s3same');
    const env = { TOKEN: 'tok-1', AUTHORIZATION: 's3same' };
    const parsed = [await inShell(`${grepl} -o ndjson`, env), await inShell(grpcurl, env)];
    for (const text of parsed) {
      if (line.startsWith('Echo ')) expect(text).toContain('it\'s \\"so\\" $5');
      if (line.includes('TOKEN')) expect(text).toContain('tok-1');
      if (line.includes('Bearer')) expect(text).toContain('Bearer s3same');
    }
    if (line.startsWith('Batch')) expect(grepl).toMatch(/k-1.*k-2/);
  });
});

describe('paste', () => {
  test.each<[string, string[], string]>([
    [
      'grpcurl',
      [`paste grpcurl -plaintext -H "x-a: $X" -d '{"order_id": "o-1"}' ADDRESS orders.OrderService/GetOrder`],
      `call orders.OrderService/GetOrder -H 'x-a: \${X}' --data '{"order_id": "o-1"}'`,
    ],
    [
      'over lines',
      ['grpcurl -plaintext \\', ` -d '{"order_id":`, `"o-1"}' \\`, ' ADDRESS orders.OrderService/GetOrder'],
      `call orders.OrderService/GetOrder --data '{"order_id": "o-1"}'`,
    ],
    ['curl', ['curl http://127.0.0.1:8080/orders/o-1'], `call orders.OrderService/GetOrder --data '{"orderId":"o-1"}'`],
    [
      'grepl',
      [`paste grepl call ADDRESS GetOrder -d '{"order_id":"o-1"}' --deadline 2s`],
      `call orders.OrderService/GetOrder --deadline 2000ms --data '{"order_id":"o-1"}'`,
    ],
  ])('%s becomes a line that makes the call', async (_, lines, wanted) => {
    const { exit, stdout, stderr } = await run(
      temporaryFiles({}),
      lines.map((line) => line.replace('ADDRESS', demo.address)),
    );
    expect({ exit, stdout }).toEqual({ exit: 0, stdout: `${wanted}\n` });
    expect(stderr).toMatch(/method +orders\.OrderService\/GetOrder/);
    const again = await run(temporaryFiles({}), [`${stdout.trim()} -o ndjson`], { env: { X: '1' } });
    expect(again.stdout).toContain('"id":"o-1"');
  });
});
