// gRPC's own interop cases against grpc-go's interop server, each as one command line:
// https://github.com/grpc/grpc/blob/master/doc/interop-test-descriptions.md
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunOptions, runGrepl, startGrepl } from '../support/run-grepl.ts';
import { goProgram } from './grpcurl-servers.ts';

// `go install` names a program after its folder: only the one from grpc-go's interop/server will do.
const server = [process.env.GRPC_INTEROP_SERVER ?? goProgram('server')].find(isInteropServer);
if (!server) {
  console.log('skipped: no interop server (go install google.golang.org/grpc/interop/server@v1.76.0)');
}

function isInteropServer(path: string | undefined): path is string {
  if (path === undefined || !existsSync(path)) return false;
  try {
    return String(execFileSync('go', ['version', '-m', path])).includes('google.golang.org/grpc/interop/server');
  } catch {
    return false;
  }
}

const proto = join(import.meta.dirname, 'grpc-testing', 'test.proto');
const zeros = (bytes: number): string => Buffer.alloc(bytes).toString('base64');
const sizeOf = (line: string): number =>
  Buffer.from((JSON.parse(line) as { payload?: { body?: string } }).payload?.body ?? '', 'base64').length;

describe.skipIf(!server)("against grpc-go's interop server", () => {
  let child: ChildProcess;
  let address = '';

  beforeAll(async () => {
    const port = await freePort();
    address = `127.0.0.1:${port}`;
    child = spawn(server as string, ['-port', String(port)], { stdio: 'ignore' });
  });

  afterAll(() => {
    child.kill();
  });

  const words = (method: string, ...rest: string[]): string[] => [
    ...['call', address, `grpc.testing.${method}`, '--proto', proto, '--wait', '10s'],
    ...rest,
  ];
  const call = (method: string, rest: string[], options: RunOptions = {}) => runGrepl(words(method, ...rest), options);

  test('empty_unary', async () => {
    expect(await call('TestService/EmptyCall', [])).toMatchObject({ exit: 0, stdout: '{}\n' });
  });

  test('large_unary', async () => {
    const request = JSON.stringify({ responseSize: 314_159, payload: { body: zeros(271_828) } });
    const { exit, stdout } = await call('TestService/UnaryCall', [], { stdin: request });
    expect([exit, sizeOf(stdout)]).toEqual([0, 314_159]);
  });

  test('client_streaming', async () => {
    const stdin = [27_182, 8, 1828, 45_904]
      .map((size) => JSON.stringify({ payload: { body: zeros(size) } }))
      .join('\n');
    const { exit, stdout } = await call('TestService/StreamingInputCall', [], { stdin });
    expect([exit, stdout]).toEqual([0, '{"aggregatedPayloadSize":74922}\n']);
  });

  test('client_compressed_unary: this server has no gzip, and says so', async () => {
    const { exit, stderr } = await call('TestService/UnaryCall', ['--compress', 'gzip', '-d', '{"responseSize":1}']);
    expect(exit).toBe(64 + 12);
    expect(stderr).toMatch(/gzip/);
  });

  test('server_streaming', async () => {
    const sizes = [31_415, 9, 2653, 58_979];
    const data = JSON.stringify({ responseParameters: sizes.map((size) => ({ size })) });
    const { exit, stdout } = await call('TestService/StreamingOutputCall', ['-d', data]);
    expect([exit, ...stdout.trim().split('\n').map(sizeOf)]).toEqual([0, ...sizes]);
  });

  test('ping_pong: each request after the answer to the one before', async () => {
    const running = startGrepl(words('TestService/FullDuplexCall'), { stdin: 'open' });
    const rounds = [
      [27_182, 31_415],
      [8, 9],
      [1828, 2653],
      [45_904, 58_979],
    ] as const;
    for (const [index, [sent, size]] of rounds.entries()) {
      running.child.stdin?.write(
        `${JSON.stringify({ responseParameters: [{ size }], payload: { body: zeros(sent) } })}\n`,
      );
      await running.lines(index + 1);
    }
    running.child.stdin?.end();
    const { exit, stdout } = await running.result;
    expect([exit, ...stdout.trim().split('\n').map(sizeOf)]).toEqual([0, 31_415, 9, 2653, 58_979]);
  });

  test('empty_stream', async () => {
    expect(await call('TestService/FullDuplexCall', [], { stdin: '' })).toMatchObject({ exit: 0, stdout: '' });
  });

  test('timeout_on_sleeping_server', async () => {
    const data = JSON.stringify({ responseParameters: [{ size: 1, intervalUs: 20_000_000 }] });
    const { exit } = await call('TestService/FullDuplexCall', ['--deadline', '100ms', '-d', data]);
    expect(exit).toBe(64 + 4);
  });

  test('cancel_after_first_response', async () => {
    const running = startGrepl(words('TestService/FullDuplexCall'), { stdin: 'open' });
    running.child.stdin?.write(`${JSON.stringify({ responseParameters: [{ size: 31_415 }] })}\n`);
    await running.lines(1);
    running.child.kill('SIGINT');
    expect((await running.result).exit).toBe(130);
  });

  test.each(['TestService/UnaryCall', 'TestService/FullDuplexCall'])('custom_metadata, %s', async (method) => {
    const data = JSON.stringify(
      method.endsWith('UnaryCall') ? { responseSize: 1 } : { responseParameters: [{ size: 1 }] },
    );
    const initial = 'x-grpc-test-echo-initial: test_initial_metadata_value';
    const trailing = 'x-grpc-test-echo-trailing-bin: q6ur';
    const { exit, stdout } = await call(method, ['-d', data, '-o', 'full', '-H', initial, '-H', trailing]);
    const { headers, trailers } = (JSON.parse(stdout) as { response: Record<'headers' | 'trailers', string[][]> })
      .response;
    expect(exit).toBe(0);
    expect(headers).toContainEqual(['x-grpc-test-echo-initial', 'test_initial_metadata_value']);
    expect(trailers).toContainEqual(['x-grpc-test-echo-trailing-bin', 'q6ur']);
  });

  test.each([
    ['status_code_and_message', 'test status message'],
    ['special_status_message', '\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n'],
  ])('%s', async (_, message) => {
    const data = JSON.stringify({ responseStatus: { code: 2, message } });
    for (const method of ['TestService/UnaryCall', 'TestService/FullDuplexCall']) {
      const { exit, stdout } = await call(method, ['-d', data, '-o', 'full']);
      const { status } = JSON.parse(stdout) as { status: { message: string } };
      expect([exit, status.message]).toEqual([64 + 2, message]);
    }
  });

  test.each(['TestService/UnimplementedCall', 'UnimplementedService/UnimplementedCall'])('%s', async (method) => {
    expect((await call(method, [])).exit).toBe(64 + 12);
  });

  test('rpc_soak, concurrent_large_unary: many calls on one connection', async () => {
    const request = JSON.stringify({ responseSize: 3141, payload: { body: zeros(2718) } });
    const stdin = `${request}\n`.repeat(300);
    const { exit, stdout } = await call('TestService/UnaryCall', ['--each', '--concurrency', '50'], { stdin });
    const answers = stdout.trim().split('\n');
    expect([exit, answers.length]).toEqual([0, 300]);
    for (const answer of answers) expect(sizeOf(JSON.stringify(JSON.parse(answer).message))).toBe(3141);
  });
});

async function freePort(): Promise<number> {
  const listener = net.createServer();
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address() as net.AddressInfo;
  await new Promise((resolve) => listener.close(resolve));
  return port;
}
