// The ways out of the form: sending, leaving with a draft, and what was typed last taken along.

import { firstProblem } from './form-check.ts';
import { commit, keep } from './form-commit.ts';
import { jsonOf } from './form-document.ts';
import { activeRow, goTo, reveal, rowAround, setOpen } from './form-move.ts';
import type { FormAnswer, FormState } from './form-state.ts';
import type { Step } from './machine.ts';

/** The JSON document so far. Unset fields are not in it, faulty ones neither. */
export function documentOf(state: FormState): string {
  return jsonOf({ kind: 'message', desc: state.options.message }, state.tree.root, state.options.types, 'send') ?? '{}';
}

/** The document with faulty values kept as text, to come back to; what is in the line is kept too. */
export function draftOf(state: FormState): string {
  const { options, tree } = keep(state);
  return jsonOf({ kind: 'message', desc: options.message }, tree.root, options.types, 'draft') ?? '{}';
}

/** Takes the line and ends the form, or goes to what keeps it from being sent. */
export function send(state: FormState, force: boolean): Step<FormState, FormAnswer> {
  const { state: next, taken } = commit(state);
  if (!taken) return { state: next };
  const problem = firstProblem(next, force);
  if (problem === undefined) return { answer: { type: 'send', document: documentOf(next), force, state: next } };
  const there = problem.steps.length === 0 ? goTo(next, problem.id) : reveal(next, problem.steps, problem.id);
  const hint = problem.missing ? '; :send! sends without it' : '';
  return { state: { ...there, notice: [`not sent: ${problem.message}${hint}`] } };
}

/** Closes the level that the active row is in; at the top the form is left, with a draft. */
export function closeLevel(state: FormState): Step<FormState, FormAnswer> {
  const row = activeRow(state);
  const kept = keep(state);
  if (row?.parent !== undefined) return { state: setOpen(kept, row.parent, false) };
  return { answer: { type: 'leave', draft: draftOf(kept) } };
}

/** Closes what the active row is in, also a wrapped message. */
export function closeAround(state: FormState): FormState {
  const row = activeRow(state);
  if (row === undefined) return state;
  if (row.isOpen) return setOpen(state, row.id, false);
  const around = rowAround(state, row);
  return around === undefined ? state : setOpen(keep(state), around, false);
}
