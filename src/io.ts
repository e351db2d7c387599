// The process as a value: streams, environment, clock. Nothing else in src/ touches `process`, so a test passes its own.
import type { Readable, Writable } from 'node:stream';
import { exitCodes, UserError } from './errors.ts';

/** Everything a command may touch of the world around it. */
export interface Io {
  readonly stdin: Readable & {
    readonly isTTY?: boolean | undefined;
    /** Of a terminal: keys one by one and without echo, or lines. */
    setRawMode?(raw: boolean): unknown;
  };
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by SIGINT and SIGTERM; the reason is an Interrupted. */
  readonly signal: AbortSignal;
  readonly cwd: string;
  /** The folder of the installed package: where dist/ and proto-examples/ are. */
  readonly packageRoot: string;
  /** Milliseconds on a clock that never goes back. */
  now(): number;
  /** What the owner of a terminal needs of the process; without it a session works, but cannot be stopped by Ctrl-Z. */
  readonly hooks?: ProcessHooks | undefined;
  /** The credentials that the run has come by, so that nothing prints them. */
  readonly secrets?: SecretTexts | undefined;
}

/** Credentials known by their value, and what is shown in their place. */
export interface SecretTexts {
  /**
   * From now on `shown` stands for the value: where it came from (`${NAME}`, `@FILE`) or a mask. Values shorter than eight
   * characters are not taken: they may stand anywhere by chance.
   */
  learn(value: string, shown: string): void;
  /** What stands for a value that is a credential as a whole. */
  whole(value: string): string | undefined;
  /** The text with every credential in it replaced, also where it stands in base64. */
  hide(text: string): string;
}

/** A stream to write to; `columns` and `rows` of a terminal, which emits 'resize' when they change. */
export type OutputStream = Writable & {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
};

/** Events of the process. Each `on…` returns the function that takes the listener away again. */
export interface ProcessHooks {
  /** The very end of the process, whichever way it comes; only what is synchronous still happens. */
  onExit(listener: () => void): () => void;
  /** The process goes on after it was stopped (SIGCONT). */
  onContinue(listener: () => void): () => void;
  /** SIGINT, which then does not abort `signal`: the newest listener alone hears of it. */
  onInterrupt(listener: () => void): () => void;
  /** Stops the process as Ctrl-Z does (SIGTSTP). */
  stop(): void;
}

/** Why a run was ended from outside: the exit code says which signal or that the reader of stdout went away. */
export class Interrupted extends Error {
  readonly exitCode: number;

  constructor(exitCode: number) {
    super(`ended with exit code ${exitCode}`);
    this.name = 'Interrupted';
    this.exitCode = exitCode;
  }
}

/**
 * Writes and waits until the stream takes more, so that a slow reader slows the source down. A reader that went away
 * (EPIPE) becomes Interrupted 141, any other failure such as a full disk UserError 5.
 */
export async function write(stream: Writable, data: string | Uint8Array): Promise<void> {
  if (data.length === 0) return;
  await new Promise<void>((resolve, reject) => {
    // An 'error' event without a listener would end the process; the callback below carries the same error.
    if (stream.listenerCount('error') === 0) stream.on('error', () => {});
    stream.write(data, (error) => (error ? reject(outputFailure(error)) : resolve()));
  });
}

function outputFailure(error: NodeJS.ErrnoException): Error {
  if (error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED') return new Interrupted(exitCodes.brokenPipe);
  const why = error.code === 'ENOSPC' ? 'no space left on device' : error.message;
  return new UserError(5, `cannot write to stdout: ${why}`, { cause: error });
}

/**
 * Collects small writes and passes them on in pieces of about 64 KiB, or when the event loop turns: one system call
 * for hundreds of messages, and none of them kept waiting.
 */
export class BatchedWriter {
  readonly #stream: Writable;
  readonly #onFailure: (error: unknown) => void;
  readonly #delayMs: number | undefined;
  #pending: string[] = [];
  #length = 0;
  #scheduled = false;
  #failure: { readonly error: unknown } | undefined;

  /**
   * `onFailure` hears of a write that failed while nobody waited for it. `delayMs` lets text wait longer than till the
   * event loop turns, where nobody waits for it: a write of its own for every line costs more than the line.
   */
  constructor(stream: Writable, onFailure: (error: unknown) => void, delayMs?: number | undefined) {
    this.#stream = stream;
    this.#onFailure = onFailure;
    this.#delayMs = delayMs;
  }

  /** Keeps the text; returns a promise to wait for only when a full piece is due. */
  add(text: string): Promise<void> | undefined {
    this.#pending.push(text);
    this.#length += text.length;
    if (this.#length >= 65_536) return this.flush();
    if (!this.#scheduled) {
      this.#scheduled = true;
      if (this.#delayMs === undefined) setImmediate(() => this.#flushLater());
      else setTimeout(() => this.#flushLater(), this.#delayMs);
    }
    return undefined;
  }

  /** Writes what is kept; rejects as `write` does, also for an earlier write that nobody waited for. */
  async flush(): Promise<void> {
    if (this.#failure) throw this.#failure.error;
    if (this.#length === 0) return;
    const text = this.#pending.join('');
    this.#pending = [];
    this.#length = 0;
    await write(this.#stream, text);
  }

  #flushLater(): void {
    this.#scheduled = false;
    this.flush().catch((error: unknown) => {
      this.#failure ??= { error };
      this.#onFailure(error);
    });
  }
}
