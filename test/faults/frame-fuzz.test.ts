// Answers spoilt at random, always the same ones: every call ends in time, with a status that gRPC has, and with
// success only where the server said so. FUZZ_CASES says how many, PROPERTY_SEED which; FUZZ_SEED runs one case alone.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import '../support/property-seed.ts';
import { eventually } from '../support/raw-http2.ts';
import { certificates, pemOf } from './certificates.ts';
import { type FuzzLane, fuzzPlan, openFuzzLane } from './fuzz-case.ts';

const cases = Number(process.env.FUZZ_CASES ?? 400);
const first = Number(process.env.FUZZ_SEED ?? fc.readConfigureGlobal().seed ?? 0);
const seeds = process.env.FUZZ_SEED === undefined ? Array.from({ length: cases }, (_, at) => first + at) : [first];

const megabytes = () => process.memoryUsage.rss() / 2 ** 20;

/** Runs all seeds over lanes, and says what was wrong. */
async function fuzz(chosen: readonly number[], lanes: readonly FuzzLane[]): Promise<string[]> {
  const rest = chosen[Symbol.iterator]();
  const problems: string[] = [];
  await Promise.all(
    lanes.map(async (lane) => {
      for (const seed of rest) problems.push(...(await lane.meet(fuzzPlan(seed))));
    }),
  );
  for (const lane of lanes) await lane.close();
  return problems;
}

const openLanes = (count: number, pem?: { cert: Buffer; key: Buffer }) =>
  Promise.all(Array.from({ length: count }, () => openFuzzLane(pem)));

const sockets = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;

describe('spoilt answers', () => {
  it(`${seeds.length} of them`, { timeout: 100_000 + cases * 100 }, async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error) => warnings.push(warning);
    process.on('warning', onWarning);
    await fuzz(seeds.slice(0, 100), await openLanes(32));
    const before = megabytes();
    const problems = await fuzz(seeds, await openLanes(32));
    process.off('warning', onWarning);
    expect(problems).toEqual([]);
    expect(warnings).toEqual([]);
    expect(megabytes() - before).toBeLessThan(200);
    // Connections that were given up go in their own time.
    await eventually(() => sockets() <= 4);
  });

  const made = certificates();
  it.skipIf(typeof made === 'string')('some over TLS', { timeout: 100_000 + cases * 100 }, async () => {
    if (typeof made === 'string') return;
    const some = seeds.slice(0, Math.ceil(seeds.length / 5));
    expect(await fuzz(some, await openLanes(32, pemOf(made.localhost)))).toEqual([]);
  });
});
