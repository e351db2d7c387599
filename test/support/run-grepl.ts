// Runs the real program as a process, the way a shell or a script does, and reports what came out of it.
// Everything a test may not depend on (colours, proxies, the user's own settings) is kept out of its environment.
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from './temp.ts';

/** The program under test; GREPL_BIN names another, such as an installed one. */
export const greplPath =
  process.env.GREPL_BIN ?? join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'bin', 'grepl.js');

/** How to start the program. */
export interface RunOptions {
  /** Bytes for stdin, which is then closed. `open`: a pipe that stays open and silent. Default: /dev/null. */
  readonly stdin?: string | Uint8Array | 'open' | undefined;
  /** Added to the small environment that every run gets; undefined removes a name. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  readonly cwd?: string | undefined;
  /** Kills the process and rejects after this long: it finds hangs, it judges no speed. Default 30,000. */
  readonly timeoutMs?: number | undefined;
  /** A file descriptor in place of the pipe that collects stdout. */
  readonly stdoutFd?: number | undefined;
}

/** What a finished run left behind. */
export interface RunResult {
  /** Exit code; 128 + N when signal N ended the process, as a shell reports it. */
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly stdoutBytes: Buffer;
  readonly stderrBytes: Buffer;
  /** Wall-clock from spawn to exit, milliseconds. */
  readonly ms: number;
  /** Peak resident set in MiB; undefined where /proc does not tell it. */
  readonly rssMb: number | undefined;
}

/** A run under way. */
export interface RunningGrepl {
  readonly child: ChildProcess;
  /** Resolves when stdout holds at least `count` lines; rejects if the process ends before. */
  lines(count: number): Promise<void>;
  /** Resolves at exit, once all output has been read; rejects when the time is over. */
  readonly result: Promise<RunResult>;
}

let home: string | undefined;

/** The environment of every run: no colours, no proxy, a home of its own. */
export function plainEnvironment(added: Readonly<Record<string, string | undefined>> = {}): NodeJS.ProcessEnv {
  home ??= temporaryFolder();
  const base = { PATH: process.env.PATH, HOME: home, LANG: 'C.UTF-8', TMPDIR: process.env.TMPDIR, ...added };
  return Object.fromEntries(Object.entries(base).filter(([, value]) => value !== undefined));
}

/** Peak resident set of a live process in MiB (VmHWM); undefined when it is gone or the system has no /proc. */
function peakRssMb(pid: number): number | undefined {
  try {
    const kilobytes = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
  } catch {
    return undefined;
  }
}

/** Samples the peak while the process lives. The kernel keeps the maximum, so a rare sample still sees it. */
function watchRss(pid: () => number | undefined): { readonly stop: () => number | undefined } {
  let peak: number | undefined;
  const timer = setInterval(() => {
    const id = pid();
    if (id !== undefined) peak = peakRssMb(id) ?? peak;
  }, 25);
  return {
    stop: () => {
      clearInterval(timer);
      return peak;
    },
  };
}

/** Collects a stream; the function returned gives what has come so far. */
function collect(stream: Readable | null): () => Buffer {
  const chunks: Buffer[] = [];
  stream?.on('data', (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks);
}

const signalNumbers: Readonly<Record<string, number>> = { SIGHUP: 1, SIGINT: 2, SIGABRT: 6, SIGKILL: 9, SIGSEGV: 11 };

function exitNumber(code: number | null, signal: NodeJS.Signals | null): number {
  if (code !== null) return code;
  return 128 + (signalNumbers[signal ?? ''] ?? (signal === 'SIGPIPE' ? 13 : 15));
}

function feed(child: ChildProcess, stdin: RunOptions['stdin']): void {
  // The program may end before it has read everything: that is its right, not a failure of the test.
  child.stdin?.on('error', () => {});
  if (stdin !== undefined && stdin !== 'open') child.stdin?.end(stdin);
}

/** Resolves when all output is read and the process is gone; on time-out kills the process and rejects. */
function finished(child: ChildProcess, timeoutMs: number, output: () => string): Promise<number> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      child.stdout?.destroy();
      child.stderr?.destroy();
      reject(new Error(`hang: still running after ${timeoutMs} ms; so far:\n${output().slice(-2000)}`));
    }, timeoutMs);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve(exitNumber(code, signal));
    });
  });
}

