// Reflection servers for tests: on grpc-js, answering from a table of descriptors or by script, so that every oddity of
// real and hostile servers can be produced. The protocol is coded by protobufjs, not by the code under test.

import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import type { FileDescriptorProto } from '@bufbuild/protobuf/wkt';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import * as grpc from '@grpc/grpc-js';
import protobuf from 'protobufjs';
import { bytesMethod } from '../support/servers-reflection.ts';

const { root } = protobuf.parse(`syntax = "proto3";
message Request { string host = 1; oneof message_request { string file_by_filename = 3; string file_containing_symbol = 4;
  ExtensionRequest file_containing_extension = 5; string all_extension_numbers_of_type = 6; string list_services = 7; } }
message ExtensionRequest { string containing_type = 1; int32 extension_number = 2; }
message Response { string valid_host = 1; Request original_request = 2; oneof message_response { Files file_descriptor_response = 4;
  Numbers all_extension_numbers_response = 5; Services list_services_response = 6; Failure error_response = 7; } }
message Files { repeated bytes file_descriptor_proto = 1; }
message Numbers { string base_type_name = 1; repeated int32 extension_number = 2; }
message Services { repeated Service service = 1; }
message Service { string name = 1; }
message Failure { int32 error_code = 1; string error_message = 2; }`);
const Request = root.lookupType('Request');
const Response = root.lookupType('Response');

export interface Asked {
  readonly fileByFilename?: string;
  readonly fileContainingSymbol?: string;
  readonly fileContainingExtension?: { readonly containingType: string; readonly extensionNumber: number };
  readonly allExtensionNumbersOfType?: string;
  readonly listServices?: string;
}

/** What the server does with one question. */
export type Reply =
  | { readonly files: readonly (FileDescriptorProto | Uint8Array)[] }
  | { readonly services: readonly string[] }
  | { readonly numbers: readonly number[] }
  | { readonly error: number; readonly message?: string }
  | { readonly raw: Uint8Array }
  | { readonly status: number; readonly message?: string }
  | 'end'
  | 'silence';

export interface ReflectionServer {
  readonly address: string;
  /** Every question, as `symbol t.S`, `file a.proto`, `services`, `extension t.M 5`, `numbers t.M`, in order. */
  readonly asked: string[];
  /** The path of every stream. */
  readonly streams: string[];
  /** The metadata of every stream. */
  readonly metadata: grpc.Metadata[];
  readonly grpc: grpc.Server;
  close(): void;
}

function service(version: string): grpc.ServiceDefinition {
  const path = `/grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`;
  return { ServerReflectionInfo: bytesMethod(path, true, true) };
}

/** A server that answers each question with what `reply` says. */
export async function serveReflection(
  reply: (asked: Asked, stream: number) => Reply,
  versions: readonly string[] = ['v1', 'v1alpha'],
): Promise<ReflectionServer> {
  const server = new grpc.Server();
  const asked: string[] = [];
  const streams: string[] = [];
  const metadata: grpc.Metadata[] = [];
  for (const version of versions) {
    const handler = (call: grpc.ServerDuplexStream<Buffer, Buffer>): void => {
      streams.push(call.getPath());
      metadata.push(call.metadata);
      const number = streams.length;
      call.on('error', () => {});
      call.on('end', () => call.end());
      call.on('data', (bytes: Buffer) => {
        const question = Request.toObject(Request.decode(bytes)) as Asked;
        asked.push(wordsOf(question));
        act(call, reply(question, number));
      });
    };
    server.addService(service(version), { ServerReflectionInfo: handler } as grpc.UntypedServiceImplementation);
  }
  const port = await listen(server);
  return { address: `127.0.0.1:${port}`, asked, streams, metadata, grpc: server, close: () => server.forceShutdown() };
}

/** Binds to a free port on loopback. */
export function listen(server: grpc.Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(port),
    );
  });
}

function wordsOf(asked: Asked): string {
  if (asked.fileByFilename !== undefined) return `file ${asked.fileByFilename}`;
  if (asked.fileContainingSymbol !== undefined) return `symbol ${asked.fileContainingSymbol}`;
  if (asked.allExtensionNumbersOfType !== undefined) return `numbers ${asked.allExtensionNumbersOfType}`;
  const extension = asked.fileContainingExtension;
  return extension ? `extension ${extension.containingType} ${extension.extensionNumber}` : 'services';
}

function act(call: grpc.ServerDuplexStream<Buffer, Buffer>, reply: Reply): void {
  if (reply === 'silence') return;
  if (reply === 'end') {
    call.end();
    return;
  }
  if ('status' in reply) {
    call.emit('error', { code: reply.status, details: reply.message ?? '' });
    return;
  }
  call.write(Buffer.from('raw' in reply ? reply.raw : encodeReply(reply)));
}

/** The bytes of a response. */
export function encodeReply(reply: Exclude<Reply, string | { raw: Uint8Array } | { status: number }>): Uint8Array {
  return Response.encode(Response.fromObject(responseOf(reply))).finish();
}

function responseOf(reply: Parameters<typeof encodeReply>[0]): object {
  if ('services' in reply) return { listServicesResponse: { service: reply.services.map((name) => ({ name })) } };
  if ('numbers' in reply) return { allExtensionNumbersResponse: { extensionNumber: reply.numbers } };
  if ('error' in reply) return { errorResponse: { errorCode: reply.error, errorMessage: reply.message ?? '' } };
  const files = reply.files.map((f) => (f instanceof Uint8Array ? f : toBinary(FileDescriptorProtoSchema, f)));
  return { fileDescriptorResponse: { fileDescriptorProto: files } };
}

const notFound: Reply = { error: 5, message: 'not found' };

/** Answers honestly from files, one file an answer; `symbols` maps full names to file names. */
export function honest(files: readonly FileDescriptorProto[], symbols: Readonly<Record<string, string>>) {
  return (asked: Asked): Reply => {
    const named = (name: string | undefined): Reply => {
      const file = files.find((one) => one.name === name);
      return file ? { files: [file] } : notFound;
    };
    if (asked.fileByFilename !== undefined) return named(asked.fileByFilename);
    if (asked.fileContainingSymbol !== undefined) return named(symbols[asked.fileContainingSymbol]);
    if (asked.listServices !== undefined)
      return { services: Object.keys(symbols).filter((s) => /[A-Z]\w*S$|\.S$/.test(s)) };
    return notFound;
  };
}

/** A file descriptor from a short form. */
export function file(init: MessageInitShape<typeof FileDescriptorProtoSchema>): FileDescriptorProto {
  return create(FileDescriptorProtoSchema, { syntax: 'proto3', ...init });
}

/** A message whose fields are given as `name: '.type.Name'` or `name: 9` (a scalar's number), numbered from 1. */
export function message(name: string, fields: Readonly<Record<string, string | number>> = {}) {
  const field = Object.entries(fields).map(([fieldName, type], i) => ({
    name: fieldName,
    number: i + 1,
    label: 1 as const,
    ...(typeof type === 'number' ? { type: type as 9 } : { type: 11 as const, typeName: type }),
  }));
  return { name, field };
}

/** Package t: message M {string s=1}, service S with unary U from M to M; more of anything as given. */
export function fileT(more: MessageInitShape<typeof FileDescriptorProtoSchema> = {}): FileDescriptorProto {
  return file({
    name: 't.proto',
    package: 't',
    messageType: [message('M', { s: 9 })],
    service: [{ name: 'S', method: [{ name: 'U', inputType: '.t.M', outputType: '.t.M' }] }],
    ...more,
  });
}
