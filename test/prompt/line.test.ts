import { expect, test } from 'vitest';
import { keyName, keyOf, namedKey, pasteKey } from '../../src/prompt/keys.ts';
import { type LineAnswer, type LineOptions, type LineState, lineMachine, lineState } from '../../src/prompt/line.ts';
import type { Key, View } from '../../src/prompt/machine.ts';

const size = { columns: 60, rows: 20 };
const words = ['GetItem', 'GetIndex', 'ListItems', 'getter'];

const options: LineOptions = {
  before: () => '> ',
  history: ['call GetItem id=1', 'ls', 'call ListItems', 'ls', 'call {\n  "a": 1\n}'],
  complete(text, cursor) {
    const from = text.lastIndexOf(' ', cursor - 1) + 1;
    const typed = text.slice(from, cursor);
    return {
      from,
      to: cursor,
      items: words.filter((word) => word.startsWith(typed)).map((word) => ({ text: word, kind: 'method' })),
    };
  },
};

type Played = { readonly state?: LineState; readonly answer?: LineAnswer; readonly view: View };

function play(keys: readonly (string | Key)[], more: Partial<LineOptions> = {}, from?: LineState): Played {
  const machine = lineMachine({ ...options, ...more });
  let state = from ?? machine.start;
  for (const key of keys) {
    const step = machine.press(state, typeof key === 'string' ? namedKey(key) : key);
    if ('answer' in step) return { answer: step.answer, view: machine.view(state, size) };
    state = step.state;
  }
  return { state, view: machine.view(state, size) };
}

const text = (...keys: readonly (string | Key)[]): string | undefined => play(keys).state?.edit.text;

test.each<[string, readonly string[], LineAnswer]>([
  ['Enter', ['l', 's', 'return'], { type: 'line', text: 'ls' }],
  ['Enter on nothing', ['return'], { type: 'line', text: '' }],
  ['Ctrl-D on nothing', ['ctrl-d'], { type: 'end' }],
  ['Ctrl-C', ['l', 's', 'ctrl-c'], { type: 'interrupt', text: 'ls' }],
])('%s', (_name, keys, answer) => {
  expect(play(keys).answer).toEqual(answer);
});

test('Ctrl-R, F1, ? on nothing and named keys hand the state out, to come back to', () => {
  const search = play([...'call G', 'ctrl-r']).answer;
  expect(search).toMatchObject({ type: 'search', state: { edit: { text: 'call G' } } });
  if (search?.type === 'search')
    expect(play(['e', 'return'], {}, search.state).answer).toEqual({ type: 'line', text: 'call Ge' });
  expect(play([...'call Ge', 'f1']).answer).toMatchObject({ type: 'help', word: 'Ge' });
  expect(play(['?']).answer).toMatchObject({ type: 'help', word: '' });
  expect(text(...'a?')).toBe('a?');
  const keys = { keys: ['f4', 'ctrl-x ctrl-e'] };
  expect(play(['a', 'f4'], keys).answer).toMatchObject({ type: 'key', name: 'f4', state: { edit: { text: 'a' } } });
  expect(play(['a', 'ctrl-x', 'ctrl-e'], keys).answer).toMatchObject({ type: 'key', name: 'ctrl-x ctrl-e' });
  expect(play(['a', 'ctrl-x', 'b', 'c'], keys).state?.edit.text).toBe('ac');
});

test('Up brings what begins as typed, newest first, each once; Down leads back to what was typed', () => {
  expect(text('up')).toBe('call {\n  "a": 1\n}');
  expect(text('l', 'up')).toBe('ls');
  expect(text('l', 'up', 'up')).toBe('ls');
  expect(text(...'call ', 'up', 'up', 'up', 'ctrl-p')).toBe('call ListItems');
  expect(text(...'call L', 'up', 'down')).toBe('call L');
  expect(text(...'nothing so', 'up')).toBe('nothing so');
});

test('inside several lines Up and Down move the cursor first', () => {
  expect(play(['up', 'up', 'X']).state?.edit.text).toBe('call {\n X "a": 1\n}');
});

test('the ghost is the newest line that goes on so; → End Ctrl-E take it, Alt-F a word of it', () => {
  expect(play([...'call L']).view.input?.ghost).toBe('istItems');
  expect(play([...'call L', 'left']).view.input?.ghost).toBeUndefined();
  for (const key of ['right', 'end', 'ctrl-e', 'ctrl-f']) expect(text(...'call L', key)).toBe('call ListItems');
  expect(text(...'ca', 'alt-f')).toBe('call');
  expect(text(...'zz', 'right', 'x')).toBe('zzx');
});

