// Pasted text: a JSON document may be meant for the whole message, several lines for the elements of a list.
import { printTree } from '../codec/field-tree.ts';
import { insert, withText } from './edit.ts';
import { commit, wholeFromJson } from './form-commit.ts';
import { activeRow, goTo } from './form-move.ts';
import type { Row } from './form-rows.ts';
import type { FormState } from './form-state.ts';
import { parseRelaxed } from './value-json.ts';
import { escapedText } from './value-source.ts';
import { stringText } from './value-text.ts';

/** The form after a paste: the text in the line, or a question what is meant. */
export function paste(state: FormState, text: string): FormState {
  const row = activeRow(state);
  const plain = inserted(state, text, row);
  if (row === undefined || state.edit.text !== '') return plain;
  const items = row.role === 'add' && row.place.kind === 'list' ? itemsOf(text) : undefined;
  if (items !== undefined && items.length > 1) {
    const yes = splitInto(state, row, items);
    return { ...state, dialog: { kind: 'ask', question: `split into ${items.length} items?`, yes, no: plain } };
  }
  const takesJson = row.place.kind === 'json' || row.role === 'add';
  if (!text.trimStart().startsWith('{') || takesJson) return plain;
  return wholeQuestion(state, text, plain);
}

function wholeQuestion(state: FormState, text: string, no: FormState): FormState {
  const whole = wholeFromJson(state, text);
  if (typeof whole === 'string') return { ...no, notice: [`not a document for the whole message: ${whole}`] };
  return { ...state, dialog: { kind: 'ask', question: 'use as JSON for the whole message?', yes: whole, no } };
}

/** Text kept whole in strings; elsewhere line ends are blanks. */
function inserted(state: FormState, text: string, row: Row | undefined): FormState {
  const place = row?.role === 'add' && row.place.kind === 'list' ? row.place.element : row?.place;
  const isText = place?.kind === 'scalar' || place?.kind === 'json';
  const value = isText ? text.replace(/\n+$/, '') : text.trim().replace(/\s*\n\s*/g, ' ');
  return { ...state, edit: insert(state.edit, value), fault: undefined };
}

/** The elements that a paste holds: of a JSON array, or its lines; each as typed text. */
function itemsOf(text: string): string[] | undefined {
  const trimmed = text.trim();
  if (trimmed.startsWith('[')) {
    const parsed = parseRelaxed(trimmed);
    if ('fault' in parsed || parsed.tree.kind !== 'list') return undefined;
    return parsed.tree.items.map((item) => {
      const json = printTree(item);
      return json.startsWith('"') ? escapedText(stringText(JSON.parse(json) as string)) : json;
    });
  }
  if (trimmed.startsWith('{')) return undefined;
  return trimmed
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map(escapedText);
}

/** Every item taken as if typed; the first that does not fit stays in the line. */
function splitInto(state: FormState, row: Row, items: readonly string[]): FormState {
  let next = state;
  for (const item of items) {
    const typed = { ...goTo(next, row.id), edit: withText(next.edit, item) };
    const { state: done, taken } = commit(typed);
    if (!taken) return done;
    next = done;
  }
  return next;
}
