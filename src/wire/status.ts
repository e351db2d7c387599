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
  /** Oddities that did not change the outcome, such as an undecodable grpc-status-details-bin. */
  readonly warnings?: readonly string[] | undefined;
}

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
