// The status of a call whose stream ended without one, or with one that its body contradicts.
import { h2CodeName, h2Codes, statusCodeForReset } from './h2-codes.ts';
import { statusCodeForHttp } from './http-response.ts';
import type { Metadata } from './metadata.ts';
import { type Progress, partialText, progressText } from './progress.ts';
import type { SessionEnd } from './session.ts';
import { clientStatus, codes, type Status } from './status.ts';
import { plural } from './wording.ts';

/**
 * The server's own status, unless it says OK after a message that is not whole. Whatever else is odd is a warning.
 */
export function serverOutcome(status: Status, progress: Progress, unsent: boolean): Status {
  const { partial, messages } = progress;
  if (partial !== undefined && status.code === codes.OK) {
    const message = `message ${messages + 1} is incomplete: ${partialText(partial)} came before the trailers`;
    return clientStatus(codes.INTERNAL, message, 'the server ended the call with OK all the same; this is its fault');
  }
  const warnings = [
    ...(status.warnings ?? []),
    ...(partial === undefined ? [] : [`message ${messages + 1} is incomplete: ${partialText(partial)}`]),
    ...(unsent ? ['the server stopped reading: it ended the call before all of the request was sent'] : []),
  ];
  return warnings.length === 0 ? status : { ...status, warnings };
}

/** The stream ended in order (END_STREAM) but without grpc-status; `inHeaders` when the headers had one. */
export function missingStatus(progress: Progress, httpStatus: number, inHeaders: boolean): Status {
  const { messages, partial } = progress;
  const cut = partial === undefined ? '' : ` and in the middle of message ${messages + 1} (${partialText(partial)})`;
  const http = httpStatus === 200 ? '' : `HTTP ${httpStatus}: `;
  const why = inHeaders ? ' (the one in the headers does not count when a body follows)' : '';
  return clientStatus(
    httpStatus === 200 ? codes.INTERNAL : statusCodeForHttp(httpStatus),
    `${http}the server ended the stream without grpc-status in trailers${why}, after ${plural(messages, 'message')}${cut}`,
    'a proxy that does not pass on HTTP/2 trailers looks like this, and so does a server that crashed',
    httpStatus === 200 ? { kind: 'no-trailers' } : undefined,
  );
}

// node:http2 resets a stream by itself when the answer breaks a rule or a limit, and does not say that it was itself.
const resetHints = new Map<number, string>([
  [
    1,
    'if the server did not send this, its answer broke the HTTP/2 protocol, for example by a header name with capitals',
  ],
  [h2Codes.refusedStream, 'the server did not look at the call; it may be overloaded or shutting down'],
  [
    h2Codes.enhanceYourCalm,
    'if the server did not send this, its headers or trailers are above the limit of 256 KiB or 10000 lines',
  ],
]);

/** The stream was reset with an HTTP/2 error code. */
export function resetOutcome(code: number, progress: Progress): Status {
  const name = h2CodeName(code);
  const hint = resetHints.get(code);
  const message = `the stream was reset with RST_STREAM ${name}: ${progressText(progress)}`;
  return clientStatus(statusCodeForReset(code), message, hint);
}

/** The response headers were above our limits, which node:http2 answers with a reset of its own. */
export function headersTooLarge(): Status {
  return clientStatus(
    codes.RESOURCE_EXHAUSTED,
    'the response headers are above the limit of 256 KiB or 10000 header lines',
    'this limit is fixed',
  );
}

/** The connection ended under the call. */
export function connectionOutcome(end: SessionEnd, progress: Progress): Status {
  return clientStatus(end.code, `${end.message}: ${progressText(progress)}`, end.hint);
}

/** Trailers as shown: what the status already says is left out. */
export function shownTrailers(trailers: Metadata): Metadata {
  return trailers.filter(([name]) => name !== 'grpc-status' && name !== 'grpc-message');
}
