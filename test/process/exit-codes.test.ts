// What a script sees of the program: its exit codes and where its words go.
// Each case is a process of its own against a server of another gRPC implementation.
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runGrepl } from '../support/run-grepl.ts';
import { type EchoServer, echoProto, startEchoServer } from '../support/servers-echo.ts';

let server: EchoServer;
beforeAll(async () => {
  server = await startEchoServer();
});
afterAll(() => server.close());

const call = (method: string, ...more: string[]) => ['call', server.address, method, '--proto', echoProto, ...more];

/** An address where nobody listens: a port that was free a moment ago. */
async function refusedAddress(): Promise<string> {
  const listener = createServer();
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address() as { port: number };
  await new Promise((resolve) => listener.close(resolve));
  return `127.0.0.1:${port}`;
}

describe('the four kinds of call end with 0', () => {
  it.each([
    ['Say', ['-d', '{"text":"hi"}'], '{"text":"hi"}\n'],
    ['Many', ['-d', '{"text":"a","count":2}'], '{"text":"a","count":1}\n{"text":"a","count":2}\n'],
    ['Collect', ['-d', '{"text":"a"} {"text":"b"}'], '{"text":"a b","count":2}\n'],
    ['Chat', ['-d', '{"text":"a"} {"text":"b"}'], '{"text":"a"}\n{"text":"b"}\n'],
  ])('%s', async (method, more, stdout) => {
    const run = await runGrepl(call(`echo.Echo/${method}`, ...more));
    expect(run).toMatchObject({ exit: 0, stdout });
  });
});

describe('what the user can mend', () => {
  it.each([
    ['an unknown flag names the nearest', ['--plaintxt'], 2, /plaintxt[\s\S]*--plaintext/],
    ['a flag without its value', ['--max-time'], 2, /--max-time/],
    ['a number that is none', ['--max-time', 'soon'], 2, /--max-time[\s\S]*soon|soon[\s\S]*--max-time/],
    ['an environment variable that is unset', ['-H', 'authorization: ${GREPL_TEST_UNSET}'], 2, /GREPL_TEST_UNSET/],
    ['bad JSON', ['-d', '{"text":'], 3, /-d/],
    ['a field that does not exist names the nearest', ['-d', '{"txet":"a"}'], 3, /txet[\s\S]*text/],
    ['a value of the wrong type', ['-d', '{"count":"many"}'], 3, /count[\s\S]*many|many[\s\S]*count/],
    ['a request file that does not exist', ['-d', '@/no/such/file.json'], 3, /\/no\/such\/file\.json/],
  ])('%s', async (_name, more, exit, words) => {
    const run = await runGrepl(call('echo.Echo/Say', ...more));
    expect(run).toMatchObject({ exit, stdout: '' });
    expect(run.stderr).toMatch(words);
  });

  it('an unknown method names the nearest', async () => {
    const run = await runGrepl(call('echo.Echo/Sai', '-d', '{}'));
    expect(run).toMatchObject({ exit: 4, stdout: '' });
    expect(run.stderr).toMatch(/Sai[\s\S]*Say/);
  });

  it('an unknown command', async () => {
    const run = await runGrepl(['cal', server.address, 'echo.Echo/Say', '--proto', echoProto]);
    expect(run).toMatchObject({ exit: 2, stdout: '' });
  });

  it('nothing at all: short help on stderr', async () => {
    const run = await runGrepl([]);
    expect(run).toMatchObject({ exit: 2, stdout: '' });
    expect(run.stderr).toMatch(/usage/i);
  });
});

describe('how a call ended', () => {
  it('NOT_FOUND is 69 and its message goes to stderr', async () => {
    const run = await runGrepl(call('echo.Echo/Fail', '-d', '{"text":"x"}'));
    expect(run).toMatchObject({ exit: 69, stdout: '' });
    expect(run.stderr).toMatch(/NOT_FOUND[\s\S]*no note x/);
  });

  it('a refused connection is 78 and names the address', async () => {
    const address = await refusedAddress();
    const run = await runGrepl(['call', address, 'echo.Echo/Say', '--proto', echoProto, '-d', '{}']);
    expect(run).toMatchObject({ exit: 78, stdout: '' });
    expect(run.stderr).toMatch(/refused/);
    expect(run.stderr).toContain(address);
  });

  it('a deadline is 68', async () => {
    const run = await runGrepl(call('echo.Echo/Hang', '-d', '{"text":"a","count":1}', '--deadline', '500ms'));
    expect(run).toMatchObject({ exit: 68, stdout: '{"text":"a","count":1}\n' });
    expect(run.stderr).toMatch(/DEADLINE_EXCEEDED/);
  });

  it('a method that the server does not have is 76', async () => {
    const other = (await import('../support/temp.ts')).temporaryFiles({
      'other.proto': 'syntax = "proto3"; package echo; message Note {} service Echo { rpc Gone(Note) returns (Note); }',
    });
    const run = await runGrepl(['call', server.address, 'Gone', '--proto', `${other}/other.proto`, '-d', '{}']);
    expect(run).toMatchObject({ exit: 76, stdout: '' });
  });
});

describe('help and version are data', () => {
  it.each([['--help'], ['-h'], ['help'], ['--version']])('%s', async (flag) => {
    const run = await runGrepl([flag]);
    expect(run).toMatchObject({ exit: 0, stderr: '' });
    expect(run.stdout).toMatch(/grepl/);
  });

  it('of one command', async () => {
    const run = await runGrepl(['call', '--help']);
    expect(run).toMatchObject({ exit: 0, stderr: '' });
    expect(run.stdout).toMatch(/METHOD/);
  });
});
