// Streams on a real pseudo-terminal: typed and received at once, slow and fast, paused, left and taken up again.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Demo, startDemo } from '../../src/demo/server.ts';
import { greplPath } from '../support/run-grepl.ts';
import { temporaryFolder } from '../support/temp.ts';
import { type PulseServer, pulseProto, startPulseServer } from './pulse-server.ts';
import { openProgram, type Screen, type ScreenOptions } from './screen.ts';

let demo: Demo;
let pulse: PulseServer;
let screen: Screen;
let home: string;
beforeAll(async () => {
  demo = await startDemo({ host: '127.0.0.1', port: 0, requireToken: false });
});
beforeEach(async () => {
  pulse = await startPulseServer();
  home = temporaryFolder();
});
afterEach(async () => {
  await screen.close();
  pulse.kill();
});
afterAll(() => demo.close(100));

const sizes = [
  { columns: 120, rows: 35 },
  { columns: 80, rows: 24 },
  { columns: 40, rows: 20 },
];

async function run(args: readonly string[], options: ScreenOptions = {}): Promise<void> {
  screen = openProgram(process.execPath, [greplPath, ...args], {
    columns: 80,
    rows: 24,
    cwd: home,
    ...options,
    env: { HOME: home, XDG_STATE_HOME: undefined, ...options.env },
  });
}

/** The REPL on the server of this test. */
async function repl(options: ScreenOptions = {}, more: readonly string[] = []): Promise<void> {
  await run([pulse.address, '--proto', pulseProto, ...more], options);
  await screen.until(/> ?$/);
}

async function replOnDemo(options: ScreenOptions = {}): Promise<void> {
  await run([demo.address], options);
  await screen.until(/> ?$/);
}

const text = (): string => screen.history().join('\n');
/** All text with what the terminal wrapped put together again. */
const unwrapped = (): string => screen.history().join('').replaceAll(/\s+/g, ' ');
/** The prompt of the REPL, waiting for a line. */
const prompt = (rows: string[]): boolean => /^(?!msg).*> ?$/.test(rows.findLast((row) => row !== '') ?? '');

/** Waits until a number does not change any more: windows and buffers on the way are full then. */
async function standstill(read: () => number): Promise<number> {
  for (let last = read(); ; last = read()) {
    await pause(500);
    if (read() === last) return last;
  }
}

