// What is thrown → a text on stderr and an exit code.
import { exitCodes, UserError } from '../errors.ts';
import { type Io, write } from '../io.ts';
import { renderStatus, renderUserError } from '../render/error.ts';
import { hintForLines } from '../render/line-steps.ts';
import { CallFailed } from '../schema/call-failed.ts';
import type { Status } from '../wire/status.ts';
import { detailDocuments } from './details.ts';
import { exitCodeOf } from './exit-code.ts';
import { type Front, MaxTimeOver, type Session } from './session.ts';
import { terminalStyle } from './terminal-style.ts';

/** Writes the text of a failure and resolves to its exit code: UserError's own, 64+N of a status, 1 for a bug. */
export async function reportFailure(
  error: unknown,
  io: Io,
  version: string,
  about: FailureContext = {},
): Promise<number> {
  const style = await terminalStyle(io, io.stderr, undefined);
  if (error instanceof UserError) {
    const { code, message, hint } = error;
    // What is wrong with a line itself is said in the words of that line.
    const isOutside = about.front !== undefined && code !== exitCodes.usage;
    const inWords = { hint: isOutside && hint !== undefined ? hintForLines(hint) : hint };
    await write(io.stderr, renderUserError(new UserError(code, message, inWords), style));
    return error.code;
  }
  const status = statusOf(error, io);
  if (status) {
    const details = await detailDocuments(status, undefined);
    const context = {
      method: about.subject ?? 'the call',
      address: about.target?.address ?? '',
      received: 0,
      front: frontWord(about.front),
    };
    await write(io.stderr, renderStatus(status, { style, details, context }));
    return exitCodeOf(status);
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  await write(io.stderr, `grepl ${version}: a bug in grepl, please report it with the lines below\n${stack}\n`);
  return exitCodes.bug;
}

/** What the failure is about: a session, or what is known without one. */
export interface FailureContext extends Partial<Pick<Session, 'subject' | 'target' | 'front'>> {}

/** Who reads what is said of a status. */
export function frontWord(front: Pick<Front, 'isPerson'> | undefined): 'shell' | 'script' | 'repl' {
  return front === undefined ? 'shell' : front.isPerson ? 'repl' : 'script';
}

function statusOf(error: unknown, io: Io): Status | undefined {
  if (error instanceof CallFailed) return error.status;
  if (error instanceof MaxTimeOver || io.signal.reason instanceof MaxTimeOver) {
    return { code: 4, message: 'the time of --max-time is over', details: [], origin: 'client' };
  }
  return undefined;
}

/** Writes the text about a status of a call that no renderer showed. */
export async function showStatus(status: Status, session: Session, method: string): Promise<void> {
  const style = await terminalStyle(session.io, session.io.stderr, session.args.flags);
  const details = await detailDocuments(status, undefined);
  const context = { method, address: session.target?.address ?? '', received: 0 };
  await write(session.io.stderr, renderStatus(status, { style, details, context }));
}
