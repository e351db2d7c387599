// A correct gRPC server whose reflection service tells whatever a test wants it to tell: cycles, gaps, lies.
// The messages of the reflection protocol are written field by field (grpc/reflection/v1/reflection.proto).
import { BinaryReader, BinaryWriter } from '@bufbuild/protobuf/wire';
import * as grpc from '@grpc/grpc-js';

/** What the client asks, one at a time on the stream. */
export type ReflectionRequest =
  | { readonly ask: 'list' }
  | { readonly ask: 'file' | 'symbol'; readonly name: string }
  | { readonly ask: 'other' };

/** What the server says: serialized files, service names, or an error with a gRPC code. */
export type ReflectionAnswer =
  | { readonly files: readonly Uint8Array[] }
  | { readonly services: readonly string[] }
  | { readonly error: number; readonly message: string };

/** How the server reflects. */
export interface ReflectionScript {
  readonly versions: readonly ('v1' | 'v1alpha')[];
  answer(request: ReflectionRequest): ReflectionAnswer;
  /** Ends each reflection stream with this status instead of answering. */
  readonly refuse?: { readonly code: number; readonly message: string } | undefined;
  /** Paths such as `/t.S/U` with the bytes they answer; any other path is UNIMPLEMENTED. */
  readonly unary: ReadonlyMap<string, Uint8Array>;
}

/** A running server. */
export interface ReflectionServer {
  readonly address: string;
  /** What has been asked so far. */
  readonly requests: readonly ReflectionRequest[];
  close(): void;
}

function readRequest(bytes: Uint8Array): ReflectionRequest {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === 3) return { ask: 'file', name: reader.string() };
    if (field === 4) return { ask: 'symbol', name: reader.string() };
    if (field === 7) return { ask: 'list' };
    if (field === 5 || field === 6) return { ask: 'other' };
    reader.skip(wireType, field);
  }
  return { ask: 'other' };
}

const lengthDelimited = (field: number) => (field << 3) | 2;

function writeAnswer(request: Uint8Array, answer: ReflectionAnswer): Uint8Array {
  const writer = new BinaryWriter().uint32(lengthDelimited(2)).bytes(request);
  const body = new BinaryWriter();
  if ('files' in answer) {
    for (const file of answer.files) body.uint32(lengthDelimited(1)).bytes(file);
    return writer.uint32(lengthDelimited(4)).bytes(body.finish()).finish();
  }
  if ('services' in answer) {
    for (const name of answer.services) {
      body.uint32(lengthDelimited(1)).bytes(new BinaryWriter().uint32(lengthDelimited(1)).string(name).finish());
    }
    return writer.uint32(lengthDelimited(6)).bytes(body.finish()).finish();
  }
  body.uint32(8).int32(answer.error).uint32(lengthDelimited(2)).string(answer.message);
  return writer.uint32(lengthDelimited(7)).bytes(body.finish()).finish();
}

const same = (bytes: Buffer): Buffer => bytes;

/** The definition of one method that sends and receives bytes. */
export function bytesMethod(
  path: string,
  requestStream: boolean,
  responseStream: boolean,
): grpc.MethodDefinition<Buffer, Buffer> {
  return {
    path,
    requestStream,
    responseStream,
    requestSerialize: same,
    requestDeserialize: same,
    responseSerialize: same,
    responseDeserialize: same,
  };
}

/** Binds a grpc-js server to a free loopback port, without TLS; returns HOST:PORT. */
export function bindLocally(server: grpc.Server): Promise<string> {
  return new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => {
      if (error) reject(error);
      else resolve(`127.0.0.1:${port}`);
    });
  });
}

function addReflection(server: grpc.Server, script: ReflectionScript, requests: ReflectionRequest[]): void {
  const handler: grpc.handleBidiStreamingCall<Buffer, Buffer> = (call) => {
    if (script.refuse !== undefined) {
      call.emit('error', { code: script.refuse.code, details: script.refuse.message });
      return;
    }
    call.on('data', (bytes: Buffer) => {
      const request = readRequest(bytes);
      requests.push(request);
      call.write(Buffer.from(writeAnswer(bytes, script.answer(request))));
    });
    call.on('end', () => call.end());
    call.on('error', () => {});
  };
  for (const version of script.versions) {
    const path = `/grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`;
    server.addService({ Info: bytesMethod(path, true, true) }, { Info: handler });
  }
}

/** Starts the server. */
export async function startReflectionServer(script: ReflectionScript): Promise<ReflectionServer> {
  const server = new grpc.Server({ 'grpc.max_send_message_length': -1 });
  const requests: ReflectionRequest[] = [];
  addReflection(server, script, requests);
  for (const [path, bytes] of script.unary) {
    const answer: grpc.handleUnaryCall<Buffer, Buffer> = (_call, callback) => callback(null, Buffer.from(bytes));
    server.addService({ Call: bytesMethod(path, false, false) }, { Call: answer });
  }
  const address = await bindLocally(server);
  return { address, requests, close: () => server.forceShutdown() };
}
