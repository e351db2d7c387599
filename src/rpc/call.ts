// The one function that makes a call: unary is a stream with one message each way, so the four kinds are not written four times.
import type { DescMethod } from '@bufbuild/protobuf';
import { streamsResponses } from '../schema/method-kind.ts';
import { now } from '../wire/clock.ts';
import type { Metadata } from '../wire/metadata.ts';
import type { Status } from '../wire/status.ts';
import type { Channel, StartOptions, WireEvent, WireStream } from '../wire/stream.ts';
import type { Target } from '../wire/target.ts';
import type { CallEvent } from './event.ts';

/** What a call needs beside its method and messages. */
export interface CallOptions extends StartOptions {
  readonly target: Target;
  readonly metadata: Metadata;
}

/** Events and bytes kept for a consumer that does not keep up; beyond either both directions wait. */
const queueLimit = 4096;
const queueBytes = 1 << 20;

/**
 * Makes the call and yields what happens, in order; the last event is always `status`. Requests are sent as they come,
 * while responses are received. Ending the iteration early cancels the call. If `requests` throws, the call is
 * cancelled and the error comes out of the iteration, after the events that were before it.
 */
export async function* call(
  channel: Channel,
  method: DescMethod,
  requests: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options: CallOptions,
): AsyncGenerator<CallEvent> {
  const stream = channel.start(`/${method.parent.typeName}/${method.name}`, options.metadata, options);
  const queue = new EventQueue();
  const startedAt = now();
  yield { type: 'start', method, target: options.target, metadata: options.metadata };
  const sending = sendAll(stream, requests, queue, startedAt).catch((error: unknown) => queue.fail(error));
  const receiving = receiveAll(stream, method, queue).catch((error: unknown) => queue.fail(error));
  try {
    for (;;) {
      const events = await queue.take();
      for (const event of events) yield event;
      if (events.at(-1)?.type === 'status') break;
    }
  } finally {
    queue.close();
    if (!stream.ended) stream.cancel('the call was ended here');
    void sending;
    void receiving;
  }
}

async function sendAll(
  stream: WireStream,
  requests: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  queue: EventQueue,
  startedAt: number,
): Promise<void> {
  if (Symbol.asyncIterator in requests) {
    for await (const message of requests) {
      if (stream.ended || queue.closed) return;
      const wait = sendOne(stream, message, queue, startedAt);
      if (wait) await wait;
    }
  } else {
    // The loop above would wait for each message, though it is there.
    for (const message of requests) {
      if (stream.ended || queue.closed) return;
      const wait = sendOne(stream, message, queue, startedAt);
      if (wait) await wait;
    }
  }
  if (stream.ended) return;
  stream.halfClose();
  queue.push({ type: 'half-close', at: now() - startedAt });
}

/** Resolves when the next may be sent; undefined when that is now. */
function sendOne(
  stream: WireStream,
  message: Uint8Array,
  queue: EventQueue,
  startedAt: number,
): Promise<void> | undefined {
  const blocked = stream.send(message);
  queue.push({ type: 'request', message, size: message.length, at: now() - startedAt });
  if (!queue.full) return blocked;
  return Promise.resolve(blocked).then(() => (queue.full ? queue.room() : undefined));
}

async function receiveAll(stream: WireStream, method: DescMethod, queue: EventQueue): Promise<void> {
  let received = 0;
  for (;;) {
    for (const event of await stream.read()) {
      if (event.type === 'message') received++;
      if (event.type === 'status') {
        queue.push({ ...event, status: checkCardinality(event.status, method, received) });
        return;
      }
      queue.push(toCallEvent(event));
    }
    if (queue.closed) return;
    if (queue.full) await queue.room();
  }
}

function toCallEvent(event: Exclude<WireEvent, { type: 'status' }>): CallEvent {
  if (event.type === 'headers') return event;
  return {
    type: 'response',
    message: event.bytes,
    size: event.bytes.length,
    compressed: event.compressed,
    at: event.at,
  };
}

/**
 * The status of a call whose server sent `received` messages. One exactly is promised where the response is no stream;
 * OK with any other number becomes UNIMPLEMENTED (gRPC status codes, client-generated).
 */
export function checkCardinality(status: Status, method: DescMethod, received: number): Status {
  if (streamsResponses(method) || status.code !== 0 || received === 1) return status;
  const message =
    received === 0
      ? 'the server ended the call with OK but sent no message, where exactly one is due'
      : `the server sent more than one message (${received}), where exactly one is due`;
  return {
    code: 12,
    message,
    details: [],
    origin: 'client',
    hint: 'is the schema the one the server was built with? describe shows what grepl took',
  };
}

/** Joins what both directions report; the consumer takes all there is at once. */
class EventQueue {
  #events: CallEvent[] = [];
  #bytes = 0;
  #failure: { readonly error: unknown } | undefined;
  #wake: (() => void) | undefined;
  #drained: (() => void)[] = [];
  closed = false;

  get full(): boolean {
    return (this.#events.length >= queueLimit || this.#bytes >= queueBytes) && !this.closed;
  }

  push(event: CallEvent): void {
    // Nothing follows the status, whatever the other direction still has to say.
    if (this.#events.at(-1)?.type === 'status') return;
    this.#events.push(event);
    if ('size' in event) this.#bytes += event.size;
    this.#wake?.();
  }

  fail(error: unknown): void {
    this.#failure ??= { error };
    this.#wake?.();
  }

  room(): Promise<void> {
    return new Promise((resolve) => this.#drained.push(resolve));
  }

  async take(): Promise<readonly CallEvent[]> {
    while (this.#events.length === 0) {
      if (this.#failure) throw this.#failure.error;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
    const events = this.#events;
    this.#events = [];
    this.#bytes = 0;
    for (const resume of this.#drained.splice(0)) resume();
    return events;
  }

  close(): void {
    this.closed = true;
    for (const resume of this.#drained.splice(0)) resume();
  }
}
