// Elements of lists and entries of maps: moved, copied, removed; and what goes with one key on a row.
import { ScalarType } from '@bufbuild/protobuf';
import { withText } from './edit.ts';
import { fieldsSet } from './field-mask.ts';
import { chosen, unset, withValue } from './form-commit.ts';
import { activeRow, goTo, rowOf } from './form-move.ts';
import { type ListNode, type MapNode, type Node, nodeAt } from './form-node.ts';
import type { Row } from './form-rows.ts';
import type { FormState } from './form-state.ts';
import { maskPaths } from './value-leaf.ts';

/** The list or map that the row is an element of, as if it were a row. */
function around(state: FormState, row: Row): { readonly row: Row; readonly node: ListNode | MapNode } | undefined {
  const steps = row.steps.slice(0, -1);
  const node = nodeAt(state.tree.root, steps);
  return row.index === undefined || (node?.kind !== 'list' && node?.kind !== 'map')
    ? undefined
    : { row: { ...row, steps }, node };
}

function withItems(node: ListNode | MapNode, change: <T>(items: T[]) => T[]): Node {
  if (node.kind === 'list') return { ...node, items: change([...node.items]) };
  return { ...node, entries: change([...node.entries]) };
}

function idAt(row: Row, index: number): string {
  return row.id.replace(/\[\d+\]$/, `[${index}]`);
}

/** The element one place up or down. What is open inside it closes. */
export function moveElement(state: FormState, by: 1 | -1): FormState {
  const row = activeRow(state);
  const list = row === undefined ? undefined : around(state, row);
  if (row?.index === undefined || list === undefined)
    return { ...state, notice: ['only elements of a list are moved'] };
  const { index } = row;
  const size = list.node.kind === 'list' ? list.node.items.length : list.node.entries.length;
  const to = index + by;
  if (to < 0 || to >= size) return state;
  const node = withItems(list.node, (items) => {
    const [item] = items.splice(index, 1);
    items.splice(to, 0, item!);
    return items;
  });
  return goTo(closedInside(withValue(state, list.row, node), [row.id, idAt(row, to)]), idAt(row, to));
}

/** The element gone, the next one active. */
export function removeElement(state: FormState): FormState {
  const row = activeRow(state);
  if (row?.index === undefined) return unset(state);
  const next = withValue(state, row, undefined);
  const closed = closedInside(next, [row.id]);
  return goTo(closed, rowOf(closed, row.id) === undefined ? row.id.replace(/\[\d+\]$/, '+') : row.id);
}

/** A copy of the element, or for the row that adds one of the last element. */
export function copyElement(state: FormState): FormState {
  const row = activeRow(state);
  const isAdd = row?.role === 'add' && row.node?.kind === 'list';
  const list = row === undefined ? undefined : isAdd ? { row, node: row.node as ListNode } : around(state, row);
  if (row === undefined || list?.node.kind !== 'list' || list.node.items.length === 0) {
    return { ...state, notice: ['there is no element above to copy'] };
  }
  const from = row.index ?? list.node.items.length - 1;
  const node: ListNode = { kind: 'list', items: list.node.items.toSpliced(from + 1, 0, list.node.items[from]!) };
  const id = row.index === undefined ? row.id.replace(/\+$/, `[${from + 1}]`) : idAt(row, from + 1);
  return goTo(withValue(state, list.row, node), id);
}

/** Ids count places, so what was open at places that have changed is closed. */
function closedInside(state: FormState, ids: readonly string[]): FormState {
  const open = new Set([...state.tree.open].filter((id) => !ids.some((each) => id.startsWith(each))));
  return { ...state, tree: { ...state.tree, open } };
}

/** An entry of a map under another key. */
export function renameKey(state: FormState, row: Row, key: string): FormState {
  const map = around(state, row);
  if (map?.node.kind !== 'map' || row.index === undefined)
    return { ...state, notice: ['only entries of a map have a key'] };
  if (map.node.entries.some((entry) => entry.key === key)) return { ...state, notice: ['the key is there already'] };
  const entry = { ...map.node.entries[row.index]!, key };
  const node: MapNode = { kind: 'map', entries: map.node.entries.with(row.index, entry) };
  return goTo(withValue(state, map.row, node), row.id);
}

/** What Space does where it is no text: the next truth value, enum value or member of a oneof, a tick. */
export function cycled(state: FormState): FormState | undefined {
  const row = activeRow(state);
  const { text } = state.edit;
  if (row?.role === 'tick') return ticked(state, row);
  if (row?.role === 'oneof' && text === '') return nextChoice(state, row, 1);
  if (row?.role !== 'value') return undefined;
  const words = cycleWords(row);
  const at = words.indexOf(text);
  return at < 0
    ? undefined
    : { ...state, edit: withText(state.edit, words[(at + 1) % words.length]!), fault: undefined };
}

function cycleWords({ place }: Row): readonly string[] {
  if (place.kind === 'enum') return ['', ...place.desc.values.map(({ name }) => name)];
  return place.kind === 'scalar' && place.scalar === ScalarType.BOOL ? ['', 'true', 'false'] : [];
}

/** The next or previous member of the row's oneof; `none` is one of them. */
export function nextChoice(state: FormState, row: Row, by: 1 | -1): FormState {
  const names = [undefined, ...(row.oneof?.fields.map(({ name }) => name) ?? [])];
  const now = row.node?.kind === 'message' ? row.node.chosen.get(row.oneof!.name) : undefined;
  const next = names[(names.indexOf(now) + by + names.length) % names.length];
  return goTo(chosen(state, row, next), row.id);
}

function ticked(state: FormState, row: Row): FormState {
  const set = maskPaths(row.node?.kind === 'leaf' ? row.node.json : undefined);
  const paths = set.includes(row.tick!) ? set.filter((path) => path !== row.tick) : [...set, row.tick!];
  return goTo(withValue(state, row, maskOf(paths)), row.id);
}

function maskOf(paths: readonly string[]): Node | undefined {
  if (paths.length === 0) return undefined;
  const camel = paths.map((path) => path.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()));
  return { kind: 'leaf', text: paths.join(','), json: JSON.stringify(camel.join(',')) };
}

/** A mask that is unset, with the fields ticked that are set now. */
export function preTicked(state: FormState, row: Row): FormState {
  const desc = row.around.at(-1);
  if (row.place.kind !== 'mask' || row.node !== undefined || desc === undefined) return state;
  const inside = nodeAt(state.tree.root, row.steps.slice(0, -1));
  const mask = maskOf(fieldsSet(desc, inside?.kind === 'message' ? inside : undefined));
  return mask === undefined ? state : withValue(state, row, mask);
}
