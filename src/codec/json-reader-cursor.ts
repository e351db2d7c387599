// A cursor over one JSON document: white space, strings, numbers and errors with their place. What a value means is
// for the readers of types; this file knows only JSON (RFC 8259).
import { UserError } from '../errors.ts';
import type { RequestDocument } from './document-source.ts';
import { describeValue, pathAt, visible } from './json-reader-place.ts';

const numberPattern = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const maxDepth = 100;

/** Where a reader stands. `pos` counts UTF-16 units of `text`; readers of values begin with it on the value's first. */
export class JsonCursor {
  text = '';
  pos = 0;
  /** Take what is not in the specification but cannot be misread: a single value for a list, "true" for true. */
  readonly lenient: boolean;
  readonly allowUnknown: boolean;
  /** Set by a reader of enums that passed over an unknown name: the field is to be left out. */
  ignored = false;
  /** Halves of the last 64-bit integer read. */
  low = 0;
  high = 0;
  private depth = 0;
  private document: RequestDocument | undefined;

  constructor(options: { lenient: boolean; allowUnknown: boolean }) {
    this.lenient = options.lenient;
    this.allowUnknown = options.allowUnknown;
  }

  /** Starts on a document, at its first value. */
  start(document: RequestDocument): void {
    this.document = document;
    this.text = document.text;
    this.pos = 0;
    this.depth = 0;
    this.ignored = false;
    this.space();
  }

  /** Throws if anything but white space is left. */
  finish(): void {
    if (this.space() >= 0) this.fail(this.pos, `expected the end of the document, got ${this.found()}`);
  }

  /** Goes one message or value deeper. Call `leave` at its end. */
  enter(): void {
    if (++this.depth > maxDepth) this.fail(this.pos, `nested deeper than ${maxDepth} levels`);
  }

  leave(): void {
    this.depth--;
  }

