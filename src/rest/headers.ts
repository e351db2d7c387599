// Metadata of a call as the headers of its REST request and back, as each dialect's server reads them.
import { quoted } from '../schema/quote.ts';
import { paddedBase64 } from '../wire/base64.ts';
import type { Metadata } from '../wire/metadata.ts';
import { formatTimeout } from '../wire/timeout.ts';
import type { RestDialect } from './rest.ts';

/** Said by the gRPC protocol itself, or by the HTTP client: never headers of a REST request. */
const protocolNames = new Set(['te', 'user-agent', 'content-type', 'content-length', 'host']);

/** Headers that describe one HTTP connection or message and so are not the call's. */
const httpOnly = new Set(
  (
    'accept accept-charset accept-encoding connection content-encoding content-length content-type expect host ' +
    'http2-settings keep-alive origin proxy-authenticate proxy-authorization proxy-connection referer te trailer ' +
    'transfer-encoding upgrade upgrade-insecure-requests user-agent x-server-timeout x-http-method-override'
  ).split(' '),
);

/** Names that no metadata can have, since HTTP/2 has no such header or keeps it for itself. */
const connectionNames = new Set(
  'connection http2-settings keep-alive proxy-connection trailer transfer-encoding upgrade'.split(' '),
);

/** The headers that grpc-gateway hands on as `grpcgateway-…` (IANA's permanent ones). */
const permanent = new Set(
  (
    'accept accept-charset accept-language accept-ranges authorization cache-control content-type cookie date expect ' +
    'from host if-match if-modified-since if-none-match if-schedule-tag-match if-unmodified-since max-forwards origin ' +
    'pragma referer user-agent via warning'
  ).split(' '),
);

function isProtocol(name: string): boolean {
  return name.startsWith(':') || name.startsWith('grpc-') || protocolNames.has(name);
}

/**
 * Request metadata and deadline (milliseconds) as the headers of a REST request: plain, behind `grpc-metadata-` in the
 * gateway dialect, `-bin` values without padding in Connect's. The protocol's own headers are left out.
 */
export function restHeaders(metadata: Metadata, dialect: RestDialect, deadlineMs?: number | undefined): Metadata {
  const headers: (readonly [string, string])[] = [];
  for (const [name, value] of metadata) {
    if (isProtocol(name)) continue;
    if (dialect === 'gateway') headers.push([gatewayName(name), value]);
    else headers.push([name, dialect === 'connect' && name.endsWith('-bin') ? value.replace(/=+$/, '') : value]);
  }
  if (deadlineMs !== undefined) headers.push(deadlineHeader(deadlineMs, dialect));
  return headers;
}

function gatewayName(name: string): string {
  if (name === 'authorization') return name;
  if (name.startsWith('grpcgateway-') && permanent.has(name.slice(12))) return name.slice(12);
  return `grpc-metadata-${name}`;
}

function deadlineHeader(ms: number, dialect: RestDialect): readonly [string, string] {
  switch (dialect) {
    case 'google':
      return ['x-server-timeout', String(ms / 1000)];
    case 'connect':
      return ['connect-timeout-ms', String(Math.max(0, Math.ceil(ms)))];
    default:
      return ['grpc-timeout', formatTimeout(ms)];
  }
}

/** What the headers of a REST request say of the call. */
export interface CallHeaders {
  readonly metadata: Metadata;
  /** Milliseconds. */
  readonly deadlineMs: number | undefined;
  /** Names that have no place in metadata, each once. */
  readonly ignored: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * The call's metadata and deadline from the headers of a REST request (names in any case). Headers of the connection
 * and the client are ignored; `grpc-metadata-x` is x in every dialect; in the gateway's, all others but authorization
 * and the permanent ones are ignored. Any dialect's deadline header is understood.
 */
export function metadataFromHeaders(headers: Metadata, dialect: RestDialect = 'google'): CallHeaders {
  const metadata: (readonly [string, string])[] = [];
  const ignored = new Set<string>();
  const warnings: string[] = [];
  const connection = headers.filter(([name]) => name.toLowerCase() === 'connection');
  const hopByHop = new Set(
    connection.flatMap(([, value]) =>
      value
        .toLowerCase()
        .split(',')
        .map((name) => name.trim()),
    ),
  );
  let deadlineMs: number | undefined;
  for (const [rawName, rawValue] of headers) {
    const name = rawName.toLowerCase();
    if (hopByHop.has(name)) {
      ignored.add(name);
      continue;
    }
    const deadline = readDeadline(name, rawValue);
    if (deadline !== undefined) {
      if (Number.isNaN(deadline)) warnings.push(`header ${name}: ${quoted(rawValue)} is no deadline: ignored`);
      else deadlineMs = deadline;
      continue;
    }
    const target = metadataName(name, dialect);
    if (target === undefined) ignored.add(name);
    else {
      const pair = checkedPair(target, rawValue.trim(), warnings);
      if (pair) metadata.push(...pair);
    }
  }
  return { metadata, deadlineMs, ignored: [...ignored], warnings };
}

/** The name in metadata, or undefined if the header has no place there. */
function metadataName(name: string, dialect: RestDialect): string | undefined {
  if (name.startsWith('grpc-metadata-') && name.length > 14) {
    const inner = name.slice(14);
    return isProtocol(inner) || connectionNames.has(inner) ? undefined : inner;
  }
  if (dialect === 'gateway') {
    return name === 'authorization' ? name : permanent.has(name) ? `grpcgateway-${name}` : undefined;
  }
  const hidden = isProtocol(name) || httpOnly.has(name) || name.startsWith('sec-') || name.startsWith('connect-');
  return hidden ? undefined : name;
}

/** One header as pairs of metadata, `-bin` values apart and padded; undefined, with a warning, if it cannot be sent. */
function checkedPair(name: string, value: string, warnings: string[]): (readonly [string, string])[] | undefined {
  if (!/^[0-9a-z_.-]+$/.test(name)) {
    warnings.push(`header ${quoted(name)} is no name of metadata: ignored`);
    return undefined;
  }
  if (!name.endsWith('-bin')) {
    if (/^[\x20-\x7e]*$/.test(value)) return [[name, value]];
    warnings.push(`header ${name}: the value is not printable ASCII: ignored`);
    return undefined;
  }
  const pairs: (readonly [string, string])[] = [];
  for (const part of value.split(',')) {
    const text = paddedBase64(part);
    if (text === undefined) {
      warnings.push(`header ${name}: the value is not base64: ignored`);
      return undefined;
    }
    pairs.push([name, text]);
  }
  return pairs;
}

const units = new Map([
  ['H', 3_600_000],
  ['M', 60_000],
  ['S', 1000],
  ['m', 1],
  ['u', 1e-3],
  ['n', 1e-6],
]);

/** Milliseconds of a deadline header in any dialect; NaN if it is malformed, undefined if it is another header. */
function readDeadline(name: string, value: string): number | undefined {
  const text = value.trim();
  if (name === 'grpc-timeout') {
    const match = /^(\d{1,8})([HMSmun])$/.exec(text);
    return match ? Number(match[1]) * units.get(match[2]!)! : Number.NaN;
  }
  if (name === 'connect-timeout-ms') return /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (name === 'x-server-timeout') return /^\d+(?:\.\d+)?$/.test(text) ? Number(text) * 1000 : Number.NaN;
  return undefined;
}
