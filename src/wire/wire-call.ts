// One call: ties the request and response halves to an HTTP/2 stream, and decides how the call ends.
import { setMaxListeners } from 'node:events';
import type { ClientHttp2Stream } from 'node:http2';
import { ConnectFailure } from './attempt.ts';
import { CallDeadline } from './call-deadline.ts';
import type { CallHost } from './call-host.ts';
import { loadZlib, zlibLoaded } from './compression.ts';
import { statusFromTrailers } from './grpc-trailers.ts';
import { h2Codes } from './h2-codes.ts';
import { bodyKind, httpStatusOutcome } from './http-response.ts';
import type { Liveness } from './liveness.ts';
import { firstValue, type Metadata, receivedMetadata } from './metadata.ts';
import {
  connectionOutcome,
  headersTooLarge,
  missingStatus,
  resetOutcome,
  serverOutcome,
  shownTrailers,
} from './outcome.ts';
import { type Progress, progressText, sendingText, turnText } from './progress.ts';
import { requestHeaders } from './request-headers.ts';
import { RequestSide } from './request-side.ts';
import { ResponseSide } from './response-side.ts';
import type { LiveSession } from './session.ts';
import { clientStatus, codes, type Status } from './status.ts';
import type { StartOptions, WireEvent, WireStream } from './stream.ts';
import { listenTo, type StreamEnd, type StreamListener, startData } from './stream-events.ts';
import { traceHeaders } from './trace.ts';

/** How long an answer that is not gRPC may take to show its first text. */
const bodyPatienceMs = 300;

/** See WireStream. */
export class WireCall implements WireStream {
  readonly #host: CallHost<WireCall>;
  readonly #path: string;
  readonly #metadata: Metadata;
  readonly #options: StartOptions;
  readonly #deadline: CallDeadline;
  readonly #request: RequestSide;
  readonly #response: ResponseSide;
  readonly #onAbort = () => this.#aborted();
  #stream: ClientHttp2Stream | undefined;
  #streamEnd: () => StreamEnd | undefined = () => undefined;
  #bytesBefore = 0;
  #retried = false;
  #httpStatus = 0;
  #headers: Metadata = [];
  #grpcBody = false;
  #trailers: Metadata | undefined;
  #patience: NodeJS.Timeout | undefined;
  #liveness: Liveness | undefined;

