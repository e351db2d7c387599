import { describe, expect, test } from 'vitest';
import { chatMachine } from '../../src/prompt/chat.ts';
import { chatPlain } from '../../src/prompt/chat-plain.ts';
import {
  type ChatAnswer,
  type ChatFlow,
  type ChatState,
  chatState,
  newFlow,
  unfinished,
  withFault,
} from '../../src/prompt/chat-state.ts';
import { grouped, leftText, statusLine } from '../../src/prompt/chat-view.ts';
import { type ChatWord, readChatWord } from '../../src/prompt/chat-words.ts';
import { namedKey, pasteKey } from '../../src/prompt/keys.ts';
import type { Key } from '../../src/prompt/machine.ts';
import { plainStyle } from '../../src/render/style.ts';
import { cellWidth } from '../../src/render/visible.ts';

const watching: ChatFlow = { ...newFlow, input: false, phase: 'open' };
const history = ['{"a":1}', '{"b":2}'];

function play(
  keys: readonly (string | Key)[],
  from: ChatState = chatState(newFlow),
): { state: ChatState; answer?: ChatAnswer } {
  const machine = chatMachine({ history });
  let state = from;
  for (const key of keys) {
    const step = machine.press(state, typeof key === 'string' ? namedKey(key) : key);
    if ('answer' in step) return { state, answer: step.answer };
    state = step.state;
  }
  return { state };
}

const paste = (text: string) => pasteKey(text);

describe('a line', () => {
  test.each<[string, readonly (string | Key)[], Partial<ChatAnswer> | undefined]>([
    ['a message', [paste('{"a":1}'), 'return'], { type: 'message', text: '{"a":1}' }],
    ['text format', [paste('a: 1'), 'return'], { type: 'message', text: 'a: 1' }],
    ['several messages', [paste('{"a":1}\n{"a":2}'), 'return'], { type: 'message', text: '{"a":1}\n{"a":2}' }],
    ['a word', [...':done', 'return'], { type: 'word', word: { type: 'done' }, key: false }],
    ['a filter', [...'/x', 'return'], { type: 'word', word: { type: 'filter', expression: 'x' }, key: false }],
    ['Ctrl-D', ['ctrl-d'], { type: 'word', word: { type: 'done' }, key: true }],
    ['Ctrl-C', ['ctrl-c'], { type: 'word', word: { type: 'cancel' }, key: true }],
    ['Ctrl-C behind text', ['a', 'ctrl-c'], { type: 'word', word: { type: 'cancel' }, key: true }],
    ['F1', ['f1'], { type: 'word', word: { type: 'help' }, key: true }],
    ['nothing', ['return'], undefined],
    ['q is a letter', ['q'], undefined],
    ['a space is a space', ['space'], undefined],
    ['Ctrl-D in text', ['a', 'ctrl-d'], undefined],
  ])('%s', (_name, keys, answer) => {
    const played = play(keys);
    if (answer) expect(played.answer).toMatchObject(answer);
    else expect(played.answer).toBeUndefined();
  });

  test('that is not finished goes on', () => {
    const open = play([...'{"a":[', 'return']);
    expect(open.answer).toBeUndefined();
    expect(open.state.edit.text).toBe('{"a":[\n');
    expect(play([...'1]}', 'return'], open.state).answer).toMatchObject({ type: 'message', text: '{"a":[\n1]}' });
  });

  test('a message stays in the state that comes with it; a word does not', () => {
    expect(play([...'{}', 'return']).answer?.state.edit.text).toBe('{}');
    expect(play([...':pause', 'return']).answer?.state.edit.text).toBe('');
  });

  test('an unknown word stays, the cursor on it, until it is changed', () => {
    const { state, answer } = play([...'  :dne', 'return']);
    expect(answer).toBeUndefined();
    expect(state).toMatchObject({ fault: 'no word :dne; :help shows them', edit: { text: '  :dne', cursor: 3 } });
    expect(play(['left'], state).state.fault).toBeDefined();
    expect(play(['o'], state).state.fault).toBeUndefined();
  });

  test('up and down bring what was sent, by what is typed', () => {
    expect(play(['up']).state.edit.text).toBe('{"b":2}');
    expect(play(['up', 'up']).state.edit.text).toBe('{"a":1}');
    expect(play(['up', 'up', 'down', 'down']).state.edit.text).toBe('');
    expect(play([...'{"a', 'up']).state.edit.text).toBe('{"a":1}');
  });

  test('a fault puts the cursor where it is', () => {
    expect(withFault(chatState(newFlow, '{"a":x}'), 5, 'no').edit.cursor).toBe(5);
    expect(withFault(chatState(newFlow, '{'), 99, 'no').edit.cursor).toBe(1);
  });
});

