// A reply that is a list of messages, as a table that fits the terminal.
import type { DescMessage } from '@bufbuild/protobuf';
import type { Tree } from '../codec/field-tree.ts';
import { marks, type Style } from '../render/style.ts';
import { count } from '../render/units.ts';
import { cellWidth, cut, padCells, visible } from '../render/visible.ts';
import type { ReplyOptions } from './reply-body.ts';
import { cellValue, isUnknownMember, listShown, memberField, shownValue, valueType } from './reply-values.ts';

/** The one list of messages that a reply is about. */
export interface ListOfMessages {
  /** The member's name. */
  readonly name: string;
  readonly items: readonly (Tree & { readonly kind: 'object' })[];
  readonly message: DescMessage | undefined;
}

/** A column is not cut to less than this, nor to less than its head. */
const narrowest = 12;
const narrowTerminal = 60;

/** The list in `tree`, if it has one and beside it only values that are read at a glance, and so have most elements. */
export function tableOf(tree: Tree & { readonly kind: 'object' }, message: DescMessage): ListOfMessages | undefined {
  let found: ListOfMessages | undefined;
  for (const [name, value] of tree.members) {
    const type = valueType(memberField(message, name));
    const items = value.kind === 'list' ? value.items : [];
    if (items.length > 0 && items.every((item) => item.kind === 'object') && !shownValue(value, type)) {
      if (found) return undefined;
      found = { name, items: items as ListOfMessages['items'], message: type?.kind === 'message' ? type : undefined };
    } else if (!shownValue(value, type)) return undefined;
  }
  return found && isFlat(found) ? found : undefined;
}

/** Whether most values of the elements fit a cell. */
function isFlat({ items, message }: ListOfMessages): boolean {
  let flat = 0;
  let all = 0;
  for (const item of items.slice(0, listShown)) {
    for (const [name, value] of item.members) {
      all++;
      if (shownValue(value, valueType(memberField(message, name)))) flat++;
    }
  }
  return all > 0 && flat * 3 >= all * 2;
}

/** The table's lines, and what was left out of it. */
export function replyTable(
  list: ListOfMessages,
  { style, name }: ReplyOptions,
): { readonly lines: readonly string[]; readonly note: string | undefined } {
  const rows = list.items.slice(0, listShown);
  const members = rows.flatMap((item) => [...item.members.keys()]).filter((one) => !isUnknownMember(one));
  const columns = inOrder([...new Set(members)], list.message);
  const cells = rows.map((item) =>
    columns.map((column) => cellValue(item.members.get(column), valueType(memberField(list.message, column)))),
  );
  const left = list.items.length - rows.length;
  const rest =
    left > 0 ? [`  ${style.dim(`${marks(style).more} ${left} more, ${name}.${list.name}[${listShown}:]`)}`] : [];
  const heads = columns.map((column) => visible(column));
  if (style.width < narrowTerminal) return { lines: [...paragraphs(heads, cells, style), ...rest], note: undefined };
  const { widths, isCut } = fitted(heads, cells, style.width - 3);
  const line = (row: readonly string[]): string =>
    widths
      .map((width, at) => padCells(cut(row[at] ?? '', width, marks(style).more), width))
      .join('  ')
      .trimEnd();
  const hidden = columns.length - widths.length;
  const note =
    hidden > 0 ? `${count(hidden, 'more column')}: x shows all` : isCut ? 'cells are cut: x shows all' : undefined;
  return { lines: [`  ${style.dim(line(heads))}`, ...cells.map((row) => `  ${line(row)}`), ...rest], note };
}

/** Names in the order of the schema. */
function inOrder(names: readonly string[], message: DescMessage | undefined): string[] {
  const place = (name: string): number => {
    const field = memberField(message, name);
    return field ? message!.fields.indexOf(field) : Number.MAX_SAFE_INTEGER;
  };
  return [...names].sort((a, b) => place(a) - place(b));
}

/** Widths of the columns that fit: the widest ones are cut first, then the last ones left out. */
function fitted(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  room: number,
): { readonly widths: readonly number[]; readonly isCut: boolean } {
  const wanted = heads.map((head, at) => Math.max(cellWidth(head), ...rows.map((row) => cellWidth(row[at] ?? ''))));
  const least = wanted.map((width, at) => Math.max(Math.min(width, narrowest), cellWidth(heads[at]!)));
  const total = (widths: readonly number[]): number => widths.reduce((sum, width) => sum + width + 2, -2);
  for (let shown = wanted.length; ; shown--) {
    const widths = wanted.slice(0, shown);
    while (total(widths) > room) {
      const spare = widths.map((width, at) => (width > least[at]! ? width : 0));
      const widest = Math.max(...spare);
      if (widest === 0) break;
      widths[spare.indexOf(widest)] = widest - 1;
    }
    if (total(widths) <= room || shown === 1) return { widths, isCut: widths.some((width, at) => width < wanted[at]!) };
  }
}

/** Rows as pairs, where a table has no room. */
function paragraphs(heads: readonly string[], rows: readonly (readonly string[])[], style: Style): string[] {
  const width = Math.min(16, Math.max(...heads.map(cellWidth)));
  const more = marks(style).more;
  return rows.flatMap((row) => {
    const shown = heads.flatMap((head, at) => (row[at] ? [[head, row[at]] as const] : []));
    const room = Math.max(narrowest, style.width - width - 7);
    return shown.map(
      ([head, cell], at) =>
        `${at === 0 ? '- ' : '  '}${style.cyan(padCells(cut(head, width, more), width))}  ${cut(cell, room, more)}`,
    );
  });
}
