// What grpc-js says at the end of a call, and what is made of it: whose status it is, and what its words mean.
import { describe, expect, it } from 'vitest';
import { type GivenStatus, statusFrom } from '../../src/wire/grpc-js-status.ts';
import type { Metadata } from '../../src/wire/metadata.ts';

const nothing = { headers: false, messages: 0, bytes: 0, partial: undefined };
const some = { headers: true, messages: 2, bytes: 10, partial: undefined };
const beside: Metadata = [['x-trail', 't']];

const rows: readonly (readonly [GivenStatus, Metadata, number, 'server' | 'client', RegExp])[] = [
  [{ code: 0, details: 'OK' }, [], 0, 'server', /^OK\n$/],
  [{ code: 5, details: 'no such thing' }, [], 5, 'server', /^no such thing\n$/],
  [{ code: 5, details: '100% %41 \ud800' }, [], 5, 'server', /^100% %41 \ufffd\n$/],
  [{ code: 99, details: 'odd' }, [], 2, 'server', /"99".*odd/],
  [{ code: -1, details: '' }, [], 2, 'server', /"-1"/],
  [{ code: Number.NaN, details: '' }, [], 2, 'server', /no number/],
  [{}, [], 2, 'client', /without a code or a text, after 2 messages of 10 bytes/],
  [
    { code: 4, details: 'Deadline exceeded after 1.0s,LB pick: 0.1s' },
    [],
    4,
    'client',
    /after 2 messages.*--deadline/s,
  ],
  [{ code: 4, details: 'context deadline exceeded' }, [], 4, 'server', /^context/],
  // A server that relays the words of its own grpc-js, with metadata of its own.
  [{ code: 14, details: 'No connection established' }, beside, 14, 'server', /^No connection established\n$/],
  [{ code: 14, details: 'No connection established' }, [], 14, 'client', /^No connection established\n$/],
  [{ code: 14, details: 'Received HTTP status code 502' }, [['server', 'nginx']], 14, 'client', /--client native/],
  [
    { code: 13, details: 'Received RST_STREAM with code 2 (Internal server error)' },
    [],
    13,
    'client',
    /INTERNAL_ERROR \(2\)/,
  ],
  [{ code: 13, details: 'Received RST_STREAM with code 99' }, [], 13, 'client', /error code 99/],
  [
    { code: 8, details: 'Received message larger than max (5000000 vs 4194304)' },
    [],
    8,
    'client',
    /takes 4 MiB a message/,
  ],
  [
    { code: 8, details: 'Received message larger than max (1013478509 vs 4194304)' },
    [],
    8,
    'client',
    /the text "<htm"/,
  ],
  [{ code: 8, details: 'Bandwidth exhausted or memory limit exceeded' }, [], 8, 'client', /128 header lines/],
  [{ code: 1, details: 'Call cancelled' }, [], 1, 'client', /CANCEL \(8\)/],
];

describe('a status of grpc-js', () => {
  it.each(rows)('%j beside %j', (given, trailers, code, origin, words) => {
    const status = statusFrom(given, trailers, some);
    expect([status.code, status.origin]).toEqual([code, origin]);
    expect(`${status.message}\n${status.hint ?? ''}`).toMatch(words);
  });

  it('keeps the details that the server sent', () => {
    const bin = Buffer.from([8, 5, 18, 1, 120, 26, 4, 10, 2, 116, 47]).toString('base64');
    const { details } = statusFrom({ code: 5, details: 'x' }, [['grpc-status-details-bin', bin]], nothing);
    expect(details).toEqual([{ typeUrl: 't/', value: new Uint8Array(0) }]);
  });
});
