// Pieces of answers in few letters, for tables in which one of them is wrong.
import * as h2 from '../support/http2-frames.ts';

/** t.M with s = "ok". */
export const ok = Buffer.from([10, 2, 111, 107]);

/** Response headers of a healthy answer, and more. */
export const H = h2.responseHeaders;

/** Trailers with a grpc-status. */
export const T = h2.trailers;

/** DATA with whole messages. */
export const M = (id: number, count = 1): Buffer =>
  h2.data(id, Buffer.concat(Array<Buffer>(count).fill(h2.grpcMessage(ok))));

/** A trailers-only answer. */
export const TO = (id: number, more: h2.HeaderPairs): Buffer => H(id, more, { endStream: true });

/** One after another. */
export const all = (...parts: readonly Uint8Array[]): Buffer => Buffer.concat(parts);

/** The same again, or nearly. */
export const many = (count: number, part: (index: number) => Uint8Array): Buffer =>
  Buffer.concat(Array.from({ length: count }, (_, index) => part(index)));

/** The statuses of an answer that breaks HTTP/2, before or after the settings are known. */
export const protocol = ['INTERNAL', 'UNAVAILABLE'];
