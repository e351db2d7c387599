// A folder for inputs and outputs of the measured processes, in memory where the system has such a place: a disk must
// not be what is measured.
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

function writable(folder) {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** The folder; it goes when this process does. */
export const scratch = mkdtempSync(path.join(writable('/dev/shm') ? '/dev/shm' : tmpdir(), 'grepl-bench-'));

process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
