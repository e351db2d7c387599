// What the form does from row to row, by whatever name: keys and typed words both come here.

import { chooseExtension, chooseType } from './form-choose.ts';
import { commit, keep, withValue } from './form-commit.ts';
import { nextChoice, preTicked } from './form-list.ts';
import { activeRow, allRows, goTo, isSet, neighbour, rowOf, setOpen } from './form-move.ts';
import { emptyMessage } from './form-node.ts';
import type { Row } from './form-rows.ts';
import { send } from './form-send.ts';
import type { FormAnswer, FormState } from './form-state.ts';
import type { Step } from './machine.ts';

export type FormStep = Step<FormState, FormAnswer>;

/** Takes the line and goes to the next row. `byEnter` passes over deprecated fields, and sends behind the last row. */
export function next(state: FormState, byEnter: boolean): FormStep {
  const row = activeRow(state);
  const { text } = state.edit;
  const isEmpty = text.trim() === '';
  const { state: done, taken } = commit(state);
  if (!taken) return { state: done };
  const named = row === undefined || isEmpty || text.trim().startsWith('{') ? undefined : newAny(row);
  if (named !== undefined) return { state: setOpen(done, named, true) };
  // What was added leaves the row for the next one to be added.
  if (row?.role === 'add' && !isEmpty) return { state: done };
  const skip = byEnter ? (each: Row): boolean => each.field?.deprecated === true && !isSet(each) : undefined;
  const there = neighbour(done, 1, skip);
  if (there !== undefined) return { state: goTo(done, there.id) };
  return byEnter ? send(done, false) : { state: done };
}

/** The row of an Any whose type has just been typed in this row: what is in it comes next. */
function newAny(row: Row): string | undefined {
  if (row.role === 'value') return row.place.kind === 'any' ? row.id : undefined;
  if (row.role !== 'add' || row.place.kind !== 'list' || row.place.element.kind !== 'any') return undefined;
  return row.id.replace(/\+$/, `[${row.node?.kind === 'list' ? row.node.items.length : 0}]`);
}

/** Goes to the previous row; what is typed stays, right or wrong. */
export function back(state: FormState): FormState {
  const kept = keep(state);
  const there = neighbour(kept, -1);
  return there === undefined ? kept : goTo(kept, there.id);
}

/** Opens what the row holds: its fields, elements, paths; for an Any without type the list of types. */
export function open(state: FormState): FormState {
  const row = activeRow(state);
  if (row === undefined) return state;
  if (row.role === 'oneof') return nextChoice(state, row, 1);
  if (row.role === 'extension') return chooseExtension(state, row);
  if (row.role === 'add') return openNew(state, row);
  if (row.place.kind === 'any' && !(row.node?.kind === 'any' && row.node.type !== '')) return chooseType(state);
  if (row.role === 'value' && row.place.kind === 'message' && !row.opens && row.node === undefined) {
    return goTo(withValue(state, row, { ...emptyMessage, explicit: true }), row.id);
  }
  if (!row.opens) return { ...state, notice: ['there is nothing to open'] };
  if (row.around.length >= 100) return { ...state, notice: ['100 levels deep: readers take no more'] };
  const ready = row.place.kind === 'mask' ? preTicked(state, row) : state;
  const opened = setOpen(ready, row.id, true);
  const { kind } = row.place;
  // Choosing a oneof's message or opening an element needs nothing more; a list goes to its first row.
  return kind === 'list' || kind === 'map' || allRows(opened).some((each) => each.parent === row.id)
    ? opened
    : goTo(opened, row.id);
}

/** A new element that opens: a message, or an Any of a type to be chosen. */
function openNew(state: FormState, row: Row): FormState {
  if (row.place.kind !== 'list') return { ...state, notice: ['write key=value, or the key alone'] };
  const { element } = row.place;
  if (element.kind === 'any') return chooseType(state);
  if (element.kind !== 'message') return { ...state, notice: ['write the value and press Enter'] };
  const items = row.node?.kind === 'list' ? row.node.items : [];
  const added = withValue(state, row, { kind: 'list', items: [...items, { ...emptyMessage, explicit: true }] });
  const id = row.id.replace(/\+$/, `[${items.length}]`);
  return rowOf(added, id)?.opens === true ? setOpen(added, id, true) : goTo(added, id);
}

/** Leaves the level behind its last row; at the top nothing. */
export function leaveLevel(state: FormState): FormState | undefined {
  const row = activeRow(state);
  if (row?.parent === undefined) return undefined;
  const kept = keep(state);
  const rows = allRows(kept);
  const parent = rows.findIndex(({ id }) => id === row.parent);
  const after = rows.slice(parent + 1).find(({ depth }) => depth <= (rows[parent]?.depth ?? 0));
  return goTo(kept, after?.id ?? row.parent);
}
