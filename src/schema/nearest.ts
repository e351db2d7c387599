// «Did you mean …»: the candidates closest to a mistyped word, for flags, fields, methods and symbols alike.

/**
 * The candidates most like `word`, best first, at most `limit`. Case counts little; a candidate that starts with the
 * word, ends with it or holds it is near whatever its length; otherwise about one edit in three letters is allowed.
 */
export function nearest(word: string, candidates: Iterable<string>, limit = 3): string[] {
  const best: { candidate: string; distance: number }[] = [];
  const lower = word.toLowerCase();
  const allowed = Math.max(1, Math.floor(word.length / 3));
  for (const candidate of candidates) {
    const worst = best.length < limit ? Number.POSITIVE_INFINITY : best.at(-1)!.distance;
    const distance = distanceOf(word, lower, candidate, Math.min(allowed, worst));
    if (distance === undefined || distance >= worst) continue;
    const place = best.findIndex((other) => other.distance > distance);
    best.splice(place < 0 ? best.length : place, 0, { candidate, distance });
    if (best.length > limit) best.pop();
  }
  return best.map(({ candidate }) => candidate);
}

/** Edits from one to the other, or a figure below 1 for other kinds of likeness; undefined if there are more than `max`. */
function distanceOf(word: string, lower: string, candidate: string, max: number): number | undefined {
  if (candidate === word) return 0;
  const other = candidate.toLowerCase();
  if (other === lower) return 0.1;
  if (lower.length >= 3) {
    const overhang = Math.min(0.2, Math.abs(other.length - lower.length) / 1000);
    if (other.startsWith(lower)) return 0.3 + overhang;
    if (other.endsWith(lower)) return 0.5 + overhang;
    if (other.includes(lower)) return 0.7 + overhang;
    if (other.length >= 3 && lower.startsWith(other)) return 0.9 + overhang;
  }
  return editDistance(lower, other, Math.floor(max));
}

/** Insertions, deletions, replacements and swaps of neighbours from a to b, if at most `max`. */
export function editDistance(a: string, b: string, max: number): number | undefined {
  if (Math.abs(a.length - b.length) > max) return undefined;
  // Full names share long packages, which cost nothing.
  let start = 0;
  while (start < a.length && a[start] === b[start]) start += 1;
  let same = 0;
  while (same < Math.min(a.length, b.length) - start && a.at(-1 - same) === b.at(-1 - same)) same += 1;
  const edits = editsBetween(a.slice(start, a.length - same), b.slice(start, b.length - same), max);
  return edits <= max ? edits : undefined;
}

/** Only cells at most `max` off the diagonal can lie on a way that is short enough; all others count as too far. */
function editsBetween(a: string, b: string, max: number): number {
  const tooFar = max + 1;
  let beforeLast = new Uint16Array(b.length + 1).fill(tooFar);
  let last = Uint16Array.from(beforeLast, (_, j) => Math.min(j, tooFar));
  let row = new Uint16Array(b.length + 1).fill(tooFar);
  for (let i = 1; i <= a.length; i += 1) {
    row.fill(tooFar);
    if (i <= max) row[0] = i;
    let least = row[0]!;
    for (let j = Math.max(1, i - max); j <= Math.min(b.length, i + max); j += 1) {
      const isSame = a[i - 1] === b[j - 1];
      let edits = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (isSame ? 0 : 1), tooFar);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (isSwap) edits = Math.min(edits, beforeLast[j - 2]! + 1);
      row[j] = edits;
      least = Math.min(least, edits);
    }
    // A swap reaches back two rows, so one row beyond the bound does not yet decide.
    if (least > max && last.every((edits) => edits > max)) return tooFar;
    [beforeLast, last, row] = [last, row, beforeLast];
  }
  return last[b.length]!;
}
