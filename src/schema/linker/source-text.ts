// A .proto file as text and tokens with their places: the parser keeps neither columns nor exact literals, and both
// are needed for errors, comments, options and defaults.
import { UserError } from '../../errors.ts';
import { quoted } from '../quote.ts';

/** `word` is an identifier or keyword; a string keeps its quotes and escapes; a symbol is one character. */
export type TokenKind = 'word' | 'number' | 'string' | 'symbol';

/** Offsets are UTF-16 units; `line` counts from 1. */
export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly line: number;
}

/** `name` is the file's name as imported, which is also how messages name it. */
export interface SourceText {
  readonly name: string;
  readonly text: string;
  readonly tokens: readonly Token[];
  /** Offset of the first character of every line. */
  readonly lineStarts: readonly number[];
}

const spaces = /[\s\uFEFF]+/y;
const word = /[A-Za-z_]\w*/y;
const number = /0[xX][0-9a-fA-F]*|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[fF]?/y;
const symbols = '{}[]()<>=;:,.-+/';

/**
 * Splits a .proto file into tokens; comments and blanks are left out (see comments.ts).
 *
 * @throws UserError code 4 for a character that no token starts with and for unclosed strings and comments.
 */
export function readSource(name: string, text: string): SourceText {
  const lineStarts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lineStarts.push(at + 1);
  const tokens: Token[] = [];
  const source: SourceText = { name, text, tokens, lineStarts };
  let line = 1;
  for (let at = skipBlanks(source, 0); at < text.length; ) {
    while (line < lineStarts.length && (lineStarts[line] ?? 0) <= at) line++;
    const token = readToken(source, at, line);
    tokens.push(token);
    at = skipBlanks(source, token.end);
  }
  return source;
}

/** The line and column of an offset, both from 1, columns in UTF-16 units. */
export function placeOf(source: SourceText, offset: number): { line: number; column: number } {
  let low = 0;
  let high = source.lineStarts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((source.lineStarts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - (source.lineStarts[low] ?? 0) + 1 };
}

/** `orders.proto:12:7`, the place of a token; of the file's end without one. */
export function placeName(source: SourceText, token: Token | undefined): string {
  const { line, column } = placeOf(source, token?.start ?? source.text.trimEnd().length);
  return `${source.name}:${line}:${column}`;
}

/** The error that a .proto file is wrong at a token; at its end without one. */
export function errorAt(source: SourceText, token: Token | undefined, message: string, hint?: string): UserError {
  return new UserError(4, `${placeName(source, token)}: ${message}`, { hint });
}

function skipBlanks(source: SourceText, from: number): number {
  const { text } = source;
  let at = from;
  for (;;) {
    spaces.lastIndex = at;
    if (spaces.test(text)) at = spaces.lastIndex;
    if (text.startsWith('//', at)) {
      const end = text.indexOf('\n', at);
      at = end < 0 ? text.length : end;
    } else if (text.startsWith('/*', at)) {
      const end = text.indexOf('*/', at + 2);
      if (end < 0) throw errorAtOffset(source, at, 'comment is never closed', 'end it with */');
      at = end + 2;
    } else return at;
  }
}

function readToken(source: SourceText, start: number, line: number): Token {
  const { text } = source;
  const char = text[start] ?? '';
  if (char === '"' || char === "'") {
    const end = stringEnd(source, start, char);
    return { kind: 'string', text: text.slice(start, end), start, end, line };
  }
  for (const [kind, pattern] of [
    ['word', word],
    ['number', number],
  ] as const) {
    pattern.lastIndex = start;
    if (pattern.test(text)) {
      return { kind, text: text.slice(start, pattern.lastIndex), start, end: pattern.lastIndex, line };
    }
  }
  if (symbols.includes(char)) return { kind: 'symbol', text: char, start, end: start + 1, line };
  throw errorAtOffset(
    source,
    start,
    `unexpected character ${quoted(String.fromCodePoint(text.codePointAt(start) ?? 0))}`,
  );
}

function stringEnd(source: SourceText, start: number, quote: string): number {
  const { text } = source;
  for (let at = start + 1; at < text.length; at++) {
    const char = text[at];
    if (char === quote) return at + 1;
    if (char === '\\') at++;
    else if (char === '\n') break;
  }
  throw errorAtOffset(source, start, 'string is never closed', `end it with ${quote} on the same line`);
}

function errorAtOffset(source: SourceText, offset: number, message: string, hint?: string): UserError {
  const { line, column } = placeOf(source, offset);
  return new UserError(4, `${source.name}:${line}:${column}: ${message}`, { hint });
}
