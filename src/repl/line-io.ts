// The world of one line at a terminal: its owner writes, and what a command reads from stdin is asked for line by line.
import { Readable, Writable } from 'node:stream';
import { guardedStream } from '../commands/guarded-io.ts';
import type { Io } from '../io.ts';
import { lineMachine } from '../prompt/line.ts';
import type { Terminal } from '../prompt/terminal.ts';
import { wantsMore } from './script.ts';

/** The Io of one line. `interrupt` is called when the person cancels while input is asked for. */
export function lineIo(io: Io, terminal: Terminal, signal: AbortSignal, interrupt: () => void): Io {
  return {
    stdin: lines(terminal, interrupt),
    stdout: io.stdout.isTTY ? through(terminal) : io.stdout,
    stderr: guardedStream(through(terminal), io.secrets),
    env: io.env,
    signal,
    cwd: io.cwd,
    packageRoot: io.packageRoot,
    now: () => io.now(),
    secrets: io.secrets,
  };
}

/** A stream for stdout or stderr that prints where the owner of the terminal says. */
function through(terminal: Terminal): Io['stdout'] {
  const stream = new Writable({
    decodeStrings: false,
    write: (chunk: string | Buffer, _encoding, done) => {
      terminal.write(typeof chunk === 'string' ? chunk : chunk.toString('utf8')).then(() => done(), done);
    },
  });
  const { columns, rows } = terminal.size();
  return Object.assign(stream, { isTTY: true, columns, rows });
}

/** What is typed for a command that reads standard input (`-d -`), asked for only while it reads. */
function lines(terminal: Terminal, interrupt: () => void): Io['stdin'] {
  const over = new AbortController();
  const typed: string[] = [];
  const machine = () =>
    lineMachine({
      before: () => 'input> ',
      history: typed,
      complete: (text) => ({ from: text.length, to: text.length, items: [] }),
      hint: (text) => (text === '' ? ['input of the command; Ctrl-D ends it, Ctrl-C cancels the line'] : []),
      unfinished: wantsMore,
    });
  const next = async (): Promise<string | null> => {
    for (;;) {
      const answer = await terminal.ask(machine(), { signal: over.signal }).answer;
      if (answer.type === 'end' || (answer.type === 'line' && answer.text.trim() === ':done')) return null;
      if (answer.type === 'interrupt' || (answer.type === 'line' && answer.text.trim() === ':cancel')) {
        interrupt();
        return null;
      }
      if (answer.type !== 'line' || answer.text.trim() === '') continue;
      typed.push(answer.text);
      return `${answer.text}\n`;
    }
  };
  const stream = new Readable({
    read() {
      next().then(
        (text) => stream.push(text),
        () => stream.push(null),
      );
    },
    destroy(error, done) {
      over.abort();
      done(error);
    },
  });
  return Object.assign(stream, { isTTY: true });
}
