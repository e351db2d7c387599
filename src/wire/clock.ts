// The clock of calls. `performance` would do, but its first use makes node load a dozen modules of its own.
import { hrtime } from 'node:process';

/** Milliseconds on a clock that never goes back. */
export function now(): number {
  const [seconds, nanoseconds] = hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}
