// The form in printed questions, one field after the other: for screen readers and terminals that cannot repaint.
import { count } from '../render/units.ts';
import { visible } from '../render/visible.ts';
import { withText } from './edit.ts';
import { requiredBy } from './field-facts.ts';
import { afterChoosing } from './form-choose.ts';
import { keep } from './form-commit.ts';
import { pressForm } from './form-keys.ts';
import { activeRow, allRows } from './form-move.ts';
import { placeName } from './form-place.ts';
import { rowType } from './form-row-view.ts';
import type { Row } from './form-rows.ts';
import { draftOf } from './form-send.ts';
import type { Chooser, FormAnswer, FormState } from './form-state.ts';
import { isWord } from './form-words.ts';
import { namedKey } from './keys.ts';
import type { PlainForm, Size, Step } from './machine.ts';

/** The form's questions and what the answers do. */
export const formPlain: PlainForm<FormState, FormAnswer> = {
  question: (state, size) => [...remarks(state), ask(state, size)].join('\n'),
  reply: (state, line) => {
    // Nothing more can be typed: what there is becomes the draft.
    if (line === undefined) return { answer: { type: 'leave', draft: draftOf(state) } };
    const { dialog } = state;
    if (dialog?.kind === 'ask') return pressForm(state, namedKey(/^y/i.test(line.trim()) ? 'y' : 'n'));
    if (dialog?.kind === 'choose') return choose(state, dialog, line);
    const ready = dialog === undefined ? state : { ...state, dialog: undefined };
    const answer = numbered(ready, line);
    // A wrong value is still there after a word such as `:back`.
    const kept = ready.fault !== undefined && isWord(answer) ? keep(ready) : ready;
    const typed = answer === '' ? ready : { ...kept, edit: withText(kept.edit, answer) };
    return pressForm(typed, namedKey('return'));
  },
};

function choose(state: FormState, dialog: Chooser, line: string): Step<FormState, FormAnswer> {
  const { plain } = dialog.machine;
  if (plain === undefined || line.trim() === '') return { state: { ...state, dialog: undefined } };
  return { state: afterChoosing(state, dialog, plain.reply(dialog.pick, line)) };
}

/** What is said before the question. */
function remarks(state: FormState): string[] {
  const lines: string[] = [];
  if (state.fresh === true) {
    const fields = count(allRows(state).length, 'field');
    lines.push(`${visible(state.options.title)}, ${fields}. Empty answer leaves a field unset. :help for words.`);
  }
  if (state.fault !== undefined) lines.push(`    error: ${visible(state.fault.message)}`);
  for (const notice of state.notice ?? []) lines.push(`    ${visible(notice)}`);
  if (state.dialog?.kind === 'help') lines.push(...state.dialog.lines);
  return lines;
}

function ask(state: FormState, size: Size): string {
  const { dialog } = state;
  if (dialog?.kind === 'ask') return `${dialog.question} (y/n) `;
  if (dialog?.kind === 'choose') return dialog.machine.plain?.question(dialog.pick, size) ?? 'Enter goes back. ';
  const rows = allRows(state);
  const row = activeRow(state);
  if (row === undefined) return `${visible(state.options.title)} has no fields. Enter sends. `;
  const at = rows.indexOf(row) + 1;
  const given = state.edit.text === '' ? '' : ` [${visible(state.edit.text)}]`;
  return `${at}/${rows.length} ${visible(row.name)}, ${about(row)}${given}: ${list(row)}`;
}

function about(row: Row): string {
  const required = row.field !== undefined && requiredBy(row.field) !== undefined ? ', required' : '';
  const type = row.role === 'add' ? `add ${rowType(row)}` : row.role === 'value' ? placeName(row.place) : rowType(row);
  return `${type}${required}`;
}

function choicesOf(row: Row): readonly string[] {
  if (row.role === 'oneof') return ['none', ...(row.oneof?.fields.map(({ name }) => name) ?? [])];
  return row.role === 'value' && row.place.kind === 'enum' ? row.place.desc.values.map(({ name }) => name) : [];
}

function list(row: Row): string {
  const words = choicesOf(row).map((name, at) => `${at + 1} ${visible(name)}`);
  return words.length === 0 ? '' : `${words.join(' ')}: `;
}

/** A number where a numbered list was printed stands for its word. */
function numbered(state: FormState, line: string): string {
  const row = activeRow(state);
  const words = row === undefined ? [] : choicesOf(row);
  return /^\d+$/.test(line.trim()) ? (words[Number(line) - 1] ?? line) : line;
}
