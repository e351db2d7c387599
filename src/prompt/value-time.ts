// Moments and spans of time as people type them: `now-2h`, a date, `1h30m`; and what they are, under the line.
import { formatDuration, parseTimestamp as readTimestamp } from '../codec/time-text.ts';
import { shown } from '../schema/quote.ts';
import { faultAt, type Parsed } from './value-fault.ts';

const units = new Map([
  ['ns', 1n],
  ['us', 1_000n],
  ['µs', 1_000n],
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
  ['d', 86_400_000_000_000n],
]);
const second = 1_000_000_000n;

/** Nanoseconds of `1h30m`, `250ms`, `1.5s`, without sign; or where it stops being a span of time. */
function nanosOf(text: string): bigint | { readonly at: number; readonly reason: string } {
  const part = /(\d+)(?:\.(\d+))?(ns|us|µs|ms|s|m|h|d)?/y;
  let sum = 0n;
  let at = 0;
  do {
    part.lastIndex = at;
    const found = part.exec(text);
    if (found === null) return { at, reason: 'expected a number with a unit' };
    const [all, digits = '', fraction = '', unit = 's'] = found;
    // A number without a unit counts seconds, but only when it is all there is.
    if (found[3] === undefined && all !== text)
      return { at: at + all.length, reason: 'expected a unit (h, m, s, ms, us, ns)' };
    const divisor = 10n ** BigInt(fraction.length);
    const scaled = BigInt(digits + fraction) * units.get(unit)!;
    if (scaled % divisor !== 0n) return { at, reason: 'finer than a nanosecond' };
    sum += scaled / divisor;
    at += all.length;
  } while (at < text.length);
  return sum;
}

/** A duration: `1h30m`, `250ms`, `1.5s`, `-2m`; a bare number counts seconds. */
export function parseDuration(text: string): Parsed {
  const [, sign = '', span = ''] = /^([+-]?)(.*)$/s.exec(text.replace(/\s/g, ''))!;
  const nanos = nanosOf(span);
  if (typeof nanos !== 'bigint') {
    return faultAt(
      Math.min(nanos.at + sign.length, text.length),
      `${nanos.reason}; a duration is 1h30m, 250ms or 1.5s`,
    );
  }
  const seconds = nanos / second;
  if (seconds > 315_576_000_000n) return faultAt(0, `${shown(text)} is more than 10,000 years`);
  const direction = sign === '-' ? -1 : 1;
  const json = formatDuration(Number(seconds) * direction || 0, Number(nanos % second) * direction || 0);
  return { json: JSON.stringify(json), note: json };
}

/** A moment: RFC 3339, a date (midnight UTC), `now`, `now-2h`, `now+1h30m`, `unix:1732060800`. Nine digits are kept. */
export function parseTimestamp(text: string, now: () => Date): Parsed {
  const [, sign, span] = /^now(?:\s*([+-])\s*(.+))?$/i.exec(text) ?? [];
  if (/^now/i.test(text) && (sign !== undefined || /^now$/i.test(text))) return aroundNow(text, sign, span, now);
  if (text.startsWith('unix:')) return unixTime(text);
  const date = /^(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d)(:\d\d(?:\.\d*)?)?\s*([Zz]|[+-]\d\d:?\d\d)?)?$/.exec(text);
  if (date === null) {
    const good = /^(?:\d{1,4}(?:-\d{0,2}(?:-\d{0,2}(?:[Tt ][\d:.]*)?)?)?)?/.exec(text)![0].length;
    return faultAt(good, 'a time is 2026-01-31T12:00:00Z, 2026-01-31, now, now-2h or unix:1732060800');
  }
  const [, day, hours, seconds = ':00', zone] = date;
  if (hours !== undefined && zone === undefined) {
    return faultAt(text.length, `the zone is missing: Z for UTC, or ${localOffset(text)} for here`);
  }
  if (/\.\d{10}/.test(seconds)) return faultAt(text.indexOf('.') + 10, 'a time has at most nine digits of a second');
  const offset = zone === undefined ? 'Z' : zone.toUpperCase().replace(/^(.\d\d)(\d\d)$/, '$1:$2');
  const full = `${day}T${hours ?? '00:00'}${seconds.replace(/\.$/, '')}${offset}`;
  if (readTimestamp(full) === undefined)
    return faultAt(0, `${shown(text)} is no date of the calendar, or out of range`);
  return { json: JSON.stringify(full), note: timeNote(full) };
}

function aroundNow(text: string, sign: string | undefined, span: string | undefined, now: () => Date): Parsed {
  const start = BigInt(now().getTime()) * 1_000_000n;
  if (sign === undefined || span === undefined) return moment(start);
  const nanos = nanosOf(span.replace(/\s/g, ''));
  if (typeof nanos === 'bigint') return moment(sign === '-' ? start - nanos : start + nanos);
  return faultAt(text.length - span.length + nanos.at, `${nanos.reason}; such as now-2h or now+1h30m`);
}

function unixTime(text: string): Parsed {
  const found = /^unix:(-?)(\d+)(?:\.(\d{1,9}))?$/.exec(text);
  if (found === null) return faultAt(5, 'unix: takes seconds since 1970, such as unix:1732060800');
  const nanos = BigInt(found[2]!) * second + BigInt((found[3] ?? '').padEnd(9, '0'));
  return moment(found[1] === '-' ? -nanos : nanos);
}

function moment(nanos: bigint): Parsed {
  const rest = ((nanos % second) + second) % second;
  const seconds = Number((nanos - rest) / second);
  if (seconds < -62135596800 || seconds > 253402300799) return faultAt(0, 'a time is of the years 0001 to 9999');
  const fraction =
    rest === 0n
      ? ''
      : `.${String(rest)
          .padStart(9, '0')
          .replace(/(?:000){1,2}$/, '')}`;
  const text = `${new Date(seconds * 1000).toISOString().slice(0, 19)}${fraction}Z`;
  return { json: JSON.stringify(text), note: timeNote(text) };
}

/** `2026-11-20T03:41:07Z · 04:41:07 local`. */
export function timeNote(text: string): string | undefined {
  const read = readTimestamp(text);
  if (read === undefined) return undefined;
  const date = new Date(read.seconds * 1000);
  const utc = date.toISOString().slice(0, 19);
  const pad = (value: number): string => String(value).padStart(2, '0');
  const clock = `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`;
  const day = `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
  const fraction = /\.\d+/.exec(text)?.[0] ?? '';
  return `${utc}${fraction}Z · ${utc.startsWith(day) ? '' : `${day} `}${clock} local`;
}

/** The offset of the local zone at the moment that the text names, as RFC 3339 writes it. */
function localOffset(text: string): string {
  const minutes = -new Date(text.replace(' ', 'T')).getTimezoneOffset();
  if (!Number.isFinite(minutes)) return '+00:00';
  const pad = (value: number): string => String(value).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${pad(Math.floor(Math.abs(minutes) / 60))}:${pad(Math.abs(minutes) % 60)}`;
}
