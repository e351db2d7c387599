// What gRPC's interop cases leave open, and where the implementations differ: limits, details, windows, pings.
import { expect } from 'vitest';
import { call, type InteropCase, sizes, streams, zeros } from './interop-cases.ts';

/** Cases for every server of peers.ts that can do what they need. */
export const peerCases: readonly InteropCase[] = [
  {
    name: 'every status code',
    run: async (tested) => {
      const codes = Array.from({ length: 16 }, (_, at) => at + 1);
      const stdin = codes.map((code) => JSON.stringify({ responseStatus: { code, message: `no ${code}` } })).join('\n');
      const { out } = await call(tested, 'TestService/UnaryCall', ['--each'], { stdin });
      const statuses = out
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { status: { code: number; message: string } }).status);
      expect(statuses.map(({ code, message }) => [code, message])).toEqual(codes.map((code) => [code, `no ${code}`]));
    },
  },
  {
    name: 'details of a status',
    needs: 'details',
    run: async (tested) => {
      const data = JSON.stringify({ responseStatus: { code: 9, message: 'not now' }, payload: { body: 'AAEC' } });
      for (const method of streams) {
        const { exit, out } = await call(tested, method, ['-d', data, '-o', 'full']);
        const { status } = JSON.parse(out) as { status: { details: unknown } };
        expect([exit, status.details]).toEqual([
          64 + 9,
          [
            {
              '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
              reason: 'ASKED_FOR',
              domain: 'interop',
              metadata: { by: 'the request' },
            },
            { '@type': 'type.googleapis.com/grpc.testing.Payload', body: 'AAEC' },
          ],
        ]);
      }
    },
  },
  {
    name: 'a request larger than the server takes: its status, not a broken connection',
    run: async (tested) => {
      const stdin = JSON.stringify({ payload: { body: zeros(6 << 20) } });
      const { exit, err } = await call(tested, 'TestService/UnaryCall', [], { stdin });
      expect([exit, err]).toEqual([64 + tested.peer.tooLarge, expect.stringMatching(/from the server/)]);
    },
  },
  {
    name: 'an answer larger than is taken',
    run: async (tested) => {
      const words = ['--max-message', '64KiB', '-d', '{"responseSize":70000}'];
      const { exit, err } = await call(tested, 'TestService/UnaryCall', words);
      expect([exit, err]).toEqual([64 + 8, expect.stringMatching(/--max-message/)]);
    },
  },
  {
    name: 'sixteen megabytes each way: more than any window',
    run: async (tested) => {
      const wanted = Array.from({ length: 400 }, () => ({ size: 40_000 }));
      const data = JSON.stringify({ responseParameters: wanted });
      const down = await call(tested, 'TestService/StreamingOutputCall', ['-d', data]);
      expect([down.exit, sizes(down.out)]).toEqual([0, wanted.map(({ size }) => size)]);
      const stdin = `${JSON.stringify({ payload: { body: zeros(100_000) } })}\n`.repeat(160);
      const up = await call(tested, 'TestService/StreamingInputCall', [], { stdin });
      expect([up.exit, up.out]).toEqual([0, '{"aggregatedPayloadSize":16000000}\n']);
    },
  },
  {
    name: 'more pings than the server allows: the reason and the flag',
    needs: 'strict pings',
    run: async (tested) => {
      const data = JSON.stringify({ responseParameters: [{ size: 1 }, { size: 1, intervalUs: 20_000_000 }] });
      const words = ['--keepalive-time', '0.1', '-d', data];
      const { exit, out, err } = await call(tested, 'TestService/StreamingOutputCall', words);
      expect([exit, sizes(out)]).toEqual([64 + 14, [1]]);
      expect(err).toMatch(/ENHANCE_YOUR_CALM.*too_many_pings[\s\S]*--keepalive-time longer/);
    },
  },
  {
    name: 'a header larger than the server takes: an end with a reason',
    run: async (tested) => {
      const { exit, err } = await call(tested, 'TestService/EmptyCall', ['-H', `x-large: ${'a'.repeat(100_000)}`]);
      // Some take it; others answer with a status, an HTTP page, or a reset of the stream.
      expect([0, 64 + 8, 64 + 14, 64 + 13, 64 + 2, 64 + 1]).toContain(exit);
      if (exit !== 0) expect(err).toMatch(/header|metadata|431|RESOURCE_EXHAUSTED|ENHANCE_YOUR_CALM/i);
    },
  },
];
