// One call: ties the request and response halves to an HTTP/2 stream, and decides how the call ends.
import type { ClientHttp2Stream, IncomingHttpHeaders } from 'node:http2';
import { ConnectFailure } from './attempt.ts';
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
import { type Progress, progressText, sendingText } from './progress.ts';
import { requestHeaders } from './request-headers.ts';
import { RequestSide } from './request-side.ts';
import { ResponseSide } from './response-side.ts';
import type { LiveSession } from './session.ts';
import { clientStatus, codes, type Status } from './status.ts';
import type { StartOptions, WireEvent, WireStream } from './stream.ts';
import type { Target } from './target.ts';
import { pairsOf, traceHeaders } from './trace.ts';
import { duration } from './wording.ts';

/** What a call needs of its channel. */
export interface CallHost {
  readonly target: Target;
  readonly maxMessageBytes: number;
  readonly keepaliveTimeMs: number | undefined;
  readonly userAgent: string;
  readonly trace: ((line: string) => void) | undefined;
  /** A connection that takes calls right now. */
  live(): LiveSession | undefined;
  /** A connection, made if need be. */
  acquire(): Promise<LiveSession>;
  /** The call is over. */
  over(call: WireCall): void;
}

/** How long an answer that is not gRPC may take to show its first text. */
const bodyPatienceMs = 300;
const endStreamFlag = 1;

/** How the incoming half of an HTTP/2 stream ended. */
interface StreamEnd {
  /** By END_STREAM; otherwise by a reset or the loss of the connection. */
  readonly ordered: boolean;
  readonly connectionLost: boolean;
}

/** See WireStream. */
export class WireCall implements WireStream {
  readonly #host: CallHost;
  readonly #path: string;
  readonly #metadata: Metadata;
  readonly #options: StartOptions;
  readonly #began = performance.now();
  readonly #request: RequestSide;
  readonly #response: ResponseSide;
  readonly #onAbort = () => this.#aborted();
  #stream: ClientHttp2Stream | undefined;
  #streamEnd: StreamEnd | undefined;
  #bytesBefore = 0;
  #retried = false;
  #httpStatus = 0;
  #headers: Metadata = [];
  #grpcBody = false;
  #trailers: Metadata | undefined;
  #deadline: NodeJS.Timeout | undefined;
  #patience: NodeJS.Timeout | undefined;
  #liveness: Liveness | undefined;

