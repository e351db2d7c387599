// Taking what is typed in the active row into the values, by what the row is for.
import { UserError } from '../errors.ts';
import { shown } from '../schema/quote.ts';
import { editOf, withText } from './edit.ts';
import { addedTo, type Made, makeNode, splitEntry } from './form-make.ts';
import { activeRow, changed, goTo, isSet, rowText } from './form-move.ts';
import { emptyMessage, type Leaf, type Node, withChoice, withNode } from './form-node.ts';
import { isLeaf, type Place } from './form-place.ts';
import { mapKey } from './form-read.ts';
import type { Row } from './form-rows.ts';
import { nodeFromText } from './form-start.ts';
import type { FormState } from './form-state.ts';
import { type Fault, faultAt } from './value-fault.ts';

/** A state in which the line has been taken, or one that shows why not; `asks` if a question stands before it. */
export interface Committed {
  readonly state: FormState;
  readonly taken: boolean;
}

/** Takes the active row's line: sets, unsets, appends, chooses. A fault stays in the line, the cursor on it. */
export function commit(state: FormState): Committed {
  const row = activeRow(state);
  const { text } = state.edit;
  if (row === undefined) return { state, taken: true };
  if (text === rowText(row) && !(row.node?.kind === 'leaf' && row.node.fault !== undefined)) {
    return { state: { ...state, fault: undefined }, taken: true };
  }
  switch (row.role) {
    case 'value':
      return commitValue(state, row, text);
    case 'add':
      return commitAdded(state, row, text);
    case 'oneof':
      return commitChoice(state, row, text.trim());
    case 'extension':
      return commitExtension(state, row, text.trim());
    case 'tick':
      return faulty(state, faultAt(0, 'Space ticks and unticks; other paths are typed in the mask itself'));
  }
}

/** The line's fault shown, with the cursor on it. */
export function faulty(state: FormState, { fault }: { readonly fault: Fault }): Committed {
  const at = Math.min(fault.at, state.edit.text.length);
  return { state: { ...state, fault: { ...fault, at }, edit: { ...state.edit, cursor: at } }, taken: false };
}

/** The values with another one at the row's place. */
export function withValue(state: FormState, row: Row, node: Node | undefined): FormState {
  const { options, tree } = state;
  const root = withNode({ kind: 'message', desc: options.message }, tree.root, row.steps, node, options.types);
  return changed(state, { ...tree, root: root?.kind === 'message' ? root : emptyMessage });
}

function commitValue(state: FormState, row: Row, text: string): Committed {
  if (text.trim() === '') {
    // Emptied text unsets; what a row that opens holds is not in its line.
    if (!isLeaf(row.place) && row.node?.kind !== 'leaf') return { state, taken: true };
    return { state: goTo(withValue(state, row, undefined), row.id), taken: true };
  }
  const made = makeNode(row.place, text, state, row);
  if ('fault' in made) return faulty(state, made);
  const next = goTo(withValue(state, row, made.node), row.id);
  if (made.ask === undefined) return { state: next, taken: true };
  const no: FormState = { ...state, edit: { ...state.edit, cursor: 0 } };
  return { state: { ...state, dialog: { kind: 'ask', question: made.ask, yes: next, no } }, taken: false };
}

function commitAdded(state: FormState, row: Row, text: string): Committed {
  if (text.trim() === '') return { state, taken: true };
  const { place } = row;
  const duplicate = place.kind === 'map' ? existing(state, row, place, text) : undefined;
  if (duplicate !== undefined) return duplicate;
  const made: Made = addedTo(place, text, state, row);
  if ('fault' in made) return faulty(state, made);
  const next = withValue(state, row, made.node);
  const at = addedRow(row, made.node, text);
  const done = goTo(next, at);
  if (made.ask === undefined) return { state: done, taken: true };
  return { state: { ...state, dialog: { kind: 'ask', question: made.ask, yes: done, no: state } }, taken: false };
}

/** A key that is there already: its row. */
function existing(state: FormState, row: Row, place: Place & { kind: 'map' }, text: string): Committed | undefined {
  const key = mapKey(place, splitEntry(text).key, () => state.options.now());
  const entries = row.node?.kind === 'map' ? row.node.entries : [];
  const index = 'key' in key ? entries.findIndex((entry) => entry.key === key.key) : -1;
  if (index < 0 || !('key' in key)) return undefined;
  const { value } = splitEntry(text);
  const there = goTo(state, row.id.replace(/\+$/, `[${index}]`));
  const edit = value === undefined || value === '' ? there.edit : withText(there.edit, value);
  const notice = [`the key ${shown(key.key)} is there already: this is its value`];
  return { state: { ...there, edit, notice }, taken: false };
}

