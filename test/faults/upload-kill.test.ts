// A connection that dies while the request is still being sent: the sender is released, what came back is delivered,
// and the status says what happened.
import { afterEach, describe, expect, it } from 'vitest';
import { openChannel } from '../../src/wire/channel.ts';
import type { Channel } from '../../src/wire/stream.ts';
import { parseTarget } from '../../src/wire/target.ts';
import { data, frameTypes, grpcMessage, responseHeaders, windowUpdate } from '../support/http2-frames.ts';
import { type RawConnection, type RawServer, rawServer } from '../support/raw-http2.ts';
import { collect } from '../wire/collect.ts';
import { messageWith } from './payloads.ts';

let server: RawServer | undefined;
let channel: Channel | undefined;
afterEach(async () => {
  channel?.close();
  await server?.close();
});

const message = messageWith('x'.repeat(10_000));
const count = 40;
const ends = {
  fin: (connection: RawConnection) => connection.socket.end(),
  reset: (connection: RawConnection) => connection.socket.resetAndDestroy(),
};

/** Reads `bytes` of the request, giving back the windows, then ends the connection. */
async function serve(connection: RawConnection, bytes: number, answers: boolean, how: keyof typeof ends) {
  const id = await connection.request();
  if (answers) connection.write(responseHeaders(id), data(id, grpcMessage(messageWith('early'))));
  for (let received = 0; received < bytes; ) {
    const { payload } = await connection.frame((frame) => frame.type === frameTypes.data);
    received += payload.length;
    if (payload.length > 0) connection.write(windowUpdate(0, payload.length), windowUpdate(id, payload.length));
  }
  // A reset at once would throw away what has just been written.
  setTimeout(() => ends[how](connection), 10);
}

describe.each(['fin', 'reset'] as const)('an upload whose connection ends by %s', (how) => {
  describe.each([false, true])('answered before: %s', (answers) => {
    it.each([0, 1, 10_005, 65_535, 65_536, 200_000, 390_000])('after %i bytes', async (bytes) => {
      server = await rawServer((connection) => serve(connection, bytes, answers, how));
      channel = openChannel(parseTarget(`127.0.0.1:${server.port}`));
      const stream = channel.start('/t.S/CS', [], { signal: new AbortController().signal });
      const sending = (async () => {
        for (let sent = 0; sent < count; sent++) await stream.send(message);
      })();
      const summary = await collect(stream);
      await sending;
      expect(stream.ended).toBe(true);
      expect(stream.send(message)).toBeUndefined();
      expect(summary.name, summary.words).toBe('UNAVAILABLE');
      expect(summary.words).toMatch(/connection to .* was (closed|reset)/);
      expect(summary.messages).toHaveLength(answers ? 1 : 0);
      expect(server.connections).toBe(1);
    });
  });
});
