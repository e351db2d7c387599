// gRPC's own interop cases, each as one command line; peer-cases.ts has those that the implementations add.
// https://github.com/grpc/grpc/blob/master/doc/interop-test-descriptions.md
import { join } from 'node:path';
import { expect } from 'vitest';
import { type Ran, type RunMainOptions, runMain } from '../rest/run-main.ts';
import { type RunningGrepl, startGrepl } from '../support/run-grepl.ts';
import type { Feature, Peer } from './peers.ts';

/** A server under test, and how its methods are called. */
export interface Tested {
  readonly peer: Peer;
  readonly address: string;
}

/** One case; `needs` is what the server must be able to do for it. */
export interface InteropCase {
  readonly name: string;
  readonly needs?: Feature;
  readonly run: (tested: Tested) => Promise<void>;
}

const proto = join(import.meta.dirname, 'grpc-testing', 'test.proto');

/** Base64 of so many zeros. */
export const zeros = (bytes: number): string => Buffer.alloc(bytes).toString('base64');

const sizeOf = (line: string): number =>
  Buffer.from((JSON.parse(line) as { payload?: { body?: string } }).payload?.body ?? '', 'base64').length;
/** The sizes of the payloads in answers, one a line. */
export const sizes = (lines: string): number[] =>
  lines
    .split('\n')
    .filter((line) => line !== '')
    .map(sizeOf);

/** The words of a call with the schema from the file, which every server has or not. */
export function callWords({ address }: Tested, method: string, rest: readonly string[]): string[] {
  return ['call', address, `grpc.testing.${method}`, '--proto', proto, '--wait', '10s', ...rest];
}

/** Runs a call of a method of `grpc.testing`. */
export const call = (
  tested: Tested,
  method: string,
  rest: readonly string[],
  options: RunMainOptions = {},
): Promise<Ran> => runMain(callWords(tested, method, rest), options);
const start = (tested: Tested, method: string): RunningGrepl =>
  startGrepl(callWords(tested, method, []), { stdin: 'open' });

/** A method that answers once, and one that streams. */
export const streams = ['TestService/UnaryCall', 'TestService/FullDuplexCall'];

