// Reflection against honest servers: versions, streams, questions asked, what a failed call looks like.
import { afterEach, describe, expect, test } from 'vitest';
import { CallFailed } from '../../src/schema/call-failed.ts';
import { reflection } from '../../src/schema/reflection.ts';
import type { ReflectionOptions } from '../../src/schema/reflection-stream.ts';
import { openSchema } from '../../src/schema/store.ts';
import { grpcJsChannel } from './grpc-js-channel.ts';
import {
  type Asked,
  file,
  fileT,
  honest,
  message,
  type ReflectionServer,
  type Reply,
  serveReflection,
} from './reflection-server.ts';

const toClose: { close(): void }[] = [];
afterEach(() => {
  for (const one of toClose.splice(0).reverse()) one.close();
});

async function serve(reply: (asked: Asked, stream: number) => Reply, versions?: string[]): Promise<ReflectionServer> {
  const server = await serveReflection(reply, versions);
  toClose.push(server);
  return server;
}

function sourceOf(address: string, options: Partial<ReflectionOptions> = {}) {
  const channel = grpcJsChannel(address);
  toClose.push(channel);
  return reflection(channel, { version: 'auto', metadata: [], signal: new AbortController().signal, ...options });
}

const plain = honest([fileT()], { 't.S': 't.proto', 't.M': 't.proto' });

describe('versions', () => {
  test.each([
    { offered: ['v1', 'v1alpha'], version: 'auto', used: ['v1'] },
    { offered: ['v1'], version: 'auto', used: ['v1'] },
    { offered: ['v1alpha'], version: 'auto', used: ['v1alpha'] },
    { offered: ['v1', 'v1alpha'], version: 'v1alpha', used: ['v1alpha'] },
    { offered: ['v1', 'v1alpha'], version: 'v1', used: ['v1'] },
  ] as const)('$version with a server of $offered', async ({ offered, version, used }) => {
    const server = await serve(plain, [...offered]);
    const source = sourceOf(server.address, { version });
    expect(await source.listServices()).toEqual(['t.S']);
    expect(server.streams.map((path) => path.split('.')[2])).toEqual(used);
    expect(source.name).toBe(`reflection ${used[0]} of ${server.address}`);
  });

  test.each([
    { offered: [], version: 'auto', says: /does not offer reflection/ },
    { offered: ['v1alpha'], version: 'v1', says: /does not offer reflection v1\b/ },
    { offered: ['v1'], version: 'v1alpha', says: /does not offer reflection v1alpha/ },
  ] as const)('$version with a server of only $offered is told', async ({ offered, version, says }) => {
    const server = await serve(plain, [...offered]);
    const error = await sourceOf(server.address, { version })
      .findSymbol('t.S')
      .catch((e: unknown) => e);
    expect(error).toMatchObject({ code: 4, message: expect.stringMatching(says) });
    expect(error).toMatchObject({ hint: expect.stringMatching(/--proto.*--protoset/) });
  });

  test('a server that is unavailable for v1 is asked in v1alpha', async () => {
    const unhealthy: Reply = { status: 14, message: 'no healthy upstream' };
    const server = await serve((asked, stream) => (stream === 1 ? unhealthy : plain(asked)));
    expect(await sourceOf(server.address).listServices()).toEqual(['t.S']);
    expect(server.streams[1]).toContain('v1alpha');
  });
});

describe('questions', () => {
  test('a service costs one question, its methods and types none', async () => {
    const server = await serve(plain);
    const schema = openSchema(sourceOf(server.address));
    expect(await schema.symbol('t.S/U')).toMatchObject({ kind: 'rpc', name: 'U', methodKind: 'unary' });
    expect(await schema.symbol('t.S.U')).toBe(await schema.symbol('.t.S/U'));
    expect(await schema.symbol('t.M')).toBe(schema.types.message('t.M'));
    expect(server.asked).toEqual(['symbol t.S']);
    expect(schema.warnings).toEqual([]);
  });

  test('missing imports are asked for together, well-known ones not at all', async () => {
    const t = fileT({
      dependency: ['a.proto', 'b.proto', 'google/protobuf/timestamp.proto'],
      messageType: [message('M', { a: '.a.A', b: '.b.B', t: '.google.protobuf.Timestamp' })],
    });
    const a = file({
      name: 'a.proto',
      package: 'a',
      dependency: ['c.proto'],
      messageType: [message('A', { c: '.c.C' })],
    });
    const b = file({ name: 'b.proto', package: 'b', messageType: [message('B')] });
    const c = file({ name: 'c.proto', package: 'c', messageType: [message('C')] });
    const server = await serve(honest([t, a, b, c], { 't.S': 't.proto' }));
    const files = await sourceOf(server.address).findSymbol('t.S');
    expect(files?.map(({ name }) => name)).toEqual([
      'c.proto',
      'a.proto',
      'b.proto',
      'google/protobuf/timestamp.proto',
      't.proto',
    ]);
    expect(server.asked).toEqual(['symbol t.S', 'file a.proto', 'file b.proto', 'file c.proto']);
  });

  test('a method by its dotted name is found in one round trip though the server knows services only', async () => {
    const server = await serve(plain);
    const schema = openSchema(sourceOf(server.address));
    expect(await schema.symbol('t.S.U')).toMatchObject({ kind: 'rpc' });
    expect(server.asked).toEqual(['symbol t.S.U', 'symbol t.S']);
  });

  test('a name is tried with a leading dot', async () => {
    const server = await serve(honest([fileT()], { '.t.S': 't.proto' }));
    expect((await sourceOf(server.address).findSymbol('t.S'))?.at(-1)?.name).toBe('t.proto');
  });

  test('questions of one moment share a stream, and it is ended when none is left', async () => {
    const server = await serve(plain);
    const source = sourceOf(server.address);
    await Promise.all([source.listServices(), source.findSymbol('t.S'), source.findSymbol('t.M')]);
    expect(server.streams).toHaveLength(1);
    // tryShutdown waits for open streams: it is done only if the client has ended its own.
    await new Promise<void>((resolve, reject) => server.grpc.tryShutdown((e) => (e ? reject(e) : resolve())));
  });

  test('an unknown name is not remembered as unknown', async () => {
    let known = false;
    const server = await serve((asked) => (known ? plain(asked) : { error: 5 }));
    const schema = openSchema(sourceOf(server.address));
    expect(await schema.symbol('t.S')).toBeUndefined();
    known = true;
    expect(await schema.symbol('t.S')).toMatchObject({ kind: 'service' });
  });

  test('extensions, also from a server that wants a leading dot', async () => {
    const x = file({
      name: 'x.proto',
      package: 't',
      extension: [{ name: 'e', number: 100, type: 9, label: 1, extendee: '.t.M' }],
    });
    const server = await serve((asked) =>
      asked.fileContainingExtension?.containingType === '.t.M' ? { files: [x] } : { error: 5 },
    );
    const source = sourceOf(server.address);
    expect((await source.findExtension('t.M', 100))?.at(-1)?.name).toBe('x.proto');
    expect(await source.findExtension('t.M', 101)).toBeUndefined();
  });

  test('all files, each once', async () => {
    const u = file({ name: 'u.proto', package: 'u', dependency: ['t.proto'], service: [{ name: 'S' }] });
    const server = await serve(honest([fileT(), u], { 't.S': 't.proto', 'u.S': 'u.proto' }));
    const schema = openSchema(sourceOf(server.address));
    expect((await schema.files()).map(({ proto }) => proto.name)).toEqual(['t.proto', 'u.proto']);
    expect(await schema.symbolNames()).toEqual(['t.M', 't.S', 'u.S']);
  });
});