test('Tab puts in what is common or the only one; a second Tab opens the list', () => {
  expect(text('L', 'tab')).toBe('ListItems ');
  expect(text('G', 'tab')).toBe('GetI');
  expect(play(['G', 'tab']).state?.list).toBeUndefined();
  expect(play([...'GetI', 'tab']).view.below).toHaveLength(2);
  expect(play(['G', 'tab', 'tab']).view.below).toEqual(
    ['  GetItem   method', '  GetIndex  method'].map((row) => expect.stringContaining(row)),
  );
  expect(text('G', 'tab', 'tab', 'tab', 'tab', 'return')).toBe('GetIndex ');
  expect(text('G', 'tab', 'tab', 'up', 'return')).toBe('GetIndex ');
  expect(text('G', 'tab', 'tab', 'escape')).toBe('GetI');
  expect(play(['G', 'tab', 'tab', 'return']).answer).toEqual({ type: 'line', text: 'GetI' });
  expect(play(['G', 'tab', 'tab', 'n']).view.below).toHaveLength(1);
  expect(play(['G', 'tab', 'tab', 'z']).state?.list).toBeUndefined();
  expect(text('G', 'tab', 'tab', 'tab', 'space')).toBe('GetItem ');
  expect(text('G', 'tab', 'tab', 'space')).toBe('GetI ');
  expect(text('z', 'tab')).toBe('z');
});

test('Tab continues the start that is typed, whatever else has its letters', () => {
  const items = ['GetItem', 'TargetEtc', 'GetIndex'].map((text) => ({ text }));
  const played = play(['g', 'e', 'tab'], { complete: (_text, cursor) => ({ from: 0, to: cursor, items }) });
  expect(played.state?.edit.text).toBe('GetI');
});

test('a completed word in the middle of a line takes no second blank', () => {
  const state = { edit: { ...lineState('call Li x').edit, cursor: 7 } };
  const played = play(['tab'], {}, state);
  expect(played.state?.edit).toMatchObject({ text: 'call ListItems x', cursor: 14 });
});

test('a long list shows ten, and how many more there are', () => {
  const items = Array.from({ length: 30 }, (_, index) => ({ text: `x${String(index).padStart(2, '0')}` }));
  const complete = () => ({ from: 0, to: 0, items });
  const { view } = play(['tab', 'tab', ...Array<string>(15).fill('tab')], { complete });
  expect(view.below).toHaveLength(11);
  expect(view.below[9]).toContain('▸ x14');
  expect(view.below[10]).toContain('15 more');
});

test('Enter continues what is unfinished', () => {
  const unfinished = (typed: string): boolean => typed.split('{').length > typed.split('}').length;
  const played = play(['{', 'return', '}', 'return'], { unfinished });
  expect(played.answer).toEqual({ type: 'line', text: '{\n}' });
});

test('what stays on the screen is the line; a prompt that comes back leaves nothing', () => {
  const machine = lineMachine(options);
  const trace = (answer: LineAnswer) => machine.trace?.(lineState('ab'), answer, size);
  expect(trace({ type: 'line', text: 'ab' })).toEqual(['> ab']);
  expect(trace({ type: 'interrupt', text: 'ab' })).toEqual(['> ab^C']);
  expect(trace({ type: 'search', state: lineState('ab') })).toEqual([]);
});

test('a paste never ends the line', () => {
  expect(text(pasteKey('a\nb\n'))).toBe('a\nb\n');
});

test.each([
  [{ name: 'c', ctrl: true, sequence: '\u0003' }, 'ctrl-c', ''],
  [{ name: 'a', shift: true, sequence: 'A' }, 'a', 'A'],
  [{ sequence: '漢' }, '漢', '漢'],
  [{ sequence: '\u001f' }, 'ctrl-_', ''],
  [{ name: 'escape', meta: true, sequence: '\u001b' }, 'escape', ''],
  [{ name: 'enter', sequence: '\n' }, 'return', ''],
  [{ name: 'return', meta: true, sequence: '\u001b\r' }, 'alt-return', ''],
  [{ name: 'tab', shift: true, sequence: '\u001b[Z' }, 'shift-tab', ''],
  [{ name: 'space', sequence: ' ' }, 'space', ' '],
  [{ name: 'b', meta: true, sequence: '\u001bb' }, 'alt-b', ''],
])('%j is %s', (event, name, typed) => {
  const key = keyOf(event);
  expect([keyName(key), key.text]).toEqual([name, typed]);
});
