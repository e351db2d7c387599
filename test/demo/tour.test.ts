// The tour runs real commands and says so when one of them does not end as it should.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tour } from '../../src/demo/tour.ts';

const root = join(import.meta.dirname, '../..');

describe('the tour', () => {
  it('returns 1 and names the commands that went wrong', async () => {
    const lines: string[] = [];
    // Ends with 0 whatever it is asked for: only the last step wants something else.
    const program = [process.execPath, '-e', ''] as const;
    const exitCode = await tour({ program, out: { write: (text) => lines.push(text) }, color: false });
    expect(exitCode).toBe(1);
    expect(lines.join('')).toMatch(
      /Something is wrong:\n {2}grepl call \S+ orders.OrderService\/GetOrder .*: exit code 0 instead of 69\n$/,
    );
  });

  it('shows command lines that a shell understands, in bold on a terminal', async () => {
    const lines: string[] = [];
    const program = [process.execPath, '-e', ''] as const;
    await tour({ program, out: { write: (text) => lines.push(text) }, color: true });
    expect(lines.join('')).toContain("'prompt=streams are fun' --rest line\u001b[22m\n");
    expect(lines.join('')).toContain("\u001b[1m$ printf '%s\\n' '{");
  });
});

// Needs the built program, which a checkout has after `npm install`.
describe.skipIf(!existsSync(join(root, 'dist/demo.cjs')))('npm start', () => {
  it('shows eight commands at work without terminal and input, and ends with 0', async () => {
    const child = spawn(process.execPath, [join(root, 'bin/start.js')], { stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += chunk));
    const exitCode = await new Promise((resolve) => child.on('close', resolve));
    expect([exitCode, exitCode === 0 ? '' : text]).toEqual([0, '']);
    expect(text.match(/^\$ /gm)).toHaveLength(8);
    for (const part of [
      'library.v1.LibraryService',
      'service PaymentService',
      'Ada Lovelace',
      '/v1/charges',
      ' fun',
      'curl -X POST',
      'REST  POST /users:batchCreate',
      'REST  WS /v1/inference:chat',
      '404 Not Found',
      'dora@example.com',
      ' goodbye',
      'o-404',
    ])
      expect(text).toContain(part);
    expect(text).toContain('exit code 69\n');
    expect(text).not.toContain('\u001b');
  });
});