/** In the order of the page above. */
export const interopCases: readonly InteropCase[] = [
  {
    name: 'empty_unary',
    run: async (tested) => {
      expect(await call(tested, 'TestService/EmptyCall', [])).toEqual({ exit: 0, out: '{}\n', err: '' });
    },
  },
  {
    name: 'large_unary',
    run: async (tested) => {
      const stdin = JSON.stringify({ responseSize: 314_159, payload: { body: zeros(271_828) } });
      const { exit, out } = await call(tested, 'TestService/UnaryCall', [], { stdin });
      expect([exit, ...sizes(out)]).toEqual([0, 314_159]);
    },
  },
  {
    name: 'client_compressed_unary, client_compressed_streaming',
    needs: 'gzip requests',
    run: async (tested) => {
      const compressed = { expectCompressed: { value: true }, payload: { body: zeros(271_828) } };
      const unary = JSON.stringify({ ...compressed, responseSize: 314_159 });
      const one = await call(tested, 'TestService/UnaryCall', ['--compress', 'gzip'], { stdin: unary });
      expect([one.exit, ...sizes(one.out)]).toEqual([0, 314_159]);
      const stdin = `${JSON.stringify(compressed)}\n`.repeat(2);
      const stream = await call(tested, 'TestService/StreamingInputCall', ['--compress', 'gzip'], { stdin });
      expect([stream.exit, stream.out]).toEqual([0, '{"aggregatedPayloadSize":543656}\n']);
    },
  },
  {
    name: 'server_compressed_unary, server_compressed_streaming',
    needs: 'gzip answers',
    run: async (tested) => {
      const unary = JSON.stringify({ responseCompressed: { value: true }, responseSize: 314_159 });
      const one = await call(tested, 'TestService/UnaryCall', ['-v', '-d', unary]);
      expect([one.exit, ...sizes(one.out)]).toEqual([0, 314_159]);
      expect(one.err).toMatch(/grpc-encoding +gzip/);
      const wanted = [31_415, 92_653].map((size) => ({ size, compressed: { value: true } }));
      const data = JSON.stringify({ responseParameters: wanted });
      const stream = await call(tested, 'TestService/StreamingOutputCall', ['-d', data]);
      expect([stream.exit, ...sizes(stream.out)]).toEqual([0, 31_415, 92_653]);
    },
  },
  {
    name: 'client_streaming',
    run: async (tested) => {
      const stdin = [27_182, 8, 1828, 45_904]
        .map((size) => JSON.stringify({ payload: { body: zeros(size) } }))
        .join('\n');
      const { exit, out } = await call(tested, 'TestService/StreamingInputCall', [], { stdin });
      expect([exit, out]).toEqual([0, '{"aggregatedPayloadSize":74922}\n']);
    },
  },
  {
    name: 'server_streaming',
    run: async (tested) => {
      const wanted = [31_415, 9, 2653, 58_979];
      const data = JSON.stringify({ responseParameters: wanted.map((size) => ({ size })) });
      const { exit, out } = await call(tested, 'TestService/StreamingOutputCall', ['-d', data]);
      expect([exit, ...sizes(out)]).toEqual([0, ...wanted]);
    },
  },
  {
    name: 'ping_pong: each request after the answer to the one before',
    run: async (tested) => {
      const running = start(tested, 'TestService/FullDuplexCall');
      const rounds = [
        [27_182, 31_415],
        [8, 9],
        [1828, 2653],
        [45_904, 58_979],
      ] as const;
      for (const [index, [sent, size]] of rounds.entries()) {
        const request = { responseParameters: [{ size }], payload: { body: zeros(sent) } };
        running.child.stdin?.write(`${JSON.stringify(request)}\n`);
        await running.lines(index + 1);
      }
      running.child.stdin?.end();
      const { exit, stdout } = await running.result;
      expect([exit, ...sizes(stdout)]).toEqual([0, 31_415, 9, 2653, 58_979]);
    },
  },
  {
    name: 'half_duplex: answers after all requests',
    needs: 'half duplex',
    run: async (tested) => {
      const stdin = [3, 4].map((size) => JSON.stringify({ responseParameters: [{ size }] })).join('\n');
      const { exit, out } = await call(tested, 'TestService/HalfDuplexCall', [], { stdin });
      expect([exit, ...sizes(out)]).toEqual([0, 3, 4]);
    },
  },
  {
    name: 'empty_stream',
    run: async (tested) => {
      const done = await call(tested, 'TestService/FullDuplexCall', [], { stdin: '' });
      expect(done).toEqual({ exit: 0, out: '', err: '' });
    },
  },
  {
    name: 'timeout_on_sleeping_server',
    run: async (tested) => {
      const data = JSON.stringify({ responseParameters: [{ size: 1, intervalUs: 20_000_000 }] });
      const { exit } = await call(tested, 'TestService/FullDuplexCall', ['--deadline', '100ms', '-d', data]);
      expect(exit).toBe(64 + 4);
    },
  },
  {
    name: 'cancel_after_begin',
    run: async (tested) => {
      const running = start(tested, 'TestService/StreamingInputCall');
      running.child.stdin?.write(`${JSON.stringify({ payload: { body: zeros(1) } })}\n`);
      await new Promise((resolve) => setTimeout(resolve, 300));
      running.child.kill('SIGINT');
      expect((await running.result).exit).toBe(130);
    },
  },
  {
    name: 'cancel_after_first_response',
    run: async (tested) => {
      const running = start(tested, 'TestService/FullDuplexCall');
      running.child.stdin?.write(`${JSON.stringify({ responseParameters: [{ size: 31_415 }] })}\n`);
      await running.lines(1);
      running.child.kill('SIGINT');
      expect((await running.result).exit).toBe(130);
    },
  },
  {
    name: 'custom_metadata',
    run: async (tested) => {
      for (const method of streams) await customMetadata(tested, method);
    },
  },
  ...(
    [
      ['status_code_and_message', 'test status message'],
      ['special_status_message', '\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n'],
    ] as const
  ).map(([name, message]) => ({
    name,
    run: async (tested: Tested) => {
      const data = JSON.stringify({ responseStatus: { code: 2, message } });
      for (const method of streams) {
        const { exit, out } = await call(tested, method, ['-d', data, '-o', 'full']);
        const { status } = JSON.parse(out) as { status: { message: string } };
        expect([exit, status.message]).toEqual([64 + 2, message]);
      }
    },
  })),
  {
    name: 'unimplemented_method, unimplemented_service',
    run: async (tested) => {
      for (const service of ['TestService', 'UnimplementedService'])
        expect((await call(tested, `${service}/UnimplementedCall`, [])).exit).toBe(64 + 12);
    },
  },
  {
    name: 'rpc_soak, concurrent_large_unary: many calls on one connection',
    run: async (tested) => {
      const request = JSON.stringify({ responseSize: 3141, payload: { body: zeros(2718) } });
      const words = ['--each', '--concurrency', '50'];
      const { exit, out } = await call(tested, 'TestService/UnaryCall', words, {
        stdin: `${request}\n`.repeat(300),
      });
      const answers = out.trim().split('\n');
      expect([exit, answers.length]).toEqual([0, 300]);
      for (const answer of answers) expect(sizeOf(JSON.stringify(JSON.parse(answer).message))).toBe(3141);
    },
  },
];

async function customMetadata(tested: Tested, method: string): Promise<void> {
  const data = JSON.stringify(
    method.endsWith('UnaryCall') ? { responseSize: 1 } : { responseParameters: [{ size: 1 }] },
  );
  const initial = 'x-grpc-test-echo-initial: test_initial_metadata_value';
  const trailing = 'x-grpc-test-echo-trailing-bin: q6ur';
  const { exit, out } = await call(tested, method, ['-d', data, '-o', 'full', '-H', initial, '-H', trailing]);
  const { headers, trailers } = (JSON.parse(out) as { response: Record<'headers' | 'trailers', string[][]> }).response;
  expect(exit).toBe(0);
  expect(headers).toContainEqual(['x-grpc-test-echo-initial', 'test_initial_metadata_value']);
  if (tested.peer.can.has('trailers')) expect(trailers).toContainEqual(['x-grpc-test-echo-trailing-bin', 'q6ur']);
}
