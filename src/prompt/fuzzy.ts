// Which names a few typed letters mean: the start of the name, the starts of its words (`GI` for GetItem), letters in
// order, best first. Made for tens of thousands of names a key, the first of which meets code that never ran.
import { humps, inOrder } from './fuzzy-match.ts';

export interface FuzzyOptions {
  /** At most so many results. */
  readonly limit?: number | undefined;
  /** How recently a name was used: 0 the last, undefined never. Recent names come first among those that fit as well. */
  readonly recent?: ((index: number) => number | undefined) | undefined;
}

/** What is worked out once for a list of names: little, since the first key waits for it. */
interface Prepared {
  readonly lower: readonly string[];
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
  const { recent } = options;
  const from = candidates(list, terms);
  const found = new Int32Array(from.length);
  const ranks = new Float64Array(from.length);
  let count = 0;
  for (let at = 0; at < from.length; at++) {
    const index = from[at]!;
    const lower = list.lower[index]!;
    const tier = tierOf(terms, names[index]!, lower);
    if (tier < 0) continue;
    const age = recent?.(index) ?? most;
    // Without a query nothing fits better than anything else.
    const length = terms.length === 0 ? 0 : lower.length;
    found[count] = index;
    ranks[count++] = rankOf(tier, age, length, index);
  }
  list.last = { terms, found: found.subarray(0, count) };
  const best = ranks.subarray(0, count).sort().subarray(0, options.limit);
  return Array.from(best, (rank) => rank % indexes);
}

/** Ranks have 10 bits for the length of the name, as many for its age, and 26 for its place. */
const most = 1023;
const indexes = 2 ** 26;

/** One number to sort by: by tier, then the recent ones, then the shorter names, then as they were given. */
function rankOf(tier: number, age: number, length: number, index: number): number {
  const bits = (Math.min(tier, 63) << 20) | (Math.min(age, most) << 10) | Math.min(length, most);
  return bits * indexes + index;
}

/** Which UTF-16 units of `name` the query stands for, ascending: to be underlined. Empty if it does not fit. */
export function fuzzyPositions(query: string, name: string): number[] {
  const all = new Set<number>();
  for (const term of termsOf(query)) {
    places.length = 0;
    if (termTier(term, name, lowered(name), true) >= 0) for (const at of places.slice(0, term.length)) all.add(at);
  }
  return [...all].sort((a, b) => a - b);
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
  const all = new Int32Array(names.length);
  for (let at = 0; at < all.length; at++) all[at] = at;
  const list = { lower: allLowered(names), all, last: { terms: [], found: all } };
  prepared.set(names, list);
  return list;
}

/** The names in lower case, in one piece: a call for each of many names takes several times as long. */
function allLowered(names: readonly string[]): string[] {
  const whole = names.join('\n');
  const lower = whole.toLowerCase();
  const parts = lower.split('\n');
  return lower.length === whole.length && parts.length === names.length ? parts : names.map(lowered);
}

function candidates(list: Prepared, terms: readonly string[]): Int32Array {
  const { last } = list;
  const continues =
    last.terms.length <= terms.length && last.terms.every((term, index) => terms[index]!.startsWith(term));
  return continues ? last.found : list.all;
}

/** How well all terms fit: the sum of their tiers; -1 if one does not. */
function tierOf(terms: readonly string[], name: string, lower: string): number {
  let sum = 0;
  // The last term first: all names left fit what was typed before it.
  for (let at = terms.length - 1; at >= 0; at--) {
    const tier = termTier(terms[at]!, name, lower, false);
    if (tier < 0) return -1;
    sum += tier;
  }
  return sum;
}

/** 0 for the name itself up to 7 for letters in order, -1 if the term does not fit; `places` is filled if asked for. */
function termTier(term: string, name: string, lower: string, wantPlaces: boolean): number {
  const at = lower.indexOf(term);
  if (at === 0) {
    if (wantPlaces) putRun(0, term.length);
    return lower.length === term.length ? 0 : 2;
  }
  // The last part of a full name is what people call it.
  const short = Math.max(lower.lastIndexOf('.'), lower.lastIndexOf('/')) + 1;
  if (at > 0 && lower.startsWith(term, short)) {
    if (wantPlaces) putRun(short, term.length);
    return lower.length - short === term.length ? 1 : 3;
  }
  // Letters that are not there in order cannot start words in order either: most names are refused here.
  if (at < 0 && !inOrder(term, lower, places)) return -1;
  if (humps(term, name, lower, short, places)) return 4;
  if (at > 0) {
    if (wantPlaces) putRun(lower.lastIndexOf(term), term.length);
    return 5;
  }
  if (short > 0 && humps(term, name, lower, 0, places)) return 6;
  if (wantPlaces) inOrder(term, lower, places);
  return 7;
}

function putRun(from: number, length: number): void {
  for (let offset = 0; offset < length; offset++) places[offset] = from + offset;
}
