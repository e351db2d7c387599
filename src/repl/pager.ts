// What is longer than the screen goes through a pager; what is shorter, or takes its time, is written as it comes.
import { Writable } from 'node:stream';
import { type Io, write } from '../io.ts';
import { wrapCells } from '../render/columns-wrap.ts';
import type { Repl } from './state.ts';

/** Output of a line that is still under way after this long is shown. */
const patienceMs = 400;

interface Piece {
  readonly to: 'stdout' | 'stderr';
  readonly text: string;
}

/** Runs `use` with an Io whose output is looked at before it is shown, where there is a screen and somebody at it. */
export async function paged(repl: Repl, io: Io, use: (io: Io) => Promise<number>): Promise<number> {
  const { person } = repl;
  const { rows = 0, columns = 80 } = io.stdout;
  if (!person?.page || !repl.pager || repl.repeating > 0 || !io.stdout.isTTY || rows < 4) return use(io);
  let held: Piece[] = [];
  const flush = async (): Promise<void> => {
    const pieces = held;
    held = [];
    for (const { to, text } of pieces) await write(io[to], text);
  };
  const timer = setInterval(() => void flush().catch(() => {}), patienceMs);
  // What runs inside is looked at here and not once more.
  repl.repeating++;
  try {
    return await use({
      stdin: io.stdin,
      stdout: holding('stdout', io, () => held),
      stderr: holding('stderr', io, () => held),
      env: io.env,
      signal: io.signal,
      cwd: io.cwd,
      packageRoot: io.packageRoot,
      secrets: io.secrets,
      now: () => io.now(),
    });
  } finally {
    clearInterval(timer);
    repl.repeating--;
    const text = held.map((piece) => piece.text).join('');
    const isLong = screenRows(text, columns, rows) > rows - 1;
    if (!isLong || io.signal.aborted || !(await person.page(text))) await flush();
  }
}

/** How many rows of the screen a text takes; counted no further than `enough`. */
function screenRows(text: string, columns: number, enough: number): number {
  let count = 0;
  for (const line of text.split('\n').slice(0, enough * 2)) {
    count += wrapCells(line, columns).length;
    if (count > enough * 2) break;
  }
  return count - 1;
}

function holding(to: Piece['to'], io: Io, held: () => Piece[]): Io['stdout'] {
  const stream = new Writable({
    decodeStrings: false,
    write: (chunk: string | Buffer, _encoding, done) => {
      held().push({ to, text: typeof chunk === 'string' ? chunk : chunk.toString('utf8') });
      done();
    },
  });
  const { isTTY, columns, rows } = io[to];
  return Object.assign(stream, { isTTY, columns, rows });
}

/** Shows `text` in $PAGER, else less; false if there is none that runs. */
export async function showInPager(text: string, io: Io): Promise<boolean> {
  const { spawn } = await import('node:child_process');
  const command = io.env.PAGER ?? 'less';
  if (command === '' || command === 'cat') return false;
  // Colours are kept, what was read stays on the screen, and the last row (Ps: less's short prompt) says how to get on.
  const env = { LESS: 'RXPsspace goes on, q leaves', ...io.env };
  return new Promise((done) => {
    const child = spawn('sh', ['-c', command], { cwd: io.cwd, env, stdio: ['pipe', 'inherit', 'inherit'] });
    child.once('error', () => done(false));
    child.once('close', (code) => done(code !== 126 && code !== 127));
    // Whoever has read enough leaves before the end.
    child.stdin.on('error', () => {});
    child.stdin.end(text);
  });
}
