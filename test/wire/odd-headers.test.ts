// Headers that are odd rather than broken, and broken where servers and proxies really break them: which of them still
// count, and what the others end with.
import { describe, it } from 'vitest';
import * as h2 from '../support/http2-frames.ts';
import { all, H, M, many, protocol, T } from './answer-parts.ts';
import { type BrokenCase, meetBroken } from './broken-server.ts';

const typed = (id: number, ...types: readonly string[]) =>
  h2.headers(id, [[':status', '200'], ...types.map((type) => ['content-type', type] as const)]);
const info = (id: number, status: string) => h2.headers(id, [[':status', status]]);

const headerCases: readonly BrokenCase[] = [
  {
    name: '100, 102 and 103 before the answer',
    answer: (id) => all(info(id, '100'), info(id, '102'), info(id, '103'), H(id), M(id), T(id, 0)),
    expect: 'OK',
    messages: 1,
  },
  {
    name: '500 informational blocks',
    answer: (id) =>
      all(
        many(500, () => info(id, '103')),
        H(id),
        M(id),
        T(id, 0),
      ),
    expect: ['OK', 'INTERNAL'],
  },
  {
    name: 'informational headers and nothing else',
    answer: (id) => info(id, '103'),
    then: 'fin',
    expect: 'UNAVAILABLE',
    words: [/connection/, /no response headers/],
  },
  {
    name: '101, which HTTP/2 does not have',
    answer: (id) => all(info(id, '101'), H(id), M(id), T(id, 0)),
    expect: [...protocol, 'OK'],
    words: [/PROTOCOL_ERROR/],
  },
  {
    name: 'trailers with a pseudo header',
    answer: (id) =>
      all(
        H(id),
        M(id),
        h2.headers(
          id,
          [
            [':status', '200'],
            ['grpc-status', '0'],
          ],
          { endStream: true },
        ),
      ),
    expect: protocol,
    words: [/PROTOCOL_ERROR/, /1 message/],
    messages: 1,
  },
  {
    name: 'headers twice, neither ending the stream',
    answer: (id) => all(H(id), M(id), H(id), M(id), T(id, 0)),
    expect: protocol,
    words: [/PROTOCOL_ERROR/],
    messages: 1,
  },
  {
    name: 'headers that end the stream, then a body',
    answer: (id) => all(H(id, [], { endStream: true }), M(id), T(id, 0)),
    expect: protocol,
    words: [/without grpc-status|protocol/],
  },
  {
    name: 'no :status',
    answer: (id) => all(h2.headers(id, [['content-type', 'application/grpc']]), M(id), T(id, 0)),
    expect: protocol,
    words: [/PROTOCOL_ERROR/],
  },
  {
    name: ':status twice',
    answer: (id) =>
      all(
        h2.headers(id, [
          [':status', '200'],
          [':status', '503'],
        ]),
        M(id),
        T(id, 0),
      ),
    expect: protocol,
    words: [/PROTOCOL_ERROR/],
  },
  {
    name: ':status that is no number',
    answer: (id) =>
      all(
        h2.headers(id, [
          [':status', 'abc'],
          ['content-type', 'application/grpc'],
        ]),
        M(id),
        T(id, 0),
      ),
    expect: protocol,
    words: [/PROTOCOL_ERROR/],
  },
  {
    name: 'a connection header',
    answer: (id) => all(H(id, [['connection', 'close']]), M(id), T(id, 0)),
    expect: [...protocol, 'OK'],
    words: [/PROTOCOL_ERROR/],
  },
  {
    name: 'content-length that is right',
    answer: (id) => all(H(id, [['content-length', '9']]), M(id), T(id, 0)),
    expect: 'OK',
    messages: 1,
  },
  {
    name: 'content-length that is wrong',
    answer: (id) => all(H(id, [['content-length', '5']]), M(id), T(id, 0)),
    expect: protocol,
    words: [/PROTOCOL_ERROR/],
  },
  {
    name: '204',
    answer: (id) => h2.headers(id, [[':status', '204']], { endStream: true }),
    expect: 'UNKNOWN',
    words: [/204/],
  },
  {
    name: 'grpc-status 0 in headers, 5 in trailers',
    answer: (id) => all(H(id, [['grpc-status', '0']]), M(id), T(id, 5)),
    expect: 'NOT_FOUND',
    messages: 1,
  },
  {
    name: 'grpc-status 5 in headers, 0 in trailers',
    answer: (id) => all(H(id, [['grpc-status', '5']]), M(id), T(id, 0)),
    expect: 'OK',
    messages: 1,
  },
  {
    name: 'padded headers with priority',
    answer: (id) =>
      all(
        h2.frame(
          h2.frameTypes.headers,
          0x2c,
          id,
          all(
            Buffer.of(3, 0, 0, 0, 0, 9),
            h2.headerBlock([
              [':status', '200'],
              ['content-type', 'application/grpc'],
            ]),
            Buffer.alloc(3),
          ),
        ),
        M(id),
        T(id, 0),
      ),
    expect: 'OK',
    messages: 1,
  },
  {
    name: '200 KiB of headers, below the limit',
    answer: (id) =>
      all(
        H(
          id,
          Array.from({ length: 4 }, (_, i) => [`x-${i}`, 'x'.repeat(50_000)] as const),
        ),
        M(id),
        T(id, 0),
      ),
    expect: ['OK', 'RESOURCE_EXHAUSTED', 'INTERNAL'],
    words: [/144 KiB/],
  },
  {
    name: '10,001 header lines',
    answer: (id) =>
      all(
        H(
          id,
          Array.from({ length: 10_001 }, (_, i) => [`${i}`, ''] as const),
        ),
        M(id),
        T(id, 0),
      ),
    expect: 'RESOURCE_EXHAUSTED',
    words: [/limit of 256 KiB or 10000/],
  },
  {
    name: '300 KiB of trailers',
    answer: (id) =>
      all(
        H(id),
        M(id),
        T(
          id,
          0,
          Array.from({ length: 6 }, (_, i) => [`x-${i}`, 'x'.repeat(50_000)] as const),
        ),
      ),
    expect: ['RESOURCE_EXHAUSTED', 'INTERNAL'],
    words: [/trailers|header/i],
    messages: 1,
  },
  {
    name: 'a table entry of 3 KB named 20,000 times',
    answer: (id) =>
      all(
        h2.headers(id, [[':status', '200']], { endHeaders: false }),
        h2.frame(
          h2.frameTypes.continuation,
          h2.frameFlags.endHeaders,
          id,
          all(Buffer.of(0x40, 1, 120, 0x7f, 0xb9, 0x16), Buffer.alloc(3000, 0x61), Buffer.alloc(10_000, 0xbe)),
        ),
      ),
    expect: 'RESOURCE_EXHAUSTED',
    words: [/limit of 256 KiB or 10000/],
  },
];

