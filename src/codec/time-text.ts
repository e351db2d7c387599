// The text forms of google.protobuf.Timestamp, Duration and FieldMask, read and written.
// https://protobuf.dev/programming-guides/json/

/** Seconds and nanoseconds as both well-known types hold them; seconds are exact in a number. */
export interface Seconds {
  readonly seconds: number;
  readonly nanos: number;
}

const timestampPattern = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:Z|([+-])(\d\d):(\d\d))$/;
const minTimestamp = -62135596800;
const maxTimestamp = 253402300799;
const maxDuration = 315576000000;

/** Reads RFC 3339 with up to nine fraction digits, years 0001 to 9999; undefined if it is none. */
export function parseTimestamp(text: string): Seconds | undefined {
  const match = timestampPattern.exec(text);
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  const offsetHours = Number(match[9] ?? 0);
  const offsetMinutes = Number(match[10] ?? 0);
  if (hour > 23 || minute > 59 || second > 59 || offsetHours > 23 || offsetMinutes > 59) return undefined;
  const offset = (offsetHours * 60 + offsetMinutes) * 60 * (match[8] === '-' ? -1 : 1);
  const seconds = date.getTime() / 1000 + hour * 3600 + minute * 60 + second - offset;
  if (seconds < minTimestamp || seconds > maxTimestamp) return undefined;
  return { seconds, nanos: Number((match[7] ?? '').padEnd(9, '0')) };
}

/** Writes a timestamp in UTC with 0, 3, 6 or 9 fraction digits; undefined if it is out of range. */
export function formatTimestamp(seconds: number, nanos: number): string | undefined {
  if (!(seconds >= minTimestamp && seconds <= maxTimestamp) || nanos < 0 || nanos > 999_999_999) return undefined;
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}${fraction(nanos)}Z`;
}

/** Reads seconds with a unit, such as `-1.5s`; undefined if it is no duration of up to 10,000 years. */
export function parseDuration(text: string): Seconds | undefined {
  const match = /^(-?)(\d{1,12})(?:\.(\d{1,9}))?s$/.exec(text);
  if (!match) return undefined;
  const seconds = Number(match[2]);
  const nanos = Number((match[3] ?? '').padEnd(9, '0'));
  if (seconds > maxDuration) return undefined;
  return match[1] === '-' ? { seconds: 0 - seconds, nanos: 0 - nanos } : { seconds, nanos };
}

/** Writes a duration; undefined if it is out of range or its parts differ in sign. */
export function formatDuration(seconds: number, nanos: number): string | undefined {
  if (!(Math.abs(seconds) <= maxDuration) || Math.abs(nanos) > 999_999_999) return undefined;
  if ((seconds > 0 && nanos < 0) || (seconds < 0 && nanos > 0)) return undefined;
  const sign = seconds < 0 || nanos < 0 ? '-' : '';
  return `${sign}${Math.abs(seconds)}${fraction(Math.abs(nanos))}s`;
}

/** `displayName.fooBar` → `display_name.foo_bar`; undefined if it has an underscore and so cannot be in this form. */
export function snakePath(path: string): string | undefined {
  return path.includes('_') ? undefined : path.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** `display_name` → `displayName`; undefined if the way back would lead elsewhere. */
export function camelPath(path: string): string | undefined {
  return /[A-Z]|_(?![a-z])/.test(path)
    ? undefined
    : path.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function fraction(nanos: number): string {
  if (nanos === 0) return '';
  const digits = `${nanos}`.padStart(9, '0');
  return `.${digits.endsWith('000000') ? digits.slice(0, 3) : digits.endsWith('000') ? digits.slice(0, 6) : digits}`;
}
