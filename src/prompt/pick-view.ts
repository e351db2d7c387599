// What the picker shows: a window of the matching rows around the chosen one, the matched letters underlined.
import { marks, type Style } from '../render/style.ts';
import { cellWidth, cut, visible } from '../render/visible.ts';
import { fuzzyPositions } from './fuzzy.ts';
import type { Size, View } from './machine.ts';
import type { PickOptions, PickRow, PickState } from './pick.ts';

/** Rows of the list at most: more are not read but searched. */
export const listHeight = 12;

/** The picker's view. */
export function pickView(options: PickOptions, style: Style, state: PickState, size: Size): View {
  const { text, cursor } = state.edit;
  const { found, at } = state;
  // Title, field, description, and one row of the terminal that stays free.
  const height = Math.max(1, Math.min(listHeight, size.rows - 4));
  const first = Math.min(Math.max(0, at - Math.floor(height / 2)), Math.max(0, found.length - height));
  const shown = found.slice(first, first + height);
  const rows = shown.map((index, place) => rowLine(options.rows[index]!, text, first + place === at, style, size));
  if (rows.length === 0) rows.push(style.dim(cut('  nothing matches', size.columns, marks(style).more)));
  const description = options.rows[found[at] ?? -1]?.description ?? '';
  const count = `${found.length === options.rows.length ? '' : `${found.length} of `}${options.rows.length}`;
  const title = `${visible(options.title)} ${marks(style).between} ${count}`;
  return {
    above: [style.bold(cut(title, size.columns, marks(style).more))],
    input: { before: '> ', text, cursor },
    below: [...rows, style.dim(cut(`  ${visible(description)}`, size.columns, marks(style).more))],
  };
}

function rowLine(row: PickRow, query: string, chosen: boolean, style: Style, size: Size): string {
  const pointer = chosen ? (style.ascii ? '> ' : '▸ ') : '  ';
  const mark = row.mark === undefined ? '' : `${visible(row.mark)} `;
  const room = Math.max(1, size.columns - cellWidth(pointer + mark));
  const label = cut(visible(row.label), room, marks(style).more);
  const rest = room - cellWidth(label) - 2;
  const detail = row.detail === undefined || rest < 4 ? '' : `  ${cut(visible(row.detail), rest, marks(style).more)}`;
  // A label that had to be changed to be shown has its letters elsewhere.
  const name = visible(row.label) === row.label ? underlined(label, query, row.label, style) : label;
  return `${pointer}${mark}${chosen ? style.bold(name) : name}${style.dim(detail)}`;
}

/** `label` with the letters underlined that the query stands for; without colour there is no underline either. */
function underlined(label: string, query: string, whole: string, style: Style): string {
  if (style.dim('x') === 'x' || query.trim() === '') return label;
  let text = '';
  const places = new Set(fuzzyPositions(query, whole));
  let on = false;
  for (let at = 0; at < label.length; at++) {
    const wanted = places.has(at);
    if (wanted !== on) text += wanted ? '\u001b[4m' : '\u001b[24m';
    on = wanted;
    text += label[at];
  }
  return on ? `${text}\u001b[24m` : text;
}
