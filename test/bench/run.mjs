// The bench: `npm run bench [-- W2 W7] [-- --quick]`. Measures this build against probes in the same minutes and prints
// a table of ratios; exits with 1 when one misses its target. `npm run bench -- growth` draws docs/growth-*.svg instead.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cpus } from 'node:os';
import path from 'node:path';
import { curves } from './curves.mjs';
import { gateway } from './gateway.mjs';
import { growth } from './growth.mjs';
import { keys } from './keys.mjs';
import { childEnvironment, memoryBy } from './measure.mjs';
import { memoryOverTime } from './memory.mjs';
import { rest } from './rest.mjs';
import { startUp } from './start-up.mjs';
import { table } from './table.mjs';
import { besideGrpcurl, traffic } from './traffic.mjs';

const here = path.dirname(new URL(import.meta.url).pathname);
const root = path.join(here, '..', '..');
const byNumber = ([a], [b]) => Number(a.slice(1)) - Number(b.slice(1));
const workloads = new Map([...startUp, ...traffic, ...memoryOverTime, ...gateway, ...keys, ...rest].sort(byNumber));

const pictures = new Map([
  ['GROWTH', [...curves.keys()]],
  ...[...curves.keys()].map((name) => [name.toUpperCase(), [name]]),
]);

const full = {
  short: { warmUps: 3, rounds: 15 },
  long: { warmUps: 2, rounds: 5 },
  counts: { unary: 10_000, stream: 1_000_000, blob: 60 * 1024 * 1024, growing: 3_000 },
  growthRounds: 3,
  seconds: { endless: 60, stalled: 10 },
};
const quick = {
  short: { warmUps: 2, rounds: 7 },
  long: { warmUps: 1, rounds: 3 },
  counts: { unary: 3_000, stream: 200_000, blob: 60 * 1024 * 1024, growing: 1_000 },
  growthRounds: 2,
  seconds: { endless: 15, stalled: 5 },
};

function findGrpcurl() {
  const go = spawnSync('go', ['env', 'GOPATH'], { encoding: 'utf8' }).stdout?.trim();
  const installed = go ? path.join(go, 'bin', 'grpcurl') : '';
  if (existsSync(installed)) return installed;
  return spawnSync('grpcurl', ['-version']).error ? undefined : 'grpcurl';
}

/** Starts the server when the first workload asks for it. */
function serverOnDemand() {
  let address;
  let child;
  return {
    address() {
      address ??= new Promise((resolve, reject) => {
        child = spawn(process.execPath, [path.join(here, 'server.mjs')], {
          stdio: ['pipe', 'pipe', 'inherit'],
          env: childEnvironment(),
        });
        child.stdout.once('data', (text) => resolve(String(text).trim()));
        child.once('exit', () => reject(new Error('the server ended')));
      });
      return address;
    },
    stop: () => child?.stdin.end(),
  };
}

/** The rows of the chosen workloads, all if none is chosen. One that fails is a row too: the others still count. */
async function rowsOf(chosen, context) {
  const rows = [];
  for (const [id, measure] of workloads) {
    if (chosen.length > 0 && !chosen.includes(id)) continue;
    process.stderr.write(`${id} …\n`);
    if (besideGrpcurl.has(id) && !context.grpcurl) {
      rows.push({ id, title: id, skipped: 'grpcurl is not installed' });
      continue;
    }
    try {
      rows.push(...(await measure(context)));
    } catch (error) {
      process.stderr.write(`${id} failed: ${error.message}\n`);
      rows.push({ id, title: id, failed: true, verdict: 'MISS' });
    }
  }
  return rows;
}

async function main(words) {
  const flags = words.filter((word) => word.startsWith('-'));
  const chosen = words.filter((word) => !flags.includes(word)).map((word) => word.toUpperCase());
  const known = [...workloads.keys(), ...pictures.keys()];
  const wrong = [...chosen.filter((id) => !known.includes(id)), ...flags.filter((flag) => flag !== '--quick')];
  if (wrong.length > 0) {
    process.stderr.write(`no workload or flag ${wrong.join(', ')}; there are ${known.join(' ')} --quick\n`);
    return 2;
  }
  if (!existsSync(path.join(root, 'dist', 'grepl.cjs'))) {
    process.stderr.write('dist/ is not built: npm run build\n');
    return 2;
  }
  const server = serverOnDemand();
  const grepl = [process.execPath, path.join(root, 'bin', 'grepl.js')];
  const sizes = flags.includes('--quick') ? quick : full;
  const context = { ...sizes, grepl, grpcurl: findGrpcurl(), server: () => server.address() };
  try {
    const drawn = chosen.flatMap((word) => pictures.get(word) ?? []);
    await growth(new Set(drawn), context, root);
    const ids = chosen.filter((word) => !pictures.has(word));
    if (drawn.length > 0 && ids.length === 0) return 0;
    const rows = await rowsOf(ids, context);
    process.stdout.write(`node ${process.version}, ${cpus().length} x ${cpus()[0]?.model}; memory by ${memoryBy}\n\n`);
    process.stdout.write(table(rows));
    return rows.some((row) => row.verdict === 'MISS') ? 1 : 0;
  } finally {
    server.stop();
  }
}

process.exitCode = await main(process.argv.slice(2));
