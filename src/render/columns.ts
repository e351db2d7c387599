// Two columns that line up row by row: what the side-by-side view is drawn with. Widths are cells of the terminal.
import { wrapCells } from './columns-wrap.ts';
import type { Style } from './style.ts';
import { cellWidth, padCells } from './visible.ts';

/** A drawing surface of two columns with a line between them. */
export interface Columns {
  /** Cells of text on either side. */
  readonly left: number;
  readonly right: number;
  /** A line of this many cells still fits on the left, close to the line between. */
  readonly fits: number;
  /** Rows of both sides, each wrapped in its column; the shorter side is filled up. Ends with a newline, or is empty. */
  pair(left: readonly string[], right: readonly string[], hang?: Hang): string;
  /** The line across, with a newline. */
  rule(): string;
}

/** By how many cells the continuation of a wrapped line is indented. */
export interface Hang {
  readonly left?: number;
  readonly right?: number;
}

const margin = 2;
const gap = 2;

/** Columns for a terminal of `style.width` cells: never a line wider than that. */
export function columnsFor(style: Style): Columns {
  const middle = Math.floor(style.width / 2);
  const fits = middle - margin;
  const left = fits - 1;
  const right = style.width - middle - 1 - gap;
  const bar = style.dim(style.ascii ? '|' : '│');
  const pair = (first: readonly string[], second: readonly string[], hang: Hang = {}): string => {
    const one = first.flatMap((line) => (cellWidth(line) <= fits ? [line] : wrapCells(line, left, hang.left)));
    const two = second.flatMap((line) => wrapCells(line, right, hang.right));
    let text = '';
    for (let row = 0; row < Math.max(one.length, two.length); row++) {
      const beside = two[row] ?? '';
      text += `  ${padCells(one[row] ?? '', fits)}${bar}${beside === '' ? '' : '  '}${beside}\n`;
    }
    return text;
  };
  const [dash, cross] = style.ascii ? ['-', '+'] : ['─', '┼'];
  const line = ` ${dash.repeat(middle - 1)}${cross}${dash.repeat(style.width - middle - 1)}`;
  return { left, right, fits, pair, rule: () => `${style.dim(line)}\n` };
}

/** `text` behind `before`, moved to the right end of `width` cells; two blanks at least lie between them. */
export function toRight(before: string, text: string, width: number): string {
  const room = width - cellWidth(before) - cellWidth(text);
  return `${before}${' '.repeat(Math.max(before === '' ? 0 : 2, room))}${text}`;
}
