// A server that speaks hand-made HTTP/2 frames over plain sockets and does whatever a script tells it, however wrong.
import { once } from 'node:events';
import net from 'node:net';
import { TLSSocket, type TLSSocketOptions } from 'node:tls';
import { type Frame, FrameReader, frameTypes, settings, settingsAck } from './http2-frames.ts';

/** One connection of a raw server, as its script sees it. */
export interface RawConnection {
  readonly socket: net.Socket;
  /** The connection below TLS; without TLS the same socket. */
  readonly tcp: net.Socket;
  /** Which connection to this server it is, from 0. */
  readonly index: number;
  /** Writes frames. */
  write(...frames: Uint8Array[]): void;
  /** The next frame that fulfils the condition; earlier ones are passed over. Rejects when the connection closes. */
  frame(matches: (frame: Frame) => boolean): Promise<Frame>;
  /** The stream id of the next request's HEADERS. */
  request(): Promise<number>;
  /** Waits for END_STREAM on a stream. */
  ended(streamId: number): Promise<void>;
}

/** A listening raw server. */
export interface RawServer {
  readonly port: number;
  /** Connections so far. */
  readonly connections: number;
  /** Every frame received, over all connections. */
  readonly frames: readonly Frame[];
  close(): Promise<void>;
}

/**
 * Starts a server on 127.0.0.1 that runs `script` on every connection. With `settings` (the default) it first sends
 * SETTINGS and acknowledges the client's, so that the script begins with a connection that stands.
 */
export async function rawServer(
  script: (connection: RawConnection) => Promise<void> | void,
  options: {
    readonly settings?: readonly (readonly [number, number])[] | false;
    /** Certificate and key (PEM): the server speaks TLS. */
    readonly tls?: Pick<TLSSocketOptions, 'cert' | 'key'> | undefined;
  } = {},
): Promise<RawServer> {
  const sockets = new Set<net.Socket>();
  const frames: Frame[] = [];
  let connections = 0;
  const server = net.createServer((tcp) => {
    sockets.add(tcp);
    tcp.setNoDelay(true);
    tcp.on('error', () => {});
    tcp.on('close', () => sockets.delete(tcp));
    const secure = options.tls === undefined ? undefined : { ...options.tls, isServer: true, ALPNProtocols: ['h2'] };
    const socket = secure === undefined ? tcp : new TLSSocket(tcp, secure).on('error', () => {});
    const connection = rawConnection(socket, tcp, connections, frames);
    connections += 1;
    if (options.settings !== false) connection.write(settings(options.settings ?? []), settingsAck());
    const run = () => Promise.resolve(script(connection)).catch(() => {});
    if (secure === undefined) void run();
    else socket.once('secure', run);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as net.AddressInfo).port,
    get connections() {
      return connections;
    },
    frames,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function rawConnection(socket: net.Socket, tcp: net.Socket, index: number, log: Frame[]): RawConnection {
  const reader = new FrameReader();
  const queue: Frame[] = [];
  const waiting: { matches: (frame: Frame) => boolean; resolve: (frame: Frame) => void; reject: (e: Error) => void }[] =
    [];
  const hand = (): void => {
    while (waiting[0] !== undefined && queue.length > 0) {
      const frame = queue.shift();
      if (frame === undefined || !waiting[0].matches(frame)) continue;
      waiting.shift()?.resolve(frame);
    }
  };
  socket.on('data', (chunk) => {
    try {
      const frames = reader.push(chunk);
      log.push(...frames);
      queue.push(...frames);
    } catch {
      socket.removeAllListeners('data');
    }
    hand();
  });
  socket.on('close', () => {
    for (const { reject } of waiting) reject(new Error('the connection was closed'));
  });
  const frame = (matches: (frame: Frame) => boolean) =>
    new Promise<Frame>((resolve, reject) => {
      waiting.push({ matches, resolve, reject });
      hand();
    });
  const endedStreams = new Set<number>();
  return {
    socket,
    tcp,
    index,
    write: (...bytes) => void socket.write(Buffer.concat(bytes)),
    frame,
    async request() {
      const { streamId, flags } = await frame((f) => f.type === frameTypes.headers);
      if (flags & 1) endedStreams.add(streamId);
      return streamId;
    },
    async ended(streamId) {
      if (endedStreams.has(streamId)) return;
      await frame(
        (f) =>
          f.streamId === streamId &&
          (f.type === frameTypes.data || f.type === frameTypes.headers) &&
          (f.flags & 1) === 1,
      );
    },
  };
}

/** Resolves when a condition holds, asked again every few milliseconds; rejects after five seconds. */
export async function eventually(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 1000; i++) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error('the condition did not come true');
}

/** A server that answers the first bytes of every connection with fixed bytes and then hangs up, or not. */
export async function bannerServer(
  banner: string | Uint8Array | undefined,
  then: 'fin' | 'reset' | 'hold',
  when: 'connect' | 'data' = 'connect',
): Promise<{ readonly port: number; close(): Promise<void> }> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    const answer = () => {
      if (banner !== undefined) socket.write(banner);
      if (then === 'fin') socket.end();
      if (then === 'reset') socket.resetAndDestroy();
    };
    socket.on('data', () => {});
    if (when === 'connect') answer();
    else socket.once('data', answer);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as net.AddressInfo).port,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
