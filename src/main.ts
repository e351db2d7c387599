// Finds the command and runs it. The one place that knows all front ends: one-shot commands, grpcurl's grammar, the REPL.
import type { Filled } from './commands/ask-once.ts';
import type { FieldWords } from './commands/complete.ts';
import { guardedIo } from './commands/guarded-io.ts';
import type { Args } from './commands/parse.ts';
import { report, runCommand } from './commands/run-command.ts';
import type { Session } from './commands/session.ts';
import type { CommandRow } from './commands/table.ts';
import { exitCodes } from './errors.ts';
import { type Io, write } from './io.ts';

export { Interrupted } from './io.ts';

declare const GREPL_VERSION: string;

/** The version in package.json, put in by the build. */
export const version: string = typeof GREPL_VERSION === 'string' ? GREPL_VERSION : '0.0.0-source';

/**
 * Runs one command line and resolves to its exit code; never rejects. Everything written has been handed to the
 * operating system when it resolves.
 */
export async function main(argv: readonly string[], given: Io): Promise<number> {
  const io = guardedIo(given);
  try {
    return await dispatch(argv, io);
  } catch (error) {
    return await report(error, io, version);
  }
}

async function dispatch(argv: readonly string[], io: Io): Promise<number> {
  if (argv.length === 1 && /^--?version$/.test(argv[0] as string)) {
    await write(io.stdout, `grepl ${version}\n`);
    return exitCodes.ok;
  }
  if (argv[0] === '__complete') return (await import('./commands/complete.ts')).complete(argv.slice(1), io, fieldWords);
  const { readCommandLine } = await import('./commands/command-line.ts');
  const line = readCommandLine(argv);
  switch (line.kind) {
    case 'grpcurl':
      return (await import('./commands/grpcurl.ts')).runGrpcurl(line.args, io, version);
    case 'repl':
      return (await import('./repl/start.ts')).startRepl(line.args, io, version);
    case 'command':
      return command(line.command, line.args, argv, io);
  }
}

/** Completes in a shell what the REPL completes. */
const fieldWords: FieldWords = async (message, word) => {
  const { skip, items } = (await import('./repl/completion-fields.ts')).fieldItems(message, word);
  return items.map(({ text }) => word.slice(0, skip) + text);
};

async function command(row: CommandRow, args: Args, argv: readonly string[], io: Io): Promise<number> {
  if (row.name === 'demo' && args.flags.bool('repl'))
    return (await import('./repl/start.ts')).replOnDemo(args, io, version);
  const { openSession } = await import('./commands/session.ts');
  const { prepareRun } = await import('./commands/run-settings.ts');
  const prepared = await prepareRun(row, args, io);
  let filled: Filled | undefined;
  const ask: Session['ask'] = async (method, schema, session) => {
    const { askOnce } = await import('./commands/ask-once.ts');
    filled = await askOnce(method, schema, session);
    return filled?.document;
  };
  // With -d nobody is asked, and node need not set up a stream for stdin to know whether there is somebody.
  const asks = row.name === 'call' && !args.flags.has('data') && io.stdin.isTTY === true;
  const hasScreen = asks && (io.stderr.isTTY === true || io.stdout.isTTY === true);
  const streams: Session['streams'] = hasScreen
    ? { all: false, show: async (stream) => (await import('./commands/chat-once.ts')).chatOnce(stream) }
    : undefined;
  const code = await runCommand(row, prepared.args, io, {
    version,
    open: (given, address) => {
      const { args: all, options } = prepared.at(given, address);
      return openSession(all, address, io, 'grepl', asks ? { ...options, ask, streams } : options);
    },
  });
  if (filled) await (await import('./commands/ask-once.ts')).tellRepeat(io, argv, filled);
  return code;
}
