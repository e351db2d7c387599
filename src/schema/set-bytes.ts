// The bytes of a descriptor set, read where they are wanted: of a set of 70 MB a short run needs a few thousandths, and
// to hold all of it costs more time than to look through it.
import { closeSync, fstatSync, openSync, readFileSync, readSync, type Stats } from 'node:fs';
import { UserError } from '../errors.ts';
import { shown } from './quote.ts';

/** Bytes at places in a set. */
export interface SetBytes {
  readonly path: string;
  readonly size: number;
  /** Fills the buffer with what stands at `at`, which must be there. Throws UserError 4 if that has changed. */
  fill(buffer: Buffer, at: number): void;
  /** What stands there, not to be written to. Throws as `fill` does. */
  slice(start: number, end: number): Buffer;
}

/**
 * Opens a set, gzipped or not.
 *
 * @throws UserError code 4 naming the path when it cannot be read
 */
export async function openSetBytes(path: string): Promise<SetBytes> {
  try {
    const found = lookAt(path);
    if (found !== undefined && !found.gzipped) return new FileBytes(path, found.stats);
    const bytes = readFileSync(path);
    if (!isGzip(bytes)) return new HeldBytes(path, bytes);
    const { gunzipSync } = await import('node:zlib');
    return new HeldBytes(path, gunzipSync(bytes, { maxOutputLength: 2 ** 30 }));
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'no such file' : code === 'EISDIR' ? 'it is a directory' : message;
    throw new UserError(4, `cannot read the descriptor set ${shown(path)}: ${why}`, { cause });
  }
}

const readAhead = 256 * 1024;

const isGzip = (bytes: Buffer): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** Undefined for what cannot be read at places: a pipe, a device. */
function lookAt(path: string): { stats: Stats; gzipped: boolean } | undefined {
  return withFile(path, (fd) => {
    const stats = fstatSync(fd);
    if (!stats.isFile()) return undefined;
    const start = Buffer.alloc(2);
    readSync(fd, start, 0, 2, 0);
    return { stats, gzipped: isGzip(start) };
  });
}

function withFile<T>(path: string, use: (fd: number) => T): T {
  const fd = openSync(path, 'r');
  try {
    return use(fd);
  } finally {
    closeSync(fd);
  }
}

class HeldBytes implements SetBytes {
  readonly path: string;
  readonly #bytes: Buffer;

  constructor(path: string, bytes: Buffer) {
    this.path = path;
    this.#bytes = bytes;
  }

  get size(): number {
    return this.#bytes.length;
  }

  fill(buffer: Buffer, at: number): void {
    this.#bytes.copy(buffer, 0, at, at + buffer.length);
  }

  slice(start: number, end: number): Buffer {
    return this.#bytes.subarray(start, end);
  }
}

class FileBytes implements SetBytes {
  readonly path: string;
  readonly size: number;
  readonly #changedMs: number;
  /** What was read last, and where it stands: files are asked for in order more often than not. */
  #held = Buffer.alloc(0);
  #heldAt = 0;

  constructor(path: string, { size, mtimeMs }: Stats) {
    this.path = path;
    this.size = size;
    this.#changedMs = mtimeMs;
  }

  fill(buffer: Buffer, at: number): void {
    withFile(this.path, (fd) => {
      // A session may last for hours, and the set be compiled anew meanwhile.
      const { size, mtimeMs } = fstatSync(fd);
      let done = size === this.size && mtimeMs === this.#changedMs ? 0 : -1;
      while (done >= 0 && done < buffer.length) {
        const read = readSync(fd, buffer, done, buffer.length - done, at + done);
        done = read === 0 ? -1 : done + read;
      }
      if (done >= 0) return;
      throw new UserError(4, `the descriptor set ${shown(this.path)} has changed since it was read`, {
        hint: 'load it anew',
      });
    });
  }

  slice(start: number, end: number): Buffer {
    if (start < this.#heldAt || end > this.#heldAt + this.#held.length) {
      this.#held = Buffer.allocUnsafeSlow(Math.max(end - start, Math.min(readAhead, this.size - start)));
      this.#heldAt = start;
      this.fill(this.#held, start);
    }
    return this.#held.subarray(start - this.#heldAt, end - this.#heldAt);
  }
}
