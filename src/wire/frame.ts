// Length-prefixed messages: one flag byte, four bytes of length, the message
// (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md, "Length-Prefixed-Message").

/** Why the bytes cannot be messages; the decoder stays stuck at it. */
export type FrameFault =
  | { readonly kind: 'flag'; readonly flag: number; readonly seen: Uint8Array }
  | { readonly kind: 'size'; readonly length: number; readonly seen: Uint8Array };

/** How far into an unfinished message the stream is: bytes here out of bytes declared, or of the prefix itself. */
export interface PartialMessage {
  readonly have: number;
  readonly want: number;
  readonly prefix: boolean;
}

const prefixLength = 5;

/**
 * Cuts a byte stream into messages. Bytes are held in the chunks they came in and copied at most once, when a message
 * spans chunks; nothing is allocated before all bytes of a message are here.
 */
export class MessageDecoder {
  readonly #limit: number;
  #chunks: Uint8Array[] = [];
  #held = 0;
  /** Bytes still missing before the next step can be taken: a cheap test that keeps big messages linear. */
  #need = prefixLength;
  #fault: FrameFault | undefined;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Set once bytes arrived that cannot be a message within the limit. */
  get fault(): FrameFault | undefined {
    return this.#fault;
  }

  /** Undefined between two messages. */
  get partial(): PartialMessage | undefined {
    if (this.#held === 0) return undefined;
    if (this.#held < prefixLength) return { have: this.#held, want: prefixLength, prefix: true };
    return { have: this.#held - prefixLength, want: this.#need - prefixLength, prefix: false };
  }

  /** Takes the next bytes and hands each message that is complete to `emit`, in order. */
  push(chunk: Uint8Array, emit: (bytes: Uint8Array, compressed: boolean) => void): void {
    if (this.#fault !== undefined || chunk.length === 0) return;
    if (this.#held > 0) {
      this.#chunks.push(chunk);
      this.#held += chunk.length;
      if (this.#held < this.#need) return;
      this.#scan(this.#join(), emit);
    } else {
      this.#scan(chunk, emit);
    }
  }

  #join(): Uint8Array {
    const [first] = this.#chunks;
    const joined = this.#chunks.length === 1 && first !== undefined ? first : Buffer.concat(this.#chunks, this.#held);
    this.#chunks = [];
    this.#held = 0;
    return joined;
  }

  #scan(bytes: Uint8Array, emit: (bytes: Uint8Array, compressed: boolean) => void): void {
    const { buffer, byteOffset } = bytes;
    let at = 0;
    this.#need = prefixLength;
    while (bytes.length - at >= prefixLength) {
      const flag = bytes[at] ?? 0;
      const length = lengthAt(bytes, at + 1);
      if (flag > 1 || length > this.#limit) {
        const seen = bytes.slice(at, at + 256);
        this.#fault = flag > 1 ? { kind: 'flag', flag, seen } : { kind: 'size', length, seen };
        return;
      }
      const end = at + prefixLength + length;
      if (end > bytes.length) {
        this.#need = end - at;
        break;
      }
      emit(new Uint8Array(buffer, byteOffset + at + prefixLength, length), flag === 1);
      at = end;
    }
    if (at < bytes.length) {
      this.#chunks = [at === 0 ? bytes : bytes.subarray(at)];
      this.#held = bytes.length - at;
    }
  }
}

function lengthAt(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] ?? 0) * 0x1000000 +
      (((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0))) >>>
    0
  );
}

/**
 * Messages as framed bytes in as few pieces as is cheap: small ones are copied together into pieces of up to about
 * 64 KiB, large ones are passed on without a copy. `compressed` is the flag of every one of them.
 */
export function frameMessages(messages: readonly Uint8Array[], compressed: boolean): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let from = 0;
  while (from < messages.length) {
    let size = 0;
    let to = from;
    do {
      size += prefixLength + (messages[to]?.length ?? 0);
      to += 1;
    } while (to < messages.length && size + (messages[to]?.length ?? 0) <= 65_536);
    if (to === from + 1 && size > 65_536) {
      pieces.push(prefix(size - prefixLength, compressed), messages[from] ?? new Uint8Array(0));
    } else {
      pieces.push(pack(messages, from, to, size, compressed));
    }
    from = to;
  }
  return pieces;
}

function prefix(length: number, compressed: boolean): Uint8Array {
  const bytes = Buffer.allocUnsafe(prefixLength);
  bytes[0] = compressed ? 1 : 0;
  bytes.writeUInt32BE(length, 1);
  return bytes;
}

function pack(
  messages: readonly Uint8Array[],
  from: number,
  to: number,
  size: number,
  compressed: boolean,
): Uint8Array {
  const bytes = Buffer.allocUnsafe(size);
  let at = 0;
  for (let i = from; i < to; i++) {
    const message = messages[i] ?? new Uint8Array(0);
    bytes[at] = compressed ? 1 : 0;
    bytes.writeUInt32BE(message.length, at + 1);
    bytes.set(message, at + prefixLength);
    at += prefixLength + message.length;
  }
  return bytes;
}
