// How many bytes a call takes as REST: the text of HTTP/1.1 as curl and a Node server write it, and what gzip makes of it.
import { gzipSync } from 'node:zlib';
import type { Metadata } from '../wire/metadata.ts';
import type { RestBody, RestEquivalent } from './rest.ts';

/** Bytes of one direction of a call; `gzip` is the payload compressed by itself. */
export interface WireSize {
  /** What the call says: for gRPC the serialized messages, for REST path, query and body. */
  readonly payload: number;
  /** With what carries it: request line or status line, headers, framing. */
  readonly wire: number;
  readonly gzip: number;
}

type Request = Pick<RestEquivalent, 'httpMethod' | 'path' | 'query' | 'headers' | 'body'>;

/**
 * The head of the request as curl sends it over HTTP/1.1, up to and including the empty line. `host` is what the Host
 * header says, with the port if it is not the usual one.
 */
export function requestHead(request: Request, host: string): string {
  const given = new Set(request.headers.map(([name]) => name.toLowerCase()));
  const body = bytesOf(request.body);
  const target = request.query === '' ? request.path : `${request.path}?${request.query}`;
  const usual: [string, string][] = [
    ['User-Agent', 'curl/8.5.0'],
    ['Accept', '*/*'],
  ];
  const lines = [
    `${request.httpMethod} ${target} HTTP/1.1`,
    `Host: ${host}`,
    ...usual.filter(([name]) => !given.has(name.toLowerCase())).map(([name, value]) => `${name}: ${value}`),
    ...request.headers.map(([name, value]) => `${name}: ${value}`),
  ];
  if (request.body !== undefined && !given.has('content-type')) lines.push(`Content-Type: ${request.body.contentType}`);
  if (request.body !== undefined) lines.push(`Content-Length: ${body.length}`);
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** Bytes of the REST request: payload is path, query and body; wire the whole HTTP/1.1 text. */
export function restRequestSize(request: Request, host: string): WireSize {
  const body = bytesOf(request.body);
  const target = request.query === '' ? request.path : `${request.path}?${request.query}`;
  return {
    payload: utf8Length(target) + body.length,
    wire: utf8Length(requestHead(request, host)) + body.length,
    gzip: utf8Length(target) + gzipSize(body),
  };
}

/** The head of an answer as a Node server writes it over a connection that is kept alive; the date is a stand-in. */
export function responseHead(
  status: { readonly code: number; readonly phrase: string },
  headers: Metadata,
  length: number | 'chunked',
): string {
  const lines = [
    `HTTP/1.1 ${status.code} ${status.phrase}`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
    ...(length === 'chunked' ? [] : [`Content-Length: ${length}`]),
    'Date: Thu, 01 Jan 1970 00:00:00 GMT',
    'Connection: keep-alive',
    'Keep-Alive: timeout=5',
    ...(length === 'chunked' ? ['Transfer-Encoding: chunked'] : []),
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** Bytes of a REST answer of one body. `headers` without those that every answer has. */
export function restResponseSize(
  status: { readonly code: number; readonly phrase: string },
  headers: Metadata,
  body: RestBody | undefined,
): WireSize {
  const bytes = bytesOf(body);
  const withType: Metadata =
    body === undefined || headers.some(([name]) => name === 'content-type')
      ? headers
      : [['content-type', body.contentType], ...headers];
  const head = responseHead(status, withType, bytes.length);
  return { payload: bytes.length, wire: utf8Length(head) + bytes.length, gzip: gzipSize(bytes) };
}

/** Bytes of a streamed REST answer: each piece is one chunk of HTTP/1.1 (RFC 9112 §7.1); empty ones are not sent. */
export function restStreamSize(contentType: string, headers: Metadata, pieces: readonly string[]): WireSize {
  const sizes = pieces.map(utf8Length).filter((size) => size > 0);
  const head = responseHead({ code: 200, phrase: 'OK' }, [['content-type', contentType], ...headers], 'chunked');
  const framed = sizes.reduce((sum, size) => sum + chunkSize(size), 0);
  return {
    payload: sizes.reduce((sum, size) => sum + size, 0),
    wire: utf8Length(head) + framed + utf8Length('0\r\n\r\n'),
    gzip: gzipSize(Buffer.from(pieces.join(''), 'utf8')),
  };
}

/** Bytes of one chunk of HTTP/1.1 around `size` bytes: the length in hex, two line ends. */
export function chunkSize(size: number): number {
  return size.toString(16).length + 2 + size + 2;
}

/** Bytes of gRPC messages: 5 before each (gRPC over HTTP/2, Length-Prefixed-Message). Headers are measured, not computed. */
export function grpcMessagesSize(messages: readonly Uint8Array[]): { payload: number; framed: number; gzip: number } {
  const payload = messages.reduce((sum, message) => sum + message.length, 0);
  const gzip = messages.reduce((sum, message) => sum + gzipSize(message), 0);
  return { payload, framed: payload + 5 * messages.length, gzip };
}

/** What gzip makes of the bytes, at the level servers use; 0 for nothing. Short ones grow. */
export function gzipSize(bytes: Uint8Array): number {
  return bytes.length === 0 ? 0 : gzipSync(bytes).length;
}

function bytesOf(body: RestBody | undefined): Uint8Array {
  if (body === undefined) return new Uint8Array(0);
  return typeof body.data === 'string' ? Buffer.from(body.data, 'utf8') : body.data;
}

function utf8Length(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}
