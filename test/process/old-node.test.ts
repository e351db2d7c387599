// A Node that is too old is told so in one line, not by a failure somewhere inside. Any Node since 10 has to be able to
// read the file that says it.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { transform } from 'esbuild';
import { expect, test } from 'vitest';
import { root } from '../support/packed.ts';

const program = join(root, 'bin', 'grepl.js');

/** Starts the program on a Node that says it is `version`. */
function startedOn(version: string) {
  const pretend = `Object.defineProperty(process, 'version', { value: 'v${version}' });
    Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } });
    process.argv.splice(1, 0, ${JSON.stringify(program)});
    require(${JSON.stringify(program)});`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', pretend, '--', 'help'], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

test.each(['10.24.1', '16.20.2', '18.20.8', '20.16.0'])('Node %s is told to be too old', (version) => {
  expect(startedOn(version)).toEqual({
    status: 2,
    stdout: '',
    stderr: `grepl: needs Node 20.20.2, 22.17 or 24, or newer ones of these, and this is v${version}\n  node --version tells which one a shell has; nvm, fnm and your system have newer ones\n`,
  });
});

test.each(['20.17.0', '20.20.2', '22.17.0', '24.21.0', '100.0.0'])('Node %s is not', (version) => {
  expect(startedOn(version)).toMatchObject({ status: 0, stderr: '', stdout: expect.stringContaining('Commands') });
});

// What npm is told is stricter: there http2 tells the end of a broken connection as what it is (test/wire, test/faults).
test('package.json names the versions that the text names', () => {
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  expect(engines).toEqual({ node: '^20.20.2 || ^22.17.0 || >=24.0.0' });
});

test('the file that says it has no syntax newer than Node 10', async () => {
  const text = readFileSync(program, 'utf8');
  const [plain, old] = await Promise.all([
    transform(text, { target: 'node20' }),
    transform(text, { target: 'node10' }),
  ]);
  expect(old.code).toBe(plain.code);
});
