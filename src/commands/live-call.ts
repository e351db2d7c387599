// A stream that is under way, apart from whoever looks at it: messages go in one by one, what comes is kept, and reading
// can be held, so that the server feels it.
import { setImmediate as turn } from 'node:timers/promises';
import type { DescMethod } from '@bufbuild/protobuf';
import { anyTypesOf } from '../codec/any-types.ts';
import { call } from '../rpc/call.ts';
import type { CallEvent } from '../rpc/event.ts';
import type { Schema } from '../schema/schema.ts';
import type { Metadata } from '../wire/metadata.ts';
import type { Status } from '../wire/status.ts';
import type { Target } from '../wire/target.ts';
import { deadlineOf } from './deadline.ts';
import { KeptMessages } from './kept-messages.ts';
import { maskedMetadata, shownEvent } from './secrets.ts';
import type { Session } from './session.ts';

/** How many received messages are held, and how many bytes, before reading stops. */
const heldMessages = 10_000;
const heldBytes = 32 * 1024 * 1024;
/** How long messages are taken without a pause in which keys are heard, in milliseconds. */
const longestTurn = 8;

/** How the call ended; `error` where the requests could not be read. */
export type LiveEnd =
  | { readonly status: Status; readonly trailers: Metadata; readonly ms: number }
  | { readonly error: unknown };

/** Sees what happens, in order; `number` is that of a message in its direction, from 1. */
export type LiveWatcher = (event: CallEvent, number: number) => void;

export interface LiveOptions {
  /** The requests, where they are given; else `send` takes them. */
  readonly requests?: AsyncIterable<Uint8Array> | readonly Uint8Array[] | undefined;
}

/** Takes events, whoever looks at the call: where data goes to. The call waits for a promise. */
export type LiveTap = (event: CallEvent) => Promise<void> | undefined;

/** One call whose messages come and go while somebody looks, or nobody. */
export class LiveCall {
  readonly session: Session;
  readonly method: DescMethod;
  readonly schema: Schema;
  readonly kept = new KeptMessages();
  readonly taps = new Set<LiveTap>();
  /** Run once the last event has come, before the call counts as over. */
  readonly closers = new Set<() => Promise<void>>();
  /** Milliseconds that the call may take; known from the beginning. */
  readonly deadlineMs: number | undefined;
  sent = 0;
  received = 0;
  /** Messages that came since reading is held. */
  held = 0;
  last: Uint8Array | undefined;
  /** When it was opened, on the session's clock; undefined before. */
  openedAt: number | undefined;
  halfClosed = false;
  /** Ended by `cancel`. */
  cancelled = false;
  end: LiveEnd | undefined;
  /** Fulfilled when the call is over. */
  readonly over: Promise<void>;
  readonly #options: LiveOptions;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  readonly #outbox: { readonly message: Uint8Array; readonly taken: () => void }[] = [];
  #given: Uint8Array[] = [];
  #closed = false;
  #wake: (() => void) | undefined;
  #watcher: LiveWatcher | undefined;
  #heldBytes = 0;
  #holding = false;
  #release: (() => void) | undefined;
  #finish: () => void = () => {};

  constructor(session: Session, method: DescMethod, schema: Schema, options: LiveOptions = {}) {
    this.session = session;
    this.method = method;
    this.schema = schema;
    this.#options = options;
    this.deadlineMs = deadlineOf(session).deadlineMs;
    this.#signal = AbortSignal.any([session.signal, this.#stop.signal]);
    this.over = new Promise((resolve) => {
      this.#finish = resolve;
    });
  }

  /** Whether messages can be given to it by `send`. */
  get input(): boolean {
    return this.#options.requests === undefined && !this.#closed && this.end === undefined;
  }

  /** Whether its messages are given one by one. */
  get typed(): boolean {
    return this.#options.requests === undefined;
  }

  /** Messages given but not sent. */
  get unsent(): readonly Uint8Array[] {
    return this.#given;
  }

  /** Whether so much is held that nothing more is read. */
  get stalled(): boolean {
    return this.#release !== undefined;
  }

  get holding(): boolean {
    return this.#holding;
  }

  /** Milliseconds since it was opened; the whole time once it is over. */
  get ms(): number {
    if (this.end && 'ms' in this.end) return this.end.ms;
    return this.openedAt === undefined ? 0 : this.session.io.now() - this.openedAt;
  }

