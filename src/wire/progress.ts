// How far a call got, in the words that end a status message of ours.

import type { PartialMessage } from './frame.ts';
import { byteSize, plural } from './wording.ts';

/** What had arrived when a call ended. */
export interface Progress {
  readonly headers: boolean;
  readonly messages: number;
  /** Bytes of these messages as framed, prefixes left out. */
  readonly bytes: number;
  readonly partial: PartialMessage | undefined;
}

/** Such as `no response headers came` or `after 1 message of 4 bytes, in the middle of the next (10 of 100 bytes)`. */
export function progressText(progress: Progress): string {
  const { headers, messages, bytes, partial } = progress;
  if (!headers) return 'no response headers came';
  const all = messages === 1 ? '' : ' in all';
  const before = messages === 0 ? 'after the headers' : `after ${plural(messages, 'message')} of ${bytes} bytes${all}`;
  return partial === undefined
    ? before
    : `${before}, in the middle of message ${messages + 1} (${partialText(partial)})`;
}

/** `10 of 100 bytes`, or how much of the prefix came. */
export function partialText(partial: PartialMessage): string {
  return `${partial.have} of ${partial.want} bytes${partial.prefix ? ' of its length prefix' : ''}`;
}

/** What of the request is on its way, when it is not all; '' when nothing waits. */
export function sendingText(sent: {
  readonly waiting: boolean;
  readonly bytes: number;
  readonly messages: number;
}): string {
  if (!sent.waiting) return '';
  return `; ${byteSize(sent.bytes)} of the request were sent, the rest waits for the server to open its flow control window`;
}

/** That a call may be waiting for its turn; `limit` is the server's MAX_CONCURRENT_STREAMS. */
export function turnText(limit: number): string {
  const allowed = limit === 0 ? 'no calls at all' : `${plural(limit, 'call')} at a time`;
  return `; the server allows ${allowed} (MAX_CONCURRENT_STREAMS)`;
}
