// What the body of a failed REST call looks like, by whose REST it is. The way back is in error-body-read.ts.

import type { Metadata } from '../wire/metadata.ts';
import { codeName, type Status } from '../wire/status.ts';
import { escapeUnsafe } from '../wire/unsafe-text.ts';
import { httpStatusOf } from './http-status.ts';
import type { RestBody, RestDialect } from './rest.ts';

/**
 * The HTTP answer that this status is in a dialect. `details` are those of the status as decoded documents with `@type`,
 * in the same order; one that could not be decoded has `@value`, its bytes in base64. Of a method that answers with a
 * stream (`isStream`) grpc-gateway wraps even the error that comes before the first message.
 */
export function errorBody(
  status: Status,
  dialect: RestDialect,
  details: readonly unknown[],
  isStream = false,
): { httpStatus: number; headers: Metadata; body: RestBody | undefined } {
  const httpStatus = httpStatusOf(status.code).code;
  const bare = errorDocument(status, dialect, details);
  const document = isStream && dialect === 'gateway' ? { error: bare } : bare;
  if (document === undefined) return { httpStatus, headers: statusHeaders(status), body: undefined };
  return {
    httpStatus,
    headers: [['content-type', 'application/json'], ...challenge(status, dialect)],
    body: { contentType: 'application/json', data: jsonText(document) },
  };
}

/**
 * The JSON text that stands for a failure inside a stream that began well, so that HTTP's status can't tell it any more;
 * undefined where the dialect says nothing in the body (Envoy puts it into trailers).
 */
export function streamErrorText(status: Status, dialect: RestDialect, details: readonly unknown[]): string | undefined {
  if (dialect === 'envoy') return undefined;
  if (dialect === 'google') {
    const error = { code: status.code, message: status.message, status: codeName(status.code) };
    return jsonText({ error: { ...error, ...unlessEmpty(details.map(shownDetail)) } });
  }
  return jsonText({ error: errorDocument(status, dialect, details) });
}

/** JSON that a terminal may show: a server's text is in it. */
function jsonText(document: object): string {
  return escapeUnsafe(JSON.stringify(document));
}

/** The whole body as a document; undefined for Envoy, whose filter sends headers alone unless told otherwise. */
function errorDocument(status: Status, dialect: RestDialect, details: readonly unknown[]): object | undefined {
  const { code, message } = status;
  switch (dialect) {
    case 'google': {
      const error = { code: httpStatusOf(code).code, message, status: codeName(code) };
      return { error: { ...error, ...unlessEmpty(details.map(shownDetail)) } };
    }
    case 'gateway':
      return { code, message, details: details.map(shownDetail) };
    case 'connect':
      return { code: connectCodeName(code), message, ...unlessEmpty(connectDetails(status, details)) };
    case 'envoy':
      return undefined;
  }
}

function unlessEmpty(details: readonly unknown[]): { details?: readonly unknown[] } {
  return details.length === 0 ? {} : { details };
}

/** A detail whose type nobody knows is an Any with its bytes as `value`. */
function shownDetail(detail: unknown): unknown {
  if (!isObject(detail) || !('@value' in detail)) return detail;
  return { '@type': detail['@type'], value: detail['@value'] };
}

/** Connect sends the bytes of every detail, in base64 without padding, and what they mean as `debug`. */
function connectDetails(status: Status, details: readonly unknown[]): unknown[] {
  return status.details.map(({ typeUrl, value }, index) => ({
    type: typeUrl.slice(typeUrl.lastIndexOf('/') + 1),
    value: Buffer.from(value).toString('base64').replace(/=+$/, ''),
    ...debugOf(details[index]),
  }));
}

function debugOf(detail: unknown): { debug?: unknown } {
  if (!isObject(detail) || '@value' in detail) return {};
  const { '@type': _type, ...fields } = detail;
  return { debug: fields };
}

/** Connect's name of a status code: lower case, and `canceled` with one l. */
export function connectCodeName(code: number): string {
  if (code === 1) return 'canceled';
  return code >= 1 && code <= 16 ? codeName(code).toLowerCase() : 'unknown';
}

/** grpc-gateway repeats the message of an UNAUTHENTICATED status where browsers look for the challenge. */
function challenge(status: Status, dialect: RestDialect): Metadata {
  return dialect === 'gateway' && status.code === 16 ? [['www-authenticate', headerText(status.message)]] : [];
}

function statusHeaders(status: Status): Metadata {
  return [
    ['grpc-status', String(status.code)],
    ['grpc-message', headerText(status.message)],
  ];
}

// The escaping of grpc-message: UTF-8 bytes outside printable ASCII, and `%` itself (gRPC over HTTP/2, Responses).
function headerText(text: string): string {
  return [...Buffer.from(text, 'utf8')]
    .map((byte) =>
      byte >= 0x20 && byte <= 0x7e && byte !== 0x25
        ? String.fromCharCode(byte)
        : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
    )
    .join('');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
