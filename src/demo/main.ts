// The demo as a command: listens, says where, and stops when it is told to.
// It is also the entry of the demo's bundle, from which `npm start` takes the tour.
import { logVerbosity, setLogVerbosity } from '@grpc/grpc-js';
import { ListenError, startDemo } from './server.ts';

export { ListenError } from './server.ts';
export { tour } from './tour.ts';

/** The words of the command line. */
export interface DemoCommand {
  /** HOST:PORT, :PORT or PORT; loopback without a host, any free port with port 0. */
  listen: string;
  requireToken: boolean;
}

/** The time for calls under way once the demo is told to stop, in milliseconds. */
const grace = 2000;

/**
 * Serves the examples until the signal is aborted; writes the address in one line once it listens. Returns the exit
 * code 0. Throws a ListenError if `listen` cannot be read or the address cannot be used.
 */
export async function demo(
  options: DemoCommand,
  out: { write(text: string): unknown },
  signal: AbortSignal,
): Promise<number> {
  const { host, port } = parseListen(options.listen);
  // What goes wrong is thrown or sent to the client; grpc-js would print some of it a second time.
  setLogVerbosity(logVerbosity.NONE);
  const running = await startDemo({ host, port, requireToken: options.requireToken });
  try {
    await out.write(`${running.address}\n`);
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  } finally {
    await running.close(grace);
  }
  return 0;
}

/** Reads HOST:PORT, [HOST]:PORT, :PORT or PORT. Throws a ListenError. */
export function parseListen(text: string): { host: string; port: number } {
  const match = /^(?:(?:\[([^\]]+)\]|([^:[\]]*)):)?(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (match === null || port > 65535)
    throw new ListenError(`${JSON.stringify(text)} is not HOST:PORT; try 127.0.0.1:50051`);
  return { host: match[1] || match[2] || '127.0.0.1', port };
}