describe('a stream that is only received', () => {
  test.each<[string, readonly string[], ChatWord | undefined]>([
    ['space', ['space'], { type: 'pause' }],
    ['q', ['q'], { type: 'cancel' }],
    ['Ctrl-C', ['ctrl-c'], { type: 'cancel' }],
    ['/ and Enter', [...'/lamp', 'return'], { type: 'filter', expression: 'lamp' }],
    ['/ alone shows all again', ['/', 'return'], { type: 'filter', expression: '' }],
    ['a typed twin', [...':pause', 'return'], { type: 'pause' }],
    ['q in a filter is a letter', ['/', 'q', 'return'], { type: 'filter', expression: 'q' }],
    ['any other letter', ['a', 'return'], undefined],
    ['Esc leaves a word', [...':can', 'escape', 'return'], undefined],
  ])('%s', (_name, keys, word) => {
    const { answer } = play(keys, chatState(watching));
    expect(answer?.type === 'word' ? answer.word : undefined).toEqual(word);
  });

  test('shows a line only while one is typed', () => {
    const { view } = chatMachine({ history });
    const size = { columns: 80, rows: 24 };
    expect(view(chatState(watching), size).input).toBeUndefined();
    expect(view(chatState(watching, '/x'), size).input).toMatchObject({ before: '', text: '/x' });
    expect(view(chatState(newFlow), size).input).toMatchObject({ before: 'msg> ', text: '' });
  });
});

describe('words', () => {
  test.each<[string, ChatWord]>([
    [':form', { type: 'form' }],
    [':repeat 5', { type: 'repeat', times: 5, perSecond: undefined }],
    [':repeat 5 --rate 10/s', { type: 'repeat', times: 5, perSecond: 10 }],
    [':repeat --rate=120/m 5', { type: 'repeat', times: 5, perSecond: 2 }],
    [':file x.ndjson --rate 10/s', { type: 'file', path: 'x.ndjson', perSecond: 10 }],
    [':file @my file.ndjson', { type: 'file', path: 'my file.ndjson', perSecond: undefined }],
    [":file 'my file'", { type: 'file', path: 'my file', perSecond: undefined }],
    [':filter .kind == "ADDED"', { type: 'filter', expression: '.kind == "ADDED"' }],
    [':filter', { type: 'filter', expression: '' }],
    [':save out.ndjson', { type: 'save', path: 'out.ndjson' }],
    [':12', { type: 'show', number: 12, direction: undefined }],
    [':>3', { type: 'show', number: 3, direction: 'sent' }],
    [':<3', { type: 'show', number: 3, direction: 'received' }],
  ])('%s', (text, word) => {
    expect(readChatWord(text)).toEqual({ word });
  });

  test.each([
    [':save', 5, /needs a file/],
    [':file', 5, /needs a file/],
    [':repeat many', 8, /needs a number/],
    [':repeat', 7, /needs a number/],
    [':file x --rate fast', 8, /number a second/],
    [':done now', 6, /stands alone/],
    [':nope', 1, /no word :nope/],
    [':', 1, /no word/],
  ])('%s is wrong at %i', (text, at, message) => {
    const read = readChatWord(text);
    expect(read).toMatchObject({ fault: { at } });
    if ('fault' in read) expect(read.fault.message).toMatch(message);
  });
});

test.each([
  ['{', true],
  ['{"a": [1, 2', true],
  ['{"a":1}', false],
  ['{"a":"}"', true],
  ['{"a":"{', false],
  ['{"a":"\\"{"}', false],
  ['item { name: "x"', true],
  ["item { name: '{' }", false],
  ['}', false],
  ['', false],
])('%j is unfinished: %s', (text, is) => {
  expect(unfinished(text)).toBe(is);
});

