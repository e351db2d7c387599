// Strings from the wire as JSON strings: valid whatever the bytes, and safe on a terminal.
import type { JsonSink } from './json-printer-sink.ts';
import { sequenceLength } from './utf8.ts';

/** 1 for ASCII that stands in a JSON string as it is. */
const plain = new Uint8Array(256);
for (let code = 0x20; code < 0x7f; code++) plain[code] = code === 0x22 || code === 0x5c ? 0 : 1;

/**
 * Writes the UTF-8 in `bytes` from `start` to `end` as a JSON string with its quotes. Control characters (C0, DEL, C1),
 * line separators and direction marks become \uXXXX. Returns false if a byte was no UTF-8; U+FFFD stands for it then.
 */
export function writeJsonString(sink: JsonSink, bytes: Uint8Array, start: number, end: number): boolean {
  sink.ensure(end - start + 2);
  let { buffer } = sink;
  let to = sink.length;
  buffer[to++] = 0x22;
  let valid = true;
  let at = start;
  while (at < end) {
    const byte = bytes[at]!;
    if (plain[byte] === 1) {
      buffer[to++] = byte;
      at++;
      continue;
    }
    sink.length = to;
    sink.ensure(end - at + 12);
    buffer = sink.buffer;
    const size = byte < 0x80 ? 1 : sequenceLength(bytes, at, end);
    if (size === 0) valid = false;
    if (size === 1) writeEscape(sink, byte);
    else if (size === 0) writeReplacement(sink);
    else writeSequence(sink, bytes, at, size);
    to = sink.length;
    at += size || 1;
  }
  buffer[to++] = 0x22;
  sink.length = to;
  return valid;
}

const shortEscapes = new Map([
  [0x22, '"'],
  [0x5c, '\\'],
  [0x08, 'b'],
  [0x09, 't'],
  [0x0a, 'n'],
  [0x0c, 'f'],
  [0x0d, 'r'],
]);

/** Escapes a code point below U+10000. */
function writeEscape(sink: JsonSink, point: number): void {
  const short = shortEscapes.get(point);
  sink.text(short ? `\\${short}` : `\\u${point.toString(16).padStart(4, '0')}`);
}

function writeReplacement(sink: JsonSink): void {
  sink.ascii = false;
  sink.byte(0xef);
  sink.byte(0xbf);
  sink.byte(0xbd);
}

function writeSequence(sink: JsonSink, bytes: Uint8Array, at: number, size: number): void {
  if (isUnsafe(bytes[at]!, bytes[at + 1]!, bytes[at + 2]!)) {
    const point =
      size === 2
        ? ((bytes[at]! & 31) << 6) | (bytes[at + 1]! & 63)
        : ((bytes[at]! & 15) << 12) | ((bytes[at + 1]! & 63) << 6) | (bytes[at + 2]! & 63);
    writeEscape(sink, point);
    return;
  }
  sink.ascii = false;
  const { buffer } = sink;
  for (let i = 0; i < size; i++) buffer[sink.length++] = bytes[at + i]!;
}

/** C1 controls, U+2028 to U+202E and U+2066 to U+2069 in UTF-8. */
function isUnsafe(first: number, second: number, third: number): boolean {
  if (first === 0xc2) return second < 0xa0;
  if (first !== 0xe2) return false;
  return (second === 0x80 && third >= 0xa8 && third <= 0xae) || (second === 0x81 && third >= 0xa6 && third <= 0xa9);
}

/** Writes a JavaScript string in the same way; a lone surrogate becomes U+FFFD. */
export function writeJsonText(sink: JsonSink, text: string): void {
  const bytes = Buffer.from(text);
  writeJsonString(sink, bytes, 0, bytes.length);
}

/** Writes bytes as base64, padded, with quotes. */
export function writeBase64(sink: JsonSink, bytes: Uint8Array): void {
  sink.byte(0x22);
  sink.text(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64'));
  sink.byte(0x22);
}
