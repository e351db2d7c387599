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
  const edits = editDistance(lower, other, Math.floor(max));
  return edits === undefined ? undefined : edits;
}

/** Insertions, deletions, replacements and swaps of neighbours from a to b, if at most `max`. */
export function editDistance(a: string, b: string, max: number): number | undefined {
  if (Math.abs(a.length - b.length) > max) return undefined;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      let edits = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1));
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) edits = Math.min(edits, beforeLast[j - 2]! + 1);
      row.push(edits);
      least = Math.min(least, edits);
    }
    // A swap reaches back two rows, so one row above the bound does not yet decide.
    if (least > max && Math.min(...last) > max) return undefined;
    beforeLast = last;
    last = row;
  }
  const edits = last[b.length]!;
  return edits <= max ? edits : undefined;
}