describe('the status line', () => {
  const flow: ChatFlow = { ...newFlow, phase: 'open', sent: 3, received: 1128, ms: 12_430, rate: 45, leftMs: 587_001 };

  test('as it is drawn', () => {
    expect(statusLine(flow, 120, plainStyle)).toBe(
      ' ↑3 ↓1,128 · 00:12.4 · 45/s · open · deadline 9m48s     ^D done · ^C cancel',
    );
    expect(statusLine(flow, 120, { ...plainStyle, ascii: true })).toBe(
      ' ^3 v1,128 - 00:12.4 - 45/s - open - deadline 9m48s     ^D done - ^C cancel',
    );
  });

  test.each<[string, Partial<ChatFlow>, RegExp]>([
    ['before the first message', { phase: 'new', sent: 0, received: 0, rate: 0 }, /^ ↑0 ↓0 · not open yet · /],
    ['half closed', { phase: 'half-closed' }, /sending closed/],
    ['waiting for the window', { waiting: 12 }, /↑3 \(12 waiting\) ↓/],
    ['only received', { input: false, sent: 1 }, /^ ↓1,128 .*space pause · \/ filter · \^C cancel$/],
    ['paused', { input: false, held: 312 }, /paused, 312 held .*space go on/],
    ['stalled', { input: false, held: 10_000, stalled: true }, /paused, 10,000 held, not reading: the server waits/],
    ['filtered', { filter: 'lamp' }, /filter lamp/],
    ['busy', { busy: ['x.ndjson: 3 sent'] }, /x\.ndjson: 3 sent/],
    ['for an hour', { ms: 3_725_000 }, /1:02:05/],
  ])('%s', (_name, change, wanted) => {
    expect(statusLine({ ...flow, ...change }, 140, plainStyle)).toMatch(wanted);
  });

  test('fits every width, the counts last of all to go', () => {
    for (let columns = 12; columns < 130; columns++) {
      const line = statusLine({ ...flow, filter: 'a long filter text', busy: ['saving x'] }, columns, plainStyle);
      expect(cellWidth(line)).toBeLessThan(columns);
      expect(line).toContain('↑3');
    }
    expect(statusLine(flow, 40, plainStyle)).toBe(' ↑3 ↓1,128 · open · deadline 9m48s');
  });
});

test.each([
  [600_000, '10m'],
  [599_001, '10m'],
  [587_000, '9m47s'],
  [42_000, '42s'],
  [0, '0s'],
  [7_260_000, '2h1m'],
])('%i ms are %s', (ms, text) => {
  expect(leftText(ms)).toBe(text);
});

test('thousands are grouped', () => {
  expect([0, 999, 1000, 1234567].map(grouped)).toEqual(['0', '999', '1,000', '1,234,567']);
});

describe('in printed lines', () => {
  const plain = chatPlain();
  const size = { columns: 80, rows: 24 };
  const reply = (state: ChatState, line: string | undefined) => plain.reply(state, line);

  test('a message, one in two lines, the end of the input', () => {
    const start = chatState(newFlow);
    expect(plain.question(start, size)).toBe('msg> ');
    expect(reply(start, '{}')).toMatchObject({ answer: { type: 'message', text: '{}' } });
    const open = reply(start, '{"a":');
    if (!('state' in open)) throw new Error('an answer');
    expect(plain.question(open.state, size)).toBe('... ');
    expect(reply(open.state, '1}')).toMatchObject({ answer: { type: 'message', text: '{"a":\n1}' } });
    expect(reply(start, undefined)).toMatchObject({ answer: { type: 'word', word: { type: 'done' }, key: true } });
  });

  test('what is wrong is said, and typed anew', () => {
    const wrong = reply(chatState(newFlow), ':nope');
    if (!('state' in wrong)) throw new Error('an answer');
    expect(plain.question(wrong.state, size)).toBe('error: no word :nope; :help shows them\nmsg> ');
    expect(reply(wrong.state, ':done')).toMatchObject({ answer: { word: { type: 'done' } } });
  });

  test('nothing is asked where nothing can be sent, but words can be typed', () => {
    expect(plain.question(chatState(watching), size)).toBe('');
    expect(reply(chatState(watching), ':cancel')).toMatchObject({ answer: { word: { type: 'cancel' } } });
  });
});
