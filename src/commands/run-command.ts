// Runs one row of the command table: the same for the shell, for a line of the REPL and for a script, so that output,
// errors and exit codes are the same everywhere.
import { exitCodes, UserError } from '../errors.ts';
import { Interrupted, type Io, write } from '../io.ts';
import type { FailureContext } from './failure.ts';
import type { Args } from './parse.ts';
import type { Session } from './session.ts';
import type { CommandRow } from './table.ts';

/** What the run of a command needs besides its words. */
export interface RunContext {
  /** The version of grepl. */
  readonly version: string;
  /** Opens the session on the address that the command found among its words. */
  readonly open: (args: Args, address: string | undefined, io: Io) => Session;
}

/**
 * Runs a command with sessions that are closed whatever happens. Resolves to its exit code, with what was thrown told
 * on stderr; never rejects.
 */
export async function runCommand(command: CommandRow, args: Args, io: Io, context: RunContext): Promise<number> {
  const sessions: Session[] = [];
  try {
    if (args.flags.bool('version')) {
      await write(io.stdout, `grepl ${context.version}\n`);
      return exitCodes.ok;
    }
    if (args.flags.bool('help')) {
      await write(io.stdout, (await import('./help.ts')).commandHelp(command));
      return exitCodes.ok;
    }
    const { run } = await command.load();
    return await run(args, io, (address) => {
      const session = context.open(args, address, io);
      sessions.push(session);
      return session;
    });
  } catch (error) {
    return await report(error, io, context.version, sessions[0]);
  } finally {
    for (const session of sessions) await session.close();
  }
}

/** Turns whatever was thrown into its line on stderr and its exit code. */
export async function report(error: unknown, io: Io, version: string, about?: FailureContext): Promise<number> {
  if (error instanceof Interrupted) return error.exitCode;
  if (io.signal.aborted && io.signal.reason instanceof Interrupted) return io.signal.reason.exitCode;
  try {
    const { reportFailure } = await import('./failure.ts');
    return await reportFailure(error, io, version, about);
  } catch (second) {
    // stderr itself is gone: there is nobody left to tell.
    return second instanceof Interrupted ? second.exitCode : error instanceof UserError ? error.code : exitCodes.bug;
  }
}
