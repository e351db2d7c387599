// The interop cases and those of peer-cases.ts against the servers of five implementations; see peers.ts.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runMain } from '../rest/run-main.ts';
import { startGrepl } from '../support/run-grepl.ts';
import { callWords, interopCases, type Tested } from './interop-cases.ts';
import { peerCases } from './peer-cases.ts';
import { type RunningPeer, startPeer } from './peer-process.ts';
import { type Peer, peers, tellMissing } from './peers.ts';

for (const { name, build, command } of peers) if (!command) tellMissing(name, build);

const startOf = (peer: Peer): Promise<RunningPeer> =>
  startPeer((port) => [...(peer.command ?? []), ...peer.arguments(port)]);

describe.each(peers.map((peer) => [peer.name, peer] as const))('%s', (_, peer) => {
  describe.skipIf(!peer.command)('', () => {
    let server: RunningPeer;
    let tested: Tested;
    beforeAll(async () => {
      server = await startOf(peer);
      tested = { peer, address: server.address };
    });
    afterAll(() => server.stop());

    for (const { name, needs, run } of [...interopCases, ...peerCases]) {
      if (needs === undefined || peer.can.has(needs)) test(name, () => run(tested));
    }

    test.skipIf(peer.can.has('gzip requests'))('a server without gzip says so', async () => {
      const words = ['--compress', 'gzip', '-d', '{"responseSize":1}'];
      const { exit, err } = await runMain(callWords(tested, 'TestService/UnaryCall', words));
      expect([exit, err]).toEqual([64 + 12, expect.stringMatching(/gzip/)]);
    });

    test.runIf(peer.can.has('health'))('health', async () => {
      const serving = await runMain(['health', server.address, 'grpc.testing.TestService']);
      expect(serving).toEqual({ exit: 0, out: 'SERVING\n', err: '' });
      const unknown = await runMain(['health', server.address, 'no.Such']);
      expect([unknown.exit, unknown.err]).toEqual([64 + 14, expect.stringMatching(/NOT_FOUND/)]);
    });

    test('killed in mid-stream: what came is there, and the end is no success', async () => {
      const other = await startOf(peer);
      const wanted = [{ size: 5 }, { size: 6 }, { size: 7, intervalUs: 60_000_000 }];
      const data = JSON.stringify({ responseParameters: wanted });
      const running = startGrepl(
        callWords({ peer, address: other.address }, 'TestService/StreamingOutputCall', ['-d', data]),
      );
      await running.lines(2);
      await other.stop();
      const { exit, stdout, stderr } = await running.result;
      expect([exit, stdout.trim().split('\n').length]).toEqual([64 + 14, 2]);
      expect(stderr).toMatch(/2 responses/);
    });
  });
});
