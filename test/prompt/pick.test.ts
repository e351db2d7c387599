import { expect, test } from 'vitest';
import { namedKey, pasteKey } from '../../src/prompt/keys.ts';
import { type PickAnswer, type PickRow, pickMachine } from '../../src/prompt/pick.ts';

const rows: PickRow[] = Array.from({ length: 40 }, (_, index) => ({
  label: `Item${index}`,
  key: String(index),
  description: `about ${index}`,
}));

function play(keys: readonly string[], query?: string) {
  const machine = pickMachine({ title: 'Items', rows, query, keys: ['ctrl-r'] });
  let state = machine.start;
  for (const key of keys) {
    const step = machine.press(state, namedKey(key));
    if ('answer' in step) return { answer: step.answer as PickAnswer };
    state = step.state;
  }
  return { state, view: machine.view(state, { columns: 40, rows: 10 }) };
}

test.each<[readonly string[], string]>([
  [['return'], '0'],
  [['down', 'down', 'return'], '2'],
  [['up', 'return'], '39'],
  [['up', 'down', 'return'], '0'],
  [['pagedown', 'return'], '12'],
  [['pagedown', 'pagedown', 'pagedown', 'pagedown', 'return'], '39'],
  [['pagedown', 'pageup', 'ctrl-n', 'tab', 'shift-tab', 'return'], '1'],
  [['3', '7', 'return'], '37'],
  [['down', '7', 'return'], '7'],
])('%j picks %s', (keys, key) => {
  expect(play(keys).answer).toMatchObject({ type: 'picked', row: { key } });
});

test('Enter picks nothing where nothing matches, Esc and Ctrl-D leave, Ctrl-C interrupts', () => {
  expect(play(['z', 'return']).view?.below[0]).toContain('nothing matches');
  expect(play(['z', 'escape']).answer).toEqual({ type: 'left', query: 'z' });
  expect(play(['ctrl-d']).answer).toEqual({ type: 'left', query: '' });
  expect(play(['ctrl-c']).answer).toEqual({ type: 'interrupt' });
  expect(play(['ctrl-r'], '3').answer).toMatchObject({ type: 'key', name: 'ctrl-r', query: '3', row: { key: '3' } });
});

test('the window moves with the chosen row, and the view is one row lower than the screen', () => {
  const { view } = play(Array<string>(20).fill('down'));
  expect(view!.below.some((row) => row.startsWith('▸ Item20'))).toBe(true);
  expect(view!.below.at(-1)).toContain('about 20');
  expect(view!.above.length + 1 + view!.below.length).toBeLessThanOrEqual(9);
});

test('a paste with line ends is terms of one line', () => {
  const machine = pickMachine({ title: 'Items', rows });
  const step = machine.press(machine.start, pasteKey('item\n3\n'));
  expect('state' in step && step.state.edit.text).toBe('item 3');
});

test('labels from a server cannot move the cursor or be wider than the screen', () => {
  const hostile = [{ label: `a\u001b[2J${'漢'.repeat(60)}`, detail: '\u001b[1m', key: 'x' }];
  const machine = pickMachine({ title: '\u001b[31m', rows: hostile });
  const shown = machine.view(machine.start, { columns: 30, rows: 10 });
  expect([...shown.above, ...shown.below].join('')).not.toContain('\u001b');
});
