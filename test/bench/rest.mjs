// The price of the REST twin: judged by the same calls without it, and by a bare node.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { atMost, compare } from './compare.mjs';
import { checkText } from './content.mjs';
import { itemJson, itemLines } from './items.mjs';
import { run } from './measure.mjs';
import { scratch } from './scratch.mjs';

const here = path.dirname(new URL(import.meta.url).pathname);
const types = ['-I', here, '--proto', 'bench.proto'];

/** Many calls, each with and without the line that tells its REST call. */
async function lines({ grepl, counts, long, server }) {
  const calls = counts.unary;
  const input = path.join(scratch, 'rest.ndjson');
  writeFileSync(input, itemLines(calls));
  const command = [...grepl, 'call', await server(), 'grepl.bench.Bench/Echo', '--plaintext', ...types, '--each'];
  const once = async (form, expected) => {
    const measured = await run([...command, '--rest', form], { input });
    checkText(measured.output, `${calls} answers`, (text) => text.split('\n').length === calls + 1);
    const told = readFileSync(measured.errors, 'utf8').match(/^REST /gm)?.length ?? 0;
    if (told !== expected) throw new Error(`--rest ${form} told ${told} REST calls, not ${expected}`);
    return measured;
  };
  return compare({
    id: 'W13',
    title: `${calls} calls by --each, --rest line / --rest off`,
    ours: () => once('line', calls),
    probe: () => once('off', 0),
    ...long,
    target: atMost(1.05),
    cpuToo: true,
  });
}

/** The REST call of one call, from a cold start. */
function cold({ grepl, short }) {
  const command = [...grepl, 'rest', ...types, 'grepl.bench.Bench/Echo', '-d', itemJson(7)];
  const ours = async () => {
    const measured = await run(command);
    checkText(measured.output, 'a POST and its curl', (text) => /^POST \/\S+\n.*\ncurl -X POST /s.test(text));
    return measured;
  };
  const probe = () => run([process.execPath, '-e', '0']);
  return compare({ id: 'W13', title: 'grepl rest --proto / bare node', ours, probe, ...short, target: atMost(2.2) });
}

/** Workloads by their ids. */
export const rest = new Map([['W13', async (context) => [await lines(context), await cold(context)]]]);
