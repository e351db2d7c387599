// Answers that are HTTP but not gRPC: error pages, login pages, redirects, other protocols
// (https://github.com/grpc/grpc/blob/master/doc/http-grpc-status-mapping.md).
import { firstValue, type Metadata } from './metadata.ts';
import { clientStatus, codes, type Status } from './status.ts';
import { visible } from './wording.ts';

/** What a content-type says about the body. */
export type BodyKind = 'grpc' | 'other-codec' | 'grpc-web' | 'connect' | 'none' | 'other';

/** Classifies a content-type; protobuf is the only codec this client asks for. */
export function bodyKind(contentType: string | undefined): BodyKind {
  if (contentType === undefined) return 'none';
  const type = (contentType.split(';', 1)[0] ?? '').trim().toLowerCase();
  if (type === 'application/grpc' || type === 'application/grpc+proto') return 'grpc';
  if (type.startsWith('application/grpc-web')) return 'grpc-web';
  if (type.startsWith('application/grpc+')) return 'other-codec';
  if (type === 'application/json' || type === 'application/proto' || type.startsWith('application/connect+')) {
    return 'connect';
  }
  return 'other';
}

/** The gRPC status code for an HTTP status when the server sent no grpc-status. */
export function statusCodeForHttp(httpStatus: number): number {
  switch (httpStatus) {
    case 400:
      return codes.INTERNAL;
    case 401:
      return codes.UNAUTHENTICATED;
    case 403:
      return codes.PERMISSION_DENIED;
    case 404:
      return codes.UNIMPLEMENTED;
    case 429:
    case 502:
    case 503:
    case 504:
      return codes.UNAVAILABLE;
    default:
      return codes.UNKNOWN;
  }
}

/**
 * The status for an answer that is not gRPC. `body` is as much of it as was read, for the quotation; redirects are
 * reported and never followed, because metadata often carries credentials.
 */
export function httpStatusOutcome(httpStatus: number, headers: Metadata, body: Uint8Array): Status {
  const contentType = firstValue(headers, 'content-type');
  const kind = bodyKind(contentType);
  const type = contentType === undefined ? 'no content-type' : `content-type ${visible(contentType, 80)}`;
  const what =
    httpStatus === 200 ? `this is not a gRPC response: HTTP 200 with ${type}` : `HTTP ${httpStatus} (${type})`;
  const location = firstValue(headers, 'location');
  const challenge = firstValue(headers, 'www-authenticate');
  const text = bodyText(body, contentType);
  const message = [
    what,
    ...(location === undefined ? [] : [`redirect to ${visible(location)}`]),
    ...(challenge === undefined ? [] : [`www-authenticate: ${visible(challenge)}`]),
    ...(text === '' ? [] : [`the body says "${text}"`]),
  ].join('; ');
  const code = kind === 'other-codec' && httpStatus === 200 ? codes.INTERNAL : statusCodeForHttp(httpStatus);
  return clientStatus(code, message, hintFor(httpStatus, kind, body), {
    kind: 'not-grpc',
    httpStatus,
    contentType,
    body,
  });
}

function hintFor(httpStatus: number, kind: BodyKind, body: Uint8Array): string | undefined {
  if (kind === 'grpc-web')
    return 'this port speaks gRPC-Web, not gRPC over HTTP/2; call the gRPC port behind the proxy';
  if (kind === 'other-codec') return 'the server answered in another codec than protobuf';
  // Connect's codes are words; a number is some other API's.
  if (kind === 'connect' && /"code"\s*:\s*"/.test(Buffer.from(body).toString('latin1'))) {
    return 'this looks like the Connect protocol; the server may not serve gRPC on this port';
  }
  if (httpStatus >= 300 && httpStatus < 400) return 'redirects are not followed; call the address behind it directly';
  if (httpStatus === 401 || httpStatus === 403)
    return "send credentials, for example -H 'authorization: @FILE' or --bearer";
  if (httpStatus === 415) return 'this port takes HTTP requests of another kind: call the port of the gRPC server';
  if (httpStatus === 404) return 'is there a gRPC server behind this address, and is the path prefix right?';
  if (httpStatus === 200) return 'something other than a gRPC server answered, such as a login page or a web server';
  if (httpStatus === 502 || httpStatus === 503 || httpStatus === 504) {
    return 'a proxy answered in place of the gRPC server: is the server behind it running?';
  }
  return undefined;
}

/** The first words of a text body on one line, markup taken out; '' when there is none. */
function bodyText(body: Uint8Array, contentType: string | undefined): string {
  const type = contentType ?? '';
  if (body.length === 0 || (bodyKind(contentType) === 'grpc-web' && !type.includes('text'))) return '';
  const raw = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8');
  const markup = type.includes('html') || type.includes('xml') || /^\s*<(!doctype|html)/i.test(raw);
  const text = markup ? raw.replace(/<(script|style)\b[\s\S]*?(<\/\1>|$)/gi, ' ').replace(/<[^>]*(>|$)/g, ' ') : raw;
  return visible(text.replace(/\s+/g, ' ').trim(), 160);
}
