// Counts the bytes of a connection from outside: a port in between that hands on everything as it is. What TLS adds is
// counted with it.
import { connect, createServer, type NetConnectOpts, type Server, type Socket } from 'node:net';

/** Bytes that went through so far. */
export interface TapBytes {
  readonly request: number;
  readonly response: number;
}

/** A port that hands on to another and counts. */
export interface Tap {
  readonly host: string;
  readonly port: number;
  bytes(): TapBytes;
  /** Resolves once nothing has gone through for a moment. */
  quiet(): Promise<void>;
  close(): void;
}

/** How long it has to be quiet before a call is taken to be over, in milliseconds. */
const quietMs = 20;

/** Opens a tap in front of `to`. */
export async function openTap(to: NetConnectOpts): Promise<Tap> {
  let request = 0;
  let response = 0;
  const sockets = new Set<Socket>();
  const server: Server = createServer((near) => {
    const far = connect(to);
    for (const socket of [near, far]) {
      socket.setNoDelay(true);
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    }
    near.on('data', (chunk: Buffer) => {
      request += chunk.length;
    });
    far.on('data', (chunk: Buffer) => {
      response += chunk.length;
    });
    near.pipe(far).pipe(near);
    near.on('error', () => far.destroy());
    far.on('error', () => near.destroy());
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    host: '127.0.0.1',
    port,
    bytes: () => ({ request, response }),
    quiet: async () => {
      for (let seen = -1; seen !== request + response; ) {
        seen = request + response;
        await new Promise((resolve) => setTimeout(resolve, quietMs));
      }
    },
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/**
 * The bytes of one warm call on an open connection: the median of several, after a few that are not counted; of a call
 * that takes long, one after one.
 */
export async function tappedBytes(tap: Tap, callOnce: () => Promise<void>, isSlow: boolean): Promise<TapBytes> {
  const seen: TapBytes[] = [];
  const [warm, counted] = isSlow ? [1, 1] : [3, 5];
  for (let run = 0; run < warm + counted; run++) {
    await tap.quiet();
    const before = tap.bytes();
    await callOnce();
    await tap.quiet();
    const after = tap.bytes();
    if (run >= warm) seen.push({ request: after.request - before.request, response: after.response - before.response });
  }
  const middle = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
  return { request: middle(seen.map((one) => one.request)), response: middle(seen.map((one) => one.response)) };
}
