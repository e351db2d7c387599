// The prompt of a stream: a line for messages below what has been sent and received, and one line about the call. Pure:
// what a line does to the call is an answer, and whoever asked asks again with the state that came with it.
import { plainStyle, type Style } from '../render/style.ts';
import { chatPlain } from './chat-plain.ts';
import { type ChatAnswer, type ChatState, type ChatStep, chatState, cleared, enter, newFlow } from './chat-state.ts';
import { chatView } from './chat-view.ts';
import type { ChatWord } from './chat-words.ts';
import { type EditState, moveByLine, pressInEdit } from './edit.ts';
import { keyName } from './keys.ts';
import { newer, older } from './line-history.ts';
import type { Key, Machine } from './machine.ts';

export interface ChatOptions {
  /** Messages sent so far, the oldest first. */
  readonly history: readonly string[];
  readonly style?: Style | undefined;
}

/** The prompt of one stream. */
export function chatMachine(options: ChatOptions): Machine<ChatState, ChatAnswer> {
  const style = options.style ?? plainStyle;
  return {
    start: chatState(newFlow),
    press: (state, key) => press(options, state, key),
    view: (state, size) => chatView(state, size, style),
    plain: chatPlain(),
  };
}

function press(options: ChatOptions, state: ChatState, key: Key): ChatStep {
  const name = keyName(key);
  if (name === 'ctrl-c') return byKey({ type: 'cancel' }, state);
  const { text } = state.edit;
  if (text === '') {
    const word = keyWord(name, key, state.flow.input);
    if (word) return byKey(word, state);
    // Where nothing can be sent only words can be typed.
    if (!state.flow.input && !/^[:/]/.test(key.text)) return { state };
  }
  if (name === 'return') return enter(state);
  if (name === 'escape' && !state.flow.input) return { state: cleared(state) };
  const edit = pressInEdit(state.edit, key);
  if (edit) return { state: { ...state, edit, recall: undefined, fault: kept(state, edit) } };
  return { state: recalled(options, state, name) ?? state };
}

/** A fault is shown until the text changes. */
function kept(state: ChatState, edit: EditState): string | undefined {
  return edit.text === state.edit.text ? state.fault : undefined;
}

/** What a key asks for on an empty line. */
function keyWord(name: string, key: Key, input: boolean): ChatWord | undefined {
  if (name === 'ctrl-d') return { type: 'done' };
  if (name === 'f1' || key.text === '?') return { type: 'help' };
  if (input) return undefined;
  if (name === 'space') return { type: 'pause' };
  return name === 'q' ? { type: 'cancel' } : undefined;
}

function byKey(word: ChatWord, state: ChatState): ChatStep {
  return { answer: { type: 'word', word, key: true, state } };
}

/** The keys that bring earlier messages. */
function recalled(options: ChatOptions, state: ChatState, name: string): ChatState | undefined {
  const up = name === 'up' || name === 'ctrl-p';
  if (!up && name !== 'down' && name !== 'ctrl-n') return undefined;
  const edit = moveByLine(state.edit, up ? -1 : 1);
  if (edit) return { ...state, edit };
  const line = { edit: state.edit, recall: state.recall };
  const found = up ? older(options.history, line) : newer(options.history, line);
  return { ...state, edit: found.edit, recall: found.recall, fault: undefined };
}
