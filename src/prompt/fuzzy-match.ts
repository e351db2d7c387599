// The two ways in which letters fit a name without standing in it as they are: at the starts of its words, and in order.
// Called for each of tens of thousands of names at each key, so places go into an array that is used again.

/** How often one name is tried at most: where many equal words make very many ways, it counts as letters in order. */
const mostTries = 100;
let tries = 0;

/**
 * Whether each letter of `term` starts a word of the name or follows the one before: `gi` and `geti` in GetItem. Looks
 * from `from` on; `lower` is the name in lower case, `starts` has a 1 at `base` + the place of each word start. The
 * places go into `places`; `letter` is how many letters of the term have theirs.
 */
export function humps(
  term: string,
  lower: string,
  starts: Uint8Array,
  base: number,
  from: number,
  places: number[],
  letter = 0,
): boolean {
  if (letter === 0) tries = mostTries;
  if (letter === term.length) return true;
  const wanted = term[letter]!;
  for (let at = lower.indexOf(wanted, from); at >= 0; at = lower.indexOf(wanted, at + 1)) {
    const follows = letter > 0 && at === from;
    if (starts[base + at] === 0 && !follows) continue;
    if (tries-- <= 0) return false;
    places[letter] = at;
    if (humps(term, lower, starts, base, at + 1, places, letter + 1)) return true;
  }
  return false;
}

/** Whether the letters of `term` stand in the name in order; their places, as late as they can be, go into `places`. */
export function inOrder(term: string, lower: string, places: number[]): boolean {
  let at = lower.length;
  for (let letter = term.length - 1; letter >= 0; letter--) {
    at = at === 0 ? -1 : lower.lastIndexOf(term[letter]!, at - 1);
    if (at < 0) return false;
    places[letter] = at;
  }
  return true;
}

/**
 * Writes a 1 at `base` + the place of each word start of `name`; returns which letters start words from `short` on, a
 * bit each.
 */
export function markWordStarts(name: string, starts: Uint8Array, base: number, short: number): number {
  let before = other;
  let here = kindOf(name.charCodeAt(0));
  let letters = 0;
  for (let at = 0; at < name.length; at++) {
    const next = at + 1 < name.length ? kindOf(name.charCodeAt(at + 1)) : other;
    // The first letter, one behind `_ . / -`, a first digit, a capital behind a small one, the last capital of several.
    const changes = here !== other && here !== before && (here !== small || before === other);
    if (changes || (here === upper && before === upper && next === small)) {
      starts[base + at] = 1;
      if (at >= short) letters |= letterBit(name.charCodeAt(at));
    }
    before = here;
    here = next;
  }
  return letters;
}

/** The bit of a character among 32; capital and small letters share theirs. */
export function letterBit(code: number): number {
  return 1 << (code & 31);
}

const other = 0;
const digit = 1;
const upper = 2;
const small = 3;

function kindOf(code: number): number {
  if (code >= 97 && code <= 122) return small;
  if (code >= 65 && code <= 90) return upper;
  if (code >= 48 && code <= 57) return digit;
  return code < 128 ? other : small;
}
