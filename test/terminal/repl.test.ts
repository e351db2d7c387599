// The REPL on a real pseudo-terminal, read back as the screen a person would see, against the demo server.
import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Demo, startDemo } from '../../src/demo/server.ts';
import { greplPath } from '../support/run-grepl.ts';
import { temporaryFiles } from '../support/temp.ts';
import { openProgram, type Screen, type ScreenOptions } from './screen.ts';

let demo: Demo;
let screen: Screen;
let home: string;
beforeAll(async () => {
  demo = await startDemo({ host: '127.0.0.1', port: 0, requireToken: false });
});
afterAll(() => demo.close(100));
afterEach(() => screen.close());

/** `grepl ADDRESS …` in an empty home; ready when the prompt is there. */
async function open(args: readonly string[] = [demo.address], options: ScreenOptions = {}): Promise<Screen> {
  const files = temporaryFiles({});
  home = files;
  screen = openProgram(process.execPath, [greplPath, ...args], {
    columns: 80,
    rows: 30,
    ...options,
    env: { HOME: files, XDG_STATE_HOME: undefined, ...options.env },
  });
  await screen.until(/> ?$/);
  return screen;
}

const entries = (): { line: string; exit?: number; method?: string; target?: string }[] =>
  readFileSync(join(home, '.local/state/grepl/history'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('the prompt', () => {
  test('names the target; narrow, the service alone', async () => {
    await open();
    expect(screen.screen()[0]).toMatch(/^127\.0\.0\.1:\d+>$/);
    screen.type('use users.UserService\r');
    await screen.until(/^127\.0\.0\.1:\d+ UserService>$/);
    screen.resize(40, 20);
    await screen.until(/^UserService>$/);
  });

  test('opens although nothing listens, and says why in one line', async () => {
    await open(['127.0.0.1:1']);
    await screen.until(/127\.0\.0\.1:1: UNAVAILABLE: connection refused/);
    screen.type('ls\r');
    await screen.until(/✗ UNAVAILABLE \(14\)/);
    screen.press('ctrl-d');
    expect(await screen.exit).toBe(0);
  });

  test('without an address says what can be done; demo goes to the example services', async () => {
    await open([]);
    await screen.until(/connect ADDRESS, or demo/);
    screen.type('demo\r');
    await screen.until(/the example services listen on 127\.0\.0\.1:\d+/);
    screen.type('GetOrder order_id=o-1 -o ndjson\r');
    await screen.until('{"id":"o-1","customerId":"c-1"');
  });
});

describe('a line', () => {
  test('calls, and its reply has a name', async () => {
    await open();
    screen.type('GetOrder order_id=o-1 -o ndjson\r');
    await screen.until('TRACK-000001');
    screen.type('let id = $last.id\r');
    screen.type('vars\r');
    await screen.until(/^\$id +o-1$/);
    await screen.until(/^\$1 +\{"id":"o-1"/);
  });

  test('that fails is told, and the prompt says so until it is better', async () => {
    await open();
    screen.type('GetOrder order_id=none\r');
    await screen.until(/✗ NOT_FOUND \(5\)/);
    await screen.until(/✗5>$/);
    screen.type('GetOrder order_id=o-1\r');
    await screen.until(/:\d+>$/);
  });

  test('with an unknown word names the nearest', async () => {
    await open();
    screen.type('GetOrdr\r');
    await screen.until('nearest: GetOrder');
  });

  test('that is not finished goes on', async () => {
    await open();
    screen.type('GetOrder {\r"order_id":\r"o-1"} -o ndjson\r');
    await screen.until('TRACK-000001');
  });

  test('goes through a command', async () => {
    await open();
    screen.type('ls orders. | tr a-z A-Z\r');
    await screen.until('ORDERS.ORDERSERVICE/GETORDER');
    await screen.until((rows) => /:\d+>$/.test(rows.findLast((row) => row !== '') ?? ''));
  });

  test('with a question mark behind a command is a question', async () => {
    await open();
    screen.type('meta ?\r');
    await screen.until('meta set x-tenant acme');
  });
});

describe('Ctrl-C', () => {
  test('ends a stream and nothing else', async () => {
    await open();
    screen.type('WatchUsers user_ids=1 -o ndjson\r');
    await screen.until('"type":"EVENT_TYPE_CREATED"');
    screen.press('ctrl-c');
    await screen.until(/CANCELLED/);
    await screen.until(/✗1>$/);
    screen.type('GetOrder order_id=o-1 -o ndjson\r');
    await screen.until('TRACK-000001');
  });

  test('clears what is typed; twice on an empty line leaves', async () => {
    await open();
    screen.type('nonsense');
    await screen.until('nonsense');
    screen.press('ctrl-c');
    await screen.until((rows) => /:\d+>$/.test(rows.findLast((row) => row !== '') ?? ''));
    screen.press('ctrl-c');
    await screen.until('Ctrl-C again or Ctrl-D leaves');
    screen.press('ctrl-c');
    expect(await screen.exit).toBe(0);
  });
});

describe('the end', () => {
  test('Ctrl-D with a connection open', async () => {
    await open();
    screen.type('GetOrder order_id=o-1\r');
    await screen.until(/^ *OK/);
    await screen.settled();
    screen.press('ctrl-d');
    expect(await screen.exit).toBe(0);
  });

  test('exit with a code', async () => {
    await open();
    screen.type('exit 3\r');
    expect(await screen.exit).toBe(3);
  });
});

describe('history', () => {
  test('is kept in a file of mode 0600, without secrets', async () => {
    await open();
    screen.type('GetOrder order_id=none -o ndjson\r');
    await screen.until(/NOT_FOUND/);
    await screen.settled();
    for (const line of [
      'auth sesame-open',
      ' ls secretly',
      "meta set authorization 'Bearer sesame-open'",
      'meta',
      'exit',
    ]) {
      screen.type(`${line}\r`);
      if (line !== 'exit') await screen.settled();
    }
    await screen.exit;
    expect(statSync(join(home, '.local/state/grepl/history')).mode & 0o777).toBe(0o600);
    expect(entries().map((entry) => entry.line)).toEqual([
      'GetOrder order_id=none -o ndjson',
      "meta set authorization '****'",
      'meta',
      'exit',
    ]);
    expect(entries()[0]).toMatchObject({ exit: 69, method: 'orders.OrderService/GetOrder', target: demo.address });
    expect(screen.output().split('sesame-open').length).toBeGreaterThan(1);
  });

  test('is found again with ↑ and with Ctrl-R, in the next session too', async () => {
    const folder = temporaryFiles({
      'grepl/history': '{"line":"ls inference","at":"2026-01-01T00:00:00Z"}\nnot json\n',
    });
    await open([demo.address], { env: { XDG_STATE_HOME: folder } });
    await screen.until(/1 of 2 lines in .*history cannot be read/);
    screen.press('up');
    await screen.until(/> ls inference$/);
    screen.press('ctrl-c', 'ctrl-r');
    await screen.until(/history: all/);
    screen.type('infer\r');
    await screen.until(/> ls inference$/);
    screen.press('enter');
    await screen.until(/^ {2}Chat +bidi stream +ChatMessage → TokenChunk$/);
  });
});

describe('what is asked', () => {
  test('call without a method picks one, and its form is filled in', async () => {
    await open();
    screen.type('call\r');
    await screen.until('call which method?');
    screen.type('GetOrder\r');
    await screen.until(/> order_id/);
    screen.type('o-1\r');
    await screen.until(/^ Review/);
    await screen.until(/GET \/orders\/o-1/);
    screen.type('s');
    await screen.until(/repeat: call \S*GetOrder order_id=o-1/);
    expect(screen.history().join('\n')).toContain('TRACK-000001');
  });

  test('the messages of a stream, while others arrive', async () => {
    await open();
    screen.type('PaymentChat\r');
    await screen.until(/^msg>$/);
    screen.type('{"text":"hello"}\r');
    await screen.until(/← 1 /);
    screen.type('{"text":"an');
    await screen.until(/^msg> \{"text":"an$/);
    screen.press('ctrl-u', 'ctrl-d');
    await screen.until(/^ *OK/);
    await screen.until((rows) => /:\d+>$/.test(rows.findLast((row) => row !== '') ?? ''));
  });
});

describe('around it', () => {
  test('a server that is gone is told once; the next call connects again', async () => {
    const own = await startDemo({ host: '127.0.0.1', port: 0, requireToken: false });
    await open([own.address]);
    screen.type('GetOrder order_id=o-1 -o ndjson\r');
    await screen.until('TRACK-000001');
    await own.close(0);
    screen.type('GetOrder order_id=o-2 -o ndjson\r');
    await screen.until(/UNAVAILABLE \(14\)/);
    await screen.until(/✗14>$/);
    const again = await startDemo({ host: '127.0.0.1', port: Number(own.address.split(':')[1]), requireToken: false });
    screen.type('GetOrder order_id=o-3 -o ndjson\r');
    await screen.until('{"id":"o-3"');
    await again.close(100);
  });

  test('SIGTERM gives the terminal back and ends with 143', async () => {
    await open();
    process.kill(screen.pid, 'SIGTERM');
    expect(await screen.exit).toBe(143);
    expect(screen.output()).toMatch(/\u001b\[\?2004l/);
  });

  test('--plain prints lines and repaints nothing', async () => {
    await open([demo.address, '--plain']);
    screen.type('GetOrder order_id=o-1 -o ndjson\r');
    await screen.until('TRACK-000001');
    screen.type('exit\r');
    expect(await screen.exit).toBe(0);
    expect(screen.output()).not.toMatch(/\u001b\[[\d;]*[A-KST]/);
  });

  test('grepl demo --repl', async () => {
    await open(['demo', '--repl']);
    screen.type('ls orders.\r');
    await screen.until(/^ {2}GetOrder +unary +GetOrderRequest → Order$/);
    screen.press('ctrl-d');
    expect(await screen.exit).toBe(0);
  });

  test('npm start on a terminal', async () => {
    screen = openProgram(process.execPath, [join(dirname(greplPath), 'start.js')], {
      env: { HOME: temporaryFiles({}) },
    });
    await screen.until(/^127\.0\.0\.1:\d+>$/);
    screen.press('ctrl-d');
    expect(await screen.exit).toBe(0);
  });

  test('a call without data outside the REPL asks for it too, unless --no-input', async () => {
    screen = openProgram(process.execPath, [greplPath, 'call', demo.address, 'GetOrder', '-o', 'ndjson'], {});
    await screen.until(/> order_id/);
    screen.type('o-1\r');
    await screen.until(/^ Review/);
    screen.type('s');
    await screen.until('TRACK-000001');
    await screen.until(/^repeat: grepl call /);
    expect(await screen.exit).toBe(0);
    await screen.close();
    screen = openProgram(process.execPath, [greplPath, 'call', demo.address, 'GetOrder', '--no-input'], {});
    expect(await screen.exit).toBe(69);
  });

  test('leaving that form sends nothing', async () => {
    screen = openProgram(process.execPath, [greplPath, 'call', demo.address, 'GetOrder'], {});
    await screen.until(/> order_id/);
    screen.press('ctrl-c');
    expect(await screen.exit).toBe(130);
  });

  test('the editor: what is saved is in the form', async () => {
    const editor = join(temporaryFiles({ 'edit.sh': 'printf \'{"order_id":"o-2"}\' > "$1"\n' }), 'edit.sh');
    await open([demo.address], { env: { VISUAL: `sh ${editor}` } });
    screen.type('GetOrder --edit -o ndjson\r');
    await screen.until('{"id":"o-2"');
    screen.type('GetOrder\r');
    await screen.until(/> order_id/);
    screen.press('f4');
    await screen.until(/order_id +string +o-2/);
  });
});
