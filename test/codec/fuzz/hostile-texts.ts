// Texts that are almost right: valid ones with bytes changed, lost, doubled or put in, among them what parsers trip over.
import fc from 'fast-check';

const pieces = [
  ...[
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    "'",
    '\\',
    '\\u',
    '\\ud800',
    '\\udc00',
    '\\x41',
    '\\0',
    '\\/',
    '/*',
    '*/',
    '//',
    '#',
  ],
  ...[
    'null',
    'true',
    'NaN',
    'Infinity',
    '-',
    '+',
    '.',
    '1.',
    '.5',
    '01',
    '0x1',
    '1e',
    '1e999999999',
    '-0',
    '1e-400',
    '9'.repeat(400),
  ],
  ...[
    '"a"',
    '"":',
    '"@type":"type.googleapis.com/google.protobuf.Any",',
    '"[every.proto2.ext_self]":',
    '"__proto__":',
    '[1]:',
  ],
  ...[
    '\n',
    '\r',
    '\t',
    '\0',
    '\u001e',
    '\u007f',
    '\u009b',
    '\u2028',
    '\u202e',
    '\ufeff',
    '\uffff',
    '😀',
    ' '.repeat(300),
  ],
  ...['[[[[', '{"a":', '<', '>', ';', '${x}', '@f', '='],
].map((text) => Buffer.from(text));
const notUtf8 = [
  [0xff],
  [0xc0, 0x80],
  [0xed, 0xa0, 0x80],
  [0xf4, 0x90, 0x80, 0x80],
  [0xe2, 0x82],
  [0x80],
  [0xf0, 0x9f],
];
const anyPiece = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...pieces) },
  { weight: 1, arbitrary: fc.constantFrom(...notUtf8.map((bytes) => Buffer.from(bytes))) },
);

/** One change: what is lost, doubled and put in at a place, and whether the rest is cut off. */
export interface Change {
  readonly at: number;
  readonly lost: number;
  readonly doubled: number;
  readonly put: Uint8Array;
  /** 0 cuts. */
  readonly cut: number;
}

/** One to three changes to a text; where is a number taken modulo its length. */
export const changes: fc.Arbitrary<Change[]> = fc.array(
  fc.record({ at: fc.nat(), lost: fc.nat(6), doubled: fc.nat(4), put: anyPiece, cut: fc.nat(20) }),
  { minLength: 1, maxLength: 3 },
);

/** The text's bytes after the changes. */
export function changed(text: string, all: readonly Change[]): Buffer {
  let bytes = Buffer.from(text);
  for (const { at, lost, doubled, put, cut } of all) {
    const place = at % (bytes.length + 1);
    const before = bytes.subarray(0, place);
    const after = cut === 0 ? Buffer.alloc(0) : bytes.subarray(place + lost);
    bytes = Buffer.concat([before, bytes.subarray(place, place + doubled), put, after]);
  }
  return bytes;
}

/** Where a stream of bytes is cut into chunks: their sizes, over and over. */
export const chunkSizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 6 });

/** The bytes in chunks of these sizes. */
export async function* inChunks(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length]!;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}
