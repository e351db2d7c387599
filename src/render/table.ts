// Columns: cli-table3 for short tables, a writer of our own that needs no second look at its rows for long ones; and
// the renderer that shows responses as rows.
import { inlineJson } from './json-text.ts';
import { nothing, type PrintMessage, type Rendered, type Renderer } from './rendered.ts';
import { marks, type Style } from './style.ts';
import { cellWidth, cut, padCells, visible } from './visible.ts';

/** Writes a table: head and rows of cells that are safe for a terminal; lines end with a newline. */
export type TableWriter = (head: readonly string[], rows: readonly (readonly string[])[], style: Style) => string;

/** Above this many rows cli-table3 takes too long. */
const smallTable = 200;

/**
 * Columns as wide as their widest cell, two blanks between them, the last not filled up. Where that is wider than the
 * terminal each row becomes a paragraph: its first cell on a line, the others under it with their heads.
 */
export const alignedTable: TableWriter = (head, rows, style) => {
  const widths = columnWidths(head, rows);
  if (totalWidth(widths) > style.width) return rows.map((row) => paragraph(head, row, style)).join('');
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, at) => padCells(cell, widths[at] ?? 0))
      .join('  ')
      .trimEnd();
  return `${[style.dim(line(head)), ...rows.map(line)].join('\n')}\n`;
};

function columnWidths(head: readonly string[], rows: readonly (readonly string[])[]): number[] {
  const widths = head.map((cell) => cellWidth(cell));
  for (const row of rows) {
    for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, cellWidth(cell));
  }
  return widths;
}

function totalWidth(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width + 2, -2);
}

function paragraph(head: readonly string[], row: readonly string[], style: Style): string {
  const names = head.slice(1).map((name) => cellWidth(name));
  const wide = Math.max(0, ...names);
  const lines = row.slice(1).flatMap((cell, at) => {
    if (cell === '') return [];
    return [`  ${style.dim(padCells(head[at + 1] ?? '', wide))}  ${cell}`];
  });
  return `${[row[0] ?? '', ...lines].join('\n')}\n`;
}

/** The writer for a table of `rows` rows; loads cli-table3 where it is used. */
export async function loadTableWriter(rows: number): Promise<TableWriter> {
  if (rows > smallTable) return alignedTable;
  const { default: Table } = await import('cli-table3');
  return (head, cells, style) => {
    // cli-table3 does not look at the terminal's width.
    if (totalWidth(columnWidths(head, cells)) > style.width) return alignedTable(head, cells, style);
    const table = new Table({
      head: head.map((cell) => style.dim(cell)),
      chars: noBorders,
      style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    });
    table.push(...cells.map((row) => [...row]));
    return `${table
      .toString()
      .split('\n')
      .map((line) => line.trimEnd())
      .join('\n')}\n`;
  };
}

const noBorders = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

export interface TableOptions {
  /** Prints a message as JSON. */
  readonly print: PrintMessage;
  readonly style: Style;
  readonly table?: TableWriter | undefined;
}

/**
 * A renderer that shows the responses as rows when the call is over: one row a response, or, if there is one response
 * that is mainly a list, one row an element of it. Status and other news are left to another renderer.
 */
export function tableRenderer(options: TableOptions): Renderer {
  const documents: unknown[] = [];
  return (event): Rendered => {
    if (event.type === 'response') documents.push(JSON.parse(options.print(event.message, 'response')));
    if (event.type !== 'status' || documents.length === 0) return nothing;
    const rows = rowsOf(documents);
    const head = [...new Set(rows.flatMap((row) => Object.keys(row)))];
    const cells = rows.map((row) => head.map((name) => cellText(row[name], options.style)));
    const write = (rows.length > smallTable ? undefined : options.table) ?? alignedTable;
    return {
      out: write(
        head.map((name) => visible(name)),
        cells,
        options.style,
      ),
    };
  };
}

type Row = Readonly<Record<string, unknown>>;

function rowsOf(documents: readonly unknown[]): Row[] {
  const [only] = documents;
  if (documents.length === 1 && isObject(only)) {
    const lists = Object.values(only).filter((value) => Array.isArray(value) && value.some(isObject));
    if (lists.length === 1) return (lists[0] as unknown[]).map(asRow);
  }
  return documents.map(asRow);
}

function asRow(value: unknown): Row {
  return isObject(value) ? value : { value };
}

function isObject(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function cellText(value: unknown, style: Style): string {
  if (value === undefined) return '';
  const text = typeof value === 'string' ? value : inlineJson(JSON.stringify(value));
  return cut(visible(text), Math.max(20, Math.floor(style.width / 2)), marks(style).more);
}
