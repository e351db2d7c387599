// Descriptor sets from files: what is found in them, what is wrong with them, and that nothing unneeded is read.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { create, toBinary } from '@bufbuild/protobuf';
import { type FileDescriptorProto, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { descriptorSets } from '../../src/schema/descriptor-set.ts';
import { openSchema } from '../../src/schema/store.ts';
import { file, fileT, message } from './reflection-server.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sets-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function setBytes(...files: FileDescriptorProto[]): Uint8Array {
  return toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file: files }));
}

let count = 0;
function written(content: string | Uint8Array, name = `${++count}.binpb`): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const enumE = { name: 'E', value: [{ name: 'ZERO', number: 0 }] };
const rich = fileT({
  dependency: ['a.proto', 'google/protobuf/any.proto'],
  messageType: [
    {
      ...message('M', { a: '.a.A', any: '.google.protobuf.Any' }),
      nestedType: [{ ...message('N', { n: 5 }), enumType: [{ name: 'I', value: [{ name: 'ONE', number: 0 }] }] }],
      oneofDecl: [{ name: 'choice' }],
      extension: [{ name: 'inner', number: 101, type: 9, label: 1, extendee: '.a.A' }],
    },
  ],
  enumType: [enumE],
  extension: [{ name: 'outer', number: 100, type: 9, label: 1, extendee: '.a.A' }],
});
rich.messageType[0]!.field[0]!.oneofIndex = 0;
const a = file({ name: 'a.proto', package: 'a', messageType: [message('A')] });

describe('names', () => {
  test.each([
    ['t.S', 'service'],
    ['t.S.U', 'rpc'],
    ['t.S/U', 'rpc'],
    ['/t.S/U', 'rpc'],
    ['.t.M', 'message'],
    ['t.M.N', 'message'],
    ['t.M.a', 'field'],
    ['t.M.choice', 'oneof'],
    ['t.M.N.n', 'field'],
    ['t.M.N.I', 'enum'],
    ['t.M.N.ONE', 'enum_value'],
    ['t.M.N.I.ONE', 'enum_value'],
    ['t.E', 'enum'],
    ['t.ZERO', 'enum_value'],
    ['t.E.ZERO', 'enum_value'],
    ['t.outer', 'extension'],
    ['t.M.inner', 'extension'],
    ['google.protobuf.Any', 'message'],
    ['t.Nope', undefined],
    ['t.M.nope', undefined],
    ['t', undefined],
    ['', undefined],
    ['.', undefined],
    ['/', undefined],
  ])('%s is %s', async (name, kind) => {
    const schema = openSchema(await descriptorSets([written(setBytes(a, rich))]));
    expect((await schema.symbol(name))?.kind).toBe(kind);
    expect(schema.warnings).toEqual([]);
  });

  test('lists', async () => {
    const source = await descriptorSets([written(setBytes(a, rich), 'lists.desc')]);
    expect(source.name).toBe('lists.desc');
    expect(await source.listServices()).toEqual(['t.S']);
    expect((await source.listSymbols()).sort()).toEqual(['a.A', 't.E', 't.M', 't.S', 't.outer']);
    expect((await source.allFiles()).map(({ name }) => name)).toEqual([
      'a.proto',
      'google/protobuf/any.proto',
      't.proto',
    ]);
  });

  test('extensions', async () => {
    const source = await descriptorSets([written(setBytes(a, rich))]);
    expect((await source.findExtension('a.A', 100))?.at(-1)?.name).toBe('t.proto');
    expect((await source.findExtension('a.A', 101))?.at(-1)?.name).toBe('t.proto');
    expect(await source.findExtension('a.A', 102)).toBeUndefined();
    const schema = openSchema(source);
    await schema.symbol('t.S');
    expect(schema.types.extension(schema.types.message('a.A')!, 101)).toBe(schema.types.extensionByName('t.M.inner'));
  });

  test('a message is one object, however it is reached', async () => {
    const schema = openSchema(await descriptorSets([written(setBytes(a, rich))]));
    const first = await schema.symbol('a.A');
    await schema.files();
    const m = schema.types.message('t.M');
    expect(m?.fields[0]?.message).toBe(first);
    expect(await schema.symbol('a.A')).toBe(first);
  });
});

describe('several sets', () => {
  test('the later file of the same name counts', async () => {
    const newer = fileT({ messageType: [message('M', { newer: 9 })] });
    const schema = openSchema(await descriptorSets([written(setBytes(fileT())), written(setBytes(newer))]));
    expect(await schema.symbol('t.M.newer')).toMatchObject({ kind: 'field' });
    expect(await schema.symbol('t.M.s')).toBeUndefined();
  });

  test('imports are found across sets; gzip is read', async () => {
    const schema = openSchema(await descriptorSets([written(gzipSync(setBytes(rich))), written(setBytes(a))]));
    expect(await schema.symbol('t.S/U')).toMatchObject({ kind: 'rpc' });
    expect(schema.warnings).toEqual([]);
  });
});

