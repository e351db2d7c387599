// The form on a pseudo-terminal, read back as the screen a person sees.
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { openDriver, type Screen, type ScreenOptions } from './screen.ts';

const folder = fileURLToPath(new URL('../prompt/protos', import.meta.url));
const open: Screen[] = [];
afterEach(async () => {
  for (const screen of open.splice(0)) await screen.close();
});

async function form(type: string, options: ScreenOptions = {}, ...flags: readonly string[]): Promise<Screen> {
  const screen = await openDriver('form', [folder, `inventory.v1.${type}`, ...flags], options);
  open.push(screen);
  await screen.until(flags.includes('plain') ? 'fields.' : 'UpdateItem');
  return screen;
}

/** The rows of the screen without the empty ones at its end. */
function rows(screen: Screen): string[] {
  const all = screen.screen();
  while (all.at(-1) === '') all.pop();
  return all;
}

test('from empty to review: fields, a fault, the review, send', async () => {
  const screen = await form('UpdateItemRequest', { columns: 80, rows: 24 });
  screen.type('sku-42\rBlue lamp\r12.50 E\r');
  await screen.until('currency needs three letters');
  expect(rows(screen)).toEqual([
    ' UpdateItem · unary · UpdateItemRequest                                     3/6',
    '   item.id *        string      sku-42',
    '   item.name        string      Blue lamp',
    ' > item.price       Money       12.50 E',
    '                                      ^',
    '     currency needs three letters, e.g. 12.50 EUR',
    '   item.state       enum        unset',
    ' ▸ item.dimensions  Dimensions  unset',
    '   update_mask      FieldMask   unset                      2 output-only hidden',
    ' enter next · ↑ back · → open · ^S send · F4 JSON · esc leave · F1 keys',
  ]);
  // The cursor is on the fault.
  expect(screen.cursor()).toEqual({ row: 3, column: 38, shown: true });
  screen.press('end');
  screen.type('UR\r');
  await screen.until('4/6');
  screen.press('ctrl-s');
  await screen.until('Review');
  expect(rows(screen)).toEqual([
    ' Review · localhost:50051 plaintext · deadline 10 s',
    '   {"item":{"id":"sku-42","name":"Blue lamp",',
    '            "price":{"currencyCode":"EUR","units":"12","nanos":500000000}}}',
    '   meta  authorization: Bearer ****c91f',
    '   REST  PATCH /v1/items/sku-42   body item   query -',
    ' [s]end  [e]dit  [j]son  [m]eta  [w] save  [c]opy  [q] leave',
  ]);
  screen.type('s');
  await screen.until('"after":"send"');
  expect(await screen.exit).toBe(0);
});

test('resized from 120 to 40 columns nothing of the old width stays', async () => {
  const screen = await form('Filters', { columns: 120, rows: 35 });
  screen.type('lamp');
  screen.resize(40, 20);
  await screen.until((now) => now.some((row) => row.trim() === 'F1 keys'));
  await screen.settled();
  expect(rows(screen).length).toBeLessThanOrEqual(19);
  for (const row of rows(screen)) expect(row.length).toBeLessThanOrEqual(40);
  expect(rows(screen)[1]).toMatch(/^ > text +lamp$/);
});

test('nested rows and the oneof at 40x20', async () => {
  const screen = await form('Filters', { columns: 40, rows: 20 });
  screen.type(':go contact\r');
  screen.type('box\r');
  screen.press('right');
  await screen.until('box.width');
  screen.type('1.5\r');
  await screen.until((now) => now.some((row) => /^ > box\.height/.test(row)));
  expect(screen.screen().join('\n')).toMatch(/box\.width +1\.5/);
  screen.press('escape');
  await screen.until(/>▸ box +\{ "width": 1\.5 \}|>▸ box/);
  screen.press('escape');
  await screen.until('"ending":"leave"');
  expect(screen.screen().join('')).toContain('{\\"box\\":{\\"width\\":1.5}}');
});

test('a paste of a document is asked about, and is then the message', async () => {
  const screen = await form('UpdateItemRequest');
  screen.paste('{\r  "item": {"id": "a"}\r}');
  await screen.until('use as JSON for the whole message? (y/n)');
  screen.type('y');
  await screen.until(/item\.id \* +string +a/);
  screen.press('ctrl-c');
  await screen.until('"ending":"interrupt"');
});

test('plain: printed questions, typed answers, nothing repainted', async () => {
  const screen = await form('UpdateItemRequest', {}, 'plain');
  screen.type('sku-42\r');
  await screen.until('2/6 item.name, string:');
  screen.type('Blue lamp\r');
  await screen.until('3/6 item.price, Money:');
  screen.type('12.50 E\r');
  await screen.until('3/6 item.price, Money [12.50 E]:');
  screen.type(':send\r');
  await screen.until((now) => now.filter((row) => row.includes('error: currency needs')).length === 2);
  expect(screen.output()).not.toContain('\u001b[2K');
  expect(screen.history().slice(0, 5)).toEqual([
    'UpdateItem, 6 fields. Empty answer leaves a field unset. :help for words.',
    '1/6 item.id, string, required: sku-42',
    '2/6 item.name, string: Blue lamp',
    '3/6 item.price, Money: 12.50 E',
    '    error: currency needs three letters, e.g. 12.50 EUR',
  ]);
});
