// Words written so that a line of the REPL reads them back: its quotes are those of a shell, but it runs no commands.

const plainWord = /^[A-Za-z0-9_%+:,./-][A-Za-z0-9_@%+=:,./[\]-]*$/;
// Control characters and what turns the reading direction round do not survive pasting on a terminal.
const unsafe = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;
const unsafeAll = new RegExp(unsafe.source, 'g');

/** One word of a line: as it is where that is safe, else in quotes. */
function lineQuote(word: string): string {
  if (plainWord.test(word)) return word;
  if (!unsafe.test(word)) return `'${word.replaceAll("'", "'\\''")}'`;
  const escaped = word.replaceAll(/[\\']/g, '\\$&').replace(unsafeAll, escapeOf);
  return `$'${escaped}'`;
}

/** Words as a line. */
export function quotedLine(words: readonly string[]): string {
  return words.map(lineQuote).join(' ');
}

function escapeOf(character: string): string {
  const short = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }[character];
  return short ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
