// What a custom method acts on: one thing, a collection, a parent, or the service as a whole.
import type { DescMessage } from '@bufbuild/protobuf';
import type { Named } from './derive-draft.ts';
import type { ServiceFacts } from './derive-facts.ts';
import { collectionPlace, itemPlace, type Place, parentPlace } from './derive-place.ts';
import { fieldNamed, isText } from './derive-request.ts';
import { isPlural } from './plural.ts';

/** The place that a method with any verb acts on. */
export function actedOn(named: Named): Place {
  const { method, noun, facts, bare } = named;
  const found = itemPlace(method.input, noun, facts);
  const item = found !== undefined && isFarFetched(found, named) ? undefined : found;
  if (item !== undefined && bare) return { ...item, rest: [] };
  if (item?.byIds && item.rest.length > 0 && isPlural(item.rest.at(-1)!))
    return collectionPlace(method.input, noun, facts);
  if (item !== undefined && !(item.byIds && hasParent(method.input))) return item;
  const known = !bare && facts.isKnown(noun);
  const parent = parentPlace(method.input, noun, facts);
  if (parent !== undefined) {
    if (bare) return { ...parent, rest: [] };
    return known || isPlural(noun.at(-1)!) ? collectionPlace(method.input, noun, facts) : parent;
  }
  return known ? collectionPlace(method.input, noun, facts) : wholeService(facts, bare ? [] : noun);
}

/** Beside a parent an id is that of a thing yet to be: `parent` and `instance_id` of RegisterInstance. */
function hasParent(request: DescMessage): boolean {
  const parent = fieldNamed(request, 'parent');
  return parent !== undefined && isText(parent);
}

/**
 * SayHello with a `name` greets somebody, it does not act on a hello: unless the service keeps such things, only an id
 * says that there are any.
 */
function isFarFetched(place: Place, { noun, facts }: Named): boolean {
  return place.byIds && /^(name|key|slug)$/.test(place.by ?? '') && !facts.keeps(noun);
}

/** The service itself, for methods on nothing else that is known. */
export function wholeService(facts: ServiceFacts, rest: readonly string[]): Place {
  return { paths: [`/${facts.segment}`], rest, by: undefined, sure: false, byIds: true };
}