/** Where to go on: an entry without value asks for it, else the row to add the next one. */
function addedRow(row: Row, node: Node | undefined, text: string): string {
  const isEntry = node?.kind === 'map' && splitEntry(text).value === undefined;
  return isEntry ? row.id.replace(/\+$/, `[${node.entries.length - 1}]`) : row.id;
}

function commitChoice(state: FormState, row: Row, text: string): Committed {
  const { oneof } = row;
  if (oneof === undefined || text === '') return { state, taken: true };
  const word = text.toLowerCase();
  if (word === 'none' || word === 'unset') return { state: goTo(chosen(state, row, undefined), row.id), taken: true };
  const names = oneof.fields.map((field) => field.name);
  const exact = names.filter((name) => name.toLowerCase() === word);
  const found = exact.length > 0 ? exact : names.filter((name) => name.toLowerCase().startsWith(word));
  if (found.length === 1) return { state: goTo(chosen(state, row, found[0]), row.id), taken: true };
  const near = found.length > 1 ? `may be ${found.join(' or ')}` : `is none of none, ${names.join(', ')}`;
  return faulty(state, faultAt(0, `${shown(text)} ${near}`));
}

/** Another member of the row's oneof chosen, or none. A message that is chosen is opened. */
export function chosen(state: FormState, row: Row, name: string | undefined): FormState {
  const node = row.node?.kind === 'message' ? row.node : emptyMessage;
  const next = withChoice(node, row.oneof!.name, name);
  if (row.steps.length === 0) return changed(state, { ...state.tree, root: next });
  return withValue(state, row, next);
}

function commitExtension(state: FormState, row: Row, text: string): Committed {
  if (text === '') return { state, taken: true };
  const { key, value } = splitEntry(text);
  const name = key.replace(/^\[|\]$/g, '');
  const found = state.options.types.extensionByName(name);
  const fits =
    found !== undefined && row.place.kind === 'message' && found.extendee.typeName === row.place.desc.typeName;
  if (!fits) return faulty(state, faultAt(0, `no extension ${shown(name)} of this message is known`));
  const added = withExtension(state, row, name);
  if (value === undefined || value === '') return { state: added, taken: false };
  return commit({ ...added, edit: editOf(value) });
}

/** A row for an extension, without value, and active. */
export function withExtension(state: FormState, row: Row, name: string): FormState {
  const id = `${row.id.replace(/\[\]$/, '')}${row.steps.length === 0 ? '' : '.'}[${name}]`;
  const blank: Leaf = { kind: 'leaf', text: '' };
  const member = { ...row, steps: [...row.steps, `[${name}]`] };
  const there = row.node?.kind === 'message' && row.node.members.has(`[${name}]`);
  return goTo(there ? state : withValue(state, member, blank), id);
}

/** The typed text of the active row kept although it does not fit, so that the row can be left. */
export function keep(state: FormState): FormState {
  const row = activeRow(state);
  const { text } = state.edit;
  if (row === undefined || text === rowText(row)) return state;
  const { state: next, taken } = commit(state);
  if (taken) return next;
  if (row.role !== 'value' || (row.node !== undefined && row.node.kind !== 'leaf')) {
    // There is no place for the text: Ctrl-Y has it.
    return { ...state, edit: { ...state.edit, killed: text } };
  }
  const fault = next.fault?.message ?? 'not confirmed';
  return withValue(state, row, { kind: 'leaf', text, fault });
}

/** The row unset: an element or entry goes, a choice is taken back. */
export function unset(state: FormState): FormState {
  const row = activeRow(state);
  if (row === undefined) return state;
  if (row.role === 'oneof') return goTo(chosen(state, row, undefined), row.id);
  if (row.role !== 'value' || (!isSet(row) && row.index === undefined))
    return { ...state, edit: editOf('', state.edit.killed), fault: undefined };
  return goTo(withValue(state, row, undefined), row.id);
}

/** A document in the place of all values. */
export function replaced(state: FormState, node: Node | undefined): FormState {
  const root = node?.kind === 'message' ? node : emptyMessage;
  return goTo(changed(state, { ...state.tree, root }), state.at);
}

/** JSON text as all values, or why not. */
export function wholeFromJson(state: FormState, text: string): FormState | string {
  try {
    const read = nodeFromText({ kind: 'message', desc: state.options.message }, text, state.options);
    return 'error' in read ? `line ${read.line}, column ${read.column}: ${read.error}` : replaced(state, read.node);
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}
