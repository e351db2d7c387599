// Metadata as it crosses the wire: order and repeats kept.
// What may be sent is checked here, once; what arrives is taken as it is and only decoded to text.
import { UserError } from '../errors.ts';
import { paddedBase64 } from './base64.ts';

/**
 * Name and value pairs in the order sent or received. Names are lower case. Values of names ending in `-bin` are held
 * as standard base64 text (padded), as on the wire; others are printable ASCII when sent and whatever came, decoded as
 * UTF-8 where it is valid and as latin1 where not, when received.
 */
export type Metadata = readonly (readonly [name: string, value: string])[];

// Set by the client itself, or meaningless in HTTP/2 (RFC 9113 §8.2.2): letting them through would break the call.
const reserved = new Map<string, string>([
  ['grpc-timeout', 'use --deadline'],
  ['grpc-encoding', 'use --compress gzip'],
  ['grpc-accept-encoding', 'it is sent by itself'],
  ['grpc-status', 'only servers send it'],
  ['grpc-message', 'only servers send it'],
  ['grpc-status-details-bin', 'only servers send it'],
  ['content-type', 'it is always application/grpc'],
  ['te', 'it is always "trailers"'],
  ['host', 'use --authority'],
  ['connection', 'HTTP/2 does not have it'],
  ['keep-alive', 'HTTP/2 does not have it'],
  ['proxy-connection', 'HTTP/2 does not have it'],
  ['transfer-encoding', 'HTTP/2 does not have it'],
  ['upgrade', 'HTTP/2 does not have it'],
  ['http2-settings', 'HTTP/2 does not have it'],
]);

/** Names that node:http2 sends once: with a second value of one of them a call cannot be made. */
export const sentOnce: ReadonlySet<string> = new Set(
  (
    'access-control-allow-credentials access-control-max-age access-control-request-method age authorization ' +
    'content-encoding content-language content-length content-location content-md5 content-range date dnt etag ' +
    'expires from if-match if-modified-since if-none-match if-range if-unmodified-since last-modified location ' +
    'max-forwards proxy-authorization range referer retry-after tk upgrade-insecure-requests user-agent ' +
    'x-content-type-options'
  ).split(' '),
);

/**
 * Checks metadata that is to be sent and returns it as it will be: names in lower case, `-bin` values in padded
 * standard base64 (base64url and missing padding are accepted), other values without blanks at their ends.
 * @throws UserError(2) naming the first pair that cannot be sent and what to do about it
 */
export function validateMetadata(metadata: Metadata): Metadata {
  const seen = new Set<string>();
  return metadata.map(([rawName, rawValue]) => {
    const name = rawName.toLowerCase();
    checkName(name);
    if (seen.has(name) && sentOnce.has(name)) {
      throw new UserError(2, `header "${name}" is given twice`, { hint: 'HTTP/2 clients may send it once' });
    }
    seen.add(name);
    return [name, name.endsWith('-bin') ? binaryValue(name, rawValue) : textValue(name, rawValue)] as const;
  });
}

function checkName(name: string): void {
  if (name.startsWith(':')) {
    throw new UserError(2, `header "${name}" cannot be set`, { hint: 'for :authority use --authority' });
  }
  if (!/^[0-9a-z_.-]+$/.test(name)) {
    throw new UserError(2, `header name ${JSON.stringify(name)} is not allowed in gRPC`, {
      hint: 'names consist of letters, digits, "-", "_" and "."',
    });
  }
  const hint = reserved.get(name);
  if (hint !== undefined) throw new UserError(2, `header "${name}" is set by the client itself`, { hint });
}

function textValue(name: string, rawValue: string): string {
  const value = rawValue.replace(/^[ \t]+|[ \t]+$/g, '');
  const bad = /[^\x20-\x7e]/u.exec(value);
  if (bad !== null) {
    const point = bad[0].codePointAt(0) ?? 0;
    const shown = `U+${point.toString(16).toUpperCase().padStart(4, '0')}`;
    throw new UserError(2, `the value of header "${name}" contains ${shown} at position ${bad.index + 1}`, {
      hint: 'values are printable ASCII; for anything else use a name that ends in -bin, with the value in base64',
    });
  }
  return value;
}

function binaryValue(name: string, rawValue: string): string {
  const value = paddedBase64(rawValue);
  if (value === undefined) {
    throw new UserError(2, `the value of header "${name}" is not base64`, {
      hint: 'values of headers whose names end in -bin are bytes, written in base64',
    });
  }
  return value;
}

/**
 * Received header lines as metadata, from the flat list of names and values that node:http2 hands over. Pseudo headers
 * are left out; `-bin` values joined by commas become several pairs, in padded standard base64 where they are base64.
 */
export function receivedMetadata(raw: readonly string[]): (readonly [string, string])[] {
  const pairs: (readonly [string, string])[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i] ?? '';
    const value = raw[i + 1] ?? '';
    if (name.startsWith(':')) continue;
    if (!name.endsWith('-bin')) pairs.push([name, decodeHeaderText(value)]);
    else for (const part of value.split(',')) pairs.push([name, paddedBase64(part) ?? part.trim()]);
  }
  return pairs;
}

/** Header bytes reach JavaScript as latin1; servers send UTF-8 all the same. Invalid UTF-8 stays as it came. */
export function decodeHeaderText(value: string): string {
  if (!/[\x80-\xff]/.test(value)) return value;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(value, 'latin1'));
  } catch {
    return value;
  }
}

/** The first value of a header; undefined when it is missing. */
export function firstValue(metadata: Metadata, name: string): string | undefined {
  return metadata.find(([key]) => key === name)?.[1];
}
