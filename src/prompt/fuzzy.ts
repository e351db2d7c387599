// Which names a few typed letters mean: the start of the name, the starts of its words (`GI` for GetItem), letters in
// order, best first. Made for tens of thousands of names a key: nothing is allocated for a name that does not match.
import { humps, inOrder, letterBit, markWordStarts } from './fuzzy-match.ts';

export interface FuzzyOptions {
  /** At most so many results. */
  readonly limit?: number | undefined;
  /** How recently a name was used: 0 the last, undefined never. Recent names come first among those that fit as well. */
  readonly recent?: ((index: number) => number | undefined) | undefined;
}

/** What is worked out once for a list of names. */
interface Prepared {
  readonly lower: readonly string[];
  /** Which letters a name has, a bit each: most names are refused by this alone. */
  readonly letters: Int32Array;
  /** Which letters start words of the short name. */
  readonly initials: Int32Array;
  /** Where the short name begins. */
  readonly short: Int32Array;
  /** A 1 for each word start, all names behind each other; `base` tells where a name begins. */
  readonly starts: Uint8Array;
  readonly base: Int32Array;
  /** All places, in order. */
  readonly all: Int32Array;
  /** The names that fitted the last query: one that continues it can only fit fewer. */
  last: { readonly terms: readonly string[]; readonly found: Int32Array };
}

const prepared = new WeakMap<readonly string[], Prepared>();

/**
 * The places in `names` of those that `query` may mean, best first. Blanks separate terms that must all fit; an empty
 * query means all. The list is prepared when it is seen first, so pass the same array for each key.
 */
export function fuzzyRank(query: string, names: readonly string[], options: FuzzyOptions = {}): number[] {
  const list = prepare(names);
  const terms = termsOf(query);
  const from = candidates(list, terms);
  const wanted = lettersOf(terms.join(''));
  const found = new Int32Array(from.length);
  const tiers = new Uint8Array(from.length);
  let count = 0;
  for (const index of from) {
    if ((list.letters[index]! & wanted) !== wanted) continue;
    const tier = tierOf(terms, list, index);
    if (tier < 0) continue;
    found[count] = index;
    tiers[count++] = Math.min(tier, 63);
  }
  const fitting = found.subarray(0, count);
  list.last = { terms, found: fitting };
  return Array.from(sorted(list, fitting, tiers, terms.length > 0, options));
}

/** Which UTF-16 units of `name` the query stands for, ascending: to be underlined. Empty if it does not fit. */
export function fuzzyPositions(query: string, name: string): number[] {
  const list = prepareNames([name]);
  const all = new Set<number>();
  for (const term of termsOf(query)) {
    places.length = 0;
    if (termTier(term, list, 0, true) >= 0) for (const at of places.slice(0, term.length)) all.add(at);
  }
  return [...all].sort((a, b) => a - b);
}

/** By tier, then the recent ones, then the shorter names, then as they were given; counted instead of compared. */
function sorted(
  list: Prepared,
  fitting: Int32Array,
  tiers: Uint8Array,
  byLength: boolean,
  options: FuzzyOptions,
): Int32Array {
  let order: Int32Array = list.all.slice(0, fitting.length);
  const { recent } = options;
  // Without a query nothing fits better than anything else.
  if (byLength) order = sortedBy(order, (place) => list.lower[fitting[place]!]!.length);
  if (recent) order = sortedBy(order, (place) => recent(fitting[place]!) ?? mostKeys);
  if (byLength) order = sortedBy(order, (place) => tiers[place]!);
  return order.subarray(0, options.limit ?? order.length).map((place) => fitting[place]!);
}

const mostKeys = 1023;

/** A stable counting sort by a small whole number; larger ones count as the largest. */
function sortedBy(order: Int32Array, keyOf: (place: number) => number): Int32Array {
  const next = new Int32Array(mostKeys + 2);
  const keys = new Uint16Array(order.length);
  for (let at = 0; at < order.length; at++) {
    const key = Math.min(keyOf(order[at]!), mostKeys);
    keys[at] = key;
    next[key + 1]!++;
  }
  for (let key = 1; key < next.length; key++) next[key]! += next[key - 1]!;
  const result = new Int32Array(order.length);
  for (let at = 0; at < order.length; at++) result[next[keys[at]!]!++] = order[at]!;
  return result;
}

