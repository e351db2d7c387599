// The single executable file, alone in an empty folder. Building it takes a minute and 100 MB:
// GREPL_SINGLE_FILE=1 npx vitest run test/process/single-file.test.ts
import { execFileSync } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../support/packed.ts';
import { type RunningGrepl, type RunOptions, startCommand } from '../support/run-grepl.ts';
import { temporaryFolder } from '../support/temp.ts';
import { openProgram } from '../terminal/screen.ts';

const isWanted = process.env.GREPL_SINGLE_FILE === '1';
if (!isWanted) {
  test('the single executable file', (context) => context.skip('it takes a minute and 100 MB: GREPL_SINGLE_FILE=1'));
}

if (isWanted)
  describe('the single executable file', () => {
    const cwd = temporaryFolder();
    const program = join(cwd, process.platform === 'win32' ? 'grepl.exe' : 'grepl');
    // Without a PATH there is no node to be found.
    const run = (args: readonly string[], options: RunOptions = {}) =>
      startCommand([program, ...args], { cwd, ...options, env: { PATH: undefined } }).result;
    let demo: RunningGrepl;
    let address = '';

    beforeAll(async () => {
      execFileSync(process.execPath, ['build/sea.mjs'], { cwd: root, stdio: 'ignore' });
      copyFileSync(join(root, 'out', 'grepl'), program);
      demo = startCommand([program, 'demo'], { cwd, timeoutMs: 300_000 });
      demo.child.stdout!.on('data', (chunk) => {
        address += chunk;
      });
      await demo.lines(1);
      address = address.trim();
    }, 180_000);
    afterAll(async () => {
      demo?.child.kill('SIGTERM');
      await demo?.result;
    });

    test.each([
      [['--version'], /^grepl \d/],
      [['help'], /^grepl calls any gRPC method/],
      [['call', 'ADDRESS', 'GetOrder', 'order_id=o-1'], /^\{"id":"o-1"/],
      [['call', 'ADDRESS', 'GetOrder', 'order_id=o-1', '--client', 'grpc-js'], /^\{"id":"o-1"/],
      [['list', '-I', `${root}/proto-examples`, '--proto', 'orders/orders.proto'], /^orders\.OrderService\n$/],
      [['openapi', 'ADDRESS', '--yaml'], /^openapi: 3\.1\.0\n/],
    ])('%j', async (args, expected) => {
      const done = await run(args.map((word) => (word === 'ADDRESS' ? address : word)));
      expect([done.stderr, done.exit]).toEqual(['', 0]);
      expect(done.stdout).toMatch(expected);
    });

    test('a script of REPL lines', async () => {
      expect((await run([address], { stdin: 'GetOrder order_id=o-1\n' })).stdout).toMatch(/^\{"id":"o-1"/);
    });

    test('the form at a terminal', async () => {
      const screen = openProgram(program, ['call', address, 'GetOrder'], { cwd });
      await screen.until('order_id');
      screen.press('esc');
      await screen.close();
    });
  });
