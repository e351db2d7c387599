// The example services on one port. The server is a bundle of its own: nothing of it is loaded by any other command.
import { UserError } from '../errors.ts';
import { type Io, write } from '../io.ts';
import type { Args } from './parse.ts';

/** `grepl demo [--listen HOST:PORT]`: prints the address once it listens, serves until Ctrl-C or SIGTERM, exit 0. */
export async function run(args: Args, io: Io): Promise<number> {
  const { demo } = await import('../demo/main.ts');
  const served = demo(
    {
      listen: args.flags.text('listen') ?? args.words[0] ?? '127.0.0.1:0',
      requireToken: args.flags.bool('require-token'),
    },
    { write: (text: string) => void write(io.stdout, text) },
    io.signal,
  );
  // The demo is a bundle of its own with classes of its own: its error is known by its name.
  return served.catch((error: unknown) => {
    if (!(error instanceof Error) || error.name !== 'ListenError') throw error;
    throw new UserError(2, error.message, { cause: error });
  });
}
