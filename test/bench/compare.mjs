// Measures two programs in turns and judges the one by the other: only ratios of the same minutes on the same machine
// mean anything elsewhere.

/** Middle of the numbers. */
export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** At most this many times the probe's time. */
export function atMost(limit) {
  return { text: `<= ${limit} x time`, ratio: (ours, probe) => ours / probe, ok: (ratio) => ratio <= limit };
}

/** At least this many times as fast as the probe. */
export function atLeast(limit) {
  return { text: `>= ${limit} x speed`, ratio: (ours, probe) => probe / ours, ok: (ratio) => ratio >= limit };
}

/** At most this many milliseconds more than the probe. */
export function within(ms) {
  return {
    text: `+ <= ${ms} ms`,
    ratio: (ours, probe) => ours / probe,
    ok: (_ratio, ours, probe) => ours - probe <= ms,
  };
}

/**
 * Runs `ours` and `probe` in turns, `warmUps` uncounted rounds and `rounds` counted ones, and resolves to the row of
 * the table. Both make one run, check what came out of it, and resolve to what `run` gave. The ratio is the median of
 * the rounds' ratios. `target` is one of the judges above; with `cpuToo` it holds for processor time as well;
 * `memoryMb` bounds our peak. The verdict is `unsure` when only the best runs meet the target: then others were busy on
 * the machine.
 */
export async function compare({ id, title, ours, probe, warmUps, rounds, target, cpuToo, memoryMb, units }) {
  const samples = [];
  for (let round = -warmUps; round < rounds; round++) {
    const sample = { ours: await ours(), probe: await probe() };
    if (round >= 0) samples.push(sample);
  }
  const ms = (who) => samples.map((sample) => sample[who].ms);
  const ratio = median(samples.map((sample) => target.ratio(sample.ours.ms, sample.probe.ms)));
  const cpu = (who) => median(samples.map((sample) => sample[who].cpuMs));
  const rssMb = Math.max(...samples.map((sample) => sample.ours.rssMb));
  const [least, leastProbe] = [Math.min(...ms('ours')), Math.min(...ms('probe'))];
  const best = target.ratio(least, leastProbe);
  const met = target.ok(ratio, median(ms('ours')), median(ms('probe')));
  const verdict = met ? 'ok' : target.ok(best, least, leastProbe) ? 'unsure' : 'MISS';
  // GNU time counts processor time in steps of 10 ms.
  const cpuRatio = Math.min(cpu('ours'), cpu('probe')) >= 300 ? target.ratio(cpu('ours'), cpu('probe')) : undefined;
  const tooMuch =
    (cpuToo && cpuRatio !== undefined && !target.ok(cpuRatio)) || (memoryMb !== undefined && rssMb > memoryMb);
  return {
    id,
    title,
    units,
    ours: ms('ours'),
    probe: ms('probe'),
    ratio,
    best,
    cpuRatio,
    rssMb,
    probeRssMb: Math.max(...samples.map((sample) => sample.probe.rssMb)),
    target: [target.text, ...(cpuToo ? ['CPU too'] : []), ...(memoryMb ? [`${memoryMb} MB`] : [])].join(', '),
    verdict: tooMuch ? 'MISS' : verdict,
  };
}

/**
 * Runs `ours` as `compare` does, but beside nothing: for what a person waits for, where `limit` milliseconds are the
 * target. Resolves to a row without a probe and without ratios.
 */
export async function alone({ id, title, ours, warmUps, rounds, limit }) {
  const samples = [];
  for (let round = -warmUps; round < rounds; round++) {
    const sample = await ours();
    if (round >= 0) samples.push(sample);
  }
  const times = samples.map((sample) => sample.ms);
  const verdict = median(times) <= limit ? 'ok' : Math.min(...times) <= limit ? 'unsure' : 'MISS';
  const rssMb = Math.max(...samples.map((sample) => sample.rssMb));
  return { id, title, ours: times, probe: [], rssMb, target: `<= ${limit} ms`, verdict };
}
