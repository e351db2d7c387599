// Tables and colours of the REPL's own commands: aligned on a terminal, columns with tabs between them elsewhere.
import { terminalStyle } from '../commands/terminal-style.ts';
import type { Io } from '../io.ts';
import { marks, type Style } from '../render/style.ts';
import { cellWidth, cut, padCells, visible } from '../render/visible.ts';
import type { Repl } from './state.ts';

/** The style of a line's stdout. */
export async function loadStyleFor(repl: Repl, io: Io): Promise<Style> {
  return terminalStyle(io, io.stdout, repl.flags);
}

/** Rows as text, made safe; the last column is dim and is cut at the edge of a terminal. */
export async function rows(repl: Repl, io: Io, cells: readonly (readonly string[])[]): Promise<string> {
  const safe = cells.map((row) => row.map((cell) => visible(cell)));
  if (!io.stdout.isTTY) return safe.map((row) => `${row.join('\t').trimEnd()}\n`).join('');
  const style = await loadStyleFor(repl, io);
  const columns = Math.max(0, ...safe.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, at) =>
    Math.max(0, ...safe.map((row) => cellWidth(row[at] ?? ''))),
  );
  return safe.map((row) => `${aligned(row, widths, style)}\n`).join('');
}

function aligned(row: readonly string[], widths: readonly number[], style: Style): string {
  let line = '';
  let used = 0;
  for (const [at, cell] of row.entries()) {
    const isLast = at === row.length - 1;
    const room = Math.max(8, style.width - 1 - used);
    const short = cut(cell, room, marks(style).more);
    const text = isLast ? short : padCells(short, Math.min(widths[at] ?? 0, room));
    line += isLast && at > 0 ? style.dim(text) : text;
    used += cellWidth(text) + 2;
    if (!isLast) line += '  ';
  }
  return line.trimEnd();
}
