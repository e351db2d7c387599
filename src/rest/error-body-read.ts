// What the body of a failed REST call says, whoever wrote it: Google, grpc-gateway, Connect or a problem document.
import { codeNames } from '../wire/status.ts';
import { codeOfHttp } from './http-status.ts';

/** The status found in a REST answer. `shape` is whose form it had; `none`: the body told nothing, the number alone did. */
export interface RestError {
  readonly code: number;
  readonly message: string;
  /** Documents as sent, with `@type` (Connect: with `type`, `value` and perhaps `debug`). */
  readonly details: readonly unknown[];
  readonly shape: 'google' | 'gateway' | 'connect' | 'problem' | 'none';
}

type Found = Omit<RestError, 'details'> & { readonly details?: unknown };

/**
 * The gRPC status that a REST answer tells: by its body if that has a known shape, otherwise by the HTTP status alone
 * (the table for REST APIs), with a short plain-text body as the message. Never throws.
 */
export function errorFromBody(
  httpStatus: number,
  contentType: string | undefined,
  body: string | Uint8Array,
): RestError {
  const text = typeof body === 'string' ? body : Buffer.from(body).toString('utf8');
  const document = parsed(text);
  const found = isObject(document) ? errorOf(document, httpStatus) : undefined;
  if (found !== undefined) return { ...found, details: Array.isArray(found.details) ? found.details : [] };
  const plain = (contentType ?? '').toLowerCase().startsWith('text/plain') ? text.trim() : '';
  return { code: codeOfHttp(httpStatus, 'rest'), message: plain.slice(0, 1024), details: [], shape: 'none' };
}

function errorOf(document: Record<string, unknown>, httpStatus: number): Found | undefined {
  const { error } = document;
  // A stream of grpc-gateway, and every error of Google's, is wrapped once more.
  if (isObject(error)) return googleError(error, httpStatus) ?? gatewayError(error) ?? connectError(error);
  return gatewayError(document) ?? connectError(document) ?? problem(document, httpStatus);
}

function googleError(error: Record<string, unknown>, httpStatus: number): Found | undefined {
  const named = codeNames.indexOf(error.status as (typeof codeNames)[number]);
  const number = typeof error.code === 'number' ? error.code : undefined;
  if (named < 0 && !(number !== undefined && number > 16)) return undefined;
  const code = named >= 0 ? named : codeOfHttp(number ?? httpStatus, 'rest');
  return { code, message: textOf(error.message), details: error.details, shape: 'google' };
}

function gatewayError(error: Record<string, unknown>): Found | undefined {
  const { code } = error;
  if (typeof code !== 'number' || !Number.isInteger(code) || code < 0 || code > 16) return undefined;
  return { code, message: textOf(error.message), details: error.details, shape: 'gateway' };
}

function connectError(error: Record<string, unknown>): Found | undefined {
  if (typeof error.code !== 'string') return undefined;
  const name = error.code === 'canceled' ? 'CANCELLED' : error.code.toUpperCase();
  const code = codeNames.indexOf(name as (typeof codeNames)[number]);
  return code < 1 ? undefined : { code, message: textOf(error.message), details: error.details, shape: 'connect' };
}

/** RFC 9457: the HTTP status is the only code there is. */
function problem(document: Record<string, unknown>, httpStatus: number): Found | undefined {
  const { title, detail, status } = document;
  if (typeof title !== 'string' && typeof detail !== 'string') return undefined;
  const code = codeOfHttp(typeof status === 'number' ? status : httpStatus, 'rest');
  return { code, message: textOf(detail) || textOf(title), shape: 'problem' };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
