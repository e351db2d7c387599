// «did you mean …» for names in .proto files.
import { nearest } from '../nearest.ts';
import { quoted } from '../quote.ts';

/** The names nearest to a mistyped one, whole or by their last parts, as a question; undefined if none is near. */
export function nearestHint(word: string, names: readonly string[]): string | undefined {
  const lastOf = (name: string): string => name.slice(name.lastIndexOf('.') + 1);
  const near = new Set(nearest(word, names));
  const lasts = new Set(nearest(lastOf(word), new Set(names.map(lastOf))));
  for (const name of names) if (near.size < 4 && lasts.has(lastOf(name))) near.add(name);
  return near.size === 0 ? undefined : `did you mean ${[...near].map(quoted).join(' or ')}?`;
}
