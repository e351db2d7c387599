// A reply for a person: a few values as pairs, one list of messages as a table, anything else as JSON in the order of the
// schema, or all of it as a tree. Notes stand dim beside the data and are never part of it.
import type { DescMessage } from '@bufbuild/protobuf';
import type { Tree } from '../codec/field-tree.ts';
import { wrapCells } from '../render/columns-wrap.ts';
import type { Style } from '../render/style.ts';
import { cellWidth, padCells, visible } from '../render/visible.ts';
import { jsonLines } from './reply-json.ts';
import { replyTable, tableOf } from './reply-table.ts';
import { parsedJson, treeLines } from './reply-tree.ts';
import { isUnknownMember, listShown, memberField, type ShownValue, shownValue, valueType } from './reply-values.ts';

export interface ReplyOptions {
  readonly message: DescMessage;
  readonly style: Style;
  /** How the reply is called, to say where the rest of a long list is: `$7`. */
  readonly name: string;
  /** `auto` by what the reply is made of. */
  readonly shape: 'auto' | 'json' | 'tree';
  /** Say which fields are not set. */
  readonly unset: boolean;
}

/** The lines of a reply, and what is to be known of it. */
export interface ReplyText {
  readonly lines: readonly string[];
  readonly notes: readonly string[];
}

/** More values than this are no few. */
const fewValues = 24;

/** The reply that `json` is; JSON that is no object comes back as it is. */
export function replyText(json: string, options: ReplyOptions): ReplyText {
  const tree = parsedJson(json);
  const notes = unknownNotes(tree);
  if (options.shape === 'tree')
    return { lines: treeLines(tree, options.message, { style: options.style, shown: listShown }, ''), notes };
  if (tree.kind !== 'object' || options.shape === 'json')
    return { lines: jsonLines(tree, options.name, options.style), notes };
  if (tree.members.size === 0) return { lines: [`  {}  ${options.style.dim('no field is set')}`], notes };
  const pairs = pairLines(tree.members, options);
  if (pairs !== undefined) return { lines: pairs, notes };
  const table = tableOf(tree, options.message);
  if (table !== undefined) {
    const { lines, note } = replyTable(table, options);
    const others = pairLines(new Map([...tree.members].filter(([name]) => name !== table.name)), options) ?? [];
    return { lines: [...lines, ...others], notes: note === undefined ? notes : [note, ...notes] };
  }
  return { lines: jsonLines(tree, options.name, options.style), notes };
}

function unknownNotes(tree: Tree): string[] {
  const numbers = new Set<string>();
  const look = (one: Tree): void => {
    if (one.kind === 'list') one.items.forEach(look);
    if (one.kind !== 'object') return;
    for (const [name, value] of one.members) {
      if (isUnknownMember(name)) numbers.add(name.slice(1, -1));
      else look(value);
    }
  };
  look(tree);
  if (numbers.size === 0) return [];
  const list = [...numbers].slice(0, 8).join(', ');
  const what =
    numbers.size === 1 ? `1 unknown field (number ${list})` : `${numbers.size} unknown fields (numbers ${list})`;
  return [`${what}: the schema may be old; reload asks for it anew`];
}

/** `name  value   note` lines; undefined if a value takes more than that. */
function pairLines(members: ReadonlyMap<string, Tree>, options: ReplyOptions): string[] | undefined {
  const { message, style } = options;
  if (members.size > fewValues) return undefined;
  const pairs: [string, ShownValue][] = [];
  for (const [name, value] of members) {
    const shown = shownValue(value, valueType(memberField(message, name)));
    if (shown === undefined) return undefined;
    pairs.push([visible(name), shown]);
  }
  const unset = options.unset
    ? message.fields.filter((field) => !members.has(field.jsonName) && !members.has(field.name))
    : [];
  const names = [...pairs.map(([name]) => name), ...unset.map((field) => visible(field.jsonName))];
  const width = Math.min(Math.max(...names.map(cellWidth)), Math.max(8, Math.floor(style.width / 2)));
  const lines = pairs.flatMap(([name, value]) => pair(name, value, width, style));
  return [...lines, ...unset.map((field) => style.dim(`  ${padCells(visible(field.jsonName), width)}  unset`))];
}

/** One pair; long text goes on under itself, and the note moves below where there is no room beside it. */
function pair(name: string, { text, note }: ShownValue, width: number, style: Style): string[] {
  const indent = ' '.repeat(width + 4);
  const room = Math.max(12, style.width - 1 - indent.length);
  const lines = text.split('\n').flatMap((line) => wrapCells(line, room).map((part) => part.trimEnd()));
  const last = cellWidth(lines.at(-1) ?? '');
  if (note !== undefined && last + 3 + cellWidth(note) <= room)
    lines[lines.length - 1] += `${' '.repeat(3)}${style.dim(note)}`;
  else if (note !== undefined) lines.push(style.dim(note));
  return lines.map((line, at) => (at === 0 ? `  ${style.cyan(padCells(name, width))}  ${line}` : `${indent}${line}`));
}
