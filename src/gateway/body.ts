// Request bodies: gathered whole, with limits in bytes and time, or left as a stream that is read no faster than it is used.
import type { IncomingMessage } from 'node:http';
import { HttpRefusal } from './refusal.ts';

/** Largest body that is taken at once, and largest message in a stream, in bytes. */
export const maxBodyBytes = 16 * 1024 * 1024;
const bodyTimeoutMs = 30_000;

const nothing = new Uint8Array(0);

/** What a body may be labelled as. */
export type Expected = 'json' | 'any';

/** True if the head announces a body. */
export function hasBody(request: IncomingMessage): boolean {
  const { headers } = request;
  if (headers['transfer-encoding'] !== undefined) return true;
  const length = headers['content-length'];
  if (length !== undefined) return length !== '0';
  // HTTP/2 needs neither of the two: the end of the stream may have come with the head.
  const { stream } = request as { stream?: { endAfterHeaders?: boolean } };
  return stream !== undefined && !stream.endAfterHeaders;
}

/**
 * Refuses what no JSON client sends: the form types that any web page can send unasked, and compressed bodies. Throws
 * HttpRefusal 415.
 */
export function checkBodyType(request: IncomingMessage, expected: Expected): void {
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    throw new HttpRefusal(415, `Content-Encoding ${JSON.stringify(encoding)} is not taken: send the body as it is`, {
      headers: { 'accept-encoding': 'identity' },
    });
  }
  const label = request.headers['content-type'];
  if (label === undefined && !hasBody(request)) return;
  const type = (label ?? '').split(';', 1)[0]!.trim().toLowerCase();
  const isForm = type === 'application/x-www-form-urlencoded' || type === 'multipart/form-data';
  if (expected === 'any' ? !isForm : isJson(type)) return;
  const got = label === undefined ? 'none was sent' : `got ${JSON.stringify(label)}`;
  const wanted = expected === 'any' ? 'the type of the content' : 'application/json';
  throw new HttpRefusal(415, `Content-Type must be ${wanted}, ${got} (curl: -H 'Content-Type: application/json')`, {
    headers: expected === 'any' ? {} : { 'accept-post': 'application/json, application/x-ndjson' },
  });
}

/** Refuses gRPC itself, which is meant for the server behind this gateway. Throws HttpRefusal 415. */
export function checkNotGrpc(request: IncomingMessage, address: string): void {
  if (!/^application\/grpc\b/i.test(request.headers['content-type'] ?? '')) return;
  throw new HttpRefusal(415, `this is grepl gateway, which speaks JSON over HTTP: send gRPC to ${address}`);
}

function isJson(type: string): boolean {
  return /^application\/(?:(?:x-)?(?:nd)?json|jsonl|x-jsonlines|[\w.-]+\+json)$/.test(type);
}

/** The whole body. Throws HttpRefusal 413 or 408; `undefined` when the client went away. */
export function gatherBody(request: IncomingMessage): Promise<Uint8Array | undefined> {
  if (!hasBody(request)) return Promise.resolve(nothing);
  if (Number(request.headers['content-length'] ?? 0) > maxBodyBytes) return Promise.reject(tooLarge());
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = [];
    let length = 0;
    const settle = (finish: () => void) => {
      clearTimeout(timer);
      request.off('data', onData).off('end', onEnd).off('close', onGone).off('error', onGone);
      finish();
    };
    const onData = (chunk: Buffer) => {
      chunks.push(chunk);
      length += chunk.length;
      if (length <= maxBodyBytes) return;
      chunks = [];
      settle(() => reject(tooLarge()));
    };
    const onEnd = () => settle(() => resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)));
    const onGone = () => settle(() => resolve(undefined));
    const timer = setTimeout(
      () => settle(() => reject(new HttpRefusal(408, `the body did not arrive within ${bodyTimeoutMs / 1000} s`))),
      bodyTimeoutMs,
    );
    request.on('data', onData).on('end', onEnd).on('close', onGone).on('error', onGone);
  });
}

function tooLarge(): HttpRefusal {
  return new HttpRefusal(413, `the body is larger than ${maxBodyBytes} bytes`);
}

/** The body's chunks, read as they are asked for. Leaving early does not end the connection; a broken upload throws. */
export function bodyChunks(request: IncomingMessage): AsyncIterable<Uint8Array> {
  return request.iterator({ destroyOnReturn: false });
}

/** Levels that a JSON body may have: what readers of protobuf take. */
export const maxDepth = 100;

/** True if more brackets than that are open at once, not counting those in strings. */
export function isTooDeep(body: Uint8Array): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < body.length; at++) {
    const byte = body[at];
    if (inString) {
      if (byte === 0x5c) at++;
      else if (byte === 0x22) inString = false;
    } else if (byte === 0x22) inString = true;
    else if (byte === 0x7b || byte === 0x5b) {
      if (++depth > maxDepth) return true;
    } else if (byte === 0x7d || byte === 0x5d) depth--;
  }
  return false;
}
