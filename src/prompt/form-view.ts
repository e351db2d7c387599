// The form on the screen: a title, as many rows as fit around the active one, what is to be said about it, the keys.
import { ScalarType } from '@bufbuild/protobuf';
import { marks, type Style } from '../render/style.ts';
import { cellWidth, cut, padCells, visible } from '../render/visible.ts';
import { commentOf } from './field-facts.ts';
import { activeRow, allRows } from './form-move.ts';
import { isLeaf } from './form-place.ts';
import { choiceLine, choices, rowLabel, rowType, rowValue, unsetText } from './form-row-view.ts';
import { type Row, rowsOf } from './form-rows.ts';
import type { FormState } from './form-state.ts';
import type { InputLine, Size, View } from './machine.ts';
import { cutStyled, inputRows } from './paint.ts';
import { matchingValues } from './value-enum.ts';
import { leafNote, parseLeaf } from './value-leaf.ts';
import { resolveSources } from './value-source.ts';

/** Narrower terminals show no types, and the keys only on F1. */
const narrow = 60;

/** What the form looks like; at most `rows - 1` lines. */
export function viewForm(state: FormState, size: Size): View {
  const { dialog } = state;
  if (dialog?.kind === 'choose') return dialog.machine.view(dialog.pick, size);
  if (dialog?.kind === 'help') return helpView(state, dialog.lines, size);
  return rowsView(state, size);
}

function helpView({ options }: FormState, lines: readonly string[], { columns, rows }: Size): View {
  const room = Math.max(1, rows - 2);
  const fit = ascii(lines, options.style).map((line) => cut(line, columns - 1, marks(options.style).more));
  const more =
    fit.length > room ? ` any key goes back, Down for ${fit.length - room} more lines` : ' any key goes back';
  return { above: [...fit.slice(0, room), options.style.dim(cut(more, columns - 1))], below: [] };
}

/** Widths of the columns, in cells. */
interface Columns {
  readonly label: number;
  /** 0: there is no such column. */
  readonly type: number;
  readonly value: number;
}

function rowsView(state: FormState, size: Size): View {
  const { options } = state;
  const { style } = options;
  const rows = allRows(state);
  const at = Math.max(
    0,
    rows.findIndex((row) => row.id === (activeRow(state)?.id ?? '')),
  );
  const row = rows[at];
  // Room for at most half the screen of notes; the rows have the rest.
  const height = size.rows - 1;
  const cells = columnsOf(rows, size.columns);
  const input = row === undefined ? undefined : inputOf(state, row, cells);
  const inputHeight = input === undefined ? 0 : inputRows(input, size.columns, style).rows.length;
  const notes = notesOf(state, row, input, size).slice(0, Math.max(1, Math.floor(height / 2)));
  const room = Math.max(1, height - 2 - notes.length - inputHeight + 1);
  const { first, last } = around(at, rows.length, room);
  const line = (each: Row): string => rowLine(each, state, cells, size.columns);
  const up = first > 0 ? [style.dim(`   (${first} more ${marks(style).sent})`)] : [];
  const down = last < rows.length ? [style.dim(`   (${rows.length - last} more ${marks(style).received})`)] : [];
  const above = [titleLine(state, at, rows.length, size), ...up, ...rows.slice(first, at).map(line)];
  const below = [
    ...notes,
    ...withHidden(state, rows.slice(at + 1, last).map(line), size),
    ...down,
    hintLine(state, size),
  ];
  return { above, ...(input === undefined ? {} : { input }), below };
}

/** Which rows are shown: `room` of them, less one for each end that is not, the active one in the middle. */
function around(at: number, count: number, room: number): { readonly first: number; readonly last: number } {
  if (count <= room) return { first: 0, last: count };
  const top = room - 1;
  if (at < top - 1) return { first: 0, last: Math.max(1, top) };
  if (at >= count - top + 1) return { first: Math.min(at, count - top), last: count };
  const middle = Math.max(1, room - 2);
  const first = Math.min(at, Math.max(1, at - Math.floor((middle - 1) / 2)));
  return { first, last: first + middle };
}

const widths = new WeakMap<readonly Row[], { readonly label: number; readonly type: number }>();

/** Widths over all rows, so that nothing moves sideways while the window moves. */
function columnsOf(rows: readonly Row[], columns: number): Columns {
  let widest = widths.get(rows);
  if (widest === undefined) {
    const max = (cells: number, text: string): number => Math.max(cells, cellWidth(text));
    widest = {
      label: rows.reduce((cells, row) => max(cells, rowLabel(row)), 8),
      type: rows.reduce((cells, row) => max(cells, rowType(row)), 4),
    };
    widths.set(rows, widest);
  }
  const isNarrow = columns < narrow;
  const label = Math.min(widest.label, Math.floor((columns - 4) * (isNarrow ? 0.5 : 0.4)));
  const type = isNarrow ? 0 : Math.min(widest.type, Math.floor((columns - 4) * (columns < 100 ? 0.2 : 0.25)));
  const value = Math.max(4, columns - 1 - beforeWidth({ label, type, value: 0 }));
  return { label, type, value };
}

