// A stock client for the demo: grpc-js with the .proto files as they are on disk.
// It knows nothing of what the demo has embedded, so the two can disagree and a test will see it.
import { join } from 'node:path';
import {
  type ClientDuplexStream,
  type ClientReadableStream,
  type ClientWritableStream,
  credentials,
  Metadata,
  makeClientConstructor,
  type ServiceDefinition,
  type ServiceError,
  type StatusObject,
} from '@grpc/grpc-js';
import { loadSync, type MessageTypeDefinition, type PackageDefinition } from '@grpc/proto-loader';
import { afterAll } from 'vitest';
import { type Demo, type DemoOptions, startDemo } from '../../src/demo/server.ts';

/** Plain objects with whatever names the messages have. */
// biome-ignore lint/suspicious/noExplicitAny: the messages of a dynamic client have no types
export type Message = any;

/** How a call ended, with everything that came before. */
export interface Outcome {
  messages: Message[];
  headers: Metadata;
  code: number;
  details: string;
  trailers: Metadata;
  /** The details of the status: type name and content. */
  info: [fullName: string, content: Message][];
}

/** A running demo and a way to call it. */
export interface DemoClient {
  demo: Demo;
  /** Makes a call of any kind: all requests, then half-close, then everything that comes. */
  call(method: string, requests: Message[], options?: CallOptions): Promise<Outcome>;
  /** Opens a call and leaves it to the test, with its side open only if the method takes a stream of requests. */
  open(method: string, requests: Message[], options?: CallOptions): ClientDuplexStream<Message, Message>;
  encode(fullName: string, message: Message): Buffer;
}

/** Metadata to send, and the time to wait in milliseconds. */
export interface CallOptions {
  metadata?: Record<string, string>;
  deadlineMs?: number;
}

const root = join(import.meta.dirname, '../..');

/** All examples from proto-examples/. */
export const definitions: PackageDefinition = loadSync(
  [
    'userservice/v1/user_service.proto',
    'inference/v1/inference.proto',
    'orders/orders.proto',
    'users/users.proto',
    'payments/v1/payments.proto',
    'library/v1/library.proto',
    'kinds/v1/kinds.proto',
    'grpc/health/v1/health.proto',
    'grpc/reflection/v1/reflection.proto',
    'grpc/reflection/v1alpha/reflection.proto',
    'google/rpc/status.proto',
    'google/rpc/error_details.proto',
  ],
  {
    includeDirs: [join(root, 'proto-examples'), join(root, 'node_modules/protobufjs')],
    longs: String,
    enums: String,
    defaults: true,
    oneofs: true,
  },
);

/** Starts a demo for the tests of a file, and closes it after them. */
export async function demoClient(options: Partial<DemoOptions> = {}): Promise<DemoClient> {
  const demo = await startDemo({ host: '127.0.0.1', port: 0, ...options });
  const Client = makeClientConstructor({}, 'any');
  const client = new Client(demo.address, credentials.createInsecure());
  afterAll(async () => {
    client.close();
    await demo.close(0);
  });
  // The stream API for every kind: the unary one of grpc-js hides what it does not expect.
  const open: DemoClient['open'] = (name, requests, { metadata = {}, deadlineMs } = {}) => {
    const [service = '', method = ''] = name.split('/');
    const definition = (definitions[service] as ServiceDefinition | undefined)?.[method];
    if (definition === undefined) throw new Error(`${name} is not in proto-examples/`);
    const headers = new Metadata();
    for (const [key, value] of Object.entries(metadata)) headers.set(key, value);
    const deadline = deadlineMs === undefined ? {} : { deadline: Date.now() + deadlineMs };
    const { requestSerialize, responseDeserialize } = definition;
    const stream = client.makeBidiStreamRequest(
      definition.path,
      requestSerialize,
      responseDeserialize,
      headers,
      deadline,
    );
    // The status comes as an event of its own; without a listener the error would end the process.
    stream.on('error', (_: ServiceError) => {});
    for (const request of requests) stream.write(request);
    if (!definition.requestStream) stream.end();
    return stream;
  };
  return {
    demo,
    open,
    call: (name, requests, callOptions) => {
      const stream = open(name, requests, callOptions);
      if (stream.writable) stream.end();
      return outcome(stream);
    },
    encode: (fullName, message) => (definitions[fullName] as MessageTypeDefinition<object, object>).serialize(message),
  };
}

type AnyStream =
  | ClientDuplexStream<Message, Message>
  | ClientReadableStream<Message>
  | (ClientWritableStream<Message> & ClientReadableStream<Message>);

/** Reads a call to its end. */
export function outcome(stream: AnyStream): Promise<Outcome> {
  return new Promise((resolve) => {
    const messages: Message[] = [];
    let headers = new Metadata();
    stream.on('metadata', (received: Metadata) => {
      headers = received;
    });
    stream.on('data', (message: Message) => messages.push(message));
    stream.on('status', ({ code, details, metadata }: StatusObject) => {
      resolve({ messages, headers, code, details, trailers: metadata, info: unpackDetails(metadata) });
    });
  });
}

function unpackDetails(trailers: Metadata): Outcome['info'] {
  const [packed] = trailers.get('grpc-status-details-bin');
  if (packed === undefined) return [];
  const status = decode('google.rpc.Status', packed as Buffer);
  return status.details.map((detail: { type_url: string; value: Buffer }) => {
    const fullName = detail.type_url.replace('type.googleapis.com/', '');
    return [fullName, decode(fullName, detail.value)];
  });
}

/** Reads a serialized message of the examples. */
export function decode(fullName: string, bytes: Buffer): Message {
  return (definitions[fullName] as MessageTypeDefinition<object, object>).deserialize(bytes);
}
