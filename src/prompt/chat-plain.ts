// The prompt of a stream in printed lines: a message is asked for where one can be sent, words can always be typed.
import { type ChatAnswer, type ChatState, cleared, enter } from './chat-state.ts';
import { chatBefore } from './chat-view.ts';
import { editOf } from './edit.ts';
import type { PlainForm } from './machine.ts';

/** In printed lines: the prompt where messages are typed, nothing where they are only received. */
export function chatPlain(): PlainForm<ChatState, ChatAnswer> {
  return {
    question({ edit, fault, flow }) {
      const wrong = fault === undefined ? '' : `error: ${fault}\n`;
      return `${wrong}${edit.text !== '' ? '... ' : flow.input ? chatBefore : ''}`;
    },
    reply(state, line) {
      if (line === undefined) return { answer: { type: 'word', word: { type: 'done' }, key: true, state } };
      const text = state.edit.text === '' ? line : `${state.edit.text}\n${line}`;
      const step = enter({ ...state, edit: editOf(text), fault: undefined });
      if ('answer' in step || step.state.edit.text === '') return step;
      // What is unfinished waits without the line feed that a line editor would show; what is wrong is typed anew.
      const { fault } = step.state;
      return { state: fault === undefined ? { ...step.state, edit: editOf(text) } : { ...cleared(step.state), fault } };
    },
  };
}
