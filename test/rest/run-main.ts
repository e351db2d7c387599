// Command lines run in process, with what they print; `:PORT` stands for the demo's address.
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { main } from '../../src/main.ts';

const root = join(import.meta.dirname, '..', '..');

export interface Ran {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
}

export interface RunMainOptions {
  readonly stdin?: string | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Columns of stdout, which then is a terminal. */
  readonly columns?: number | undefined;
}

/** Runs one command line; never rejects. */
export async function runMain(argv: readonly string[], options: RunMainOptions = {}): Promise<Ran> {
  const texts = { out: '', err: '' };
  const sink = (name: 'out' | 'err'): Writable =>
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        texts[name] += chunk.toString();
        done();
      },
    });
  const stdout = sink('out');
  if (options.columns !== undefined) Object.assign(stdout, { isTTY: true, columns: options.columns });
  const exit = await main(argv, {
    stdin: Readable.from(options.stdin === undefined ? [] : [Buffer.from(options.stdin)]),
    stdout,
    stderr: sink('err'),
    env: { NO_COLOR: '1', ...options.env },
    signal: new AbortController().signal,
    cwd: root,
    packageRoot: root,
    now: () => performance.now(),
  });
  return { exit, ...texts };
}
