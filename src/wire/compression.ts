// Message compression: gzip both ways, deflate only received
// (https://github.com/grpc/grpc/blob/master/doc/compression.md). zlib is loaded when a call first needs it.

let zlib: typeof import('node:zlib') | undefined;

/** What this client tells servers it understands. */
export const acceptedEncodings = 'identity,gzip,deflate';

/** True when messages of this grpc-encoding can be read here. */
export function canDecompress(encoding: string): boolean {
  return encoding === 'gzip' || encoding === 'deflate';
}

/** True when `loadZlib` need not be awaited. */
export function zlibLoaded(): boolean {
  return zlib !== undefined;
}

/** Must have resolved before `gzip` or `decompress` is called. */
export async function loadZlib(): Promise<void> {
  zlib ??= await import('node:zlib');
}

/** The message as one gzip member. */
export function gzip(message: Uint8Array): Uint8Array {
  if (zlib === undefined) throw new Error('zlib is not loaded');
  return zlib.gzipSync(message);
}

/** A decompressed message, or why there is none: `limit` (more than `limit` bytes come out) or a sentence. */
export type Decompressed = { readonly bytes: Uint8Array } | { readonly problem: string; readonly limit: boolean };

/**
 * Undoes one of the encodings of `canDecompress`. Stops as soon as more than `limit` bytes come out, so that a bomb
 * costs no more than an honest message. Done synchronously: order is kept and small messages are cheap.
 */
export function decompress(encoding: string, message: Uint8Array, limit: number): Decompressed {
  if (zlib === undefined) throw new Error('zlib is not loaded');
  const options = { maxOutputLength: Math.max(limit, 1), chunkSize: message.length > 65_536 ? 262_144 : 16_384 };
  try {
    return { bytes: encoding === 'gzip' ? zlib.gunzipSync(message, options) : inflate(zlib, message, options) };
  } catch (error) {
    const { code, message: text } = error as NodeJS.ErrnoException;
    if (code === 'ERR_BUFFER_TOO_LARGE') return { problem: text, limit: true };
    if (code === 'Z_BUF_ERROR') return { problem: `${encoding} data is truncated (${text})`, limit: false };
    return { problem: `${encoding} data is corrupt (${text})`, limit: false };
  }
}

// HTTP's "deflate" is zlib's format; some peers send the bare stream under that name.
function inflate(
  loaded: typeof import('node:zlib'),
  message: Uint8Array,
  options: { maxOutputLength: number; chunkSize: number },
): Uint8Array {
  const zlibHeader = ((message[0] ?? 0) & 0x0f) === 8 && (((message[0] ?? 0) << 8) | (message[1] ?? 0)) % 31 === 0;
  return zlibHeader ? loaded.inflateSync(message, options) : loaded.inflateRawSync(message, options);
}
