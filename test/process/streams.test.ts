// The program among other processes: closed pipes, full disks, signals, and stdin in every state.
// Whoever ends a call early must leave the server free and nothing lost that had arrived.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { greplPath, runGrepl, runPiped, startCommand, startGrepl } from '../support/run-grepl.ts';
import { type EchoServer, echoProto, startEchoServer } from '../support/servers-echo.ts';
import { temporaryFiles } from '../support/temp.ts';

let server: EchoServer;
beforeAll(async () => {
  server = await startEchoServer();
});
afterAll(() => server.close());

const call = (method: string, ...more: string[]) => [
  'call',
  server.address,
  `echo.Echo/${method}`,
  '--proto',
  echoProto,
  ...more,
];

/** Runs the program through a shell that redirects: `"$@"` in the script is the program. */
const inShell = (script: string, args: readonly string[]) =>
  startCommand(['sh', '-c', script, 'sh', process.execPath, greplPath, ...args]).result;

describe('stdout', () => {
  it('closed by its reader: 141, quiet, and the call is cancelled', async () => {
    const run = await runPiped(call('Endless', '-d', '{"text":"a"}'), 'head -n 1');
    expect(run).toMatchObject({ exit: 141, stdout: '{"text":"a","count":1}\n', stderr: '' });
    await server.cancelled('Endless');
  });

  it('full: 5, and it is said', async () => {
    const run = await inShell('exec "$@" >/dev/full', call('Say', '-d', '{"text":"a"}'));
    expect(run.exit).toBe(5);
    expect(run.stderr).toMatch(/stdout/);
  });

  it('closed from the start: nothing breaks', async () => {
    // node puts /dev/null in its place before any program runs, so that it cannot be told from a wish.
    const run = await inShell('exec "$@" >&-', call('Say', '-d', '{"text":"a"}'));
    expect(run).toMatchObject({ exit: 0, stderr: '' });
  });

  it('a pipe loses nothing, however much is pending at the end', async () => {
    const count = 20_000;
    const run = await runPiped(call('Many', '-d', JSON.stringify({ text: 'x'.repeat(100), count })), 'sleep 1; wc -l');
    expect(run.exit).toBe(0);
    expect(Number(run.stdout)).toBe(count);
  });

  it('a file gets everything', async () => {
    const folder = temporaryFiles({});
    const run = await inShell(`exec "$@" >'${folder}/out'; `, call('Many', '-d', '{"count":1000}'));
    expect(run.exit).toBe(0);
    expect((await runPiped(['--version'], `wc -l <'${folder}/out'`)).stdout.trim()).toBe('1000');
  });
});

describe('stderr', () => {
  it('closed from the start does not change the exit code', async () => {
    const run = await inShell('exec "$@" 2>&-', call('Fail', '-d', '{"text":"a"}'));
    expect(run.exit).toBe(69);
  });
});

describe('signals', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s ends the call with %i, and what had arrived is there', async (signal, exit) => {
    const own = await startEchoServer();
    try {
      const running = startGrepl([
        ...['call', own.address, 'echo.Echo/Hang', '--proto', echoProto],
        ...['-d', '{"text":"a","count":3}'],
      ]);
      await running.lines(3);
      running.child.kill(signal);
      const run = await running.result;
      expect(run.exit).toBe(exit);
      expect(run.stdout.trimEnd().split('\n')).toHaveLength(3);
      expect(run.stderr).toMatch(/3 messages/);
      await own.cancelled('Hang');
    } finally {
      own.close();
    }
  });

  it('SIGINT while connecting', async () => {
    const { createServer } = await import('node:net');
    const silent = createServer((socket) => socket.on('error', () => {}));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const connected = new Promise<void>((resolve) => silent.once('connection', () => resolve()));
    const { port } = silent.address() as { port: number };
    const running = startGrepl(['call', `127.0.0.1:${port}`, 'Say', '--proto', echoProto, '-d', '{}']);
    await connected;
    running.child.kill('SIGINT');
    expect((await running.result).exit).toBe(130);
    silent.close();
  });

  it('SIGINT while waiting for stdin', async () => {
    const running = startGrepl(call('Chat', '-d', '@-'), { stdin: 'open' });
    running.child.stdin?.write('{"text":"a"}\n');
    await running.lines(1);
    running.child.kill('SIGINT');
    expect((await running.result).exit).toBe(130);
  });
});

describe('stdin', () => {
  it('left open does not keep the program once the call is over', async () => {
    const run = await runGrepl(call('Say', '-d', '{"text":"a"}'), { stdin: 'open' });
    expect(run).toMatchObject({ exit: 0, stdout: '{"text":"a"}\n' });
  });

  it('left open while the server ends the call first', async () => {
    const running = startGrepl(call('Fail', '--each', '-d', '@-'), { stdin: 'open' });
    running.child.stdin?.write('{"text":"a"}\n');
    await running.lines(1);
    running.child.stdin?.end();
    expect((await running.result).exit).toBe(69);
  });

  it('closed from the start does not matter when -d is given', async () => {
    const run = await inShell('exec "$@" <&-', call('Say', '-d', '{"text":"a"}'));
    expect(run).toMatchObject({ exit: 0, stdout: '{"text":"a"}\n' });
  });

  it('is the request when there is no -d', async () => {
    const run = await runGrepl(call('Say'), { stdin: '{"text":"piped"}' });
    expect(run).toMatchObject({ exit: 0, stdout: '{"text":"piped"}\n' });
  });

  it('empty and not named: an empty message', async () => {
    expect(await runGrepl(call('Say'), { stdin: '' })).toMatchObject({ exit: 0, stdout: '{}\n' });
  });

  it('empty but named: 3, so that a failed command before the pipe is noticed', async () => {
    const run = await runGrepl(call('Say', '-d', '@-'), { stdin: '' });
    expect(run).toMatchObject({ exit: 3, stdout: '' });
    expect(run.stderr).toMatch(/stdin/);
  });

  it('answers come before the end of stdin', async () => {
    const running = startGrepl(call('Chat', '-d', '@-'), { stdin: 'open' });
    running.child.stdin?.write('{"text":"first"}\n');
    await running.lines(1);
    running.child.stdin?.end('{"text":"second"}');
    expect(await running.result).toMatchObject({ exit: 0, stdout: '{"text":"first"}\n{"text":"second"}\n' });
  });
});
