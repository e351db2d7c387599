// The channel through grpc-js: the four kinds, what the server is told, and every way to end.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventually, rawServer } from '../support/raw-http2.ts';
import { temporaryFolder } from '../support/temp.ts';
import { callOnce, collect } from './collect.ts';
import { cancelled, counts, seen, useServer } from './grpc-js-server.ts';

const socketPath = join(temporaryFolder(), 'grpc.sock');
const here = useServer(socketPath);
const { channels, open } = here;

describe('calls', () => {
  it('brings headers, message and trailers of a unary call, and sends what it was given', async () => {
    const channel = open(here.address, { authority: 'api.example' }, { userAgent: 'mine/1' });
    const metadata = [
      ['x-a', '1'],
      ['x-a', '2'],
      ['key-bin', 'AQI='],
    ] as const;
    const { name, headers, messages, trailers, events } = await callOnce(channel, '/t.S/Unary', undefined, {
      metadata,
    });
    expect([name, messages.map(String), events.map(({ type }) => type)]).toEqual([
      'OK',
      ['\n\x02ok'],
      ['headers', 'message', 'status'],
    ]);
    expect(headers).toEqual(
      expect.arrayContaining([
        ['x-two', 'a, b'],
        ['x-bin', 'AQI='],
      ]),
    );
    expect(trailers).toEqual([['x-trail', 't']]);
    const [call] = seen;
    expect(call!.metadata.get('x-a')).toEqual(['1, 2']);
    expect(call!.metadata.get('key-bin')).toEqual([Buffer.from([1, 2])]);
    expect(call!.metadata.get('user-agent')[0]).toMatch(/^mine\/1 grpc-node-js\//);
    expect(call!.host).toBe('api.example');
    expect(channel.connection).toMatchObject({ tls: false, peer: here.address });
  });

  it('brings the status of the server with its text', async () => {
    const { status, messages } = await callOnce(open(), '/t.S/Fail');
    expect(status).toMatchObject({ code: 5, message: 'nö 100%', origin: 'server', details: [] });
    expect(messages).toEqual([]);
  });

  it.each([
    ['Down', ['']],
    ['Up', Array<string>(300).fill('x')],
    ['Both', Array.from({ length: 300 }, (_, at) => `${at}`)],
  ])('carries the stream %s whole and in order', async (name, requests) => {
    const { messages } = await callOnce(open(), `/t.S/${name}`, requests.map(Buffer.from));
    const wanted = { Down: Array.from({ length: 1000 }, (_, at) => `${at}`), Up: ['300'], Both: requests };
    expect(messages.map(String)).toEqual(wanted[name as keyof typeof wanted]);
  });

  it('compresses requests when asked, and only then', async () => {
    const channel = open();
    await callOnce(channel, '/t.S/Unary', undefined, { compress: 'gzip' });
    await callOnce(channel, '/t.S/Unary');
    // The server's library takes the header away; what is left of it is that both messages arrived.
    expect(seen).toHaveLength(2);
    const raw = await rawServer(async (connection) => {
      await connection.request();
    });
    channels.later(() => raw.close());
    const stream = open(`127.0.0.1:${raw.port}`, { plaintext: true }).start('/t.S/U', [], {
      signal: new AbortController().signal,
      compress: 'gzip',
    });
    void stream.send(Buffer.alloc(1000));
    stream.halfClose();
    await eventually(() => raw.frames.some(({ type, payload }) => type === 0 && payload.length > 5));
    const data = raw.frames.find(({ type, payload }) => type === 0 && payload.length > 5)!;
    expect([data.payload[0], data.payload.length < 100]).toEqual([1, true]);
    stream.cancel('done');
    await collect(stream);
  });

  it('reaches a unix socket', async () => {
    const channel = open(`unix:${socketPath}`);
    expect((await callOnce(channel, '/t.S/Unary')).name).toBe('OK');
    expect(channel.connection?.peer).toContain(socketPath);
  });

  it('puts the path prefix of an address before the method', async () => {
    const { status } = await callOnce(open(`http://${here.address}/api`), '/t.S/Unary');
    expect(status).toMatchObject({ code: 12, origin: 'server' });
    expect(status.message).toContain('/api/t.S/Unary');
  });
});

describe('ends', () => {
  it('with the deadline, which the server was told', async () => {
    const { status, words } = await callOnce(open(), '/t.S/Slow', undefined, { deadlineMs: 150 });
    expect(status).toMatchObject({ code: 4, origin: 'client' });
    expect(words).toMatch(/Deadline exceeded.*\n.*--deadline/s);
    expect(seen).toHaveLength(1);
  });

  it('at once for a deadline that is over', async () => {
    expect((await callOnce(open(), '/t.S/Slow', undefined, { deadlineMs: 0 })).name).toBe('DEADLINE_EXCEEDED');
  });

  it.each(['signal', 'cancel', 'close'])('by %s, and lets the server know', async (how) => {
    cancelled.clear();
    const channel = open();
    const abort = new AbortController();
    const stream = channel.start('/t.S/Slow', [], { signal: abort.signal });
    void stream.send(Buffer.from('x'));
    stream.halfClose();
    await eventually(() => seen.length > 0);
    if (how === 'signal') abort.abort();
    else if (how === 'cancel') stream.cancel('enough');
    else channel.close();
    const { status, words } = await collect(stream);
    expect(status).toMatchObject({ code: 1, origin: 'client' });
    const said = { signal: 'cancelled here', cancel: 'enough', close: 'channel was closed' };
    expect(words).toContain(said[how as keyof typeof said]);
    expect(await stream.read()).toEqual([]);
    await eventually(() => cancelled.has('slow'));
  });

  it('with an aborted signal before anything is sent', async () => {
    expect((await callOnce(open(), '/t.S/Unary', [], { signal: AbortSignal.abort() })).name).toBe('CANCELLED');
    expect(seen).toEqual([]);
  });

  it('a reader that stops reading stops the server, and what was delivered before a cancel is not lost', async () => {
    counts.written = 0;
    cancelled.clear();
    const stream = open().start('/t.S/Endless', [], { signal: new AbortController().signal });
    void stream.send(Buffer.from('x'));
    stream.halfClose();
    const stopped = async (before: number): Promise<number> => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      return counts.written === before && before > 0 ? before : stopped(counts.written);
    };
    const most = await stopped(0);
    expect(most).toBeLessThan(2000);
    stream.cancel('enough');
    const { messages, name } = await collect(stream);
    expect([name, messages.length > 50, messages.every(({ length }) => length === 10_000)]).toEqual([
      'CANCELLED',
      true,
      true,
    ]);
    await eventually(() => cancelled.has('endless'));
  });
});
