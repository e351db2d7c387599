// The exit code of a status: 64 + N, so that it never meets the shell's own codes or ours.
import type { Status } from '../wire/status.ts';

/** 0 for OK, 64 + N otherwise; a number outside 1..16 counts as UNKNOWN. */
export function exitCodeOf(status: Status): number {
  if (status.code === 0) return 0;
  return 64 + (Number.isInteger(status.code) && status.code >= 1 && status.code <= 16 ? status.code : 2);
}
