// What is thrown → a text on stderr and an exit code.
import { exitCodes, UserError } from '../errors.ts';
import { type Io, write } from '../io.ts';
import { renderUserError } from '../render/error.ts';
import { CallFailed } from '../schema/call-failed.ts';
import type { Status } from '../wire/status.ts';
import { exitCodeOf } from './exit-code.ts';
import { MaxTimeOver } from './session.ts';
import { terminalStyle } from './terminal-style.ts';
import { renderStatus } from '../render/error.ts';

/** Writes the text of a failure and resolves to its exit code: UserError's own, 64+N of a status, 1 for a bug. */
export async function reportFailure(error: unknown, io: Io, version: string): Promise<number> {
  const style = await terminalStyle(io, io.stderr, undefined);
  if (error instanceof UserError) {
    await write(io.stderr, renderUserError(error, style));
    return error.code;
  }
  const status = statusOf(error, io);
  if (status) {
    await write(io.stderr, renderStatus(status, { style, details: [], context: { method: 'schema', address: '', received: 0 } }));
    return exitCodeOf(status);
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  await write(io.stderr, `grepl ${version}: a bug in grepl, please report it with the lines below\n${stack}\n`);
  return exitCodes.bug;
}

function statusOf(error: unknown, io: Io): Status | undefined {
  if (error instanceof CallFailed) return error.status;
  if (error instanceof MaxTimeOver || io.signal.reason instanceof MaxTimeOver) {
    return { code: 4, message: 'the time of --max-time is over', details: [], origin: 'client' };
  }
  return undefined;
}
