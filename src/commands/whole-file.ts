// Files that are there whole or not at all: written beside their place and moved there, and taken away if that fails.
// A full disk or a signal then leaves what was there before.
import { renameSync, rmSync, statSync, writeFileSync } from 'node:fs';

/** What is behind the name of a file that is not finished. */
export const unfinishedEnding = '.part';

/**
 * Writes a file, replacing what is in its place: a link there is replaced, not followed. Throws the system's error, and
 * then leaves nothing unfinished behind.
 */
export function writeWhole(path: string, data: string | Uint8Array, mode = 0o666): void {
  const unfinished = `${path}${unfinishedEnding}`;
  rmSync(unfinished, { force: true });
  try {
    writeFileSync(unfinished, data, { flag: 'wx', mode });
    renameSync(unfinished, path);
  } catch (error) {
    try {
      rmSync(unfinished, { force: true });
    } catch {
      // The first error is the one to tell.
    }
    throw error;
  }
}

/** As writeWhole, for a path that the user typed: devices and pipes such as /dev/stdout are written to as they are. */
export function writeTyped(path: string, data: string | Uint8Array): void {
  const there = statSync(path, { throwIfNoEntry: false });
  if (there === undefined || there.isFile() || there.isDirectory()) writeWhole(path, data);
  else writeFileSync(path, data);
}
