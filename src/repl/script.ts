// Lines from a file or a pipe: one REPL line a line, and the data of the calls alone on stdout.
import { Readable, Writable } from 'node:stream';
import { report } from '../commands/run-command.ts';
import { exitCodes } from '../errors.ts';
import { Interrupted, type Io, write } from '../io.ts';
import { incompleteError, isIncomplete, type Line } from './line.ts';
import { readLine } from './pasted.ts';
import { runLine } from './run-line.ts';
import type { Repl } from './state.ts';

/** How a script is run. */
export interface ScriptOptions {
  /** Run on after a line that fails; the exit code is the first failure's. */
  readonly keepGoing: boolean;
  /** In front of `line N:`, for a script that has a name: `setup.grepl, `. */
  readonly from?: string | undefined;
}

/**
 * Runs the lines as they arrive and resolves to the exit code: 0, or that of the first line that failed, whose message
 * begins with `line N:`. A line that is not finished goes on with the next. Nothing that a line runs reads the script.
 */
export async function runScript(
  repl: Repl,
  chunks: AsyncIterable<Uint8Array | string>,
  io: Io,
  options: ScriptOptions,
): Promise<number> {
  let first = exitCodes.ok as number;
  for await (const { text, number } of logicalLines(chunks)) {
    const code = await runText(repl, text, scriptIo(io, `${options.from ?? ''}line ${number}: `));
    if (io.signal.aborted) return interruptedCode(io) ?? code;
    if (first === exitCodes.ok) first = code;
    const ended = code === exitCodes.brokenPipe || code === exitCodes.interrupted || code === exitCodes.terminated;
    if (ended || repl.leaving || (code !== exitCodes.ok && !options.keepGoing)) return repl.leaving ? code : first;
  }
  return interruptedCode(io) ?? first;
}

function interruptedCode(io: Io): number | undefined {
  const { aborted, reason } = io.signal;
  return aborted && reason instanceof Interrupted ? reason.exitCode : undefined;
}

async function runText(repl: Repl, text: string, io: Io): Promise<number> {
  let line: Line;
  try {
    const split = readLine(text);
    if (isIncomplete(split)) throw incompleteError(split);
    line = split;
  } catch (error) {
    return report(error, io, repl.version);
  }
  return runLine(repl, line, io);
}

/** Lines joined until their quotes and brackets are closed, with the number of the first. */
async function* logicalLines(
  chunks: AsyncIterable<Uint8Array | string>,
): AsyncGenerator<{ readonly text: string; readonly number: number }> {
  let open: { text: string; number: number } | undefined;
  let number = 0;
  for await (const physical of physicalLines(chunks)) {
    number++;
    open = open ? { text: `${open.text}\n${physical}`, number: open.number } : { text: physical, number };
    if (wantsMore(open.text)) continue;
    yield open;
    open = undefined;
  }
  if (open) yield open;
}

/** Whether a text goes on with the next line. */
export function wantsMore(text: string): boolean {
  try {
    return isIncomplete(readLine(text));
  } catch {
    // What is wrong is told when the line runs.
    return false;
  }
}

async function* physicalLines(chunks: AsyncIterable<Uint8Array | string>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    rest += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    const lines = rest.split('\n');
    rest = lines.pop() as string;
    for (const line of lines) yield line.replace(/\r$/, '');
  }
  rest += decoder.decode();
  if (rest !== '') yield rest.replace(/\r$/, '');
}

/** The Io of one line: nothing on stdin, and what is told begins with the line's number. */
function scriptIo(io: Io, label: string): Io {
  return {
    stdin: Readable.from([]),
    stdout: io.stdout,
    stderr: label === '' ? io.stderr : labelled(io.stderr, label),
    env: io.env,
    signal: io.signal,
    cwd: io.cwd,
    packageRoot: io.packageRoot,
    secrets: io.secrets,
    now: () => io.now(),
  };
}

/** Where a message of ours begins: its name, or the mark of a status that is not OK; a sourced file's lines before it. */
const messageStart = /^((?:\u001b\[[\d;]*m)*)(?=(?:[^\n:]*, line \d+: )*(?:grepl\b|(?:\u2717|x) [A-Z_]+ \(\d+\)))/gm;

function labelled(stderr: Io['stderr'], label: string): Io['stderr'] {
  const stream = new Writable({
    decodeStrings: false,
    write: (chunk: string | Buffer, _encoding, done) => {
      const text = typeof chunk === 'string' ? chunk : chunk.toString('utf8');
      write(stderr, text.replaceAll(messageStart, `${label}$1`)).then(() => done(), done);
    },
  });
  return Object.assign(stream, { isTTY: stderr.isTTY, columns: stderr.columns });
}
