// What node:http2 says about one stream, in an order and with a meaning that a call can rely on.
import type { ClientHttp2Stream } from 'node:http2';
import type { LiveSession } from './session.ts';
import { pairsOf, traceHeaders } from './trace.ts';

/** How the incoming half of a stream ended. */
export interface StreamEnd {
  /** By END_STREAM; otherwise by a reset or the loss of the connection. */
  readonly ordered: boolean;
  readonly connectionLost: boolean;
}

/** What the listener of a stream does; header lists are flat, names and values as they came. */
export interface StreamListener {
  /** False once the call has ended or moved on to another stream: nothing more is told. */
  current(): boolean;
  /** Response headers that are not informational; `endStream` when nothing follows them. */
  headers(raw: readonly string[], httpStatus: number, endStream: boolean): void;
  data(bytes: Buffer): void;
  trailers(raw: readonly string[]): void;
  /** All data has been given out and the server has ended the stream in order. */
  finished(): void;
  /** All data has been given out and there will be neither more nor trailers; the session knows why, if it is its end. */
  broken(end: StreamEnd): void;
}

const endStreamFlag = 1;

/** Tells the listener what happens on a stream just requested. Returns how its incoming half ended, once it has. */
export function listenTo(
  stream: ClientHttp2Stream,
  live: LiveSession,
  trace: ((line: string) => void) | undefined,
  listener: StreamListener,
): () => StreamEnd | undefined {
  const end = watchEnd(stream, live);
  let trailers = false;
  stream.on('response', (headers, flags, ...rest: unknown[]) => {
    const raw = rest[0] as string[];
    trace?.(traceHeaders('<', stream.id, pairsOf(raw)));
    if (listener.current()) listener.headers(raw, Number(headers[':status'] ?? 0), (flags & endStreamFlag) !== 0);
  });
  stream.on('trailers', (_headers, _flags, ...rest: unknown[]) => {
    const raw = rest[0] as string[];
    trace?.(traceHeaders('<', stream.id, pairsOf(raw)));
    trailers = true;
    if (listener.current()) listener.trailers(raw);
  });
  stream.on('end', () => {
    if (listener.current() && (trailers || end()?.ordered)) listener.finished();
  });
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // A reset shows in its code. What ends the session is often told to its streams first, or only to them.
    const code = error.code ?? '';
    const own = code === 'ERR_HTTP2_STREAM_CANCEL' || code === 'ERR_HTTP2_STREAM_ERROR';
    if (live.http2.destroyed && !own) live.noteError(error);
  });
  stream.on('close', () => {
    trace?.(`  stream ${stream.id ?? '?'} closed, code ${stream.rstCode}`);
    if (!listener.current()) return;
    drain(stream, listener);
    const how = end() ?? { ordered: false, connectionLost: live.http2.destroyed };
    if (trailers || how.ordered) listener.finished();
    else if (!how.connectionLost) listener.broken(how);
    // The session's own error, which holds the cause, comes after its streams have been closed.
    else void live.settled().then(() => listener.current() && listener.broken(how));
  });
  return end;
}

/** Starts the flow of data, which waits until the headers have been looked at. */
export function startData(
  stream: ClientHttp2Stream,
  trace: ((line: string) => void) | undefined,
  listener: StreamListener,
): void {
  stream.on('data', (bytes: Buffer) => {
    trace?.(`< DATA stream ${stream.id ?? '?'} ${bytes.length} bytes`);
    listener.data(bytes);
  });
}

// What arrived before a reset or a cut but sits in node's own buffer, because the reader had paused the stream.
function drain(stream: ClientHttp2Stream, listener: StreamListener): void {
  stream.removeAllListeners('data');
  for (let rest: Buffer | null = stream.read(); rest !== null; rest = stream.read()) listener.data(rest);
}

// END_STREAM and RST_STREAM(NO_ERROR) both end the readable side of node's stream in order. They differ in what
// happened first: at END_STREAM the stream is not closed yet when the end of data is pushed.
function watchEnd(stream: ClientHttp2Stream, live: LiveSession): () => StreamEnd | undefined {
  let end: StreamEnd | undefined;
  const push = stream.push.bind(stream);
  stream.push = (chunk: unknown, encoding?: BufferEncoding) => {
    if (chunk === null) end ??= { ordered: !stream.closed, connectionLost: live.http2.destroyed };
    return push(chunk, encoding);
  };
  return () => end;
}
