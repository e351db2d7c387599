// What one method's name, kind and request make of it over HTTP: the table of verbs.
import type { DescMethod } from '@bufbuild/protobuf';
import { IdempotencyLevel } from '../schema/descriptor-enums.ts';
import { type Draft, draft, type Named, querySafe, said, sureness, verbText } from './derive-draft.ts';
import type { ServiceFacts } from './derive-facts.ts';
import { collectionOf, collectionPlace, itemPlace, type Place, singularWords } from './derive-place.ts';
import { fitsQuery, ownId, resourceField } from './derive-request.ts';
import { bidiStream, clientStream, twin } from './derive-stream.ts';
import { actedOn } from './derive-target.ts';
import { isPlural } from './plural.ts';
import { lowerCamel, snake, verbAndNoun } from './words.ts';

type Rule = (named: Named) => Draft;

/** Derives one method. Never fails: what fits no other rule is a custom method of its service. */
export function draftMethod(method: DescMethod, facts: ServiceFacts): Draft {
  const { verb, noun } = verbAndNoun(method.name);
  const bare = noun.length === 0;
  const named: Named = { method, facts, verb, noun: bare ? facts.noun : ownedNoun(method, noun), bare };
  if (method.methodKind === 'bidi_streaming') return bidiStream(named);
  if (method.methodKind === 'client_streaming') return clientStream(named);
  const found = twin(named, draftMethod) ?? lookUp(named) ?? (rules.get(verb) ?? custom)(named);
  const readOnly = method.idempotency === IdempotencyLevel.NO_SIDE_EFFECTS;
  if (!readOnly || found.httpMethod !== 'POST' || !fitsQuery(method.input)) return found;
  return { ...found, httpMethod: 'GET', body: '', reason: `${found.reason}, NO_SIDE_EFFECTS` };
}

const rules = new Map<string, Rule>([
  ...rows('Get Describe Show', get),
  ...rows('List', list),
  ...rows('Create Insert', create),
  ...rows('Update Patch Modify Edit', (named) => change(named, 'PATCH')),
  ...rows('Replace Put Upsert', (named) => change(named, 'PUT')),
  ...rows('Delete', remove),
  ...rows('Search Query Find Lookup Fetch Retrieve Count', search),
  ...rows('BatchGet', batchGet),
  ...rows('BatchCreate BatchUpdate BatchDelete', batchChange),
  ...rows('Stream Watch Subscribe Tail Listen', watch),
]);

/** `OrdersForUser` and `OrdersByUser` of a request with a user_id are `UserOrders`. */
function ownedNoun(method: DescMethod, noun: readonly string[]): readonly string[] {
  const at = noun.findIndex((word, index) => index > 0 && /^(By|For|Of)$/.test(word));
  const owner = noun.slice(at + 1);
  if (at < 1 || owner.length === 0 || ownId(method.input, singularWords(owner)) === undefined) return noun;
  return [...owner, ...noun.slice(0, at)];
}

/**
 * `GetUserByEmail` is a look-up among the users, not an item of its own; `GetUserById` is plain `GetUser`. Undefined for
 * names without `By`.
 */
function lookUp(named: Named): Draft | undefined {
  const at = named.noun.indexOf('By');
  if (at < 1) return undefined;
  const noun = named.noun.slice(0, at);
  const key = snake(named.noun.slice(at + 1));
  const item = itemPlace(named.method.input, noun, named.facts);
  if (item?.rest.length === 0 && (item.by === key || item.by?.endsWith(`_${key}`) === true))
    return (rules.get(named.verb) ?? custom)({ ...named, noun });
  const place = collectionPlace(named.method.input, noun, named.facts);
  return querySafe(named, { ...place, rest: named.noun.slice(at) }, 'medium');
}

function rows(verbs: string, rule: Rule): [string, Rule][] {
  return verbs.split(' ').map((verb) => [verb, rule]);
}

function get(named: Named): Draft {
  return onItem(named, 'GET', '') ?? onWhole(named, 'GET', '');
}

function change(named: Named, httpMethod: string): Draft {
  const body = bodyField(named);
  return onItem(named, httpMethod, body) ?? onWhole(named, httpMethod, body);
}

function remove(named: Named): Draft {
  const found = onItem(named, 'DELETE', '');
  if (found !== undefined) return found;
  const place = collectionPlace(named.method.input, named.noun, named.facts);
  return draft('POST', place.paths, lowerCamel([named.verb]), '*', 'medium', `${named.verb} without an id`);
}

