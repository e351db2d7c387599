// One call through grpc-js: its stream of Buffers behind the contract of WireStream, its ways not to end shut off.
import { setMaxListeners } from 'node:events';
import type { Client, ClientDuplexStream, Metadata as GrpcMetadata, StatusObject } from '@grpc/grpc-js';
import { CallDeadline } from './call-deadline.ts';
import type { GrpcJsClient } from './grpc-js-client.ts';
import { isUnconnected, noConnection, statusFrom } from './grpc-js-status.ts';
import { decodeHeaderText, type Metadata } from './metadata.ts';
import { type Progress, progressText } from './progress.ts';
import { clientStatus, codes, type Status } from './status.ts';
import type { StartOptions, WireEvent, WireStream } from './stream.ts';

/** What is held for a reader that does not read, before the stream is paused: bytes, and messages. */
const pauseAbove = 1024 * 1024;
const pauseAboveMessages = 1024;
/** How much later than the deadline a call is ended here, if grpc-js has not ended it, in milliseconds. */
const patienceMs = 1000;
const stillWaiting =
  'grpc-js goes on waiting, as it does for ever after some HTTP/2 errors that --client native would name; --deadline ends it';
/** A call that waits keeps the process alive, whatever the library has left open. */
const longest = 2 ** 31 - 1;

/** See WireStream. */
export class GrpcJsCall implements WireStream {
  readonly #client: GrpcJsClient;
  readonly #options: StartOptions;
  readonly #deadline: CallDeadline;
  readonly #onAbort = () => this.#aborted();
  #stream: ClientDuplexStream<Buffer, Buffer> | undefined;
  #events: WireEvent[] = [];
  #queuedBytes = 0;
  #headers = false;
  #messages = 0;
  #bytes = 0;
  #given: StatusObject | undefined;
  #ended = false;
  #done = false;
  #wake: (() => void) | undefined;
  #writers: (() => void)[] = [];
  #timers: NodeJS.Timeout[] = [];

  constructor(client: GrpcJsClient, options: StartOptions) {
    this.#client = client;
    this.#options = options;
    // grpc-js keeps the deadline itself; this is for when it does not.
    const ms = options.deadlineMs;
    this.#deadline = new CallDeadline({ ...options, deadlineMs: ms === undefined ? undefined : ms + patienceMs });
  }

