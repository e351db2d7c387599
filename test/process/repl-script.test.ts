// Scripts of REPL lines as a process among others: stdin a file or a pipe, stdout a pipe, signals.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { greplPath, runGrepl, runPiped, startCommand, startGrepl } from '../support/run-grepl.ts';
import { type EchoServer, echoProto, startEchoServer } from '../support/servers-echo.ts';
import { temporaryFiles } from '../support/temp.ts';

let server: EchoServer;
beforeAll(async () => {
  server = await startEchoServer();
});
afterAll(() => server.close());

const address = (...more: string[]) => [server.address, '--proto', echoProto, ...more];

describe('a script', () => {
  it('from a file: the data alone on stdout, the exit code of the line that failed', async () => {
    const folder = temporaryFiles({});
    const script = join(folder, 'session.grepl');
    writeFileSync(script, '# says\nSay text=a\nlet b = $last.text\nSay text=${b}b\nFail text=c\nSay text=d\n');
    const run = await startCommand(
      ['sh', '-c', `exec "$@" <'${script}' | cat; exit`, 'sh', process.execPath, greplPath, ...address()],
      {},
    ).result;
    expect(run.stdout).toBe('{"text":"a"}\n{"text":"ab"}\n');
    const alone = await runGrepl(address(), { stdin: 'Say text=a\nFail text=c\nSay text=d\n' });
    expect(alone).toMatchObject({ exit: 69, stdout: '{"text":"a"}\n' });
    expect(alone.stderr).toMatch(/^line 2: .* NOT_FOUND \(5\)/);
  });

  it('answers line by line while stdin is open', async () => {
    const running = startGrepl(address(), { stdin: 'open' });
    running.child.stdin?.write('Say text=one\n');
    await running.lines(1);
    running.child.stdin?.write('Say {"text":\n');
    running.child.stdin?.write('"two"}\n');
    await running.lines(2);
    running.child.stdin?.end();
    expect(await running.result).toMatchObject({ exit: 0, stdout: '{"text":"one"}\n{"text":"two"}\n', stderr: '' });
  });

  it('whose reader has gone: 141, quietly', async () => {
    const running = await runPiped(address(), 'head -n 1', { stdin: 'Many text=a count=100000\nSay text=b\n' });
    expect(running).toMatchObject({ exit: 141, stdout: '{"text":"a","count":1}\n', stderr: '' });
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('ends with %s: %i', async (signal, exit) => {
    const running = startGrepl(address(), { stdin: 'open' });
    running.child.stdin?.write('Hang text=a count=2\n');
    await running.lines(2);
    running.child.kill(signal);
    expect(await running.result).toMatchObject({ exit, stdout: expect.stringMatching(/^(?:\{.*\}\n){2}$/) });
  });

  it('waiting for its next line ends with a signal too', async () => {
    const running = startGrepl(address(), { stdin: 'open' });
    running.child.stdin?.write('Say text=a\n');
    await running.lines(1);
    running.child.kill('SIGTERM');
    expect((await running.result).exit).toBe(143);
  });
});

describe('without an address', () => {
  it('and nothing on stdin: help on stderr, 2', async () => {
    for (const stdin of [undefined, ''] as const) {
      const run = await runGrepl([], stdin === undefined ? {} : { stdin });
      expect(run).toMatchObject({ exit: 2, stdout: '' });
      expect(run.stderr).toContain('grepl ADDRESS [flags]');
    }
  });

  it('and an idle stdin: help as well, not a wait without end', async () => {
    expect(await runGrepl([], { stdin: 'open' })).toMatchObject({ exit: 2, stdout: '' });
  });

  it('and lines that connect', async () => {
    const run = await runGrepl([], { stdin: `connect ${server.address} --proto ${echoProto}\nSay text=a\n` });
    expect(run).toMatchObject({ exit: 0, stdout: '{"text":"a"}\n' });
  });
});

describe('an address alone', () => {
  it('with flags of a call is refused', async () => {
    const run = await runGrepl([server.address, '-d', '{}'], { stdin: '' });
    expect(run).toMatchObject({ exit: 2, stdout: '' });
    expect(run.stderr).toMatch(/--data belongs to a call/);
  });

  it('with --help shows the help of the REPL', async () => {
    expect((await runGrepl([server.address, '--help'], { stdin: '' })).stdout).toMatch(/--keep-going/);
  });
});
