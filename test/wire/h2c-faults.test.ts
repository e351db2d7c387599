// Servers that speak HTTP/2 and break it, or gRPC, in one place each: the status, its words, and what was delivered.
import { gzipSync } from 'node:zlib';
import { describe, it } from 'vitest';
import {
  data,
  frame,
  frameFlags,
  frameTypes,
  goaway,
  grpcMessage,
  type HeaderPairs,
  headerBlock,
  headers,
  responseHeaders,
  rst,
  settings,
  trailers,
} from '../support/http2-frames.ts';
import { type BrokenCase, meetBroken } from './broken-server.ts';

const ok = Buffer.from([10, 2, 111, 107]);
const M = (id: number, count = 1) => data(id, Buffer.concat(Array.from({ length: count }, () => grpcMessage(ok))));
const H = responseHeaders;
const T = trailers;
const D = (id: number, bytes: Uint8Array, end = false) => data(id, bytes, { endStream: end });
const partial = Buffer.concat([grpcMessage(new Uint8Array(10), { declaredLength: 100 })]);
const html = '<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1>nginx</body></html>';
const page = (id: number, status: string, more: HeaderPairs, body: string) =>
  Buffer.concat([
    headers(id, [[':status', status], ...more], { endStream: body === '' }),
    body === '' ? Buffer.alloc(0) : D(id, Buffer.from(body), true),
  ]);
const TO = (id: number, status: string, message: string, more: HeaderPairs = []) =>
  H(id, [['grpc-status', status], ['grpc-message', message], ...more], { endStream: true });

const resets: readonly (readonly [code: number, name: string, status: string])[] = [
  [0, 'NO_ERROR', 'INTERNAL'],
  [1, 'PROTOCOL_ERROR', 'INTERNAL'],
  [2, 'INTERNAL_ERROR', 'INTERNAL'],
  [3, 'FLOW_CONTROL_ERROR', 'INTERNAL'],
  [4, 'SETTINGS_TIMEOUT', 'INTERNAL'],
  [8, 'CANCEL', 'CANCELLED'],
  [11, 'ENHANCE_YOUR_CALM', 'RESOURCE_EXHAUSTED'],
  [12, 'INADEQUATE_SECURITY', 'PERMISSION_DENIED'],
  [13, 'HTTP_1_1_REQUIRED', 'INTERNAL'],
  [99, '99', 'INTERNAL'],
];

