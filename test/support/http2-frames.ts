// HTTP/2 frames written by hand, so that a test server can misbehave in ways no library would let it.
// Builders return the bytes of one frame (RFC 9113 §4.1); the reader cuts a byte stream back into frames.

/** Frame types by name (RFC 9113 §6). */
export const frameTypes = {
  data: 0x0,
  headers: 0x1,
  priority: 0x2,
  rstStream: 0x3,
  settings: 0x4,
  pushPromise: 0x5,
  ping: 0x6,
  goaway: 0x7,
  windowUpdate: 0x8,
  continuation: 0x9,
} as const;

/** Frame flags by name; END_STREAM and ACK share a bit. */
export const frameFlags = { endStream: 0x1, ack: 0x1, endHeaders: 0x4, padded: 0x8 } as const;

/** What every client sends first (RFC 9113 §3.4). */
export const clientPreface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1');

/** A header list: names and values as they are to be sent; strings are written as UTF-8. */
export type HeaderPairs = readonly (readonly [name: string, value: string | Uint8Array])[];

/** One frame as it arrived. */
export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly streamId: number;
  readonly payload: Buffer;
}

/** Any frame; `declaredLength` lets the length field lie about the payload. */
export function frame(
  type: number,
  flags: number,
  streamId: number,
  payload: Uint8Array = new Uint8Array(0),
  declaredLength: number = payload.length,
): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(declaredLength, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(streamId, 5);
  return Buffer.concat([head, payload]);
}

/** SETTINGS with entries of identifier and value, such as `[[3, 1]]` for MAX_CONCURRENT_STREAMS = 1. */
export function settings(entries: readonly (readonly [id: number, value: number])[] = []): Buffer {
  const payload = Buffer.alloc(entries.length * 6);
  entries.forEach(([id, value], index) => {
    payload.writeUInt16BE(id, index * 6);
    payload.writeUInt32BE(value, index * 6 + 2);
  });
  return frame(frameTypes.settings, 0, 0, payload);
}

/** The acknowledgement of the peer's SETTINGS. */
export function settingsAck(): Buffer {
  return frame(frameTypes.settings, frameFlags.ack, 0);
}

/** PING, or its answer with `ack`; the payload is 8 bytes. */
export function ping(payload: Uint8Array = new Uint8Array(8), ack = false): Buffer {
  return frame(frameTypes.ping, ack ? frameFlags.ack : 0, 0, payload);
}

/** WINDOW_UPDATE; stream 0 is the connection. */
export function windowUpdate(streamId: number, increment: number): Buffer {
  const payload = Buffer.alloc(4);
  payload.writeUInt32BE(increment);
  return frame(frameTypes.windowUpdate, 0, streamId, payload);
}

/** A header block in HPACK literals without indexing and without Huffman (RFC 7541 §6.2.2), nothing checked. */
export function headerBlock(pairs: HeaderPairs): Buffer {
  const parts: Buffer[] = [];
  for (const [name, value] of pairs) {
    const nameBytes = Buffer.from(name, 'utf8');
    const valueBytes = typeof value === 'string' ? Buffer.from(value, 'utf8') : Buffer.from(value);
    parts.push(Buffer.of(0), hpackLength(nameBytes.length), nameBytes, hpackLength(valueBytes.length), valueBytes);
  }
  return Buffer.concat(parts);
}

function hpackLength(length: number): Buffer {
  if (length < 127) return Buffer.of(length);
  const bytes = [127];
  let rest = length - 127;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
  return Buffer.from(bytes);
}

/** HEADERS, followed by CONTINUATION frames when the block is above 16,384 bytes. `endHeaders: false` leaves it open. */
export function headers(
  streamId: number,
  pairs: HeaderPairs,
  options: { readonly endStream?: boolean; readonly endHeaders?: boolean } = {},
): Buffer {
  const block = headerBlock(pairs);
  const frames: Buffer[] = [];
  for (let offset = 0; offset === 0 || offset < block.length; offset += 16_384) {
    const last = offset + 16_384 >= block.length && (options.endHeaders ?? true);
    const flags = (last ? frameFlags.endHeaders : 0) | (offset === 0 && options.endStream ? frameFlags.endStream : 0);
    const type = offset === 0 ? frameTypes.headers : frameTypes.continuation;
    frames.push(frame(type, flags, streamId, block.subarray(offset, offset + 16_384)));
  }
  return Buffer.concat(frames);
}

