// What one call needs of the channel it runs on.
import type { LiveSession } from './session.ts';
import type { Target } from './target.ts';

/** The channel, as its calls see it; `Call` is the call itself. */
export interface CallHost<Call> {
  readonly target: Target;
  readonly maxMessageBytes: number;
  readonly keepaliveTimeMs: number | undefined;
  readonly userAgent: string;
  readonly trace: ((line: string) => void) | undefined;
  /** A connection that takes calls right now. */
  live(): LiveSession | undefined;
  /** A connection, made if need be; rejects with ConnectFailure. */
  acquire(): Promise<LiveSession>;
  /** The call is over. */
  over(call: Call): void;
}
