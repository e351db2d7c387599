import { expect, test } from 'vitest';
import { loadInquirer } from '../../src/prompt/inquirer-adapter.ts';
import { namedKey } from '../../src/prompt/keys.ts';
import type { Machine } from '../../src/prompt/machine.ts';
import { AskedPrompt } from '../../src/prompt/terminal-prompt.ts';
import { plainStyle } from '../../src/render/style.ts';

/** Counts keys; Enter answers with the count, `x` and `v` are faults of the machine. */
const counter: Machine<number, string> = {
  start: 0,
  press(state, key) {
    if (key.name === 'x') throw new Error('press failed');
    if (key.name === 'return') return { answer: `${state} keys` };
    return { state: key.name === 'v' ? -1 : state + 1 };
  },
  view(state) {
    if (state < 0) throw new Error('view failed');
    return { above: [`count ${state}`], input: { before: '> ', text: '', cursor: 0 }, below: [] };
  },
  trace: (_state, answer) => [`was ${answer}`],
};

function ask(options: { keep?: boolean; signal?: AbortSignal; state?: number } = {}) {
  let written = '';
  let ready: () => void = () => {};
  const onScreen = new Promise<void>((resolve) => {
    ready = resolve;
  });
  const screen = {
    style: plainStyle,
    size: () => ({ columns: 40, rows: 10 }),
    write: (text: string) => {
      written += text;
    },
    back: () => undefined,
    now: () => performance.now(),
  };
  const asked = new AskedPrompt(counter, screen, loadInquirer(), {
    state: options.state ?? counter.start,
    keep: options.keep ?? false,
    signal: options.signal ?? new AbortController().signal,
    onReady: ready,
  });
  asked.answer.catch(() => {});
  return { asked, onScreen, written: () => written };
}

test('keys change the state, an answer ends it and leaves its trace', async () => {
  const { asked, onScreen, written } = ask();
  await onScreen;
  for (const key of ['a', 'b', 'return', 'c']) asked.press(namedKey(key));
  expect(asked.over).toBe(true);
  expect(await asked.answer).toBe('2 keys');
  expect(written().endsWith('was 2 keys\n')).toBe(true);
});

test('updates and prints from before it is on the screen are not lost', async () => {
  const { asked, onScreen, written } = ask({ state: 5 });
  asked.update((state) => state * 2);
  asked.print('early');
  await onScreen;
  expect(written()).toContain('count 10');
  asked.press(namedKey('return'));
  expect(await asked.answer).toBe('10 keys');
  expect(written()).toContain('early\n');
  asked.print('late');
  expect(written().endsWith('was 10 keys\nlate\n')).toBe(true);
});

test.each([
  ['x', 'press failed'],
  ['v', 'view failed'],
])('a machine that fails ends the prompt with its error (%s)', async (key, message) => {
  const { asked, onScreen } = ask();
  await onScreen;
  asked.press(namedKey(key));
  await expect(asked.answer).rejects.toThrow(message);
  expect(asked.over).toBe(true);
});

test('an abort rejects with its reason, also before it is on the screen', async () => {
  const stop = new AbortController();
  const { asked } = ask({ signal: stop.signal });
  stop.abort(new Error('taken away'));
  await expect(asked.answer).rejects.toThrow('taken away');
  const other = new AbortController();
  const later = ask({ signal: other.signal });
  await later.onScreen;
  other.abort('reason');
  await expect(later.asked.answer).rejects.toBe('reason');
});

test('with keep the last view stays, without a trace', async () => {
  const { asked, onScreen, written } = ask({ keep: true });
  await onScreen;
  for (const key of ['a', 'return']) asked.press(namedKey(key));
  await asked.answer;
  expect(written()).toContain('count 1');
  expect(written()).not.toContain('was');
});
