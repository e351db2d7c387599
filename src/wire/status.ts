// The outcome of a call (https://github.com/grpc/grpc/blob/master/doc/statuscodes.md).

/** A google.protobuf.Any as carried in status details: wire knows no message types, so the value stays bytes. */
export interface AnyBytes {
  readonly typeUrl: string;
  readonly value: Uint8Array;
}

/**
 * How a call ended. `code` is 0..16; another number from a server becomes 2 (UNKNOWN) and the message says which.
 * `origin` keeps «the server said UNAVAILABLE» apart from «we could not connect».
 */
export interface Status {
  readonly code: number;
  readonly message: string;
  readonly details: readonly AnyBytes[];
  readonly origin: 'server' | 'client';
  /** What to try next, one sentence; only for statuses put together by the client. */
  readonly hint?: string | undefined;
  /** What the client found, for renderers with words of their own for it. */
  readonly found?: Finding | undefined;
  /** Oddities that did not change the outcome, such as an undecodable grpc-status-details-bin. */
  readonly warnings?: readonly string[] | undefined;
}

/** A fault of an answer, as figures. */
export type Finding =
  | { readonly kind: 'too-large'; readonly bytes: number; readonly limit: number }
  | { readonly kind: 'no-trailers' }
  | {
      readonly kind: 'not-grpc';
      readonly httpStatus: number;
      readonly contentType: string | undefined;
      /** As much of it as was read. */
      readonly body: Uint8Array;
    };

/** Canonical names by number, OK to UNAUTHENTICATED. */
export const codeNames = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
] as const;

/** The canonical name of a status code, such as NOT_FOUND for 5; `CODE_99` for a number that has none. */
export function codeName(code: number): string {
  return codeNames[code] ?? `CODE_${code}`;
}

/** Status codes by name, for the statuses that the client puts together itself. */
export const codes = {
  OK: 0,
  CANCELLED: 1,
  UNKNOWN: 2,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  ABORTED: 10,
  OUT_OF_RANGE: 11,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  DATA_LOSS: 15,
  UNAUTHENTICATED: 16,
} as const;

/** A status put together by this client; `hint` says what to try next. */
export function clientStatus(
  code: number,
  message: string,
  hint?: string | undefined,
  found?: Finding | undefined,
): Status {
  const known = { ...(hint === undefined ? {} : { hint }), ...(found === undefined ? {} : { found }) };
  return { code, message, details: [], origin: 'client', ...known };
}
