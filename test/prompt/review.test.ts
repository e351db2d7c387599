// The review: what it shows, what its keys answer, and that production takes the word.
import { describe, expect, test } from 'vitest';
import { namedKey } from '../../src/prompt/keys.ts';
import { frame } from '../../src/prompt/paint.ts';
import { type ReviewAnswer, type ReviewOptions, reviewMachine } from '../../src/prompt/review.ts';
import { plainStyle, style } from '../../src/render/style.ts';

const lamp =
  '{"item":{"id":"sku-42","name":"Blue lamp","price":{"currencyCode":"EUR","units":"12","nanos":500000000}}}';

function options(more: Partial<ReviewOptions> = {}): ReviewOptions {
  return {
    document: lamp,
    target: 'localhost:50051 plaintext',
    deadline: '10 s',
    metadata: ['authorization: Bearer ****c91f'],
    rest: ['PATCH /v1/items/sku-42   body item   query -'],
    warnings: ['update_mask is unset: the server may overwrite every field'],
    production: false,
    style: plainStyle,
    ...more,
  };
}

/** The answer after keys, or the rows on the screen. */
function press(given: ReviewOptions, keys: readonly string[], columns = 80, rows = 24): ReviewAnswer | string[] {
  const machine = reviewMachine(given);
  let state = machine.start;
  for (const key of keys) {
    const step = machine.press(state, namedKey(key));
    if ('answer' in step) return step.answer;
    state = step.state;
  }
  return frame(machine.view(state, { columns, rows }), { columns, rows }, given.style).rows.map((row) => row.trimEnd());
}

test('document, target, metadata, REST twin, warnings and keys', () => {
  expect(press(options(), [])).toEqual([
    ' Review · localhost:50051 plaintext · deadline 10 s',
    '   {"item":{"id":"sku-42","name":"Blue lamp",',
    '            "price":{"currencyCode":"EUR","units":"12","nanos":500000000}}}',
    '   meta  authorization: Bearer ****c91f',
    '   REST  PATCH /v1/items/sku-42   body item   query -',
    '   note  update_mask is unset: the server may overwrite every field',
    ' [s]end  [e]dit  [j]son  [m]eta  [w] save  [c]opy  [q] leave',
  ]);
});

test.each([
  ['s', 'send'],
  ['e', 'edit'],
  ['j', 'json'],
  ['m', 'meta'],
  ['w', 'save'],
  ['c', 'copy'],
  ['q', 'leave'],
  ['S', 'send'],
  ['ctrl-s', 'send'],
  ['escape', 'leave'],
  ['ctrl-d', 'leave'],
  ['ctrl-c', 'interrupt'],
])('%s answers %s', (key, type) => {
  expect(press(options(), [key])).toEqual({ type });
});

test('Enter, as pressed once too often in the form, does not send', () => {
  expect(press(options(), ['return'])).toContain(' press s to send');
});

describe('production', () => {
  const production = options({ production: true });

  test('says so in a word and sends after yes alone', () => {
    expect((press(production, []) as string[])[0]).toBe(' PROD Review · localhost:50051 plaintext · deadline 10 s');
    expect(press(production, ['s'])).toContain(' PROD: type yes to send>');
    expect(press(production, ['s', 'y', 'e', 's', 'return'])).toEqual({ type: 'send' });
    expect(press(production, ['s', 'y', 'return'])).toContain(' not sent: the word is yes');
    expect(press(production, ['s', 'y', 'e', 's', 'escape', 's', 'return'])).toContain(' not sent: the word is yes');
  });

  test('in plain lines too', () => {
    const { plain, start } = reviewMachine(production);
    expect(plain!.question(start, { columns: 80, rows: 24 }).split('\n').at(-1)).toBe(
      'PROD: yes sends; edit, json, meta, save, copy, leave: ',
    );
    expect(plain!.reply(start, 'yes')).toEqual({ answer: { type: 'send' } });
    expect(plain!.reply(start, 'edit')).toEqual({ answer: { type: 'edit' } });
    expect(plain!.reply(start, undefined)).toEqual({ answer: { type: 'leave' } });
    expect(plain!.reply(start, 'send')).toMatchObject({ state: { word: { text: '' } } });
  });
});

test('a document longer than the screen scrolls, the rest stays', () => {
  const document = JSON.stringify({ tags: Array.from({ length: 400 }, (_, at) => `tag-number-${at}`) });
  const rows = press(options({ document }), ['down', 'down'], 80, 16) as string[];
  expect(rows.length).toBeLessThanOrEqual(15);
  expect(rows.join('\n')).toMatch(/\(\d+ more ↑\)[\s\S]*\(\d+ more ↓\)[\s\S]*meta [\s\S]*\[s\]end/);
});

test('what has changed since the request before', () => {
  const rows = press(
    options({ document: '{"id":"a","tags":["x"]}', before: '{"id":"b","tags":["x"]}' }),
    [],
  ) as string[];
  expect(rows.slice(1, 9)).toEqual([
    '   {',
    ' -   "id": "b",',
    ' +   "id": "a",',
    '     "tags": [',
    '       "x"',
    '     ]',
    '   }',
    expect.stringContaining('meta'),
  ]);
});

test('beside an empty request nothing is marked as new', () => {
  const rows = press(options({ document: '{"id":"a"}', before: '{}' }), []) as string[];
  expect(rows[1]).toBe('   {"id":"a"}');
});

test('40 columns, ASCII', () => {
  const rows = press(options({ style: style({ color: false, ascii: true, width: 40 }) }), [], 40, 20) as string[];
  for (const row of rows) expect(row).toMatch(/^[ -~]{0,40}$/);
  expect(rows.at(-1)).toBe(' [s]end [e]dit [j]son [m]eta [q]uit');
});
