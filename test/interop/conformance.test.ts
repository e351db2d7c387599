// The Connect project's conformance runner judges our client: every gRPC case over HTTP/2, in plaintext and TLS, with
// client certificates, without and with gzip, against its own server and Go's.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { greplPath } from '../support/run-grepl.ts';
import { temporaryFolder } from '../support/temp.ts';
import { goProgram } from './grpcurl-servers.ts';

const runner = goProgram('connectconformance');
const here = join(import.meta.dirname, 'conformance');
if (!runner) {
  console.log(
    'skipped: connectconformance is not installed (go install connectrpc.com/conformance/cmd/connectconformance@v1.0.5)',
  );
}

/** The runner's own .proto files: Go keeps them where it installed the runner from. */
const protoFolder = join(goModules(), 'connectrpc.com/conformance@v1.0.5/proto');
const whole = process.env.CONFORMANCE_CLI !== undefined && existsSync(protoFolder);
if (runner && !whole) {
  console.log('skipped: the same cases as command lines take three minutes (CONFORMANCE_CLI=1 runs them)');
}

test.skipIf(!runner)('all 634 gRPC cases of the Connect conformance suite pass', { timeout: 120_000 }, async () => {
  const folder = temporaryFolder();
  expect(await judge('client.ts', [join(here, 'client-compat.proto'), folder])).toEqual(['634 passed, 0 failed']);
});

test.skipIf(!runner || !whole)('and so they do as command lines', { timeout: 600_000 }, async () => {
  const folder = temporaryFolder();
  expect(await judge('command-line.ts', [greplPath, protoFolder, folder])).toEqual(['634 passed, 0 failed']);
});

/** Runs the suite against a client of ours; what the runner says of failed cases, and its closing count. */
async function judge(source: string, args: readonly string[]): Promise<string[]> {
  const client = join(temporaryFolder(), 'client.mjs');
  await build({
    entryPoints: [join(here, source)],
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: client,
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  const command = ['--mode', 'client', '--conf', join(here, 'features.yaml'), '--', process.execPath, client, ...args];
  const { stdout, stderr } = await promisify(execFile)(runner as string, command, { maxBuffer: 64 << 20 }).catch(
    (failure: { stdout: string; stderr: string }) => failure,
  );
  return `${stdout}${stderr}`.split('\n').filter((line) => /FAILED|passed/.test(line));
}

function goModules(): string {
  return process.env.GOMODCACHE ?? join(process.env.GOPATH ?? join(homedir(), 'go'), 'pkg', 'mod');
}
