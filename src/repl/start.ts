// Opens a REPL where there is a person, runs a script where there is none.
import { demoOptions } from '../commands/demo.ts';
import type { Flags } from '../commands/flags.ts';
import { commandHelp, overview } from '../commands/help.ts';
import { stdinChunks } from '../commands/input.ts';
import type { Args } from '../commands/parse.ts';
import { loadSettings } from '../commands/settings.ts';
import { flagsOf, replRow } from '../commands/table.ts';
import { exitCodes, UserError } from '../errors.ts';
import { type Io, write } from '../io.ts';
import { startDemo } from './commands/target.ts';
import { laySettings } from './profile.ts';
import { runScript } from './script.ts';
import { Repl } from './state.ts';

/** `grepl [ADDRESS] [flags]`: resolves to the exit code. Throws UserError 2 for flags that are of no use here. */
export async function startRepl(args: Args, io: Io, version: string): Promise<number> {
  const { flags } = args;
  if (flags.bool('version')) {
    await write(io.stdout, `grepl ${version}\n`);
    return exitCodes.ok;
  }
  if (flags.bool('help')) {
    await write(io.stdout, commandHelp(replRow));
    return exitCodes.ok;
  }
  const say = (line: string) => void write(io.stderr, `${line}\n`).catch(() => {});
  const settings = await loadSettings({ typed: flags, io, say });
  const address = args.words[0] ?? settings.address;
  refuseCallFlags(flags, address);
  const repl = new Repl(io, version, flags, address);
  laySettings(repl, settings);
  return runRepl(repl, args.words.length > 0 || flags.has('profile'));
}

/** `grepl demo --repl`: the demo in this process, and the REPL on it. */
export async function replOnDemo(args: Args, io: Io, version: string): Promise<number> {
  const known = new Set(flagsOf(replRow).map((row) => row.name));
  const repl = new Repl(io, version, args.flags, undefined);
  const options = demoOptions(args);
  for (const name of args.flags.names()) if (!known.has(name)) repl.flags.delete(name);
  repl.address = await startDemo(repl, options);
  return runRepl(repl, true);
}

async function runRepl(repl: Repl, hasAddress: boolean): Promise<number> {
  const { io } = repl;
  try {
    // A bad address or flag is told at once.
    if (repl.address !== undefined) repl.link();
    if (io.stdin.isTTY && !repl.flags.bool('no-input')) return await (await import('./loop.ts')).runLoop(repl);
    if (!hasAddress && !(await hasScript(io))) {
      await write(io.stderr, overview());
      return exitCodes.usage;
    }
    repl.flags.set('no-input', true);
    return await runScript(repl, stdinChunks(io), io, { keepGoing: repl.flags.bool('keep-going') });
  } finally {
    await repl.leave();
  }
}

/** Flags that belong to one call would otherwise be laid under all of them. */
function refuseCallFlags(flags: Flags, address: string | undefined): void {
  const name = ['data', 'each', 'concurrency', 'expect', 'expect-status', 'grpcurl', 'dry-run'].find((one) =>
    flags.has(one),
  );
  if (name === undefined) return;
  throw new UserError(2, `--${name} belongs to a call, and there is no method behind ${address ?? 'the address'}`, {
    hint: 'grepl call ADDRESS METHOD, or grepl [flags] ADDRESS METHOD',
  });
}

/** A pipe that says nothing for this long is nobody's script. */
const patienceMs = 1000;

/** Whether stdin has something on it: without an address, nothing there means that help is wanted. */
async function hasScript(io: Io): Promise<boolean> {
  const { stdin } = io;
  return new Promise((resolve) => {
    const timer = setTimeout(() => done(false), patienceMs);
    const done = (answer: boolean) => {
      clearTimeout(timer);
      stdin.off('readable', look);
      stdin.off('end', none);
      stdin.off('error', none);
      resolve(answer);
    };
    const none = () => done(false);
    const look = () => {
      if (stdin.readableLength > 0) done(true);
      // The end is told only to one who reads.
      else stdin.read();
    };
    stdin.on('readable', look);
    stdin.on('end', none);
    stdin.on('error', none);
  });
}
