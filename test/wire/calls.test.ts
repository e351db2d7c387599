// Calls against a grpc-js server and against scripts: the four kinds, cancellation, deadlines, flow control, limits.
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ChannelOptions, openChannel } from '../../src/wire/channel.ts';
import { MessageDecoder } from '../../src/wire/frame.ts';
import type { Channel, WireStream } from '../../src/wire/stream.ts';
import { parseTarget } from '../../src/wire/target.ts';
import {
  data,
  type Frame,
  frameTypes,
  goaway,
  grpcMessage,
  responseHeaders,
  trailers,
} from '../support/http2-frames.ts';
import { eventually, type RawServer, rawServer } from '../support/raw-http2.ts';
import { callOnce, collect } from './collect.ts';
import { cancelled, seen, startServer } from './grpc-js-server.ts';

let server: Awaited<ReturnType<typeof startServer>>;
let address: string;
beforeAll(async () => {
  server = await startServer();
  address = server.address;
});
afterAll(() => server.close());

const channels: Channel[] = [];
const raws: RawServer[] = [];
afterEach(async () => {
  for (const channel of channels.splice(0)) channel.close();
  for (const raw of raws.splice(0)) await raw.close();
});
function open(to: string = address, options: ChannelOptions = {}): Channel {
  const channel = openChannel(parseTarget(to), options);
  channels.push(channel);
  return channel;
}
async function raw(...args: Parameters<typeof rawServer>): Promise<RawServer & { readonly address: string }> {
  const started = await rawServer(...args);
  raws.push(started);
  return Object.assign(started, { address: `127.0.0.1:${started.port}` });
}
const resetOf = (code: number) => (frame: Frame) =>
  frame.type === frameTypes.rstStream && frame.payload.readUInt32BE() === code;
const start = (channel: Channel, path: string, signal = new AbortController().signal): WireStream =>
  channel.start(path, [], { signal });

describe('the four kinds', () => {
  it('unary, with metadata in order and repeats kept', async () => {
    const metadata = [
      ['x-in', '1'],
      ['x-in', '2'],
      ['y-bin', 'AQI='],
    ] as const;
    const summary = await callOnce(open(), '/t.S/Unary', [Buffer.from('hello')], { metadata, compress: 'gzip' });
    expect(summary.messages.map(String)).toEqual(['hello']);
    expect(summary.headers).toEqual(
      expect.arrayContaining([
        ['x-two', 'a'],
        ['x-two', 'b'],
        ['x-bin', 'AQI='],
      ]),
    );
    expect(summary.trailers).toEqual(expect.arrayContaining([['x-trail', 't']]));
    expect(summary.events.map(({ type }) => type)).toEqual(['headers', 'message', 'status']);
    expect(seen.at(-1)?.metadata.get('x-in').join()).toMatch(/1, ?2/);
    expect(seen.at(-1)?.metadata.get('y-bin')).toEqual([Buffer.from([1, 2])]);
  });

  it('an error from the server', async () => {
    const { status } = await callOnce(open(), '/t.S/Fail');
    expect(status).toMatchObject({ code: 5, message: 'nö 100%', origin: 'server' });
  });

  it('server streaming', async () => {
    const { messages, name } = await callOnce(open(), '/t.S/Down');
    expect(name).toBe('OK');
    expect(messages.map(String)).toEqual(Array.from({ length: 1000 }, (_, i) => String(i)));
  });

  it('client streaming, far more than the windows hold', async () => {
    const message = new Uint8Array(1000);
    const { messages } = await callOnce(
      open(),
      '/t.S/Up',
      Array.from({ length: 5000 }, () => message),
    );
    expect(messages.map(String)).toEqual(['5000']);
  });

  it('bidirectional: an answer before the next message is sent', async () => {
    const stream = start(open(), '/t.S/Both');
    const echo = async (text: string) => {
      await stream.send(Buffer.from(text));
      for (;;) {
        const message = (await stream.read()).find((event) => event.type === 'message');
        if (message?.type === 'message') return Buffer.from(message.bytes).toString();
      }
    };
    expect(await echo('one')).toBe('one');
    expect(await echo('two')).toBe('two');
    stream.halfClose();
    expect((await collect(stream)).name).toBe('OK');
    expect(await stream.read()).toEqual([]);
  });
});

