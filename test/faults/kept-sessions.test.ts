// Connections that broke must be given back: a process that goes on, such as a gateway before a server that keeps
// failing, would otherwise keep every one of them.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { openChannel } from '../../src/wire/channel.ts';
import { parseTarget } from '../../src/wire/target.ts';
import { settings } from '../support/http2-frames.ts';
import { rawServer } from '../support/raw-http2.ts';
import { callOnce } from '../wire/collect.ts';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

/** Connects, calls, and loses the connection; what is known of the connection, if anybody still knows it. */
async function broken(port: number): Promise<WeakRef<object>> {
  const channel = openChannel(parseTarget(`127.0.0.1:${port}`));
  await callOnce(channel, '/t.S/U');
  channel.close();
  return new WeakRef(channel.connection!);
}

it('connections that broke with unanswered SETTINGS are forgotten', async () => {
  const server = await rawServer(
    async (connection) => {
      connection.write(settings());
      await connection.request();
      connection.socket.destroy();
    },
    { settings: false },
  );
  const known: WeakRef<object>[] = [];
  while (known.length < 200) known.push(...(await Promise.all(Array.from({ length: 20 }, () => broken(server.port)))));
  await server.close();
  let kept = known.length;
  // Sockets close in their own time, and a collection may need the one before it.
  for (let round = 0; round < 20 && kept > 80; round++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    collectGarbage();
    kept = known.filter((connection) => connection.deref() !== undefined).length;
  }
  // Some are held on purpose, see wire/session.ts.
  expect(kept).toBeLessThanOrEqual(80);
});
