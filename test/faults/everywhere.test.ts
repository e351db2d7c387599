// The faults of a single call again where calls are made for others: a batch goes on with its next line, a script says
// which of its lines it was, the gateway answers in HTTP and goes on.
import { beforeAll, describe, expect, it } from 'vitest';
import { httpStatusOf } from '../../src/rest/http-status.ts';
import { loadSchema } from '../../src/schema/load.ts';
import type { Schema } from '../../src/schema/schema.ts';
import { openChannel } from '../../src/wire/channel.ts';
import { codeNames } from '../../src/wire/status.ts';
import { parseTarget } from '../../src/wire/target.ts';
import { ask, gatewayTo } from '../gateway/running.ts';
import { runScriptText } from '../repl/run-script.ts';
import { type Fault, faults } from './fault-table.ts';
import { type FaultServer, openPlainServer } from './listeners.ts';
import { limits, schema as schemaFlags } from './plans.ts';

const groups = new Set(['transport', 'rst', 'http', 'grpc', 'text']);
const rows = faults.filter(
  ({ group, listener, rpc }) => groups.has(group) && rpc === 'unary' && (listener === 'raw' || listener === 'h2c'),
);

const statuses = ({ expect: { status, alt_status = [] } }: Fault) => [status ?? 'OK', ...alt_status];
const codesOf = (fault: Fault) => statuses(fault).map((name) => codeNames.indexOf(name as (typeof codeNames)[number]));
const slips = /\bundefined\b|\bNaN\b|\[object Object\]|^\s+at .*:\d+:\d+/m;
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;

async function against(fault: Fault, work: (server: FaultServer) => Promise<void>): Promise<void> {
  const server = await openPlainServer(fault);
  try {
    await work(server);
    expect(server.problems).toEqual([]);
  } finally {
    await server.close();
  }
}

describe.concurrent('in a batch', () => {
  it.each(rows)('$id', (fault) =>
    against(fault, async ({ address }) => {
      const argv = ['call', address, 't.S/U', ...schemaFlags, ...limits(fault), '--each', '-d', '@-'];
      const run = await runScriptText('{}\n{}\n', { argv });
      expect(
        codesOf(fault).map((code) => (code === 0 ? 0 : 64 + code)),
        run.stderr,
      ).toContain(run.exit);
      const documents = run.stdout
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line));
      const ends = documents.filter((document) => 'status' in document);
      for (const { status } of ends) expect(statuses(fault)).toContain(status.name);
      // Every line was tried: one end each, or one message each where all went well.
      if (run.exit !== 0) expect(ends.map(({ line }) => line)).toEqual([1, 2]);
      else expect(documents).toHaveLength(2);
      expect(run.stdout + run.stderr).not.toMatch(slips);
      expect(run.stdout + run.stderr).not.toMatch(controls);
    }),
  );
});

describe.concurrent('in a script', () => {
  it.each(rows)('$id', (fault) =>
    against(fault, async ({ address }) => {
      const argv = [address, ...schemaFlags, ...limits(fault)];
      const run = await runScriptText('# a script\nU {}\n', { argv });
      expect(
        codesOf(fault).map((code) => (code === 0 ? 0 : 64 + code)),
        run.stderr,
      ).toContain(run.exit);
      if (run.exit !== 0) expect(run.stderr).toMatch(/^line 2: .*[A-Z_]{2,} \(\d+\)/m);
      expect(run.stdout + run.stderr).not.toMatch(slips);
      expect(run.stdout + run.stderr).not.toMatch(controls);
    }),
  );
});

describe.concurrent('behind the gateway', () => {
  let schema: Schema;
  beforeAll(async () => {
    schema = await loadSchema({
      protoFiles: [schemaFlags[1]!],
      importPaths: [schemaFlags[3]!],
      protosets: [],
      reflect: undefined,
      channel: () => {
        throw new Error('no server is asked for types');
      },
      metadata: [],
      signal: new AbortController().signal,
    });
  });

  it.each(rows)('$id', (fault) =>
    against(fault, async ({ address }) => {
      const { connect_timeout_ms: connectTimeoutMs, max_time_ms: limit = 10_000 } = fault.with ?? {};
      const channel = openChannel(parseTarget(address), { connectTimeoutMs });
      const gateway = await gatewayTo(address, { schema, channel });
      const headers = { 'content-type': 'application/json', 'grpc-timeout': `${limit}m` };
      const wanted = codesOf(fault).map((code) => httpStatusOf(code).code);
      // Twice: the first failure must not cost the gateway anything.
      for (let time = 0; time < 2; time++) {
        const answer = await ask(gateway.url, '/t.S/U', { method: 'POST', headers, body: '{}' });
        expect(wanted, answer.text).toContain(answer.status);
        expect(answer.text).not.toMatch(slips);
        if (answer.status === 200) expect(answer.json).toBeTypeOf('object');
        else expect(answer.json).toMatchObject({ error: { status: expect.any(String), message: expect.any(String) } });
      }
      channel.close();
      await gateway.close();
    }),
  );
});