describe('cancellation', () => {
  it('reaches the server and ends the reading at once', async () => {
    const abort = new AbortController();
    const call = callOnce(open(), '/t.S/Slow', [Buffer.from('x')], { signal: abort.signal });
    setTimeout(() => abort.abort(), 50);
    expect((await call).status).toMatchObject({ code: 1, origin: 'client' });
    await eventually(() => cancelled.has('slow'));
  });

  it('is seen by the server even when the channel closes right after', async () => {
    const server = await raw(async (c) => void (await c.request()));
    const abort = new AbortController();
    const channel = open(server.address);
    const stream = start(channel, '/t.S/U', abort.signal);
    stream.halfClose();
    await eventually(() => server.frames.some(({ type }) => type === frameTypes.headers));
    abort.abort();
    channel.close();
    expect((await collect(stream)).name).toBe('CANCELLED');
    await eventually(() => server.frames.some(resetOf(8)));
  });

  it('keeps what had arrived, in front of the status', async () => {
    const server = await raw(async (c) => {
      const id = await c.request();
      c.write(responseHeaders(id), data(id, grpcMessage(Buffer.from('a'))), data(id, grpcMessage(Buffer.from('b'))));
    });
    const abort = new AbortController();
    const stream = start(open(server.address), '/t.S/U', abort.signal);
    await eventually(() => server.frames.some(({ type }) => type === frameTypes.headers));
    await new Promise((resolve) => setTimeout(resolve, 50));
    abort.abort();
    const summary = await collect(stream);
    expect(summary.messages.map(String)).toEqual(['a', 'b']);
    expect(summary.status).toMatchObject({ code: 1, message: expect.stringMatching(/after 2 messages/) });
  });

  it('before it began', async () => {
    const { status } = await callOnce(open(), '/t.S/Unary', [], { signal: AbortSignal.abort() });
    expect(status.code).toBe(1);
  });
});

describe('deadlines', () => {
  it('are sent, and kept here too', async () => {
    const { status } = await callOnce(open(), '/t.S/Slow', [Buffer.from('x')], { deadlineMs: 100 });
    expect(status).toMatchObject({ code: 4, message: expect.stringMatching(/deadline/) });
  });

  it('of zero are over at once', async () => {
    expect((await callOnce(open(), '/t.S/Unary', [], { deadlineMs: 0 })).name).toBe('DEADLINE_EXCEEDED');
  });

  it('of the caller count as deadlines', async () => {
    const signal = AbortSignal.timeout(50);
    expect((await callOnce(open(), '/t.S/Slow', [Buffer.from('x')], { signal })).name).toBe('DEADLINE_EXCEEDED');
  });

  it('say that the server did not open its window', async () => {
    const server = await raw(async (c) => void (await c.request()));
    const stream = open(server.address).start('/t.S/Up', [], { signal: new AbortController().signal, deadlineMs: 200 });
    let sends = 0;
    while (!stream.ended) {
      sends += 1;
      await stream.send(new Uint8Array(10_000));
    }
    // Windows, the queue here and those of node hold some; what matters is that it does not go on.
    expect(sends * 10_000).toBeLessThan(1_000_000);
    expect((await collect(stream)).words).toMatch(/\d KiB of the request were sent.*flow control/);
  });

  it('reach calls that wait for a free stream', async () => {
    const server = await raw(async (c) => void (await c.request()), { settings: [[3, 1]] });
    const channel = open(server.address);
    const all = await Promise.all([1, 2, 3].map(() => callOnce(channel, '/t.S/U', [], { deadlineMs: 150 })));
    expect(all.map(({ name }) => name)).toEqual(Array(3).fill('DEADLINE_EXCEEDED'));
  });
});

describe('many calls', () => {
  it('queue when the server allows one stream', async () => {
    const server = await raw(
      async (c) => {
        for (let open = 0; ; ) {
          const id = await c.request();
          open += 1;
          await c.ended(id);
          if (open > 1) throw new Error('two streams at once');
          c.write(responseHeaders(id), data(id, grpcMessage(Buffer.from('ok'))), trailers(id, 0));
          open -= 1;
        }
      },
      { settings: [[3, 1]] },
    );
    const channel = open(server.address);
    const all = await Promise.all(
      Array.from({ length: 10 }, () => callOnce(channel, '/t.S/U', [], { deadlineMs: 4000 })),
    );
    expect(all.map(({ name }) => name)).toEqual(Array(10).fill('OK'));
    expect(server.connections).toBe(1);
  });

  it('move to a new connection after GOAWAY while old ones go on', async () => {
    let finishFirst = () => {};
    const server = await raw(async (c) => {
      const id = await c.request();
      if (c.index === 0) {
        c.write(responseHeaders(id), goaway(id, 0));
        finishFirst = () => c.write(trailers(id, 0));
      } else c.write(responseHeaders(id), trailers(id, 0));
    });
    const channel = open(server.address);
    const first = start(channel, '/t.S/U');
    await first.read();
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect((await callOnce(channel, '/t.S/U')).name).toBe('OK');
    finishFirst();
    expect((await collect(first)).name).toBe('OK');
    expect(server.connections).toBe(2);
  });

  it('stand in line where a connection carries one of them each', async () => {
    const server = await raw(async (c) => {
      const id = await c.request();
      c.write(responseHeaders(id), trailers(id, 0), goaway(id, 0));
    });
    const channel = open(server.address);
    const all = await Promise.all(
      Array.from({ length: 5 }, () => callOnce(channel, '/t.S/U', [], { deadlineMs: 4000 })),
    );
    expect(all.map(({ name }) => name)).toEqual(Array(5).fill('OK'));
    expect(server.connections).toBe(5);
  });
});

