// Finds the command, opens the session, runs it. The one place where errors become text and exit codes.

import type { Args } from './commands/parse.ts';
import type { Session } from './commands/session.ts';
import type { CommandRow } from './commands/table.ts';
import { exitCodes, UserError } from './errors.ts';
import { Interrupted, type Io, write } from './io.ts';

export { Interrupted } from './io.ts';

declare const GREPL_VERSION: string;

/** The version in package.json, put in by the build. */
export const version: string = typeof GREPL_VERSION === 'string' ? GREPL_VERSION : '0.0.0-source';

/**
 * Runs one command line and resolves to its exit code; never rejects. Everything written has been handed to the
 * operating system when it resolves.
 */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  try {
    return await dispatch(argv, io);
  } catch (error) {
    return await report(error, io);
  }
}

async function dispatch(argv: readonly string[], io: Io): Promise<number> {
  if (argv.length === 1 && /^--?version$/.test(argv[0] as string)) {
    await write(io.stdout, `grepl ${version}\n`);
    return exitCodes.ok;
  }
  if (argv[0] === '__complete') return (await import('./commands/complete.ts')).complete(argv.slice(1), io);
  const { readCommandLine } = await import('./commands/command-line.ts');
  const line = readCommandLine(argv);
  if (line.kind === 'grpcurl') return (await import('./commands/grpcurl.ts')).runGrpcurl(line.args, io, version);
  if (line.kind === 'none') {
    await write(io.stderr, (await import('./commands/help.ts')).overview());
    return exitCodes.usage;
  }
  return runCommand(line.command, line.args, io);
}

/** Runs one row of the command table with a session that is closed whatever happens. */
async function runCommand(command: CommandRow, args: Args, io: Io): Promise<number> {
  if (args.flags.bool('version')) {
    await write(io.stdout, `grepl ${version}\n`);
    return exitCodes.ok;
  }
  if (args.flags.bool('help')) {
    await write(io.stdout, (await import('./commands/help.ts')).commandHelp(command));
    return exitCodes.ok;
  }
  const { run } = await command.load();
  const { openSession } = await import('./commands/session.ts');
  const sessions: Session[] = [];
  try {
    return await run(args, io, (address) => {
      const session = openSession(args, address, io, 'grepl');
      sessions.push(session);
      return session;
    });
  } catch (error) {
    return await report(error, io, sessions[0]);
  } finally {
    for (const session of sessions) await session.close();
  }
}

/** Turns whatever was thrown into its line on stderr and its exit code. */
async function report(error: unknown, io: Io, session?: Session): Promise<number> {
  if (error instanceof Interrupted) return error.exitCode;
  if (io.signal.aborted && io.signal.reason instanceof Interrupted) return io.signal.reason.exitCode;
  try {
    const { reportFailure } = await import('./commands/failure.ts');
    return await reportFailure(error, io, version, session);
  } catch (second) {
    // stderr itself is gone: there is nobody left to tell.
    return second instanceof Interrupted ? second.exitCode : error instanceof UserError ? error.code : exitCodes.bug;
  }
}
