// Whole sessions as a person sees them, kept as pictures: one story at three sizes, in printed lines, in ASCII and without
// colour; and every command of the session once. The pictures are in golden/, with times and ports blotted out.
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { type Demo, startDemo } from '../../src/demo/server.ts';
import { greplPath } from '../support/run-grepl.ts';
import { temporaryFiles } from '../support/temp.ts';
import { openProgram, type Screen } from './screen.ts';

let demo: Demo;
let screen: Screen;
let pictures: string[];
afterEach(async () => {
  await screen.close();
  await demo.close(100);
});

interface Look {
  readonly columns: number;
  readonly rows: number;
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** `grepl ADDRESS` on a demo of its own, so that what the demo counts is the same each time. */
async function open({ columns, rows, flags = [], env = {} }: Look): Promise<void> {
  demo = await startDemo({ host: '127.0.0.1', port: 0, requireToken: false });
  const files = temporaryFiles({ 'token.txt': 'sesame', 'lines.grepl': 'let id = o-1\nGetOrder order_id=$id\n' });
  pictures = [];
  screen = openProgram(process.execPath, [greplPath, demo.address, ...flags], {
    columns,
    rows,
    cwd: files,
    env: { HOME: files, XDG_STATE_HOME: undefined, TZ: 'UTC', PAGER: 'cat', ...env },
  });
  await ready();
}

/** A prompt with nothing behind it, which no further output moves. */
async function ready(): Promise<void> {
  await screen.until((rows) => /> ?$|leaves$|help$/.test(rows.findLast((row) => row !== '') ?? ''));
  await screen.settled();
}

/** Types a line and waits until its answer is there. */
async function line(text: string): Promise<void> {
  screen.type(`${text}\r`);
  await screen.settled(60);
  await ready();
}

/** Keeps the screen under a title. */
async function picture(title: string): Promise<void> {
  await screen.settled();
  const rows = screen.screen();
  pictures.push(`## ${title}`, ...rows.slice(0, rows.findLastIndex((row) => row !== '') + 1), '');
}

/** All that was kept, with what differs from run to run blotted out. */
function album(): string {
  return `${pictures.map(blotted).join('\n').trimEnd()}\n`;
}

function blotted(row: string): string {
  return row
    .replace(/127\.0\.0\.1:(\d*)/g, (_, port: string) => `127.0.0.1:${'N'.repeat(port.length)}`)
    .replace(/\d+(?:\.\d+)? (ms|s)\b/g, 'T $1')
    .replace(/ {2,}(\$\d+(?: {2}│.*)?)$/, '  $1')
    .replace(/\/tmp\/\S*\//g, 'TMP/');
}

/** The mark under a fault. */
const caret = /^ +\^/;

const looks: readonly (readonly [name: string, look: Look])[] = [
  ['120x35', { columns: 120, rows: 35 }],
  ['80x24', { columns: 80, rows: 24 }],
  ['40x20', { columns: 40, rows: 20 }],
  ['ascii-80x24', { columns: 80, rows: 24, flags: ['--ascii'] }],
  ['no-color-80x24', { columns: 80, rows: 24, env: { NO_COLOR: '1' } }],
];

describe('from the start to an answer by keys alone', () => {
  test.each(looks)('%s', async (name, look) => {
    await open(look);
    await picture('start');
    screen.type('call\r');
    await screen.until('call which method?');
    await picture('picker');
    screen.type('CreateBook');
    await screen.until(/1 of \d+/);
    await picture('picker, a name typed');
    screen.press('enter');
    await screen.until(/> parent/);
    screen.type('shelves/1\r');
    await picture('form');
    screen.press('right');
    await screen.until(/> book\.name/);
    screen.type('\r');
    screen.type('The Sea\r');
    await screen.settled();
    screen.press('right');
    screen.type('Ada\r\r');
    await screen.until(/>.book\.genre/);
    screen.type('poetry\r');
    await screen.until(caret);
    await picture('form, a value that is none of the enum');
    screen.press('ctrl-a', 'ctrl-k');
    screen.type('science\r');
    await screen.until(/> book\.page_count/);
    screen.type('many\r');
    await screen.until(caret);
    await picture('form, a value that is no number');
    screen.press('ctrl-a', 'ctrl-k');
    screen.type('312\r');
    await screen.until(/> book\.published_at/);
    screen.type('2026-11-20\r');
    await screen.until(/> book\.rating/);
    screen.type('\r');
    await screen.settled();
    screen.press('right');
    screen.type('language=en\r\r');
    await screen.settled();
    screen.type('\r');
    screen.type('sea\r');
    await screen.until(/\bsea\b/);
    await picture('form, filled in');
    screen.press('ctrl-s');
    await screen.until(/^ Review/);
    await picture('review');
    screen.type('s');
    await screen.until(/^repeat: /);
    await ready();
    await picture('reply');
    const repeat = screen.history().join('\n');
    expect(repeat).toContain('repeat: call CreateBook parent=shelves/1');
    await expect(album()).toMatchFileSnapshot(join(import.meta.dirname, 'golden', `story-${name}.txt`));
    if (name.startsWith('no-color')) expect(screen.output()).not.toMatch(/\u001b\[(?:[1-9]\d*)(?:;\d+)*m/);
    if (name.startsWith('ascii')) expect(screen.output()).toMatch(/^[\u0000-\u007f]*$/);
  });

  test('oneof and the editor of a large form', async () => {
    await open({ columns: 80, rows: 24 });
    screen.type('Echo\r');
    await screen.until(/> double_value/);
    screen.type(':go choice\r');
    await screen.until(/> choice/);
    await picture('oneof');
    screen.type('number\r');
    await screen.until(/choice\.number|> number/);
    screen.type('7\r');
    await picture('oneof, a member chosen');
    screen.type(':send\r');
    await screen.until(/^ Review/);
    screen.type('s');
    await screen.until(/^repeat: /);
    await ready();
    await picture('reply');
    await expect(album()).toMatchFileSnapshot(join(import.meta.dirname, 'golden', 'oneof-80x24.txt'));
  });

  test('in printed lines', async () => {
    await open({ columns: 80, rows: 40, flags: ['--plain'] });
    for (const [text, next] of [
      ['call', /nothing to leave: ?$/],
      ['GetBook', /^1\/1 name/],
      ['shelves/1/books/1', /leave: ?$/],
      ['send', /^repeat: /],
    ] as const) {
      screen.type(`${text}\r`);
      await screen.until(next);
    }
    await ready();
    await line('CreateOrder customer_id=c-1');
    await picture('call, form, review, reply, error');
    expect(screen.output()).not.toMatch(/\u001b\[[\d;]*[A-KST]/);
    await expect(album()).toMatchFileSnapshot(join(import.meta.dirname, 'golden', 'plain-80x40.txt'));
  });
});

describe('an error with details', () => {
  test.each(looks)('%s', async (name, look) => {
    await open(look);
    await line('CreateOrder customer_id=c-1');
    await picture('error');
    screen.type('e\r');
    await screen.until(/>.? items/);
    await picture('its request in the form, at the field that is wrong');
    screen.press('escape');
    await ready();
    await line('GetBook name=shelves/1/books/none');
    await picture('not found');
    await expect(album()).toMatchFileSnapshot(join(import.meta.dirname, 'golden', `error-${name}.txt`));
  });
});

/** One line or more for every command of the session. */
const commandLines: readonly (readonly [title: string, lines: readonly string[]])[] = [
  ['ls, find, use', ['ls orders', 'find isbn', 'find order', 'use orders.OrderService', 'use', 'use -']],
  ['desc', ['desc GetOrder', 'desc orders.Order --tree', 'desc genre']],
  ['reply, again, x', ['GetOrder order_id=o-1', 'again order_id=o-2', 'x', '$1.id', 'x $1 --tree', 'vars', 'diff']],
  ['let', ['let id = $last.id', 'let id = o-3', 'GetOrder order_id=$id', 'vars']],
  ['table', ['ListBooks parent=shelves/1', '$last.books[1:].title']],
  [
    'meta, auth',
    ['meta', 'meta set x-tenant acme', 'meta add x-tenant other --once', 'meta ls', 'auth @token.txt', 'meta'],
  ],
  [
    'set, show',
    ['set deadline 5s', 'set pager off', 'set tree on', 'show', 'set nonsense 1', 'show deadline', 'set tree off'],
  ],
  ['set timing, format', ['set timing on', 'GetOrder order_id=o-1', 'set format table', 'GetOrder order_id=o-1']],
  ['set rest', ['set rest off', 'GetOrder order_id=o-1', 'set rest full', 'GetOrder order_id=o-1', 'set rest auto']],
  ['connect, tls, health, reload', ['connect', 'tls', 'health', 'reload', 'tls ca', 'tls nonsense']],
  ['rest', ['rest GetBook name=shelves/1/books/1']],
  ['source, pipes, files', ['source lines.grepl', 'ls orders | wc -l', 'GetOrder order_id=o-1 > o.json', '$env.TZ']],
  ['again, watch', ['again', 'GetOrder order_id=o-1', 'watch 1s GetOrder order_id=none', 'again 99']],
  [
    'mistakes',
    ['GetOrdr', 'GetOrder nonsense=1', 'GetOrder order_id=$nothing', 'GetUser', 'help nonsense', 'use nonsense'],
  ],
  ['history', ['ls orders', 'history', 'history --off']],
];

describe('every command', () => {
  test.each(commandLines)('%s', async (title, lines) => {
    await open({ columns: 80, rows: 50 });
    for (const text of lines) await line(text);
    pictures.push(...screen.history());
    const file = `commands-${title.replaceAll(/\W+/g, '-')}.txt`;
    await expect(album()).toMatchFileSnapshot(join(import.meta.dirname, 'golden', file));
  });

  test('help, and of every command', async () => {
    await open({ columns: 80, rows: 60 });
    await line('help');
    await line('help meta');
    await line('call ?');
    pictures.push(...screen.history());
    await expect(album()).toMatchFileSnapshot(join(import.meta.dirname, 'golden', 'commands-help.txt'));
  });

  test('auth without a word asks for a token that nobody sees', async () => {
    await open({ columns: 80, rows: 24 });
    screen.type('auth\r');
    await screen.until(/typed unseen/);
    screen.type('sesame-open');
    await screen.until(/•••••••••••$/);
    screen.press('enter');
    await screen.until(/\[auth\]> ?$/);
    await line('meta');
    expect(screen.screen().join('\n')).toMatch(/^authorization +Bearer \*+$/m);
    expect(screen.output()).not.toContain('sesame-open');
  });

  test('what is longer than the screen goes through the pager', async () => {
    await open({ columns: 80, rows: 24, env: { PAGER: 'head -n 3; echo PAGED' } });
    await line('help');
    expect(screen.screen()).toContain('PAGED');
    await line('set pager off');
    await line('help');
    expect(screen.screen()).not.toContain('PAGED');
  });

  test('r calls again after the delay that the server asks for', async () => {
    await open({ columns: 80, rows: 24 });
    await line(
      `FailUnary code=14 details:='[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"0.2s"}]'`,
    );
    await screen.until(/r retries in/);
    await line('r');
    await screen.until(/waiting/);
    await screen.until(/\$2$/);
  });
});

test('the line that repeats a form really does', async () => {
  await open({ columns: 120, rows: 40 });
  await line('set rest off');
  screen.type('GetOrder\r');
  await screen.until(/> order_id/);
  screen.type(`it's a "b" | c > d; # {e} \\\\ 漢\r`);
  await screen.until(/^ Review/);
  screen.type('s');
  await screen.until(/^repeat: /);
  await ready();
  const repeat = screen.screen().find((row) => row.startsWith('repeat: ')) ?? '';
  await line(repeat.slice('repeat: '.length));
  const told = screen.history().filter((row) => /^ +resource it's a/.test(row));
  expect(told).toHaveLength(2);
  expect(told[0]).toContain('it\'s a "b" | c > d; # {e} ');
  expect(told[1]).toBe(told[0]);
});
