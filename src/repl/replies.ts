// The calls of a session and what they answered: `$1`, `$2`, … `$last`. Bounded, so that a long session or a stream
// without end does not fill the memory.
import type { DescMethod } from '@bufbuild/protobuf';
import { jsonPrinter } from '../codec/json-printer.ts';
import type { CallEvent } from '../rpc/event.ts';
import type { Schema } from '../schema/schema.ts';
import type { Status } from '../wire/status.ts';

const callsKept = 100;
/** Of one call. */
const messagesKept = 10_000;
/** Of all calls together. */
const bytesKept = 64 * 1024 * 1024;

/** One call that was made. */
export interface CallRecord {
  readonly number: number;
  readonly method: DescMethod;
  readonly schema: Schema;
  /** The line that made it, as words, to be run again. */
  readonly words: readonly string[];
  readonly requests: readonly Uint8Array[];
  readonly responses: readonly Uint8Array[];
  /** Responses that came, kept or not. */
  readonly received: number;
  readonly status: Status;
  /** Milliseconds from start to status. */
  readonly ms: number;
}

interface Open extends Omit<CallRecord, 'status' | 'ms'> {
  readonly requests: Uint8Array[];
  readonly responses: Uint8Array[];
  received: number;
  bytes: number;
}

/** Keeps calls as their events come by. */
export class Replies {
  readonly #records: CallRecord[] = [];
  #open: Open | undefined;
  #bytes = 0;
  #number = 0;
  /** The words of the line that runs, for the next record. */
  words: readonly string[] = [];

  /** Takes one event of a call. */
  observe(event: CallEvent, schema: Schema): void {
    if (event.type === 'start') {
      const { method } = event;
      const words = this.words;
      this.#open = {
        number: ++this.#number,
        method,
        schema,
        words,
        requests: [],
        responses: [],
        received: 0,
        bytes: 0,
      };
      return;
    }
    const open = this.#open;
    if (!open) return;
    if (event.type === 'request') keep(open, open.requests, event.message);
    else if (event.type === 'response') {
      open.received++;
      keep(open, open.responses, event.message);
    } else if (event.type === 'status') this.#close(open, event.status, event.at);
  }

  #close(open: Open, status: Status, ms: number): void {
    this.#open = undefined;
    const { bytes, ...record } = open;
    this.#records.push({ ...record, status, ms });
    this.#bytes += bytes;
    while (this.#records.length > callsKept || (this.#bytes > bytesKept && this.#records.length > 1)) {
      const gone = this.#records.shift() as CallRecord;
      this.#bytes -= size(gone.requests) + size(gone.responses);
    }
  }

  /** The newest call first. */
  newestFirst(): readonly CallRecord[] {
    return [...this.#records].reverse();
  }

  /** The call `$name`, `last` being the newest that was answered; undefined when it is not kept. */
  find(name: string): CallRecord | undefined {
    if (name === 'last') return this.#records.findLast((record) => record.responses.length > 0);
    return this.#records.find((record) => String(record.number) === name);
  }

  /** The reply `$name` as a JSON value: the message, or the list of messages where the server streams. */
  value(name: string): unknown {
    const record = this.find(name);
    if (!record) return undefined;
    const print = jsonPrinter(record.method.output, { types: record.schema.types });
    const values = record.responses.map((message) => JSON.parse(print(message)) as unknown);
    const { methodKind } = record.method;
    return methodKind === 'server_streaming' || methodKind === 'bidi_streaming' ? values : values[0];
  }

  /** `$1 $2 …`, as far as they are kept. */
  names(): string[] {
    return this.#records.map((record) => `$${record.number}`);
  }
}

function keep(open: Open, list: Uint8Array[], message: Uint8Array): void {
  if (list.length >= messagesKept || open.bytes + message.length > bytesKept) return;
  list.push(message);
  open.bytes += message.length;
}

function size(messages: readonly Uint8Array[]): number {
  return messages.reduce((sum, message) => sum + message.length, 0);
}