function beforeWidth({ label, type }: Columns): number {
  return 3 + label + 2 + (type === 0 ? 0 : type + 2);
}

/** Everything before the value: mark, name, type. A name that is too long keeps its end, which tells rows apart. */
function before(row: Row, isActive: boolean, columns: Columns, style: Style): string {
  const opens = row.opens && (row.isOpen || !isLeaf(row.place));
  const [closed, opened] = style.ascii ? ['+', 'v'] : ['▸', '▾'];
  const sign = opens ? (row.isOpen ? opened : closed) : ' ';
  const mark = isActive ? (opens ? `>${sign} ` : ' > ') : ` ${sign} `;
  const label = padCells(keepEnd(rowLabel(row, style), columns.label, style), columns.label);
  const type =
    columns.type === 0 ? '' : `${padCells(cut(rowType(row), columns.type, marks(style).more), columns.type)}  `;
  const named = isActive ? style.bold(label) : row.field?.deprecated === true ? style.dim(label) : label;
  return `${mark}${named}  ${style.dim(type)}`;
}

function keepEnd(text: string, width: number, style: Style): string {
  if (cellWidth(text) <= width) return text;
  const { more } = marks(style);
  const pieces = [...text];
  while (pieces.length > 0 && cellWidth(pieces.join('')) + cellWidth(more) > width) pieces.shift();
  return more + pieces.join('');
}

function rowLine(row: Row, { options }: FormState, columns: Columns, width: number): string {
  const value = rowValue(row, options, columns.value);
  return cutStyled(`${before(row, false, columns, options.style)}${value}`.trimEnd(), width);
}

function inputOf(state: FormState, row: Row, columns: Columns): InputLine {
  const { text, cursor } = state.edit;
  const { style } = state.options;
  const ghost = text === '' ? ghostOf(row, state, columns.value) : undefined;
  return { before: before(row, true, columns, style), text, cursor, ...(ghost === undefined ? {} : { ghost }) };
}

/** Behind the cursor of an empty line: that it is unset, or what is in the row. */
function ghostOf(row: Row, state: FormState, room: number): string {
  const plain = { ...state.options, style: { ...state.options.style, dim: same, red: same } };
  if (row.role === 'value' && row.node === undefined)
    return cut(unsetText(row), room - 1, marks(state.options.style).more);
  return rowValue(row, plain, room - 1);
}

function same(text: string): string {
  return text;
}

function titleLine({ options }: FormState, at: number, count: number, { columns }: Size): string {
  const { style } = options;
  const parts = [options.title, options.kind, options.message.name].filter((part) => part !== '');
  const title = ` ${parts.map((part) => visible(part)).join(` ${marks(style).between} `)}`;
  const place = `${Math.min(at + 1, count)}/${count}`;
  const room = columns - 2 - place.length;
  const cutTitle = cut(title, room, marks(style).more);
  return `${style.bold(cutTitle)}${' '.repeat(Math.max(1, room - cellWidth(cutTitle)))} ${style.dim(place)}`;
}

/** The last row says how many fields are not shown. */
function withHidden(state: FormState, lines: readonly string[], { columns }: Size): string[] {
  const { options, tree } = state;
  const { hidden } = rowsOf(options.message, tree, options.types);
  const last = lines.at(-1);
  if (hidden === 0 || last === undefined) return [...lines];
  const text = `${hidden} output-only hidden`;
  const gap = columns - 1 - cellWidth(last) - text.length;
  return gap < 2 ? [...lines] : [...lines.slice(0, -1), `${last}${' '.repeat(gap)}${options.style.dim(text)}`];
}

function hintLine(state: FormState, { columns }: Size): string {
  const { style } = state.options;
  if (state.dialog?.kind === 'ask') return style.dim(' y yes  n no');
  const sign = marks(style);
  const [up, right] = style.ascii ? ['Up', 'Right'] : ['↑', '→'];
  const words = ['enter next', `${up} back`, `${right} open`, '^S send', 'F4 JSON', 'esc leave', 'F1 keys'];
  const text = columns < narrow ? ' F1 keys' : ` ${words.join(` ${sign.between} `)}`;
  return style.dim(cut(text, columns - 1));
}

