// A server of the service t.S in bytes, on grpc-js, for the tests of both channels; and channels through grpc-js.
import * as grpc from '@grpc/grpc-js';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { type GrpcJsOptions, openGrpcJsChannel } from '../../src/wire/grpc-js-channel.ts';
import type { Channel } from '../../src/wire/stream.ts';
import { parseTarget, type TargetOptions } from '../../src/wire/target.ts';
import { bytesMethod } from '../support/servers-reflection.ts';

/** One method of t.S. */
export const kind = (name: string, requestStream: boolean, responseStream: boolean) =>
  bytesMethod(`/t.S/${name}`, requestStream, responseStream);

/** What the calls brought. */
export interface SeenCall {
  readonly metadata: grpc.Metadata;
  readonly path: string;
  readonly host: string;
}

/** The calls so far, and what became of them. */
export const seen: SeenCall[] = [];
export const cancelled = new Set<string>();
/** How often `Flaky` fails before it answers, and how many messages `Endless` has written. */
export const counts = { failures: 0, written: 0 };

const note = (call: { metadata: grpc.Metadata; getPath(): string; getHost(): string }) =>
  seen.push({ metadata: call.metadata, path: call.getPath(), host: call.getHost() });

/** Behind the methods, by name in lower case. */
export const handlers: grpc.UntypedServiceImplementation = {
  unary(call: grpc.ServerUnaryCall<Buffer, Buffer>, done: grpc.sendUnaryData<Buffer>) {
    note(call);
    const headers = new grpc.Metadata();
    headers.add('x-two', 'a');
    headers.add('x-two', 'b');
    headers.add('x-bin', Buffer.from([1, 2]));
    call.sendMetadata(headers);
    const trailing = new grpc.Metadata();
    trailing.add('x-trail', 't');
    done(null, call.request, trailing);
  },
  fail: (_call: unknown, done: grpc.sendUnaryData<Buffer>) =>
    done({ code: grpc.status.NOT_FOUND, details: 'nö 100%', metadata: new grpc.Metadata() }),
  flaky(call: grpc.ServerUnaryCall<Buffer, Buffer>, done: grpc.sendUnaryData<Buffer>) {
    note(call);
    if (counts.failures-- > 0) done({ code: grpc.status.UNAVAILABLE, details: 'not yet' });
    else done(null, call.request);
  },
  slow(call: grpc.ServerUnaryCall<Buffer, Buffer>) {
    note(call);
    call.on('cancelled', () => cancelled.add('slow'));
  },
  down(call: grpc.ServerWritableStream<Buffer, Buffer>) {
    for (let i = 0; i < 1000; i++) call.write(Buffer.from(String(i)));
    call.end();
  },
  large: (call: grpc.ServerWritableStream<Buffer, Buffer>) => {
    call.write(Buffer.alloc(5 * 1024 * 1024));
    call.end();
  },
  endless(call: grpc.ServerWritableStream<Buffer, Buffer>) {
    const fill = () => {
      while (!call.cancelled && !call.destroyed) {
        counts.written++;
        if (!call.write(Buffer.alloc(10_000))) return;
      }
    };
    call.on('drain', fill);
    call.on('cancelled', () => cancelled.add('endless'));
    fill();
  },
  up(call: grpc.ServerReadableStream<Buffer, Buffer>, done: grpc.sendUnaryData<Buffer>) {
    let count = 0;
    call.on('data', () => (count += 1));
    call.on('end', () => done(null, Buffer.from(String(count))));
  },
  both(call: grpc.ServerDuplexStream<Buffer, Buffer>) {
    call.on('data', (message: Buffer) => call.write(message));
    call.on('end', () => call.end());
  },
};

/** Starts the server on a free port of 127.0.0.1, and on a socket if one is named. */
export async function startServer(socketPath?: string): Promise<{ readonly address: string; close(): void }> {
  const server = new grpc.Server();
  const methods = ['Unary', 'Fail', 'Flaky', 'Slow', 'Down', 'Large', 'Endless', 'Up', 'Both'];
  const streamsIn = new Set(['Up', 'Both']);
  const streamsOut = new Set(['Down', 'Large', 'Endless', 'Both']);
  const rows = methods.map((name) => [name.toLowerCase(), kind(name, streamsIn.has(name), streamsOut.has(name))]);
  server.addService(Object.fromEntries(rows), handlers);
  const bind = (where: string) =>
    new Promise<number>((resolve, reject) => {
      server.bindAsync(where, grpc.ServerCredentials.createInsecure(), (error, port) =>
        error ? reject(error) : resolve(port),
      );
    });
  const port = await bind('127.0.0.1:0');
  if (socketPath !== undefined) await bind(`unix:${socketPath}`);
  return { address: `127.0.0.1:${port}`, close: () => server.forceShutdown() };
}

/** Opens channels and closes them, with whatever else is to be cleaned up. */
export class Channels {
  readonly #cleanups: (() => unknown)[] = [];

  later(cleanup: () => unknown): void {
    this.#cleanups.push(cleanup);
  }

  open(where: string, target: TargetOptions = {}, options: GrpcJsOptions = {}): Channel {
    const channel = openGrpcJsChannel(parseTarget(where, target), { connectTimeoutMs: 3000, ...options });
    this.later(() => channel.close());
    return channel;
  }

  /** Closes everything, the newest first. */
  async close(): Promise<void> {
    seen.length = 0;
    for (const cleanup of this.#cleanups.splice(0).reverse()) await cleanup();
  }
}

/** The server for all tests of a file, on a free port and on `socketPath`, with channels that are closed behind each. */
export function useServer(socketPath: string) {
  let server: Awaited<ReturnType<typeof startServer>>;
  const channels = new Channels();
  beforeAll(async () => {
    server = await startServer(socketPath);
  });
  afterEach(() => channels.close());
  afterAll(() => server.close());
  return {
    channels,
    get address() {
      return server.address;
    },
    open: (where = server.address, target: TargetOptions = {}, options: GrpcJsOptions = {}): Channel =>
      channels.open(where, target, options),
  };
}