/** Starts any command with the test environment; `rssPid` says whose memory is watched if not the child's own. */
export function startCommand(
  command: readonly [string, ...string[]],
  options: RunOptions = {},
  rssPid?: () => number | undefined,
): RunningGrepl {
  const started = performance.now();
  const [file, ...args] = command;
  const child = spawn(file, args, {
    cwd: options.cwd,
    env: plainEnvironment(options.env),
    stdio: [
      options.stdin === undefined ? 'ignore' : 'pipe',
      options.stdoutFd ?? 'pipe',
      'pipe',
      ...(rssPid ? ['pipe' as const] : []),
    ],
  });
  const out = collect(child.stdout);
  const err = collect(child.stderr);
  const rss = watchRss(rssPid ?? (() => child.pid));
  feed(child, options.stdin);
  const result = finished(child, options.timeoutMs ?? 30_000, () => `${out()}${err()}`)
    .then((exit) => ({
      exit,
      stdout: out().toString('utf8'),
      stderr: err().toString('utf8'),
      stdoutBytes: out(),
      stderrBytes: err(),
      ms: performance.now() - started,
      rssMb: rss.stop(),
    }))
    .finally(() => rss.stop());
  // A test that waits for something else first must not be ended by an unhandled rejection.
  result.catch(() => {});
  return { child, result, lines: (count) => waitForLines(child, out, count, result) };
}

async function waitForLines(
  child: ChildProcess,
  out: () => Buffer,
  count: number,
  result: Promise<RunResult>,
): Promise<void> {
  const enough = () => out().toString('utf8').split('\n').length > count;
  if (enough()) return;
  const arrived = new Promise<void>((resolve) => {
    child.stdout?.on('data', () => {
      if (enough()) resolve();
    });
  });
  const ended = result.then((run) => {
    if (!enough()) throw new Error(`ended with ${run.exit} before ${count} lines: ${run.stdout}${run.stderr}`);
  });
  await Promise.race([arrived, ended]);
}

/** Starts grepl and returns at once, for tests that send signals or read while it runs. */
export function startGrepl(args: readonly string[], options: RunOptions = {}): RunningGrepl {
  return startCommand([process.execPath, greplPath, ...args], options);
}

/** Runs grepl to its end. */
export function runGrepl(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  return startGrepl(args, options).result;
}

// The pid and later the exit code of the first process of the pipeline go through descriptor 3, so that stdout is a real
// pipe between the two and neither side inherits anything else.
const pipelineScript = `consumer=$1; shift
{ sh -c 'echo $$ >&3; exec "$0" "$@" 3>&-' "$@"; echo "exit $?" >&3; } | sh -c "$consumer" 3>&-`;

/**
 * Runs `grepl ARGS | CONSUMER` with a real pipe between them. `stdout` is what the consumer wrote, `exit` and `rssMb`
 * belong to grepl.
 */
export async function runPiped(
  args: readonly string[],
  consumer: string,
  options: RunOptions = {},
): Promise<RunResult> {
  let report = '';
  const running = startCommand(
    ['sh', '-c', pipelineScript, 'sh', consumer, process.execPath, greplPath, ...args],
    options,
    () => Number(/^\d+/.exec(report)?.[0] ?? Number.NaN) || undefined,
  );
  (running.child.stdio[3] as Readable).on('data', (chunk: Buffer) => {
    report += chunk.toString('latin1');
  });
  const result = await running.result;
  const exit = /exit (\d+)/.exec(report)?.[1];
  if (exit === undefined) throw new Error(`the pipeline gave no exit code: ${result.stderr}`);
  return { ...result, exit: Number(exit) };
}
