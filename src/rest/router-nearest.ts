// «Did you mean …» for paths without a route: the templates that look most like them.
import { editDistance } from '../schema/nearest.ts';
import type { HttpBinding } from './rest.ts';

/** The bindings most like a request that has no route, best first, at most three, as `GET /v1/…`. */
export function nearestTemplates(httpMethod: string, rawPath: string, bindings: readonly HttpBinding[]): string[] {
  const wanted = rawPath.split('/').slice(1, 33);
  const scored = bindings.map((binding) => ({
    text: `${binding.httpMethod} ${binding.template.text}`,
    score: distance(wanted, binding) + (binding.httpMethod === httpMethod ? 0 : 0.5),
  }));
  scored.sort((a, b) => a.score - b.score || (a.text < b.text ? -1 : 1));
  const far = Math.max(2, wanted.length);
  return [...new Set(scored.filter(({ score }) => score < far).map(({ text }) => text))].slice(0, 3);
}

/** Segments that differ, a misspelt one by how much; a missing or a further one counts whole, unless `**` takes it. */
function distance(wanted: readonly string[], { template }: HttpBinding): number {
  const verb = template.verb === '' ? '' : `:${template.verb}`;
  const rest = template.segments.indexOf('**');
  const more = wanted.length - template.segments.length;
  const shift = rest < 0 ? 0 : Math.max(-1, more);
  // What `**` takes is likely meant for something else: templates that say what they want go first.
  let sum = rest < 0 ? Math.abs(more) : Math.max(0, -1 - more) + 0.2;
  for (const [at, segment] of template.segments.entries()) {
    if (segment === '**') continue;
    const isLast = at === template.segments.length - 1;
    const given = wanted[rest >= 0 && at > rest ? at + shift : at];
    if (given === undefined) continue;
    if (segment === '*') sum += given === '' ? 1 : 0.1;
    else sum += unlike(given, isLast ? segment + verb : segment);
  }
  if (verb !== '' && !wanted.at(-1)?.endsWith(verb)) sum += 0.5;
  return sum;
}

/** 0 for the same text, 1 for a different one, less for one that is a little misspelt. */
function unlike(a: string, b: string): number {
  if (a === b) return 0;
  const max = Math.max(1, Math.floor(b.length / 2));
  const edits = editDistance(a.toLowerCase(), b.toLowerCase(), max);
  return edits === undefined ? 1 : Math.min(0.9, edits / b.length + 0.1);
}