  constructor(host: CallHost, path: string, metadata: Metadata, options: StartOptions) {
    this.#host = host;
    this.#path = path;
    this.#metadata = metadata;
    this.#options = options;
    this.#request = new RequestSide(options.compress === 'gzip');
    this.#response = new ResponseSide(host.maxMessageBytes, (fault) => {
      this.#endHere(() => clientStatus(fault.code, fault.message, fault.hint), true);
    });
  }

  /** Opens the stream, connecting first if needed. */
  begin(): void {
    const { signal, deadlineMs } = this.#options;
    if (signal.aborted) return this.#aborted();
    signal.addEventListener('abort', this.#onAbort, { once: true });
    if (deadlineMs !== undefined) this.#armDeadline(deadlineMs);
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

  /** Ends the call here: RST_STREAM CANCEL to the server, CANCELLED to the reader. */
  cancel(why: string): void {
    this.#endHere((progress) => clientStatus(codes.CANCELLED, `${why}: ${this.#howFar(progress)}`));
  }

  #aborted(): void {
    // A time limit of the caller's own is a deadline that the server was not told of.
    if ((this.#options.signal.reason as Error | undefined)?.name === 'TimeoutError')
      this.#late('the time limit was exceeded');
    else this.cancel('the call was cancelled here');
  }

  #armDeadline(ms: number): void {
    const what = `the deadline of ${duration(ms)} was exceeded`;
    if (!(ms > 0)) return this.#late(what);
    // setTimeout fires at once above 2^31 - 1 ms.
    this.#deadline = setTimeout(() => this.#late(what), Math.min(ms, 2 ** 31 - 1));
  }

  #late(what: string): void {
    this.#endHere((progress) => {
      const message = `${what}: ${this.#howFar(progress)}${sendingText(this.#request.sent)}`;
      return clientStatus(codes.DEADLINE_EXCEEDED, message, '--deadline and --max-time set how long to wait');
    });
  }

  #howFar(progress: Progress): string {
    return this.#stream === undefined ? `still connecting to ${this.#host.target.address}` : progressText(progress);
  }

  get #now(): number {
    return performance.now() - this.#began;
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
    const { deadlineMs, compress } = this.#options;
    const headers = requestHeaders(this.#path, {
      target: this.#host.target,
      tls: live.connection.tls,
      metadata: this.#metadata,
      userAgent: this.#host.userAgent,
      compress,
      timeoutMs: deadlineMs === undefined ? undefined : Math.max(0.001, deadlineMs - (this.#retried ? this.#now : 0)),
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
    this.#streamEnd = undefined;
    this.#listen(stream, live);
    this.#liveness = live.liveness;
    live.liveness.callBegan(this.#host.keepaliveTimeMs);
    this.#request.attach(stream);
  }

  #listen(stream: ClientHttp2Stream, live: LiveSession): void {
    const current = () => this.#stream === stream && !this.ended;
    this.#watchEnd(stream, live);
    stream.on('response', (headers, flags, ...rest: unknown[]) => {
      if (current()) this.#onResponse(stream, headers, flags, rest[0] as string[]);
    });
    stream.on('trailers', (_headers, _flags, ...rest: unknown[]) => {
      const raw = rest[0] as string[];
      this.#host.trace?.(traceHeaders('<', stream.id, pairsOf(raw)));
      if (current()) this.#trailers = receivedMetadata(raw);
    });
    stream.on('end', () => {
      if (current() && (this.#trailers !== undefined || this.#streamEnd?.ordered)) this.#finished();
    });
    stream.on('error', (error: NodeJS.ErrnoException) => {
      // A reset shows in its code. What ends the session is often told to its streams first, or only to them.
      const code = error.code ?? '';
      if (live.http2.destroyed && code !== 'ERR_HTTP2_STREAM_CANCEL' && code !== 'ERR_HTTP2_STREAM_ERROR') {
        live.noteError(error);
      }
    });
    stream.on('close', () => {
      this.#host.trace?.(`  stream ${stream.id ?? '?'} closed, code ${stream.rstCode}`);
      if (!current()) return;
      stream.removeAllListeners('data');
      for (let rest = stream.read(); rest !== null; rest = stream.read()) this.#response.data(rest, this.#now);
      if (this.#trailers !== undefined || this.#streamEnd?.ordered) this.#finished();
      else if (!this.#streamEnd?.connectionLost) this.#broken(stream, live);
      // The session's own error, which holds the cause, comes after its streams have been closed.
      else void live.settled().then(() => current() && this.#broken(stream, live));
    });
  }

  // END_STREAM and RST_STREAM(NO_ERROR) both end the readable side of node's stream in order. They differ in what
  // happened first: at END_STREAM the stream is not closed yet when the end of data is pushed.
  #watchEnd(stream: ClientHttp2Stream, live: LiveSession): void {
    const push = stream.push.bind(stream);
    stream.push = (chunk: unknown, encoding?: BufferEncoding) => {
      if (chunk === null && this.#stream === stream) {
        this.#streamEnd ??= { ordered: !stream.closed, connectionLost: live.http2.destroyed };
      }
      return push(chunk, encoding);
    };
  }

  #onResponse(stream: ClientHttp2Stream, headers: IncomingHttpHeaders, flags: number, raw: string[]): void {
    this.#liveness?.heard();
    const metadata = receivedMetadata(raw);
    const httpStatus = Number(headers[':status'] ?? 0);
    this.#host.trace?.(traceHeaders('<', stream.id, pairsOf(raw)));
    this.#request.dropReplay();
    this.#headers = metadata;
    this.#httpStatus = httpStatus;
    const trailersOnly = (flags & endStreamFlag) !== 0;
    const status = trailersOnly ? statusFromTrailers(metadata) : undefined;
    if (status !== undefined) return this.#endByServer(status, metadata);
    this.#grpcBody = bodyKind(firstValue(metadata, 'content-type')) === 'grpc';
    this.#response.headers(metadata, httpStatus, this.#grpcBody, stream, this.#now);
    const { trace } = this.#host;
    stream.on('data', (bytes: Buffer) => {
      trace?.(`< DATA stream ${stream.id ?? '?'} ${bytes.length} bytes`);
      this.#liveness?.heard();
      this.#response.data(bytes, this.#now);
    });
    if (!this.#grpcBody) this.#patience = setTimeout(() => this.#notGrpc(), bodyPatienceMs);
  }

  #notGrpc(): void {
    this.#endHere(() => httpStatusOutcome(this.#httpStatus, this.#headers, this.#response.body));
  }

  /** The server has said all it had to say. */
  #finished(): void {
    const status = this.#trailers === undefined ? undefined : statusFromTrailers(this.#trailers);
    if (status !== undefined) return this.#endByServer(status, this.#trailers ?? []);
    if (!this.#grpcBody) return this.#notGrpc();
    const early = statusFromTrailers(this.#headers);
    // Some proxies put an error into headers and end the stream with an empty frame; success is never taken from there.
    if (early !== undefined && early.code !== codes.OK && this.#trailers === undefined && !this.#response.anyBody) {
      return this.#endByServer(early, this.#headers);
    }
    this.#endHere((progress) => missingStatus(progress, this.#httpStatus, early !== undefined));
  }

  /** The stream is gone without a status. */
  #broken(stream: ClientHttp2Stream, live: LiveSession): void {
    if (this.#headers.length > 0 && !this.#grpcBody) return this.#notGrpc();
    if (this.#streamEnd?.connectionLost || live.refused(stream.id)) return this.#connectionBroken(live);
    const code = stream.rstCode;
    if (code === h2Codes.refusedStream && this.#retry()) return;
    if (code === h2Codes.cancel && this.#deadlinePassed())
      return this.#late('the server cancelled the call as its deadline was exceeded');
    const received = live.bytesReceived - this.#bytesBefore;
    if (code === h2Codes.enhanceYourCalm && this.#headers.length === 0 && received > 100_000) {
      return this.#endHere(headersTooLarge);
    }
    this.#endHere((progress) => resetOutcome(code, progress));
  }

  #connectionBroken(live: LiveSession): void {
    if (this.#headers.length === 0 && live.refused(this.#stream?.id) && this.#retry()) return;
    this.#endHere((progress) => connectionOutcome(live.end, progress));
  }

  #deadlinePassed(): boolean {
    const { deadlineMs } = this.#options;
    // Clocks and timers are not that exact.
    return deadlineMs !== undefined && this.#now >= deadlineMs - 20;
  }

  /** Starts over on a fresh stream, once, while all that was sent is still held. */
  #retry(): boolean {
    if (this.#retried || !this.#request.detach()) return false;
    this.#retried = true;
    this.#stream = undefined;
    this.#liveness?.callEnded();
    this.#liveness = undefined;
    this.#host.trace?.('  the server did not process the call: trying once more');
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
    clearTimeout(this.#deadline);
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
    return this.#streamEnd?.ordered === true && stream.writableFinished;
  }
}
