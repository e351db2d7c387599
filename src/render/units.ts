// Times and sizes as words: the same forms on every screen.

/** Milliseconds for people: `0.42 ms`, `3.1 ms`, `92 ms`, `1.20 s`, `2 min 5 s`. */
export function humanTime(ms: number): string {
  if (ms < 0.995) return `${ms.toFixed(2)} ms`;
  if (ms < 9.95) return `${ms.toFixed(1)} ms`;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 59_995) return `${(ms / 1000).toFixed(2)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** Bytes for people: `54 B`, `1.2 KiB`, `64 MiB`. */
export function humanSize(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const units = ['KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes / 1024;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value >= 100 || Number.isInteger(value) ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** `1 message`, `2 messages`: the word with its number. */
export function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}

/** Milliseconds as Go writes a time.Duration: `1.336617959s`, `663.003042ms`, `4.083µs`, `1m2.5s`. */
export function goDuration(ms: number): string {
  const nanos = Math.round(ms * 1e6);
  if (nanos === 0) return '0s';
  if (nanos < 1000) return `${nanos}ns`;
  if (nanos < 1_000_000) return `${nanos / 1000}µs`;
  if (nanos < 1_000_000_000) return `${nanos / 1_000_000}ms`;
  const seconds = nanos / 1e9;
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  const rest = `${minutes % 60}m${Number((seconds - minutes * 60).toFixed(9))}s`;
  return minutes < 60 ? rest : `${Math.floor(minutes / 60)}h${rest}`;
}
