// Going from row to row: which one is active, what its line begins with, what is open.
import { editOf } from './edit.ts';
import { type Node, nodeAt, placeDown, type Steps } from './form-node.ts';
import { isLeaf, type Place } from './form-place.ts';
import { type Row, rowsOf } from './form-rows.ts';
import type { FormState, FormTree } from './form-state.ts';

/** All rows. */
export function allRows(state: FormState): readonly Row[] {
  return rowsOf(state.options.message, state.tree, state.options.types).rows;
}

/** The row with this id. */
export function rowOf(state: FormState, id: string): Row | undefined {
  return allRows(state).find((row) => row.id === id);
}

/** The active row; undefined only in a form without rows. */
export function activeRow(state: FormState): Row | undefined {
  return rowOf(state, state.at) ?? allRows(state)[0];
}

/** What the place at the end of the steps holds. */
export function placeAt({ options, tree }: FormState, steps: Steps): Place {
  let place: Place = { kind: 'message', desc: options.message };
  steps.forEach((step, at) => {
    place = placeDown(place, nodeAt(tree.root, steps.slice(0, at)), step, options.types);
  });
  return place;
}

/** What the line of a row begins with: the value as it was typed; nothing for rows that open. */
export function rowText(row: Row): string {
  return row.role === 'value' && row.node?.kind === 'leaf' ? row.node.text : '';
}

/** True if the row's line is one value and not a way into others. */
export function isLine(row: Row): boolean {
  return row.role === 'value' && isLeaf(row.place);
}

/** Another row active, its value in the line. */
export function goTo(state: FormState, id: string): FormState {
  const row = rowOf(state, id) ?? allRows(state)[0];
  if (row === undefined) return state;
  const fault = row.role === 'value' && row.node?.kind === 'leaf' ? row.node.fault : undefined;
  const text = rowText(row);
  return {
    ...state,
    at: row.id,
    edit: editOf(text, state.edit.killed),
    fault: fault === undefined ? undefined : { message: fault, at: 0 },
    notice: undefined,
  };
}

/** The row `by` rows away from the active one; undefined at the ends. `skip` passes over rows. */
export function neighbour(state: FormState, by: 1 | -1, skip: (row: Row) => boolean = () => false): Row | undefined {
  const rows = allRows(state);
  let at = rows.findIndex((row) => row.id === state.at) + by;
  while (rows[at] !== undefined && skip(rows[at]!)) at += by;
  return rows[at];
}

/** The state with other values; the step can be undone. */
export function changed(state: FormState, tree: FormTree): FormState {
  const undo = [{ tree: state.tree, at: state.at }, ...state.undo.slice(0, 199)];
  return { ...state, tree, undo };
}

/** As before the last change of values; the same if there was none. */
export function undone(state: FormState): FormState {
  const [last, ...undo] = state.undo;
  if (last === undefined) return { ...state, notice: ['nothing to undo'] };
  return goTo({ ...state, tree: last.tree, undo }, last.at);
}

/** The row opened or closed. Opening moves into it, to its first row. */
export function setOpen(state: FormState, id: string, isOpen: boolean): FormState {
  const open = new Set(state.tree.open);
  if (isOpen) open.add(id);
  else open.delete(id);
  const next = { ...state, tree: { ...state.tree, open } };
  if (!isOpen) return goTo(next, id);
  const rows = allRows(next);
  const at = rows.findIndex((row) => row.id === id);
  const inside = at < 0 ? rows.find((row) => row.id.startsWith(id)) : rows[at + 1];
  return goTo(next, inside?.parent === id || at < 0 ? (inside?.id ?? id) : id);
}

/** The row that closing leads to: the one around, or the wrapped message that has no row of its own. */
export function rowAround(state: FormState, row: Row): string | undefined {
  if (row.parent !== undefined) return row.parent;
  const [first] = row.steps;
  const isFlat = row.steps.length > (row.role === 'value' ? 1 : 0) && typeof first === 'string';
  return isFlat && state.tree.open.has(first) ? first : undefined;
}

/** The first row from the top whose value is faulty or missing, opened up to it. */
export function reveal(state: FormState, steps: readonly (string | number)[], id: string): FormState {
  const open = new Set(state.tree.open);
  let path = '';
  steps.slice(0, -1).forEach((step, at) => {
    path += typeof step === 'number' ? `[${step}]` : at === 0 ? step : `.${step}`;
    open.add(path);
  });
  return goTo({ ...state, tree: { ...state.tree, open } }, id);
}

/** True if the row holds something. */
export function isSet(row: Row): boolean {
  return row.role === 'value' && row.node !== undefined && !isBlank(row.node);
}

function isBlank(node: Node): boolean {
  switch (node.kind) {
    case 'leaf':
      return node.text === '' && node.json === undefined;
    case 'message':
      return node.members.size === 0 && !node.explicit;
    case 'any':
      return false;
    case 'list':
      return node.items.length === 0;
    case 'map':
      return node.entries.length === 0;
  }
}
