// The status a server sends: grpc-status, grpc-message and grpc-status-details-bin
// (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md, "Responses"). Whatever is odd becomes a warning.
import type { Metadata } from './metadata.ts';
import { readRpcStatus } from './rpc-status.ts';
import { type AnyBytes, codeName, codes, type Status } from './status.ts';
import { visible } from './wording.ts';

/**
 * The status in trailers, or in the headers of a trailers-only response; undefined when there is no grpc-status.
 * A number outside 0..16 or no number becomes UNKNOWN, contradicting repeats become INTERNAL, and the message says so.
 */
export function statusFromTrailers(trailers: Metadata): Status | undefined {
  const values = [...new Set(trailers.filter(([name]) => name === 'grpc-status').map(([, value]) => value))];
  const [value] = values;
  if (value === undefined) return undefined;
  const warnings: string[] = [];
  const text = decodeGrpcMessage(trailers.find(([name]) => name === 'grpc-message')?.[1] ?? '');
  const { code, message } = codeAndMessage(values, value, text);
  const details = readDetails(trailers, code, warnings);
  return { code, message, details, origin: 'server', ...(warnings.length === 0 ? {} : { warnings }) };
}

function codeAndMessage(values: readonly string[], value: string, text: string): { code: number; message: string } {
  const said = text === '' ? '' : `: ${text}`;
  if (values.length > 1) {
    const list = values.map((item) => visible(item, 40)).join(' and ');
    return { code: codes.INTERNAL, message: `the server sent grpc-status more than once, with ${list}${said}` };
  }
  if (/^\d{1,2}$/.test(value) && Number(value) <= 16) return { code: Number(value), message: text };
  const what = /^-?\d+$/.test(value) ? 'a status code that gRPC does not have' : 'not a number';
  return { code: codes.UNKNOWN, message: `the server sent grpc-status "${visible(value, 40)}", ${what}${said}` };
}

function readDetails(trailers: Metadata, code: number, warnings: string[]): readonly AnyBytes[] {
  const value = trailers.find(([name]) => name === 'grpc-status-details-bin')?.[1];
  if (value === undefined || value === '') return [];
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(value)) {
    warnings.push('the details of the status are lost: grpc-status-details-bin is not valid base64');
    return [];
  }
  const status = readRpcStatus(Buffer.from(value, 'base64'));
  if (status === undefined) {
    warnings.push('the details of the status are lost: grpc-status-details-bin is no google.rpc.Status');
    return [];
  }
  // 0 is what a server leaves that does not repeat the code.
  if (status.code !== code && status.code !== 0) {
    warnings.push(
      `grpc-status-details-bin says ${codeName(status.code)}, but grpc-status says ${codeName(code)}, which counts`,
    );
  }
  return status.details;
}

/** Undoes the percent-encoding of grpc-message; escapes that are no UTF-8, or no escapes, stay as they were sent. */
export function decodeGrpcMessage(text: string): string {
  if (!text.includes('%')) return text;
  return text.replace(/(?:%[0-9a-fA-F]{2})+/g, decodeEscapes);
}

function decodeEscapes(escapes: string): string {
  try {
    return decodeURIComponent(escapes);
  } catch {
    // Some of the bytes are no UTF-8: decode the longest good runs, one escape at a time.
    let text = '';
    for (let at = 0; at < escapes.length; ) {
      const length = goodRun(escapes, at);
      text += length === 0 ? escapes.slice(at, at + 3) : decodeURIComponent(escapes.slice(at, at + length));
      at += length === 0 ? 3 : length;
    }
    return text;
  }
}

// The length of the escapes at `at` that make up one character of UTF-8 (RFC 3629), or 0.
function goodRun(escapes: string, at: number): number {
  for (let length = 3; length <= 12 && at + length <= escapes.length; length += 3) {
    try {
      decodeURIComponent(escapes.slice(at, at + length));
      return length;
    } catch {
      // A longer run may still be a character.
    }
  }
  return 0;
}
