// A View → the rows of a frame and the cursor in it: the input is wrapped by cells, everything is cut to the terminal, and
// no frame is higher than the screen less one row. Pure, so that it can be tested without a terminal.
import { graphemes } from '../render/graphemes.ts';
import type { Style } from '../render/style.ts';
import { cellWidth, visible } from '../render/visible.ts';
import type { InputLine, Size, View } from './machine.ts';

/** What is painted: rows without line ends, and the cursor's row and column from 0 if one is shown. */
export interface Frame {
  readonly rows: readonly string[];
  readonly cursor?: { readonly row: number; readonly column: number } | undefined;
}

/** Lays a view out. Rows that do not fit are left out below the input first, then at the top. */
export function frame(view: View, size: Size, style: Style): Frame {
  const columns = Math.max(2, size.columns);
  const height = Math.max(1, size.rows - 1);
  const above = view.above.map((line) => cutStyled(line, columns));
  const below = view.below.map((line) => cutStyled(line, columns));
  if (!view.input) return { rows: [...above, ...below].slice(0, height) };
  const input = inputRows(nearCursor(view.input, columns * height, style), columns, style);
  const kept = windowed(input.rows, input.cursor.row, height);
  const under = below.slice(0, Math.max(0, height - kept.rows.length));
  const room = height - kept.rows.length - under.length;
  const over = room > 0 ? above.slice(-room) : [];
  const cursor = { row: over.length + input.cursor.row - kept.first, column: input.cursor.column };
  return { rows: [...over, ...kept.rows, ...under], cursor };
}

/** The rows of the typed text: wrapped one cell before the edge, so that the cursor always has a cell of its own. */
export function inputRows(
  input: InputLine,
  columns: number,
  style: Style,
): Frame & { cursor: { row: number; column: number } } {
  const before = cutStyled(input.before, Math.max(0, columns - 2));
  const layout = new Layout(columns - 1, before, input.before === before ? cellWidth(before) : columns - 2);
  let at = 0;
  let cursor = layout.place();
  for (const piece of graphemes(input.text)) {
    if (piece === '\n') {
      if (at === input.cursor) cursor = layout.place();
      layout.newLine(style.dim(more(style)), 2);
    } else {
      const shown = visible(piece);
      layout.makeRoom(cellWidth(shown));
      if (at === input.cursor) cursor = layout.place();
      layout.put(shown);
    }
    at += piece.length;
  }
  if (input.cursor >= at) cursor = layout.place();
  // The ghost never makes a row of its own: it is a hint, and wrapping it would move what is below at each key.
  if (input.ghost) layout.putRest(visible(input.ghost), style.dim);
  return { rows: layout.rows, cursor };
}

class Layout {
  readonly rows: string[];
  readonly #columns: number;
  #used: number;

  constructor(columns: number, before: string, used: number) {
    this.#columns = columns;
    this.rows = [before];
    this.#used = used;
  }

  place(): { row: number; column: number } {
    return { row: this.rows.length - 1, column: this.#used };
  }

  makeRoom(cells: number): void {
    if (this.#used + cells > this.#columns && this.#used > 0) this.newLine('', 0);
  }

  newLine(before: string, used: number): void {
    this.rows.push(before);
    this.#used = used;
  }

  put(text: string): void {
    this.rows[this.rows.length - 1] += text;
    this.#used += cellWidth(text);
  }

  putRest(text: string, styled: (text: string) => string): void {
    const room = this.#columns - this.#used;
    this.rows[this.rows.length - 1] += styled(cutStyled(text, room));
  }
}

/** A text of which little can be seen, as a pasted file, is laid out around the cursor only: a key takes no longer. */
function nearCursor(input: InputLine, cells: number, style: Style): InputLine {
  const { text, cursor } = input;
  if (text.length <= 4 * cells) return input;
  const from = Math.max(0, cursor - 2 * cells);
  const shown = text.slice(from, cursor + 2 * cells);
  const before = from === 0 ? input.before : style.dim(more(style));
  return { before, text: shown, cursor: cursor - from };
}

function more(style: Style): string {
  return style.ascii ? '. ' : '… ';
}

/** The rows around `row` that fit into `height`. */
function windowed(rows: readonly string[], row: number, height: number): { rows: readonly string[]; first: number } {
  if (rows.length <= height) return { rows, first: 0 };
  const first = Math.min(Math.max(0, row - Math.floor(height / 2)), rows.length - height);
  return { rows: rows.slice(first, first + height), first };
}

const sequences = /(\u001b\[[0-9;]*m)/;

/** `text` cut to `width` cells, its colour sequences kept: those behind the cut too, so that none stays switched on. */
export function cutStyled(text: string, width: number): string {
  if (text.length <= width && !text.includes('\u001b') && cellWidth(text) <= width) return text;
  if (cellWidth(text) <= width) return text;
  let kept = '';
  let left = width;
  for (const part of text.split(sequences)) {
    if (part.startsWith('\u001b[')) kept += part;
    else if (left > 0) {
      for (const piece of graphemes(part)) {
        const cells = cellWidth(piece);
        if (cells > left) {
          left = 0;
          break;
        }
        kept += piece;
        left -= cells;
      }
    }
  }
  return kept;
}
