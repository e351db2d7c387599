// Odd statuses and bodies: numbers that are none, messages of every size, compression that is not what it says.
// Whatever arrived whole is delivered, and the status of the server is kept.
import { gzipSync } from 'node:zlib';
import { describe, it } from 'vitest';
import * as h2 from '../support/http2-frames.ts';
import { all, H, M, many, ok, protocol, T, TO } from './answer-parts.ts';
import { type BrokenCase, meetBroken } from './broken-server.ts';

const status3 = (message: string): h2.HeaderPairs => [
  ['grpc-status', '3'],
  ['grpc-message', message],
];
/** google.rpc.Status with code 3. */
const detailsOfCode3 = Buffer.from([8, 3, 18, 1, 120]).toString('base64');

const statusCases: readonly BrokenCase[] = [
  ...['', ' ', '+0', '0.0', '-0', '0x0', '１'].map(
    (text): BrokenCase => ({
      name: `grpc-status ${JSON.stringify(text)}`,
      answer: (id) => all(H(id), M(id), T(id, text)),
      expect: ['UNKNOWN', 'INTERNAL'],
      words: [/grpc-status/],
      messages: 1,
    }),
  ),
  {
    name: 'the same grpc-status twice',
    answer: (id) => all(H(id), M(id), T(id, 0, [['grpc-status', '0']])),
    expect: 'OK',
    messages: 1,
  },
  {
    name: 'OK with a grpc-message',
    answer: (id) => all(H(id), M(id), T(id, 0, [['grpc-message', 'fine']])),
    expect: 'OK',
  },
  {
    name: 'escaped NUL and line ends in grpc-message',
    answer: (id) => TO(id, status3('a%00b%0D%0Ac')),
    expect: 'INVALID_ARGUMENT',
    words: [/^a\0b\r\nc/],
  },
  {
    name: 'raw line end in grpc-message',
    answer: (id) => TO(id, status3('a\nb')),
    expect: ['INVALID_ARGUMENT', 'INTERNAL'],
  },
  {
    name: 'grpc-message of 8 KB',
    answer: (id) => TO(id, status3('m'.repeat(8192))),
    expect: 'INVALID_ARGUMENT',
    words: [/^m{8192}/],
  },
  {
    name: 'grpc-message of 1 MB',
    answer: (id) => TO(id, status3('m'.repeat(1_000_000))),
    expect: ['RESOURCE_EXHAUSTED', 'INTERNAL'],
    words: [/header/],
  },
  {
    name: 'grpc-message twice',
    answer: (id) => TO(id, [...status3('one'), ['grpc-message', 'two']]),
    expect: 'INVALID_ARGUMENT',
    words: [/one/],
  },
  {
    name: 'details of another code',
    answer: (id) =>
      TO(id, [
        ['grpc-status', '5'],
        ['grpc-message', 'x'],
        ['grpc-status-details-bin', detailsOfCode3],
      ]),
    expect: 'NOT_FOUND',
    warning: /grpc-status-details-bin.*INVALID_ARGUMENT/,
  },
  {
    name: 'trailers, and then more',
    answer: (id) => all(H(id), M(id), T(id, 0), M(id), T(id, 5)),
    expect: ['OK', ...protocol],
    messages: 1,
  },
  {
    name: 'RST_STREAM CANCEL after the trailers',
    answer: (id) => all(H(id), M(id), T(id, 0), h2.rst(id, 8)),
    expect: 'OK',
    messages: 1,
  },
];

