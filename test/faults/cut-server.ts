// A server that sends given bytes up to a place, and then the rest or the end of the connection; and one call to it.
// Each lane has a server of its own, so that many cases run at once and none sees another's connections.
import { openChannel } from '../../src/wire/channel.ts';
import { parseTarget } from '../../src/wire/target.ts';
import { type RawConnection, type RawServer, rawServer } from '../support/raw-http2.ts';
import { collect, type Summary } from '../wire/collect.ts';
import { bytesOf, type GoodAnswer } from './answers.ts';

/**
 * What follows the bytes before the cut: the other bytes, the end of the TCP stream, its violent end, or the end of
 * the TLS stream as it should be (without TLS the same as `fin`).
 */
export type AfterCut = 'rest' | 'fin' | 'reset' | 'close-notify';

/** An answer, cut after so many bytes. */
export interface Cut {
  readonly answer: GoodAnswer;
  readonly at: number;
  readonly then: AfterCut;
}

/** Two turns of the event loop: the client of the same process has then read what was written before. */
const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
};

const ending = new Map<AfterCut, (connection: RawConnection) => unknown>([
  ['fin', ({ tcp }) => tcp.end()],
  ['reset', ({ tcp }) => tcp.resetAndDestroy()],
  ['close-notify', ({ socket }) => socket.end()],
]);

async function serve({ answer, at, then }: Cut, connection: RawConnection): Promise<void> {
  const opening = bytesOf(answer.opening);
  const bytes = bytesOf(answer.pieces);
  const sendPart = async (part: Buffer, cut: number): Promise<boolean> => {
    const inside = cut >= 0 && cut < part.length;
    connection.write(inside ? part.subarray(0, cut) : part);
    if (!inside) return true;
    await turns();
    if (then === 'rest') connection.write(part.subarray(cut));
    else ending.get(then)?.(connection);
    return then === 'rest';
  };
  if (!(await sendPart(opening, at))) return;
  await connection.ended(await connection.request());
  if (!(await sendPart(bytes, at - opening.length))) return;
  if (then === 'rest') return;
  await turns();
  ending.get(then)?.(connection);
}

/** One server, one case after another. */
export interface Lane {
  /** Makes one call; `connections` counts what it took. */
  meet(cut: Cut): Promise<{ readonly summary: Summary; readonly connections: number }>;
  close(): Promise<void>;
}

/** Opens a lane; with a certificate it speaks TLS. */
export async function openLane(tls?: { readonly cert: Buffer; readonly key: Buffer } | undefined): Promise<Lane> {
  let cut: Cut | undefined;
  const server: RawServer = await rawServer((connection) => cut && serve(cut, connection), { settings: false, tls });
  const target = parseTarget(`127.0.0.1:${server.port}`, tls ? { tls: true, insecure: true } : { plaintext: true });
  return {
    async meet(next) {
      cut = next;
      const before = server.connections;
      const channel = openChannel(target, { connectTimeoutMs: 5000 });
      const stream = channel.start('/t.S/U', [], { signal: new AbortController().signal, deadlineMs: 10_000 });
      void stream.send(Buffer.from('0a026f6b', 'hex'));
      stream.halfClose();
      const summary = await collect(stream);
      channel.close();
      return { summary, connections: server.connections - before };
    },
    close: () => server.close(),
  };
}

/** Runs all cases over some lanes. */
export async function inLanes<T>(
  cases: Iterable<T>,
  run: (lane: Lane, one: T) => Promise<void>,
  open: () => Promise<Lane> = openLane,
): Promise<void> {
  const iterator = cases[Symbol.iterator]();
  const lanes = await Promise.all(Array.from({ length: 8 }, () => open()));
  try {
    await Promise.all(
      lanes.map(async (lane) => {
        for (let next = iterator.next(); !next.done; next = iterator.next()) await run(lane, next.value);
      }),
    );
  } finally {
    for (const lane of lanes) await lane.close();
  }
}
