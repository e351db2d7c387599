// A gRPC server that tells everything it is told: what came as metadata goes back in headers, trailers, status messages
// and details, so that a client that prints any of these prints the caller's credentials, unless it knows them.
import * as grpc from '@grpc/grpc-js';
import protobuf from 'protobufjs';
import { file, message, type ReflectionServer, serveReflection } from '../schema/reflection-server.ts';
import { bytesMethod } from '../support/servers-reflection.ts';

const service = 'leak.v1.VaultService';
const text = 9;
const number = 5;

const methods = [
  { name: 'Open' },
  { name: 'Refuse' },
  { name: 'Wait' },
  { name: 'Garble' },
  { name: 'Watch', serverStreaming: true },
  { name: 'Load', clientStreaming: true },
  { name: 'Talk', clientStreaming: true, serverStreaming: true },
];

const schema = file({
  name: 'leak.proto',
  package: 'leak.v1',
  messageType: [
    message('Ask', { id: text, password: text, api_token: text, code: number }),
    message('Told', { id: text }),
  ],
  service: [
    {
      name: 'VaultService',
      method: methods.map((one) => ({ ...one, inputType: '.leak.v1.Ask', outputType: '.leak.v1.Told' })),
    },
  ],
});

const { root } = protobuf.parse(
  `syntax = "proto3";
message Ask { string id = 1; int32 code = 4; }
message Told { string id = 1; }
message Status { int32 code = 1; string message = 2; repeated Any details = 3; }
message Any { string type_url = 1; bytes value = 2; }
message ErrorInfo { string reason = 1; string domain = 2; map<string, string> metadata = 3; }`,
  { keepCase: true },
);
const type = (name: string): protobuf.Type => root.lookupType(name);
const told = Buffer.from(type('Told').encode({ id: 'v-1' }).finish());

type Call = Pick<grpc.ServerUnaryCall<Buffer, Buffer>, 'metadata' | 'sendMetadata'>;

/** What the caller said, as text: once as it came, and binary values as what they mean too. */
function heard({ metadata }: Call): string[] {
  return Object.keys(metadata.getMap())
    .filter((name) => !/^(?:user-agent|grpc-.*)$/.test(name))
    .flatMap((name) => metadata.get(name).map((value) => value.toString()));
}

function echoed(call: Call): grpc.Metadata {
  const metadata = new grpc.Metadata();
  for (const [at, value] of heard(call).entries()) {
    metadata.set(`x-heard-${at}`, value);
    metadata.set(`x-heard-${at}-bin`, Buffer.from(value));
    metadata.add('x-among', `you said ${value}, did you?`);
  }
  return metadata;
}

function refusal(call: Call, code: number): Partial<grpc.StatusObject> {
  const said = heard(call);
  const metadata = echoed(call);
  const info = {
    reason: 'TOLD',
    domain: said.join(' '),
    metadata: Object.fromEntries(said.map((one, at) => [`v${at}`, one])),
  };
  const detail = {
    type_url: 'type.googleapis.com/google.rpc.ErrorInfo',
    value: type('ErrorInfo').encode(info).finish(),
  };
  const words = `no entry with ${said.join(' or ')}`;
  const status = type('Status')
    .encode({ code, message: words, details: [detail] })
    .finish();
  metadata.set('grpc-status-details-bin', Buffer.from(status));
  return { code, details: words, metadata };
}

function codeOf(request: Buffer): number {
  return (type('Ask').decode(request) as unknown as { code: number }).code || grpc.status.PERMISSION_DENIED;
}

const handlers: grpc.UntypedServiceImplementation = {
  Open: (call: grpc.ServerUnaryCall<Buffer, Buffer>, done: grpc.sendUnaryData<Buffer>) => {
    call.sendMetadata(echoed(call));
    done(null, told, echoed(call));
  },
  Refuse: (call: grpc.ServerUnaryCall<Buffer, Buffer>, done: grpc.sendUnaryData<Buffer>) => {
    call.sendMetadata(echoed(call));
    done(refusal(call, codeOf(call.request)));
  },
  Wait: (call: grpc.ServerUnaryCall<Buffer, Buffer>) => call.sendMetadata(echoed(call)),
  Garble: (call: grpc.ServerUnaryCall<Buffer, Buffer>, done: grpc.sendUnaryData<Buffer>) =>
    done(null, Buffer.of(0x0a, 0xff), echoed(call)),
  Watch: (call: grpc.ServerWritableStream<Buffer, Buffer>) => {
    call.sendMetadata(echoed(call));
    for (let count = 0; count < 2; count++) call.write(told);
    call.emit('error', refusal(call, grpc.status.RESOURCE_EXHAUSTED));
  },
  Load: (call: grpc.ServerReadableStream<Buffer, Buffer>, done: grpc.sendUnaryData<Buffer>) => {
    call.on('data', () => {});
    call.on('end', () => done(null, told, echoed(call)));
  },
  Talk: (call: grpc.ServerDuplexStream<Buffer, Buffer>) => {
    call.sendMetadata(echoed(call));
    call.on('data', () => call.write(told));
    call.on('end', () => call.end(echoed(call)));
  },
};

/** Starts the server, with reflection; `leak.v1.VaultService` has a method for every way a call can go. */
export async function startLeakyServer(): Promise<ReflectionServer> {
  const server = await serveReflection(
    ({ listServices }) => (listServices === undefined ? { files: [schema] } : { services: [service] }),
    ['v1'],
  );
  const definition = methods.map(({ name, clientStreaming = false, serverStreaming = false }) => [
    name,
    bytesMethod(`/${service}/${name}`, clientStreaming, serverStreaming),
  ]);
  server.grpc.addService(Object.fromEntries(definition) as grpc.ServiceDefinition, handlers);
  return server;
}
