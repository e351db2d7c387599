// Timestamp and Duration have one shape on the wire: seconds in field 1, nanoseconds in field 2.
import type { BinaryReader } from './binary-reader.ts';
import type { Seconds } from './time-text.ts';

/** Reads one of them to the reader's end. */
export function readSeconds(reader: BinaryReader): Seconds {
  let seconds = 0;
  let nanos = 0;
  while (reader.pos < reader.end) {
    const tag = reader.tag();
    if (tag === 8) {
      reader.varint64();
      seconds = (reader.high | 0) * 4294967296 + reader.low;
    } else if (tag === 16) nanos = reader.varint32() | 0;
    else reader.skip(tag);
  }
  return { seconds, nanos };
}