  /** Passes over white space; returns the UTF-16 unit it stands on then, -1 at the end. */
  space(): number {
    const text = this.text;
    for (;;) {
      const code = text.charCodeAt(this.pos);
      if (code > 0x20) return code;
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) {
        if (this.pos >= text.length) return -1;
        this.fail(this.pos, `expected JSON, got ${this.found()}`);
      }
      this.pos++;
    }
  }

  /** Passes over white space and one given character (`{`, `:` …). */
  expect(code: number, what: string): void {
    if (this.space() !== code) this.unexpected(what);
    this.pos++;
  }

  /** After a member of an object or an element of an array: true if another follows, false at the closing bracket. */
  more(closing: number): boolean {
    const code = this.space();
    if (code === 0x2c) {
      this.pos++;
      this.space();
      return true;
    }
    if (code !== closing) this.unexpected(closing === 0x7d ? '"," or "}"' : '"," or "]"');
    this.pos++;
    return false;
  }

  /** Passes over an opening bracket; true if it is not closed at once. */
  open(closing: number): boolean {
    this.pos++;
    if (this.space() !== closing) return true;
    this.pos++;
    return false;
  }

  /** True if a null stands here, which it passes over. */
  takeNull(): boolean {
    if (this.text.charCodeAt(this.pos) !== 0x6e || !this.text.startsWith('null', this.pos)) return false;
    this.pos += 4;
    return true;
  }

  /** A member's name with its colon; stands on the value then. */
  key(): string {
    if (this.text.charCodeAt(this.pos) !== 0x22) this.notName();
    const name = this.string();
    if (this.text.charCodeAt(this.pos) === 0x3a) this.pos++;
    else this.expect(0x3a, '":"');
    this.space();
    return name;
  }

  /** A string, decoded. Stands on its opening quote. */
  string(): string {
    const { text } = this;
    const start = this.pos + 1;
    let at = start;
    for (;;) {
      const code = text.charCodeAt(at);
      if (code === 0x22) {
        this.pos = at + 1;
        return text.slice(start, at);
      }
      if (code === 0x5c || code < 0x20 || (code & 0xf800) === 0xd800 || Number.isNaN(code)) break;
      at++;
    }
    let decoded = '';
    for (this.pos = start; text.charCodeAt(this.pos) !== 0x22; ) decoded += String.fromCodePoint(this.character());
    this.pos++;
    return decoded;
  }

  /** One character inside a string, its escape undone, as a code point. */
  character(): number {
    const { text, pos } = this;
    const code = text.charCodeAt(pos);
    if (code === 0x5c) return this.escape();
    if (Number.isNaN(code)) this.unexpected('the closing quote of a string');
    if (code < 0x20) {
      this.fail(pos, `a control character in a string must be escaped: ${describeControl(code)}`);
    }
    if ((code & 0xf800) !== 0xd800) {
      this.pos++;
      return code;
    }
    const point = text.codePointAt(pos)!;
    if (point < 0x10000) this.fail(pos, 'half of a surrogate pair, which is no character');
    this.pos += 2;
    return point;
  }

  /** A number's text, or the contents of a string that holds one; undefined (without moving) if neither stands here. */
  numberText(): string | undefined {
    const start = this.pos;
    const quoted = this.text.charCodeAt(start) === 0x22;
    const text = quoted ? this.string() : this.text;
    numberPattern.lastIndex = quoted ? 0 : start;
    const number = numberPattern.exec(text)?.[0];
    if (number !== undefined) {
      if (quoted && number.length === text.length) return number;
      if (!quoted && !isWord(text.charCodeAt(start + number.length))) {
        this.pos = start + number.length;
        return number;
      }
    }
    this.pos = start;
    return undefined;
  }

  /** Passes over any value, checking that it is JSON. */
  skipValue(): void {
    const code = this.space();
    if (code === 0x7b || code === 0x5b) this.skipContainer(code + 2);
    else if (code === 0x22) this.string();
    else if (this.literal('true') || this.literal('false') || this.literal('null')) return;
    else if (code === -1 || this.numberText() === undefined) this.unexpected('a JSON value');
  }

  /** True if the literal stands here, which it passes over. */
  literal(word: string): boolean {
    if (!this.text.startsWith(word, this.pos) || isWord(this.text.charCodeAt(this.pos + word.length))) return false;
    this.pos += word.length;
    return true;
  }

  /** What stands here, for a message: `"abc"`, `an object`, `the end of the document`. */
  found(at = this.pos): string {
    return describeValue(this.text, at);
  }

  /** Throws: something else than `what` stands here. */
  unexpected(what: string): never {
    this.fail(this.pos, `expected ${what}, got ${this.found()}`);
  }

  /** Throws UserError 3 with source, line, column and the path of the field at `at`. */
  fail(at: number, what: string, hint?: string): never {
    const { text } = this;
    const document = this.document!;
    let { line, column } = document;
    for (let i = 0; i < at; i++) {
      const code = text.charCodeAt(i);
      if (code === 0x0a) {
        line++;
        column = 1;
      } else if ((code & 0xfc00) !== 0xdc00) column++;
    }
    const path = pathAt(text, at);
    throw new UserError(3, `${document.from}:${line}:${column}: ${path === '' ? '' : `${visible(path)}: `}${what}`, {
      hint: hint ?? shellHint(text, at),
    });
  }

  private notName(): never {
    const hint =
      'names need double quotes; if the shell took them away, put the document in single quotes: \'{"name": 1}\'';
    const bare = /[\w$\\]/.test(this.text.charAt(this.pos));
    this.fail(this.pos, `expected a name in double quotes, got ${this.found()}`, bare ? hint : undefined);
  }

  private skipContainer(closing: number): void {
    this.enter();
    if (this.open(closing)) {
      do {
        if (closing === 0x7d) this.key();
        this.skipValue();
      } while (this.more(closing));
    }
    this.leave();
  }

  private escape(): number {
    const { text, pos } = this;
    const code = text.charCodeAt(pos + 1);
    if (code === 0x75) {
      const unit = this.hexUnit(pos);
      if ((unit & 0xf800) !== 0xd800) return unit;
      const second = unit < 0xdc00 && text.startsWith('\\u', pos + 6) ? this.hexUnit(pos + 6) : 0;
      if ((second & 0xfc00) !== 0xdc00) this.fail(pos, 'half of a surrogate pair, which is no character');
      return 0x10000 + ((unit & 0x3ff) << 10) + (second & 0x3ff);
    }
    const index = '"\\/bfnrt'.indexOf(text.charAt(pos + 1));
    if (pos + 1 >= text.length) this.unexpected('the closing quote of a string');
    if (index < 0) this.fail(pos, `no such escape in JSON: ${visible(text.slice(pos, pos + 2))}`);
    this.pos += 2;
    return '"\\/\b\f\n\r\t'.charCodeAt(index);
  }

  private hexUnit(pos: number): number {
    const digits = this.text.slice(pos + 2, pos + 6);
    if (!/^[0-9a-fA-F]{4}$/.test(digits))
      this.fail(pos, `expected four hexadecimal digits after "\\u", got "${visible(digits)}"`);
    this.pos = pos + 6;
    return Number.parseInt(digits, 16);
  }
}

function isWord(code: number): boolean {
  return (
    (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a) || code === 0x2e
  );
}

function describeControl(code: number): string {
  return `\\u${code.toString(16).padStart(4, '0')}${code === 0x0a ? ', a line feed, is written \\n' : ''}`;
}

/** Guesses at what a shell did to the document, where that is the likely cause. */
function shellHint(text: string, at: number): string | undefined {
  if (text.startsWith("'")) return 'this shell keeps single quotes: write "{\\"name\\": 1}"';
  if (at >= text.length) {
    return 'the document ends too early; in a shell put all of it in single quotes: \'{"name": 1}\'';
  }
  return undefined;
}