const cases: readonly BrokenCase[] = [
  // transport
  {
    name: 'goaway before the request',
    script: (c) => c.write(goaway(0, 0)),
    expect: 'UNAVAILABLE',
    words: [/GOAWAY/],
    connections: 2,
  },
  {
    name: 'goaway, then a connection that serves',
    script: async (c) => {
      if (c.index === 0) {
        c.write(goaway(0, 0));
        c.socket.end();
        return;
      }
      const id = await c.request();
      await c.ended(id);
      c.write(H(id), M(id), T(id, 0));
    },
    expect: 'OK',
    messages: 1,
    connections: 2,
  },
  {
    name: 'goaway after the request headers, stream not processed',
    script: async (c) => {
      const id = await c.request();
      await c.ended(id);
      if (c.index === 0) c.write(goaway(0, 0));
      else c.write(H(id), M(id), T(id, 0));
    },
    expect: 'OK',
    messages: 1,
    connections: 2,
  },
  {
    name: 'goaway enhance your calm',
    after: 'request',
    answer: () => goaway(0, 11, 'too_many_pings'),
    then: 'fin',
    expect: 'UNAVAILABLE',
    words: [/GOAWAY/, /too_many_pings/, /ENHANCE_YOUR_CALM/],
    connections: 1,
  },
  {
    name: 'goaway mid stream, graceful',
    script: async (c) => {
      const id = await c.request();
      await c.ended(id);
      c.write(H(id), M(id), goaway(id, 0));
      await new Promise((resolve) => setTimeout(resolve, 50));
      c.write(M(id), T(id, 0));
    },
    expect: 'OK',
    messages: 2,
  },
  {
    name: 'goaway mid stream, cut',
    answer: (id) => Buffer.concat([H(id), M(id), goaway(id, 2, 'bye')]),
    then: 'fin',
    expect: 'UNAVAILABLE',
    words: [/GOAWAY/, /INTERNAL_ERROR/, /1 message/, /bye/],
    messages: 1,
  },
  {
    name: 'connection cut mid message',
    answer: (id) => Buffer.concat([H(id), M(id), D(id, partial)]),
    then: 'cut',
    expect: 'UNAVAILABLE',
    words: [/connection/, /10 of 100/, /1 message/],
    messages: 1,
  },
  {
    name: 'connection cut before headers',
    answer: () => Buffer.alloc(0),
    then: 'cut',
    expect: 'UNAVAILABLE',
    words: [/connection/, /no response headers/],
  },
  {
    name: 'half open',
    answer: (id) => Buffer.concat([H(id), M(id)]),
    script: async (c) => {
      const id = await c.request();
      c.write(H(id), M(id));
      c.socket.pause();
    },
    keepaliveTimeMs: 100,
    expect: 'UNAVAILABLE',
    words: [/keepalive/, /1 message/],
    messages: 1,
  },
  {
    name: 'no response ever',
    script: () => {},
    deadlineMs: 150,
    expect: 'DEADLINE_EXCEEDED',
    words: [/deadline/, /no response headers/, /150 ms/],
  },
  {
    name: 'message unfinished at the deadline',
    answer: (id) => Buffer.concat([H(id), D(id, partial)]),
    deadlineMs: 200,
    expect: 'DEADLINE_EXCEEDED',
    words: [/deadline/, /10 of 100 bytes/],
  },
  {
    name: 'stops early',
    after: 'request',
    answer: (id) => Buffer.concat([H(id), M(id), T(id, 0), rst(id, 0)]),
    expect: 'OK',
    messages: 1,
  },
  {
    name: 'settings flood',
    script: async (c) => {
      const id = await c.request();
      await c.ended(id);
      const flood = Buffer.concat(Array.from({ length: 10_000 }, () => settings()));
      for (let i = 0; i < 100 && !c.socket.destroyed; i++) {
        if (!c.socket.write(flood))
          await new Promise((resolve) => c.socket.once('drain', resolve).once('close', resolve));
      }
    },
    deadlineMs: 5000,
    expect: ['UNAVAILABLE', 'INTERNAL'],
    words: [/flood|protocol/i],
  },
  {
    name: 'continuation flood',
    script: async (c) => {
      const id = await c.request();
      await c.ended(id);
      c.write(headers(id, [[':status', '200']], { endHeaders: false }));
      const more = frame(frameTypes.continuation, 0, id, headerBlock([['x-more', 'y'.repeat(100)]]));
      for (let i = 0; i < 20_000 && !c.socket.destroyed; i++) c.socket.write(more);
    },
    deadlineMs: 5000,
    expect: ['UNAVAILABLE', 'INTERNAL'],
    words: [/CONTINUATION|header/i],
  },
  {
    name: 'frame too large',
    answer: (id) => Buffer.concat([H(id), frame(frameTypes.data, 0, id, new Uint8Array(1 << 20))]),
    expect: ['INTERNAL', 'UNAVAILABLE'],
    words: [/frame.?size/i],
  },
  {
    name: 'bad window in settings',
    settings: [[4, 2 ** 31]],
    script: () => {},
    connectTimeoutMs: 1000,
    expect: ['UNAVAILABLE', 'INTERNAL'],
    words: [/protocol|flow/i],
  },
  {
    name: 'data before headers',
    answer: (id) => Buffer.concat([M(id), H(id), T(id, 0)]),
    expect: ['INTERNAL', 'UNAVAILABLE'],
    words: [/protocol/i],
  },
  {
    name: 'push promise',
    answer: (id) =>
      frame(
        frameTypes.pushPromise,
        frameFlags.endHeaders,
        id,
        Buffer.concat([
          Buffer.from([0, 0, 0, 2]),
          headerBlock([
            [':method', 'GET'],
            [':path', '/'],
            [':scheme', 'http'],
            [':authority', 'x'],
          ]),
        ]),
      ),
    expect: ['INTERNAL', 'UNAVAILABLE'],
    words: [/protocol|PUSH/i],
  },
  // resets
  ...resets.map(([code, name, status]) => ({
    name: `RST_STREAM ${name} at the request`,
    after: 'request' as const,
    answer: (id: number) => rst(id, code),
    expect: status,
    words: [/RST_STREAM/, new RegExp(name)],
    not: /undefined/,
  })),
  {
    name: 'RST_STREAM REFUSED_STREAM twice',
    script: async (c) => {
      for (;;) c.write(rst(await c.request(), 7));
    },
    expect: 'UNAVAILABLE',
    words: [/RST_STREAM/, /REFUSED_STREAM/],
    connections: 1,
  },
  {
    name: 'RST_STREAM REFUSED_STREAM once',
    script: async (c) => {
      c.write(rst(await c.request(), 7));
      const id = await c.request();
      await c.ended(id);
      c.write(H(id), M(id), T(id, 0));
    },
    expect: 'OK',
    messages: 1,
  },
  {
    name: 'RST_STREAM after headers',
    answer: (id) => Buffer.concat([H(id), rst(id, 0)]),
    expect: 'INTERNAL',
    words: [/RST_STREAM/],
  },
  {
    name: 'RST_STREAM in a message',
    answer: (id) => Buffer.concat([H(id), D(id, partial), rst(id, 0)]),
    expect: 'INTERNAL',
    words: [/RST_STREAM/, /of \d+ bytes/],
  },
  {
    name: 'RST_STREAM after a message',
    answer: (id) => Buffer.concat([H(id), M(id), rst(id, 0)]),
    expect: 'INTERNAL',
    words: [/RST_STREAM/, /1 message/],
    messages: 1,
  },
  {
    name: 'RST_STREAM INTERNAL_ERROR after many messages, in one write',
    answer: (id) => Buffer.concat([H(id), M(id, 5000), rst(id, 2)]),
    expect: 'INTERNAL',
    words: [/RST_STREAM/, /5000 messages/],
    messages: 5000,
  },
  {
    name: 'RST_STREAM after trailers',
    answer: (id) => Buffer.concat([H(id), M(id), T(id, 0), rst(id, 0)]),
    expect: 'OK',
    messages: 1,
  },
  // http
  {
    name: '502 page',
    answer: (id) => page(id, '502', [['content-type', 'text/html']], html),
    expect: 'UNAVAILABLE',
    words: [/502/, /text\/html/, /502 Bad Gateway/, /nginx/],
    not: /<h1>/,
  },
  {
    name: '200 page',
    answer: (id) => page(id, '200', [['content-type', 'text/html']], '<html>Please log in</html>'),
    expect: 'UNKNOWN',
    words: [/text\/html/, /not a gRPC/, /Please log in/],
  },
  {
    name: '404 text',
    answer: (id) => page(id, '404', [['content-type', 'text/plain']], '404 page not found'),
    expect: 'UNIMPLEMENTED',
    words: [/404/, /page not found/],
  },
  {
    name: '401',
    answer: (id) => page(id, '401', [['www-authenticate', 'Bearer realm="x"']], ''),
    expect: 'UNAUTHENTICATED',
    words: [/401/, /Bearer/],
  },
  {
    name: '503',
    answer: (id) => page(id, '503', [['content-type', 'text/plain']], 'upstream connect error'),
    expect: 'UNAVAILABLE',
    words: [/503/, /upstream/],
  },
  {
    name: '302',
    answer: (id) => page(id, '302', [['location', 'https://login.example/']], ''),
    expect: 'UNKNOWN',
    words: [/302/, /login\.example/],
  },
  {
    name: '500 with grpc-status',
    answer: (id) =>
      headers(
        id,
        [
          [':status', '500'],
          ['content-type', 'application/grpc'],
          ['grpc-status', '7'],
          ['grpc-message', 'denied'],
        ],
        { endStream: true },
      ),
    expect: 'PERMISSION_DENIED',
    words: [/denied/],
  },
  {
    name: 'gRPC-Web',
    answer: (id) => page(id, '200', [['content-type', 'application/grpc-web+proto']], 'xxxx'),
    expect: 'UNKNOWN',
    words: [/grpc-web/, /gRPC-Web/],
  },
  {
    name: 'Connect error',
    answer: (id) => page(id, '404', [['content-type', 'application/json']], '{"code":"not_found"}'),
    expect: 'UNIMPLEMENTED',
    words: [/Connect/, /not_found/],
  },
  {
    name: 'no content-type',
    answer: (id) => page(id, '200', [], 'hello'),
    expect: 'UNKNOWN',
    words: [/no content-type/],
  },
  {
    name: 'page that never ends',
    answer: (id) =>
      Buffer.concat([
        headers(id, [
          [':status', '503'],
          ['content-type', 'text/plain'],
        ]),
        D(id, Buffer.from('wait')),
      ]),
    expect: 'UNAVAILABLE',
    words: [/503/, /wait/],
  },
  {
    name: '103, then 200',
    answer: (id) =>
      Buffer.concat([
        headers(id, [
          [':status', '103'],
          ['link', 'x'],
        ]),
        H(id),
        M(id),
        T(id, 0),
      ]),
    expect: 'OK',
    messages: 1,
  },
  {
    name: 'header name with capitals',
    answer: (id) => Buffer.concat([H(id, [['X-Upper', 'x']]), M(id), T(id, 0)]),
    expect: ['INTERNAL', 'UNAVAILABLE'],
    words: [/PROTOCOL_ERROR|header/],
  },
  {
    name: 'header of 64 KiB',
    answer: (id) => Buffer.concat([H(id, [['x-big', 'x'.repeat(65_536)]]), M(id), T(id, 0)]),
    expect: 'OK',
    messages: 1,
  },
  {
    name: '1 MiB of headers',
    answer: (id) =>
      Buffer.concat([
        H(
          id,
          Array.from({ length: 16 }, (_, i) => [`x-${i}`, 'x'.repeat(65_536)] as const),
        ),
        M(id),
        T(id, 0),
      ]),
    expect: ['RESOURCE_EXHAUSTED', 'INTERNAL', 'OK'],
    words: [/header/],
  },
  {
    name: '3000 headers',
    answer: (id) =>
      Buffer.concat([
        H(
          id,
          Array.from({ length: 3000 }, (_, i) => [`x-${i}`, 'v'] as const),
        ),
        M(id),
        T(id, 0),
      ]),
    expect: 'OK',
    messages: 1,
  },
  // grpc
  {
    name: 'no trailers',
    answer: (id) => Buffer.concat([H(id), D(id, grpcMessage(ok), true)]),
    expect: 'INTERNAL',
    words: [/without grpc-status/, /1 message/],
    messages: 1,
  },
  {
    name: 'grpc-status OK',
    answer: (id) => Buffer.concat([H(id), M(id), T(id, 'OK')]),
    expect: 'UNKNOWN',
    words: [/grpc-status/, /"OK"/],
    not: /NaN|undefined/,
    messages: 1,
  },
  {
    name: 'grpc-status 99',
    answer: (id) => Buffer.concat([H(id), T(id, 99, [['grpc-message', 'weird']])]),
    expect: 'UNKNOWN',
    words: [/99/, /weird/],
  },
  {
    name: 'grpc-status twice',
    answer: (id) => Buffer.concat([H(id), T(id, 0, [['grpc-status', '5']])]),
    expect: 'INTERNAL',
    words: [/grpc-status/, /more than once/, /0.*5/],
    not: /NaN/,
  },
  {
    name: 'grpc-status in headers with a body',
    answer: (id) => Buffer.concat([H(id, [['grpc-status', '0']]), D(id, grpcMessage(ok), true)]),
    expect: 'INTERNAL',
    words: [/in the headers/],
    messages: 1,
  },
  { name: 'trailers-only', answer: (id) => TO(id, '5', 'not%20here'), expect: 'NOT_FOUND', words: [/^not here/] },
  {
    name: '1000 gzip messages, then an error',
    answer: (id) =>
      Buffer.concat([
        H(id, [['grpc-encoding', 'gzip']]),
        D(id, Buffer.concat(Array.from({ length: 1000 }, () => grpcMessage(gzipSync(ok), { compressed: true })))),
        T(id, 8, [['grpc-message', 'quota']]),
      ]),
    expect: 'RESOURCE_EXHAUSTED',
    words: [/quota/],
    messages: 1000,
  },
  {
    name: 'truncated message',
    answer: (id) => Buffer.concat([H(id), D(id, partial), T(id, 0)]),
    expect: 'INTERNAL',
    words: [/10 of 100/],
  },
  {
    name: 'truncated message, server error',
    answer: (id) => Buffer.concat([H(id), D(id, partial), T(id, 5)]),
    expect: 'NOT_FOUND',
    words: [/10 of 100/],
  },
  {
    name: '4 GiB announced',
    answer: (id) => Buffer.concat([H(id), D(id, grpcMessage(ok, { declaredLength: 0xffffffff }))]),
    expect: 'RESOURCE_EXHAUSTED',
    words: [/4294967295/, /4 GiB/, /--max-message/],
  },
  {
    name: 'text as a prefix',
    answer: (id) => Buffer.concat([H(id), D(id, Buffer.from('404 page not found'), true)]),
    expect: 'INTERNAL',
    words: [/looks like text/, /404 page/],
  },
  {
    name: 'flag byte 2',
    answer: (id) => Buffer.concat([H(id), D(id, grpcMessage(ok, { flag: 2 })), T(id, 0)]),
    expect: 'INTERNAL',
    words: [/flag/],
  },
  {
    name: 'compressed without an encoding',
    answer: (id) => Buffer.concat([H(id), D(id, grpcMessage(gzipSync(ok), { compressed: true })), T(id, 0)]),
    expect: 'INTERNAL',
    words: [/grpc-encoding/, /compress/],
    not: /undefined/,
  },
  {
    name: 'unknown encoding',
    answer: (id) => Buffer.concat([H(id, [['grpc-encoding', 'foo']]), D(id, grpcMessage(ok, { flag: 1 })), T(id, 0)]),
    expect: 'INTERNAL',
    words: [/foo/],
  },
  {
    name: 'gzip cut short',
    answer: (id) =>
      Buffer.concat([
        H(id, [['grpc-encoding', 'gzip']]),
        D(id, grpcMessage(gzipSync(ok).subarray(0, 14), { compressed: true })),
        T(id, 0),
      ]),
    expect: 'INTERNAL',
    words: [/gzip/, /truncat/],
  },
  {
    name: 'gzip that is none',
    answer: (id) =>
      Buffer.concat([
        H(id, [['grpc-encoding', 'gzip']]),
        D(id, grpcMessage(Buffer.from('garbage!'), { compressed: true })),
        T(id, 0),
      ]),
    expect: 'INTERNAL',
    words: [/gzip/, /corrupt/],
  },
  {
    name: 'gzip bomb',
    maxMessageBytes: 1 << 20,
    answer: (id) =>
      Buffer.concat([
        H(id, [['grpc-encoding', 'gzip']]),
        D(id, grpcMessage(ok)),
        D(id, grpcMessage(gzipSync(new Uint8Array(1 << 24)), { compressed: true })),
        T(id, 0),
      ]),
    expect: 'RESOURCE_EXHAUSTED',
    words: [/decompress/, /limit/, /--max-message/],
    messages: 1,
  },
  // text
  {
    name: 'control characters in grpc-message',
    answer: (id) => TO(id, '3', 'bad%1B%5B31m%07%0D%0A'),
    expect: 'INVALID_ARGUMENT',
    words: [/^bad/],
  },
  {
    name: 'bad escapes',
    answer: (id) => TO(id, '3', '100% wrong %zz %E4%B8 %ff'),
    expect: 'INVALID_ARGUMENT',
    words: [/^100% wrong %zz %E4%B8 %ff$/m],
  },
  {
    name: 'UTF-8 escapes',
    answer: (id) => TO(id, '3', encodeURIComponent('你好 😈')),
    expect: 'INVALID_ARGUMENT',
    words: [/你好 😈/],
  },
  { name: 'raw UTF-8', answer: (id) => TO(id, '3', 'café 你'), expect: 'INVALID_ARGUMENT', words: [/café 你/] },
  {
    name: 'details that are no base64',
    answer: (id) => TO(id, '3', 'x', [['grpc-status-details-bin', '!!!']]),
    expect: 'INVALID_ARGUMENT',
    words: [/^x/, /grpc-status-details-bin/, /base64/],
  },
  {
    name: 'details that are no Status',
    answer: (id) => TO(id, '3', 'x', [['grpc-status-details-bin', 'CP8=']]),
    expect: 'INVALID_ARGUMENT',
    words: [/^x/, /grpc-status-details-bin/],
  },
];

describe('a broken server', () => {
  it.each(cases)('$name', meetBroken);
});
