// A streamed request body as messages: JSON values one after the other, in lines or in one array, cut as they arrive.
import type { IncomingMessage } from 'node:http';
import { readDocuments } from '../codec/document.ts';
import { requestFromHttp } from '../rest/reverse.ts';
import type { TypeResolver } from '../schema/schema.ts';
import { bodyChunks, maxBodyBytes } from './body.ts';
import type { Found } from './routes.ts';

/**
 * The messages of a streamed body. Each value is a whole message; what path and query say goes into the first. The body
 * is read no faster than the messages are taken. Throws what reading a value throws.
 */
export async function* streamedRequests(
  request: IncomingMessage,
  found: Found,
  query: string,
  types: TypeResolver,
): AsyncGenerator<Uint8Array> {
  const { served } = found;
  let index = 0;
  for await (const documents of readDocuments(bodyChunks(request), {
    from: 'body',
    format: 'json',
    maxBytes: maxBodyBytes,
  })) {
    for (const document of documents) {
      const fetching = served.fetchNamed(document.text);
      if (fetching) await fetching;
      const message = served.read(document);
      yield index++ === 0 ? withUrl(message, found, query, types) : message;
    }
  }
}

/** Messages one after the other are merged by whoever reads them, and the later one wins: so the URL beats the body. */
export function withUrl(message: Uint8Array, found: Found, query: string, types: TypeResolver): Uint8Array {
  if (query === '' && found.match.binding.template.variables.length === 0) return message;
  const fromUrl = requestFromHttp(found.match, { query, body: undefined, contentType: undefined }, { types }).message;
  return fromUrl.length === 0 ? message : Buffer.concat([message, fromUrl]);
}
