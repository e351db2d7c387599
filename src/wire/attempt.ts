// One attempt to connect: its time limit, its way to be called off, and its failures, shared by all phases.
import { now } from './clock.ts';
import type { ConnectTimes } from './stream.ts';
import { duration } from './wording.ts';

/** Why there is no connection: the message and hint of an UNAVAILABLE status. */
export class ConnectFailure extends Error {
  readonly hint: string | undefined;

  constructor(message: string, hint?: string | undefined) {
    super(message);
    this.hint = hint;
  }
}

/** What all phases of one attempt share. */
export interface Attempt {
  /** `now()` at which the attempt has taken too long. */
  readonly until: number;
  /** The time limit in words, such as `10 s`. */
  readonly limit: string;
  readonly began: number;
  readonly signal: AbortSignal;
  readonly times: { -readonly [K in keyof ConnectTimes]: ConnectTimes[K] };
}

/** Starts the clock. */
export function beginAttempt(timeoutMs: number, signal: AbortSignal): Attempt {
  const began = now();
  const times = { resolveMs: undefined, connectMs: undefined, tlsMs: undefined, settingsMs: undefined };
  return { until: began + timeoutMs, limit: duration(timeoutMs), began, signal, times };
}

/** Milliseconds since the attempt began, for `times`. */
export function elapsed(attempt: Attempt): number {
  return now() - attempt.began;
}

/**
 * Runs one phase. `run` starts it and returns what undoes it; that is called when the phase fails, the time is up
 * (then the phase fails with `late()`) or the attempt is called off.
 */
export function within<T>(
  attempt: Attempt,
  late: () => ConnectFailure,
  run: (resolve: (value: T) => void, reject: (failure: Error) => void) => () => void,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    let settled = false;
    let undo: (() => void) | undefined;
    const finish = (): boolean => {
      if (settled) return false;
      settled = true;
      clearTimeout(timer);
      attempt.signal.removeEventListener('abort', onAbort);
      return true;
    };
    const fail = (failure: Error): void => {
      if (!finish()) return;
      undo?.();
      reject(failure);
    };
    const onAbort = (): void => fail(new ConnectFailure('the connection attempt was called off'));
    const timer = setTimeout(() => fail(late()), Math.max(0, attempt.until - now()));
    attempt.signal.addEventListener('abort', onAbort, { once: true });
    undo = run((value) => {
      if (finish()) resolve(value);
    }, fail);
    if (settled) return;
    if (attempt.signal.aborted) onAbort();
  });
}
