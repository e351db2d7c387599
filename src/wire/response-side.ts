// The response half of a call: bytes wait here undecoded until they are read, so that a reader that stops reading
// stops the sender, and whatever arrived whole is delivered before the status.
import type { ClientHttp2Stream } from 'node:http2';
import { canDecompress, decompress, loadZlib, zlibLoaded } from './compression.ts';
import { type Fault, frameFault, messageFault } from './decode-fault.ts';
import { MessageDecoder } from './frame.ts';
import type { Metadata } from './metadata.ts';
import type { Progress } from './progress.ts';
import type { Status } from './status.ts';
import type { WireEvent } from './stream.ts';

/** How a call ends, once everything before it has been read. */
export type Ending = (progress: Progress) => { readonly status: Status; readonly trailers: Metadata };

/** Bytes held for a reader that does not read, before the stream is paused. */
const pauseAbove = 1024 * 1024;
/** Bytes handed out by one read, at least one chunk's worth: more of them at once would only live long enough to be
 * moved into the old heap, which grows to hundreds of megabytes on a stream of small messages. */
const readBudget = 128 * 1024;
/** What an event costs beside its bytes. */
const eventOverhead = 100;
/** Enough of an error page to quote from. */
const bodyLimit = 4096;

interface Chunk {
  readonly bytes: Uint8Array;
  readonly at: number;
}

/** Collects what arrives on a stream and turns it into events when asked. */
export class ResponseSide {
  readonly #limit: number;
  readonly #decoder: MessageDecoder;
  readonly #onFault: (fault: Fault) => void;
  #stream: ClientHttp2Stream | undefined;
  #paused = false;
  #chunks: Chunk[] = [];
  #queuedBytes = 0;
  #headers: { readonly event: WireEvent; given: boolean } | undefined;
  #encoding = 'identity';
  /** Set when the body is not gRPC: it is kept for quotation and never decoded. */
  #body: Buffer[] | undefined;
  #bodyBytes = 0;
  #messages = 0;
  #bytes = 0;
  #fault: Fault | undefined;
  #ending: { readonly make: Ending; readonly at: number } | undefined;
  #done = false;
  #wake: (() => void) | undefined;

  constructor(limit: number, onFault: (fault: Fault) => void) {
    this.#limit = limit;
    this.#decoder = new MessageDecoder(limit);
    this.#onFault = onFault;
  }

  /** Response headers that begin a body; `grpc` false keeps the body for quotation. */
  headers(metadata: Metadata, httpStatus: number, grpc: boolean, stream: ClientHttp2Stream, at: number): void {
    this.#headers = { event: { type: 'headers', metadata, httpStatus, at }, given: false };
    this.#encoding = metadata.find(([name]) => name === 'grpc-encoding')?.[1] ?? 'identity';
    if (!grpc) this.#body = [];
    this.#stream = stream;
    this.#notify();
  }

  /** Body bytes. */
  data(bytes: Uint8Array, at: number): void {
    if (this.#body !== undefined) {
      if (this.#bodyBytes < bodyLimit) this.#body.push(Buffer.from(bytes.subarray(0, bodyLimit)));
      this.#bodyBytes += bytes.length;
      return;
    }
    if (this.#ending !== undefined) return;
    this.#chunks.push({ bytes, at });
    this.#queuedBytes += bytes.length;
    if (this.#wake !== undefined) this.#notify();
    else if (this.#queuedBytes > pauseAbove && !this.#paused) {
      this.#paused = true;
      this.#stream?.pause();
    }
  }

  /** The first bytes of a body that is not gRPC. */
  get body(): Uint8Array {
    return Buffer.concat(this.#body ?? []).subarray(0, bodyLimit);
  }

  /** True once any byte of a body came. */
  get anyBody(): boolean {
    return this.#bodyBytes > 0 || this.#messages > 0 || this.#queuedBytes > 0 || this.#decoder.partial !== undefined;
  }

  /** The end of the call; the first one counts. */
  end(make: Ending, at: number): void {
    if (this.#ending !== undefined) return;
    this.#ending = { make, at };
    this.#notify();
  }

  /** The end of a call whose body turned out to be undecodable, whatever had been known of its end. */
  replaceEnd(make: Ending, at: number): void {
    this.#ending = { make, at };
  }

  /** True once the status is known, read or not. */
  get ended(): boolean {
    return this.#ending !== undefined;
  }

  /** See WireStream.read. */
  async read(): Promise<readonly WireEvent[]> {
    for (;;) {
      if (canDecompress(this.#encoding) && this.#chunks.length > 0 && !zlibLoaded()) await loadZlib();
      const events = this.#take();
      if (events.length > 0 || this.#done) return events;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        this.#unpause();
      });
    }
  }

  #notify(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }

  #unpause(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#stream?.resume();
  }

  #take(): WireEvent[] {
    const events: WireEvent[] = [];
    if (this.#done) return events;
    if (this.#headers !== undefined && !this.#headers.given) {
      this.#headers.given = true;
      events.push(this.#headers.event);
    }
    this.#decode(events);
    if (this.#chunks.length === 0 && this.#ending !== undefined) {
      this.#done = true;
      const { make, at } = this.#ending;
      events.push({ type: 'status', ...make(this.#progress()), at });
    }
    return events;
  }

  #decode(events: WireEvent[]): void {
    let budget = readBudget;
    let taken = 0;
    for (const { bytes, at } of this.#chunks) {
      if (budget <= 0 || this.#fault !== undefined) break;
      taken += 1;
      this.#queuedBytes -= bytes.length;
      this.#decoder.push(bytes, (message, compressed) => {
        budget -= this.#message(message, compressed, at, events);
      });
      if (this.#decoder.fault !== undefined)
        this.#fault ??= frameFault(this.#decoder.fault, this.#messages, this.#limit);
    }
    if (this.#fault !== undefined) {
      this.#chunks = [];
      this.#queuedBytes = 0;
      this.#onFault(this.#fault);
    } else if (taken === this.#chunks.length) this.#chunks = [];
    else this.#chunks = this.#chunks.slice(taken);
  }

  /** Adds one message and returns what it takes from the budget. */
  #message(framed: Uint8Array, compressed: boolean, at: number, events: WireEvent[]): number {
    if (this.#fault !== undefined) return 0;
    let bytes = framed;
    if (compressed) {
      const out = canDecompress(this.#encoding) ? decompress(this.#encoding, framed, this.#limit) : undefined;
      if (out === undefined || 'problem' in out) {
        this.#fault = messageFault(this.#encoding, out, this.#messages, this.#limit);
        return 0;
      }
      bytes = out.bytes;
    }
    this.#messages += 1;
    this.#bytes += framed.length;
    events.push({ type: 'message', bytes, wireSize: framed.length, compressed, at });
    return bytes.length + eventOverhead;
  }

  #progress(): Progress {
    const partial = this.#fault === undefined ? this.#decoder.partial : undefined;
    return { headers: this.#headers !== undefined, messages: this.#messages, bytes: this.#bytes, partial };
  }
}
