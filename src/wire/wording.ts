// How figures and foreign bytes are written in the status messages and hints of this folder.
// Foreign text is always quoted and escaped here: it comes from whoever answered on the port.
import { escapeUnsafe } from './unsafe-text.ts';

/** `1 message`, `3 messages`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Milliseconds for people: `250 ms`, `2 s`, `1.5 s`. */
export function duration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${Number((ms / 1000).toFixed(3))} s`;
}

const units = ['bytes', 'KiB', 'MiB', 'GiB'] as const;

/** Bytes for people: `100 bytes`, `64 MiB`, `1.5 KiB`. */
export function byteSize(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${Number(value.toFixed(1))} ${units[unit]}`;
}

/** Text of unknown origin on one line, at most `limit` characters, every control and bidi character made visible. */
export function visible(text: string, limit = 200): string {
  return escapeUnsafe(text.length > limit ? `${text.slice(0, limit)}…` : text);
}

/** The first line of bytes of unknown origin in quotes, or their first bytes in hex when they are not text. */
export function quoteBytes(bytes: Uint8Array, limit = 80): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  const line = (text.split(/\r?\n/, 1)[0] ?? '').trim();
  if (line.length > 0 && looksLikeText(bytes)) return `"${visible(line, limit)}"`;
  const hex = Buffer.from(bytes.subarray(0, 16))
    .toString('hex')
    .replace(/(..)(?=.)/g, '$1 ');
  return `bytes ${hex}${bytes.length > 16 ? ' …' : ''}`;
}

/** True when the bytes begin like a line of ASCII text. */
export function looksLikeText(bytes: Uint8Array): boolean {
  const head = bytes.subarray(0, 16);
  return (
    head.length > 0 && head.every((byte) => (byte >= 0x20 && byte < 0x7f) || byte === 9 || byte === 10 || byte === 13)
  );
}
