// The deadline of one call: its timer, what the server is told of it, and its words.
import { now } from './clock.ts';
import type { StartOptions } from './stream.ts';
import { duration } from './wording.ts';

/** Runs from its construction on. */
export class CallDeadline {
  readonly #began = now();
  readonly #ms: number | undefined;
  readonly #limitMs: number | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor({ deadlineMs, limitMs }: Pick<StartOptions, 'deadlineMs' | 'limitMs'>) {
    this.#ms = deadlineMs;
    this.#limitMs = limitMs ?? deadlineMs;
  }

  /** Milliseconds since the call began. */
  get elapsed(): number {
    return now() - this.#began;
  }

  /** Calls `late` when the time is over, at once if it is over already. */
  arm(late: (what: string) => void): void {
    if (this.#ms === undefined) return;
    const what = `the deadline of ${duration(this.#limitMs ?? this.#ms)} was exceeded`;
    if (!(this.#ms > 0)) return late(what);
    // setTimeout fires at once above 2^31 - 1 ms.
    this.#timer = setTimeout(() => late(what), Math.min(this.#ms, 2 ** 31 - 1));
  }

  /** Milliseconds to tell the server: connecting, and a first attempt, have taken their part. Undefined without a deadline. */
  get toSend(): number | undefined {
    return this.#ms === undefined ? undefined : Math.max(1, Math.ceil(this.#ms - this.elapsed));
  }

  /** True when the time is over, or nearly: clocks and timers are not that exact. */
  get passed(): boolean {
    return this.#ms !== undefined && this.elapsed >= this.#ms - 20;
  }

  disarm(): void {
    clearTimeout(this.#timer);
  }
}
