// Forms that were left, or whose program was killed: draft lists them and goes on with one.
import { rmSync } from 'node:fs';
import { type Draft, readDrafts } from '../../commands/draft-files.ts';
import { UserError } from '../../errors.ts';
import { write } from '../../io.ts';
import { quoted } from '../../schema/quote.ts';
import { rows } from '../output.ts';
import type { LineInput } from '../table.ts';

/** `draft`: the drafts. `draft N|METHOD` goes on with one; `draft rm N` deletes it. */
export async function draft({ repl, io, words, run }: LineInput): Promise<number> {
  const [first, second] = words;
  const drafts = readDrafts(io.env, repl.say);
  if (first === undefined) {
    if (drafts.length === 0) repl.say('no drafts; a form that is left without sending becomes one');
    const lines = drafts.map(({ method, target, at, document }, index) => [
      String(index + 1),
      method,
      target,
      when(at),
      document,
    ]);
    await write(io.stdout, await rows(repl, io, lines));
    return 0;
  }
  if (first === 'rm') {
    rmSync(chosen(drafts, second).path, { force: true });
    return 0;
  }
  const found = chosen(drafts, first);
  if (!repl.person) throw new UserError(2, 'a draft is gone on with at a terminal', { hint: 'draft lists them' });
  if (found.target !== (repl.address ?? '')) repl.say(`this draft was for ${found.target}`);
  repl.formDraft = found.document;
  repl.draftPath = found.path;
  try {
    return await run(['call', found.method]);
  } finally {
    repl.formDraft = undefined;
    repl.draftPath = undefined;
  }
}

function when(at: string): string {
  return at.slice(0, 16).replace('T', ' ');
}

function chosen(drafts: readonly Draft[], word: string | undefined): Draft {
  const found = /^\d+$/.test(word ?? '')
    ? drafts[Number(word) - 1]
    : drafts.find(({ method }) => method === word || method.endsWith(`/${word}`) || method.endsWith(`.${word}`));
  if (found) return found;
  throw new UserError(2, word === undefined ? 'which draft?' : `there is no draft ${quoted(word)}`, {
    hint: drafts.length === 0 ? 'there are none' : 'draft lists them with their numbers',
  });
}