describe('failing streams', () => {
  test('a stream that dies is opened once more', async () => {
    const server = await serve(
      (asked, stream) => (stream === 1 ? { status: 13, message: 'bang' } : plain(asked)),
      ['v1'],
    );
    expect(await sourceOf(server.address, { version: 'v1' }).listServices()).toEqual(['t.S']);
    expect(server.streams).toHaveLength(2);
  });

  test('a stream that dies again is given up', async () => {
    const server = await serve(() => ({ status: 13, message: 'bang' }));
    const error = await sourceOf(server.address, { version: 'v1' })
      .listServices()
      .catch((e: unknown) => e);
    expect(error).toBeInstanceOf(CallFailed);
    expect(error).toMatchObject({ status: { code: 13, message: 'bang' } });
    expect(server.streams).toHaveLength(2);
  });

  test('a server that ends the stream after each answer', async () => {
    const c = ['a', 'b', 'c'].map((name) =>
      file({ name: `${name}.proto`, package: name, messageType: [message('X')] }),
    );
    const t = fileT({ dependency: c.map(({ name }) => name) });
    const answer = honest([t, ...c], { 't.S': 't.proto' });
    const answered = new Set<number>();
    const server = await serve((asked, stream) => {
      if (answered.has(stream)) return 'end';
      answered.add(stream);
      return answer(asked);
    });
    expect(await sourceOf(server.address).findSymbol('t.S')).toHaveLength(4);
  });

  test('a stream that ends without an answer', async () => {
    const server = await serve(() => 'end');
    const asking = sourceOf(server.address).findSymbol('t.S');
    await expect(asking).rejects.toMatchObject({ code: 4, message: expect.stringContaining('without an answer') });
  });

  test('a refusal names the status and the way out', async () => {
    const server = await serve(() => ({ status: 7, message: 'not for you\u001b[31m' }));
    const error = await sourceOf(server.address)
      .findSymbol('t.S')
      .catch((e: unknown) => e);
    expect(error).toMatchObject({ code: 4, hint: expect.stringContaining('--protoset') });
    expect(String(error)).toMatch(/reflection v1 .*PERMISSION_DENIED.*not for you\\u001b/);
    expect(server.streams).toHaveLength(1);
  });

  test.each([16, 8])('status %i of the call is passed on', async (status) => {
    const server = await serve(() => ({ status, message: 'm' }));
    const error = await sourceOf(server.address)
      .findSymbol('t.S')
      .catch((e: unknown) => e);
    expect(error).toBeInstanceOf(CallFailed);
    expect(error).toMatchObject({ status: { code: status } });
  });

  test('nobody listens', async () => {
    const server = await serve(plain);
    server.close();
    const error = await sourceOf(server.address)
      .listServices()
      .catch((e: unknown) => e);
    expect(error).toMatchObject({ name: 'CallFailed', status: { code: 14, origin: 'client' } });
  });

  test('a silent server is bounded by the deadline and by the signal', async () => {
    const server = await serve(() => 'silence');
    const late = sourceOf(server.address, { deadlineMs: 50 }).listServices();
    await expect(late).rejects.toMatchObject({ status: { code: 4 } });
    const controller = new AbortController();
    const cancelled = sourceOf(server.address, { signal: controller.signal }).listServices();
    controller.abort();
    await expect(cancelled).rejects.toMatchObject({ status: { code: 1 } });
  });

  test('metadata goes with the reflection call', async () => {
    const server = await serve(plain);
    const source = sourceOf(server.address, { metadata: [['x-token', 'a']] });
    await source.listServices();
    expect(server.metadata[0]?.get('x-token')).toEqual(['a']);
  });
});