  constructor(host: CallHost<WireCall>, path: string, metadata: Metadata, options: StartOptions) {
    this.#host = host;
    this.#path = path;
    this.#metadata = metadata;
    this.#options = options;
    this.#deadline = new CallDeadline(options);
    this.#request = new RequestSide(options.compress === 'gzip');
    this.#response = new ResponseSide(host.maxMessageBytes, (fault) => {
      this.#endHere(() => clientStatus(fault.code, fault.message, fault.hint, fault.found), true);
    });
  }

  /** Opens the stream, connecting first if needed. */
  begin(): void {
    const { signal } = this.#options;
    if (signal.aborted) return this.#aborted();
    // Any number of calls may be under way with one signal.
    setMaxListeners(0, signal);
    signal.addEventListener('abort', this.#onAbort, { once: true });
    this.#deadline.arm((what) => this.#late(what));
    if (this.ended) return;
    const live = this.#host.live();
    if (live !== undefined && (this.#options.compress === undefined || zlibLoaded())) this.#open(live);
    else void this.#connect();
  }

  send(message: Uint8Array): Promise<void> | undefined {
    return this.ended ? undefined : this.#request.send(message);
  }

  halfClose(): void {
    if (!this.ended) this.#request.halfClose();
  }

  get ended(): boolean {
    return this.#response.ended;
  }

  read(): Promise<readonly WireEvent[]> {
    return this.#response.read();
  }

  cancel(why: string): void {
    this.#endHere((progress) => clientStatus(codes.CANCELLED, `${why}: ${this.#howFar(progress)}`));
  }

  #aborted(): void {
    // A time limit of the caller's own is a deadline that the server was not told of.
    if ((this.#options.signal.reason as Error | undefined)?.name === 'TimeoutError')
      this.#late('the time limit was exceeded');
    else this.cancel('the call was cancelled here');
  }

  #late(what: string): void {
    // Known now, not when the status is read: by then the call is over.
    const limit = this.#answered ? undefined : this.#liveness?.turnLimit;
    const sending = limit === undefined ? sendingText(this.#request.sent) : turnText(limit);
    const waits = this.#stream === undefined ? '' : sending;
    this.#endHere((progress) => {
      const message = `${what}: ${this.#howFar(progress)}${waits}`;
      return clientStatus(codes.DEADLINE_EXCEEDED, message, '--deadline and --max-time set how long to wait');
    });
  }

  #howFar(progress: Progress): string {
    return this.#stream === undefined ? `still connecting to ${this.#host.target.address}` : progressText(progress);
  }

  get #now(): number {
    return this.#deadline.elapsed;
  }

  async #connect(): Promise<void> {
    try {
      if (this.#options.compress !== undefined) await loadZlib();
      const live = await this.#host.acquire();
      if (!this.ended) this.#open(live);
    } catch (error) {
      const hint = error instanceof ConnectFailure ? error.hint : undefined;
      const code = error instanceof ConnectFailure ? codes.UNAVAILABLE : codes.INTERNAL;
      this.#endHere(() => clientStatus(code, (error as Error).message, hint));
    }
  }

  #open(live: LiveSession): void {
    if (!live.usable) return this.#connectionBroken(live);
    const { compress } = this.#options;
    const headers = requestHeaders(this.#path, {
      target: this.#host.target,
      tls: live.connection.tls,
      metadata: this.#metadata,
      userAgent: this.#host.userAgent,
      compress,
      timeoutMs: this.#deadline.toSend,
    });
    let stream: ClientHttp2Stream;
    try {
      stream = live.http2.request(headers, { endStream: false });
    } catch (error) {
      return this.#endHere(() =>
        clientStatus(codes.INTERNAL, `the call could not be sent: ${(error as Error).message}`),
      );
    }
    this.#bytesBefore = live.bytesReceived;
    this.#host.trace?.(
      traceHeaders(
        '>',
        stream.id,
        Object.entries(headers).map(([k, v]) => [k, String(v)]),
      ),
    );
    this.#stream = stream;
    this.#streamEnd = listenTo(stream, live, this.#host.trace, this.#listener(stream, live));
    this.#liveness = live.liveness;
    live.liveness.callBegan(this.#host.keepaliveTimeMs);
    this.#request.attach(stream);
  }

  #listener(stream: ClientHttp2Stream, live: LiveSession): StreamListener {
    const listener: StreamListener = {
      current: () => this.#stream === stream && !this.ended,
      headers: (raw, httpStatus, endStream) => {
        this.#liveness?.heard();
        this.#onHeaders(receivedMetadata(raw), httpStatus, endStream, stream);
        if (listener.current()) startData(stream, this.#host.trace, listener);
      },
      data: (bytes) => {
        this.#liveness?.heard();
        this.#response.data(bytes, this.#now);
      },
      trailers: (raw) => {
        this.#trailers = receivedMetadata(raw);
      },
      finished: () => this.#finished(),
      broken: (end) => this.#broken(stream, live, end),
    };
    return listener;
  }

  #onHeaders(metadata: Metadata, httpStatus: number, endStream: boolean, stream: ClientHttp2Stream): void {
    this.#request.dropReplay();
    this.#headers = metadata;
    this.#httpStatus = httpStatus;
    const status = endStream ? statusFromTrailers(metadata) : undefined;
    if (status !== undefined) return this.#endByServer(status, metadata);
    this.#grpcBody = bodyKind(firstValue(metadata, 'content-type')) === 'grpc';
    this.#response.headers(metadata, httpStatus, this.#grpcBody, stream, this.#now);
    if (!this.#grpcBody) this.#patience = setTimeout(() => this.#notGrpc(), bodyPatienceMs);
  }

  #notGrpc(): void {
    this.#endHere(() => httpStatusOutcome(this.#httpStatus, this.#headers, this.#response.body));
  }

  /** The server has said all it had to say. */
  #finished(): void {
    const status = this.#trailers === undefined ? undefined : statusFromTrailers(this.#trailers);
    // A body that cannot be read as messages is no success, whatever the trailers say: it would be lost without a word.
    const unread = status?.code === codes.OK && !this.#grpcBody && this.#response.anyBody;
    if (status !== undefined && !unread) return this.#endByServer(status, this.#trailers ?? []);
    if (!this.#grpcBody) return this.#notGrpc();
    const early = statusFromTrailers(this.#headers);
    // Some proxies put an error into headers and end the stream with an empty frame; success is never taken from there.
    if (early !== undefined && early.code !== codes.OK && this.#trailers === undefined && !this.#response.anyBody) {
      return this.#endByServer(early, this.#headers);
    }
    this.#endHere((progress) => missingStatus(progress, this.#httpStatus, early !== undefined));
  }

  /** The stream is gone without a status. */
  #broken(stream: ClientHttp2Stream, live: LiveSession, end: StreamEnd): void {
    if (this.#answered && !this.#grpcBody) return this.#notGrpc();
    if (end.connectionLost || live.refused(stream.id)) return this.#connectionBroken(live);
    const code = stream.rstCode;
    if (code === h2Codes.refusedStream && this.#retry()) return;
    if (code === h2Codes.cancel && this.#deadline.passed)
      return this.#late('the server cancelled the call as its deadline was exceeded');
    const received = live.bytesReceived - this.#bytesBefore;
    if (code === h2Codes.enhanceYourCalm && !this.#answered && received > 100_000) {
      return this.#endHere(headersTooLarge);
    }
    this.#endHere((progress) => resetOutcome(code, progress));
  }

  #connectionBroken(live: LiveSession): void {
    if (!this.#answered && live.refused(this.#stream?.id) && this.#retry(live.carriedCalls)) return;
    this.#endHere((progress) => connectionOutcome(live.end, progress));
  }

  /** True once response headers came, be it without a single line. */
  get #answered(): boolean {
    return this.#httpStatus !== 0;
  }

  /**
   * Starts over on a fresh stream while all that was sent is still held: once, and again as long as connections that
   * carry a number of calls each (nginx: keepalive_requests) end while this one stands in line.
   */
  #retry(inLine = false): boolean {
    if ((this.#retried && !inLine) || !this.#request.detach()) return false;
    this.#retried ||= !inLine;
    this.#stream = undefined;
    this.#liveness?.callEnded();
    this.#liveness = undefined;
    this.#host.trace?.('  the server did not process the call: trying again');
    void this.#connect();
    return true;
  }

  #endByServer(status: Status, trailers: Metadata): void {
    const unsent = this.#request.sent.waiting;
    const shown = shownTrailers(trailers);
    this.#response.end((progress) => ({ status: serverOutcome(status, progress, unsent), trailers: shown }), this.#now);
    this.#cleanUp();
  }

  #endHere(make: (progress: Progress) => Status, decoding = false): void {
    if (this.ended && !decoding) return;
    const trailers = shownTrailers(this.#trailers ?? []);
    const ending = (progress: Progress) => ({ status: make(progress), trailers });
    if (decoding) this.#response.replaceEnd(ending, this.#now);
    else this.#response.end(ending, this.#now);
    this.#cleanUp();
  }

  #cleanUp(): void {
    this.#deadline.disarm();
    clearTimeout(this.#patience);
    this.#options.signal.removeEventListener('abort', this.#onAbort);
    this.#liveness?.callEnded();
    this.#liveness = undefined;
    this.#request.close();
    const stream = this.#stream;
    // Frees the stream on both sides, also when the server is done and our half is still open.
    if (stream !== undefined && !stream.closed && !this.#streamDone(stream)) {
      this.#host.trace?.(`> RST_STREAM stream ${stream.id ?? '?'} CANCEL`);
      stream.close(h2Codes.cancel);
    }
    this.#host.over(this);
  }

  #streamDone(stream: ClientHttp2Stream): boolean {
    return this.#streamEnd()?.ordered === true && stream.writableFinished;
  }
}
