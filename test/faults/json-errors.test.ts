// The same failures as a machine reads them: `-o full` gives one document, also when the call fails.
// One fault of each sort is enough here; the words for people are judged in faults.test.ts.
import { describe, expect, it } from 'vitest';
import { codeNames } from '../../src/wire/status.ts';
import { runGrepl } from '../support/run-grepl.ts';
import { faults } from './fault-table.ts';
import { openPlainServer } from './listeners.ts';
import { schema } from './plans.ts';

const samples = [
  ['tcp-rst-at-once', 'client', 0],
  ['http1-only', 'client', 0],
  ['goaway-mid-stream-cut', 'client', 1],
  ['conn-cut-mid-message', 'client', 1],
  ['rst-internal', undefined, 0],
  ['html-502', undefined, 0],
  ['trailers-only-error', 'server', 0],
  ['stream-1000-gzip-then-error', 'server', 1000],
  ['ansi-in-grpc-message', 'server', 0],
  ['bad-details-bin-base64', 'server', 0],
] as const;

describe.concurrent('faults as a document', () => {
  it.each(samples)('%s', { timeout: 60_000 }, async (id, origin, messages) => {
    const fault = faults.find((row) => row.id === id)!;
    const server = await openPlainServer(fault);
    const method = fault.rpc === 'server-stream' ? 't.S/SS' : 't.S/U';
    const run = await runGrepl(['call', server.address, method, ...schema, '-d', '{}', '-o', 'full']);
    await server.close();
    const document = JSON.parse(run.stdout);
    const names = [fault.expect.status, ...(fault.expect.alt_status ?? [])];
    expect(document).toMatchObject({ method, target: { address: server.address } });
    expect(names).toContain(document.status.name);
    expect(document.status.code).toBe(codeNames.indexOf(document.status.name));
    expect(run.exit).toBe(64 + document.status.code);
    if (origin !== undefined) expect(document.status.origin).toBe(origin);
    expect(document.response.messages).toHaveLength(messages);
    expect(run.stdout).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
  });
});
