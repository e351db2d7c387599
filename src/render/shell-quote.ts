// Words for the command lines of Windows, as shellQuote in command-line.ts is for those of a POSIX shell.

/**
 * One word for cmd.exe: in double quotes where it has blanks or quotes, a quote within as `\"` (the C runtime's rule), and
 * `^` before what cmd.exe itself would act on. A line end cannot be written there: JSON has it as `\n` anyway.
 */
export function cmdQuote(word: string): string {
  if (/^[\w@+=:,./\\-]+$/.test(word)) return word;
  const inQuotes = `"${word.replaceAll(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, '$1$1')}"`;
  return inQuotes.replaceAll(/[()%!^"<>&|]/g, '^$&').replaceAll(/[\r\n]+/g, ' ');
}

/** One word for PowerShell 7.3 and newer, which hands quotes on as they are: single quotes, doubled within. */
export function pwshQuote(word: string): string {
  if (/^[\w+=:./\\-]+$/.test(word) && !word.startsWith('-')) return word;
  if (/^--?[\w-]+$/.test(word)) return word;
  return `'${word.replaceAll(/['\u2018-\u201b]/g, '$&$&')}'`;
}

/**
 * JSON with the characters inside its texts that cmd.exe would act on written as `\uXXXX`: the same document, and one
 * that needs no `^` in it.
 */
export function jsonForCmd(json: string): string {
  return json.replaceAll(/[%!^<>&|()]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
