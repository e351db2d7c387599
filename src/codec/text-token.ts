// Cuts protobuf text format into tokens with positions, so that every complaint can name its line and column.
// https://protobuf.dev/reference/protobuf/textformat-spec/#lexical
import { quoted } from '../schema/quote.ts';

/** One token. `text` is as written; `start` is its offset in the text, in UTF-16 units. */
export interface Token {
  readonly kind: 'name' | 'number' | 'string' | 'symbol' | 'end';
  readonly text: string;
  readonly start: number;
}

/** Throws; the position is an offset into the text. */
export type Fail = (start: number, reason: string) => never;

const blank = /(?:[ \t\n\v\f\r]|#[^\n]*)*/y;
const name = /[A-Za-z_][A-Za-z0-9_]*/y;
const number = /(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[fF]?)/y;
const string = /"(?:[^"\\\n\0]|\\[^\n])*"|'(?:[^'\\\n\0]|\\[^\n])*'/y;
const symbols = '{}<>[]:,;-';

/**
 * A cursor over the tokens of one text. `token` is the current one; `next` goes on. Calls `fail` where the text has no
 * token of the format.
 */
export class TextScanner {
  readonly text: string;
  token: Token;
  private readonly fail: Fail;
  private pos = 0;

  constructor(text: string, fail: Fail) {
    this.text = text;
    this.fail = fail;
    this.token = { kind: 'end', text: '', start: 0 };
    this.next();
  }

  /** Moves to the next token and returns the one left. */
  next(): Token {
    const left = this.token;
    this.match(blank);
    this.token = this.scan();
    this.pos = this.token.start + this.token.text.length;
    return left;
  }

  /** Whether the current token is this symbol. */
  at(symbol: string): boolean {
    return this.token.kind === 'symbol' && this.token.text === symbol;
  }

  /** Passes over the symbol if it is next. */
  take(symbol: string): boolean {
    if (!this.at(symbol)) return false;
    this.next();
    return true;
  }

  /**
   * The name between brackets, the current token being `[`: an extension's or, with a slash, a type URL. Blanks and
   * comments inside are dropped. The cursor goes behind the `]`.
   */
  bracketName(): string {
    const start = this.token.start;
    let inside = '';
    for (;;) {
      this.match(blank);
      const char = this.text.charAt(this.pos);
      if (char === ']') break;
      if (!/[A-Za-z0-9_./~!$&()*+,;=%-]/.test(char)) {
        this.fail(char === '' ? start : this.pos, char === '' ? 'the [ is never closed' : `${quoted(char)} inside [ ]`);
      }
      inside += char;
      this.pos++;
    }
    if (inside === '') this.fail(start, 'expected an extension or a type URL between [ and ]');
    this.token = { kind: 'symbol', text: ']', start: this.pos };
    this.pos++;
    this.next();
    return inside;
  }

  private match(pattern: RegExp): string {
    pattern.lastIndex = this.pos;
    const found = pattern.exec(this.text)?.[0] ?? '';
    this.pos += found.length;
    return found;
  }

  private scan(): Token {
    const start = this.pos;
    const char = this.text.charAt(start);
    if (char === '') return { kind: 'end', text: '', start };
    if (symbols.includes(char)) return { kind: 'symbol', text: char, start };
    if (char === '"' || char === "'") {
      const text = this.match(string);
      if (text === '') this.fail(start, 'a string that is not closed on its line');
      return { kind: 'string', text, start };
    }
    const word = this.match(name);
    if (word !== '') return { kind: 'name', text: word, start };
    const digits = this.match(number);
    if (digits !== '') {
      if (/[A-Za-z0-9_.]/.test(this.text.charAt(this.pos)))
        this.fail(start, 'a number that runs into other characters');
      return { kind: 'number', text: digits, start };
    }
    const point = String.fromCodePoint(this.text.codePointAt(start)!);
    return this.fail(start, `${quoted(point)} is not part of the text format`);
  }
}
