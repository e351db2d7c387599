// The compiled example services, unpacked: definitions for grpc-js to serve, and descriptor files for reflection.
// Nothing is read from disk, since the demo also runs from a bundle that has no .proto files beside it.
import { inflateRawSync } from 'node:zlib';
import { BinaryReader } from '@bufbuild/protobuf/wire';
import type { ServiceDefinition } from '@grpc/grpc-js';
import { fromJSON, type MessageTypeDefinition, type PackageDefinition } from '@grpc/proto-loader';
import { packedDescriptorSet, packedTree } from './descriptors.ts';

/** Everything that the demo knows about its messages and services. */
export interface Examples {
  /** The definition of a service by its full name; messages are plain objects with names in lowerCamelCase. */
  service(fullName: string): ServiceDefinition;
  /** Serializes a plain object as the message with this full name. */
  encode(fullName: string, message: object): Buffer;
  /** One serialized google.protobuf.FileDescriptorProto per file, by file name. */
  files: ReadonlyMap<string, Uint8Array>;
}

/** Unpacks the example services. int64 are decimal strings, enums names, bytes Buffers; unset fields have defaults. */
export function loadExamples(): Examples {
  const tree = JSON.parse(unpack(packedTree).toString());
  const definitions = fromJSON(tree, { longs: String, enums: String, defaults: true, oneofs: true });
  return {
    service: (fullName) => find(definitions, fullName) as ServiceDefinition,
    encode: (fullName, message) =>
      (find(definitions, fullName) as MessageTypeDefinition<object, object>).serialize(message),
    files: splitFiles(unpack(packedDescriptorSet)),
  };
}

/** The name in a serialized FileDescriptorProto, its field 1. */
export function fileName(file: Uint8Array): string {
  const reader = new BinaryReader(file);
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === 1) return reader.string();
    reader.skip(wireType, field);
  }
  return '';
}

function unpack(packed: string): Buffer {
  return inflateRawSync(Buffer.from(packed, 'base64'));
}

function find(definitions: PackageDefinition, fullName: string): PackageDefinition[string] {
  const definition = definitions[fullName];
  if (definition === undefined) throw new Error(`the example files do not define ${fullName}`);
  return definition;
}

function splitFiles(set: Uint8Array): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  const reader = new BinaryReader(set);
  while (reader.pos < reader.len) {
    reader.tag();
    const file = reader.bytes();
    files.set(fileName(file), file);
  }
  return files;
}
