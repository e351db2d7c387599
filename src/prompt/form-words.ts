// The typed twins of the form's keys: `:next`, `:open`, `:send` …, for everyone whose keys do not arrive.
import { shown } from '../schema/quote.ts';
import { didYouMean } from '../schema/suggest.ts';
import { editOf } from './edit.ts';
import { chooseEarlier, chooseField, jumpTo } from './form-choose.ts';
import { unset } from './form-commit.ts';
import { editAnswer } from './form-editor.ts';
import { helpLines } from './form-help.ts';
import { copyElement, moveElement, removeElement, renameKey } from './form-list.ts';
import { activeRow, goTo, neighbour, placeAt, rowText, undone } from './form-move.ts';
import { mapKey } from './form-read.ts';
import { closeAround, closeLevel, send } from './form-send.ts';
import type { FormState } from './form-state.ts';
import { back, type FormStep, leaveLevel, open } from './form-step.ts';

type Word = (state: FormState, argument: string) => FormStep;

const only =
  (change: (state: FormState) => FormState): Word =>
  (state) => ({ state: change(state) });

/** Every word; the first of several names for one thing is the one that is listed. */
export const formWords: ReadonlyMap<string, Word> = new Map<string, Word>([
  ['next', only((state) => goTo(state, neighbour(state, 1)?.id ?? state.at))],
  ['back', only(back)],
  ['open', only(open)],
  ['close', only(closeAround)],
  ['end', only((state) => leaveLevel(state) ?? state)],
  ['unset', only(unset)],
  ['send', (state) => send(state, false)],
  ['send!', (state) => send(state, true)],
  ['json', (state) => ({ answer: editAnswer(state) })],
  ['load', (state, what) => ({ answer: { type: 'load', what, state } })],
  ['last', (state) => ({ answer: { type: 'load', what: 'last', state } })],
  ['hist', only(chooseEarlier)],
  ['go', (state, name) => ({ state: name === '' ? chooseField(state) : jumpTo(state, name) })],
  ['undo', only(undone)],
  ['up', only((state) => moveElement(state, -1))],
  ['down', only((state) => moveElement(state, 1))],
  ['remove', only(removeElement)],
  ['copy', only(copyElement)],
  ['key', (state, key) => ({ state: newKey(state, key) })],
  ['all', only((state) => ({ ...state, tree: { ...state.tree, showHidden: !state.tree.showHidden } }))],
  ['help', only((state) => ({ ...state, dialog: { kind: 'help', lines: helpLines(state) } }))],
  ['quit', (state) => closeLevel(state)],
]);

/** True if the line is a word for the form and not a value. */
export function isWord(text: string): boolean {
  return text.startsWith(':');
}

/** Does what the word in the line says. The value of the row stays as it was; an unknown word stays in the line. */
export function sayWord(state: FormState): FormStep {
  const [, word = '', argument = ''] = /^:\s*(\S*)\s*(.*)$/s.exec(state.edit.text.trim())!;
  const names = [...formWords.keys()];
  const starting = names.filter((name) => name.startsWith(word));
  const name = formWords.has(word) || word === '' ? word : starting.length === 1 ? starting[0]! : word;
  const row = activeRow(state);
  const said = formWords.get(name);
  if (said !== undefined) {
    const cleared = {
      ...state,
      edit: editOf(row === undefined ? '' : rowText(row)),
      fault: undefined,
      notice: undefined,
    };
    return said(cleared, argument.trim());
  }
  const near = word === '' ? undefined : didYouMean(word, names);
  const hint = near ?? `there are ${names.map((each) => `:${each}`).join(' ')}`;
  const message = `no word :${shown(word)}; ${hint}; text that begins with : is written \\:`;
  return { state: { ...state, fault: { message, at: 0 } } };
}

function newKey(state: FormState, typed: string): FormState {
  const row = activeRow(state);
  const map = row?.index === undefined ? undefined : placeAt(state, row.steps.slice(0, -1));
  if (row === undefined || map?.kind !== 'map') return { ...state, notice: ['only entries of a map have a key'] };
  const key = mapKey(map, typed, () => state.options.now());
  return 'fault' in key ? { ...state, notice: [key.fault] } : renameKey(state, row, key.key);
}
