// The Connect project's conformance runner judges our client: every gRPC case over HTTP/2, in plaintext and TLS, with
// client certificates, without and with gzip, against its own server and Go's.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/temp.ts';
import { goProgram } from './grpcurl-servers.ts';

const runner = goProgram('connectconformance');
const here = join(import.meta.dirname, 'conformance');
if (!runner) {
  console.log(
    'skipped: connectconformance is not installed (go install connectrpc.com/conformance/cmd/connectconformance@v1.0.5)',
  );
}

test.skipIf(!runner)('all 634 gRPC cases of the Connect conformance suite pass', { timeout: 120_000 }, async () => {
  const folder = temporaryFolder();
  const client = join(folder, 'client.mjs');
  await build({
    entryPoints: [join(here, 'client.ts')],
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: client,
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  const { stdout, stderr } = await promisify(execFile)(
    runner as string,
    [
      '--mode',
      'client',
      '--conf',
      join(here, 'features.yaml'),
      '--',
      process.execPath,
      client,
      join(here, 'client-compat.proto'),
      folder,
    ],
    { maxBuffer: 64 << 20 },
  ).catch((failure: { stdout: string; stderr: string }) => failure);
  expect(`${stdout}${stderr}`.split('\n').filter((line) => /FAILED|passed/.test(line))).toEqual([
    '634 passed, 0 failed',
  ]);
});
