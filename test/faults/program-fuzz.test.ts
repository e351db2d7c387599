// Spoilt answers against the whole program, in every output form: documented exits, whole documents on stdout, and
// words on stderr that belong to a person. PROGRAM_FUZZ_CASES says how many, PROPERTY_SEED which.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import '../support/property-seed.ts';
import { rawServer } from '../support/raw-http2.ts';
import { type RunResult, runGrepl } from '../support/run-grepl.ts';
import { type FuzzPlan, fuzzPlan, saysOk, serveFuzz } from './fuzz-case.ts';
import { schema } from './plans.ts';

const cases = Number(process.env.PROGRAM_FUZZ_CASES ?? 24);
const first = fc.readConfigureGlobal().seed ?? 0;

/** Output forms; `documents` says that stdout is one JSON document a line. */
const forms: readonly { readonly flags: readonly string[]; readonly documents: boolean }[] = [
  { flags: [], documents: true },
  { flags: ['-v'], documents: true },
  { flags: ['-vv'], documents: true },
  { flags: ['-o', 'full'], documents: false },
  { flags: ['-o', 'pretty'], documents: false },
  { flags: ['-o', 'table'], documents: false },
  { flags: ['-o', 'text'], documents: false },
  { flags: ['--rest', 'full'], documents: false },
];

function* problems(plan: FuzzPlan, run: RunResult, documents: boolean): Generator<string> {
  const text = `${run.stdout}\n${run.stderr}`;
  if (run.exit !== 0 && (run.exit < 65 || run.exit > 80)) yield `exit ${run.exit}`;
  if (run.exit === 0 && !saysOk(plan)) yield 'success that nobody sent';
  if (/^\s+at .*[(:]\S*:\d+:\d+\)?$/m.test(text)) yield 'a stack trace';
  if (/\bundefined\b|\bNaN\b|\[object |\bbug\b/i.test(text)) yield 'a slip in the words';
  // U+001E stands between two messages in text format.
  if (/[\u0000-\u0008\u000b-\u001d\u001f\u007f-\u009f]/.test(text)) yield 'control characters';
  for (const line of documents ? run.stdout.split('\n').filter((one) => one !== '') : []) {
    if (!/^\{.*\}$/.test(line)) yield `no document: ${line.slice(0, 100)}`;
  }
}

async function meet(seed: number): Promise<string[]> {
  const plan = fuzzPlan(seed);
  const { flags, documents } = forms[seed % forms.length]!;
  const server = await rawServer((connection) => serveFuzz(plan, connection), { settings: false });
  const limits = ['--max-time', '2', '--connect-timeout', '2', '--max-message', '1MiB'];
  const method = seed % 2 === 0 ? 't.S/SS' : 't.S/U';
  const args = ['call', `127.0.0.1:${server.port}`, method, ...schema, '--plaintext', ...limits, ...flags, '-d', '{}'];
  const run = await runGrepl(args, { timeoutMs: 60_000 });
  await server.close();
  const found = [...problems(plan, run, documents)];
  return found.map((problem) => `seed ${seed}, ${flags.join(' ')}: ${problem}\n${run.stdout}\n${run.stderr}`);
}

it(`the program survives ${cases} spoilt answers`, { timeout: 60_000 + cases * 2000 }, async () => {
  const seeds = Array.from({ length: cases }, (_, at) => first + at)[Symbol.iterator]();
  const found: string[] = [];
  const worker = async () => {
    for (const seed of seeds) found.push(...(await meet(seed)));
  };
  await Promise.all([worker(), worker(), worker()]);
  expect(found).toEqual([]);
});