describe('what is missing', () => {
  test('an import not in the set is a warning', async () => {
    const schema = openSchema(await descriptorSets([written(setBytes(rich), 'part.binpb')]));
    expect(await schema.symbol('t.S/U')).toMatchObject({ kind: 'rpc' });
    expect(schema.warnings.join('\n')).toMatch(/part\.binpb does not have a\.proto, imported by t\.proto/);
    expect(schema.warnings.join('\n')).toMatch(/a\.A, used by t\.M\.a/);
  });

  test('a cycle', async () => {
    const one = fileT({ dependency: ['b.proto'] });
    const source = await descriptorSets([written(setBytes(one, file({ name: 'b.proto', dependency: ['t.proto'] })))]);
    expect(await source.listServices()).toEqual(['t.S']);
    await expect(source.findSymbol('t.S')).rejects.toMatchObject({
      code: 4,
      message: expect.stringMatching(/cycle.*b\.proto/),
    });
  });

  test('a chain of imports too long for recursion', async () => {
    const chain = Array.from({ length: 20_000 }, (_, i) => file({ name: `f${i}`, dependency: [`f${i + 1}`] }));
    const source = await descriptorSets([
      written(setBytes(fileT({ dependency: ['f0'] }), ...chain, file({ name: 'f20000' }))),
    ]);
    expect(await openSchema(source).symbol('t.S')).toMatchObject({ kind: 'service' });
  });
});

describe('a set larger than what is looked at at a time', () => {
  const comment = 'c'.repeat(700_000);
  const large = (name: string, type: string, leadingComments = comment): FileDescriptorProto =>
    file({
      name,
      package: 'big',
      messageType: [message(type, { f: 9 })],
      sourceCodeInfo: { location: [{ path: [4, 0], span: [0, 0, 1], leadingComments }] },
    });
  const files = ['A', 'B', 'C', 'D'].map((type) => large(`${type}.proto`, type));

  test('is found whole, at the edges of the window too', async () => {
    const path = written(setBytes(...files, fileT()));
    const source = await descriptorSets([path]);
    expect(await source.listServices()).toEqual(['t.S']);
    expect((await source.listSymbols()).filter((name) => name.startsWith('big.'))).toEqual(
      ['A', 'B', 'C', 'D'].map((type) => `big.${type}`),
    );
    for (const { name } of files) expect((await source.findSymbol(`big.${name[0]}`))?.at(-1)?.name).toBe(name);
    expect((await source.filesNaming?.('C'))?.map(({ name }) => name)).toEqual(['C.proto']);
    expect(await source.filesNaming?.('Nowhere')).toEqual([]);
  });

  test('one file larger than the window', async () => {
    const one = large('one.proto', 'One', comment.repeat(5));
    const schema = openSchema(await descriptorSets([written(setBytes(one, fileT()))]));
    expect(await schema.symbol('big.One')).toMatchObject({ kind: 'message' });
    expect(await schema.symbol('t.S')).toMatchObject({ kind: 'service' });
  });

  test('that is compiled anew while in use says so', async () => {
    const path = written(setBytes(...files));
    const source = await descriptorSets([path]);
    writeFileSync(path, setBytes(...files, fileT()));
    await expect(source.findSymbol('big.D')).rejects.toMatchObject({
      code: 4,
      message: expect.stringMatching(/has changed since it was read/),
    });
  });
});

describe('files that are no sets', () => {
  const whole = setBytes(fileT());
  test.each([
    {
      name: 'proto source',
      content: '// hi\nsyntax = "proto3";\npackage t;\n',
      says: /is not a descriptor set/,
      hint: /--proto/,
    },
    { name: 'JSON', content: '{"file":[]}', says: /is not a descriptor set/, hint: /JSON/ },
    { name: 'nothing', content: '', says: /holds no files/, hint: /protoc/ },
    { name: 'half a set', content: whole.subarray(0, whole.length - 5), says: /cut off/, hint: /protoc/ },
    {
      name: 'random bytes',
      content: Uint8Array.from({ length: 500 }, (_, i) => (i * 7919) % 251),
      says: /not a descriptor set/,
      hint: /protoc/,
    },
    { name: 'one file, not a set', content: whole.subarray(2), says: /not a descriptor set/, hint: /protoc/ },
  ])('$name', async ({ content, says, hint }) => {
    const path = written(content);
    const error = await descriptorSets([path]).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: 4, message: expect.stringMatching(says), hint: expect.stringMatching(hint) });
    expect((error as Error).message).toContain(path);
  });

  test.each([
    { path: 'missing.binpb', says: /missing\.binpb: no such file/ },
    { path: '.', says: /it is a directory/ },
  ])('$path cannot be read', async ({ path, says }) => {
    const reading = descriptorSets([join(folder, path)]);
    await expect(reading).rejects.toMatchObject({ code: 4, message: expect.stringMatching(says) });
  });

  test('a broken file in a good set matters only when it is asked for', async () => {
    const set = Buffer.from(
      setBytes(fileT(), file({ name: 'bad.proto', package: 'b', messageType: [message('X', { f: 9 })] })),
    );
    // The field's name now claims to be longer than the field.
    set[set.lastIndexOf(Buffer.from([0x0a, 1, 0x66, 0x18, 1])) + 1] = 0x7f;
    const schema = openSchema(await descriptorSets([written(set)]));
    expect(await schema.symbol('t.S')).toMatchObject({ kind: 'service' });
    await expect(schema.symbol('b.X')).rejects.toMatchObject({
      code: 4,
      message: expect.stringMatching(/bad\.proto at byte \d+ of/),
    });
  });
});
