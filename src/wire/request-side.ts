// The request half of a call: messages are queued, packed together per turn of the event loop, and kept for one retry
// as long as nothing has come back and they are few.
import type { ClientHttp2Stream } from 'node:http2';
import { gzip } from './compression.ts';
import { frameMessages } from './frame.ts';

/** More than this unsent means that the sender should wait. */
const highWater = 64 * 1024;
/** What is kept for sending once more. */
const replayLimit = 1024 * 1024;

/** Sends messages on a stream that may not exist yet, and may be replaced once. */
export class RequestSide {
  readonly #compress: boolean;
  #stream: ClientHttp2Stream | undefined;
  #queue: Uint8Array[] = [];
  #queuedBytes = 0;
  #replay: Uint8Array[] | undefined = [];
  #replayBytes = 0;
  #blocked = false;
  #halfClosed = false;
  #over = false;
  #flushing: NodeJS.Immediate | undefined;
  #waiters: (() => void)[] = [];
  #handedBytes = 0;
  #sentBytes = 0;
  #messages = 0;

  constructor(compress: boolean) {
    this.#compress = compress;
  }

  /** Sends what is held on this stream, from the beginning, and everything that follows; zlib is loaded if needed. */
  attach(stream: ClientHttp2Stream): void {
    this.#stream = stream;
    this.#blocked = false;
    stream.on('drain', () => {
      if (this.#stream !== stream) return;
      this.#blocked = false;
      this.#flush();
    });
    for (const piece of this.#replay ?? []) this.#write(stream, piece);
    this.#flush();
  }

  /** Forgets the stream, which was refused; false when what was sent is no longer held. */
  detach(): boolean {
    this.#stream = undefined;
    this.#handedBytes = 0;
    this.#sentBytes = 0;
    return this.#replay !== undefined;
  }

  /** Something came back: there will be no retry. */
  dropReplay(): void {
    this.#replay = undefined;
  }

  /** How much of the request has left, and whether some of it still waits. */
  get sent(): { readonly waiting: boolean; readonly bytes: number; readonly messages: number } {
    const waiting = this.#queuedBytes > 0 || this.#sentBytes < this.#handedBytes;
    return { waiting, bytes: this.#sentBytes, messages: this.#messages };
  }

  /** See WireStream.send. */
  send(message: Uint8Array): Promise<void> | undefined {
    if (this.#over || this.#halfClosed) return undefined;
    this.#queue.push(message);
    this.#queuedBytes += message.length + 5;
    this.#messages += 1;
    if (this.#queuedBytes >= highWater) this.#flush();
    else this.#flushing ??= setImmediate(() => this.#flush());
    if (this.#queuedBytes < highWater) return undefined;
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  /** See WireStream.halfClose. */
  halfClose(): void {
    if (this.#halfClosed) return;
    this.#halfClosed = true;
    this.#flush();
  }

  /** The call is over: nothing more is sent, and nobody waits. */
  close(): void {
    this.#over = true;
    this.#queue = [];
    this.#replay = undefined;
    this.#release();
  }

  #release(): void {
    if (this.#flushing !== undefined) clearImmediate(this.#flushing);
    this.#flushing = undefined;
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const resolve of waiters) resolve();
  }

  #flush(): void {
    const stream = this.#stream;
    if (this.#flushing !== undefined) clearImmediate(this.#flushing);
    this.#flushing = undefined;
    if (stream === undefined || this.#over || (this.#blocked && !this.#halfClosed)) return;
    const bodies = this.#compress ? this.#queue.map(gzip) : this.#queue;
    const pieces = bodies.length === 0 ? [] : frameMessages(bodies, this.#compress);
    this.#queue = [];
    this.#queuedBytes = 0;
    for (const piece of pieces) this.#keep(piece);
    const last = this.#halfClosed ? pieces.pop() : undefined;
    for (const piece of pieces) this.#write(stream, piece);
    // The last piece goes with the end, so that its DATA frame carries END_STREAM.
    if (this.#halfClosed) this.#end(stream, last);
    if (!this.#blocked) this.#release();
  }

  #keep(piece: Uint8Array): void {
    if (this.#replay === undefined) return;
    this.#replayBytes += piece.length;
    if (this.#replayBytes > replayLimit) this.#replay = undefined;
    else this.#replay.push(piece);
  }

  #write(stream: ClientHttp2Stream, piece: Uint8Array): void {
    if (stream.destroyed || stream.writableEnded) return;
    this.#handedBytes += piece.length;
    const more = stream.write(piece, (error) => {
      if (!error) this.#sentBytes += piece.length;
    });
    if (!more) this.#blocked = true;
  }

  #end(stream: ClientHttp2Stream, last: Uint8Array | undefined): void {
    if (stream.destroyed || stream.writableEnded) return;
    if (last === undefined) {
      stream.end();
      return;
    }
    this.#handedBytes += last.length;
    stream.end(last, (error?: Error | null) => {
      if (!error) this.#sentBytes += last.length;
    });
  }
}