  /** Starts the call on what `open` returns. */
  begin(open: () => Client, path: string, metadata: Metadata): void {
    const { signal, deadlineMs } = this.#options;
    if (signal.aborted) return this.#aborted();
    setMaxListeners(0, signal);
    signal.addEventListener('abort', this.#onAbort, { once: true });
    this.#deadline.arm((what) => this.#late(what));
    try {
      const client = open();
      const same = (bytes: Buffer): Buffer => bytes;
      const deadline = deadlineMs === undefined ? {} : { deadline: Date.now() + deadlineMs };
      this.#stream = client.makeBidiStreamRequest(path, same, same, this.#metadata(metadata), deadline);
      this.#listen(this.#stream);
      const connectMs = Math.min(this.#client.connectTimeoutMs, longest);
      this.#timers.push(
        setTimeout(() => this.#connectOver(client), connectMs),
        setTimeout(() => {}, longest),
      );
    } catch (error) {
      this.#end(clientStatus(codes.INTERNAL, `the call could not be sent: ${(error as Error).message}`));
    }
  }

  #metadata(pairs: Metadata): GrpcMetadata {
    const metadata = new this.#client.library.Metadata();
    for (const [name, value] of pairs) metadata.add(name, name.endsWith('-bin') ? Buffer.from(value, 'base64') : value);
    return metadata;
  }

  #listen(stream: ClientDuplexStream<Buffer, Buffer>): void {
    stream.on('metadata', (metadata: GrpcMetadata) => {
      if (this.#ended) return;
      this.#headers = true;
      this.#client.connected(stream.getPeer());
      this.#push({ type: 'headers', metadata: pairsOf(metadata), httpStatus: 200, at: this.#deadline.elapsed });
    });
    stream.on('data', (bytes: Buffer) => this.#message(bytes, stream));
    stream.on('drain', () => this.#release());
    stream.on('error', () => {});
    stream.on('end', () => this.#settle());
    stream.on('status', (status: StatusObject) => {
      this.#given = status;
      this.#settle();
    });
  }

  #message(bytes: Buffer, stream: ClientDuplexStream<Buffer, Buffer>): void {
    if (this.#ended) return;
    this.#messages += 1;
    this.#bytes += bytes.length;
    this.#queuedBytes += bytes.length;
    const { length: wireSize } = bytes;
    this.#push({ type: 'message', bytes, wireSize, compressed: false, at: this.#deadline.elapsed });
    if (this.#queuedBytes > pauseAbove || this.#events.length > pauseAboveMessages) stream.pause();
  }

  /** The status counts once all messages before it have been taken from the stream. */
  #settle(): void {
    const given = this.#given;
    if (given === undefined || this.#ended || (this.#stream?.readableLength ?? 0) > 0) return;
    const trailers = pairsOf(given.metadata);
    const status = statusFrom(given, trailers, this.#progress);
    if (status.origin === 'server') this.#client.connected(this.#stream?.getPeer() ?? '');
    if (isUnconnected(status)) void this.#endUnconnected(status.message);
    else this.#end(status, trailers);
  }

  async #endUnconnected(message: string): Promise<void> {
    this.#ended = true;
    const at = this.#deadline.elapsed;
    this.#cleanUp();
    const status = noConnection(message, await this.#client.explain());
    this.#finish({ type: 'status', status, trailers: [], at });
  }

  get #progress(): Progress {
    return { headers: this.#headers, messages: this.#messages, bytes: this.#bytes, partial: undefined };
  }

  send(message: Uint8Array): Promise<void> | undefined {
    const stream = this.#stream;
    if (this.#ended || stream === undefined || stream.writableEnded) return undefined;
    const bytes = Buffer.from(message.buffer, message.byteOffset, message.byteLength);
    return stream.write(bytes) ? undefined : new Promise((resolve) => this.#writers.push(resolve));
  }

  #release(): void {
    for (const resolve of this.#writers.splice(0)) resolve();
  }

  halfClose(): void {
    if (!this.#ended) this.#stream?.end();
  }

  get ended(): boolean {
    return this.#ended;
  }

  async read(): Promise<readonly WireEvent[]> {
    while (this.#events.length === 0 && !this.#done) {
      this.#stream?.resume();
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const events = this.#events;
    this.#events = [];
    this.#queuedBytes = 0;
    return events;
  }

  cancel(why: string): void {
    this.#cancel((progress) => clientStatus(codes.CANCELLED, `${why}: ${progressText(progress)}`));
  }

  #aborted(): void {
    // A time limit of the caller's own is a deadline that the server was not told of.
    if ((this.#options.signal.reason as Error | undefined)?.name === 'TimeoutError')
      this.#late('the time limit was exceeded');
    else this.cancel('the call was cancelled here');
  }

  #late(what: string): void {
    const hint = '--deadline and --max-time set how long to wait';
    this.#cancel((progress) => clientStatus(codes.DEADLINE_EXCEEDED, `${what}: ${progressText(progress)}`, hint));
  }

  /** The time to connect in is over. */
  #connectOver(client: Client): void {
    if (this.#ended || this.#headers) return;
    const limit = `${this.#client.connectTimeoutMs / 1000} s`;
    if (this.#client.isConnected(client)) {
      if (this.#options.deadlineMs === undefined) this.#client.say(`grepl: no answer within ${limit}; ${stillWaiting}`);
      return;
    }
    this.#stream?.cancel();
    void this.#endUnconnected(`no connection to ${this.#client.address} within ${limit}`);
  }

  #cancel(make: (progress: Progress) => Status): void {
    if (this.#ended) return;
    const stream = this.#stream;
    // What grpc-js has delivered is not lost.
    while (stream && stream.readableLength > 0 && stream.read() !== null);
    stream?.cancel();
    this.#end(make(this.#progress));
  }

  #end(status: Status, trailers: Metadata = []): void {
    this.#ended = true;
    this.#cleanUp();
    this.#finish({ type: 'status', status, trailers, at: this.#deadline.elapsed });
  }

  #finish(status: WireEvent): void {
    this.#done = true;
    this.#push(status);
  }

  #cleanUp(): void {
    this.#deadline.disarm();
    for (const timer of this.#timers) clearTimeout(timer);
    this.#options.signal.removeEventListener('abort', this.#onAbort);
    this.#release();
    this.#client.over(this);
  }

  #push(event: WireEvent): void {
    this.#events.push(event);
    this.#wake?.();
    this.#wake = undefined;
  }
}

/** Metadata as grpc-js delivers it: repeats of one name stand together, or are joined. */
function pairsOf(metadata: GrpcMetadata): (readonly [string, string])[] {
  return Object.entries(metadata.toHttp2Headers()).flatMap(([name, values]) =>
    [values].flat().map((value) => [name, decodeHeaderText(String(value ?? ''))] as const),
  );
}
