// HTTP/2 error codes: their names, and the gRPC status that a reset with one of them stands for.
// (RFC 9113 §7; https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md#errors)
import { codes } from './status.ts';

/** The HTTP/2 error codes this client uses itself. */
export const h2Codes = { noError: 0, internalError: 2, refusedStream: 7, cancel: 8, enhanceYourCalm: 11 } as const;

const names = [
  'NO_ERROR',
  'PROTOCOL_ERROR',
  'INTERNAL_ERROR',
  'FLOW_CONTROL_ERROR',
  'SETTINGS_TIMEOUT',
  'STREAM_CLOSED',
  'FRAME_SIZE_ERROR',
  'REFUSED_STREAM',
  'CANCEL',
  'COMPRESSION_ERROR',
  'CONNECT_ERROR',
  'ENHANCE_YOUR_CALM',
  'INADEQUATE_SECURITY',
  'HTTP_1_1_REQUIRED',
];

/** `PROTOCOL_ERROR (1)`, or `error code 99` for a number that has no name. */
export function h2CodeName(code: number): string {
  const name = names[code];
  return name === undefined ? `error code ${code}` : `${name} (${code})`;
}

/** The gRPC status code for a stream reset with an HTTP/2 error code; INTERNAL for codes without an entry. */
export function statusCodeForReset(code: number): number {
  switch (code) {
    case h2Codes.refusedStream:
      return codes.UNAVAILABLE;
    case h2Codes.cancel:
      return codes.CANCELLED;
    case h2Codes.enhanceYourCalm:
      return codes.RESOURCE_EXHAUSTED;
    case 12:
      return codes.PERMISSION_DENIED;
    default:
      return codes.INTERNAL;
  }
}
