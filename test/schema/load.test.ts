// Where the schema comes from: files alone, the server, or the server with files behind it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create, toBinary } from '@bufbuild/protobuf';
import { type FileDescriptorProto, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { type LoadOptions, loadSchema } from '../../src/schema/load.ts';
import type { Channel } from '../../src/wire/stream.ts';
import { grpcJsChannel } from './grpc-js-channel.ts';
import { file, fileT, honest, message, type ReflectionServer, serveReflection } from './reflection-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'load-'));
afterAll(() => rmSync(folder, { recursive: true }));
const toClose: { close(): void }[] = [];
afterEach(() => {
  for (const one of toClose.splice(0).reverse()) one.close();
});

function set(name: string, ...files: FileDescriptorProto[]): string {
  const path = join(folder, name);
  writeFileSync(path, toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file: files })));
  return path;
}

const serverFile = fileT({ messageType: [message('M', { from_server: 9 })] });
const setFile = fileT({ messageType: [message('M', { from_file: 9 }), message('OnlyInFile')] });
const otherFile = file({
  name: 'o.proto',
  package: 'o',
  dependency: ['t.proto'],
  messageType: [message('X', { m: '.t.M' })],
  service: [{ name: 'S' }],
});

async function server(versions?: string[]): Promise<ReflectionServer & { channel: () => Channel }> {
  const running = await serveReflection(honest([serverFile], { 't.S': 't.proto', 't.M': 't.proto' }), versions);
  const channel = () => {
    const opened = grpcJsChannel(running.address);
    toClose.push(opened);
    return opened;
  };
  toClose.push(running);
  return { ...running, channel };
}

function load(options: Partial<LoadOptions>) {
  const none = { protoFiles: [], importPaths: [], protosets: [], reflect: undefined, channel: undefined, metadata: [] };
  return loadSchema({ ...none, signal: new AbortController().signal, ...options });
}

describe('which source', () => {
  test('files given: they alone, no channel is opened', async () => {
    const channel = () => {
      throw new Error('opened');
    };
    const schema = await load({ protosets: [set('a.binpb', setFile)], channel });
    expect(await schema.symbol('t.M.from_file')).toMatchObject({ kind: 'field' });
    expect(schema.name).toBe('a.binpb');
  });

  test('no files: reflection, and nothing is sent before the first question', async () => {
    const { channel, asked, address } = await server();
    const schema = await load({ channel });
    expect(asked).toEqual([]);
    expect(await schema.symbol('t.M.from_server')).toMatchObject({ kind: 'field' });
    expect(schema.name).toBe(`reflection v1 of ${address}`);
  });

  test('the version that is stated', async () => {
    const { channel, streams } = await server();
    await (await load({ channel, reflect: 'v1alpha' })).listServices();
    expect(streams).toEqual(['/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo']);
  });

  test.each([
    { options: {}, says: /no schema/, hint: /ADDRESS.*--proto/ },
    { options: { reflect: 'off' }, says: /reflection is off/, hint: /--proto/ },
    { options: { reflect: 'v1' }, says: /no schema/, hint: /ADDRESS/ },
  ] as const)('nothing to load with $options', async ({ options, says, hint }) => {
    await expect(load(options)).rejects.toMatchObject({
      code: 2,
      message: expect.stringMatching(says),
      hint: expect.stringMatching(hint),
    });
  });
});

describe('files and reflection', () => {
  test('reflection comes first, files fill what it lacks, lists are unions', async () => {
    const { channel } = await server();
    const schema = await load({ channel, reflect: 'auto', protosets: [set('b.binpb', setFile, otherFile)] });
    expect(await schema.listServices()).toEqual(['o.S', 't.S']);
    expect(await schema.symbol('t.M.from_server')).toMatchObject({ kind: 'field' });
    expect(await schema.symbol('t.M.from_file')).toBeUndefined();
    expect(await schema.symbol('t.OnlyInFile')).toMatchObject({ kind: 'message' });
    expect(await schema.symbol('o.X')).toMatchObject({ kind: 'message' });
    expect(schema.types.message('o.X')?.fields[0]?.message).toBe(schema.types.message('t.M'));
  });

  test('a server without reflection: the files, with a warning', async () => {
    const { channel } = await server([]);
    const schema = await load({ channel, reflect: 'auto', protosets: [set('c.binpb', setFile)] });
    expect(await schema.listServices()).toEqual(['t.S']);
    expect(await schema.symbol('t.M.from_file')).toMatchObject({ kind: 'field' });
    expect(schema.warnings).toEqual([expect.stringMatching(/does not offer reflection.*only the files given/)]);
  });

  test('a server that cannot be reached is not passed over', async () => {
    const { channel, close } = await server();
    close();
    const schema = await load({ channel, reflect: 'auto', protosets: [set('d.binpb', setFile)] });
    await expect(schema.listServices()).rejects.toMatchObject({ name: 'CallFailed', status: { code: 14 } });
  });

  test('reflection off: the files alone', async () => {
    const { channel, streams } = await server();
    const schema = await load({ channel, reflect: 'off', protosets: [set('e.binpb', setFile)] });
    expect(await schema.symbol('t.M.from_file')).toMatchObject({ kind: 'field' });
    expect(streams).toEqual([]);
  });
});
