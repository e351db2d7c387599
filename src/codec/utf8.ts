// Where UTF-8 is valid and where not: input must say which byte is wrong, output must show the rest all the same.
// https://www.unicode.org/versions/latest/core-spec/chapter-3/ table 3-7

/**
 * Length (2 to 4) of the well-formed UTF-8 sequence that starts at `at` with a byte of 0x80 or more, or 0 if there is
 * none before `end`.
 */
export function sequenceLength(bytes: Uint8Array, at: number, end: number): number {
  const first = bytes[at]!;
  if (first < 0xc2 || first > 0xf4) return 0;
  const size = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (at + size > end) return 0;
  const second = bytes[at + 1]!;
  const low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (second < low || second > high) return 0;
  for (let i = at + 2; i < at + size; i++) if ((bytes[i]! & 0xc0) !== 0x80) return 0;
  return size;
}

/** Index of the first byte that is not part of valid UTF-8, or -1. */
export function invalidUtf8At(bytes: Uint8Array): number {
  for (let at = 0; at < bytes.length; ) {
    if (bytes[at]! < 0x80) {
      at++;
      continue;
    }
    const size = sequenceLength(bytes, at, bytes.length);
    if (size === 0) return at;
    at += size;
  }
  return -1;
}

/** Characters (code points) in valid UTF-8 from `start` to `end`. */
export function countCharacters(bytes: Uint8Array, start: number, end: number): number {
  let count = 0;
  for (let at = start; at < end; at++) if ((bytes[at]! & 0xc0) !== 0x80) count++;
  return count;
}