/** A standard method on one thing; undefined if the request does not say which. */
function onItem(named: Named, httpMethod: string, body: string): Draft | undefined {
  const place = itemOf(named, body);
  if (place === undefined) return undefined;
  const { verb } = named;
  if (place.rest.length === 0) return draft(httpMethod, place.paths, '', body, sureness(place), said(verb, place));
  if (place.byIds) return draft(httpMethod, below(place), '', body, sureness(place), said(verb, place));
  const readsOrDeletes = body === '';
  const text = verbText(named, place);
  return draft(
    readsOrDeletes ? httpMethod : 'POST',
    place.paths,
    text,
    readsOrDeletes ? '' : '*',
    'medium',
    said(verb, place),
  );
}

/** The thing by the request's own fields, or by those of the message that is the body. */
function itemOf({ method, noun, facts }: Named, body: string): Place | undefined {
  const own = itemPlace(method.input, noun, facts);
  if (own !== undefined && own.rest.length === 0) return own;
  const field = method.input.fields.find(({ name }) => name === body);
  const inside = field?.fieldKind === 'message' ? itemPlace(field.message, noun, facts, `${field.name}.`) : undefined;
  return inside !== undefined && inside.rest.length === 0 ? inside : (own ?? inside);
}

/** A standard method on what there is only one of, or on the collection if the noun is in the plural. */
function onWhole({ method, noun, facts, verb }: Named, httpMethod: string, body: string): Draft {
  const place = collectionPlace(method.input, noun, facts);
  const plural = isPlural(noun.at(-1)!);
  const paths = plural ? place.paths : place.paths.map((path) => singleton(path, noun));
  const confidence = place.by !== undefined && place.sure ? 'high' : 'medium';
  return draft(
    httpMethod,
    paths,
    '',
    body,
    confidence,
    place.by === undefined ? `${verb} without an id` : said(verb, place),
  );
}

function singleton(path: string, noun: readonly string[]): string {
  const end = path.lastIndexOf('/') + 1;
  const collection = path.slice(end);
  for (let start = 0; start < noun.length; start++) {
    const words = noun.slice(start);
    if (collectionOf(words) === collection) return path.slice(0, end) + lowerCamel(words);
  }
  return path;
}

function below(place: Place): string[] {
  return place.paths.map((path) => `${path}/${lowerCamel(place.rest)}`);
}

function list(named: Named): Draft {
  const { method, noun, verb, facts } = named;
  const [first = '', ...known] = noun;
  if (sortsOut.test(first) && facts.isKnown(known) && !facts.isKnown(noun)) {
    const place = collectionPlace(method.input, known, facts);
    return draft('GET', place.paths, lowerCamel([verb, first]), '', 'medium', said(verb, place));
  }
  const place = collectionPlace(method.input, noun, facts);
  if (!fitsQuery(method.input)) return draft('POST', place.paths, lowerCamel([verb]), '*', 'medium', said(verb, place));
  return draft('GET', place.paths, '', '', sureness(place), said(verb, place));
}

// ListUsableClusters lists clusters, but not all: adjectives in front of a collection that is listed anyway.
const sortsOut = /^(.*(able|ible|ed)|All|Active|Available|Latest|Optimal|Pending|Recent)$/;

function create(named: Named): Draft {
  const place = collectionPlace(named.method.input, named.noun, named.facts);
  return draft('POST', place.paths, '', bodyField(named), sureness(place), said(named.verb, place));
}

/** The field that holds the resource, if all others fit the query; else `*`. */
function bodyField({ method, noun }: Named): string {
  const field = resourceField(method.input, noun);
  return field !== undefined && fitsQuery(method.input, [field]) ? field.name : '*';
}

function search(named: Named): Draft {
  return querySafe(named, actedOn(named), 'medium');
}

function batchGet(named: Named): Draft {
  return querySafe(named, collectionPlace(named.method.input, named.noun, named.facts), 'high');
}

function batchChange(named: Named): Draft {
  const place = collectionPlace(named.method.input, named.noun, named.facts);
  return draft('POST', place.paths, verbText(named, place), '*', sureness(place), said(named.verb, place));
}

function watch(named: Named): Draft {
  const { method, noun, facts } = named;
  const item = itemPlace(method.input, noun, facts);
  if (item === undefined) return querySafe(named, collectionPlace(method.input, noun, facts), 'medium');
  if (!item.byIds || item.rest.length === 0) return querySafe(named, item, sureness(item));
  return querySafe(named, { ...item, paths: below(item), rest: [] }, 'high');
}

function custom(named: Named): Draft {
  const place = actedOn(named);
  const confidence = place.by === undefined ? 'low' : 'medium';
  return draft('POST', place.paths, verbText(named, place), '*', confidence, said(named.verb, place));
}
