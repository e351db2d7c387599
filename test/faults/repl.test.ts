// The rows of the fault table that concern the REPL, on a real pseudo-terminal.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Demo, startDemo } from '../../src/demo/server.ts';
import { greplPath } from '../support/run-grepl.ts';
import { temporaryFiles } from '../support/temp.ts';
import { openProgram, type Screen } from '../terminal/screen.ts';
import { faults, triedIn } from './fault-table.ts';

let demo: Demo;
beforeAll(async () => {
  demo = await startDemo({ host: '127.0.0.1', port: 0 });
});
afterAll(() => demo.close(100));

/** What each row does; resolves to the exit code. */
const attempts: Readonly<Record<string, (screen: Screen) => Promise<number>>> = {
  'sigint-repl': async (screen) => {
    screen.type('half a line');
    await screen.until(/half a line$/);
    screen.press('ctrl-c');
    await screen.until(
      (rows) => rows.filter((row) => /> ?$/.test(row)).length > 0 && !/half a line$/.test(rows.at(-1)!),
    );
    screen.type('Slow delay=30s\r');
    await screen.until(/Slow delay=30s/);
    await screen.settled();
    screen.press('ctrl-c');
    await screen.until(/CANCELLED/);
    screen.type('GetOrder order_id=o-1 -o ndjson\r');
    await screen.until('"id":"o-1"');
    await screen.settled();
    screen.press('ctrl-d');
    return screen.exit;
  },
};

describe.each(faults.filter((fault) => triedIn(fault) === 'test/faults/repl.test.ts'))('$id: $server', (fault) => {
  test('is met as the table says', async () => {
    const env = { HOME: temporaryFiles({}), XDG_STATE_HOME: undefined };
    const screen = openProgram(process.execPath, [greplPath, demo.address], { columns: 100, rows: 30, env });
    try {
      await screen.until(/> ?$/);
      expect(await attempts[fault.id]!(screen)).toBe(fault.expect.exit);
    } finally {
      await screen.close();
    }
  });
});
