// Handlers behind grpc-js: they stop when the client goes away, and every method of a service has one.
import { once } from 'node:events';
import { credentials, Metadata, makeClientConstructor, Server, ServerCredentials, status } from '@grpc/grpc-js';
import { afterAll, describe, expect, it } from 'vitest';
import { loadExamples } from '../../src/demo/examples.ts';
import { type Call, type Handlers, serve } from '../../src/demo/serve.ts';
import { outcome } from './demo-client.ts';

const examples = loadExamples();
const definition = examples.service('kinds.v1.KindsService');
const shared = { examples, clock: Date.now, requireToken: false, nextRequestId: () => 'r' };

/** Serves one handler and opens a call to it. */
async function openCall(name: string, handler: Handlers[string]) {
  const rest = Object.fromEntries(Object.keys(definition).map((method) => [method, () => ({})]));
  const server = new Server();
  server.addService(definition, serve(definition, { ...rest, [name]: handler }, shared));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, taken) =>
      error ? reject(error) : resolve(taken),
    );
  });
  const client = new (makeClientConstructor({}, 'any'))(`127.0.0.1:${port}`, credentials.createInsecure());
  afterAll(() => {
    client.close();
    server.forceShutdown();
  });
  const method = definition[name]!;
  const stream = client.makeBidiStreamRequest(
    method.path,
    method.requestSerialize,
    method.responseDeserialize,
    new Metadata(),
    {},
  );
  stream.on('error', () => {});
  return stream;
}

/** A promise and what resolves it. */
function signal<T>() {
  let resolve = (_: T) => {};
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

const stopped = { waiting: signal<string>(), busy: signal<string>(), reading: signal<string>() };

const waiting = await openCall('Count', async function* (_: object, call: Call) {
  try {
    yield { index: 1 };
    await call.sleep(3600_000);
  } finally {
    stopped.waiting.resolve('stopped');
  }
});
const busy = await openCall('Count', async function* () {
  try {
    for (let index = 1; ; index++) yield { index, payload: Buffer.alloc(100_000) };
  } finally {
    stopped.busy.resolve('stopped');
  }
});
const firstChunk = signal<object>();
const reading = await openCall('Upload', async (chunks: AsyncIterable<object>) => {
  try {
    for await (const chunk of chunks) firstChunk.resolve(chunk);
    return {};
  } finally {
    stopped.reading.resolve('stopped');
  }
});
const failing = await openCall('FailUnary', () => {
  throw new Error('out of order');
});

describe('a handler stops when the client cancels', () => {
  it('while it waits', async () => {
    waiting.end({});
    await once(waiting, 'data');
    waiting.cancel();
    expect(await stopped.waiting.promise).toBe('stopped');
  });

  it('while it sends faster than the client reads', async () => {
    busy.end({});
    await once(busy, 'metadata');
    busy.cancel();
    expect(await stopped.busy.promise).toBe('stopped');
  });

  it('while it waits for the next message', async () => {
    reading.write({ name: 'a' });
    expect(await firstChunk.promise).toMatchObject({ name: 'a' });
    reading.cancel();
    expect(await stopped.reading.promise).toBe('stopped');
  });
});

describe('errors', () => {
  it('become INTERNAL if they are no failure', async () => {
    failing.end({});
    const { code, details } = await outcome(failing);
    expect([code, details]).toEqual([status.INTERNAL, 'the demo failed: out of order']);
  });

  it('come early for a method without handler', () => {
    expect(() => serve(definition, {}, shared)).toThrow('no handler for /kinds.v1.KindsService/');
  });
});
