// What grpc-js says a call ended with, as a status of ours: it does not say who made a status, or why, but in its words.
import { statusFromTrailers } from './grpc-trailers.ts';
import { h2CodeName } from './h2-codes.ts';
import type { Metadata } from './metadata.ts';
import { type Progress, progressText } from './progress.ts';
import { clientStatus, codes, type Status } from './status.ts';
import { byteSize, looksLikeText, quoteBytes } from './wording.ts';

/** A status as grpc-js hands it over; it happens that `code` is NaN, or that both are missing. */
export interface GivenStatus {
  readonly code?: number | undefined;
  readonly details?: string | undefined;
}

const elsewhere = 'grpc-js keeps no more of it; --client native shows it';
const limits = '--deadline and --max-time set how long to wait';

/** What grpc-js 1.14 writes into statuses it makes itself, and what that means. */
const ownWords: readonly (readonly [RegExp, (match: RegExpExecArray) => string | undefined])[] = [
  [/^Deadline exceeded/, () => limits],
  [/^Received message larger than max \((\d+) vs (\d+)\)$/, ([, size, limit]) => tooLarge(Number(size), Number(limit))],
  [/^Received message that decompresses to a size larger than (\d+)$/, ([, limit]) => raise(Number(limit))],
  [/^Attempted to send message with a size larger than \d+$/, () => 'grpc.max_send_message_length sets the limit'],
  [/^Received RST_STREAM with code (\d+)/, ([, code]) => `RST_STREAM ${h2CodeName(Number(code))}; ${elsewhere}`],
  [/^Received HTTP status code \d+$/, () => `something that is no gRPC server has answered; ${elsewhere}`],
  [/^No status information received$/, () => `the answer has no grpc-status; ${elsewhere}`],
  [/^Bandwidth exhausted or memory limit exceeded$/, () => exhausted],
  [/^Stream refused by server$/, () => 'the server may be overloaded or shutting down'],
  [/^Connection dropped$/, () => `the connection ended under the call; ${elsewhere}`],
  [/^Call cancelled$/, () => `the server reset the stream with ${h2CodeName(8)}`],
  [/^Protocol not secure enough$/, () => `RST_STREAM ${h2CodeName(12)}`],
  [/^Failed to decompress (?:gzip|deflate)-encoded message$/, () => undefined],
  [
    /^(?:Write error|Write failed with error|Failed to start HTTP\/2 stream with error|Response message parsing error)/,
    () => undefined,
  ],
  [/^(?:read|write) E[A-Z]+$/, () => `the connection was lost; ${elsewhere}`],
  [/^Channel closed before call started$|^Cancelled on client$|^Subchannel not ready$/, () => undefined],
  [/^Failed to route call to method |^Invalid status from control plane: /, () => 'see the service config'],
];

const noNumber = 'the server sent a grpc-status that is no number; grpc-js keeps no more of it';
const exhausted =
  'either RST_STREAM ENHANCE_YOUR_CALM (11), or more than 128 header lines, which node takes no more of by itself; ' +
  '--client native tells them apart';
const httpWords = /^Received HTTP status code \d+$|^No status information received$/;
const connectionWords =
  /^(?:(?:weighted_)?round_robin: )?No connection established|^Name resolution failed|^Failed to parse \S+ address|^No connection to /i;

function raise(limit: number): string {
  return `grpc-js takes ${byteSize(limit)} a message: --max-message SIZE raises it here, grpc.max_receive_message_length in a program`;
}

// The first bytes of a page of text are taken for the length of a message.
function tooLarge(size: number, limit: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(size >>> 0);
  if (!looksLikeText(bytes)) return raise(limit);
  return `this length is the text ${quoteBytes(bytes)}: something between client and server has answered; ${elsewhere}`;
}

/**
 * The status that grpc-js gave. It counts as the server's own unless its words are those that grpc-js itself uses: then
 * `origin` is `client`, and the hint says what they mean.
 */
export function statusFrom(given: GivenStatus, trailers: Metadata, progress: Progress): Status {
  const { code, details = '' } = given;
  if (code === undefined) return withoutCode(progress);
  if (Number.isNaN(code)) return { code: codes.UNKNOWN, message: noNumber, details: [], origin: 'server' };
  // The library puts metadata beside its own words for an HTTP answer alone.
  if (trailers.length > 0 && !httpWords.test(details)) return fromServer(code, details, trailers);
  if (connectionWords.test(details)) return clientStatus(code, details);
  for (const [words, explain] of ownWords) {
    const match = code === codes.OK ? null : words.exec(details);
    if (!match) continue;
    const how = code === codes.DEADLINE_EXCEEDED ? `: ${progressText(progress)}` : '';
    return clientStatus(code, `${details}${how}`, explain(match));
  }
  return fromServer(code, details, trailers);
}

function fromServer(code: number, details: string, trailers: Metadata): Status {
  const message = encodeURIComponent(Buffer.from(details).toString());
  return statusFromTrailers([['grpc-status', String(code)], ['grpc-message', message], ...trailers]) as Status;
}

function withoutCode(progress: Progress): Status {
  return clientStatus(
    codes.UNKNOWN,
    `grpc-js ended the call without a code or a text, ${progressText(progress)}`,
    'it does that for a compressed message that it cannot read: it knows gzip and deflate; --client native says more',
  );
}

/** Whether a status says that there is no connection. */
export function isUnconnected(status: Status): boolean {
  return status.origin === 'client' && status.code === codes.UNAVAILABLE && connectionWords.test(status.message);
}

/** The status of a call that found no connection; `found` is what our own client makes of the target. */
export function noConnection(message: string, found: string): Status {
  // The note on name resolution is empty as a rule.
  const text = message.replace(/\.? ?Resolution note: *$/, '');
  return clientStatus(codes.UNAVAILABLE, text, found);
}