describe('a reader that does not read', () => {
  it('stops the sender, and loses nothing when the connection is cut', async () => {
    const server = await raw(async (c) => {
      const id = await c.request();
      c.write(responseHeaders(id));
      // Far more than the client may ever hold; frames above the window are not sent by an honest server, so count it.
      const message = data(id, grpcMessage(new Uint8Array(16_000)));
      for (let window = 2 * 1024 * 1024; window >= 16_005; window -= 16_005) c.write(message);
      setTimeout(() => c.socket.destroy(), 200);
    });
    const stream = start(open(server.address), '/t.S/Down');
    await new Promise((resolve) => setTimeout(resolve, 400));
    const updates = server.frames.filter(({ type, streamId }) => type === frameTypes.windowUpdate && streamId !== 0);
    const granted = updates.reduce((sum, { payload }) => sum + payload.readUInt32BE(), 0);
    expect(granted).toBeLessThan(1.5 * 1024 * 1024);
    const summary = await collect(stream);
    expect(summary.messages).toHaveLength(Math.floor((2 * 1024 * 1024) / 16_005));
    expect(summary.name).toBe('UNAVAILABLE');
  });
});

describe('messages', () => {
  it('up to the limit pass, above it they do not', async () => {
    const limited = (size: number) =>
      callOnce(open(address, { maxMessageBytes: 1000 }), '/t.S/Unary', [new Uint8Array(size)]);
    expect((await limited(1000)).name).toBe('OK');
    const summary = await limited(1001);
    expect(summary.name).toBe('RESOURCE_EXHAUSTED');
    expect(summary.words).toMatch(/--max-message/);
  });

  it('of eight megabytes go both ways', async () => {
    const big = Buffer.alloc(3 << 20, 7);
    const { messages } = await callOnce(open(), '/t.S/Unary', [big]);
    expect(messages[0]?.equals(big)).toBe(true);
  });

  it('are compressed when asked for, also those queued before there is a connection', async () => {
    const server = await raw(async (c) => {
      const id = await c.request();
      await c.ended(id);
      c.write(responseHeaders(id, [['grpc-encoding', 'gzip']]));
      c.write(
        data(id, grpcMessage(gzipSync('first'), { compressed: true })),
        data(id, grpcMessage(Buffer.from('plain'))),
      );
      c.write(trailers(id, 0));
    });
    const sent = [Buffer.from('a'.repeat(5000)), Buffer.from('b'.repeat(5000))];
    const { messages, events } = await callOnce(open(server.address), '/t.S/U', sent, { compress: 'gzip' });
    const body = Buffer.concat(
      server.frames.filter(({ type }) => type === frameTypes.data).map(({ payload }) => payload),
    );
    const received: Buffer[] = [];
    new MessageDecoder(1 << 20).push(body, (bytes, flag) =>
      received.push(flag ? gunzipSync(bytes) : Buffer.from('not flagged')),
    );
    expect(received).toEqual(sent);
    expect(messages.map(String)).toEqual(['first', 'plain']);
    expect(events.flatMap((event) => (event.type === 'message' ? [event.compressed] : []))).toEqual([true, false]);
  });

  it('arrive the same wherever the answer is cut into packets', async () => {
    const server = await raw(async (c) => {
      for (let at = 1; ; at++) {
        const id = await c.request();
        await c.ended(id);
        const answer = [
          responseHeaders(id),
          data(id, grpcMessage(Buffer.from('one'))),
          data(id, grpcMessage(Buffer.from('two'))),
          trailers(id, 0),
        ];
        const all = Buffer.concat(answer);
        const cut = at % all.length;
        c.write(all.subarray(0, cut));
        await new Promise((resolve) => setImmediate(resolve));
        c.write(all.subarray(cut));
      }
    });
    const channel = open(server.address);
    for (let at = 0; at < 200; at++) {
      const { messages, name } = await callOnce(channel, '/t.S/U');
      expect(`${name} ${messages}`).toBe('OK one,two');
    }
  });

  it('never make a success of an answer that is cut short, wherever that is', async () => {
    const id = 1;
    const all = Buffer.concat([responseHeaders(id), data(id, grpcMessage(Buffer.from('one'))), trailers(id, 0)]);
    const server = await raw(async (c) => {
      await c.ended(await c.request());
      c.socket.end(all.subarray(0, c.index));
    });
    for (let at = 0; at < all.length; at++) {
      const { name, status } = await callOnce(open(server.address), '/t.S/U', [], { deadlineMs: 3000 });
      expect(name, `cut at ${at}`).toBe('UNAVAILABLE');
      expect(status.origin).toBe('client');
    }
  });
});

describe('the trace', () => {
  it('has the frames, without credentials', async () => {
    const lines: string[] = [];
    const metadata = [['authorization', 'Bearer s3cr3t']] as const;
    await callOnce(open(address, { trace: (line) => lines.push(line) }), '/t.S/Unary', [Buffer.from('x')], {
      metadata,
    });
    const text = lines.join('\n');
    expect(text).toMatch(/< SETTINGS/);
    expect(text).toMatch(/> HEADERS stream 1 .*:path: \/t\.S\/Unary/);
    expect(text).toMatch(/< HEADERS stream 1 :status: 200/);
    expect(text).toMatch(/< DATA stream 1 \d+ bytes/);
    expect(text).toMatch(/grpc-status: 0/);
    expect(text).not.toMatch(/s3cr3t/);
  });
});
