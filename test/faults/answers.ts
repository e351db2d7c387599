// Five good answers as bytes, in pieces: what a client must have told its reader once it has the bytes up to each piece.
// The sweeps cut these answers everywhere; the fuzzer spoils them.
import { gzipSync } from 'node:zlib';
import * as h2 from '../support/http2-frames.ts';
import { messageWith } from './payloads.ts';

/** Bytes of an answer; `completes` names the event that is due when the last of them has arrived. */
export interface Piece {
  readonly bytes: Buffer;
  readonly completes?: 'settings' | 'headers' | 'message' | 'status';
}

/** What a server sends on a connection with one call, its SETTINGS first. */
export interface GoodAnswer {
  readonly name: string;
  /** Sent at once; the other pieces answer the request. */
  readonly opening: readonly Piece[];
  readonly pieces: readonly Piece[];
}

/** The stream of the first call on a connection. */
export const firstStream = 1;
const id = firstStream;

const opening: readonly Piece[] = [
  { bytes: h2.settings([[3, 100]]), completes: 'settings' },
  { bytes: Buffer.concat([h2.settingsAck(), h2.windowUpdate(0, 1_000_000)]) },
];

/** A DATA frame around whole and partial messages; each [bytes, true] ends a message. */
function dataPieces(parts: readonly (readonly [Uint8Array, boolean])[], padding = 0): Piece[] {
  const size = parts.reduce((sum, [bytes]) => sum + bytes.length, 0);
  const padded = padding > 0;
  const flags = padded ? h2.frameFlags.padded : 0;
  const length = size + (padded ? 1 + padding : 0);
  const head = h2.frame(h2.frameTypes.data, flags, id, padded ? Buffer.of(padding) : Buffer.alloc(0), length);
  const content = parts.map(([bytes, whole]): Piece => {
    return whole ? { bytes: Buffer.from(bytes), completes: 'message' } : { bytes: Buffer.from(bytes) };
  });
  return [{ bytes: head }, ...content, ...(padded ? [{ bytes: Buffer.alloc(padding) }] : [])];
}

/** A header list in a HEADERS frame and a CONTINUATION, as servers send long ones. */
function longHeaders(pairs: h2.HeaderPairs, endStream: boolean): Buffer {
  const block = h2.headerBlock(pairs);
  const middle = Math.floor(block.length / 2);
  return Buffer.concat([
    h2.frame(h2.frameTypes.headers, endStream ? h2.frameFlags.endStream : 0, id, block.subarray(0, middle)),
    h2.frame(h2.frameTypes.continuation, h2.frameFlags.endHeaders, id, block.subarray(middle)),
  ]);
}

const headers = (more: h2.HeaderPairs = []): Piece => ({ bytes: h2.responseHeaders(id, more), completes: 'headers' });
const trailers = (status: number, more: h2.HeaderPairs = []): Piece => ({
  bytes: h2.trailers(id, status, more),
  completes: 'status',
});
const message = (text: string) => h2.grpcMessage(messageWith(text));
const zipped = h2.grpcMessage(gzipSync(messageWith('zip '.repeat(20))), { compressed: true });
const second = message('second');

/** google.rpc.Status of code 9 with one Any, as base64. */
const details = Buffer.from(
  '0809120c6f7574206f662073746f636b1a2d0a28747970652e676f6f676c65617069732e636f6d2f676f6f676c652e7270632e48656c7012020a00',
  'hex',
)
  .toString('base64')
  .replace(/=+$/, '');

const grpc: h2.HeaderPairs = [
  [':status', '200'],
  ['content-type', 'application/grpc+proto'],
];
const many = Array.from({ length: 12 }, (_, index) => [`x-header-${index}`, `${index} `.repeat(20).trim()] as const);

/** The answers of the sweeps: each is OK or the status that its name says. */
export const goodAnswers: readonly GoodAnswer[] = [
  { name: 'unary', opening, pieces: [headers(), ...dataPieces([[message('ok'), true]]), trailers(0)] },
  {
    name: 'unary, gzip',
    opening,
    pieces: [headers([['grpc-encoding', 'gzip']]), ...dataPieces([[zipped, true]]), trailers(0)],
  },
  {
    name: 'server stream, messages across frames',
    opening,
    pieces: [
      headers([['x-first', '1']]),
      ...dataPieces([
        [message('first'), true],
        [second.subarray(0, 3), false],
      ]),
      { bytes: Buffer.concat([h2.ping(), h2.windowUpdate(id, 100), h2.settings([[4, 70_000]])]) },
      ...dataPieces([
        [second.subarray(3), true],
        [message('x'.repeat(300)), true],
      ]),
      ...dataPieces([]),
      ...dataPieces([[message(''), true]], 20),
      trailers(0, [['x-last', 'yes']]),
    ],
  },
  {
    name: 'trailers only, NOT_FOUND',
    opening,
    pieces: [
      {
        bytes: h2.responseHeaders(
          id,
          [
            ['grpc-status', '5'],
            ['grpc-message', 'not%20here'],
          ],
          { endStream: true },
        ),
        completes: 'status',
      },
    ],
  },
  {
    name: 'long headers and details, FAILED_PRECONDITION',
    opening,
    pieces: [
      { bytes: longHeaders([...grpc, ...many], false), completes: 'headers' },
      ...dataPieces([[message('before'), true]]),
      {
        bytes: longHeaders(
          [
            ['grpc-status', '9'],
            ['grpc-message', 'out of stock'],
            ['grpc-status-details-bin', details],
          ],
          true,
        ),
        completes: 'status',
      },
    ],
  },
];

/** All bytes of some pieces. */
export const bytesOf = (pieces: readonly Piece[]): Buffer => Buffer.concat(pieces.map((piece) => piece.bytes));

/** What is due of each kind of event when the first `length` bytes of the pieces have arrived. */
export function dueAfter(pieces: readonly Piece[], length: number): Record<NonNullable<Piece['completes']>, number> {
  const due = { settings: 0, headers: 0, message: 0, status: 0 };
  let at = 0;
  for (const { bytes, completes } of pieces) {
    at += bytes.length;
    if (at > length) break;
    if (completes !== undefined) due[completes] += 1;
  }
  return due;
}
