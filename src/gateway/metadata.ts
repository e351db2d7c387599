// Metadata through the gateway: which headers it becomes is the dialect's matter (rest/headers.ts); here stands what must
// never pass in either direction.
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { type CallHeaders, metadataFromHeaders } from '../rest/headers.ts';
import type { RestDialect } from '../rest/rest.ts';
import { type Metadata, sentOnce } from '../wire/metadata.ts';

/**
 * The call's metadata and deadline: `base` with what the request's headers say, which wins where both name the same.
 * Cookies stay here: a browser sends those of every program on this machine.
 */
export function callHeaders(request: IncomingMessage, base: Metadata, dialect: RestDialect): CallHeaders {
  const { rawHeaders } = request;
  const pairs: (readonly [string, string])[] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!.toLowerCase();
    if (name !== 'cookie') pairs.push([name, rawHeaders[i + 1]!]);
  }
  const headers = metadataFromHeaders(pairs, dialect);
  if (base.length === 0) return { ...headers, metadata: joined(headers.metadata) };
  const sent = new Set(headers.metadata.map(([name]) => name));
  return { ...headers, metadata: joined([...base.filter(([name]) => !sent.has(name)), ...headers.metadata]) };
}

/** A request with two headers that a call may have once keeps the first. */
function joined(metadata: Metadata): Metadata {
  const seen = new Set<string>();
  return metadata.filter(([name]) => !sentOnce.has(name) || seen.size !== seen.add(name).size);
}

// What the gateway says itself, what belongs to one connection, and what would open the gateway to other sites.
const ownNames =
  /^(?::.*|grpc-.*|access-control-.*|connection|content-(?:type|length|encoding|security-policy)|cross-origin-.*|date|keep-alive|proxy-.*|set-cookie|te|trailer|transfer-encoding|upgrade|x-content-type-options)$/;

/** Adds response metadata to the headers of an answer and returns them. */
export function addMetadata(
  headers: OutgoingHttpHeaders,
  metadata: Metadata,
  dialect: RestDialect,
): OutgoingHttpHeaders {
  return add(headers, metadata, dialect === 'gateway' ? 'grpc-metadata-' : '', dialect);
}

/**
 * Adds trailing metadata: as `trailer-x` headers in Connect's dialect, as plain ones in others; grpc-gateway sends it in
 * real HTTP trailers only (`real`), as `grpc-trailer-x`.
 */
export function addTrailers(
  headers: OutgoingHttpHeaders,
  trailers: Metadata,
  dialect: RestDialect,
  real = false,
): OutgoingHttpHeaders {
  if (dialect === 'gateway') return real ? add(headers, trailers, 'grpc-trailer-', dialect) : headers;
  return add(headers, trailers, dialect === 'connect' && !real ? 'trailer-' : '', dialect);
}

/** The value of the Trailer header that announces these (RFC 9110 §6.6.2). */
export function trailerNames(trailers: Metadata, dialect: RestDialect): string {
  return Object.keys(addTrailers(Object.create(null), trailers, dialect, true)).join(', ');
}

function add(
  headers: OutgoingHttpHeaders,
  metadata: Metadata,
  prefix: string,
  dialect: RestDialect,
): OutgoingHttpHeaders {
  for (const [name, value] of metadata) {
    if (ownNames.test(name) || !/^[0-9a-z_.-]+$/.test(name) || name === '__proto__') continue;
    // Header bytes are latin1 to node, UTF-8 to everyone else.
    const bytes = /^[\x20-\x7e]*$/.test(value) ? value : Buffer.from(value, 'utf8').toString('latin1');
    if (/[\x00-\x08\x0a-\x1f\x7f]/.test(bytes)) continue;
    const text = dialect === 'connect' && name.endsWith('-bin') ? bytes.replace(/=+$/, '') : bytes;
    const key = prefix + name;
    const before = headers[key];
    headers[key] = before === undefined ? text : [before, text].flat().map(String);
  }
  return headers;
}
