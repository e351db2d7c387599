// The line editor: text, cursor and what was killed as a value, with the Emacs keys of readline. Every prompt that takes
// text uses it, so a key means the same everywhere.

import { nextPiece, previousPiece, wordEnd, wordStart } from './edit-moves.ts';
import { keyName } from './keys.ts';
import type { Key } from './machine.ts';

/** A text being edited. `cursor` counts UTF-16 units and always stands between graphemes. */
export interface EditState {
  readonly text: string;
  readonly cursor: number;
  /** What Ctrl-Y puts back. */
  readonly killed: string;
  /** Earlier texts, the newest last. */
  readonly undo: readonly Snapshot[];
  /** What the last key did: kills that follow each other are one, and so are letters typed in a row. */
  readonly last?: 'kill' | 'type' | undefined;
}

export interface Snapshot {
  readonly text: string;
  readonly cursor: number;
}

/** A text to edit, the cursor at its end. */
export function editOf(text = '', killed = ''): EditState {
  return { text, cursor: text.length, killed, undo: [] };
}

/** Another text in the same editor, the cursor at its end or at `cursor`; Ctrl-_ brings the old one back. */
export function withText(state: EditState, text: string, cursor = text.length): EditState {
  if (text === state.text) return { ...state, cursor, last: undefined };
  return { ...remember(state), text, cursor, last: undefined };
}

/** `text` put in at the cursor. */
export function insert(state: EditState, text: string): EditState {
  const { cursor } = state;
  return withText(state, state.text.slice(0, cursor) + text + state.text.slice(cursor), cursor + text.length);
}

/** The state after an editing key; undefined if the key edits nothing and is the prompt's own to use. */
export function pressInEdit(state: EditState, key: Key): EditState | undefined {
  if (key.name === 'paste') return key.text === '' ? state : insert(state, key.text);
  const command = commands.get(keyName(key));
  if (command) return command(state);
  return key.text === '' ? undefined : typed(state, key.text);
}

/** The cursor one line up (-1) or down (1) in a text of several; undefined where there is no such line. */
export function moveByLine(state: EditState, by: 1 | -1): EditState | undefined {
  const start = lineStart(state.text, state.cursor);
  const column = state.cursor - start;
  const target = by < 0 ? start - 1 : lineEnd(state.text, state.cursor) + 1;
  if (target < 0 || target > state.text.length) return undefined;
  const from = lineStart(state.text, target);
  const wanted = Math.min(from + column, lineEnd(state.text, from));
  // Not into the middle of a grapheme.
  const cursor = wanted === from ? from : nextPiece(state.text, previousPiece(state.text, wanted));
  return moved(state, cursor);
}

type Command = (state: EditState) => EditState | undefined;

const commands = new Map<string, Command>([
  ['left', (state) => moved(state, previousPiece(state.text, state.cursor))],
  ['right', (state) => moved(state, nextPiece(state.text, state.cursor))],
  ['ctrl-left', (state) => moved(state, wordStart(state.text, state.cursor))],
  ['ctrl-right', (state) => moved(state, wordEnd(state.text, state.cursor))],
  ['home', (state) => moved(state, lineStart(state.text, state.cursor))],
  ['end', (state) => moved(state, lineEnd(state.text, state.cursor))],
  ['backspace', (state) => removed(state, previousPiece(state.text, state.cursor), state.cursor)],
  ['delete', deleted],
  // On an empty text Ctrl-D means the end of something, which the prompt decides.
  ['ctrl-d', (state) => (state.text === '' ? undefined : deleted(state))],
  ['ctrl-k', (state) => killed(state, state.cursor, killEnd(state.text, state.cursor))],
  ['ctrl-u', (state) => killed(state, lineStart(state.text, state.cursor), state.cursor)],
  ['ctrl-w', (state) => killed(state, blankStart(state.text, state.cursor), state.cursor)],
  ['alt-backspace', (state) => killed(state, wordStart(state.text, state.cursor), state.cursor)],
  ['alt-d', (state) => killed(state, state.cursor, wordEnd(state.text, state.cursor))],
  ['ctrl-y', (state) => (state.killed === '' ? state : insert(state, state.killed))],
  ['ctrl-t', transposed],
  ['ctrl-_', undone],
  ['alt-return', (state) => insert(state, '\n')],
]);

for (const [name, same] of [
  ['ctrl-b', 'left'],
  ['ctrl-f', 'right'],
  ['alt-b', 'ctrl-left'],
  ['alt-f', 'ctrl-right'],
  ['alt-left', 'ctrl-left'],
  ['alt-right', 'ctrl-right'],
  ['ctrl-a', 'home'],
  ['ctrl-e', 'end'],
  ['ctrl-h', 'backspace'],
  ['shift-backspace', 'backspace'],
  ['ctrl-backspace', 'alt-backspace'],
  ['alt-delete', 'alt-d'],
] as const) {
  commands.set(name, commands.get(same)!);
}

function typed(state: EditState, text: string): EditState {
  const next = insert(state, text);
  // One undo step a word: a blank begins the next.
  const joins = state.last === 'type' && !/\s/.test(text);
  return { ...next, undo: joins ? state.undo : next.undo, last: 'type' };
}

function moved(state: EditState, cursor: number): EditState {
  return { ...state, cursor, last: undefined };
}

function removed(state: EditState, from: number, to: number): EditState {
  if (from >= to) return moved(state, state.cursor);
  return withText(state, state.text.slice(0, from) + state.text.slice(to), from);
}

function deleted(state: EditState): EditState {
  return removed(state, state.cursor, nextPiece(state.text, state.cursor));
}

function killed(state: EditState, from: number, to: number): EditState {
  if (from >= to) return { ...state };
  const text = state.text.slice(from, to);
  const backwards = to === state.cursor;
  const before = state.last === 'kill' ? state.killed : '';
  return { ...removed(state, from, to), killed: backwards ? text + before : before + text, last: 'kill' };
}

/** Ctrl-T: the grapheme before the cursor changes places with the one under it, or at the end the last two. */
function transposed(state: EditState): EditState {
  const { text } = state;
  const middle = state.cursor === text.length ? previousPiece(text, state.cursor) : state.cursor;
  const from = previousPiece(text, middle);
  const to = nextPiece(text, middle);
  if (from === middle || middle === to) return state;
  return withText(state, text.slice(0, from) + text.slice(middle, to) + text.slice(from, middle) + text.slice(to), to);
}

function undone(state: EditState): EditState {
  const before = state.undo.at(-1);
  if (!before) return state;
  return { ...state, ...before, undo: state.undo.slice(0, -1), last: undefined };
}

// More steps than anyone takes back, and few enough that a pasted megabyte is not kept a thousand times.
const undoSteps = 100;

function remember(state: EditState): EditState {
  const { text, cursor } = state;
  return { ...state, undo: [...state.undo.slice(1 - undoSteps), { text, cursor }] };
}

function lineStart(text: string, at: number): number {
  return at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1;
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}

/** Where Ctrl-K stops: at the end of the line, or behind its line feed if it stands there already. */
function killEnd(text: string, at: number): number {
  const end = lineEnd(text, at);
  return end === at ? Math.min(end + 1, text.length) : end;
}

function blankStart(text: string, at: number): number {
  return text.slice(0, at).replace(/\S*\s*$/, '').length;
}
