// A derived mapping while it is being made, and the small decisions that the rules share.
import type { DescMethod } from '@bufbuild/protobuf';
import type { ServiceFacts } from './derive-facts.ts';
import type { Place } from './derive-place.ts';
import { fitsQuery } from './derive-request.ts';
import type { Confidence } from './rest.ts';
import { lowerCamel, splitWords } from './words.ts';

/** A mapping as derived, before prefix and collisions. */
export interface Draft {
  readonly httpMethod: string;
  /** Without version prefix and verb; the first is the primary one. */
  readonly paths: readonly string[];
  /** Behind the colon; `''` for none. */
  readonly verb: string;
  readonly body: string;
  readonly confidence: Confidence;
  readonly reason: string;
}

/** A method with its name taken apart. */
export interface Named {
  readonly method: DescMethod;
  readonly facts: ServiceFacts;
  readonly verb: string;
  /** What it acts on; the service's own noun if its name says only what it does. */
  readonly noun: readonly string[];
  /** True if the name says only what it does. */
  readonly bare: boolean;
}

/** A draft from its parts. */
export function draft(
  httpMethod: string,
  paths: readonly string[],
  verb: string,
  body: string,
  confidence: Confidence,
  reason: string,
): Draft {
  return { httpMethod, paths, verb, body, confidence, reason };
}

/** GET if the whole request can be said in a query, else POST. */
export function querySafe(named: Named, place: Place, confidence: Confidence): Draft {
  const safe = fitsQuery(named.method.input);
  const reason = said(named.verb, place);
  return draft(safe ? 'GET' : 'POST', place.paths, verbText(named, place), safe ? '' : '*', confidence, reason);
}

/** What stands behind the colon: the verb, and of the noun what the path does not say. */
export function verbText({ verb }: Named, place: Place): string {
  return lowerCamel([...splitWords(verb), ...place.rest]);
}

/** The reason, as shown: the verb and the field that named the place. */
export function said(verb: string, place: Place): string {
  return place.by === undefined ? verb : `${verb} + ${place.by}`;
}

/** High, unless the place is a guess. */
export function sureness(place: Place): Confidence {
  return place.sure ? 'high' : 'medium';
}
