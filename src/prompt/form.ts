// The form: a request filled in row by row. It yields a document, so that the form, -d and stdin share one reader.

import { pressForm } from './form-keys.ts';
import { formPlain } from './form-plain.ts';
import { startState } from './form-start.ts';
import type { FormAnswer, FormOptions, FormState } from './form-state.ts';
import { viewForm } from './form-view.ts';
import type { Machine } from './machine.ts';

export { warningsOf } from './form-check.ts';
export { jumpToPath } from './form-choose.ts';
export { applyDocument, applyEdited } from './form-editor.ts';
export { documentOf, draftOf } from './form-send.ts';
export type { DocumentError } from './form-start.ts';
export type { FormAnswer, FormOptions, FormState } from './form-state.ts';

/** The form of a message. To go on where it was left, use the state that an answer carries in the place of `start`. */
export function formMachine(options: FormOptions): Machine<FormState, FormAnswer> {
  return {
    start: startState(options),
    press: pressForm,
    view: viewForm,
    plain: formPlain,
  };
}