const bodyCases: readonly BrokenCase[] = [
  {
    name: '10,000 empty DATA frames',
    answer: (id) =>
      all(
        H(id),
        many(10_000, () => h2.frame(h2.frameTypes.data, 0, id)),
        M(id),
        T(id, 0),
      ),
    expect: ['OK', ...protocol],
    words: [/flood|protocol/],
  },
  {
    name: '10,000 empty messages',
    answer: (id) => all(H(id), h2.data(id, Buffer.alloc(50_000)), T(id, 0)),
    expect: 'OK',
    messages: 10_000,
  },
  {
    name: 'a frame for each byte',
    answer: (id) =>
      all(
        H(id),
        many(9, (at) => h2.data(id, h2.grpcMessage(ok).subarray(at, at + 1))),
        T(id, 0),
      ),
    expect: 'OK',
    messages: 1,
  },
  {
    name: 'padding around everything',
    answer: (id) =>
      all(
        H(id),
        h2.frame(
          h2.frameTypes.data,
          h2.frameFlags.padded,
          id,
          all(Buffer.of(255), h2.grpcMessage(ok), Buffer.alloc(255)),
        ),
        T(id, 0),
      ),
    expect: 'OK',
    messages: 1,
  },
  {
    name: 'more padding than frame',
    answer: (id) =>
      all(H(id), M(id), h2.frame(h2.frameTypes.data, h2.frameFlags.padded, id, Buffer.of(200, 0, 0)), T(id, 0)),
    expect: protocol,
    words: [/protocol/i],
    messages: 1,
  },
  {
    name: 'flagged as compressed with identity',
    answer: (id) => all(H(id, [['grpc-encoding', 'identity']]), h2.data(id, h2.grpcMessage(ok, { flag: 1 })), T(id, 0)),
    expect: 'INTERNAL',
    words: [/grpc-encoding.*identity/],
  },
  {
    name: 'grpc-encoding gzip twice',
    answer: (id) =>
      all(
        H(id, [
          ['grpc-encoding', 'gzip'],
          ['grpc-encoding', 'gzip'],
        ]),
        h2.data(id, h2.grpcMessage(gzipSync(ok), { compressed: true })),
        T(id, 0),
      ),
    expect: 'OK',
    messages: 1,
  },
  {
    name: 'grpc-encoding gzip, messages as they are',
    answer: (id) => all(H(id, [['grpc-encoding', 'gzip']]), M(id, 3), T(id, 0)),
    expect: 'OK',
    messages: 3,
  },
  {
    name: 'an unknown encoding that no message uses',
    answer: (id) => all(H(id, [['grpc-encoding', 'br']]), M(id), T(id, 0)),
    expect: 'OK',
    messages: 1,
  },
  {
    name: 'an empty message, compressed',
    answer: (id) =>
      all(
        H(id, [['grpc-encoding', 'gzip']]),
        h2.data(id, h2.grpcMessage(gzipSync(''), { compressed: true })),
        T(id, 0),
      ),
    expect: 'OK',
    messages: 1,
  },
  {
    name: 'compressed to nothing at all',
    answer: (id) =>
      all(
        H(id, [['grpc-encoding', 'gzip']]),
        h2.data(id, h2.grpcMessage(Buffer.alloc(0), { compressed: true })),
        T(id, 0),
      ),
    expect: ['INTERNAL'],
    words: [/gzip/],
  },
  {
    name: 'a message of the limit',
    maxMessageBytes: 4,
    answer: (id) => all(H(id), M(id), T(id, 0)),
    expect: 'OK',
    messages: 1,
  },
  {
    name: 'a message above the limit by a byte',
    maxMessageBytes: 3,
    answer: (id) => all(H(id), M(id), T(id, 0)),
    expect: 'RESOURCE_EXHAUSTED',
    words: [/4 bytes/, /--max-message/],
  },
  {
    name: 'a good message, then a bad prefix, then OK',
    answer: (id) => all(H(id), M(id), h2.data(id, Buffer.of(7, 0, 0, 0, 0)), T(id, 0)),
    expect: 'INTERNAL',
    words: [/message 2/, /0x07/],
    messages: 1,
  },
];

describe.each([
  ['statuses', statusCases],
  ['bodies', bodyCases],
] as const)('odd %s', (_kind, cases) => {
  it.each(cases)('$name', meetBroken);
});
