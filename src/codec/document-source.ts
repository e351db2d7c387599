// The bytes that documents are cut from: counts lines, keeps what spans chunks, checks UTF-8 and size.
import { isAscii, isUtf8 } from 'node:buffer';
import { UserError } from '../errors.ts';
import { countCharacters, invalidUtf8At } from './utf8.ts';

/** The text of one request message. `line` and `column` are 1-based and say where `text` begins in its source. */
export interface RequestDocument {
  readonly text: string;
  /** For messages: `-d`, `stdin`, `order.json`. */
  readonly from: string;
  readonly line: number;
  readonly column: number;
}

/**
 * A place to cut documents from, chunk by chunk. The splitter walks `bytes` from `pos`, tells of each line feed, and
 * opens and closes documents at byte positions; `take` hands over those closed in this chunk.
 */
export class DocumentSource {
  bytes: Uint8Array = new Uint8Array(0);
  /** Where to begin in `bytes`: behind a byte order mark, if there was one. */
  pos = 0;
  failure: UserError | undefined;
  private readonly from: string;
  private readonly maxBytes: number;
  private text: string | undefined;
  private ready: RequestDocument[] = [];
  /** Bytes of the source in front of this chunk. */
  private offset = 0;
  private line = 1;
  /** Where the line begins in this chunk; negative if in an earlier one, whose characters are `earlier`. */
  private lineStart = 0;
  private earlier = 0;
  private isOpen = false;
  private start = 0;
  private startLine = 1;
  private startColumn = 1;
  private parts: Uint8Array[] = [];
  private partsLength = 0;

  constructor(from: string, maxBytes: number) {
    this.from = from;
    this.maxBytes = maxBytes;
  }

  /** Starts on the next chunk. */
  begin(chunk: Uint8Array): void {
    this.bytes = chunk;
    this.text = chunk.length > 0 && isAscii(chunk) ? latin1(chunk, 0, chunk.length) : undefined;
    this.pos = 0;
    if (this.offset === 0 && chunk.length > 1) this.skipMark(chunk);
  }

  /** Notes a line feed at `at`. */
  newline(at: number): void {
    this.line++;
    this.lineStart = at + 1;
    this.earlier = 0;
  }

  /** A document begins at `at`. */
  open(at: number): void {
    this.isOpen = true;
    this.start = at;
    this.startLine = this.line;
    this.startColumn = this.column(at);
  }

  /** The open document ends before `at`. */
  close(at: number): void {
    this.isOpen = false;
    if (this.partsLength + at - this.start > this.maxBytes) {
      this.tooLarge();
      return;
    }
    const text = this.textUpTo(at);
    if (text !== undefined) {
      this.ready.push({ text, from: this.from, line: this.startLine, column: this.startColumn });
    }
  }

  /** Ends the chunk: keeps what is open and returns the documents closed in it. */
  take(): RequestDocument[] {
    const { bytes } = this;
    if (this.isOpen && this.start < bytes.length && !this.failure) {
      this.parts.push(bytes.slice(this.start));
      this.partsLength += bytes.length - this.start;
      if (this.partsLength > this.maxBytes) this.tooLarge();
    }
    this.start = 0;
    this.earlier += countCharacters(bytes, Math.max(this.lineStart, 0), bytes.length);
    this.lineStart = 0;
    this.offset += bytes.length;
    const documents = this.ready;
    this.ready = [];
    return documents;
  }

  /** Ends the cutting with an error at `at`. */
  fail(at: number, what: string, hint?: string): void {
    this.isOpen = false;
    this.failure ??= new UserError(3, `${this.from}:${this.line}:${this.column(at)}: ${what}`, { hint });
  }

  private column(at: number): number {
    return at === this.lineStart && this.earlier === 0
      ? 1
      : 1 + this.earlier + countCharacters(this.bytes, this.lineStart, at);
  }

  private tooLarge(): void {
    this.isOpen = false;
    this.failure ??= new UserError(
      3,
      `${this.from}:${this.startLine}:${this.startColumn}: a document of more than ${this.maxBytes} bytes`,
      { hint: 'send several smaller messages, or look for a bracket or quote that is not closed' },
    );
  }

  private textUpTo(at: number): string | undefined {
    if (this.partsLength === 0 && this.text !== undefined) return this.text.slice(this.start, at);
    const tail = this.bytes.subarray(this.start, at);
    const all = this.partsLength === 0 ? tail : Buffer.concat([...this.parts, tail]);
    const documentOffset = this.offset + this.start - this.partsLength;
    this.parts = [];
    this.partsLength = 0;
    if (isUtf8(all)) return Buffer.from(all.buffer, all.byteOffset, all.length).toString('utf8');
    const bad = invalidUtf8At(all);
    const hex = all[bad]!.toString(16).padStart(2, '0');
    this.failure ??= new UserError(
      3,
      `${this.from}:${this.startLine}: invalid UTF-8 at byte ${documentOffset + bad} (0x${hex})`,
      { hint: 'request data is UTF-8; put other bytes into a bytes field as base64' },
    );
    return undefined;
  }

  private skipMark(chunk: Uint8Array): void {
    const [a, b, c] = chunk;
    if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) {
      this.failure = new UserError(3, `${this.from}: the text is UTF-16`, { hint: 'save it as UTF-8' });
    } else if (a === 0xef && b === 0xbb && c === 0xbf) {
      this.pos = 3;
      this.lineStart = 3;
      if (this.isOpen) this.start = 3;
    }
  }
}

function latin1(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1', start, end);
}
