// How long calls take, both sides in turn, so that whatever disturbs the machine disturbs both.

/** Milliseconds of one side. */
export interface Latency {
  readonly p50: number;
  readonly p99: number;
}

/** Both sides, and how many runs there were in the time. */
export interface Latencies {
  readonly grpc: Latency;
  readonly rest: Latency;
  readonly runs: number;
}

/** What limits the runs. */
export interface RunLimits {
  readonly runs: number;
  /** No new run after so many milliseconds; there is always one. */
  readonly forMs: number;
  readonly signal: AbortSignal;
  readonly now: () => number;
}

/** Runs both in turn, first a few that do not count. Throws what a run throws; ends early when the signal says so. */
export async function measureLatency(
  grpc: () => Promise<unknown>,
  rest: () => Promise<unknown>,
  limits: RunLimits,
): Promise<Latencies> {
  const { now, signal } = limits;
  const started = now();
  const isOver = () => signal.aborted || now() - started > limits.forMs;
  for (let warm = 0; warm < Math.min(20, limits.runs) && !isOver(); warm++) {
    await grpc();
    await rest();
  }
  const times = { grpc: [] as number[], rest: [] as number[] };
  for (let run = 0; run < limits.runs && (run === 0 || !isOver()); run++) {
    const sides = [
      ['grpc', grpc],
      ['rest', rest],
    ] as const;
    for (const [name, work] of run % 2 === 0 ? sides : sides.toReversed()) {
      const start = now();
      await work();
      times[name].push(now() - start);
    }
  }
  return { grpc: latencyOf(times.grpc), rest: latencyOf(times.rest), runs: times.grpc.length };
}

/** Nearest rank: a value that was really seen. */
function latencyOf(times: number[]): Latency {
  const sorted = times.sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
  return { p50: rounded(at(0.5)), p99: rounded(at(0.99)) };
}

function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
