// Where in the URL space the thing lives that a method acts on: /users/{user_id}/activity, /{name=shelves/*}, /orders.
import type { DescField, DescMessage } from '@bufbuild/protobuf';
import type { ServiceFacts } from './derive-facts.ts';
import { anyId, fieldNamed, isText, ownId, resourceNameField } from './derive-request.ts';
import { type Resource, referenceOf, resourceOf, wordsOfType } from './derive-resource.ts';
import { pluralOf, singularOf } from './plural.ts';
import { lowerCamel, snake } from './words.ts';

/** A place: its path without version prefix and verb, once for each name pattern of the resource. */
export interface Place {
  readonly paths: readonly string[];
  /** Words of the noun that the path does not say. */
  readonly rest: readonly string[];
  /** The field that names the thing or its parent; for the reason. */
  readonly by: string | undefined;
  /** False where the path is a guess: the shape of the name is not known. */
  readonly sure: boolean;
  /** True if ids give the path, so that `rest` can be a path below it; false for a resource name. */
  readonly byIds: boolean;
}

/** The path segment of a collection: `OrderItem` → `orderItems`. */
export function collectionOf(words: readonly string[]): string {
  return lowerCamel([...words.slice(0, -1), ...words.slice(-1).map(pluralOf)]);
}

/** The words with the last one in the singular. */
export function singularWords(words: readonly string[]): string[] {
  return [...words.slice(0, -1), ...words.slice(-1).map(singularOf)];
}

interface Chain {
  readonly path: string;
  readonly rest: readonly string[];
  readonly last: DescField | undefined;
}

/**
 * Splits a noun at the id fields that its leading words have: `UserOrderItem` with user_id and order_id is
 * `/users/{user_id}/orders/{order_id}` and the rest, `Item`. `keep` words at the end are not looked at.
 */
function chainOf(message: DescMessage, noun: readonly string[], keep: number): Chain {
  let path = '';
  let last: DescField | undefined;
  let start = 0;
  for (let end = noun.length - keep; end > start; end--) {
    const words = singularWords(noun.slice(start, end));
    const field = ownId(message, words);
    if (field === undefined) continue;
    path += `/${collectionOf(words)}/{${field.name}}`;
    last = field;
    start = end;
    // From there on again, with as many words as there are left.
    end = noun.length - keep + 1;
  }
  return { path, rest: noun.slice(start), last };
}

function noChain(noun: readonly string[]): Chain {
  return { path: '', rest: noun, last: undefined };
}

/** The thing that a request names by an id or a resource name; undefined if it names none. `inside` is a path to it. */
export function itemPlace(
  message: DescMessage,
  noun: readonly string[],
  facts: ServiceFacts,
  inside = '',
): Place | undefined {
  // A resource that has a name is called by it, whatever ids it has besides.
  const chain = resourceOf(message) === undefined ? chainOf(message, noun, 0) : noChain(noun);
  const within = (name: string): string => `${inside}${name}`;
  const dotted = chain.path.replaceAll('{', `{${inside}`);
  if (chain.last !== undefined && chain.rest.length === 0)
    return { paths: [dotted], rest: [], by: within(chain.last.name), sure: true, byIds: true };
  const named = chain.last === undefined ? resourceNamePlace(message, noun, facts, within) : undefined;
  if (named !== undefined) return named;
  const words = singularWords(chain.rest);
  const field = words.length === 0 ? undefined : anyId(message, words);
  if (field !== undefined && (chain.last === undefined || field.name !== 'name')) {
    const path = `${dotted}/${collectionOf(words)}/{${within(field.name)}}`;
    return { paths: [path], rest: [], by: within(field.name), sure: true, byIds: true };
  }
  if (chain.last === undefined) return undefined;
  return { paths: [dotted], rest: chain.rest, by: within(chain.last.name), sure: true, byIds: true };
}

/** A thing named as Google's APIs do, by one path-like text (AIP-122). */
function resourceNamePlace(
  message: DescMessage,
  noun: readonly string[],
  facts: ServiceFacts,
  within: (name: string) => string,
): Place | undefined {
  const field = resourceNameField(message);
  if (field === undefined) return undefined;
  const resource = resourceNamed(field, message, noun, facts);
  const by = within(field.name);
  if (resource !== undefined && resource.patterns.length > 0) {
    const { patterns } = resource;
    const paths = patterns.map((segments) => `/${variable(by, segments)}`);
    return {
      paths: distinct(paths),

      rest: withoutResource(noun, resource, patterns[0]!),
      by,
      sure: true,
      byIds: false,
    };
  }
  if (referenceOf(field) === undefined && !(facts.resourceOriented && field.name !== 'parent')) return undefined;
  if (field.name === 'name' && facts.isKnown(noun)) {
    const path = `/{${by}=**/${collectionOf(singularWords(noun))}/*}`;
    return { paths: [path], rest: [], by, sure: false, byIds: false };
  }
  return { paths: [`/{${by}=**}`], rest: noun, by, sure: false, byIds: false };
}