const typeCases: readonly BrokenCase[] = [
  ...['application/grpc', 'application/grpc;charset=utf-8', 'application/grpc+proto; x=y', 'Application/GRPC'].map(
    (type): BrokenCase => ({
      name: `content-type ${type}`,
      answer: (id) => all(typed(id, type), M(id), T(id, 0)),
      expect: 'OK',
      messages: 1,
    }),
  ),
  {
    name: 'content-type application/grpc+json',
    answer: (id) => all(typed(id, 'application/grpc+json'), h2.data(id, h2.grpcMessage(Buffer.from('{}'))), T(id, 0)),
    expect: 'INTERNAL',
    words: [/grpc\+json/, /codec/],
  },
  {
    name: 'content-type application/grpcx',
    answer: (id) => all(typed(id, 'application/grpcx'), M(id), T(id, 0)),
    expect: 'UNKNOWN',
    words: [/application\/grpcx/],
  },
  {
    name: 'content-type twice',
    answer: (id) => all(typed(id, 'application/grpc', 'application/grpc'), M(id), T(id, 0)),
    expect: ['OK', ...protocol],
  },
  {
    name: 'an error with another content-type',
    answer: (id) =>
      h2.headers(
        id,
        [
          [':status', '200'],
          ['content-type', 'text/plain'],
          ['grpc-status', '3'],
          ['grpc-message', 'said all the same'],
        ],
        {
          endStream: true,
        },
      ),
    expect: 'INVALID_ARGUMENT',
    words: [/said all the same/],
  },
];

describe.each([
  ['headers', headerCases],
  ['content types', typeCases],
] as const)('odd %s', (_kind, cases) => {
  it.each(cases)('$name', meetBroken);
});
