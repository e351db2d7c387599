// The calls of a session and what they answered: `$1`, `$2`, … `$last`. Bounded, so that a long session or a stream
// without end does not fill the memory.
import type { DescMethod } from '@bufbuild/protobuf';
import { jsonPrinter } from '../codec/json-printer.ts';
import { Flags } from '../commands/flags.ts';
import { keptBytes, messageOverhead } from '../commands/kept-messages.ts';
import type { CallEvent } from '../rpc/event.ts';
import { streamsResponses } from '../schema/method-kind.ts';
import type { Schema } from '../schema/schema.ts';
import type { Status } from '../wire/status.ts';

const callsKept = 100;

/** One call that was made. */
export interface CallRecord {
  readonly number: number;
  readonly method: DescMethod;
  readonly schema: Schema;
  /** The line that made it, as words, to be run again. */
  readonly words: readonly string[];
  /** Where it went, as typed. */
  readonly address: string | undefined;
  /** Everything that held for it. */
  readonly flags: Flags;
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
  /** Something was not kept: what follows is not either, so that there are no holes. */
  full: boolean;
}

/** Keeps the calls of one line; other lines may have calls under way at the same time. */
export interface Recorder {
  /** How the reply of its call is called: `$7`; undefined before there is a call. */
  readonly name: string | undefined;
  /** Takes one event of a call. */
  observe(event: CallEvent, schema: Schema): void;
}

/** Keeps calls as their events come by. */
export class Replies {
  readonly #records: CallRecord[] = [];
  #bytes = 0;
  #number = 0;
  /** The words of the line that runs, for the next record. */
  words: readonly string[] = [];
  /** Where the line that runs goes. */
  address: string | undefined;
  /** The flags of the line that runs. */
  flags = new Flags();

  /** Keeps the calls of one line, with its words and flags. */
  recorder(): Recorder {
    let open: Open | undefined;
    let name: string | undefined;
    return {
      get name() {
        return name;
      },
      observe: (event, schema) => {
        if (event.type === 'start') {
          open = this.#begin(event.method, schema);
          name = `$${open.number}`;
        } else if (open) {
          this.#take(open, event);
          if (event.type === 'status') open = undefined;
        }
      },
    };
  }

  #begin(method: DescMethod, schema: Schema): Open {
    const { words, flags, address } = this;
    const number = ++this.#number;
    const kept = { requests: [], responses: [], received: 0, bytes: 0, full: false };
    return { number, method, schema, words, flags, address, ...kept };
  }

  #take(open: Open, event: CallEvent): void {
    if (event.type === 'request') keep(open, open.requests, event.message);
    else if (event.type === 'response') {
      open.received++;
      keep(open, open.responses, event.message);
    } else if (event.type === 'status') this.#close(open, event.status, event.at);
  }

  #close(open: Open, status: Status, ms: number): void {
    const { bytes, full: _full, ...record } = open;
    this.#records.push({ ...record, status, ms });
    this.#bytes += bytes;
    while (this.#records.length > callsKept || (this.#bytes > keptBytes && this.#records.length > 1)) {
      const gone = this.#records.shift() as CallRecord;
      this.#bytes -= size(gone.requests) + size(gone.responses);
    }
  }

  /** The number of the call under way, or of the last one. */
  get number(): number {
    return this.#number;
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
    return streamsResponses(record.method) ? values : values[0];
  }

  /** `$1 $2 …`, as far as they are kept. */
  names(): string[] {
    return this.#records.map((record) => `$${record.number}`);
  }
}

function keep(open: Open, list: Uint8Array[], message: Uint8Array): void {
  open.full ||= open.bytes + message.length + messageOverhead > keptBytes;
  if (open.full) return;
  list.push(message);
  open.bytes += message.length + messageOverhead;
}

function size(messages: readonly Uint8Array[]): number {
  return messages.reduce((sum, message) => sum + message.length + messageOverhead, 0);
}
