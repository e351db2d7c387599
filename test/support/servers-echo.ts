// A small, correct gRPC server on grpc-js for tests that need something to call: see echo.proto.
// It writes down which calls were cancelled, so that a test can ask whether the client really let go.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as grpc from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { bindLocally } from './servers-reflection.ts';

/** Where the schema of the server lies, for --proto. */
export const echoProto = join(dirname(fileURLToPath(import.meta.url)), 'echo.proto');

/** echo.Note as grpc-js hands it out: only what was sent, so that an echo says no more than that. */
interface Note {
  readonly text?: string;
  readonly count?: number;
}

/** A running server. */
export interface EchoServer {
  /** HOST:PORT, without TLS and without reflection. */
  readonly address: string;
  /** Resolves when a call to the method has been cancelled by its client. */
  cancelled(method: string): Promise<void>;
  /** Resolves when a call to the method has begun. */
  begun(method: string): Promise<void>;
  close(): void;
}

/** Once-only marks that can be waited for, before or after they are set. */
function marks() {
  const set = new Set<string>();
  const waiting = new Map<string, (() => void)[]>();
  return {
    set: (name: string) => {
      set.add(name);
      for (const wake of waiting.get(name) ?? []) wake();
    },
    wait: (name: string) =>
      new Promise<void>((resolve) => {
        if (set.has(name)) resolve();
        else waiting.set(name, [...(waiting.get(name) ?? []), resolve]);
      }),
  };
}

type Streaming = grpc.ServerWritableStream<Note, Note>;

function writeNumbered(call: Streaming): void {
  for (let count = 1; count <= (call.request.count ?? 0); count++) call.write({ ...call.request, count });
}

function writeEndlessly(call: Streaming): void {
  let count = 0;
  const fill = () => {
    while (!call.cancelled && !call.destroyed) if (!call.write({ ...call.request, count: ++count })) return;
  };
  call.on('drain', fill);
  fill();
}

function collect(call: grpc.ServerReadableStream<Note, Note>, callback: grpc.sendUnaryData<Note>): void {
  const texts: string[] = [];
  call.on('data', (note: Note) => texts.push(note.text ?? ''));
  call.on('end', () => callback(null, { text: texts.join(' '), count: texts.length }));
}

function chat(call: grpc.ServerDuplexStream<Note, Note>): void {
  call.on('data', (note: Note) => call.write(note));
  call.on('end', () => call.end());
}

/** Starts the server on a free loopback port. */
export async function startEchoServer(): Promise<EchoServer> {
  const begun = marks();
  const cancelled = marks();
  const note = (method: string, call: { on(event: 'cancelled', listener: () => void): unknown }) => {
    begun.set(method);
    call.on('cancelled', () => cancelled.set(method));
  };
  const definition = grpc.loadPackageDefinition(loadSync(echoProto, { keepCase: true }));
  const { Echo } = definition.echo as grpc.GrpcObject;
  const server = new grpc.Server();
  server.addService((Echo as grpc.ServiceClientConstructor).service, {
    Say: (call: grpc.ServerUnaryCall<Note, Note>, callback: grpc.sendUnaryData<Note>) => callback(null, call.request),
    Many: (call: Streaming) => {
      writeNumbered(call);
      call.end();
    },
    Collect: collect,
    Chat: chat,
    Fail: (call: grpc.ServerUnaryCall<Note, Note>, callback: grpc.sendUnaryData<Note>) =>
      callback({ code: grpc.status.NOT_FOUND, details: `no note ${call.request.text ?? ''}` }),
    Endless: (call: Streaming) => {
      note('Endless', call);
      writeEndlessly(call);
    },
    Hang: (call: Streaming) => {
      note('Hang', call);
      writeNumbered(call);
    },
  });
  const address = await bindLocally(server);
  return { address, cancelled: cancelled.wait, begun: begun.wait, close: () => server.forceShutdown() };
}