/** The response headers of a healthy gRPC answer, with more pairs behind. */
export function responseHeaders(
  streamId: number,
  more: HeaderPairs = [],
  options: { readonly endStream?: boolean } = {},
): Buffer {
  return headers(streamId, [[':status', '200'], ['content-type', 'application/grpc+proto'], ...more], options);
}

/** Trailers with a grpc-status, END_STREAM set. */
export function trailers(streamId: number, grpcStatus: number | string, more: HeaderPairs = []): Buffer {
  return headers(streamId, [['grpc-status', String(grpcStatus)], ...more], { endStream: true });
}

/** DATA in frames of at most 16,384 bytes. */
export function data(streamId: number, bytes: Uint8Array, options: { readonly endStream?: boolean } = {}): Buffer {
  const frames: Buffer[] = [];
  for (let offset = 0; offset === 0 || offset < bytes.length; offset += 16_384) {
    const last = offset + 16_384 >= bytes.length;
    const flags = last && options.endStream ? frameFlags.endStream : 0;
    frames.push(frame(frameTypes.data, flags, streamId, bytes.subarray(offset, offset + 16_384)));
  }
  return Buffer.concat(frames);
}

/** RST_STREAM with an error code (RFC 9113 §7). */
export function rst(streamId: number, code: number): Buffer {
  const payload = Buffer.alloc(4);
  payload.writeUInt32BE(code);
  return frame(frameTypes.rstStream, 0, streamId, payload);
}

/** GOAWAY with the last stream the server will handle, an error code and free text. */
export function goaway(lastStreamId: number, code: number, debug = ''): Buffer {
  const payload = Buffer.alloc(8);
  payload.writeUInt32BE(lastStreamId, 0);
  payload.writeUInt32BE(code, 4);
  return frame(frameTypes.goaway, 0, 0, Buffer.concat([payload, Buffer.from(debug, 'utf8')]));
}

/** One length-prefixed gRPC message; `flag` overrides the compressed flag, `declaredLength` makes the prefix lie. */
export function grpcMessage(
  bytes: Uint8Array,
  options: { readonly compressed?: boolean; readonly flag?: number; readonly declaredLength?: number } = {},
): Buffer {
  const prefix = Buffer.alloc(5);
  prefix[0] = options.flag ?? (options.compressed ? 1 : 0);
  prefix.writeUInt32BE(options.declaredLength ?? bytes.length, 1);
  return Buffer.concat([prefix, bytes]);
}

/** Cuts what a client sends into frames, the preface first. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);
  #prefaceSeen: boolean;

  constructor(options: { readonly preface?: boolean } = {}) {
    this.#prefaceSeen = options.preface === false;
  }

  /** Takes the next bytes and returns the frames that are complete. Throws when the preface is wrong. */
  push(chunk: Uint8Array): Frame[] {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    if (!this.#prefaceSeen && !this.#takePreface()) return [];
    const frames: Frame[] = [];
    while (this.#rest.length >= 9) {
      const length = this.#rest.readUIntBE(0, 3);
      if (this.#rest.length < 9 + length) break;
      frames.push({
        type: this.#rest[3] ?? 0,
        flags: this.#rest[4] ?? 0,
        streamId: this.#rest.readUInt32BE(5) & 0x7fffffff,
        payload: this.#rest.subarray(9, 9 + length),
      });
      this.#rest = this.#rest.subarray(9 + length);
    }
    return frames;
  }

  #takePreface(): boolean {
    if (this.#rest.length < clientPreface.length) return false;
    if (!this.#rest.subarray(0, clientPreface.length).equals(clientPreface)) throw new Error('not an HTTP/2 preface');
    this.#rest = this.#rest.subarray(clientPreface.length);
    this.#prefaceSeen = true;
    return true;
  }
}
