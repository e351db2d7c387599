// The review: what is about to be sent and where, before it is sent; on a production profile with the word yes.
import type { Style } from '../render/style.ts';
import { type EditState, editOf, pressInEdit } from './edit.ts';
import { keyName } from './keys.ts';
import type { Key, Machine, PlainForm, Step } from './machine.ts';
import { reviewLines, viewReview } from './review-view.ts';

/** What a review shows. Lines come ready: metadata masked, the REST twin written. */
export interface ReviewOptions {
  /** The request as JSON. */
  readonly document: string;
  /** The request before, to show what has changed. */
  readonly before?: string | undefined;
  /** `localhost:50051 plaintext`. */
  readonly target: string;
  /** `10 s`; undefined: none. */
  readonly deadline?: string | undefined;
  /** `authorization: Bearer ****c91f`. */
  readonly metadata: readonly string[];
  /** `PATCH /v1/items/sku-42   body item`. */
  readonly rest: readonly string[];
  readonly warnings: readonly string[];
  /** What `c` may copy, shown by `c`'s answer only. */
  readonly curl?: string | undefined;
  /** Sending takes the word yes. */
  readonly production: boolean;
  readonly style: Style;
}

/** How a review ends. */
export interface ReviewAnswer {
  readonly type: 'send' | 'edit' | 'json' | 'meta' | 'save' | 'copy' | 'leave' | 'interrupt';
}

export interface ReviewState {
  /** First line of the document on the screen. */
  readonly from: number;
  /** The word that is being typed; undefined while a key is waited for. */
  readonly word?: EditState | undefined;
  readonly notice?: string | undefined;
}

type ReviewStep = Step<ReviewState, ReviewAnswer>;

/** Words and their first letters, as typed in plain mode; the letter is the key. */
const reviewKeys: ReadonlyMap<string, ReviewAnswer['type']> = new Map([
  ['s', 'send'],
  ['e', 'edit'],
  ['j', 'json'],
  ['m', 'meta'],
  ['w', 'save'],
  ['c', 'copy'],
  ['q', 'leave'],
]);

/** A review. Nothing is sent by it: the answer says what to do. */
export function reviewMachine(options: ReviewOptions): Machine<ReviewState, ReviewAnswer> {
  return {
    start: { from: 0 },
    press: (state, key) =>
      state.word === undefined ? pressKey(options, state, key) : pressWord(state, state.word, key),
    view: (state, size) => viewReview(options, state, size),
    plain: plainReview(options),
  };
}

function pressKey(options: ReviewOptions, state: ReviewState, key: Key): ReviewStep {
  const name = keyName(key);
  const ready = { from: state.from };
  switch (name) {
    case 'ctrl-c':
      return { answer: { type: 'interrupt' } };
    case 'escape':
    case 'ctrl-d':
      return { answer: { type: 'leave' } };
    case 'up':
      return { state: { from: Math.max(0, state.from - 1) } };
    case 'down':
      return { state: { from: Math.min(state.from + 1, reviewLines(options).length - 1) } };
    case 'return':
      return { state: { ...ready, notice: 'press s to send' } };
    default:
      return chosen(options, ready, name === 'ctrl-s' ? 's' : key.text.toLowerCase());
  }
}

function chosen(options: ReviewOptions, state: ReviewState, letter: string): ReviewStep {
  const type = reviewKeys.get(letter);
  if (type === undefined) return { state };
  return type === 'send' && options.production ? { state: { ...state, word: editOf() } } : { answer: { type } };
}

function pressWord(state: ReviewState, word: EditState, key: Key): ReviewStep {
  const name = keyName(key);
  if (name === 'ctrl-c' || name === 'escape') return { state: { from: state.from, notice: 'not sent' } };
  if (name === 'return') {
    if (word.text.trim() === 'yes') return { answer: { type: 'send' } };
    return { state: { from: state.from, notice: 'not sent: the word is yes' } };
  }
  const next = pressInEdit(word, key);
  return { state: next === undefined ? state : { ...state, word: next } };
}

/** The review in printed lines; the answer is a word or its letter. */
function plainReview(options: ReviewOptions): PlainForm<ReviewState, ReviewAnswer> {
  return {
    question: ({ word, notice }) => {
      const lines = notice === undefined ? reviewLines(options) : [notice];
      const ask = options.production ? 'PROD: yes sends; ' : '';
      const words = [...reviewKeys.values()].filter((each) => each !== 'send' || !options.production).join(', ');
      return word === undefined ? [...lines, `${ask}${words}: `].join('\n') : 'the word yes sends: ';
    },
    reply: (state, line) => {
      if (line === undefined) return { answer: { type: 'leave' } };
      const text = line.trim().replace(/^:/, '').toLowerCase();
      if (options.production && text === 'yes') return { answer: { type: 'send' } };
      const letter = [...reviewKeys].find(([key, word]) => text !== '' && (key === text || word === text))?.[0];
      if (letter === undefined)
        return { state: { from: state.from, notice: `${JSON.stringify(line)} is no word of the review` } };
      return chosen(options, { from: state.from }, letter);
    },
  };
}
