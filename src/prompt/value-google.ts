// The google.type messages that people write as one word: a date, an amount of money, a place on the globe.
import type { Tree } from '../codec/field-tree.ts';
import { shown } from '../schema/quote.ts';
import type { GoogleType } from './form-place.ts';
import { faultAt, type Parsed } from './value-fault.ts';

/** A date, an amount or a place as the JSON of its message. */
export function parseGoogle(form: GoogleType, text: string): Parsed {
  switch (form) {
    case 'date':
      return parseDate(text);
    case 'money':
      return parseMoney(text);
    case 'latlng':
      return parseLatLng(text);
  }
}

/** The word for the JSON of such a message; undefined if it can only be written as JSON. */
export function googleText(form: GoogleType, tree: Tree): string | undefined {
  if (tree.kind !== 'object') return undefined;
  const members = new Map<string, string>();
  for (const [key, value] of tree.members) {
    if (value.kind !== 'leaf') return undefined;
    members.set(
      key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      value.text.replace(/^"(.*)"$/, '$1'),
    );
  }
  const known = {
    date: ['year', 'month', 'day'],
    money: ['currencyCode', 'units', 'nanos'],
    latlng: ['latitude', 'longitude'],
  };
  if ([...members.keys()].some((key) => !known[form].includes(key))) return undefined;
  const text = { date: dateText, money: moneyText, latlng: latLngText }[form](members);
  // What does not come back as the same values stays JSON.
  return text !== undefined && 'json' in parseGoogle(form, text) ? text : undefined;
}

/** `2026-11-20`; `2026-11` and `2026` are dates too. */
function parseDate(text: string): Parsed {
  const found = /^(\d{4})(?:-(\d\d?)(?:-(\d\d?))?)?$/.exec(text);
  if (found === null) {
    const good = /^\d{0,4}(?:-\d{0,2}){0,2}/.exec(text)![0].length;
    return faultAt(good, 'a date is 2026-11-20, or 2026-11, or 2026');
  }
  const [year, month, day] = found.slice(1).map((part) => (part === undefined ? undefined : Number(part)));
  const date = new Date(Date.UTC(2000, (month ?? 1) - 1, day ?? 1));
  date.setUTCFullYear(year!, (month ?? 1) - 1, day ?? 1);
  if (date.getUTCMonth() !== (month ?? 1) - 1 || date.getUTCDate() !== (day ?? 1) || year === 0) {
    return faultAt(0, `${shown(text)} is no date of the calendar`);
  }
  return { json: JSON.stringify({ year, month, day }) };
}

function dateText(members: ReadonlyMap<string, string>): string | undefined {
  const [year, month, day] = ['year', 'month', 'day'].map((key) => members.get(key));
  if (year === undefined || (day !== undefined && month === undefined)) return undefined;
  const parts = [year.padStart(4, '0'), month, day].filter((part) => part !== undefined);
  return parts.map((part, at) => (at === 0 ? part : part.padStart(2, '0'))).join('-');
}

/** `12.50 EUR` or `EUR 12.50`, with up to nine decimals. */
function parseMoney(text: string): Parsed {
  const found = /^(?:([A-Za-z]{3})\s*)?([+-]?)(\d[\d_]*)?(?:\.(\d*))?\s*(?:([A-Za-z]{3}))?$/.exec(text);
  const [, before, sign, whole = '', decimals = '', after] = found ?? [];
  if (found === null || (before === undefined) === (after === undefined) || whole + decimals === '') {
    return faultAt(moneyFault(text), 'currency needs three letters, e.g. 12.50 EUR');
  }
  if (decimals.length > 9) return faultAt(text.indexOf('.') + 10, 'an amount has at most nine decimals');
  const units = BigInt(whole.replaceAll('_', '') || '0');
  if (units > 9223372036854775807n) return faultAt(0, `${shown(text)} is too large`);
  const nanos = Number(decimals.padEnd(9, '0'));
  const minus = sign === '-' ? -1 : 1;
  return {
    json: JSON.stringify({
      currencyCode: (before ?? after)!.toUpperCase(),
      units: units === 0n ? undefined : String(units * BigInt(minus)),
      nanos: nanos === 0 ? undefined : nanos * minus,
    }),
  };
}

/** Where the currency stands, or ought to. */
function moneyFault(text: string): number {
  const letter = text.search(/[^\s\d.,+_-]/);
  return letter < 0 ? text.length : letter;
}

function moneyText(members: ReadonlyMap<string, string>): string | undefined {
  const currency = members.get('currencyCode');
  const units = members.get('units') ?? '0';
  const nanos = members.get('nanos') ?? '0';
  if (currency === undefined || !/^[A-Z]{3}$/.test(currency) || !/^-?\d+$/.test(units) || !/^-?\d{1,9}$/.test(nanos)) {
    return undefined;
  }
  const negative = units.startsWith('-') || nanos.startsWith('-');
  const agrees = [units, nanos].every((part) => /^-?0+$/.test(part) || part.startsWith('-') === negative);
  if (!agrees) return undefined;
  const digits = nanos
    .replace('-', '')
    .padStart(9, '0')
    .replace(/0{1,7}$/, '');
  const decimals = /^0+$/.test(digits) ? '' : `.${digits}`;
  return `${negative ? '-' : ''}${units.replace('-', '')}${decimals} ${currency}`;
}

/** `59.9,10.7`: latitude, longitude in degrees. */
function parseLatLng(text: string): Parsed {
  const number = /^\s*([+-]?(?:\d+(?:\.\d*)?|\.\d+))\s*(?:,|\s)\s*([+-]?(?:\d+(?:\.\d*)?|\.\d+))\s*$/;
  const found = number.exec(text);
  if (found === null) {
    const good = /^[\d\s.,+-]*/.exec(text)![0].length;
    return faultAt(good, 'a place is latitude,longitude such as 59.9,10.7');
  }
  const [latitude, longitude] = [Number(found[1]), Number(found[2])];
  if (Math.abs(latitude) > 90) return faultAt(text.indexOf(found[1]!), `latitude is -90…90, not ${shown(found[1]!)}`);
  if (Math.abs(longitude) > 180) {
    return faultAt(text.lastIndexOf(found[2]!), `longitude is -180…180, not ${shown(found[2]!)}`);
  }
  return { json: JSON.stringify({ latitude, longitude }) };
}

function latLngText(members: ReadonlyMap<string, string>): string | undefined {
  return `${members.get('latitude') ?? '0'},${members.get('longitude') ?? '0'}`;
}
