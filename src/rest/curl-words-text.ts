// The characters of a pasted command: where a word ends, what its quotes mean.
import { UserError } from '../errors.ts';
import { printfBytes } from './curl-printf.ts';

/** Reads words from a text, from left to right. */
export class ShellText {
  readonly #text: string;
  readonly #warn: (warning: string) => void;
  #pos = 0;

  constructor(text: string, warn: (warning: string) => void) {
    this.#text = text;
    this.#warn = warn;
  }

  get ended(): boolean {
    return this.#pos >= this.#text.length;
  }

  peek(ahead = 0): string {
    return this.#text[this.#pos + ahead] ?? '';
  }

  at(text: string): boolean {
    return this.#text.startsWith(text, this.#pos);
  }

  take(text: string): boolean {
    if (!this.at(text)) return false;
    this.#pos += text.length;
    return true;
  }

  rest(): string {
    return this.#text.slice(this.#pos);
  }

  takeRest(): void {
    this.#pos = this.#text.length;
  }

  /** Up to the end of the line, which stays. */
  takeLine(): string {
    const end = this.#text.indexOf('\n', this.#pos);
    const line = this.#text.slice(this.#pos, end < 0 ? undefined : end);
    this.#pos += line.length;
    return line;
  }

  /** The lines up to the one that is `end`. Throws UserError 2 if there is none. */
  takeDocument(end: string, tabs: boolean): string {
    const lines: string[] = [];
    while (!this.ended) {
      const line = this.takeLine();
      this.take('\n');
      const text = tabs ? line.replace(/^\t+/, '') : line;
      if (text === end) return lines.join('');
      lines.push(`${text}\n`);
    }
    throw new UserError(2, `the here-document has no line ${JSON.stringify(end)} at its end`);
  }

  /** Blanks and continued lines. */
  skipBlanks(): void {
    for (;;) {
      const found = /^(?:[ \t\r\u00a0]|\\[ \t]*\n)+/.exec(this.#text.slice(this.#pos));
      if (!found) return;
      this.#pos += found[0].length;
    }
  }

  /** The word that stands here. Throws UserError 2 for quotes without an end and for commands in it. */
  word(): string {
    let word = '';
    const start = this.#pos;
    while (!this.ended) {
      const char = this.peek();
      if (/[\s|<>;]/.test(char)) break;
      if (char === '&' && !this.#isWithin(start)) break;
      word += this.#piece(char);
    }
    return word;
  }

  /** A shell ends the command at `&`; in a URL that someone forgot to quote it is meant to be there. */
  #isWithin(start: number): boolean {
    const next = this.peek(1);
    const before = this.#text.slice(start, this.#pos);
    if (next === '' || /[\s&>]/.test(next) || !/[?=]/.test(before)) return false;
    this.#warn('an & without quotes would end the command in a shell');
    return true;
  }

  #piece(char: string): string {
    switch (char) {
      case "'":
        return this.#single();
      case '"':
        this.#pos++;
        return this.#double();
      case '\\':
        return this.#escaped();
      case '$':
        return this.#dollar(false);
      case '`':
        throw commandInside('`…`');
      default:
        this.#pos++;
        return char;
    }
  }

  #escaped(): string {
    const next = this.peek(1);
    this.#pos += 2;
    return next === '\n' ? '' : next;
  }

  #single(): string {
    const end = this.#text.indexOf("'", this.#pos + 1);
    if (end < 0) throw this.#unfinished("'", this.#pos);
    const text = this.#text.slice(this.#pos + 1, end);
    this.#pos = end + 1;
    return text;
  }

  #double(): string {
    const start = this.#pos - 1;
    let text = '';
    while (!this.ended) {
      const char = this.peek();
      if (char === '"') {
        this.#pos++;
        return text;
      }
      if (char === '\\' && /[$`"\\\n]/.test(this.peek(1))) text += this.#escaped();
      else if (char === '$') text += this.#dollar(true);
      else if (char === '`') throw commandInside('`…`');
      else {
        text += char;
        this.#pos++;
      }
    }
    throw this.#unfinished('"', start);
  }

  /** `$NAME`, `${NAME}`, `$(…)`, and outside of double quotes `$'…'` and `$"…"`. */
  #dollar(isQuoted: boolean): string {
    if (!isQuoted && this.take("$'")) return this.#ansi();
    if (!isQuoted && this.take('$"')) return this.#double();
    if (this.take('$(')) return this.#substitution();
    const variable = /^\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\})/.exec(this.#text.slice(this.#pos));
    if (!variable) {
      if (this.at('${')) throw commandInside(this.#text.slice(this.#pos).replace(/[}\n][\s\S]*/, '}'));
      this.#pos++;
      return '$';
    }
    this.#pos += variable[0].length;
    return `\0$${variable[1] ?? variable[2]}\0`;
  }

  /** The text of `$'…'`; escapes may be bytes of a character, so it is put together as bytes. */
  #ansi(): string {
    const start = this.#pos - 2;
    let raw = '';
    while (!this.ended && this.peek() !== "'") {
      raw += this.peek() === '\\' ? this.peek() + this.peek(1) : this.peek();
      this.#pos += this.peek() === '\\' ? 2 : 1;
    }
    if (!this.take("'")) throw this.#unfinished("$'", start);
    return Buffer.from(printfBytes(raw, 'quotes')).toString('utf8');
  }

  /** What grepl itself writes into a command: a file's contents, and text that printf makes. */
  #substitution(): string {
    const start = this.#pos;
    const inner = new ShellText(this.#text.slice(start), this.#warn);
    const words: string[] = [];
    for (inner.skipBlanks(); !inner.ended && inner.peek() !== ')'; inner.skipBlanks()) {
      const before = inner.#pos;
      words.push(inner.take('<') ? 'cat' : inner.#wordUntil(')'));
      if (inner.#pos === before) break;
    }
    const made = inner.take(')') ? substituted(words) : undefined;
    if (made === undefined) throw commandInside(`$(${words.join(' ')})`);
    this.#pos += inner.#pos;
    return made;
  }

  #wordUntil(end: string): string {
    let word = '';
    while (!this.ended && !/[\s|<>;&]/.test(this.peek()) && this.peek() !== end) word += this.#piece(this.peek());
    return word;
  }

  #unfinished(quote: string, at: number): UserError {
    const near = this.#text.slice(at, at + 24);
    return new UserError(2, `the quote ${quote} at character ${at + 1} has no end: ${JSON.stringify(near)}`);
  }
}

function substituted(words: readonly string[]): string | undefined {
  const [name, argument, ...more] = words;
  if (name === 'cat' && more.length === 0) return `\0@${argument ?? '-'}\0`;
  if (name !== 'printf' || argument === undefined || more.length > 0) return undefined;
  // A shell takes the last line ends away.
  return Buffer.from(printfBytes(argument, 'printf')).toString('utf8').replace(/\n+$/, '');
}

function commandInside(what: string): UserError {
  return new UserError(2, `the command has ${what} in it, which only a shell can work out`, {
    hint: 'put the value there, or give the words without quotes around them: grepl from-curl curl …',
  });
}
