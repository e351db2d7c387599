// What the demo has embedded is what proto-examples/ says: after a change there, update-descriptors.mjs must be run.
// Two other compilers read the files here, so a mistake of the one that made the embedded form is seen too.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { clearField, create, createFileRegistry, fromBinary, toJson } from '@bufbuild/protobuf';
import { type FileDescriptorProto, FileDescriptorProtoSchema, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import protobuf from 'protobufjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { packedTree } from '../../src/demo/descriptors.ts';
import { loadExamples } from '../../src/demo/examples.ts';
import { protoFiles } from '../../src/schema/proto-files.ts';

const root = join(import.meta.dirname, '../..');
const examples = join(root, 'proto-examples');
const names = readdirSync(examples, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.proto'))
  .sort();
const embedded = loadExamples().files;

const registry = createFileRegistry(
  create(FileDescriptorSetSchema, { file: [...embedded.values()].map((bytes) => readFile(bytes)) }),
);

function readFile(bytes: Uint8Array | undefined): FileDescriptorProto {
  return fromBinary(FileDescriptorProtoSchema, bytes ?? new Uint8Array());
}

/** As JSON with custom options read too, since compilers may write their fields in any order. */
function withoutPositions(file: FileDescriptorProto): object {
  clearField(file, FileDescriptorProtoSchema.field.sourceCodeInfo!);
  return toJson(FileDescriptorProtoSchema, file, { registry }) as object;
}

describe('the embedded descriptors', () => {
  let compiled: Map<string, FileDescriptorProto>;
  beforeAll(async () => {
    const source = await protoFiles(names, [examples]);
    compiled = new Map((await source.allFiles()).map((file) => [file.name, file]));
  });

  it.each(names)('have %s as it is on disk', (name) => {
    const fromDisk = compiled.get(name);
    expect(fromDisk && withoutPositions(fromDisk)).toEqual(withoutPositions(readFile(embedded.get(name))));
  });

  it('have the comments of the example services', () => {
    for (const name of names.filter((file) => !/^(google|grpc)\//.test(file))) {
      expect(readFile(embedded.get(name)).sourceCodeInfo?.location.length, name).toBeGreaterThan(10);
    }
  });
});

describe('the embedded tree', () => {
  it('is that of the files on disk', () => {
    const parsed = new protobuf.Root();
    const wellKnown = join(root, 'node_modules/protobufjs');
    parsed.resolvePath = (_, name) => join(name === 'google/protobuf/descriptor.proto' ? wellKnown : examples, name);
    parsed.loadSync(names);
    const tree = JSON.parse(inflateRawSync(Buffer.from(packedTree, 'base64')).toString());
    expect(JSON.parse(JSON.stringify(parsed.resolveAll().toJSON()))).toEqual(tree);
  });
});
