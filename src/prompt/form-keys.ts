// What each key does in the form. Keys of the line editor keep their meaning: only what it has no use for, or an empty
// line, is the form's own.
import { moveByLine, pressInEdit } from './edit.ts';
import { afterChoosing, chooseEarlier, chooseField } from './form-choose.ts';
import { unset } from './form-commit.ts';
import { editAnswer } from './form-editor.ts';
import { copyElement, cycled, moveElement, nextChoice, removeElement } from './form-list.ts';
import { activeRow, undone } from './form-move.ts';
import { paste } from './form-paste.ts';
import { closeAround, closeLevel, draftOf, send } from './form-send.ts';
import type { FormState } from './form-state.ts';
import { back, type FormStep, leaveLevel, next, open } from './form-step.ts';
import { formWords, isWord, sayWord } from './form-words.ts';
import { keyName } from './keys.ts';
import type { Key } from './machine.ts';

/** The form after a key, or its answer. */
export function pressForm(state: FormState, key: Key): FormStep {
  const name = keyName(key);
  if (name === 'ctrl-c') return { answer: { type: 'interrupt', draft: draftOf({ ...state, dialog: undefined }) } };
  if (state.fresh === true) return pressForm({ ...state, fresh: undefined }, key);
  if (state.dialog !== undefined) return pressDialog(state, state.dialog, key, name);
  if (state.chord === true) {
    const plain = { ...state, chord: undefined };
    return name === 'ctrl-e' ? { answer: editAnswer(plain) } : pressForm(plain, key);
  }
  const ready = state.notice === undefined ? state : { ...state, notice: undefined };
  if (name === 'paste') return { state: paste(ready, key.text) };
  return command(ready, name) ?? { state: edited(ready, key) };
}

function pressDialog(state: FormState, dialog: NonNullable<FormState['dialog']>, key: Key, name: string): FormStep {
  const closed = { ...state, dialog: undefined };
  switch (dialog.kind) {
    case 'choose':
      return { state: afterChoosing(state, dialog, dialog.machine.press(dialog.pick, key)) };
    case 'help':
      if (name === 'down') return { state: { ...state, dialog: { ...dialog, lines: [...dialog.lines.slice(1)] } } };
      return { state: closed };
    case 'ask':
      if (name === 'y' || name === 'shift-y' || name === 'return')
        return { state: { ...dialog.yes, dialog: undefined } };
      return name === 'n' || name === 'escape' ? { state: { ...dialog.no, dialog: undefined } } : { state };
  }
}

/** Keys with a meaning of their own; undefined leaves the key to the line. */
function command(state: FormState, name: string): FormStep | undefined {
  const isEmpty = state.edit.text === '';
  switch (name) {
    case 'return':
      return isWord(state.edit.text) ? sayWord(state) : next(state, true);
    case 'tab':
      return next(state, false);
    case 'down':
      return lineMoved(state, 1) ?? next(state, false);
    case 'up':
      return lineMoved(state, -1) ?? { state: back(state) };
    case 'shift-tab':
      return { state: back(state) };
    case 'right':
      return isEmpty && canOpen(state) ? { state: open(state) } : undefined;
    case 'left':
      return isEmpty ? { state: closeOrPrevious(state) } : undefined;
    case 'backspace':
    case 'ctrl-h':
      return isEmpty ? { state: unset(state) } : undefined;
    case 'space':
      return wrapped(cycled(state));
    case '?':
      return isEmpty ? formWords.get('help')!(state, '') : undefined;
    case 'ctrl-d':
      return isEmpty ? ended(state) : undefined;
    case 'ctrl-_':
      return state.edit.undo.length === 0 ? { state: undone(state) } : undefined;
    case 'ctrl-x':
      return { state: { ...state, chord: true } };
    default:
      return farKey(state, name);
  }
}

/** Keys that mean the same wherever the line stands. */
function farKey(state: FormState, name: string): FormStep | undefined {
  switch (name) {
    case 'ctrl-s':
      return send(state, false);
    case 'f4':
      return { answer: editAnswer(state) };
    case 'ctrl-o':
      return { answer: { type: 'load', what: '', state } };
    case 'ctrl-r':
      return { state: chooseEarlier(state) };
    case 'alt-g':
      return { state: chooseField(state) };
    case 'alt-up':
      return { state: moveElement(state, -1) };
    case 'alt-down':
      return { state: moveElement(state, 1) };
    case 'alt-x':
      return { state: removeElement(state) };
    case 'alt-c':
      return { state: copyElement(state) };
    case 'f1':
      return formWords.get('help')!(state, '');
    case 'escape':
      return closeLevel(state);
    default:
      return undefined;
  }
}

function wrapped(state: FormState | undefined): FormStep | undefined {
  return state === undefined ? undefined : { state };
}

/** The cursor on another line of a text of several. */
function lineMoved(state: FormState, by: 1 | -1): FormStep | undefined {
  const edit = moveByLine(state.edit, by);
  return edit === undefined ? undefined : { state: { ...state, edit } };
}

function canOpen(state: FormState): boolean {
  const row = activeRow(state);
  return (
    row !== undefined && (row.opens || row.role !== 'value' || row.place.kind === 'message' || row.place.kind === 'any')
  );
}

function closeOrPrevious(state: FormState): FormState {
  const row = activeRow(state);
  return row?.role === 'oneof' ? nextChoice(state, row, -1) : closeAround(state);
}

function ended(state: FormState): FormStep {
  const after = leaveLevel(state);
  return after === undefined ? closeLevel(state) : { state: after };
}

function edited(state: FormState, key: Key): FormState {
  const edit = pressInEdit(state.edit, key);
  if (edit === undefined) return state;
  // The fault belongs to the text as it was.
  return { ...state, edit, fault: edit.text === state.edit.text ? state.fault : undefined };
}
