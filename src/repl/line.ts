// One line of the REPL taken apart as a shell would: words, quotes, comments, and where the output goes. Variables are
// left as references, because what they stand for is known only when the line runs.
import { UserError } from '../errors.ts';
import { ansiQuoted, type Cut, doubleQuoted, json, reference, singleQuoted } from './line-parts.ts';

/** A piece of a word: text as it is, or a variable. */
export type Part = { readonly kind: 'text'; readonly text: string } | ReferencePart;

/** `$name.path`, `${name.path}` or `${function(…)}`. */
export interface ReferencePart {
  readonly kind: 'reference';
  /** What stands behind `$`, without braces: `last.items[0].id`, `env.HOME`, `uuid()`. */
  readonly text: string;
  /** How its value is written: as text, as JSON, or as the inside of a JSON string. */
  readonly as: 'text' | 'json' | 'json-string';
  /** 1-based, in characters of the line. */
  readonly column: number;
}

/** One word. */
export interface LineWord {
  readonly parts: readonly Part[];
  readonly column: number;
  /** The whole word is one JSON value written without quotes around it. */
  readonly json: boolean;
}

/** Where a line's output goes when not to the screen. */
export type Sink =
  | { readonly kind: 'pipe'; readonly command: string }
  | { readonly kind: 'file'; readonly path: LineWord; readonly append: boolean };

/** A line understood. No words: a blank line or a comment. */
export interface Line {
  readonly words: readonly LineWord[];
  readonly sink?: Sink | undefined;
}

/** What is still open at the end of a text: more lines may close it. */
export interface Incomplete {
  readonly what: string;
  readonly column: number;
}

/**
 * Takes a line apart. Quotes: `'…'` as it is, `"…"` with `\` escapes and variables, `$'…'` with `\n`, `\x41`, `\u00e9`.
 * A backslash takes the next character as it is and joins lines. `#` where a word may begin starts a comment. `| command`,
 * `> file` and `>> file` end the line. A word, or a value behind `:=`, that begins with `{` or `[` is JSON up to the
 * bracket that closes it, blanks and quotes included; so is `{"…}` behind `=`. An open quote or bracket gives Incomplete. Throws UserError 2 with
 * the column for anything that more lines would not mend.
 */
export function splitLine(text: string): Line | Incomplete {
  const cut: Cut = { text, at: 0 };
  const words: LineWord[] = [];
  for (;;) {
    skipBlanks(cut);
    const next = text[cut.at];
    if (next === undefined) return { words };
    if (next === '|') return { words, sink: pipe(cut) };
    if (next === '>') {
      const sink = fileSink(cut);
      return 'what' in sink ? sink : { words, sink };
    }
    const word = readWord(cut);
    if ('what' in word) return word;
    words.push(word);
  }
}

/** True when more lines are needed. */
export function isIncomplete(split: Line | Incomplete): split is Incomplete {
  return 'what' in split;
}

/** The error of a text that stays incomplete at the end of the input. */
export function incompleteError({ what, column }: Incomplete): UserError {
  return new UserError(2, `column ${column}: ${what}`);
}

function skipBlanks(cut: Cut): void {
  for (;;) {
    const next = cut.text[cut.at];
    if (next === '#') {
      const end = cut.text.indexOf('\n', cut.at);
      cut.at = end < 0 ? cut.text.length : end;
    } else if (next === '\\' && /^\\\r?\n/.test(cut.text.slice(cut.at, cut.at + 3))) {
      cut.at = cut.text.indexOf('\n', cut.at) + 1;
    } else if (next !== undefined && /\s/.test(next)) cut.at++;
    else return;
  }
}

function pipe(cut: Cut): Sink {
  const column = columnOf(cut.text, cut.at);
  const command = cut.text.slice(cut.at + 1).trim();
  if (command === '') throw new UserError(2, `column ${column}: no command behind "|"`, { hint: 'such as | jq .id' });
  return { kind: 'pipe', command };
}

function fileSink(cut: Cut): Sink | Incomplete {
  const column = columnOf(cut.text, cut.at);
  const append = cut.text.startsWith('>>', cut.at);
  cut.at += append ? 2 : 1;
  skipBlanks(cut);
  if (cut.at >= cut.text.length) throw new UserError(2, `column ${column}: no file behind "${append ? '>>' : '>'}"`);
  const path = readWord(cut);
  if ('what' in path) return path;
  skipBlanks(cut);
  if (cut.at < cut.text.length) {
    throw new UserError(2, `column ${columnOf(cut.text, cut.at)}: only one file can stand behind ">"`, {
      hint: 'put the words of the command in front of it',
    });
  }
  return { kind: 'file', path, append };
}

/** Reads the word at `cut.at`. */
function readWord(cut: Cut): LineWord | Incomplete {
  const start = cut.at;
  const parts: Part[] = [];
  let wholeJson = false;
  for (;;) {
    const next = cut.text[cut.at];
    if (next === undefined || /[\s|>]/.test(next)) break;
    if (startsJson(cut, start)) {
      wholeJson = cut.at === start;
      const open = json(cut, parts);
      if (open) return open;
      continue;
    }
    wholeJson = false;
    const open = readPiece(cut, parts);
    if (open) return open;
  }
  return { parts: joined(parts), column: columnOf(cut.text, start), json: wholeJson };
}

/** Whether JSON begins here: where a word begins, behind `:=`, and behind `=` if it cannot well be anything else. */
function startsJson({ text, at }: Cut, start: number): boolean {
  if (text[at] !== '{' && text[at] !== '[') return false;
  if (at === start || text.slice(start, at).endsWith(':=')) return true;
  return text[at - 1] === '=' && /^\{\s*["}]/.test(text.slice(at, at + 80));
}

/** Reads one quote, escape, variable or character. */
function readPiece(cut: Cut, parts: Part[]): Incomplete | undefined {
  const next = cut.text[cut.at];
  switch (next) {
    case "'":
      return singleQuoted(cut, parts);
    case '"':
      return doubleQuoted(cut, parts);
    case '\\':
      return escaped(cut, parts);
    case '$':
      if (cut.text[cut.at + 1] === "'") return ansiQuoted(cut, parts);
      return reference(cut, parts, 'text');
    default:
      parts.push({ kind: 'text', text: next as string });
      cut.at++;
      return undefined;
  }
}

function escaped(cut: Cut, parts: Part[]): Incomplete | undefined {
  const next = cut.text[cut.at + 1];
  if (next === undefined) return { what: 'nothing behind the last "\\"', column: columnOf(cut.text, cut.at) };
  cut.at += 2;
  if (next !== '\n') parts.push({ kind: 'text', text: next });
  return undefined;
}

/** Neighbouring texts as one; an empty word keeps one empty text. */
function joined(parts: readonly Part[]): Part[] {
  const result: Part[] = [];
  for (const part of parts) {
    const last = result.at(-1);
    if (part.kind === 'text' && last?.kind === 'text') {
      result[result.length - 1] = { kind: 'text', text: last.text + part.text };
    } else result.push(part);
  }
  return result.length > 0 ? result : [{ kind: 'text', text: '' }];
}

/** The 1-based column of a position, counted in characters from the start of its line. */
function columnOf(text: string, at: number): number {
  return [...text.slice(text.lastIndexOf('\n', at - 1) + 1, at)].length + 1;
}
