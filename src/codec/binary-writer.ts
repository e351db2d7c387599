// Protobuf's wire format, written: one growing buffer that the JSON and the text reader fill without objects between.
// https://protobuf.dev/programming-guides/encoding/

/** Wire types of the tag, as numbers of the encoding specification. */
export const wireType = { varint: 0, fixed64: 1, bytes: 2, startGroup: 3, endGroup: 4, fixed32: 5 } as const;

const scratch = new DataView(new ArrayBuffer(8));
const encoder = new TextEncoder();

/**
 * A growing buffer of wire bytes. Values are not checked for range: that is the caller's task. `length` may be set back
 * to an earlier value to take back what was written since.
 */
export class BinaryWriter {
  buffer: Uint8Array;
  length = 0;

  constructor(capacity = 1024) {
    this.buffer = new Uint8Array(capacity);
  }

  /** Forgets what was written, keeping the memory unless it has become large. */
  reset(): void {
    this.length = 0;
    if (this.buffer.length > 4 << 20) this.buffer = new Uint8Array(1024);
  }

  /** A copy of the bytes written. */
  finish(): Uint8Array {
    return this.buffer.slice(0, this.length);
  }

  /** Makes room for `count` more bytes. */
  ensure(count: number): void {
    const needed = this.length + count;
    if (needed <= this.buffer.length) return;
    const grown = new Uint8Array(Math.max(needed, this.buffer.length * 2));
    grown.set(this.buffer.subarray(0, this.length));
    this.buffer = grown;
  }

  /** A field's tag: its number with a wire type. */
  tag(fieldNumber: number, type: number): void {
    this.uint32(((fieldNumber << 3) | type) >>> 0);
  }

  /** An unsigned varint from 0 to 2^32-1; also bool as 0 or 1. */
  uint32(value: number): void {
    this.ensure(5);
    const buffer = this.buffer;
    let at = this.length;
    let rest = value;
    while (rest > 127) {
      buffer[at++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    buffer[at++] = rest;
    this.length = at;
  }

  /** int32 and enum: a negative number takes ten bytes. */
  int32(value: number): void {
    if (value >= 0) this.uint32(value);
    else this.varint64(value | 0, -1);
  }

  /** sint32: zigzag. */
  sint32(value: number): void {
    this.uint32(((value << 1) ^ (value >> 31)) >>> 0);
  }

  /** A 64-bit varint from its two halves (any sign). */
  varint64(low: number, high: number): void {
    this.ensure(10);
    const buffer = this.buffer;
    let at = this.length;
    let lo = low >>> 0;
    let hi = high >>> 0;
    while (hi !== 0) {
      buffer[at++] = (lo & 127) | 128;
      lo = ((lo >>> 7) | (hi << 25)) >>> 0;
      hi >>>= 7;
    }
    this.length = at;
    this.uint32(lo);
  }

  /** int64 and uint64. */
  int64(value: bigint): void {
    this.varint64(Number(BigInt.asUintN(32, value)), Number(BigInt.asUintN(32, value >> 32n)));
  }

  /** sint64: zigzag. */
  sint64(value: bigint): void {
    this.int64(BigInt.asUintN(64, (value << 1n) ^ (value >> 63n)));
  }

  /** fixed32 and sfixed32. */
  fixed32(value: number): void {
    this.ensure(4);
    const buffer = this.buffer;
    const at = this.length;
    buffer[at] = value;
    buffer[at + 1] = value >>> 8;
    buffer[at + 2] = value >>> 16;
    buffer[at + 3] = value >>> 24;
    this.length = at + 4;
  }

  /** fixed64 and sfixed64 from a bigint. */
  fixed64(value: bigint): void {
    this.fixed32(Number(BigInt.asUintN(32, value)));
    this.fixed32(Number(BigInt.asUintN(32, value >> 32n)));
  }

  float(value: number): void {
    scratch.setFloat32(0, value, true);
    this.fixed32(scratch.getUint32(0, true));
  }

  double(value: number): void {
    scratch.setFloat64(0, value, true);
    this.fixed32(scratch.getUint32(0, true));
    this.fixed32(scratch.getUint32(4, true));
  }

  /** Bytes as they are, without a length. */
  raw(bytes: Uint8Array): void {
    this.ensure(bytes.length);
    this.buffer.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** A bytes value: length, then the bytes. */
  bytes(bytes: Uint8Array): void {
    this.uint32(bytes.length);
    this.raw(bytes);
  }

  /** A string value: length, then UTF-8. A lone surrogate becomes U+FFFD. */
  string(text: string): void {
    const start = this.begin();
    this.utf8(text);
    this.end(start);
  }

  /** UTF-8 without a length. */
  utf8(text: string): void {
    this.ensure(text.length * 3);
    const written = encoder.encodeInto(text, this.buffer.subarray(this.length)).written;
    this.length += written;
  }

  /** Opens a length-delimited value (after its tag); hand the result to `end`. */
  begin(): number {
    this.ensure(1);
    return this.length++;
  }

  /** Closes a value: its length goes in front, the contents move where the length takes more than one byte. */
  end(start: number): void {
    const size = this.length - start - 1;
    if (size < 128) {
      this.buffer[start] = size;
      return;
    }
    const extra = size < 1 << 14 ? 1 : size < 1 << 21 ? 2 : size < 1 << 28 ? 3 : 4;
    this.ensure(extra);
    this.buffer.copyWithin(start + 1 + extra, start + 1, this.length);
    this.length = start;
    this.uint32(size);
    this.length += size;
  }
}
