import { afterEach, expect, test } from 'vitest';
import { openDriver, type Screen, type ScreenOptions } from './screen.ts';

const open: Screen[] = [];
afterEach(async () => {
  for (const screen of open.splice(0)) await screen.close();
});

async function pick(args: readonly string[] = [], options: ScreenOptions = {}): Promise<Screen> {
  const screen = await openDriver('pick', args, options);
  open.push(screen);
  return screen;
}

test('typing narrows the list, what the chosen one is stands below, Enter takes it and the list is gone', async () => {
  const screen = await pick();
  await screen.until('Methods · 25');
  screen.type('GI');
  await screen.until('2 of 25');
  await screen.settled();
  expect(screen.screen().slice(0, 5)).toEqual([
    'Methods · 2 of 25',
    '> GI',
    '▸ → shop.v1.ItemService/GetItem  unary',
    '  → shop.v1.IndexService/GetIndex  unary',
    '  GetItemRequest → Item',
  ]);
  expect(screen.cursor()).toEqual({ row: 1, column: 4, shown: true });
  expect(screen.output()).toContain('\u001b[4mG\u001b[24met\u001b[4mI\u001b[24mtem');
  screen.press('down');
  await screen.until('▸ → shop.v1.IndexService/GetIndex');
  screen.press('enter');
  expect(await screen.exit).toBe(0);
  await screen.until('"GetIndex"');
  expect(screen.history()).toEqual(['"GetIndex"']);
});

test('Esc leaves with what was typed', async () => {
  const screen = await pick();
  screen.type('order');
  await screen.until('> order');
  screen.press('escape');
  await screen.exit;
  expect(screen.history()).toEqual(['{"type":"left","query":"order"}']);
});

test.each([
  [40, 20],
  [20, 6],
])('at %d columns and %d rows every row is cut, and the last row of the screen stays free', async (columns, rows) => {
  const screen = await pick([], { columns, rows });
  await screen.until('Methods');
  screen.press('down', 'pagedown', 'up');
  await screen.until((shown) => shown.some((row) => row.startsWith('▸')) && !shown[2]!.startsWith('▸'));
  await screen.settled();
  expect(screen.history().length).toBeLessThan(rows);
  expect(screen.screen()[0]).toContain('Methods');
});

test('narrowing repaints the list from its top row, and nothing of the old width stays', async () => {
  const screen = await pick([], { columns: 120, rows: 30 });
  await screen.until('Methods');
  screen.press('down');
  await screen.until('▸ → shop.v1.IndexService');
  await screen.settled();
  screen.resize(24, 30);
  await screen.until((rows) => rows[3] === '▸ → shop.v1.IndexServic…');
  await screen.settled();
  expect(screen.history().filter((row) => row.includes('Methods'))).toHaveLength(1);
  expect(screen.history()).toHaveLength(15);
  screen.resize(120, 10);
  await screen.until('▸ → shop.v1.IndexService/GetIndex  unary');
  await screen.settled();
  expect(screen.screen().filter((row) => row.includes('Methods'))).toHaveLength(1);
});

test('updates as fast as they come are painted at most thirty times a second, and keys still work', async () => {
  const screen = await pick(['storm']);
  await screen.until('Methods');
  const before = screen.output().split('\u001b[?2026h').length;
  const from = performance.now();
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const frames = screen.output().split('\u001b[?2026h').length - before;
  expect(frames).toBeLessThanOrEqual(((performance.now() - from) / 1000) * 31 + 2);
  screen.type('DeleteShelf\r');
  expect(await screen.exit).toBe(0);
  expect(screen.history()).toEqual(['"DeleteShelf"']);
});

test('a program that is lent the terminal finds lines and echo, and the prompt comes after it', async () => {
  const screen = await pick(['lend']);
  await screen.settled();
  screen.type('from the person\r');
  await screen.until('read from the person');
  await screen.until('Methods · 25');
  expect(screen.screen().slice(0, 3)).toEqual(['from the person', 'icanon', 'read from the person']);
  screen.type('getorder\r');
  expect(await screen.exit).toBe(0);
  await screen.until('"GetOrder"');
});

test('while another program has the terminal nothing is painted over it; afterwards the prompt is back', async () => {
  const screen = await pick(['lend-while']);
  await screen.until('editing');
  await screen.settled(200);
  expect(screen.history()).toEqual(['editing']);
  screen.type('text\r');
  await screen.until('saved');
  await screen.until('a message meanwhile');
  await screen.until('Methods · 25');
  screen.type('getorder\r');
  await screen.exit;
  expect(screen.history()).toEqual(['editing', 'text', 'saved', 'a message meanwhile', '"GetOrder"']);
});

test('plain: a numbered list, narrowed by text, answered by number', async () => {
  const screen = await pick(['plain'], { env: { TERM: 'dumb' } });
  await screen.until('number or text');
  await screen.until('and 5 more');
  screen.type('GI\r');
  await screen.until('2 shop.v1.IndexService/GetIndex, unary, GetIndexRequest → Index');
  screen.type('2\r');
  expect(await screen.exit).toBe(0);
  await screen.until('"GetIndex"');
  expect(screen.output()).not.toContain('\u001b');
});
