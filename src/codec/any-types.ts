// Fetches the types that messages and documents speak of before they are printed or read, which is synchronous.
import type { DescMessage } from '@bufbuild/protobuf';
import type { Schema } from '../schema/schema.ts';
import { mayHoldAny, unresolvedTypes } from './any.ts';

/** Asks for the symbols of these names; undefined when all of them have been answered already. Never rejects. */
export type FetchNames = (names: readonly string[]) => Promise<void> | undefined;

/** Asks the schema for names, each once: also those that cannot be had, and those that several callers wait for. */
export function typeFetcher(schema: Schema): FetchNames {
  // True once the answer is there, whatever it is.
  const asked = new Map<string, Promise<void> | true>();
  const ask = (name: string): Promise<void> => {
    // Peers can name as many types as they like; what is remembered of that has to end somewhere.
    if (asked.size > 10_000) asked.clear();
    const done = () => void asked.set(name, true);
    const answer = schema.symbol(name).then(done, done);
    asked.set(name, answer);
    return answer;
  };
  return (names) => {
    const open = names.map((name) => asked.get(name) ?? ask(name)).filter((wait) => wait !== true);
    return open.length === 0 ? undefined : Promise.all(open).then(() => {});
  };
}

/**
 * Fetches the types of the Any values in a message that the schema does not hold yet. Undefined when there is nothing to
 * fetch. Names that cannot be had are asked for once.
 */
export function anyTypesOf(
  message: DescMessage,
  schema: Schema,
  fetch: FetchNames = typeFetcher(schema),
): (bytes: Uint8Array) => Promise<void> | undefined {
  if (!mayHoldAny(message)) return () => undefined;
  const fetchRest = async (bytes: Uint8Array, first: readonly string[], fetching: Promise<void>): Promise<void> => {
    const tried = new Set(first);
    await fetching;
    // A fetched message may hold an Any itself, so look again until nothing new turns up.
    for (;;) {
      const names = unresolvedTypes(message, bytes, schema.types).filter((name) => !tried.has(name));
      if (names.length === 0) return;
      for (const name of names) tried.add(name);
      await fetch(names);
    }
  };
  return (bytes) => {
    const names = unresolvedTypes(message, bytes, schema.types);
    const fetching = fetch(names);
    return fetching && fetchRest(bytes, names, fetching);
  };
}
