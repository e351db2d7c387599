import { afterEach, expect, test } from 'vitest';
import { bundleDriver, openDriver, openProgram, type Screen, type ScreenOptions } from './screen.ts';

const open: Screen[] = [];
afterEach(async () => {
  for (const screen of open.splice(0)) await screen.close();
});

async function line(args: readonly string[] = [], options: ScreenOptions = {}): Promise<Screen> {
  const screen = await openDriver('line', args, options);
  open.push(screen);
  await screen.until('demo>');
  return screen;
}

/** The driver under a shell with job control, which is what a person has. */
async function underShell(options: ScreenOptions = {}, args = ''): Promise<Screen> {
  const script = await bundleDriver('line');
  const screen = openProgram('/bin/bash', ['--norc', '--noprofile', '-i'], {
    ...options,
    env: { PS1: 'shell$ ', NODE: process.execPath, DRIVER: script, ...options.env },
  });
  open.push(screen);
  await screen.until('shell$');
  screen.type(`"$NODE" "$DRIVER" ${args}\r`);
  await screen.until('demo>');
  return screen;
}

test('what was typed stays on the screen with its prompt, its answer is on stdout', async () => {
  const screen = await line();
  screen.type('hello\r');
  await screen.until('{"type":"line","text":"hello"}');
  await screen.until((rows) => rows[2] === 'demo>');
  expect(screen.screen().slice(0, 3)).toEqual(['demo> hello', '{"type":"line","text":"hello"}', 'demo>']);
  expect(screen.cursor()).toEqual({ row: 2, column: 6, shown: true });
  screen.type('exit\r');
  expect(await screen.exit).toBe(0);
});

test('Ctrl-D on an empty line ends, also while a channel is open', async () => {
  const screen = await line(['channel']);
  screen.press('ctrl-d');
  expect(await screen.exit).toBe(0);
  await screen.until('"end"');
});

test('Ctrl-C gives the text that was there, and Ctrl-D on a text deletes', async () => {
  const screen = await line();
  screen.type('abc');
  screen.press('home', 'ctrl-d', 'ctrl-c');
  await screen.until('{"type":"interrupt","text":"bc"}');
  await screen.until('demo> bc^C');
});

test('a paste of several lines is one text', async () => {
  const screen = await line();
  screen.paste('{\r  "a": 1\r}');
  await screen.until('}');
  await screen.settled();
  expect(screen.screen().slice(0, 3)).toEqual(['demo> {', '…   "a": 1', '… }']);
  screen.press('enter');
  await screen.until(JSON.stringify({ type: 'line', text: '{\n  "a": 1\n}' }));
});

test('a paste of a hundred thousand characters is kept whole, and the keys after it too', async () => {
  const screen = await line();
  screen.paste('0123456789'.repeat(10_000));
  screen.type('end');
  await screen.until(/end$/);
  screen.press('ctrl-a');
  await screen.until('demo> 0123456789');
  screen.press('enter');
  await screen.until((rows) => rows.join('').endsWith('9end"}demo>'));
  expect(screen.history().join('')).toContain(`{"type":"line","text":"${'0123456789'.repeat(10_000)}end"}`);
});

test('keys typed before the prompt is there and between prompts come into the next one', async () => {
  const screen = await line();
  screen.type('one\rtwo\rthree\r');
  await screen.until('"three"');
  expect(screen.history().filter((row) => row.startsWith('{'))).toEqual(
    ['one', 'two', 'three'].map((text) => JSON.stringify({ type: 'line', text })),
  );
  screen.type('wait\r');
  await screen.until('working');
  screen.type('typed meanwhile');
  await screen.settled();
  expect(screen.screen().join('\n')).not.toContain('typed meanwhile');
  screen.press('ctrl-c');
  await screen.until('cancelled');
  await screen.until('demo> typed meanwhile');
});

test('Esc alone is known at once, and does not eat the next key', async () => {
  const screen = await line();
  screen.type('c');
  screen.press('tab', 'tab');
  await screen.until('what copy does');
  screen.press('escape');
  await screen.until((rows) => !rows.join().includes('what copy does'));
  screen.type('x');
  await screen.until('demo> cx');
});

