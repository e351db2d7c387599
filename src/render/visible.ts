// Text from a server may hold terminal commands or letters that turn the reading direction round: here it becomes an
// escape that can be read, and that JSON reads back. And how many columns a text takes, for all that is lined up.
import { escapedCharacter, escapeUnsafe, unsafeButLines, unsafeClass } from '../wire/unsafe-text.ts';
import { graphemes, isSimple } from './graphemes.ts';

const unsafe = new RegExp(`[${unsafeClass}]`, 'u');
const inLines = new RegExp(unsafeButLines, 'gu');

/**
 * Foreign text made safe for a terminal: control characters (C0, DEL, C1), line and paragraph separators, bidi controls
 * and what cannot be seen (unsafeClass) become `\u001b`-like escapes. With `multiline`, newlines and tabs stay as they are,
 * and CR LF becomes LF; without it they become `\n`, `\r` and `\t`. Inside a JSON document the escapes mean what was there.
 */
export function visible(text: string, options: { readonly multiline?: boolean } = {}): string {
  if (!unsafe.test(text)) return text;
  if (options.multiline === true) return text.replaceAll('\r\n', '\n').replace(inLines, escapedCharacter);
  return escapeUnsafe(text);
}

const sgr = /\u001b\[[0-9;]*m/g;
const zeroWidth = /^[\p{Mark}\p{Cf}\p{Cc}]$/u;
const emoji = /\p{Emoji_Presentation}|\ufe0f/u;

// East Asian Wide and Fullwidth (Unicode 15, EastAsianWidth.txt), as pairs of first and last.
const wide: readonly number[] = [
  0x1100, 0x115f, 0x2329, 0x232a, 0x2e80, 0x303e, 0x3041, 0x33ff, 0x3400, 0x4dbf, 0x4e00, 0x9fff, 0xa000, 0xa4cf,
  0xa960, 0xa97f, 0xac00, 0xd7a3, 0xf900, 0xfaff, 0xfe10, 0xfe19, 0xfe30, 0xfe6f, 0xff01, 0xff60, 0xffe0, 0xffe6,
  0x16fe0, 0x16fff, 0x17000, 0x18cff, 0x1b000, 0x1b2ff, 0x1f200, 0x1f2ff, 0x20000, 0x3fffd,
];

/** The columns that `text` takes on a terminal. Colour sequences (SGR) take none. Give it `visible` text. */
export function cellWidth(text: string): number {
  if (isSimple(text)) return text.length;
  let width = 0;
  for (const piece of graphemes(text.replace(sgr, ''))) width += pieceWidth(piece);
  return width;
}

/** `text` cut to at most `width` columns, the last of them `more` where something was cut off. No SGR sequences in it. */
export function cut(text: string, width: number, more = '…'): string {
  if (cellWidth(text) <= width) return text;
  const room = width - cellWidth(more);
  let kept = '';
  let used = 0;
  for (const piece of graphemes(text)) {
    used += pieceWidth(piece);
    if (used > room) break;
    kept += piece;
  }
  return room < 0 ? more.slice(0, Math.max(0, width)) : kept + more;
}

/** `text` filled up with blanks to `width` columns; longer text stays as it is. */
export function padCells(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - cellWidth(text)));
}

function pieceWidth(piece: string): number {
  if (emoji.test(piece)) return 2;
  for (const character of piece) {
    if (zeroWidth.test(character)) continue;
    return isWide(character.codePointAt(0) ?? 0) ? 2 : 1;
  }
  return 0;
}

function isWide(code: number): boolean {
  if (code < 0x1100) return false;
  for (let at = 0; at < wide.length; at += 2) {
    if (code < wide[at]!) return false;
    if (code <= wide[at + 1]!) return true;
  }
  return false;
}
