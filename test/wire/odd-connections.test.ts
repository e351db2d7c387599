// Odd connections: GOAWAY, PING, SETTINGS and windows in the middle of a call, and frames where they may not be.
// A call ends with a status that names the rule, or does not notice.
import { describe, it } from 'vitest';
import * as h2 from '../support/http2-frames.ts';
import { all, H, M, many, ok, protocol, T } from './answer-parts.ts';
import { type BrokenCase, meetBroken } from './broken-server.ts';

const later = (ms = 20) => new Promise((resolve) => setTimeout(resolve, ms));

const connectionCases: readonly BrokenCase[] = [
  {
    name: 'frames of other kinds in between',
    answer: (id) =>
      all(
        h2.frame(0xa, 0, id, Buffer.from('\0\0h2=":1"')),
        H(id),
        h2.frame(0xc, 0, 0, Buffer.from('\0\u0009https://x')),
        h2.frame(0x42, 0xff, id, ok),
        M(id),
        h2.frame(h2.frameTypes.priority, 0, id, Buffer.from([0, 0, 0, 0, 1])),
        h2.frame(0x10, 0, 0, Buffer.from('\0\0\0\u0001u=1')),
        T(id, 0),
      ),
    expect: 'OK',
    messages: 1,
  },
  {
    name: 'GOAWAY that names no stream, after the answer began',
    script: async (c) => {
      const id = await c.request();
      await c.ended(id);
      c.write(H(id), M(id), h2.goaway(0, 0, 'bye'));
      await later();
      c.write(M(id), T(id, 0));
    },
    expect: ['UNAVAILABLE', 'OK'],
    words: [/GOAWAY|REFUSED/],
    messages: 1,
    connections: 1,
  },
  {
    name: 'two GOAWAYs, as servers shut down',
    script: async (c) => {
      const id = await c.request();
      await c.ended(id);
      c.write(h2.goaway(0x7fff_ffff, 0), H(id));
      await later();
      c.write(M(id), h2.goaway(id, 0), T(id, 0));
      c.socket.end();
    },
    expect: 'OK',
    messages: 1,
  },
  {
    name: 'a thousand PINGs',
    answer: (id) =>
      all(
        H(id),
        many(900, () => h2.ping()),
        M(id),
        T(id, 0),
      ),
    expect: ['OK', ...protocol],
  },
  {
    name: 'a flood of PINGs',
    answer: (id) =>
      all(
        H(id),
        many(200_000, () => h2.ping()),
        M(id),
        T(id, 0),
      ),
    expect: ['OK', ...protocol],
    words: [/flood|protocol/i],
  },
  {
    name: 'no stream is allowed',
    settings: [[3, 0]],
    script: () => {},
    deadlineMs: 300,
    expect: 'DEADLINE_EXCEEDED',
    words: [/MAX_CONCURRENT_STREAMS/],
  },
  {
    name: 'the window shrinks below zero and opens again',
    settings: [[4, 40_000]],
    request: [Buffer.alloc(100_000)],
    script: async (c) => {
      const id = await c.request();
      await c.frame((f) => f.type === h2.frameTypes.data);
      c.write(h2.settings([[4, 0]]));
      await later();
      c.write(h2.settings([[4, 1]]));
      await later();
      c.write(h2.windowUpdate(id, 200_000), h2.windowUpdate(0, 200_000));
      await c.ended(id);
      c.write(H(id), M(id), T(id, 0));
    },
    expect: 'OK',
    messages: 1,
  },
  {
    name: 'larger frames are allowed in the middle',
    request: [Buffer.alloc(60_000)],
    script: async (c) => {
      const id = await c.request();
      c.write(h2.settings([[5, 1_000_000]]));
      await c.ended(id);
      c.write(H(id), M(id), T(id, 0));
    },
    expect: 'OK',
    messages: 1,
  },
  {
    name: 'no header table',
    settings: [[1, 0]],
    answer: (id) => all(H(id), M(id), T(id, 0)),
    expect: 'OK',
    messages: 1,
  },
  {
    name: 'a frame size that is not allowed',
    settings: [[5, 1]],
    script: () => {},
    connectTimeoutMs: 1000,
    expect: protocol,
    words: [/PROTOCOL_ERROR|protocol/],
  },
  {
    name: 'a header list limit below the request',
    settings: [[6, 10]],
    answer: (id) => all(H(id), M(id), T(id, 0)),
    expect: ['OK', ...protocol, 'RESOURCE_EXHAUSTED'],
  },
  ...(
    [
      ['WINDOW_UPDATE of nothing', (id: number) => h2.windowUpdate(id, 0)],
      ['WINDOW_UPDATE beyond the window', (id: number) => h2.windowUpdate(id, 0x7fff_ffff)],
      ['WINDOW_UPDATE of nothing for the connection', () => h2.windowUpdate(0, 0)],
      ['DATA on stream 0', () => h2.data(0, h2.grpcMessage(ok))],
      ['DATA on a stream that nobody opened', (id: number) => h2.data(id + 4, h2.grpcMessage(ok))],
      ['RST_STREAM on stream 0', () => h2.rst(0, 0)],
      ['SETTINGS on a stream', (id: number) => h2.frame(h2.frameTypes.settings, 0, id)],
      ['SETTINGS of five bytes', () => h2.frame(h2.frameTypes.settings, 0, 0, Buffer.alloc(5))],
      ['PING of seven bytes', () => h2.frame(h2.frameTypes.ping, 0, 0, Buffer.alloc(7))],
      ['a CONTINUATION of nothing', (id: number) => h2.frame(h2.frameTypes.continuation, h2.frameFlags.endHeaders, id)],
      ['HEADERS cut off by PING', (id: number) => all(h2.headers(id, [['a', 'b']], { endHeaders: false }), h2.ping())],
      ['a header block that is noise', (id: number) => h2.frame(h2.frameTypes.headers, 5, id, Buffer.alloc(40, 0xff))],
      ['index 0 of the header table', (id: number) => h2.frame(h2.frameTypes.headers, 5, id, Buffer.of(0x80))],
    ] as const
  ).map(
    ([name, broken]): BrokenCase => ({
      name,
      answer: (id) => all(H(id), M(id), broken(id), T(id, 0)),
      deadlineMs: 5000,
      expect: protocol,
      words: [/protocol|RST_STREAM|flow|COMPRESSION/i],
    }),
  ),
];

describe.each([['connections', connectionCases]] as const)('odd %s', (_kind, cases) => {
  it.each(cases)('$name', meetBroken);
});
