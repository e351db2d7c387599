// What in the head of a request no server may pass over, since another one on the way could read it differently.
import type { IncomingMessage } from 'node:http';
import { HttpRefusal } from './refusal.ts';

/** Header lines a request may have; their bytes are limited by the listener. */
const maxLines = 200;

/**
 * Refuses a head with more than one Host (RFC 9112 §3.2), another version than 1.x on a connection that is not HTTP/2, a
 * coding of the body that is not undone here (§6.1), an expectation that nobody can meet (RFC 9110 §10.1.1), or too many
 * lines. Throws HttpRefusal.
 */
export function checkHead(request: IncomingMessage): void {
  const { rawHeaders, headers } = request;
  if (rawHeaders.length > 2 * maxLines) {
    throw new HttpRefusal(431, `the request has more than ${maxLines} header lines`);
  }
  if ('stream' in request) return;
  if (request.httpVersionMajor > 1) throw last(505, `HTTP/${request.httpVersion} is not spoken like this`);
  if (countOf('host', rawHeaders) > 1) throw last(400, 'the request names Host more than once');
  const coding = headers['transfer-encoding'];
  if (coding !== undefined && coding.toLowerCase() !== 'chunked') {
    throw last(501, `Transfer-Encoding ${JSON.stringify(coding)} is not taken: chunked alone is`);
  }
  const { expect } = headers;
  if (expect !== undefined && expect.toLowerCase() !== '100-continue') {
    throw new HttpRefusal(417, `Expect ${JSON.stringify(expect)} cannot be met: 100-continue can`);
  }
}

/** A refusal after which nothing more is read: what follows may not be what it seems. */
function last(httpStatus: number, message: string): HttpRefusal {
  return new HttpRefusal(httpStatus, message, { headers: { connection: 'close' } });
}

function countOf(name: string, rawHeaders: readonly string[]): number {
  return rawHeaders.filter((text, at) => at % 2 === 0 && text.toLowerCase() === name).length;
}
