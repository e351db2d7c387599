// Where a line's data goes when it ends in `| command`, `> file` or `>> file`.
import { createWriteStream } from 'node:fs';
import { resolve } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { exitCodes, UserError } from '../errors.ts';
import { Interrupted, type Io, write } from '../io.ts';
import type { Sink } from './line.ts';
import type { Repl } from './state.ts';
import { wordText } from './variables.ts';

/**
 * Runs `use` with an Io whose stdout is the sink, and waits until all of it is written. A command that fails where the
 * line itself did not gives its exit code. Throws UserError 5 for a file that cannot be written.
 */
export async function withSink(
  sink: Sink | undefined,
  repl: Repl,
  io: Io,
  use: (io: Io) => Promise<number>,
): Promise<number> {
  if (!sink) return use(io);
  if (sink.kind === 'file') return toFile(wordText(sink.path, repl.scope), sink.append, io, use);
  const piped = () => toCommand(sink.command, repl, io, use);
  // A pager wants keys and the whole screen.
  return repl.person ? repl.person.lend(piped) : piped();
}

async function toFile(path: string, append: boolean, io: Io, use: (io: Io) => Promise<number>): Promise<number> {
  const file = createWriteStream(resolve(io.cwd, path), { flags: append ? 'a' : 'w' });
  await new Promise<void>((done, failed) => {
    file.once('open', () => done());
    file.once('error', (error) => failed(new UserError(5, `cannot write ${path}: ${error.message}`, { cause: error })));
  });
  const code = await use({ ...lineIo(io), stdout: file });
  await new Promise<void>((done, failed) => {
    file.once('error', (error) => failed(new UserError(5, `cannot write ${path}: ${error.message}`, { cause: error })));
    file.end(done);
  });
  return code;
}

async function toCommand(command: string, repl: Repl, io: Io, use: (io: Io) => Promise<number>): Promise<number> {
  const { spawn } = await import('node:child_process');
  const onScreen = repl.person !== undefined;
  const child = spawn('sh', ['-c', command], {
    cwd: io.cwd,
    stdio: ['pipe', onScreen ? 'inherit' : 'pipe', onScreen ? 'inherit' : 'pipe'],
  });
  const ended = new Promise<number>((done) => {
    child.once('error', () => done(exitCodes.brokenPipe));
    child.once('close', (code, signal) => done(code ?? (signal ? 1 : 0)));
  });
  const copies = [copy(child.stdout, io.stdout), copy(child.stderr, io.stderr)];
  const input = child.stdin as Writable;
  // Whoever has seen enough (head) ends the line, also one that has nothing more to write just now.
  const enough = new AbortController();
  ended.then(() => enough.abort(new Interrupted(exitCodes.brokenPipe)));
  const code = await use({
    ...lineIo(io),
    stdout: through(input),
    stderr: untilAborted(io.stderr, enough.signal),
    signal: AbortSignal.any([io.signal, enough.signal]),
  });
  input.end();
  const theirs = await ended;
  await Promise.all(copies);
  if (code !== exitCodes.ok && code !== exitCodes.brokenPipe) return code;
  if (theirs !== 0) repl.say(`grepl: ${command} ended with exit code ${theirs}`);
  return theirs;
}

/** A stream in front of a command's stdin that is no terminal, whatever the process has. */
function through(input: Writable): Writable {
  const pass = new PassThrough();
  input.on('error', (error) => pass.destroy(error));
  pass.pipe(input);
  return pass;
}

/** Says nothing more once the signal is aborted: the line was not cancelled by anybody who wants to hear of it. */
function untilAborted(stderr: Io['stderr'], signal: AbortSignal): Io['stderr'] {
  const stream = new Writable({
    decodeStrings: false,
    write: (chunk: string | Buffer, _encoding, done) => {
      if (signal.aborted) done();
      else write(stderr, chunk).then(() => done(), done);
    },
  });
  return Object.assign(stream, { isTTY: stderr.isTTY, columns: stderr.columns });
}

async function copy(from: NodeJS.ReadableStream | null, to: Io['stdout']): Promise<void> {
  if (from === null) return;
  for await (const chunk of from) await write(to, chunk as Buffer);
}

/** An Io's fields as a plain object, getters read. */
function lineIo(io: Io): Io {
  const { stdin, stdout, stderr, env, signal, cwd, packageRoot } = io;
  return { stdin, stdout, stderr, env, signal, cwd, packageRoot, now: () => io.now(), secrets: io.secrets };
}
