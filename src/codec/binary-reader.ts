// Protobuf's wire format, read: a cursor over one message's bytes, for printers that go from bytes to text directly.
// https://protobuf.dev/programming-guides/encoding/

/**
 * Bytes that are not a message of the type they should be. `offset` counts bytes from the start of the outermost
 * message; the message text names both.
 */
export class MessageError extends Error {
  readonly typeName: string;
  readonly offset: number;

  constructor(typeName: string, offset: number, reason: string) {
    super(`not a valid ${typeName}: ${reason} at byte ${offset}`);
    this.name = 'MessageError';
    this.typeName = typeName;
    this.offset = offset;
  }
}

/**
 * A cursor over wire bytes. `end` bounds what may be read (of a nested message, its end); `typeName` is the type being
 * read, for errors only. Every method throws MessageError where the bytes are cut short or no varint.
 */
export class BinaryReader {
  bytes: Uint8Array;
  pos: number;
  end: number;
  typeName: string;
  /** Halves of the last 64-bit value read, unsigned. */
  low = 0;
  high = 0;
  private view: DataView;

  constructor(bytes: Uint8Array, typeName: string) {
    this.bytes = bytes;
    this.pos = 0;
    this.end = bytes.length;
    this.typeName = typeName;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** Starts over on other bytes. */
  reset(bytes: Uint8Array, typeName: string): void {
    this.bytes = bytes;
    this.pos = 0;
    this.end = bytes.length;
    this.typeName = typeName;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /**
   * True if the value here is the zero of its type: what a field without presence has when it is unset, though some
   * writers send it. Does not move.
   */
  isZero(wire: number): boolean {
    const { bytes, pos } = this;
    const width = wire === 1 ? 8 : wire === 5 ? 4 : 1;
    if (pos + width > this.end) return false;
    for (let at = pos; at < pos + width; at++) if (bytes[at] !== 0) return false;
    return true;
  }

  /** Throws the error for these bytes at an offset, by default where the cursor stands. */
  fail(reason: string, offset = this.pos): never {
    throw new MessageError(this.typeName, offset, reason);
  }

  /** A tag; its field number is `tag >>> 3`, its wire type `tag & 7`. Field number 0 is refused. */
  tag(): number {
    const start = this.pos;
    const first = this.bytes[start]!;
    if (start < this.end && first < 128 && first > 7) {
      this.pos = start + 1;
      return first;
    }
    this.varint64();
    if (this.high !== 0 || this.low < 8) this.fail('a tag with no valid field number', start);
    return this.low;
  }

  /** A varint cut to 32 bits, unsigned: `| 0` makes it an int32. */
  varint32(): number {
    const first = this.bytes[this.pos]!;
    if (first < 128 && this.pos < this.end) {
      this.pos++;
      return first;
    }
    this.varint64();
    return this.low;
  }

  /** A varint of up to 64 bits into `low` and `high`. */
  varint64(): void {
    const { bytes, end } = this;
    const start = this.pos;
    let pos = start;
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (pos >= end) this.fail('the bytes end inside a varint', start);
      const byte = bytes[pos++]!;
      const part = byte & 127;
      if (shift < 28) low |= part << shift;
      else if (shift === 28) {
        low |= part << 28;
        high |= part >> 4;
      } else high |= part << (shift - 32);
      if (byte < 128) {
        this.pos = pos;
        this.low = low >>> 0;
        this.high = high >>> 0;
        return;
      }
    }
    this.fail('a varint longer than ten bytes', start);
  }

  /** A fixed 64-bit value into `low` and `high`. */
  fixed64(): void {
    this.low = this.fixed32();
    this.high = this.fixed32();
  }

  /** A fixed 32-bit value, unsigned. */
  fixed32(): number {
    const pos = this.pos;
    this.need(4);
    this.pos = pos + 4;
    return this.view.getUint32(pos, true);
  }

  float(): number {
    const pos = this.pos;
    this.need(4);
    this.pos = pos + 4;
    return this.view.getFloat32(pos, true);
  }

  double(): number {
    const pos = this.pos;
    this.need(8);
    this.pos = pos + 8;
    return this.view.getFloat64(pos, true);
  }

  /** The last 64-bit value as signed. */
  signed(): bigint {
    return (BigInt(this.high | 0) << 32n) | BigInt(this.low);
  }

  /** The last 64-bit value as unsigned. */
  unsigned(): bigint {
    return (BigInt(this.high) << 32n) | BigInt(this.low);
  }

  /** Undoes zigzag on the last 64-bit value, in place. */
  unzigzag(): void {
    const sign = -(this.low & 1);
    const low = ((this.low >>> 1) | (this.high << 31)) ^ sign;
    this.high = ((this.high >>> 1) ^ sign) >>> 0;
    this.low = low >>> 0;
  }

  /** The length in front of a string, bytes, message or packed value, checked against `end`. Returns the value's end. */
  lengthEnd(): number {
    const start = this.pos;
    const length = this.varint32();
    const stop = this.pos + length;
    if (stop > this.end) {
      this.fail(`a length of ${length} where ${this.end - this.pos} bytes are left`, start);
    }
    return stop;
  }

  /** A bytes value, without copying. */
  chunk(): Uint8Array {
    const stop = this.lengthEnd();
    const start = this.pos;
    this.pos = stop;
    return this.bytes.subarray(start, stop);
  }

  /** Passes over the value of a tag just read; a group up to its end tag. */
  skip(tag: number, depth = 0): void {
    const type = tag & 7;
    if (type === 0) this.varint64();
    else if (type === 1) this.advance(8);
    else if (type === 2) this.pos = this.lengthEnd();
    else if (type === 5) this.advance(4);
    else if (type === 3) this.skipGroup(tag >>> 3, depth + 1);
    else this.fail(type === 4 ? 'an end of a group that was not begun' : `wire type ${type}, which does not exist`);
  }

  /** Passes over a group's contents and its end tag. Returns where the contents end. */
  skipGroup(fieldNumber: number, depth = 1): number {
    if (depth > 100) this.fail('groups nested to more than depth 100');
    for (;;) {
      const at = this.pos;
      if (at >= this.end) this.fail(`the bytes end inside group ${fieldNumber}`);
      const tag = this.tag();
      if ((tag & 7) !== 4) this.skip(tag, depth);
      else if (tag >>> 3 === fieldNumber) return at;
      else this.fail(`the end of group ${tag >>> 3} inside group ${fieldNumber}`, at);
    }
  }

  private advance(count: number): void {
    this.need(count);
    this.pos += count;
  }

  private need(count: number): void {
    if (this.pos + count > this.end) this.fail(`the bytes end ${this.end - this.pos} bytes into a value of ${count}`);
  }
}
