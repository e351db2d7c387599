// The example services on one port. The server is a bundle of its own: nothing of it is loaded by any other command.
import { UserError } from '../errors.ts';
import { type Io, write } from '../io.ts';
import type { Args } from './parse.ts';

/** How the demo serves. */
export interface DemoOptions {
  /** HOST:PORT, :PORT or PORT. */
  readonly listen: string;
  readonly requireToken: boolean;
}

/** `grepl demo [--listen HOST:PORT]`: prints the address once it listens, serves until Ctrl-C or SIGTERM, exit 0. */
export async function run(args: Args, io: Io): Promise<number> {
  return serve(demoOptions(args), (text) => void write(io.stdout, text), io.signal);
}

/** The options in the words and flags of `grepl demo`. */
export function demoOptions({ words, flags }: Args): DemoOptions {
  return { listen: flags.text('listen') ?? words[0] ?? '127.0.0.1:0', requireToken: flags.bool('require-token') };
}

/**
 * Starts the demo beside something else and resolves to its address once it listens; it stops when the signal is
 * aborted. Throws UserError 2 for an address that cannot be used.
 */
export function startBeside(options: DemoOptions, signal: AbortSignal): Promise<string> {
  return new Promise((listening, failed) => {
    serve(options, (text) => listening(text.trim()), signal).catch(failed);
  });
}

async function serve(options: DemoOptions, write: (text: string) => void, signal: AbortSignal): Promise<number> {
  const { demo } = await import('../demo/main.ts');
  return demo(options, { write }, signal).catch((error: unknown) => {
    // The demo is a bundle of its own with classes of its own: its error is known by its name.
    if (!(error instanceof Error) || error.name !== 'ListenError') throw error;
    throw new UserError(2, error.message, { cause: error });
  });
}
