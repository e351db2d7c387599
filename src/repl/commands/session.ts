// The session itself: source, history, exit.
import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { UserError } from '../../errors.ts';
import { write } from '../../io.ts';
import { visible } from '../../render/visible.ts';
import type { LineInput } from '../table.ts';

/** `source FILE`: its lines as if typed, up to the first that fails. */
export async function source({ repl, io, words }: LineInput): Promise<number> {
  const [path] = words;
  if (path === undefined) throw new UserError(2, 'source needs a FILE');
  if (repl.sourcing > 20) throw new UserError(2, `source ${visible(path)}: files lead to each other without end`);
  const { runScript } = await import('../script.ts');
  repl.sourcing++;
  try {
    return await runScript(repl, fileChunks(path, resolve(io.cwd, path)), io, { keepGoing: false, from: `${path}, ` });
  } finally {
    repl.sourcing--;
  }
}

async function* fileChunks(path: string, full: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of createReadStream(full)) yield chunk as Uint8Array;
  } catch (error) {
    throw new UserError(2, `cannot read ${path}: ${(error as Error).message}`, { cause: error });
  }
}

/** `history [N] [--off|--on]`: the newest N lines (20). */
export async function history({ repl, io, words }: LineInput): Promise<number> {
  const { history: kept } = repl;
  if (!kept) throw new UserError(2, 'a script has no history');
  if (words.includes('--off')) kept.writing = false;
  else if (words.includes('--on')) kept.writing = true;
  else {
    const number = Number(words[0] ?? 20);
    if (!Number.isInteger(number) || number < 1) throw new UserError(2, `history: "${words[0]}" is no number of lines`);
    const lines = kept.lines().slice(-number);
    await write(io.stdout, lines.map((line) => `${visible(line, { multiline: true })}\n`).join(''));
    return 0;
  }
  repl.say(
    kept.writing ? `lines are kept in ${visible(kept.path ?? 'memory')}` : 'lines are not kept in the file any more',
  );
  return 0;
}

/** `exit [CODE]`. */
export async function exit({ repl, words }: LineInput): Promise<number> {
  const code = Number(words[0] ?? 0);
  if (!Number.isInteger(code) || code < 0 || code > 255) throw new UserError(2, `exit: "${words[0]}" is no exit code`);
  repl.leaving = true;
  return code;
}
