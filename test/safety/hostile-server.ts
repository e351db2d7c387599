// A gRPC server every text of which is hostile: comments, options, JSON names, status messages and details, metadata, strings,
// map keys, type URLs; and with `names`, the names of its schema too.
import * as grpc from '@grpc/grpc-js';
import protobuf from 'protobufjs';
import { file, message, type ReflectionServer, serveReflection } from '../schema/reflection-server.ts';
import { bytesMethod } from '../support/servers-reflection.ts';
import { hostile, hostileHeader } from './hostile-text.ts';

const { root } = protobuf.parse(
  `syntax = "proto3";
message M { string s = 1; bytes b = 2; map<string, string> names = 3; repeated M more = 4; Any any = 5; int32 e = 6; }
message Status { int32 code = 1; string message = 2; repeated Any details = 3; }
message Any { string type_url = 1; bytes value = 2; }
message ErrorInfo { string reason = 1; string domain = 2; map<string, string> metadata = 3; }
message BadRequest { message Violation { string field = 1; string description = 2; } repeated Violation field_violations = 1; }
message Help { message Link { string description = 1; string url = 2; } repeated Link links = 1; }
message DebugInfo { repeated string stack_entries = 1; string detail = 2; }
message LocalizedMessage { string locale = 1; string message = 2; }
message ResourceInfo { string resource_type = 1; string resource_name = 2; string owner = 3; string description = 4; }
message QuotaFailure { message Violation { string subject = 1; string description = 2; } repeated Violation violations = 1; }
message RequestInfo { string request_id = 1; string serving_data = 2; }`,
  { keepCase: true },
);
const encoded = (type: string, value: object): Uint8Array => {
  const known = root.lookupType(type);
  return known.encode(known.fromObject(value)).finish();
};

const unknownAny = { type_url: `type.evil/${hostile}`, value: Buffer.from([1, 2]) };
const body = {
  s: hostile,
  b: Buffer.from(hostile),
  names: { [hostile]: hostile },
  more: [{ s: hostile, e: 99 }, { s: 'x' }],
  any: unknownAny,
};

const detailed: readonly (readonly [string, object])[] = [
  ['ErrorInfo', { reason: hostile, domain: hostile, metadata: { [hostile]: hostile } }],
  ['BadRequest', { field_violations: [{ field: hostile, description: hostile }] }],
  ['Help', { links: [{ description: hostile, url: hostile }] }],
  ['DebugInfo', { stack_entries: [hostile], detail: hostile }],
  ['LocalizedMessage', { locale: hostile, message: hostile }],
  ['ResourceInfo', { resource_type: hostile, resource_name: hostile, owner: hostile, description: hostile }],
  ['QuotaFailure', { violations: [{ subject: hostile, description: hostile }] }],
  ['RequestInfo', { request_id: hostile, serving_data: hostile }],
];

function metadata(): grpc.Metadata {
  const pairs = new grpc.Metadata();
  // What the library would not send.
  const inside = pairs as unknown as { internalRepr: Map<string, (string | Buffer)[]> };
  inside.internalRepr.set('x-evil', [hostileHeader]);
  inside.internalRepr.set('x-evil-bin', [Buffer.from(hostile)]);
  return pairs;
}

function refusal(): Partial<grpc.StatusObject> {
  const details = detailed.map(([type, value]) => ({
    type_url: `type.googleapis.com/google.rpc.${type}`,
    value: encoded(type, value),
  }));
  const trailers = metadata();
  const status = encoded('Status', { code: 9, message: hostile, details: [...details, unknownAny] });
  trailers.set('grpc-status-details-bin', Buffer.from(status));
  return { code: 9, details: hostile, metadata: trailers };
}

const methods = [
  { name: 'Say' },
  { name: 'Refuse' },
  { name: 'Watch', serverStreaming: true },
  { name: 'Talk', clientStreaming: true, serverStreaming: true },
];

