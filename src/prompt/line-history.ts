// Earlier lines: Up brings those that begin with what is typed, and the newest of them stands behind it as a ghost.
import { type EditState, withText } from './edit.ts';
import type { LineState } from './line.ts';

/** Which earlier line is shown, and what was typed when the first one was asked for. */
export interface Recall {
  readonly typed: string;
  readonly at: number;
}

/** The state with the next older line that begins with what is typed; the same state if there is none. */
export function older(history: readonly string[], state: LineState): LineState {
  const { typed, at } = state.recall ?? { typed: state.edit.text, at: history.length };
  const found = search(history, typed, state.edit.text, at, -1);
  return found === undefined ? state : shown(state.edit, history[found]!, { typed, at: found });
}

/** The state with the next newer line, and after the newest what was typed. */
export function newer(history: readonly string[], state: LineState): LineState {
  if (!state.recall) return state;
  const { typed, at } = state.recall;
  const found = search(history, typed, state.edit.text, at, 1);
  if (found !== undefined) return shown(state.edit, history[found]!, { typed, at: found });
  return { edit: withText(state.edit, typed) };
}

/** What the newest line that begins with the text has behind it; undefined where a ghost would be in the way. */
export function suggestion(history: readonly string[], state: LineState): string | undefined {
  const { text, cursor } = state.edit;
  if (text === '' || cursor !== text.length || state.list || text.includes('\n')) return undefined;
  for (let at = history.length - 1; at >= 0; at--) {
    const line = history[at]!;
    if (line.length > text.length && line.startsWith(text)) return line.slice(text.length);
  }
  return undefined;
}

/** The next place from `at` whose line begins with `typed` and is not the one shown: a repeated line is shown once. */
function search(
  history: readonly string[],
  typed: string,
  current: string,
  at: number,
  step: 1 | -1,
): number | undefined {
  for (let place = at + step; place >= 0 && place < history.length; place += step) {
    const line = history[place]!;
    if (line.startsWith(typed) && line !== current) return place;
  }
  return undefined;
}

function shown(edit: EditState, text: string, recall: Recall): LineState {
  return { edit: withText(edit, text), recall };
}
