// Finds where one JSON value ends and the next begins, in bytes as they arrive, without parsing more than brackets and
// quotes: what is wrong inside a value is for the reader to say, which knows its type.
import type { UserError } from '../errors.ts';
import type { DocumentSource, RequestDocument } from './document-source.ts';

/** Brackets that may be open at once: far more than 100 nested messages can need, and cheap to count. */
const maxBrackets = 256;

const plain = 0;
const quote = 1;
const opening = 2;
const closing = 3;
const lineFeed = 4;
const blank = 5;
const separator = 6;

const kinds = new Uint8Array(256);
for (const [chars, kind] of [
  ['"', quote],
  ['{[', opening],
  ['}]', closing],
  ['\n', lineFeed],
  [' \t\r\x1e', blank],
  [',:', separator],
] as const) {
  for (const char of chars) kinds[char.charCodeAt(0)] = kind;
}

/** Where the walk stands between two bytes. */
type State = 'between' | 'inside' | 'string' | 'word';

/** Cuts concatenated JSON values apart. With `split`, elements of a top-level array are documents of their own. */
export class JsonSplitter {
  private readonly source: DocumentSource;
  private readonly split: boolean;
  private state: State = 'between';
  private depth = 0;
  private escaped = false;
  /** In a top-level array: what must come next. */
  private array: 'none' | 'first' | 'value' | 'comma' = 'none';

  constructor(source: DocumentSource, split: boolean) {
    this.source = source;
    this.split = split;
  }

  get failure(): UserError | undefined {
    return this.source.failure;
  }

  /** The documents that this chunk completes. */
  push(chunk: Uint8Array): RequestDocument[] {
    const { source } = this;
    source.begin(chunk);
    let at = source.pos;
    while (at < chunk.length && !source.failure) {
      if (this.state === 'between') at = this.between(at);
      else if (this.state === 'inside') at = this.inside(at);
      else if (this.state === 'string') at = this.string(at);
      else at = this.word(at);
    }
    return source.take();
  }

  /** The last document, cut short or not. */
  finish(): RequestDocument[] {
    const { source } = this;
    source.begin(new Uint8Array(0));
    if (this.state !== 'between') source.close(0);
    else if (this.array !== 'none') source.fail(0, 'the array is not closed: "]" is missing');
    return source.take();
  }

  private between(from: number): number {
    const { source } = this;
    const { bytes } = source;
    let at = from;
    for (; at < bytes.length; at++) {
      const kind = kinds[bytes[at]!]!;
      if (kind === lineFeed) source.newline(at);
      else if (kind !== blank) break;
    }
    if (at === bytes.length) return at;
    const kind = kinds[bytes[at]!]!;
    if (kind === closing || kind === separator) return this.arrayMark(at);
    if (this.array === 'comma') return this.stray(at, 'expected "," or "]"');
    if (bytes[at] === 0x5b && this.split && this.array === 'none') {
      this.array = 'first';
      return at + 1;
    }
    source.open(at);
    this.depth = 0;
    this.state = kind === quote ? 'string' : kind === opening ? 'inside' : 'word';
    return kind === quote ? at + 1 : at;
  }

  /** A comma or bracket between documents: right only between the elements of a top-level array. */
  private arrayMark(at: number): number {
    const byte = this.source.bytes[at];
    if (byte === 0x5d && (this.array === 'comma' || this.array === 'first')) this.array = 'none';
    else if (byte === 0x2c && this.array === 'comma') this.array = 'value';
    else return this.stray(at, this.array === 'none' ? 'expected a JSON document' : 'expected a JSON value');
    return at + 1;
  }

  private stray(at: number, expected: string): number {
    const found = String.fromCharCode(this.source.bytes[at]!);
    const hint =
      this.array === 'none'
        ? 'documents follow each other without commas; quote JSON for the shell: \'{"a": 1}\''
        : undefined;
    this.source.fail(at, `${expected}, got "${found}"`, hint);
    return at;
  }

  private inside(from: number): number {
    const { source } = this;
    const { bytes } = source;
    for (let at = from; at < bytes.length; at++) {
      const kind = kinds[bytes[at]!]!;
      if (kind === plain || kind > lineFeed) continue;
      if (kind === quote) {
        this.state = 'string';
        return at + 1;
      }
      if (kind === lineFeed) source.newline(at);
      else if (kind === opening) {
        if (++this.depth > maxBrackets) {
          source.fail(
            at,
            `nested more than ${maxBrackets} levels deep`,
            'a message may hold messages to a depth of 100',
          );
          return at;
        }
      } else if (--this.depth === 0) return this.close(at + 1);
    }
    return bytes.length;
  }

  private string(from: number): number {
    const { source } = this;
    const { bytes } = source;
    let at = from;
    if (this.escaped && at < bytes.length) {
      this.escaped = false;
      at++;
    }
    for (; at < bytes.length; at++) {
      const byte = bytes[at]!;
      if (byte === 0x22) {
        this.state = 'inside';
        return this.depth === 0 ? this.close(at + 1) : at + 1;
      }
      if (byte === 0x5c && ++at === bytes.length) this.escaped = true;
      if (bytes[at] === 0x0a) source.newline(at);
    }
    return bytes.length;
  }

  /** A number, a literal or anything else that has no end of its own. */
  private word(from: number): number {
    const { bytes } = this.source;
    let at = from;
    while (at < bytes.length && kinds[bytes[at]!] === plain) at++;
    return at < bytes.length ? this.close(at) : at;
  }

  private close(at: number): number {
    this.source.close(at);
    this.state = 'between';
    if (this.array !== 'none') this.array = 'comma';
    return at;
  }
}