/** What is said under the active row: a question, a fault with its place, notices, what the value comes to, choices. */
function notesOf(state: FormState, row: Row | undefined, input: InputLine | undefined, size: Size): string[] {
  const { style } = state.options;
  const wrap = (text: string): string[] => wrapped(visible(text), size.columns - 6);
  const lines: string[] = [];
  if (state.dialog?.kind === 'ask')
    lines.push(...wrap(`${state.dialog.question} (y/n)`).map((line) => `     ${style.bold(line)}`));
  if (state.fault !== undefined && input !== undefined) lines.push(...faultLines(state.fault, input, size, style));
  for (const notice of state.notice ?? []) lines.push(...wrap(notice).map((line) => `     ${style.yellow(line)}`));
  if (state.fault === undefined && row !== undefined && state.dialog === undefined) {
    lines.push(...asides(state, row, size.columns - 6).map((line) => `     ${style.dim(line)}`));
  }
  return ascii(lines, style);
}

/** A caret under the fault, and the message beside it or below. */
function faultLines(
  fault: { readonly message: string; readonly at: number },
  input: InputLine,
  size: Size,
  style: Style,
): string[] {
  const at = inputRows({ ...input, cursor: Math.min(fault.at, input.text.length) }, size.columns, style).cursor.column;
  const message = visible(fault.message);
  const room = size.columns - 1;
  if (at + 2 + cellWidth(message) <= room) return [`${' '.repeat(at)}${style.red('^')} ${style.red(message)}`];
  if (at > 1 && cellWidth(message) + 1 <= at)
    return [`${' '.repeat(at - cellWidth(message) - 1)}${style.red(message)} ${style.red('^')}`];
  return [`${' '.repeat(at)}${style.red('^')}`, ...wrapped(message, room - 5).map((line) => `     ${style.red(line)}`)];
}

/** Quiet lines about the value: choices, what a variable holds, the moment, the bytes. */
function asides(state: FormState, row: Row, room: number): string[] {
  const { style } = state.options;
  const { text } = state.edit;
  if (row.role === 'oneof') return [choices(row, style, room)];
  if (row.role !== 'value' || !isLeaf(row.place)) return [];
  const { place } = row;
  if (place.kind === 'scalar' && place.scalar === ScalarType.BOOL) {
    return [choiceLine(['unset', 'true', 'false'], text === '' ? 'unset' : text, style, room)];
  }
  const note = text === '' || text.startsWith(':') ? undefined : valueNote(state, row, text);
  const notes = note === undefined ? [] : wrapped(visible(note), room);
  if (place.kind !== 'enum') return notes;
  const found = matchingValues(place.desc, text);
  if (found.length === 1 && text !== '') {
    const comment = commentOf(found[0]!).join(' ');
    return wrapped(visible(`number ${found[0]!.number}${comment === '' ? '' : `  ${comment}`}`), room);
  }
  const names = found.map((value) => `${value.name} ${value.number}`);
  if (names.length === 0) return notes;
  return [choiceLine(['unset', ...names], text === '' ? 'unset' : undefined, style, room)];
}

function valueNote(state: FormState, row: Row, text: string): string | undefined {
  if (!isLeaf(row.place)) return undefined;
  const { options } = state;
  const saved = row.node?.kind === 'leaf' && row.node.text === text ? row.node.json : undefined;
  const isSource = /^[$@]|\$\{/.test(text);
  if (saved !== undefined) return (isSource ? `= ${saved}` : undefined) ?? leafNote(row.place, saved);
  // Files are read when the value is taken, not at each key.
  if (text.startsWith('@')) return undefined;
  const resolved = resolveSources(text, options);
  if ('fault' in resolved) return undefined;
  if (isSource) return `= ${resolved.text}`;
  if (row.place.kind === 'json') return undefined;
  const parsed = parseLeaf(row.place, resolved.text, { name: row.name, now: () => options.now() });
  return 'fault' in parsed ? undefined : (parsed.note ?? leafNote(row.place, parsed.json));
}

/** Text in lines of at most `width` cells, broken at blanks where there are some. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (cellWidth(longer) <= width) line = longer;
    else {
      if (line !== '') lines.push(line);
      line = cellWidth(word) <= width ? word : cut(word, width);
    }
  }
  return line === '' ? lines : [...lines, line];
}

/** Signs that are not ASCII replaced where the terminal has no others. */
function ascii(lines: readonly string[], style: Style): string[] {
  if (!style.ascii) return [...lines];
  const twins: Readonly<Record<string, string>> = {
    '…': '...',
    '·': '-',
    '→': '->',
    '←': '<-',
    '↑': 'Up',
    '↓': 'Down',
  };
  return lines.map((line) => line.replace(/[…·→←↑↓]/g, (sign) => twins[sign] ?? '?'));
}
