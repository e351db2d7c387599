// Files of the user's own that are only ever added to: nobody else reads them, and a link in their place is not followed.
import { chmodSync, closeSync, constants, fchmodSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Adds `text` to a file in one write, so that those of several programs do not mix. The file has the mode 0600 and a
 * folder made for it 0700, whatever the umask. Throws the system's error; ELOOP where the file is a link.
 */
export function appendPrivately(path: string, text: string): void {
  const folder = dirname(path);
  if (mkdirSync(folder, { recursive: true, mode: 0o700 }) !== undefined) chmodSync(folder, 0o700);
  const { O_APPEND, O_CREAT, O_WRONLY, O_NOFOLLOW = 0 } = constants;
  const file = openSync(path, O_APPEND | O_CREAT | O_WRONLY | O_NOFOLLOW, 0o600);
  try {
    // The file may be older than this rule.
    fchmodSync(file, 0o600);
    writeSync(file, text);
  } finally {
    closeSync(file);
  }
}
