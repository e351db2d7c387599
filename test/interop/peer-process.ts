// Starts the servers and proxies of the interop tests as processes of their own, each on a free port of loopback.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';

/** A process that listens. */
export interface RunningPeer {
  /** `127.0.0.1:PORT`. */
  readonly address: string;
  readonly port: number;
  readonly child: ChildProcess;
  /** What it has written to stderr so far. */
  log(): string;
  /** Ends it, by `signal` or SIGKILL, and waits until it is gone. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** A port of 127.0.0.1 that is free now. */
export async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/**
 * Runs the command that `command` gives for a free port, until it accepts connections there. Throws with its stderr when
 * it ends before, or does not listen within 30 s.
 */
export async function startPeer(command: (port: number) => readonly string[], cwd?: string): Promise<RunningPeer> {
  const port = await freePort();
  const [file, ...words] = command(port);
  const child = spawn(file as string, words, { cwd, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = `${said}${chunk}`.slice(-20_000);
  });
  const stop = async (signal: NodeJS.Signals = 'SIGKILL'): Promise<void> => {
    if (isGone(child)) return;
    child.kill(signal);
    await once(child, 'exit');
  };
  try {
    await untilListening(child, { host: '127.0.0.1', port });
  } catch (failure) {
    await stop();
    throw new Error(`${(failure as Error).message}: ${said}`);
  }
  return { address: `127.0.0.1:${port}`, port, child, log: () => said, stop };
}

/** Waits until a process accepts connections. Throws when it ends before, or takes longer than 30 s. */
export async function untilListening(child: ChildProcess, where: net.NetConnectOpts): Promise<void> {
  let failure: Error | undefined;
  child.once('error', (error) => {
    failure = error;
  });
  for (const end = Date.now() + 30_000; !(await accepts(where)); await pause(25)) {
    if (failure) throw failure;
    if (isGone(child)) throw new Error(`${child.spawnfile} ended with ${child.exitCode ?? child.signalCode}`);
    if (Date.now() > end) throw new Error(`${child.spawnfile} does not listen`);
  }
}

function isGone(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}

async function accepts(where: net.NetConnectOpts): Promise<boolean> {
  const socket = net.connect(where);
  const isOpen = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
  });
  socket.destroy();
  return isOpen;
}

/** Waits. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
