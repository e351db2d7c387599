// The picker: one text field, the matching rows below it, and what the chosen one is.
import { plainStyle, type Style } from '../render/style.ts';
import { type EditState, editOf, pressInEdit } from './edit.ts';
import { fuzzyRank } from './fuzzy.ts';
import { keyName } from './keys.ts';
import type { Key, Machine, Step } from './machine.ts';
import { plainPick } from './pick-plain.ts';
import { listHeight, pickView } from './pick-view.ts';

export interface PickRow {
  /** What is matched and shown. */
  readonly label: string;
  /** Shown behind the label, dim. */
  readonly detail?: string | undefined;
  /** The line below the list while the row is the chosen one. */
  readonly description?: string | undefined;
  /** One or two cells before the label, as the kind of streaming. */
  readonly mark?: string | undefined;
  /** Whatever the caller knows the row by. */
  readonly key: string;
}

export interface PickOptions {
  readonly title: string;
  readonly rows: readonly PickRow[];
  /** What is typed already. */
  readonly query?: string | undefined;
  readonly style?: Style | undefined;
  /** How recently a row was used: 0 the last. Recent rows come first among those that match as well. */
  readonly recent?: ((index: number) => number | undefined) | undefined;
  /** Names of further keys that end the prompt with `key`, as `ctrl-r`. */
  readonly keys?: readonly string[] | undefined;
}

export interface PickState {
  readonly edit: EditState;
  /** Places in `rows` of those that match, best first. */
  readonly found: readonly number[];
  /** Place of the chosen row among them. */
  readonly at: number;
}

export type PickAnswer =
  | { readonly type: 'picked'; readonly row: PickRow }
  | { readonly type: 'left'; readonly query: string }
  | { readonly type: 'interrupt' }
  | { readonly type: 'key'; readonly name: string; readonly row: PickRow | undefined; readonly query: string };

/** A picker over `rows`. Filtering is synchronous: a key is answered before the next one is read. */
export function pickMachine(options: PickOptions): Machine<PickState, PickAnswer> {
  const style = options.style ?? plainStyle;
  const labels = options.rows.map((row) => row.label);
  const find = (query: string): readonly number[] => fuzzyRank(query, labels, { recent: options.recent });
  const search = (state: PickState, edit: EditState): PickState =>
    edit.text === state.edit.text ? { ...state, edit } : { edit, found: find(edit.text), at: 0 };
  const edit = editOf(options.query ?? '');
  return {
    start: { edit, found: find(edit.text), at: 0 },
    press: (state, key) =>
      ended(options, state, key) ?? { state: moved(state, keyName(key)) ?? edited(state, key, search) },
    view: (state, size) => pickView(options, style, state, size),
    plain: plainPick(options, (query) => search({ edit: editOf('\u0000'), found: [], at: 0 }, editOf(query))),
  };
}

function ended(options: PickOptions, state: PickState, key: Key): Step<PickState, PickAnswer> | undefined {
  const name = keyName(key);
  const query = state.edit.text;
  const chosen = options.rows[state.found[state.at] ?? -1];
  if (options.keys?.includes(name)) return { answer: { type: 'key', name, row: chosen, query } };
  if (name === 'ctrl-c') return { answer: { type: 'interrupt' } };
  if (name === 'escape' || name === 'ctrl-g' || (name === 'ctrl-d' && query === '')) {
    return { answer: { type: 'left', query } };
  }
  if (name === 'return' && chosen) return { answer: { type: 'picked', row: chosen } };
  return undefined;
}

const steps = new Map([
  ['up', -1],
  ['ctrl-p', -1],
  ['shift-tab', -1],
  ['down', 1],
  ['ctrl-n', 1],
  ['tab', 1],
  ['pageup', -listHeight],
  ['pagedown', listHeight],
]);

function moved(state: PickState, name: string): PickState | undefined {
  const step = steps.get(name);
  if (step === undefined) return undefined;
  const last = Math.max(0, state.found.length - 1);
  // One step over the end comes round; a page stops there.
  if (Math.abs(step) === 1 && state.found.length > 0) {
    return { ...state, at: (state.at + step + state.found.length) % state.found.length };
  }
  return { ...state, at: Math.min(last, Math.max(0, state.at + step)) };
}

function edited(state: PickState, key: Key, search: (state: PickState, edit: EditState) => PickState): PickState {
  // The field is one line: a line end in what is pasted separates terms.
  const flat = key.name === 'paste' ? { ...key, text: key.text.trim().replace(/\s+/g, ' ') } : key;
  const edit = keyName(key) === 'alt-return' ? undefined : pressInEdit(state.edit, flat);
  return edit ? search(state, edit) : state;
}