test('two hundred messages a second while typing: none is lost, and no key', async () => {
  const screen = await line(['messages']);
  const typed = 'the quick brown fox jumps over the lazy dog '.repeat(4).trim();
  for (const letter of typed) {
    screen.type(letter);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  screen.press('enter');
  await screen.until(() => screen.history().join('').includes(`"text":"${typed}"`));
  const rows = screen.history();
  const numbers = rows.filter((row) => /^message \d+$/.test(row)).map((row) => Number(row.slice(8)));
  expect(numbers.length).toBeGreaterThan(50);
  expect(numbers).toEqual(numbers.map((_, index) => index + 1));
});

test('five thousand messages a second leave the keys at hand', async () => {
  const screen = await line(['flood']);
  await screen.until('message');
  screen.type('typed');
  await screen.until('demo> typed');
  screen.press('enter');
  // Soon scrolled away by what follows.
  await screen.until(() => screen.output().includes('{"type":"line","text":"typed"}'));
});

test('a prompt can be asked in the moment in which another one is taken away, and nothing printed is lost', async () => {
  const screen = await line();
  screen.type('abort\r');
  await screen.until('gone: over');
  await screen.settled();
  expect(screen.history()).toEqual([
    'demo> abort',
    '{"type":"line","text":"abort"}',
    'printed after it',
    'first half, second half',
    'gone: over',
    'demo>',
  ]);
});

test('narrowing from 120 to 40 columns repaints the text, and nothing of the old width stays', async () => {
  const screen = await line([], { columns: 120, rows: 20 });
  screen.type('first\r');
  await screen.until('"first"');
  const text = 'word '.repeat(20).trim();
  screen.type(text);
  await screen.until('word word word');
  await screen.settled();
  screen.resize(40, 20);
  await screen.until((rows) => rows.some((row) => row === 'demo> word word word word word word wor'));
  await screen.settled();
  const shown = screen.history().join('\n');
  expect(shown.split('demo>').length - 1).toBe(2);
  screen.press('enter');
  await screen.until((rows) => rows.join('').includes(`"text":"${text}"`));
});

test('wide characters at the edge keep the cursor where they end', async () => {
  const screen = await line([], { columns: 20 });
  screen.type('漢字漢字漢字漢字');
  await screen.until('漢字');
  await screen.settled();
  // 6 columns of prompt and 6 of 8 characters in 19 cells; the edge itself stays free.
  expect(screen.screen().slice(0, 2)).toEqual(['demo> 漢字漢字漢字', '漢字']);
  expect(screen.cursor()).toMatchObject({ row: 1, column: 4 });
  screen.press('left', 'left', 'left');
  await screen.settled();
  expect(screen.cursor()).toMatchObject({ row: 0, column: 16 });
  screen.press('backspace', 'enter');
  await screen.until('漢字漢字字漢字');
});

test('a line longer than the screen is high shows the part around the cursor', async () => {
  const screen = await line([], { columns: 20, rows: 6 });
  screen.paste(`start ${'x'.repeat(300)} end`);
  await screen.until(/end$/);
  await screen.settled();
  expect(screen.history().length).toBeLessThanOrEqual(6);
  screen.press('ctrl-a');
  await screen.until('demo> start');
});

test('Tab completes what is common, a second Tab lists, and the list can be walked', async () => {
  const screen = await line();
  screen.type('Get');
  screen.press('tab');
  await screen.until('demo> GetI');
  screen.press('tab');
  await screen.until('what GetIndex does');
  screen.press('tab', 'tab', 'enter');
  await screen.until('demo> GetIndex');
  expect(screen.screen().join('\n')).not.toContain('what GetItem');
  screen.press('enter');
  await screen.until('{"type":"line","text":"GetIndex "}');
});

test('the newest line that begins so stands behind the cursor and is taken by the right arrow', async () => {
  const screen = await line();
  screen.type('ca');
  await screen.until('demo> call GetItem id=1');
  expect(screen.cursor().column).toBe(8);
  screen.press('right', 'enter');
  await screen.until('{"type":"line","text":"call GetItem id=1"}');
  screen.type('d');
  screen.press('up', 'enter');
  await screen.until('{"type":"line","text":"describe Item"}');
});

test.each([
  ['a line that ends it', 'exit\r', 0],
  ['a throw', 'throw\r', 1],
  ['process.exit', 'leave\r', 7],
])('after %s the terminal echoes and edits lines as before', async (_name, keys, code) => {
  const screen = await underShell();
  screen.type(keys);
  await screen.until((rows) => rows.at(-1) === 'shell$' || rows.filter((row) => row === 'shell$').length > 0);
  screen.type('echo "code $?"; stty -a | tr " " "\\n" | grep -xE "[-]?(echo|icanon|isig|icrnl);?" | xargs\r');
  await screen.until(`code ${code}`);
  await screen.until(/^isig icanon icrnl echo|^icrnl isig icanon echo/);
  expect(screen.output().lastIndexOf('\u001b[?2004l')).toBeGreaterThan(-1);
  expect(screen.cursor().shown).toBe(true);
});

test('SIGTERM takes the prompt away and leaves the terminal as it was', async () => {
  const screen = await underShell({}, 'pid');
  const pid = Number(/pid (\d+)/.exec(screen.screen().join('\n'))?.[1]);
  process.kill(pid, 'SIGTERM');
  await screen.until('failed: Error: terminated');
  screen.type('stty -a | grep -o "[-]*icanon"\r');
  await screen.until(/^icanon$/);
});

test('Ctrl-Z stops, fg brings the prompt back with its text', async () => {
  const screen = await underShell();
  screen.type('half a li');
  await screen.until('half a li');
  screen.press('ctrl-z');
  await screen.until('Stopped');
  screen.type('stty -a | grep -o "[-]*icanon"\r');
  await screen.until(/^icanon$/);
  screen.type('fg\r');
  await screen.until((rows) => rows.filter((row) => row.includes('demo> half a li')).length === 2);
  screen.type('ne');
  screen.press('enter');
  await screen.until('{"type":"line","text":"half a line"}');
  expect(screen.history().filter((row) => row.includes('demo> half a li')).length).toBe(2);
});

test('where no shell could continue it, Ctrl-Z stops nothing and breaks nothing', async () => {
  const screen = await line();
  screen.type('one ');
  screen.press('ctrl-z');
  await screen.settled();
  screen.type('two\r');
  await screen.until('{"type":"line","text":"one two"}');
});

test('Ctrl-L clears the screen but for the prompt', async () => {
  const screen = await line();
  screen.type('one\r');
  await screen.until('"one"');
  screen.type('two');
  screen.press('ctrl-l');
  await screen.until((rows) => rows[0] === 'demo> two' && rows.slice(1).every((row) => row === ''));
});

test('Ctrl-C typed ahead cancels what the line before it started', async () => {
  const screen = await line();
  screen.type('wait\r\u0003');
  await screen.until('cancelled');
});

test('NO_COLOR leaves no colour codes', async () => {
  const screen = await line([], { env: { NO_COLOR: '1' } });
  screen.type('ca');
  await screen.until('demo> call GetItem');
  screen.press('enter');
  await screen.until('"text":"ca"');
  expect(screen.output()).not.toMatch(/\u001b\[[0-9;]*m/);
});

test('plain: lines only, echoed by the terminal, nothing repainted', async () => {
  const screen = await line(['plain'], { env: { TERM: 'dumb', NO_COLOR: '1' } });
  screen.type('hello\r');
  await screen.until('{"type":"line","text":"hello"}');
  screen.press('ctrl-c');
  await screen.until('{"type":"interrupt","text":""}');
  screen.type('next\r');
  await screen.until('{"type":"line","text":"next"}');
  screen.press('ctrl-d');
  expect(await screen.exit).toBe(0);
  expect(screen.output()).not.toContain('\u001b');
});