describe.each(sizes)('at $columns x $rows', (size) => {
  test('a chat: sent, received, half-closed, over', async () => {
    await replOnDemo(size);
    screen.type('InferenceService/Chat\r');
    await screen.until(/^msg>$/);
    await screen.until(/^ ↑0 ↓0 · not open yet/);
    expect(text()).toContain(' Chat · bidi stream · ');
    screen.type('{"role":"user","content":"hello"}\r');
    await screen.until(/^ ← 3 /);
    expect(text()).toMatch(/^ → 1 .*\{"role":"us/m);
    await screen.until(/^ ↑1 ↓3 · .*open/);
    screen.press('ctrl-d');
    await screen.until(prompt);
    expect(text()).toContain(' ^D  sending side closed');
    expect(unwrapped()).toMatch(/OK · 3 received, 1 sent · [\d.]+ m?s · trailers: x-messages-sent=3 · \$1/);
    expect(Math.max(...screen.history().map((row) => row.length))).toBeLessThanOrEqual(size.columns);
  });

  test('a server stream: paused, filtered, cancelled', async () => {
    await replOnDemo(size);
    screen.type('WatchUsers {}\r');
    await screen.until(/^ ← 3 /);
    await screen.until(/^ ↓3 · .*open/);
    expect(text()).toMatch(/WatchUsers · server stream/);
    screen.press('space');
    await screen.until(/paused/);
    screen.press('space');
    screen.type('/Bob\r');
    await screen.until(size.columns > 40 ? /filter Bob/ : /^ ↓3 · /);
    screen.press('ctrl-c');
    await screen.until(/✗1> ?$/);
    expect(unwrapped()).toMatch(/\^C CANCELLED \(1\) by you after 3 messages · kept in \$1 \(\.\[0\] to \.\[2\]\)/);
  });

  test('a client stream ends with its reply', async () => {
    await replOnDemo(size);
    screen.type('BatchCharge\r');
    await screen.until(/^msg>$/);
    screen.type('{"customer_id":"c-1","amount_cents":"500","currency":"EUR","idempotency_key":"k1"}\r');
    await screen.until(/^ → 1 /);
    screen.type(':done\r');
    await screen.until(prompt);
    expect(unwrapped()).toMatch(/OK · 1 received, 1 sent/);
  });
});

describe('what is typed', () => {
  test('is refused in the line, the cursor at the fault', async () => {
    await repl();
    screen.type('Talk\r');
    await screen.until(/^msg>$/);
    screen.type('{"text":"a","numbr":1}\r');
    await screen.until(/✗ .*has no field "numbr"/);
    expect(screen.cursor().column).toBe('msg> {"text":"a",'.length);
    screen.press('delete');
    screen.type('"');
    await screen.until((rows) => !rows.some((row) => row.includes('✗')));
    screen.press('ctrl-e', 'ctrl-u');
    screen.type('text: "as text" number: 7\r');
    await screen.until(/^ → 1 .*\{"text":"as text","number":7\}/);
    screen.type('text="in words"\r');
    await screen.until(/^ → 2 .*\{"text":"in words"\}/);
    screen.type('{"text":\r');
    await screen.until(/^… ?$/);
    screen.type('"two lines"}\r');
    await screen.until(/^ → 3 .*\{"text":"two lines"\}/);
    // Up goes through the lines of the newest one first.
    screen.press('up', 'up', 'up', 'up');
    await screen.until('msg> text: "as text" number: 7');
    screen.press('ctrl-c');
    await screen.until(/✗1> ?$/);
    expect(unwrapped()).toContain('your unsent message is in the draft');
    screen.type('Talk\r');
    await screen.until('msg> text: "as text" number: 7');
  });

  test('message n in full, the words, the last one again, a file, a repetition, a file of what came', async () => {
    writeFileSync(join(home, 'in.ndjson'), '{"text":"f1"}\n{"text":"f2"}\n');
    await repl({ rows: 50 });
    screen.type('Talk\r');
    await screen.until(/^msg>$/);
    screen.type(':save out.ndjson\r:file in.ndjson\r');
    await screen.until(/^ ← 2 .*f2/);
    screen.type(':repeat 3\r');
    await screen.until(/^ ← 5 .*f2/);
    screen.type(':2\r');
    await screen.until(/^ {2}"text": "f2"$/);
    screen.type(':help\r');
    await screen.until(/:repeat N/);
    screen.type(':last\r');
    screen.press('ctrl-u', 'ctrl-d');
    await screen.until(prompt);
    expect(text()).toContain('5 messages saved in out.ndjson');
    expect(readFileSync(join(home, 'out.ndjson'), 'utf8')).toBe(
      ['f1', 'f2', 'f2', 'f2', 'f2'].map((one) => `{"text":"${one}"}\n`).join(''),
    );
  });

  test('a message of the form', async () => {
    await repl();
    screen.type('Talk\r');
    await screen.until(/^msg>$/);
    screen.type(':form\r');
    await screen.until(/> text /);
    screen.type('by form');
    screen.press('enter', 'ctrl-s');
    await screen.until(/^ ← 1 .*by form/);
    await screen.until(/^msg>$/);
  });

  test.each([200, 5000])('loses no letter while %i messages a second arrive', async (rate) => {
    await repl();
    screen.type('Talk --deadline 600s\r');
    await screen.until(/^msg>$/);
    screen.type(`{"rate":${rate}}\r`);
    await screen.until(new RegExp(`↑1 ↓[\\d,]+ · .*${rate > 1000 ? ',\\d{3}' : '\\d\\d'}/s · open · deadline 9m`));
    screen.type('/needle\r');
    await screen.until(/filter needle/);
    const typed = '{"text":"a needle in the hay, é and 漢字 too"}';
    for (const letter of typed) {
      screen.type(letter);
      await pause(10);
    }
    await screen.until(`msg> ${typed}`);
    screen.press('enter');
    await screen.until(/^ ← [\d]+ .*a needle in the hay, é and 漢字 too/);
    screen.press('ctrl-c');
    await screen.until(/✗1> ?$/);
  });
});

describe('how it ends', () => {
  test('by the server: what was not sent is in the draft', async () => {
    await repl();
    screen.type('Talk\r');
    await screen.until(/^msg>$/);
    screen.type('{"text":"one"}\r');
    await screen.until(/^ ← 1 /);
    screen.type('{"text":"bye"}\r{"text":"not fin');
    await screen.until(prompt);
    expect(text()).toMatch(/^ OK · 1 received, 2 sent · .*trailers: shard=eu-1/m);
    expect(text()).toContain(' server ended the call after 2; your unsent message is in the draft');
    screen.type('Talk\r');
    await screen.until('msg> {"text":"not fin');
  });

  test('by the server with an error', async () => {
    await repl();
    screen.type('Talk\r');
    await screen.until(/^msg>$/);
    screen.type('{"text":"fail"}\r');
    await screen.until(/✗3> ?$/);
    expect(text()).toMatch(/✗ INVALID_ARGUMENT \(3\)/);
    expect(text()).toContain('told to fail');
    expect(text()).toContain(' server ended the call after 1');
  });

  test('by the death of the server', async () => {
    await repl();
    screen.type('Watch rate=50\r');
    await screen.until(/^ ← 9 /);
    pulse.kill();
    await screen.until(/✗\d+> ?$/);
    expect(text()).toMatch(/✗ (?:UNAVAILABLE|CANCELLED|INTERNAL|UNKNOWN) \(\d+\)/);
    expect(text()).toMatch(/^ \d+ received · /m);
  });

  test('before it began', async () => {
    await repl();
    screen.type('Talk\r');
    await screen.until(/^msg>$/);
    screen.press('ctrl-c');
    await screen.until(/\^C {2}CANCELLED \(1\) by you before anything was sent/);
    await screen.until(prompt);
  });

  test('SIGTERM gives the terminal back', async () => {
    await repl();
    screen.type('Watch rate=500\r');
    await screen.until(/^ ← 9 /);
    process.kill(screen.pid, 'SIGTERM');
    expect(await screen.exit).toBe(143);
    expect(screen.output()).toMatch(/\u001b\[\?2004l/);
  });
});

describe('too much of it', () => {
  test('5,000 a second become a count, and nothing is lost from what is kept or saved', async () => {
    await repl();
    screen.type('Talk\r');
    await screen.until(/^msg>$/);
    screen.type(':save all.ndjson\r{"rate":5000,"total":20000}\r');
    await screen.until(/[\d,]{5}\/s/);
    await screen.until(/↓20,000 /);
    screen.press('ctrl-d');
    await screen.until(prompt);
    expect(text()).toMatch(/… [\d,]+ messages not shown here/);
    expect(text()).toContain('20,000 received, 1 sent');
    expect(text()).toContain('(.[0] to .[19999])');
    const saved = readFileSync(join(home, 'all.ndjson'), 'utf8').trimEnd().split('\n');
    expect(saved).toHaveLength(20_000);
    expect(saved.every((line, at) => (JSON.parse(line) as { number: number }).number === at + 1)).toBe(true);
    screen.type('let n = $1[19999].number\rvars\r');
    await screen.until(/n +20000/);
  });

  test('a pause holds 10,000 and then the server has to wait', async () => {
    await repl();
    screen.type('Flood {}\r');
    await screen.until(/^ ↓[\d,]+ · .*\/s · open/);
    screen.press('space');
    await screen.until(/paused, 10,000 held, not reading: the server waits/);
    const before = await standstill(pulse.flooded);
    screen.press('space');
    await screen.until((rows) => pulse.flooded() > before && rows.some((row) => /\/s · open/.test(row)));
    screen.press('q');
    await screen.until(/✗1> ?$/);
  });

  test('a server that does not read makes requests wait', async () => {
    await repl();
    screen.type('Deaf\r');
    await screen.until(/^msg>$/);
    const long = 'x'.repeat(900);
    screen.type(`{"text":"${long}"}\r`);
    await screen.until(/^ → 1 /);
    screen.type(':repeat 100000\r');
    await screen.until(/\(1 waiting\)/);
    const sent = (): number =>
      Number(/\u2191([\d,]+) /.exec(screen.screen().join('\n'))?.[1]?.replaceAll(',', '') ?? 0);
    // Far from all of them: what fits into the window and the buffers on the way.
    expect(await standstill(sent)).toBeLessThan(20_000);
    screen.press('ctrl-c');
    await screen.until(/✗1> ?$/);
  });
});

describe('behind the prompt', () => {
  test('left, listed, taken up again, cancelled', async () => {
    await repl();
    screen.type('Watch rate=20\r');
    await screen.until(/^ ← 3 /);
    screen.type(':detach\r');
    await screen.until(/\[1 stream\]> ?$/);
    screen.type('Talk\r');
    await screen.until(/^msg>$/);
    screen.type('{"text":"one"}\r');
    await screen.until(/^ ← 1 .*one/);
    screen.type(':detach\r');
    await screen.until(/\[2 streams\]> ?$/);
    screen.type('streams\r');
    await screen.until(/^1 +Watch .*received/);
    await screen.until(/^2 +Talk .*1 received, 1 sent/);
    screen.type('attach 2\r');
    await screen.until(/^msg>$/);
    screen.type('{"text":"two"}\r');
    await screen.until(/^ ← 2 .*two/);
    screen.press('ctrl-d');
    await screen.until(/\[1 stream\]> ?$/);
    expect(text()).toContain('2 received, 2 sent');
    screen.type('cancel 1\r');
    await screen.until(/^stream 1 Watch is over: CANCELLED/);
    await screen.until((rows) => !/stream\]/.test(rows.findLast((row) => row !== '') ?? ''));
    screen.type('attach\r');
    await screen.until(/no stream goes on behind the prompt/);
  });

  test('one that ends there is told in a line', async () => {
    await repl();
    screen.type('Watch rate=20 total=20\r');
    await screen.until(/^ ← 3 /);
    screen.type(':detach\r');
    await screen.until(/^stream 1 Watch is over: OK · 20 received/);
    screen.type('let n = $1.[19].number\rvars\r');
    await screen.until(/n +20/);
  });
});

describe('elsewhere', () => {
  test('one-shot: the chat on the terminal, the data where stdout goes', async () => {
    const out = join(home, 'data.ndjson');
    const words = [pulse.address, 'Talk', '--proto', pulseProto].map((word) => `'${word}'`).join(' ');
    screen = openProgram('sh', ['-c', `'${process.execPath}' '${greplPath}' call ${words} > '${out}'`], { cwd: home });
    await screen.until(/^msg>$/);
    screen.type('{"text":"one"}\r');
    await screen.until(/^ ← 1 .*one/);
    screen.press('ctrl-d');
    expect(await screen.exit).toBe(0);
    expect(readFileSync(out, 'utf8')).toBe('{"text":"one"}\n');
    expect(text()).toContain('OK · 1 received, 1 sent');
  });

  test('one-shot: Ctrl-C ends with 130, and what was not sent is shown', async () => {
    await run(['call', pulse.address, 'Talk', '--proto', pulseProto]);
    await screen.until(/^msg>$/);
    screen.type('{"text":"lost?');
    await screen.until('lost?');
    screen.press('ctrl-c');
    expect(await screen.exit).toBe(130);
    expect(text()).toContain('{"text":"lost?');
  });

  test('> file in the REPL gets the data, the screen the chat', async () => {
    await repl();
    screen.type('Talk > out.ndjson\r');
    await screen.until(/^msg>$/);
    screen.type('{"text":"one"}\r');
    await screen.until(/^ ← 1 .*one/);
    screen.press('ctrl-d');
    await screen.until(prompt);
    expect(readFileSync(join(home, 'out.ndjson'), 'utf8')).toBe('{"text":"one"}\n');
    screen.type('Talk | cat\r');
    await screen.until(/cannot be typed while another program/);
    expect(existsSync(join(home, 'cat'))).toBe(false);
  });

  test('--plain prints lines and repaints nothing', async () => {
    await run([pulse.address, '--proto', pulseProto, '--plain']);
    await screen.until(/> ?$/);
    screen.type('Talk\r');
    await screen.until(/^msg> ?$/);
    screen.type('{"text":1}\r');
    await screen.until(/^error: /);
    screen.type('{"text":"plain"}\r');
    await screen.until(/^ ← 1 .*plain/);
    screen.type(':done\r');
    await screen.until(/^ OK · 1 received, 1 sent/);
    screen.type('Watch rate=20 total=3\r');
    await screen.until(/^ OK · 3 received/);
    screen.type('exit\r');
    expect(await screen.exit).toBe(0);
    expect(screen.output()).not.toMatch(/\u001b\[[\d;]*[A-KST]/);
  });

  test('--ascii', async () => {
    await repl({}, ['--ascii']);
    screen.type('Talk\r');
    await screen.until(/^msg>$/);
    screen.type('{"text":"one"}\r');
    await screen.until(/^ < 1 .*one/);
    await screen.until(/^ \^1 v1 - /);
    screen.press('ctrl-d');
    await screen.until(/^ OK - 1 received/);
    expect(screen.output()).not.toMatch(/[^\u0000-\u007f]/);
  });
});
