// Streams: twins of unary methods, uploads without path variables, and conversations.
import type { DescMethod } from '@bufbuild/protobuf';
import { type Draft, draft, type Named } from './derive-draft.ts';
import type { ServiceFacts } from './derive-facts.ts';
import { collectionOf } from './derive-place.ts';
import { lowerCamel, snake, splitWords, verbAndNoun } from './words.ts';

const streamVerbs = new Set(['Stream', 'Watch', 'Subscribe', 'Tail', 'Listen']);

/**
 * A method that streams what a sibling answers at once, `StreamComplete` beside `Complete`: its path, method and body,
 * with a verb of its own. Undefined if there is no such sibling.
 */
export function twin(named: Named, draftMethod: (method: DescMethod, facts: ServiceFacts) => Draft): Draft | undefined {
  const { method, facts, verb } = named;
  if (method.methodKind !== 'server_streaming') return undefined;
  const same = namesake(named);
  const found = same ?? (verb === 'Stream' ? sameRequest(named) : undefined);
  if (found === undefined) return undefined;
  const sibling = draftMethod(found, facts);
  // CancelOrder may take what StreamOrder takes; only what makes something out of its request has it streamed.
  if (same === undefined && sibling.paths.some((path) => path.includes('{'))) return undefined;
  const declared = facts.declaredPath(found);
  const paths = declared === undefined ? sibling.paths : [declared];
  const text = verbOfTwin(named, sibling.verb);
  return { ...sibling, paths, verb: text, confidence: 'medium', reason: `${verb} beside ${found.name}` };
}

/** `Complete` for `StreamComplete` and `CompleteStream`. */
function namesake({ method, facts }: Named): DescMethod | undefined {
  const name = method.name.startsWith('Stream') ? method.name.slice(6) : method.name.replace(/Stream(ing)?$/, '');
  const found = name === method.name ? undefined : facts.methods.get(name);
  return found?.methodKind === 'unary' ? found : undefined;
}

/** `RunInference` for `StreamInference`: the same request about the same thing. */
function sameRequest({ method, facts, noun }: Named): DescMethod | undefined {
  if (method.input.fields.length === 0) return undefined;
  return [...facts.methods.values()].find((other) => {
    if (other.methodKind !== 'unary' || other.input !== method.input) return false;
    return snake(verbAndNoun(other.name).noun) === snake(noun);
  });
}

function verbOfTwin({ method, verb }: Named, siblingVerb: string): string {
  if (!streamVerbs.has(verb)) return lowerCamel([...splitWords(siblingVerb), 'Stream']);
  const beside = method.name.slice(verb.length);
  const isNamesake = siblingVerb !== '' && beside.toLowerCase().startsWith(siblingVerb.toLowerCase());
  return lowerCamel([verb, ...(isNamesake ? splitWords(siblingVerb) : [])]);
}

/** A client stream: no path variables, since there is no one request to take them from. */
export function clientStream(named: Named): Draft {
  const { verb, noun, facts, bare } = named;
  if (bare) return draft('POST', [`/${facts.segment}`], lowerCamel([verb]), '*', 'low', 'client stream');
  const many =
    verb.startsWith('Batch') || verb === 'Create' || verb === 'Insert' || verb === 'Update' || verb === 'Delete';
  if (!many && !facts.isKnown(noun)) return ofService(named, 'POST', '*', 'client stream');
  const text = many && !verb.startsWith('Batch') ? ['batch', verb] : splitWords(verb);
  return draft(
    'POST',
    [`/${collectionOf(noun)}`],
    lowerCamel(text),
    '*',
    'medium',
    `client stream of ${collectionOf(noun)}`,
  );
}

/** A conversation: a WebSocket, so GET, and all messages inside it. */
export function bidiStream(named: Named): Draft {
  const { verb, noun, facts, bare } = named;
  if (bare || !facts.isKnown(noun)) return ofService(named, 'GET', '', 'bidirectional stream');
  return draft('GET', [`/${collectionOf(noun)}`], lowerCamel([verb]), '', 'low', 'bidirectional stream');
}

/** `/payments:chat` for `PaymentChat` of PaymentService: the service's own noun is said by the path. */
function ofService({ method, facts }: Named, httpMethod: string, body: string, reason: string): Draft {
  const words = splitWords(method.name);
  const own = facts.noun.length < words.length && snake(words.slice(0, facts.noun.length)) === snake(facts.noun);
  const text = lowerCamel(own ? words.slice(facts.noun.length) : words);
  return draft(httpMethod, [`/${facts.segment}`], text, body, 'low', reason);
}
