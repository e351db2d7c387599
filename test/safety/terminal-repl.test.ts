// The REPL on a real pseudo-terminal, connected to the hostile server: what it writes is taken apart sequence by sequence, and
// nothing is in it but the program's own ways of painting.
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { unsafeClass } from '../../src/wire/unsafe-text.ts';
import type { ReflectionServer } from '../schema/reflection-server.ts';
import { greplPath } from '../support/run-grepl.ts';
import { temporaryFolder } from '../support/temp.ts';
import { openProgram, type Screen } from '../terminal/screen.ts';
import { startHostileServer } from './hostile-server.ts';

let server: ReflectionServer;
let screen: Screen | undefined;
beforeAll(async () => {
  server = await startHostileServer();
});
afterEach(() => screen?.close());
afterAll(() => server.close());

/** Colours, cursor moves, erasing, modes of the cursor and of pasting: what a line editor needs, and no more. */
const own = /\u001b\[(?:[0-9;]*[mABCDGHJK]|\?(?:25|2004|2026)[hl])|[\r\n\t]/g;
const unsafe = new RegExp(`[${unsafeClass}]`, 'u');

function expectOwnOnly(output: string): void {
  const rest = output.replace(own, '');
  const at = unsafe.exec(rest)?.index ?? -1;
  const shown = JSON.stringify(rest.slice(Math.max(0, at - 80), at + 20));
  expect(at, at < 0 ? '' : `${shown}, which is ${rest.codePointAt(at)?.toString(16)}`).toBe(-1);
}

function open(words: readonly string[], columns: number): Screen {
  const home = temporaryFolder();
  screen = openProgram(process.execPath, [greplPath, ...words], {
    columns,
    rows: 40,
    cwd: home,
    env: { HOME: home, XDG_STATE_HOME: join(home, 'state'), XDG_CONFIG_HOME: home },
  });
  return screen;
}

test.each([120, 50])('%i columns', async (columns) => {
  const here = open([server.address], columns);
  await here.until(/> ?$/m);
  const lines = [
    // A pager is another program, and a copied line goes to the clipboard.
    ...['set pager off', 'set clipboard off'],
    ...['ls', 'desc t.S', 'desc t.M', 'desc t.M --tree', 'find red', 'list -l', 'Say s=x', 'x', 'x --tree', 'vars'],
    ...['Refuse s=x', 'Refuse s=x -vv', 'Say s=x -vv', 'Watch s=x', 'again 1', 'diff $1 $2', 'copy grepl', 'copy curl'],
    ...['set rest full', 'Say s=x', 'set format table', 'Say s=x', 'health', 'show', 'history'],
  ];
  for (const line of lines) {
    here.type(`${line}\r`);
    await here.settled(120);
  }
  for (const typed of ['Sa', 'desc t.', 'Say ', '$last.']) {
    here.type(typed);
    here.press('tab', 'tab', 'ctrl-c');
    await here.settled();
  }
  here.type('e\r');
  await here.settled(300);
  here.press('down', 'down', 'f1', 'ctrl-c', 'ctrl-c');
  await here.settled();
  expectOwnOnly(here.output());
  expect(here.output()).toContain('\\u001b[31mred');
});

test('a stream that is typed', async () => {
  const here = open(['call', server.address, 'Talk'], 100);
  await here.until(/Talk/);
  here.type('{"e":1}\r');
  await here.until(/u001b/);
  here.type(':1\r');
  here.press('ctrl-d');
  await here.until(/OK|CANCELLED/);
  expectOwnOnly(here.output());
});
