// A command line as it is pasted, taken apart as a POSIX shell (and bash, for $'…') would, so far as pasted commands need:
// nothing is run, and what the shell would put in later stays marked.
import { UserError } from '../errors.ts';
import { ShellText } from './curl-words-text.ts';

/**
 * One command of a pipeline. What the shell would put into a word stays in it between two NULs, which no word can hold:
 * `$NAME` for a variable, `@FILE` for a file's contents.
 */
export interface ShellCommand {
  readonly words: readonly string[];
  /** What a here-document or here-string gives it to read. */
  readonly input: string | undefined;
  /** The file behind `<`. */
  readonly inputFile: string | undefined;
}

/** A pasted line understood. */
export interface Pipeline {
  readonly commands: readonly ShellCommand[];
  readonly warnings: readonly string[];
}

/**
 * Takes a pasted command line apart: quotes, `$'…'`, escapes, line continuations (also forgotten ones, before a line that
 * begins with a dash), comments, pipes, redirections, here-documents. Throws UserError 2 for quotes that do not end, for
 * commands within the command, and for more than one command.
 */
export function readPipeline(text: string): Pipeline {
  return new PipelineReader(text).read();
}

/** Words that mark a place where a command was copied from: a prompt. */
const prompt = /^\s*(?:[$%>#]\s+)?/;

class PipelineReader {
  readonly #text: ShellText;
  readonly #commands: ShellCommand[] = [];
  readonly #warnings: string[] = [];
  #words: string[] = [];
  #input: string | undefined;
  #inputFile: string | undefined;
  #hereDocument: { readonly end: string; readonly tabs: boolean } | undefined;

  constructor(text: string) {
    const unix = withoutCarets(text.replaceAll('\r\n', '\n')).replace(prompt, '');
    this.#text = new ShellText(unix, (warning) => this.#warnings.push(warning));
  }

  read(): Pipeline {
    const text = this.#text;
    while (!text.ended) {
      text.skipBlanks();
      if (text.ended) break;
      if (text.take('\n')) this.#newline();
      else if (text.peek() === '#') text.takeLine();
      else if (!this.#operator()) this.#word();
    }
    this.#endCommand();
    return { commands: this.#commands, warnings: this.#warnings };
  }

  #word(): void {
    const word = this.#text.word();
    // `2>` and the like: which stream is redirected.
    if (/^\d$/.test(word) && /[<>]/.test(this.#text.peek())) return;
    this.#words.push(word);
  }

  /** Takes an operator; false when a word stands here. */
  #operator(): boolean {
    const text = this.#text;
    if (text.take('<<<')) {
      this.#input = `${this.#operand('<<<')}\n`;
      return true;
    }
    if (text.take('<<')) {
      const tabs = text.take('-');
      this.#hereDocument = { end: this.#operand('<<'), tabs };
      return true;
    }
    if (text.take('<')) {
      this.#inputFile = this.#operand('<');
      return true;
    }
    for (const out of ['&>>', '&>', '>>', '>|', '>&', '>']) {
      if (!text.take(out)) continue;
      this.#operand(out);
      return true;
    }
    if (text.peek() === '|' && !text.at('||')) {
      text.take('|&') || text.take('|');
      this.#endCommand();
      return true;
    }
    return this.#separator();
  }

  #separator(): boolean {
    const text = this.#text;
    for (const separator of ['&&', '||', ';', '&']) {
      if (!text.take(separator)) continue;
      this.#oneCommand(separator);
      return true;
    }
    return false;
  }

  #operand(operator: string): string {
    this.#text.skipBlanks();
    if (this.#text.ended || this.#text.peek() === '\n') {
      throw new UserError(2, `nothing stands behind ${operator}`);
    }
    return this.#text.word();
  }

  #newline(): void {
    const text = this.#text;
    if (this.#hereDocument) {
      this.#input = text.takeDocument(this.#hereDocument.end, this.#hereDocument.tabs);
      this.#hereDocument = undefined;
    }
    if (this.#words.length === 0) return;
    text.skipBlanks();
    // A backslash that was lost when the command was copied.
    if (text.peek() === '-') this.#warnings.push('a line that begins with a dash is read as going on');
    else this.#oneCommand('\n');
  }

  /** Nothing may follow a whole command. */
  #oneCommand(separator: string): void {
    const rest = this.#text.rest().replace(/^(?:\s*(?:#[^\n]*)?)*/, '');
    if (rest !== '') {
      const shown = separator === '\n' ? 'a second line' : `${separator}`;
      throw new UserError(2, `more than one command: ${shown} is followed by ${JSON.stringify(rest.slice(0, 40))}`, {
        hint: 'give one command; a command over several lines has a \\ at the end of each',
      });
    }
    this.#text.takeRest();
  }

  #endCommand(): void {
    if (this.#words.length > 0)
      this.#commands.push({ words: this.#words, input: this.#input, inputFile: this.#inputFile });
    this.#words = [];
    this.#input = undefined;
    this.#inputFile = undefined;
  }
}

/** Browsers copy for Windows' own shell too, which escapes with carets: the same command for a POSIX shell. */
function withoutCarets(text: string): string {
  // Of those the very first quote has one.
  if (!/^[^'"]*\^"/.test(text)) return text;
  return text
    .replace(/\^\n/g, ' ')
    .replace(/\^([\s\S])/g, '$1')
    .replaceAll('$', '\\$');
}

const mark = /\0([$@])([^\0]*)\0/g;

/** The word as grepl's own -H takes it: `${NAME}` for a variable, `@FILE` for a file. */
export function asTyped(word: string): string {
  return word.replace(mark, (_, kind: string, name: string) => (kind === '$' ? `\${${name}}` : `@${name}`));
}

/** True if the shell would put something into the word. */
export function hasMarks(word: string): boolean {
  return word.includes('\0');
}

/** The word with what the shell would put in. `value` gets `$` and a variable's name, or `@` and a file's. */
export function filledIn(word: string, value: (kind: '$' | '@', name: string) => string): string {
  return word.replace(mark, (_, kind: '$' | '@', name: string) => value(kind, name));
}
