// The header block that begins a call
// (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md, "Requests").
import type { OutgoingHttpHeaders } from 'node:http2';
import { acceptedEncodings } from './compression.ts';
import type { Metadata } from './metadata.ts';
import type { Target } from './target.ts';
import { formatTimeout } from './timeout.ts';

/** What goes into the headers beside the path. */
export interface HeaderParts {
  readonly target: Target;
  readonly tls: boolean;
  readonly metadata: Metadata;
  readonly userAgent: string;
  readonly compress: 'gzip' | undefined;
  /** What is left of the deadline, in milliseconds. */
  readonly timeoutMs: number | undefined;
}

/** Headers for node:http2; metadata comes last and may replace the user agent. */
export function requestHeaders(path: string, parts: HeaderParts): OutgoingHttpHeaders {
  // No prototype: a metadata key may be called __proto__.
  const headers: OutgoingHttpHeaders = Object.create(null);
  headers[':method'] = 'POST';
  headers[':scheme'] = parts.tls ? 'https' : 'http';
  headers[':path'] = parts.target.pathPrefix + path;
  headers[':authority'] = parts.target.authority;
  headers.te = 'trailers';
  if (parts.timeoutMs !== undefined) headers['grpc-timeout'] = formatTimeout(parts.timeoutMs);
  headers['content-type'] = 'application/grpc';
  if (parts.compress !== undefined) headers['grpc-encoding'] = parts.compress;
  headers['grpc-accept-encoding'] = acceptedEncodings;
  headers['user-agent'] = parts.userAgent;
  const own = new Set(['user-agent']);
  for (const [name, value] of parts.metadata) {
    const before = own.delete(name) ? undefined : headers[name];
    headers[name] = before === undefined ? value : [before, value].flat().map(String);
  }
  return headers;
}
