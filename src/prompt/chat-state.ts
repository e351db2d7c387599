// The state of a stream's prompt, and what Enter makes of its line: a message, a word, more lines, or a fault.
import { type ChatWord, readChatWord } from './chat-words.ts';
import { type EditState, editOf, insert, withText } from './edit.ts';
import type { Recall } from './line-history.ts';
import type { Step } from './machine.ts';

/** The call as the status line tells of it; set from outside while messages come and go. */
export interface ChatFlow {
  /** Messages may be typed: requests are a stream, and it is not closed. */
  readonly input: boolean;
  readonly phase: 'new' | 'open' | 'half-closed';
  readonly sent: number;
  /** Given but not sent yet. */
  readonly waiting: number;
  readonly received: number;
  /** Milliseconds since the stream was opened. */
  readonly ms: number;
  /** Messages in the last second. */
  readonly rate: number;
  /** Milliseconds until the deadline. */
  readonly leftMs?: number | undefined;
  /** Messages held while paused. */
  readonly held?: number | undefined;
  /** So many are held that nothing more is read: the server has to wait. */
  readonly stalled?: boolean | undefined;
  readonly filter?: string | undefined;
  /** What else goes on: a file being sent, a file being written. */
  readonly busy?: readonly string[] | undefined;
  /** The newest message, ready to be shown, while there are too many to print each. */
  readonly last?: string | undefined;
}

export interface ChatState {
  readonly edit: EditState;
  /** The earlier message that is shown, and what was typed before it was asked for. */
  readonly recall?: Recall | undefined;
  /** What is wrong with the line. */
  readonly fault?: string | undefined;
  readonly flow: ChatFlow;
}

/** What a line or a key asks for; `state` is the one to go on with. `key` says that it was no typed word. */
export type ChatAnswer =
  | { readonly type: 'message'; readonly text: string; readonly state: ChatState }
  | { readonly type: 'word'; readonly word: ChatWord; readonly key: boolean; readonly state: ChatState };

export type ChatStep = Step<ChatState, ChatAnswer>;

/** A call that has not begun. */
export const newFlow: ChatFlow = { input: true, phase: 'new', sent: 0, waiting: 0, received: 0, ms: 0, rate: 0 };

/** The state of a chat with `text` in its line. */
export function chatState(flow: ChatFlow, text = ''): ChatState {
  return { edit: editOf(text), flow };
}

/** The state with the cursor on what is wrong with its text. */
export function withFault(state: ChatState, at: number, message: string): ChatState {
  const { text } = state.edit;
  return { ...state, edit: { ...state.edit, cursor: Math.min(at, text.length) }, fault: message };
}

/** What Enter does with the line. */
export function enter(state: ChatState): ChatStep {
  const { text } = state.edit;
  const line = text.trim();
  if (line === '') return { state: cleared(state) };
  if (/^[:/]/.test(line)) {
    const read = readChatWord(line);
    if ('fault' in read) {
      const { at, message } = read.fault;
      return { state: withFault(state, at + text.indexOf(line), message) };
    }
    return { answer: { type: 'word', word: read.word, key: false, state: cleared(state) } };
  }
  if (unfinished(text)) return { state: { ...state, edit: insert(state.edit, '\n') } };
  return { answer: { type: 'message', text, state } };
}

/** The state with an empty line; what was in it comes back with Ctrl-_. */
export function cleared(state: ChatState): ChatState {
  return { ...state, edit: withText(state.edit, ''), recall: undefined, fault: undefined };
}

/** Whether brackets are open: the message goes on in the next line. */
export function unfinished(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === '"' || char === "'") {
      const end = stringEnd(text, at);
      // A string ends in its line: a quote that is not closed is a fault, not the beginning of more.
      if (end === undefined) return false;
      at = end;
    } else if (char === '{' || char === '[') depth++;
    else if (char === '}' || char === ']') depth--;
    if (depth < 0) return false;
  }
  return depth > 0;
}

function stringEnd(text: string, start: number): number | undefined {
  for (let at = start + 1; at < text.length && text[at] !== '\n'; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === text[start]) return at;
  }
  return undefined;
}
