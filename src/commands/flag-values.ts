// How the values of flags are written: times, sizes, numbers.
import { UserError } from '../errors.ts';

const durationUnits: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** DURATION to milliseconds: `250ms`, `1.5s`, `2m`, `1h`, a bare number is seconds. Throws UserError 2. */
export function parseDuration(flag: string, text: string): number {
  const match = /^(\d+(?:\.\d*)?|\.\d+)(?:e\+?(\d+))?(ms|s|m|h)?$/i.exec(text.trim());
  const milliseconds = match
    ? Number(`${match[1]}e${match[2] ?? 0}`) * (durationUnits[(match[3] ?? 's').toLowerCase()] ?? 1000)
    : Number.NaN;
  if (Number.isNaN(milliseconds)) {
    throw new UserError(2, `--${flag}: "${text}" is not a duration`, {
      hint: 'write 250ms, 1.5s, 2m or 1h; a bare number is seconds',
    });
  }
  return milliseconds;
}

/** SIZE to bytes: `4096`, `64KiB`, `4MiB`, `1GiB` (KB and K mean the same). Throws UserError 2. */
export function parseSize(flag: string, text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*(?:([kmg])i?b?|b)?$/i.exec(text.trim());
  if (!match) throw new UserError(2, `--${flag}: "${text}" is not a size`, { hint: 'write bytes, or 64KiB, 4MiB' });
  const power = match[2] ? 'kmg'.indexOf(match[2].toLowerCase()) + 1 : 0;
  return Math.floor(Number(match[1]) * 1024 ** power);
}

/** A whole number. Throws UserError 2. */
export function parseCount(flag: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new UserError(2, `--${flag}: "${text}" is not a whole number`);
  return Number(text);
}
