// Memory of the real program: an endless stream costs no more the longer it lasts, and a reader that stops reading stops
// the server. MEMORY_SECONDS makes the runs longer (the default is short), such as 60.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { greplPath, plainEnvironment } from '../support/run-grepl.ts';
import { type EndlessServer, startEndlessServer } from './endless-server.ts';
import { schema } from './plans.ts';

const seconds = Number(process.env.MEMORY_SECONDS ?? 3);

let server: EndlessServer;
beforeAll(async () => {
  server = await startEndlessServer();
});
afterAll(() => server.close());

/** Resident memory of a live process in MiB. */
function residentMb(child: ChildProcess): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'latin1'))?.[1]) / 1024;
}

function start(stdout: number | 'pipe', form: string): ChildProcess {
  const args = [greplPath, 'call', server.address, 't.S/SS', ...schema, '-o', form, '-d', '{}'];
  return spawn(process.execPath, args, { env: plainEnvironment(), stdio: ['ignore', stdout, 'ignore'] });
}

/** Waits until the server has sent more than `bytes` since `from`. */
async function sentMore(from: number, bytes: number): Promise<void> {
  while (server.sent - from < bytes) await sleep(10);
}

/** Waits until the server has sent nothing for a while; it does if the program reads no more. */
async function standstill(): Promise<void> {
  for (let before = -1; before !== server.sent; ) {
    before = server.sent;
    await sleep(700);
  }
}

async function ended(child: ChildProcess): Promise<void> {
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await exit;
}

describe.skipIf(!existsSync('/proc/self/status'))('memory', () => {
  it.each(['ndjson', 'pretty', 'table'])(
    'an endless stream, -o %s',
    { timeout: 60_000 + seconds * 4000 },
    async (form) => {
      const nowhere = openSync('/dev/null', 'w');
      const child = start(nowhere, form);
      try {
        await sentMore(server.sent, 4_000_000);
        const samples: number[] = [];
        for (let sample = 0; sample < 20; sample++) {
          await sleep((seconds * 1000) / 20);
          samples.push(residentMb(child));
        }
        expect(Math.max(...samples)).toBeLessThan(200);
      } finally {
        closeSync(nowhere);
        await ended(child);
      }
    },
  );

  it('a reader that stops reading stops the server', { timeout: 60_000 }, async () => {
    const before = server.sent;
    const child = start('pipe', 'ndjson');
    try {
      await sentMore(before, 100_000);
      await standstill();
      // A window or two, what lies in buffers of the system, and a little output: not what a server can send in a second.
      expect(server.sent - before).toBeLessThan(32 * 1024 * 1024);
      expect(residentMb(child)).toBeLessThan(200);
      // And it goes on when the reader does.
      const held = server.sent;
      child.stdout?.resume();
      await sentMore(held, 4_000_000);
    } finally {
      await ended(child);
    }
  });
});
