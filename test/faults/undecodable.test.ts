// Responses that are no messages of their type, or more of them than a document holds, in every form of output: the call
// ends with a status of our own that says why, after what could be shown.
import type { DescMethod } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { undecodable } from '../../src/commands/call-flow.ts';
import { fullRenderer } from '../../src/render/full.ts';
import { runScriptText } from '../repl/run-script.ts';
import { faults } from './fault-table.ts';
import { openPlainServer } from './listeners.ts';
import { schema } from './plans.ts';

const rows = faults.filter(({ id }) => id === 'bad-protobuf' || id === 'deep-nesting-10000');
const forms: readonly (readonly string[])[] = [
  [],
  ['-v'],
  ['-vv'],
  ['-o', 'pretty'],
  ['-o', 'full'],
  ['-o', 'text'],
  ['-o', 'table'],
  ['-o', 'json'],
  ['--rest', 'line'],
  ['--rest', 'side', '-o', 'pretty'],
  ['--rest', 'full'],
  ['--each'],
  ['--each', '--rest', 'line'],
  ['--each', '-o', 'full'],
  ['--each', '-o', 'full', '--rest', 'full'],
];

describe.each(rows)('$id', (fault) => {
  it.each(forms.map((flags) => ({ name: flags.join(' '), flags })))('$name', async ({ flags }) => {
    const server = await openPlainServer(fault);
    try {
      const argv = ['call', server.address, 't.S/U', ...schema, ...flags, '-d', '@-'];
      const run = await runScriptText('{}\n', { argv });
      expect(run.exit, run.stderr).toBe(77);
      expect(run.stdout + run.stderr).toMatch(/response message 1 cannot be read as t\.M/);
      expect(run.stderr).not.toMatch(/^\s+at |bug/m);
    } finally {
      await server.close();
    }
  });
});

describe('a document that would hold too much', () => {
  it('ends the call, with what could be kept', () => {
    const big = JSON.stringify('x'.repeat(60 * 1024 * 1024));
    const render = fullRenderer({
      print: () => big,
      details: () => [],
      timing: () => ({ connectMs: null, tlsMs: null, schemaMs: null }),
      tls: () => false,
    });
    const response = { type: 'response', message: new Uint8Array(1), size: 1, compressed: false, at: 1 } as const;
    render(response);
    render(response);
    const thrown = caught(() => render(response));
    const end = undecodable(thrown, response, {} as DescMethod, 3);
    expect(end.status).toMatchObject({ code: 8, message: expect.stringContaining('128 MiB') });
    expect(render(end).out?.length).toBeGreaterThan(2 * big.length);
  });
});

function caught(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
