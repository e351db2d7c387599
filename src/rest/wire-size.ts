// How many bytes a call says, as REST and as gRPC, and what gzip makes of them. What carries them, request lines,
// headers and frames, is measured on the connection and not computed.
import { gzipSync } from 'node:zlib';

/** Bytes of one direction of a call. */
export interface PayloadSize {
  /** For gRPC the serialized messages, for REST path, query and body. */
  readonly payload: number;
  /** The same with what is compressed by itself, a message or a body, compressed. */
  readonly gzip: number;
}

/** Bytes of a REST request: the path and the query as they are sent, and the body. */
export function restRequestSize(path: string, query: string, body: Uint8Array = new Uint8Array(0)): PayloadSize {
  const target = Buffer.byteLength(query === '' ? path : `${path}?${query}`, 'utf8');
  return { payload: target + body.length, gzip: target + gzipSize(body) };
}

/** Bytes of gRPC messages, without the five that stand before each. */
export function grpcMessagesSize(messages: readonly Uint8Array[]): PayloadSize {
  return {
    payload: messages.reduce((sum, message) => sum + message.length, 0),
    gzip: messages.reduce((sum, message) => sum + gzipSize(message), 0),
  };
}

/** What gzip makes of the bytes, at the level servers use; 0 for nothing. Short ones grow. */
export function gzipSize(bytes: Uint8Array): number {
  return bytes.length === 0 ? 0 : gzipSync(bytes).length;
}
