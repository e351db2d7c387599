// Answers: the headers all of them carry, whole bodies, and errors in the shape of the dialect.
import { type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse, STATUS_CODES } from 'node:http';
import { errorBody } from '../rest/error-body.ts';
import type { RestDialect } from '../rest/rest.ts';
import { codeName, type Status } from '../wire/status.ts';
import { hasBody } from './body.ts';
import { HttpRefusal, statusOfRefusal } from './refusal.ts';

/** How long the rest of a refused request is still read. */
const lingerMs = 500;

/** What is needed to put a status into words. */
export interface Wording {
  readonly dialect: RestDialect;
  /** The details of a status as documents with `@type`; see errorBody. */
  readonly decodeDetails: (status: Status) => Promise<readonly unknown[]>;
}

/** On every answer: browsers must not guess its type, nor let other sites read it. */
export function commonHeaders(): OutgoingHttpHeaders {
  return { 'x-content-type-options': 'nosniff', 'cross-origin-resource-policy': 'same-origin' };
}

/**
 * The label of a body. What a server calls HTML, SVG or whatever else may hold scripts is shown by a browser in a site of
 * its own, without any, so that it cannot act in the name of this one (Content Security Policy 3, §7.7 sandbox).
 */
export function contentHeaders(contentType: string): OutgoingHttpHeaders {
  const label = { 'content-type': contentType };
  return inert.has(contentType) ? label : { ...label, 'content-security-policy': "default-src 'none'; sandbox" };
}

const inert = new Set(['application/json', 'application/x-ndjson', 'text/event-stream', 'text/plain']);

/** Sends a whole body. `more` are headers beside content-type and length. */
export function sendBody(
  request: IncomingMessage,
  response: ServerResponse,
  httpStatus: number,
  body: { readonly contentType: string; readonly data: string | Uint8Array },
  more: OutgoingHttpHeaders = commonHeaders(),
): void {
  if (gone(response)) return;
  const { data } = body;
  const headers: OutgoingHttpHeaders = { ...contentHeaders(body.contentType), ...more };
  headers['content-length'] = typeof data === 'string' ? Buffer.byteLength(data) : data.length;
  const isEarly = !request.complete && request.httpVersionMajor === 1 && hasBody(request);
  if (isEarly) headers.connection = 'close';
  response.writeHead(httpStatus, headers);
  if (request.method === 'HEAD') response.end();
  else if (isEarly) endEarly(request, response, data);
  else response.end(data);
}

/** Sends what has no body. */
export function sendEmpty(response: ServerResponse, httpStatus: number, more: OutgoingHttpHeaders = {}): void {
  if (gone(response)) return;
  response.writeHead(httpStatus, { ...commonHeaders(), ...more });
  response.end();
}

/** Sends a status as the dialect's error body; nothing can be sent any more once the headers are out. */
export async function sendStatus(
  request: IncomingMessage,
  response: ServerResponse,
  status: Status,
  wording: Wording,
  more: { readonly httpStatus?: number; readonly headers?: OutgoingHttpHeaders; readonly isStream?: boolean } = {},
): Promise<void> {
  const details = status.details.length === 0 ? [] : await wording.decodeDetails(status);
  if (gone(response)) return;
  const error = errorBody(status, wording.dialect, details, more.isStream);
  const headers: OutgoingHttpHeaders = { ...commonHeaders(), ...more.headers };
  for (const [name, value] of error.headers) headers[name] = value;
  const httpStatus = more.httpStatus ?? error.httpStatus;
  const data = error.body === undefined ? '' : numbered(error.body.data, httpStatus, error.httpStatus, wording.dialect);
  sendBody(request, response, httpStatus, { contentType: error.body?.contentType ?? 'text/plain', data }, headers);
}

/** Google's bodies repeat the HTTP status, which a refusal may know better than the code's table. */
function numbered(
  data: string | Uint8Array,
  httpStatus: number,
  usual: number,
  dialect: RestDialect,
): string | Uint8Array {
  if (httpStatus === usual || dialect !== 'google' || typeof data !== 'string') return data;
  const document = JSON.parse(data) as { error: { code: number } };
  document.error.code = httpStatus;
  return JSON.stringify(document);
}

/**
 * Sends an answer before the whole request is there. The rest is of no use, but is read for a moment: closing on unread
 * data would reset the connection, and the answer could be lost with it.
 */
function endEarly(request: IncomingMessage, response: ServerResponse, data: string | Uint8Array): void {
  response.write(data);
  const finish = () => {
    clearTimeout(timer);
    response.end();
  };
  const timer = setTimeout(finish, lingerMs);
  request.once('end', finish).once('close', finish).resume();
}

/** Sends a refusal. */
export function sendRefusal(
  request: IncomingMessage,
  response: ServerResponse,
  refusal: HttpRefusal,
  wording: Wording,
): Promise<void> {
  return sendStatus(request, response, statusOfRefusal(refusal), wording, {
    httpStatus: refusal.httpStatus,
    headers: { ...refusal.headers },
  });
}

/** What to say to what node could not read as HTTP. */
export function malformedAnswer(httpStatus: 400 | 408 | 431, why: string, dialect: RestDialect): string {
  const messages = {
    400: `not a valid HTTP request: ${why}`,
    408: 'the head of the request came too slowly',
    431: 'the headers of the request are too large',
  };
  return plainAnswer(httpStatus, statusOfRefusal(new HttpRefusal(httpStatus, messages[httpStatus])), dialect);
}

/** A whole answer as it stands on the wire, for a socket that no response object belongs to; the connection ends. */
export function plainAnswer(httpStatus: number, status: Status, dialect: RestDialect): string {
  const { body } = errorBody(status, dialect, []);
  const data = body === undefined ? '' : String(numbered(body.data, httpStatus, 0, dialect));
  return [
    `HTTP/1.1 ${httpStatus} ${STATUS_CODES[httpStatus] ?? ''}`,
    'connection: close',
    'x-content-type-options: nosniff',
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(data)}`,
    '',
    data,
  ].join('\r\n');
}

/** `NOT_FOUND: no such book`, for the log and for WebSocket close frames. */
export function statusText(status: Status): string {
  return status.code === 0 ? 'OK' : `${codeName(status.code)}: ${status.message}`;
}

function gone(response: ServerResponse): boolean {
  return response.headersSent || response.destroyed || response.writableEnded;
}
