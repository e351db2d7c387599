// Strings and bytes of JSON documents, copied straight into the wire buffer.
import type { BinaryWriter } from './binary-writer.ts';
import type { JsonCursor } from './json-reader-cursor.ts';

/** A string value: its length and UTF-8. */
export function readString(input: JsonCursor, out: BinaryWriter): void {
  const { text } = input;
  let at = input.pos;
  if (text.charCodeAt(at) !== 0x22) input.unexpected('a string');
  at++;
  const start = out.begin();
  out.ensure(text.length - at);
  const { buffer } = out;
  let to = out.length;
  let code = text.charCodeAt(at);
  while (code < 0x80 && code >= 0x20 && code !== 0x22 && code !== 0x5c) {
    buffer[to++] = code;
    code = text.charCodeAt(++at);
  }
  out.length = to;
  input.pos = at;
  if (code === 0x22) input.pos++;
  else readRest(input, out);
  out.end(start);
}

/** The rest of a string from its first character that is not plain ASCII. */
function readRest(input: JsonCursor, out: BinaryWriter): void {
  const { text } = input;
  out.ensure((text.length - input.pos) * 3);
  const { buffer } = out;
  let to = out.length;
  while (text.charCodeAt(input.pos) !== 0x22) {
    const point = input.character();
    if (point < 0x80) buffer[to++] = point;
    else if (point < 0x800) {
      buffer[to++] = 0xc0 | (point >> 6);
      buffer[to++] = 0x80 | (point & 63);
    } else {
      if (point < 0x10000) buffer[to++] = 0xe0 | (point >> 12);
      else {
        buffer[to++] = 0xf0 | (point >> 18);
        buffer[to++] = 0x80 | ((point >> 12) & 63);
      }
      buffer[to++] = 0x80 | ((point >> 6) & 63);
      buffer[to++] = 0x80 | (point & 63);
    }
  }
  input.pos++;
  out.length = to;
}

const values = base64Values();

/** A bytes value: its length and the bytes. Standard and URL-safe base64 are read, with padding or without. */
export function readBytes(input: JsonCursor, out: BinaryWriter): void {
  const { text } = input;
  const at = input.pos;
  if (text.charCodeAt(at) !== 0x22) input.unexpected('base64 in a string');
  let end = text.indexOf('"', at + 1);
  if (end < 0) end = text.length;
  let source = text;
  let start = at + 1;
  if (text.slice(start, end).includes('\\')) {
    source = input.string();
    start = 0;
    end = source.length;
  } else {
    if (end === text.length) input.string();
    input.pos = end + 1;
  }
  const open = out.begin();
  if (!decodeBase64(source, start, end, out)) {
    input.fail(
      at,
      `expected base64, got ${input.found(at)}`,
      'bytes are written in base64, such as "aGVsbG8=" for hello',
    );
  }
  out.end(open);
}

/** Decodes `text` from `start` to `end` to the end of `out`; false if it is no base64. */
function decodeBase64(text: string, start: number, end: number, out: BinaryWriter): boolean {
  let stop = end;
  while (stop > start && end - stop < 2 && text.charCodeAt(stop - 1) === 0x3d) stop--;
  if ((stop < end && (end - start) % 4 !== 0) || (stop - start) % 4 === 1) return false;
  out.ensure(stop - start);
  const { buffer } = out;
  let to = out.length;
  let bits = 0;
  let held = 0;
  for (let at = start; at < stop; at++) {
    const value = values[text.charCodeAt(at)];
    if (value === undefined || value === 255) return false;
    bits = (bits << 6) | value;
    held += 6;
    if (held >= 8) {
      held -= 8;
      buffer[to++] = bits >> held;
      bits &= (1 << held) - 1;
    }
  }
  out.length = to;
  return true;
}

function base64Values(): Uint8Array {
  const table = new Uint8Array(128).fill(255);
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
  for (let i = 0; i < alphabet.length; i++) table[alphabet.charCodeAt(i)] = i;
  for (const [char, value] of [
    ['+', 62],
    ['-', 62],
    ['/', 63],
    ['_', 63],
  ] as const)
    table[char.charCodeAt(0)] = value;
  return table;
}
