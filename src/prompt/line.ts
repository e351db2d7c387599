// The prompt for one line, which may continue on more: history by what is typed, ghost text from it, completion.
import { plainStyle, type Style } from '../render/style.ts';
import { type EditState, editOf, insert, moveByLine, pressInEdit, withText } from './edit.ts';
import { wordEnd } from './edit-moves.ts';
import { keyName } from './keys.ts';
import { type CompletionList, pressInList, tab } from './line-complete.ts';
import { newer, older, type Recall, suggestion } from './line-history.ts';
import { lineTrace, lineView, plainLine } from './line-view.ts';
import type { Key, Machine, Size, Step } from './machine.ts';

/** What may stand where the cursor is: `items`, best first, each instead of text[from, to). */
export interface Completion {
  readonly from: number;
  readonly to: number;
  readonly items: readonly CompletionItem[];
}

export interface CompletionItem {
  readonly text: string;
  /** Shown in the list instead of `text`. */
  readonly label?: string | undefined;
  /** `method`, `field`, `file` …: the second column. */
  readonly kind?: string | undefined;
  readonly comment?: string | undefined;
  /** More belongs to the same word (a folder, a path): no blank is put behind it. */
  readonly open?: boolean | undefined;
}

export interface LineOptions {
  /** What stands before the text, for the width there is. May have colour. */
  readonly before: (size: Size) => string;
  /** Earlier lines, the oldest first. */
  readonly history: readonly string[];
  /** What could be meant at the cursor, from what is loaded. */
  readonly complete: (text: string, cursor: number) => Completion;
  /** Lines below the text. */
  readonly hint?: ((text: string, cursor: number, size: Size) => readonly string[]) | undefined;
  /** Whether Enter continues the text on a new line instead of ending it. */
  readonly unfinished?: ((text: string) => boolean) | undefined;
  /** Names of further keys that end the prompt with `key`, as `f4`, `ctrl-s`, `alt-g`, `ctrl-x ctrl-e`. */
  readonly keys?: readonly string[] | undefined;
  readonly style?: Style | undefined;
  /** The text to begin with. */
  readonly text?: string | undefined;
}

export interface LineState {
  readonly edit: EditState;
  /** The earlier line that is shown, and what was typed before it was asked for. */
  readonly recall?: Recall | undefined;
  readonly list?: CompletionList | undefined;
  /** Tab was pressed last and put in what is common: once more opens the list. */
  readonly tabbed?: boolean | undefined;
  /** The first key of a pair, as Ctrl-X. */
  readonly first?: string | undefined;
}

export type LineAnswer =
  | { readonly type: 'line'; readonly text: string }
  | { readonly type: 'end' }
  | { readonly type: 'interrupt'; readonly text: string }
  | { readonly type: 'search'; readonly state: LineState }
  | { readonly type: 'help'; readonly state: LineState; readonly word: string }
  | { readonly type: 'key'; readonly name: string; readonly state: LineState };

type LineStep = Step<LineState, LineAnswer>;

/** The prompt of the REPL and of whatever else asks for a line. */
export function lineMachine(options: LineOptions): Machine<LineState, LineAnswer> {
  const style = options.style ?? plainStyle;
  return {
    start: lineState(options.text ?? ''),
    press: (state, key) => press(options, state, key),
    view: (state, size) => lineView(options, style, state, size),
    trace: (state, answer, size) => lineTrace(options, style, state, answer, size),
    plain: plainLine(options),
  };
}

/** The state of a prompt that begins with `text`, the cursor at its end. */
export function lineState(text: string): LineState {
  return { edit: editOf(text) };
}

function press(options: LineOptions, state: LineState, key: Key): LineStep {
  const name = state.first === undefined ? keyName(key) : `${state.first} ${keyName(key)}`;
  const calm = { ...state, first: undefined, tabbed: undefined };
  if (options.keys?.includes(name)) return { answer: { type: 'key', name, state: { ...calm, list: undefined } } };
  if (options.keys?.some((other) => other.startsWith(`${name} `))) return { state: { ...state, first: name } };
  if (state.first !== undefined) return { state: calm };
  if (state.list) {
    const next = pressInList(calm, state.list, name);
    if (next) return { state: next };
  }
  if (name === 'tab') return { state: tab(options, state) };
  return (
    ending(options, calm, name, key) ?? { state: recalled(options, calm, name) ?? edited(options, calm, key, name) }
  );
}

/** The keys that end the prompt. */
function ending(options: LineOptions, state: LineState, name: string, key: Key): LineStep | undefined {
  const { text } = state.edit;
  const left = { ...state, list: undefined };
  if (name === 'ctrl-c') return { answer: { type: 'interrupt', text } };
  if (name === 'ctrl-d' && text === '') return { answer: { type: 'end' } };
  if (name === 'ctrl-r') return { answer: { type: 'search', state: left } };
  if (name === 'f1' || (key.text === '?' && name === '?' && text === '')) {
    return { answer: { type: 'help', state: left, word: wordAt(state.edit) } };
  }
  if (name !== 'return') return undefined;
  if (options.unfinished?.(text) === true) return { state: { edit: insert(state.edit, '\n') } };
  return { answer: { type: 'line', text } };
}

/** The keys that bring earlier lines. */
function recalled(options: LineOptions, state: LineState, name: string): LineState | undefined {
  if (name === 'up' || name === 'ctrl-p') {
    const edit = moveByLine(state.edit, -1);
    return edit ? { ...state, edit } : older(options.history, state);
  }
  if (name === 'down' || name === 'ctrl-n') {
    const edit = moveByLine(state.edit, 1);
    return edit ? { ...state, edit } : newer(options.history, state);
  }
  if (!acceptsGhost.has(name)) return undefined;
  const ghost = suggestion(options.history, state);
  if (ghost === undefined) return undefined;
  const { edit } = state;
  const whole = edit.text + ghost;
  return { edit: withText(edit, name === 'alt-f' ? whole.slice(0, wordEnd(whole, edit.cursor)) : whole) };
}

const acceptsGhost = new Set(['right', 'end', 'ctrl-e', 'ctrl-f', 'alt-f']);

function edited(options: LineOptions, state: LineState, key: Key, name: string): LineState {
  const edit = pressInEdit(state.edit, key);
  if (!edit) return name === 'escape' ? { ...state, list: undefined } : state;
  if (edit.text === state.edit.text) return { ...state, edit, list: undefined };
  // An open list follows what is typed, until nothing fits.
  const completion = state.list ? options.complete(edit.text, edit.cursor) : undefined;
  const list = completion && completion.items.length > 0 ? { completion, at: -1 } : undefined;
  return { edit, list };
}

/** The word that ends at the cursor. */
function wordAt(edit: EditState): string {
  return /\S*$/.exec(edit.text.slice(0, edit.cursor))?.[0] ?? '';
}
