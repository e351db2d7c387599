// The words of `call` that only a line has: JSON and @file without -d, a method to be picked, a form to be opened.
import { normalise } from '../commands/parse.ts';
import { type CommandRow, findCommand, flagsOf } from '../commands/table.ts';
import { shortName } from './catalog.ts';
import type { Repl } from './state.ts';

/** The shell's `call`. */
export const callRow = findCommand('call') as CommandRow;

/**
 * The words as the shell's `call` takes them: a word that is JSON and `@FILE` become `-d`. Without a method one is
 * picked where there is a person; undefined when the person leaves the picker.
 */
export async function callWords(repl: Repl, words: readonly string[]): Promise<readonly string[] | undefined> {
  const kept: string[] = [];
  const documents: string[] = [];
  let hasMethod = false;
  const rows = flagsOf(callRow);
  const spelled = normalise(words, rows);
  for (let index = 0; index < spelled.length; index++) {
    const word = spelled[index] as string;
    const row = rows.find(({ name }) => `--${name}` === word);
    if (row && row.kind !== 'bool' && row.kind !== 'count') {
      kept.push(word);
      if (index + 1 < spelled.length) kept.push(spelled[++index] as string);
    } else if (isDocument(word)) documents.push(word);
    else {
      kept.push(word);
      hasMethod ||= !word.startsWith('-');
    }
  }
  if (documents.length > 0) kept.push('--data', documents.join('\n'));
  if (hasMethod || !repl.person) return kept;
  const catalog = await repl.catalog();
  const method = await repl.person.pickMethod(catalog);
  return method ? [shortName(method, catalog), ...kept] : undefined;
}

/** A JSON object, a list of them, or a file: nothing that a method or FIELD=VALUE may look like. */
function isDocument(word: string): boolean {
  return /^\s*\{/.test(word) || /^\s*\[\s*(?:[{\]])/.test(word) || /^@[^=]*$/.test(word);
}
