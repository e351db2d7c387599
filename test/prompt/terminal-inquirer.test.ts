// What the adapter takes for granted of @inquirer/core 12.0.6, each as a test: an update that changes it fails here.
import xterm from '@xterm/headless';
import { afterEach, expect, test } from 'vitest';
import { type InquirerPrompt, loadInquirer, runPrompt } from '../../src/prompt/inquirer-adapter.ts';
import { keyName, namedKey } from '../../src/prompt/keys.ts';
import type { Frame } from '../../src/prompt/paint.ts';

interface Running {
  readonly prompt: InquirerPrompt<string>;
  readonly pressed: string[];
  show(frame: Frame): void;
  screen(): Promise<{ rows: string[]; row: number; column: number }>;
}

const ended: (() => void)[] = [];
afterEach(() => {
  for (const end of ended.splice(0)) end();
});

async function start(first: Frame, options: { keep?: boolean; signal?: AbortSignal } = {}): Promise<Running> {
  const terminal = new xterm.Terminal({ cols: 20, rows: 10, convertEol: true, allowProposedApi: true });
  const pressed: string[] = [];
  let frame = first;
  const host = {
    frame: () => frame,
    press: (key: Parameters<typeof keyName>[0]) => pressed.push(keyName(key)),
    write: (text: string) => terminal.write(text),
  };
  const signal = options.signal ?? new AbortController().signal;
  terminal.write('before\n');
  const prompt = runPrompt<string>(await loadInquirer(), host, { keep: options.keep ?? false, signal });
  prompt.answer.catch(() => {});
  ended.push(() => prompt.finish(''));
  return {
    prompt,
    pressed,
    show(next) {
      frame = next;
      prompt.repaint();
    },
    screen: () =>
      new Promise((done) => {
        terminal.write('', () => {
          const { active } = terminal.buffer;
          const rows = Array.from({ length: active.length }, (_, at) =>
            active.getLine(at)!.translateToString(true).trimEnd(),
          );
          const last = rows.findLastIndex((row) => row !== '');
          done({ rows: rows.slice(0, last + 1), row: active.cursorY, column: active.cursorX });
        });
      }),
  };
}

test('the first paint is there at once, with the cursor in the middle of the region', async () => {
  const run = await start({ rows: ['top', '> text', 'below', 'below 2'], cursor: { row: 1, column: 3 } });
  expect(await run.screen()).toEqual({ rows: ['before', 'top', '> text', 'below', 'below 2'], row: 2, column: 3 });
});

test.each<[string, Frame, number, number]>([
  ['fewer rows', { rows: ['> '], cursor: { row: 0, column: 2 } }, 1, 2],
  ['more rows', { rows: ['a', 'b', 'c', '> x', 'd'], cursor: { row: 3, column: 3 } }, 4, 3],
  ['an empty row of input', { rows: ['a', '', 'd'], cursor: { row: 1, column: 0 } }, 2, 0],
  ['an empty last row', { rows: ['> ', ''], cursor: { row: 0, column: 2 } }, 1, 2],
  ['no cursor', { rows: ['a', 'b'] }, 2, 0],
  ['no rows', { rows: [] }, 1, 0],
  [
    'graphemes of many units',
    { rows: [`> ${'e\u0301\u0302'.repeat(16)}`, 'below'], cursor: { row: 0, column: 18 } },
    1,
    18,
  ],
  ['a full row', { rows: ['x'.repeat(20), 'y'.repeat(20)], cursor: { row: 1, column: 19 } }, 2, 19],
  ['colour alone', { rows: ['\u001b[31m\u001b[39m', 'b'], cursor: { row: 0, column: 0 } }, 1, 0],
])('%s: the old frame is gone, the cursor where it belongs', async (_name, frame, row, column) => {
  const first: Frame = { rows: ['old', '> old', 'old below'], cursor: { row: 1, column: 4 } };
  const run = await start(first);
  run.show(frame);
  const shown = await run.screen();
  expect(shown).toMatchObject({ row, column });
  expect(shown.rows.join('\n')).not.toContain('old');
  run.show(first);
  expect(await run.screen()).toEqual({ rows: ['before', ...first.rows], row: 2, column: 4 });
});

test('text is printed above the region, which moves down and scrolls', async () => {
  const run = await start({ rows: ['top', '> ', 'below'], cursor: { row: 1, column: 2 } });
  for (let count = 1; count <= 12; count++) run.prompt.repaint({ type: 'print', text: `line ${count}\n` });
  const { rows, row, column } = await run.screen();
  const printed = Array.from({ length: 12 }, (_, index) => `line ${index + 1}`);
  expect(rows).toEqual(['before', ...printed, 'top', '> ', 'below'].map((text) => text.trimEnd()));
  expect([row, column]).toEqual([8, 2]);
});

test('erase and a fresh repaint bring the region back below what another program wrote', async () => {
  const run = await start({ rows: ['top', '> ', 'below'], cursor: { row: 1, column: 2 } });
  run.prompt.erase();
  expect((await run.screen()).rows).toEqual(['before']);
  run.prompt.repaint({ type: 'fresh' });
  expect((await run.screen()).rows).toEqual(['before', 'top', '>', 'below']);
  run.prompt.leave();
  expect(await run.screen()).toMatchObject({ row: 4, column: 0 });
});

test('every key comes to us, none edits or ends anything in readline', async () => {
  const run = await start({ rows: ['> '], cursor: { row: 0, column: 2 } });
  const keys = [
    'a',
    'backspace',
    'return',
    'ctrl-c',
    'ctrl-d',
    'ctrl-z',
    'ctrl-l',
    'tab',
    'up',
    'escape',
    'f4',
    'alt-b',
  ];
  for (const key of keys) run.prompt.press(namedKey(key));
  expect(run.pressed).toEqual(keys);
  expect(await run.screen()).toEqual({ rows: ['before', '>'], row: 1, column: 2 });
  run.prompt.finish('done');
  expect(await run.prompt.answer).toBe('done');
});

test.each([
  [false, ['before']],
  [true, ['before', 'top', '> x', 'below']],
])('after the answer, with keep %s', async (keep, rows) => {
  const run = await start({ rows: ['top', '> x', 'below'], cursor: { row: 1, column: 3 } }, { keep });
  run.prompt.finish('done');
  await run.prompt.answer;
  expect(await run.screen()).toEqual({ rows, row: rows.length, column: 0 });
});

test('an abort takes the prompt away, its reason is the cause', async () => {
  const stop = new AbortController();
  const run = await start({ rows: ['top', '> x'], cursor: { row: 1, column: 3 } }, { signal: stop.signal });
  stop.abort('reason');
  await expect(run.prompt.answer).rejects.toMatchObject({ name: 'AbortPromptError', cause: 'reason' });
  expect((await run.screen()).rows).toEqual(['before']);
});

test('no listener and no stream is left behind by a hundred prompts', async () => {
  const { listenerCount } = process;
  const count = (): number =>
    ['exit', 'SIGINT', 'SIGTERM'].reduce((sum, name) => sum + listenerCount.call(process, name), 0);
  const one = await start({ rows: ['> '], cursor: { row: 0, column: 2 } });
  one.prompt.finish('');
  await one.prompt.answer;
  const before = count();
  for (let turn = 0; turn < 100; turn++) {
    const run = await start({ rows: ['> '], cursor: { row: 0, column: 2 } });
    run.prompt.finish('');
    await run.prompt.answer;
  }
  expect(count()).toBe(before);
});
