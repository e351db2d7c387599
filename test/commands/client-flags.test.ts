// --client, --service-config and --channel-option on command lines, in settings and in the REPL.
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Demo, startDemo } from '../../src/demo/server.ts';
import { runScriptText } from '../repl/run-script.ts';
import { temporaryFiles } from '../support/temp.ts';

let demo: Demo;
beforeAll(async () => {
  demo = await startDemo({ host: '127.0.0.1', port: 0 });
});
afterAll(() => demo.close(0));

const run = (argv: readonly string[], env: Record<string, string> = {}) => runScriptText('', { argv, env });
const method = 'users.UserService/GetUser';

describe('through grpc-js', () => {
  it.each([
    ['call', ['call', '@', method, 'id=1', '--client', 'grpc-js'], '"id":"1"'],
    ['--each', ['call', '@', method, '-d', '{"id":"1"}{"id":"2"}', '--each', '--client', 'grpc-js'], '"line":2'],
    ['list', ['list', '@', '--client', 'grpc-js'], 'users.UserService'],
    ['describe', ['describe', '@', 'users.User', '--client', 'grpc-js'], 'message User'],
    ['health', ['health', '@', '--client', 'grpc-js'], 'SERVING'],
    ['grpcurl’s grammar', ['-plaintext', '-client', 'grpc-js', '-d', '{"id":"1"}', '@', method], '"id": "1"'],
    ['a stream', ['call', '@', 'users.UserService/ListUsers', '-d', '{}', '--client', 'grpc-js'], '"id":"2"'],
  ])('%s', async (_, argv, words) => {
    const { stdout, stderr, exit } = await run(argv.map((word) => (word === '@' ? demo.address : word)));
    expect([stdout, stderr, exit]).toEqual([expect.stringContaining(words), '', 0]);
  });

  it('-v says what is not known through it', async () => {
    const { stderr } = await run(['call', demo.address, method, 'id=1', '--client', 'grpc-js', '-v']);
    expect(stderr).toMatch(/^client {2}grpc-js: the HTTP status, .* not known through it$/m);
    expect(stderr).toMatch(/^timing {2}schema [^c]*headers .*total/m);
  });

  it('holds in the environment, and a typed --client goes over it with what belongs to it', async () => {
    const env = { GREPL_CLIENT: 'grpc-js', GREPL_CHANNEL_OPTION: 'grpc.no_such_option=1' };
    const argv = ['call', demo.address, method, 'id=1'];
    expect((await run(argv, env)).stderr).toContain('no option "grpc.no_such_option"');
    expect(await run([...argv, '--client', 'native'], env)).toMatchObject({ exit: 0, stderr: '' });
  });

  it('is a setting of the REPL, where both is one too', async () => {
    const script =
      'set client grpc-js\ncall users.UserService/GetUser id=1\nset client both\ncall users.UserService/GetUser id=1\nlist\n';
    const { stdout, stderr, exit } = await runScriptText(script, { argv: [demo.address], env: {} });
    expect([stderr, exit]).toEqual(['', 0]);
    expect(stdout).toMatch(/"id":"1"[\s\S]* {2}status +OK +OK[\s\S]*users\.UserService/);
  });
});

describe('what is refused', () => {
  const file = temporaryFiles({ 'bad.json': '{\n  "methodConfig": [,]\n}\n' });
  it.each([
    [['--service-config', '{}'], /--service-config is for grpc-js.*--client grpc-js/s],
    [['--channel-option', 'grpc.enable_retries=0'], /--channel-option is for grpc-js/],
    [['--client', 'grpc-js', '--service-config', '{"a":}'], /--service-config:1:6: /],
    [['--client', 'grpc-js', '--service-config', '{"a":'], /--service-config:1:6: .*end/],
    [
      ['--client', 'grpc-js', '--service-config', '[]'],
      /--service-config:1:1: expected the object of a service config, got an array|array/,
    ],
    [['--client', 'both', '--service-config', `@${join(file, 'bad.json')}`], /bad\.json:2:20: /],
    [['--client', 'grpc-js', '--service-config', '@/no/such.json'], /@\/no\/such\.json cannot be read: no such file/],
    [['--client', 'grpc-js', '--service-config', '{"methodConfig":[{}]}'], /grpc-js refuses .*invalid name array/],
    [['--client', 'grpc-js', '--channel-option', 'grpc.enable_retries'], /is no NAME=VALUE/],
    [['--client', 'grpc-js', '--channel-option', 'grpc.service_config={}'], /use --service-config/],
    [['--client', 'stock'], /"stock" is not one of native, grpc-js, both/],
  ])('%j', async (flags, words) => {
    const { stderr, exit } = await run(['call', demo.address, method, 'id=1', ...flags]);
    expect([exit, stderr]).toEqual([2, expect.stringMatching(words)]);
  });
});
