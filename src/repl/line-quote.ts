// Words written so that a line of the REPL reads them back: its quotes are those of a shell, but it runs no commands.
import { escapedCharacter, unsafeClass } from '../wire/unsafe-text.ts';

const plainWord = /^[A-Za-z0-9_%+:,./-][A-Za-z0-9_@%+=:,./[\]-]*$/;
// Control characters, what turns the reading direction round and what nobody sees do not survive pasting on a terminal.
const unsafe = new RegExp(`[${unsafeClass}]`, 'u');
const unsafeAll = new RegExp(unsafe.source, 'gu');

/** One word of a line: as it is where that is safe, else in quotes. */
function lineQuote(word: string): string {
  if (plainWord.test(word)) return word;
  if (!unsafe.test(word)) return `'${word.replaceAll("'", "'\\''")}'`;
  const escaped = word.replaceAll(/[\\']/g, '\\$&').replace(unsafeAll, escapedCharacter);
  return `$'${escaped}'`;
}

/** Words as a line. */
export function quotedLine(words: readonly string[]): string {
  return words.map(lineQuote).join(' ');
}
