// Lists to choose from inside the form: the type of an Any, a field to jump to, an earlier value, an extension.
import type { DescMessage } from '@bufbuild/protobuf';
import { shown } from '../schema/quote.ts';
import { didYouMean } from '../schema/suggest.ts';
import { withText } from './edit.ts';
import { isOutputOnly } from './field-facts.ts';
import { withExtension, withValue } from './form-commit.ts';
import { anyOfType } from './form-make.ts';
import { activeRow, allRows, goTo, reveal, rowOf, setOpen } from './form-move.ts';
import { fieldPlace } from './form-place.ts';
import type { Row } from './form-rows.ts';
import type { Chooser, FormState } from './form-state.ts';
import type { Step } from './machine.ts';
import { type PickAnswer, type PickRow, type PickState, pickMachine } from './pick.ts';

/** How many numbers of an extension range are asked for: ranges may have half a billion. */
const maxExtensions = 2000;
const maxTargets = 2000;

function choose(state: FormState, purpose: Chooser['purpose'], title: string, rows: readonly PickRow[]): FormState {
  if (rows.length === 0) return { ...state, notice: [`${title}: there is nothing to choose from`] };
  const machine = pickMachine({ title, rows, style: state.options.style });
  return { ...state, dialog: { kind: 'choose', purpose, machine, pick: machine.start } };
}

/** The types that an Any may hold. */
export function chooseType(state: FormState): FormState {
  const names = state.options.typeNames();
  return choose(
    state,
    'type',
    'Type of the message inside',
    names.map((name) => ({ label: name, key: name })),
  );
}

/** The values that this field had in earlier requests. */
export function chooseEarlier(state: FormState): FormState {
  const name = activeRow(state)?.name ?? '';
  const values = state.options.earlier?.(name) ?? [];
  return choose(
    state,
    'earlier',
    `Earlier values of ${name}`,
    [...new Set(values)].map((value) => ({ label: value, key: value })),
  );
}

/** The extensions of the row's message that the schema knows. */
export function chooseExtension(state: FormState, row: Row): FormState {
  const rows: PickRow[] = [];
  if (row.place.kind === 'message') {
    const { desc } = row.place;
    let left = maxExtensions;
    for (const { start, end } of desc.proto.extensionRange) {
      for (let number = start; number < end && left > 0; number++, left--) {
        const found = state.options.types.extension(desc, number);
        if (found !== undefined) rows.push({ label: found.typeName, detail: String(number), key: found.typeName });
      }
    }
  }
  return choose(state, 'extension', 'Extensions', rows);
}

/** All fields to jump to. */
export function chooseField(state: FormState): FormState {
  return choose(
    state,
    'jump',
    'Jump to',
    [...targets(state).keys()].map((name) => ({ label: name, key: name })),
  );
}

/** Goes to a field by its path, its last name, or the beginning of one. */
export function jumpTo(state: FormState, word: string): FormState {
  const all = targets(state);
  const names = [...all.keys()];
  const name =
    names.find((each) => each === word) ??
    names.find((each) => each.endsWith(`.${word}`)) ??
    names.find((each) => each.startsWith(word) || each.includes(`.${word}`));
  if (name !== undefined) return goToTarget(state, name);
  const near = didYouMean(word, names);
  return { ...state, notice: [`no field ${shown(word)}${near === undefined ? '' : `; ${near}`}`] };
}

/**
 * Goes to the field that a server means by a path as `items[0].unitPrice`, in proto or JSON names, or to the nearest one
 * around it that has a row. The form as it is if there is none.
 */
export function jumpToPath(state: FormState, path: string): FormState {
  const plain = (name: string): string => name.replaceAll('_', '').toLowerCase();
  const names = [...targets(state).keys()];
  for (let wanted = plain(path); wanted !== ''; wanted = wanted.replace(/(?:^|\.|\[)[^.[]*$/, '')) {
    const name = names.find((each) => plain(each) === wanted);
    if (name !== undefined) return goToTarget(state, name);
  }
  return state;
}

/** Names of rows and of fields inside closed messages, with the steps to them. */
function targets(state: FormState): Map<string, readonly (string | number)[]> {
  const found = new Map<string, readonly (string | number)[]>();
  for (const row of allRows(state)) {
    found.set(row.name, row.steps);
    const closed = row.role === 'value' && row.opens && !row.isOpen && row.place.kind === 'message';
    if (closed && row.place.kind === 'message') addFields(found, row.place.desc, row.name, row.steps, row.around);
    if (found.size >= maxTargets) break;
  }
  return found;
}

function addFields(
  found: Map<string, readonly (string | number)[]>,
  desc: DescMessage,
  name: string,
  steps: readonly (string | number)[],
  around: readonly DescMessage[],
): void {
  if (around.includes(desc) || around.length > 6) return;
  for (const field of desc.fields) {
    if (found.size >= maxTargets) return;
    if (field.oneof !== undefined || isOutputOnly(field)) continue;
    const place = fieldPlace(field);
    found.set(`${name}.${field.name}`, [...steps, field.name]);
    if (place.kind === 'message')
      addFields(found, place.desc, `${name}.${field.name}`, [...steps, field.name], [...around, desc]);
  }
}

function goToTarget(state: FormState, name: string): FormState {
  const row = allRows(state).find((each) => each.name === name);
  if (row !== undefined) return goTo(state, row.id);
  const steps = targets(state).get(name) ?? [];
  const id = steps.map((step, at) => (typeof step === 'number' ? `[${step}]` : at === 0 ? step : `.${step}`)).join('');
  return reveal(state, steps, id);
}

/** What a key in the list leads to; Esc and Ctrl-C go back to the form as it was. */
export function afterChoosing(state: FormState, chooser: Chooser, step: Step<PickState, PickAnswer>): FormState {
  if ('state' in step) return { ...state, dialog: { ...chooser, pick: step.state } };
  const closed: FormState = { ...state, dialog: undefined };
  return step.answer.type === 'picked' ? picked(closed, chooser.purpose, step.answer.row.key) : closed;
}

function picked(state: FormState, purpose: Chooser['purpose'], key: string): FormState {
  const row = activeRow(state);
  if (row === undefined) return state;
  switch (purpose) {
    case 'jump':
      return goToTarget(state, key);
    case 'earlier':
      return { ...state, edit: withText(state.edit, key), fault: undefined };
    case 'extension':
      return withExtension(state, row, key);
    case 'type': {
      const made = anyOfType(key, state);
      if ('fault' in made) return { ...state, notice: [made.fault.message] };
      // The row that adds an element puts the new Any behind the others.
      const element = row.role === 'add' ? newElement(row, made.node) : undefined;
      const next = withValue(state, row, element?.node ?? made.node);
      const id = element?.id ?? row.id;
      return rowOf(next, id)?.opens === true ? setOpen(next, id, true) : goTo(next, id);
    }
  }
}

function newElement(row: Row, item: Row['node']): { readonly node: Row['node']; readonly id: string } | undefined {
  if (row.place.kind !== 'list' || item === undefined) return undefined;
  const items = row.node?.kind === 'list' ? row.node.items : [];
  return { node: { kind: 'list', items: [...items, item] }, id: row.id.replace(/\+$/, `[${items.length}]`) };
}
