// Our descriptors against protoc's, byte for byte. linker/expected.binpb was written by protoc 35.1 with
// --retain_options --include_source_info from the files beside it (googleapis for google/api).
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clone, createFileRegistry, fromBinary, getExtension, toBinary, toJson } from '@bufbuild/protobuf';
import {
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  type SourceCodeInfo_Location,
} from '@bufbuild/protobuf/wkt';
import { describe, expect, it } from 'vitest';
import { protoFiles } from '../../src/schema/proto-files.ts';

const folder = join(import.meta.dirname, 'linker');
const fixtures = ['proto3.proto', 'common.proto', 'proto2.proto', 'editions.proto', 'options.proto'];

function readSet(path: string): Map<string, FileDescriptorProto> {
  const { file } = fromBinary(FileDescriptorSetSchema, readFileSync(path));
  return new Map(file.map((proto) => [proto.name, proto]));
}

async function ours(files: readonly string[], root: string): Promise<Map<string, FileDescriptorProto>> {
  const source = await protoFiles(files, [root]);
  return new Map((await source.allFiles()).map((proto) => [proto.name, proto]));
}

function bare(proto: FileDescriptorProto | undefined): FileDescriptorProto {
  if (!proto) throw new Error('no such file');
  const copy = clone(FileDescriptorProtoSchema, proto);
  delete copy.sourceCodeInfo;
  return copy;
}

function expectSame(actual: FileDescriptorProto | undefined, wanted: FileDescriptorProto | undefined): void {
  const [a, b] = [bare(actual), bare(wanted)];
  // The documents first: they say what differs; options that only bytes show come after.
  expect(toJson(FileDescriptorProtoSchema, a)).toEqual(toJson(FileDescriptorProtoSchema, b));
  const hex = (proto: FileDescriptorProto) => Buffer.from(toBinary(FileDescriptorProtoSchema, proto)).toString('hex');
  expect(hex(a)).toBe(hex(b));
}

describe('descriptors are those of protoc', () => {
  const expected = readSet(join(folder, 'expected.binpb'));

  it.each(fixtures)('%s', async (name) => {
    expectSame((await ours([name], folder)).get(name), expected.get(name));
  });

  it.each(fixtures)('%s: comments', async (name) => {
    const commentsOf = (location: SourceCodeInfo_Location) => [
      location.leadingDetachedComments,
      location.leadingComments,
      location.trailingComments,
    ];
    const info = (proto: FileDescriptorProto | undefined) => proto?.sourceCodeInfo?.location ?? [];
    const byPath = new Map(info(expected.get(name)).map((location) => [location.path.join('.'), location]));
    const actual = info((await ours([name], folder)).get(name));
    expect(actual.length).toBeGreaterThan(4);
    for (const location of actual) {
      const path = location.path.join('.');
      expect([path, commentsOf(location)]).toEqual([path, commentsOf(byPath.get(path)!)]);
    }
    const paths = new Set(actual.map(({ path }) => path.join('.')));
    const commented = [...byPath.values()].filter((location) => commentsOf(location).flat().some(Boolean));
    expect(commented.filter(({ path }) => !paths.has(path.join('.')))).toEqual([]);
  });

  it('can be built by protobuf-es, with custom options as extensions', async () => {
    const files = await ours(['options.proto'], folder);
    const registry = createFileRegistry([...files.values()].at(-1)!, (name) => files.get(name));
    const everything = registry.getMessage('linker.options.Everything')!;
    const tags = getExtension(everything.proto.options!, registry.getExtension('linker.options.tags')!);
    expect(tags).toEqual(['one', 'two']);
    const method = registry.getService('linker.options.Library')!.method.getBook!;
    const rule = getExtension(method.proto.options!, registry.getExtension('google.api.http')!);
    expect(rule).toMatchObject({ pattern: { case: 'get', value: '/v1/{text=shelves/*/books/*}' } });
  });
});

const protoc = spawnSync('protoc', ['--version'], { encoding: 'utf8' });
const examples = join(import.meta.dirname, '../../proto-examples');
const skip = protoc.error !== undefined;
if (skip)
  process.stdout.write('linker: protoc is not installed, so the examples are not compared with its descriptors\n');

describe.skipIf(skip)(`against ${protoc.stdout?.trim() || 'protoc'}`, () => {
  it('the example files', async ({ skip: skipNow }) => {
    const work = mkdtempSync(join(tmpdir(), 'grepl-linker-'));
    try {
      const files = exampleFiles();
      const output = join(work, 'set.binpb');
      const problem = runProtoc(files, output);
      if (problem !== undefined) skipNow(problem);
      const actual = await ours(files, examples);
      const wanted = readSet(output);
      expect(files.length).toBeGreaterThan(3);
      for (const name of files) expectSame(actual.get(name), wanted.get(name));
    } finally {
      rmSync(work, { recursive: true });
    }
  });
});

// An old protoc may not know what the examples use; then there is nothing to compare with.
function runProtoc(files: readonly string[], output: string): string | undefined {
  const flags = ['--experimental_allow_proto3_optional', `-I${examples}`, `--descriptor_set_out=${output}`];
  const { status, stderr } = spawnSync('protoc', [...flags, ...files], { encoding: 'utf8' });
  return status === 0 ? undefined : `protoc cannot read the examples: ${stderr.split('\n')[0]}`;
}

function exampleFiles(): string[] {
  const entries = readdirSync(examples, { recursive: true, encoding: 'utf8' });
  return entries.filter((name) => name.endsWith('.proto')).sort();
}
