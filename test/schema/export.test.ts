// A schema on its way out: complete sets, and file names that try to get out of the folder.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create, createFileRegistry, fromBinary, toBinary } from '@bufbuild/protobuf';
import { type FileDescriptorProto, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { afterAll, describe, expect, test } from 'vitest';
import { descriptorSets } from '../../src/schema/descriptor-set.ts';
import { descriptorSetBytes, safeExportPath } from '../../src/schema/export.ts';
import { openSchema } from '../../src/schema/store.ts';
import { file, fileT, message } from './reflection-server.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'export-')));
afterAll(() => rmSync(folder, { recursive: true }));

async function schemaOf(...files: FileDescriptorProto[]) {
  const path = join(folder, 'set.binpb');
  writeFileSync(path, toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file: files })));
  return openSchema(await descriptorSets([path]));
}
const read = (bytes: Uint8Array) => fromBinary(FileDescriptorSetSchema, bytes);

describe('descriptor sets', () => {
  test('files come with their imports, dependencies first, each once, and can be loaded elsewhere', async () => {
    const a = file({
      name: 'a.proto',
      package: 'a',
      dependency: ['google/protobuf/duration.proto'],
      messageType: [message('A', { d: '.google.protobuf.Duration' })],
    });
    const t = fileT({
      dependency: ['a.proto', 'google/protobuf/duration.proto'],
      messageType: [message('M', { a: '.a.A' })],
    });
    const files = await (await schemaOf(t, a)).files();
    const set = read(descriptorSetBytes(files.filter(({ proto }) => proto.name === 't.proto')));
    expect(set.file.map(({ name }) => name)).toEqual(['google/protobuf/duration.proto', 'a.proto', 't.proto']);
    expect(createFileRegistry(set).getService('t.S')?.methods[0]?.input.fields[0]?.message?.typeName).toBe('a.A');
    expect(read(descriptorSetBytes(files)).file).toHaveLength(3);
  });

  test('options of other people survive', async () => {
    const t = fileT({ options: { javaPackage: 'x' } });
    t.options!.$unknown = [{ no: 50_000, wireType: 0, data: Uint8Array.of(42) }];
    const set = read(descriptorSetBytes(await (await schemaOf(t)).files()));
    expect(set.file[0]?.options?.$unknown).toEqual([{ no: 50_000, wireType: 0, data: Uint8Array.of(42) }]);
  });

  test('an import that is missing is not announced', async () => {
    const a = file({ name: 'a.proto' });
    const t = fileT({ dependency: ['gone.proto', 'a.proto'], publicDependency: [0, 1], weakDependency: [0] });
    const set = read(descriptorSetBytes(await (await schemaOf(t, a)).files()));
    const { dependency, publicDependency, weakDependency } = set.file.at(-1)!;
    expect({ dependency, publicDependency, weakDependency }).toEqual({
      dependency: ['a.proto'],
      publicDependency: [0],
      weakDependency: [],
    });
    expect(createFileRegistry(set).getMessage('t.M')).toBeDefined();
  });
});

describe('paths', () => {
  mkdirSync(join(folder, 'root', 'real'), { recursive: true });
  mkdirSync(join(folder, 'outside'));
  symlinkSync(join(folder, 'outside'), join(folder, 'root', 'link'));
  symlinkSync(join(folder, 'outside', 'new.proto'), join(folder, 'root', 'file.proto'));
  symlinkSync(join(folder, 'root'), join(folder, 'alias'));

  test.each([
    'a.proto',
    'google/protobuf/any.proto',
    'real/a.proto',
    'a..b/c.proto',
    'con-text/a.proto',
    '.hidden.proto',
    'a b/ü.proto',
  ])('%s', (name) => {
    expect(safeExportPath(join(folder, 'root'), name)).toBe(join(folder, 'root', name));
    expect(safeExportPath(join(folder, 'alias'), name)).toBe(join(folder, 'root', name));
  });

  test.each([
    ['../evil.proto', /\.\.\/evil\.proto" leads outside of/],
    ['../../../../x/evil.proto', /outside/],
    ['a/../../evil.proto', /outside/],
    ['a/../b.proto', /outside/],
    ['..', /outside/],
    ['..\\evil.proto', /outside/],
    ['a\\..\\..\\evil.proto', /outside/],
    ['/etc/passwd', /outside/],
    ['\\\\server\\share\\x', /outside/],
    ['C:\\x.proto', /outside/],
    ['c:x.proto', /outside/],
    ['link/a.proto', /outside of .*symbolic link/],
    ['file.proto', /outside of .*symbolic link/],
    ['a\0.proto', /control characters/],
    ['a\u001b[2J.proto', /"a\\u001b\[2J\.proto" holds control/],
    ['a.proto:stream', /character/],
    ['a\\b.proto', /character/],
    ['CON', /device/],
    ['aux.proto', /device/],
    ['a/nul', /device/],
    ['LPT1.proto', /device/],
    ['', /not the name of a file/],
    ['a//b.proto', /not the name of a file/],
    ['./a.proto', /not the name of a file/],
    ['a/', /not the name of a file/],
  ])('%j is refused', (name, says) => {
    let error: unknown;
    try {
      safeExportPath(join(folder, 'root'), name);
    } catch (e) {
      error = e;
    }
    expect(error).toMatchObject({ name: 'UserError', code: 4, message: expect.stringMatching(says) });
  });
});
