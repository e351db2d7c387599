// Where printed JSON goes: one growing buffer of UTF-8, kept from message to message, so that a message becomes one
// string at its end and not one for each of its parts.

/** A growing buffer of UTF-8. `length` may be set back to take back what was written since. */
export class JsonSink {
  buffer: Buffer;
  length = 0;
  /** False once anything beyond ASCII was written; decides how the text is decoded. */
  ascii = true;

  constructor(capacity = 4096) {
    this.buffer = Buffer.allocUnsafeSlow(capacity);
  }

  /** Makes room for `count` more bytes. */
  ensure(count: number): void {
    const needed = this.length + count;
    if (needed <= this.buffer.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.buffer.length * 2));
    this.buffer.copy(grown, 0, 0, this.length);
    this.buffer = grown;
  }

  /** One ASCII character. */
  byte(code: number): void {
    this.ensure(1);
    this.buffer[this.length++] = code;
  }

  /** Bytes of valid UTF-8; short ones, such as a field's name. */
  bytes(bytes: Uint8Array): void {
    const count = bytes.length;
    this.ensure(count);
    const { buffer } = this;
    const at = this.length;
    let all = 0;
    for (let i = 0; i < count; i++) {
      const byte = bytes[i]!;
      buffer[at + i] = byte;
      all |= byte;
    }
    this.length = at + count;
    if (all > 0x7f) this.ascii = false;
  }

  /** ASCII text. */
  text(text: string): void {
    const count = text.length;
    this.ensure(count);
    const { buffer } = this;
    const at = this.length;
    if (count > 64) buffer.write(text, at, 'latin1');
    else for (let i = 0; i < count; i++) buffer[at + i] = text.charCodeAt(i);
    this.length = at + count;
  }

  /** Any text, as UTF-8. */
  utf8(text: string): void {
    this.ensure(text.length * 3);
    this.length += this.buffer.write(text, this.length, 'utf8');
    this.ascii = false;
  }

  /** An integer that a number holds exactly, in decimal digits. */
  integer(value: number): void {
    let rest = value;
    if (rest > 4294967295 || rest < -2147483648) {
      this.text(String(value));
      return;
    }
    this.ensure(12);
    if (rest < 0) {
      this.buffer[this.length++] = 0x2d;
      rest = -rest;
    }
    const digits =
      rest < 10 ? 1 : rest < 100 ? 2 : rest < 1e3 ? 3 : rest < 1e4 ? 4 : rest < 1e5 ? 5 : digitsAbove(rest);
    let at = this.length + digits;
    this.length = at;
    do {
      const next = (rest / 10) >>> 0;
      this.buffer[--at] = 0x30 + (rest - next * 10);
      rest = next;
    } while (rest > 0);
  }

  /** What was written from `start` on, as a string. */
  slice(start: number): string {
    return this.buffer.toString(this.ascii ? 'latin1' : 'utf8', start, this.length);
  }

  /** Empties the sink; memory above 4 MiB is given back. */
  reset(): void {
    this.length = 0;
    this.ascii = true;
    if (this.buffer.length > 4 << 20) this.buffer = Buffer.allocUnsafeSlow(4096);
  }
}

function digitsAbove(value: number): number {
  return value < 1e6 ? 6 : value < 1e7 ? 7 : value < 1e8 ? 8 : value < 1e9 ? 9 : 10;
}
