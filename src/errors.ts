// The errors that are the user's to mend, and the exit codes of the program (ARCHITECTURE.md, "Exit codes").
// A gRPC status is not an error but a value: see wire/status.ts.

/** Exit codes of everything that is not an RPC status; a status N exits with 64 + N. */
export const exitCodes = {
  ok: 0,
  bug: 1,
  usage: 2,
  badRequest: 3,
  schema: 4,
  output: 5,
  expectation: 6,
  interrupted: 130,
  brokenPipe: 141,
  terminated: 143,
} as const;

/** The kinds of failure a user can act on: command line, request data, schema, output, expectation. */
export type UserErrorCode = 2 | 3 | 4 | 5 | 6;

/**
 * Something the user can mend. The message says what is wrong, with the value and the place, in lower case and without
 * a full stop; the hint says what to do. Thrown once, where the user's word for the thing is still known, and caught
 * once, in main (in the REPL: per line).
 */
export class UserError extends Error {
  readonly code: UserErrorCode;
  readonly hint: string | undefined;

  constructor(code: UserErrorCode, message: string, options: { hint?: string | undefined; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = 'UserError';
    this.code = code;
    this.hint = options.hint;
  }
}

/** Lets the compiler find the case that a switch forgot. */
export function unreachable(value: never): never {
  throw new Error(`unexpected value ${JSON.stringify(value)}`);
}