function resourceNamed(
  field: DescField,
  message: DescMessage,
  noun: readonly string[],
  facts: ServiceFacts,
): Resource | undefined {
  const isName = field.name === 'name';
  // A resource knows its own name's patterns; a reference beside them says less, and is at times copied from elsewhere.
  const own = isName ? resourceOf(message) : undefined;
  const reference = referenceOf(field);
  if (own !== undefined || reference?.type) return own ?? facts.resources.get(reference?.type ?? '');
  return reference === undefined && isName ? facts.resourceCalled(noun) : undefined;
}

/** What of the noun the resource's name does not say: of `InstanceMachineType`, `MachineType` on an instance. */
function withoutResource(noun: readonly string[], resource: Resource, segments: readonly string[]): string[] {
  const literal = segments.filter((segment) => !segment.startsWith('*')).at(-1) ?? '';
  const byType = snake(singularWords(wordsOfType(resource.type)));
  const byPath = snake(singularWords(literal.split(/(?=[A-Z])/)));
  for (const called of [byType, byPath]) {
    for (let start = 0; start < noun.length; start++) {
      for (let end = noun.length; end > start; end--) {
        if (snake(singularWords(noun.slice(start, end))) !== called) continue;
        // Words before it only say more of the same: a HiveCatalog is still a catalog.
        return end === noun.length ? [] : [...noun.slice(0, start), ...noun.slice(end)];
      }
    }
  }
  return [...noun];
}

/** The collection of what the noun says, under the parent that the request names, if any. */
export function collectionPlace(message: DescMessage, noun: readonly string[], facts: ServiceFacts): Place {
  const chain = chainOf(message, noun, 1);
  const segment = collectionOf(chain.rest);
  if (chain.last !== undefined)
    return { paths: [`${chain.path}/${segment}`], rest: [], by: chain.last.name, sure: true, byIds: true };
  const parent = fieldNamed(message, 'parent');
  if (parent === undefined || !isText(parent))
    return { paths: [`/${segment}`], rest: [], by: undefined, sure: true, byIds: true };
  const patterns = parentPatterns(parent, noun, facts);
  const paths = patterns.map(({ segments, collection }) =>
    segments.length === 0 ? `/${collection}` : `/${variable(parent.name, segments)}/${collection}`,
  );
  if (paths.length > 0) return { paths: distinct(paths), rest: [], by: parent.name, sure: true, byIds: false };
  return {
    paths: [`/{${parent.name}=**}/${segment}`],

    rest: [],
    by: parent.name,
    sure: false,
    byIds: false,
  };
}

/** The parent itself, for methods that act on it: `/{parent=projects/*}`. Undefined without such a field. */
export function parentPlace(message: DescMessage, noun: readonly string[], facts: ServiceFacts): Place | undefined {
  const parent = fieldNamed(message, 'parent');
  if (parent === undefined || !isText(parent)) return undefined;
  const patterns = parentPatterns(parent, [], facts).filter(({ segments }) => segments.length > 0);
  const paths = patterns.map(({ segments }) => `/${variable(parent.name, segments)}`);
  const sure = paths.length > 0;
  return {
    paths: sure ? distinct(paths) : [`/{${parent.name}=**}`],

    rest: noun,
    by: parent.name,
    sure,
    byIds: false,
  };
}

interface ParentPattern {
  readonly segments: readonly string[];
  readonly collection: string;
}

function parentPatterns(parent: DescField, noun: readonly string[], facts: ServiceFacts): ParentPattern[] {
  const reference = referenceOf(parent);
  const ofNoun = noun.length === 0 ? undefined : facts.resourceCalled(noun);
  const collection = noun.length === 0 ? '' : collectionOf(noun);
  const known = ofNoun?.patterns ?? [];
  // Some schemas say that the parent is the child: what they mean is child_type.
  const type = reference?.type === ofNoun?.type ? undefined : reference?.type;
  const parents = type ? (facts.resources.get(type)?.patterns ?? []) : [];
  if (parents.length > 0) {
    return parents.map((segments) => {
      const inside = known.find((each) => each.slice(0, -2).join('/') === segments.join('/'));
      return { segments, collection: inside?.at(-2) ?? collection };
    });
  }
  const child = (reference?.childType ? facts.resources.get(reference.childType) : undefined) ?? ofNoun;
  return (child?.patterns ?? []).flatMap((segments) => {
    if (segments.length < 2 || segments.at(-1) !== '*') return [];
    const isNoun = child === ofNoun && noun.length > 0;
    return [{ segments: segments.slice(0, -2), collection: isNoun ? segments.at(-2)! : collection }];
  });
}

function variable(field: string, segments: readonly string[]): string {
  return segments.length === 1 && segments[0] === '*' ? `{${field}}` : `{${field}=${segments.join('/')}}`;
}

function distinct(paths: readonly string[]): string[] {
  return [...new Set(paths)];
}
