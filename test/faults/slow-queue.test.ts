// A correct but slow server that allows one stream at a time: calls that wait for their turn are no sign of a dead
// connection, however long nothing arrives.
import { expect, it } from 'vitest';
import { runGrepl } from '../support/run-grepl.ts';
import type { Fault } from './fault-table.ts';
import { openPlainServer } from './listeners.ts';
import { schema } from './plans.ts';

const slow: Fault = {
  id: 'slow-queue',
  group: 'transport',
  listener: 'h2c',
  rpc: 'unary x4 concurrent',
  server: 'MAX_CONCURRENT_STREAMS=1, each answer takes 1.2 s',
  script: ['SETTINGS:3=1', 'end', 'SLEEP:1200', 'H', 'M', 'T:0'],
  expect: { status: 'OK', exit: 0, max_ms: 10_000, max_rss_mb: 200 },
};

it('waits for its turn', async () => {
  const server = await openPlainServer(slow);
  const args = ['call', server.address, 't.S/U', ...schema, '--each', '--concurrency', '4', '-d', '@-'];
  const run = await runGrepl(args, { stdin: '{}\n'.repeat(4) });
  await server.close();
  expect(run).toMatchObject({ exit: 0, stderr: '' });
  expect(run.stdout.trimEnd().split('\n')).toHaveLength(4);
  expect(server.mostAtOnce).toBe(1);
});
