// A server whose stream never ends and that sends as fast as the client's windows allow; it says how much it has sent.
import { type AddressInfo, createServer, type Socket } from 'node:net';
import * as h2 from '../support/http2-frames.ts';
import { messageBytes } from './payloads.ts';
import { makePeer, type Peer, PeerGone, type PeerStream } from './peer.ts';

/** A running endless server. */
export interface EndlessServer {
  readonly address: string;
  /** Bytes written to all connections so far. */
  readonly sent: number;
  close(): Promise<void>;
}

async function flood(peer: Peer, stream: PeerStream): Promise<void> {
  const batch = Buffer.concat(Array<Buffer>(2000).fill(messageBytes('M')));
  peer.queue(h2.responseHeaders(stream.id));
  for (;;) {
    await peer.data(stream, batch, false);
    await peer.flush();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Starts the server on a free loopback port; every call of any method gets the same endless stream of t.M. */
export async function startEndlessServer(): Promise<EndlessServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    makePeer(socket, { settings: [], windowUpdates: true }, (peer, stream) => {
      flood(peer, stream).catch((error: unknown) => {
        if (!(error instanceof PeerGone)) throw error;
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    get sent() {
      return [...sockets].reduce((sum, socket) => sum + socket.bytesWritten, 0);
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