/** The schema. `name` is put into every name, so that plain ones are plain. */
function schema(name: string, service: string) {
  const type = `.t.M${name}`;
  const comment = { leadingComments: ` ${hostile}\n`, trailingComments: hostile, leadingDetachedComments: [hostile] };
  const paths = [[6, 0], [6, 0, 2, 0], [4, 0], [4, 0, 2, 0], [5, 0], [5, 0, 2, 0], [4, 0, 8, 0], [12]];
  const fields = message(`M${name}`, { [`s${name}`]: 9, [`b${name}`]: 12, more: type, any: '.google.protobuf.Any' });
  return file({
    name: `t${name}.proto`,
    package: 't',
    dependency: ['google/protobuf/any.proto'],
    options: { javaPackage: hostile, goPackage: hostile },
    messageType: [
      {
        ...fields,
        field: [
          ...fields.field.map((one) => ({
            ...one,
            number: one.name === 'more' ? 4 : one.name === 'any' ? 5 : one.number,
            jsonName: hostile + one.name,
            label: one.name === 'more' ? (3 as const) : (1 as const),
          })),
          {
            name: 'names',
            number: 3,
            label: 3 as const,
            type: 11 as const,
            typeName: `${type}.NamesEntry`,
            jsonName: 'names',
          },
          { name: 'e', number: 6, label: 1 as const, type: 14 as const, typeName: `.t.E${name}`, jsonName: 'e' },
        ],
        nestedType: [{ ...message('NamesEntry', { key: 9, value: 9 }), options: { mapEntry: true } }],
        oneofDecl: [],
      },
    ],
    enumType: [
      {
        name: `E${name}`,
        value: [
          { name: `ZERO${name}`, number: 0 },
          { name: `ONE${name}`, number: 1 },
        ],
      },
    ],
    service: [{ name: service, method: methods.map((one) => ({ ...one, inputType: type, outputType: type })) }],
    sourceCodeInfo: { location: paths.map((path) => ({ path, span: [0, 0, 1], ...comment })) },
  });
}

const handlers: grpc.UntypedServiceImplementation = {
  Say: (call: grpc.ServerUnaryCall<Buffer, Buffer>, done: grpc.sendUnaryData<Buffer>) => {
    call.sendMetadata(metadata());
    done(null, Buffer.from(encoded('M', body)), metadata());
  },
  Refuse: (call: grpc.ServerUnaryCall<Buffer, Buffer>, done: grpc.sendUnaryData<Buffer>) => {
    call.sendMetadata(metadata());
    done(refusal());
  },
  Watch: (call: grpc.ServerWritableStream<Buffer, Buffer>) => {
    call.sendMetadata(metadata());
    for (let count = 0; count < 3; count++) call.write(Buffer.from(encoded('M', body)));
    call.emit('error', refusal());
  },
  Talk: (call: grpc.ServerDuplexStream<Buffer, Buffer>) => {
    call.on('data', () => call.write(Buffer.from(encoded('M', body))));
    call.on('end', () => call.end(metadata()));
  },
};

/** Starts the server; its service is `t.S`, with the hostile text behind every name where `names` is set. */
export async function startHostileServer(names = false): Promise<ReflectionServer> {
  const name = names ? hostile : '';
  const one = schema(name, `S${name}`);
  const server = await serveReflection(
    ({ listServices, fileByFilename }) => {
      if (listServices !== undefined) return { services: [`t.S${name}`] };
      return fileByFilename === undefined || fileByFilename === one.name
        ? { files: [one] }
        : { error: 5, message: hostile };
    },
    ['v1'],
  );
  const definition = methods.map(({ name: method, clientStreaming = false, serverStreaming = false }) => [
    method,
    bytesMethod(`/t.S/${method}`, clientStreaming, serverStreaming),
  ]);
  server.grpc.addService(Object.fromEntries(definition) as grpc.ServiceDefinition, handlers);
  return server;
}
