// Completion in a line: Tab puts in what all that fits has in common; a second Tab, or one that has nothing to put in,
// opens the list to walk through.
import { withText } from './edit.ts';
import type { Completion, CompletionItem, LineOptions, LineState } from './line.ts';

/** The open list, and which of its items is chosen; -1 none yet. */
export interface CompletionList {
  readonly completion: Completion;
  readonly at: number;
}

/** What Tab does. */
export function tab(options: LineOptions, state: LineState): LineState {
  const { text, cursor } = state.edit;
  const calm = { ...state, first: undefined, tabbed: undefined };
  const completion = options.complete(text, cursor);
  const [only, second] = completion.items;
  if (!only) return calm;
  if (!second) return accept(calm, completion, only);
  if (state.tabbed) return { ...calm, list: { completion, at: -1 } };
  const typed = text.slice(completion.from, cursor);
  // What only has the letters somewhere is not what the typed start could be continued to.
  const small = typed.toLowerCase();
  const common = commonPart(completion.items.filter((item) => item.text.toLowerCase().startsWith(small)));
  if (common.length > typed.length) return { ...replaced(calm, completion, common), tabbed: true };
  return { ...calm, list: { completion, at: -1 } };
}

/** What a key does while the list is open; undefined if it is not the list's. */
export function pressInList(state: LineState, list: CompletionList, name: string): LineState | undefined {
  const count = list.completion.items.length;
  const chosen = list.completion.items[list.at];
  const go = (at: number): LineState => ({ ...state, list: { ...list, at } });
  if (name === 'tab' || name === 'down' || name === 'ctrl-n') return go((list.at + 1) % count);
  if (name === 'shift-tab' || name === 'up' || name === 'ctrl-p') return go(list.at <= 0 ? count - 1 : list.at - 1);
  if (name === 'escape' || name === 'ctrl-g') return { ...state, list: undefined };
  if (chosen && (name === 'return' || name === 'right' || name === 'space'))
    return accept(state, list.completion, chosen);
  return undefined;
}

function accept(state: LineState, completion: Completion, item: CompletionItem): LineState {
  const behind = state.edit.text[completion.to];
  const blank = item.open === true || behind === ' ' ? '' : ' ';
  return replaced(state, completion, item.text + blank);
}

function replaced(state: LineState, { from, to }: Completion, word: string): LineState {
  const { text } = state.edit;
  const next = text.slice(0, from) + word + text.slice(to);
  return { edit: withText(state.edit, next, from + word.length) };
}

/** What the texts of all items begin with; nothing if there are none. */
function commonPart(items: readonly CompletionItem[]): string {
  let common = items[0]?.text ?? '';
  for (const { text } of items) {
    let length = 0;
    while (length < common.length && common[length] === text[length]) length++;
    common = common.slice(0, length);
  }
  // Not half a character: a pair of surrogates may part in its second unit.
  return /[\ud800-\udbff]$/.test(common) ? common.slice(0, -1) : common;
}