  /** Lets one see what happens from now on, instead of whoever saw it so far. */
  watch(watcher: LiveWatcher | undefined): void {
    this.#watcher = watcher;
  }

  /** Starts the call; the first message does it too. */
  open(): void {
    if (this.openedAt !== undefined || this.end) return;
    this.openedAt = this.session.io.now();
    void this.#run();
  }

  /** Queues a message; fulfilled when the stream has taken it, or the call is over. */
  send(message: Uint8Array): Promise<void> {
    if (!this.input) return Promise.resolve();
    this.#given.push(message);
    const taken = new Promise<void>((resolve) => this.#outbox.push({ message, taken: resolve }));
    this.#wake?.();
    this.open();
    return Promise.race([taken, this.over]);
  }

  /** No more messages follow those that are queued. */
  done(): void {
    this.#closed = true;
    this.#wake?.();
    this.open();
  }

  /** Ends the call. */
  cancel(): void {
    if (this.end) return;
    this.cancelled = true;
    this.#stop.abort(new Error('cancelled by you'));
    this.hold(false);
    if (this.openedAt !== undefined) return;
    const status: Status = { code: 1, message: 'cancelled before it began', details: [], origin: 'client' };
    this.end = { status, trailers: [], ms: 0 };
    this.#finish();
  }

  /** Holds what is received: so many messages are read, then the server has to wait. */
  hold(on: boolean): void {
    this.#holding = on;
    this.held = 0;
    this.#heldBytes = 0;
    if (!on) this.#release?.();
  }

  async #run(): Promise<void> {
    const { session, method, schema } = this;
    const fetchAny = anyTypesOf(method.output, schema);
    let turned = session.io.now();
    try {
      const events = call(session.channel(), method, this.#options.requests ?? this.#outgoing(), {
        target: session.target as Target,
        metadata: await session.metadata(),
        signal: this.#signal,
        ...deadlineOf(session),
        compress: session.args.flags.text('compress') === 'gzip' ? 'gzip' : undefined,
      });
      const sent = await maskedMetadata(session);
      for await (const raw of events) {
        const event = shownEvent(raw, session.io, sent);
        if (event.type === 'response') {
          const missing = fetchAny(event.message);
          if (missing) await missing;
        }
        const wait = this.#take(event);
        if (wait) await wait;
        if (this.#isFull) await this.#released();
        // A stream that never pauses must not keep keys from being heard.
        if (session.io.now() - turned < longestTurn) continue;
        await turn();
        turned = session.io.now();
      }
    } catch (error) {
      this.end ??= { error };
    }
    for (const close of this.closers) await close();
    this.#finish();
  }

  #take(event: CallEvent): Promise<void> | undefined {
    const number = this.#count(event);
    this.session.observe?.(event, this.schema);
    let wait: Promise<void> | undefined;
    for (const tap of this.taps) {
      const one = tap(event);
      if (one) wait = wait ? wait.then(() => one) : one;
    }
    this.#watcher?.(event, number);
    if (event.type === 'status') this.end = { status: event.status, trailers: event.trailers, ms: event.at };
    return wait;
  }

  /** The number of a message, counted from 1 in its direction. */
  #count(event: CallEvent): number {
    if (event.type === 'request') {
      this.#given.shift();
      this.kept.add('sent', event.message, event.at);
      return ++this.sent;
    }
    if (event.type === 'half-close') this.halfClosed = true;
    if (event.type !== 'response') return 0;
    this.last = event.message;
    this.kept.add('received', event.message, event.at);
    if (this.#holding) {
      this.held++;
      this.#heldBytes += event.size;
    }
    return ++this.received;
  }

  get #isFull(): boolean {
    return this.#holding && (this.held >= heldMessages || this.#heldBytes >= heldBytes) && this.end === undefined;
  }

  async #released(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#release = resolve;
      this.#signal.addEventListener('abort', () => resolve(), { once: true });
      if (this.#signal.aborted) resolve();
    });
    this.#release = undefined;
  }

  async *#outgoing(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const next = this.#outbox.shift();
      if (next) {
        next.taken();
        yield next.message;
      } else if (this.#closed) return;
      else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }
}
