// The two ways in which letters fit a name without standing in it as they are: at the starts of its words, and in order.
// Called for each of tens of thousands of names at each key, so places go into an array that is used again.

/** How often one name is tried at most: where many equal words make very many ways, it counts as letters in order. */
const mostTries = 100;
let tries = 0;

/**
 * Whether each letter of `term` starts a word of `name` or follows the one before: `gi` and `geti` in GetItem. Looks
 * from `from` on; `lower` is the name in lower case. The places go into `places`; `letter` is how many letters of the
 * term have theirs.
 */
export function humps(term: string, name: string, lower: string, from: number, places: number[], letter = 0): boolean {
  if (letter === 0) tries = mostTries;
  if (letter === term.length) return true;
  const wanted = term[letter]!;
  for (let at = lower.indexOf(wanted, from); at >= 0; at = lower.indexOf(wanted, at + 1)) {
    const follows = letter > 0 && at === from;
    if (!follows && !startsWord(name, at)) continue;
    if (tries-- <= 0) return false;
    places[letter] = at;
    if (humps(term, name, lower, at + 1, places, letter + 1)) return true;
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

/** The first letter, one behind `_ . / -`, a first digit, a capital behind a small one, the last capital of several. */
function startsWord(name: string, at: number): boolean {
  const before = at > 0 ? kindOf(name.charCodeAt(at - 1)) : other;
  const here = kindOf(name.charCodeAt(at));
  if (here === upper && before === upper) return at + 1 < name.length && kindOf(name.charCodeAt(at + 1)) === small;
  return here !== other && here !== before && (here !== small || before === other);
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
