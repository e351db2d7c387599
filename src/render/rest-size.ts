// What every view says of the answer over HTTP, and how many bytes the REST side of a call has: path, query and body.
import type { RestBody, RestEquivalent } from '../rest/rest.ts';
import { visible } from './visible.ts';

/** Bytes of path, query and body. */
export function requestPayload({ path, query, body }: RestEquivalent): number {
  return byteLength(path) + (query === '' ? 0 : byteLength(query) + 1) + bodySize(body);
}

/** Bytes of a body; 0 for none. */
export function bodySize(body: RestBody | undefined): number {
  return body === undefined ? 0 : byteLength(body.data);
}

/** Bytes of text in UTF-8, or of bytes as they are. */
export function byteLength(data: string | Uint8Array): number {
  return typeof data === 'string' ? Buffer.byteLength(data) : data.length;
}

/** `404 Not Found`; a WebSocket has no status of its own but the number it is closed with. */
export function httpWords(
  end: { readonly httpStatus: number; readonly phrase: string },
  streaming: string,
  isOk: boolean,
): string {
  if (streaming === 'websocket') return `close ${isOk ? 1000 : 1011}`;
  return visible(`${end.httpStatus} ${end.phrase}`.trimEnd());
}