const places: number[] = [];

function termsOf(query: string): string[] {
  return query.split(/\s+/).flatMap((term) => (term === '' ? [] : [lowered(term)]));
}

/** Lower case of the same length, so that places in it are places in the name. */
function lowered(text: string): string {
  const lower = text.toLowerCase();
  return lower.length === text.length ? lower : text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function prepare(names: readonly string[]): Prepared {
  const known = prepared.get(names);
  if (known && known.lower.length === names.length) return known;
  const list = prepareNames(names);
  prepared.set(names, list);
  return list;
}

function prepareNames(names: readonly string[]): Prepared {
  const count = names.length;
  let units = 0;
  for (const name of names) units += name.length;
  const lower: string[] = new Array(count);
  const ints = (): Int32Array => new Int32Array(count);
  const [letters, initials, short, base, found] = [ints(), ints(), ints(), ints(), ints()] as const;
  const starts = new Uint8Array(units);
  let at = 0;
  for (let index = 0; index < count; index++) {
    const name = names[index]!;
    const small = lowered(name);
    lower[index] = small;
    letters[index] = lettersOf(small);
    short[index] = shortName(small);
    initials[index] = markWordStarts(name, starts, at, short[index]!);
    base[index] = at;
    found[index] = index;
    at += name.length;
  }
  return { lower, letters, initials, short, starts, base, all: found, last: { terms: [], found } };
}

/** Where the short name in a full one begins: behind the last dot or slash. */
function shortName(lower: string): number {
  return Math.max(lower.lastIndexOf('.'), lower.lastIndexOf('/')) + 1;
}

function lettersOf(text: string): number {
  let bits = 0;
  for (let at = 0; at < text.length; at++) bits |= letterBit(text.charCodeAt(at));
  return bits;
}

function candidates(list: Prepared, terms: readonly string[]): Int32Array {
  const { last } = list;
  const continues =
    last.terms.length <= terms.length && last.terms.every((term, index) => terms[index]!.startsWith(term));
  return continues ? last.found : list.all;
}

/** How well all terms fit: the sum of their tiers; -1 if one does not. */
function tierOf(terms: readonly string[], list: Prepared, index: number): number {
  let sum = 0;
  for (const term of terms) {
    const tier = termTier(term, list, index, false);
    if (tier < 0) return -1;
    sum += tier;
  }
  return sum;
}

/** 0 for the name itself up to 7 for letters in order, -1 if the term does not fit; `places` is filled if asked for. */
function termTier(term: string, list: Prepared, index: number, wantPlaces: boolean): number {
  const lower = list.lower[index]!;
  const short = list.short[index]!;
  const at = lower.indexOf(term);
  if (at === 0 || (at > 0 && lower.startsWith(term, short))) {
    if (wantPlaces) putRun(at === 0 ? 0 : short, term.length);
    if (at === 0) return lower.length === term.length ? 0 : 2;
    // The last part of a full name is what people call it.
    return lower.length - short === term.length ? 1 : 3;
  }
  const base = list.base[index]!;
  const starts = (list.initials[index]! & letterBit(term.charCodeAt(0))) !== 0;
  if (starts && humps(term, lower, list.starts, base, short, places)) return 4;
  if (at > 0) {
    if (wantPlaces) putRun(lower.lastIndexOf(term), term.length);
    return 5;
  }
  if (!inOrder(term, lower, places)) return -1;
  if (short > 0 && humps(term, lower, list.starts, base, 0, places)) return 6;
  if (wantPlaces) inOrder(term, lower, places);
  return 7;
}

function putRun(from: number, length: number): void {
  for (let offset = 0; offset < length; offset++) places[offset] = from + offset;
}
