// Words → address and the rest: with files given the address may be left out, and GREPL_ADDRESS may stand in for it.
import { UserError } from '../errors.ts';
import type { Io } from '../io.ts';
import type { Args } from './parse.ts';

/** The address, if there is one, and the words behind it. */
export interface Addressed {
  readonly address: string | undefined;
  readonly rest: readonly string[];
}

/** True for what can only be an address: a scheme, a port, a socket; a bare host name looks like a symbol. */
export function looksLikeAddress(word: string): boolean {
  return /^(?:[a-z]+:\/\/|unix:|:\d+$|localhost$)/i.test(word) || /^(?:\[[0-9a-f:.]+\]|[^/\s=]+):\d+$/i.test(word);
}

/** Lines of the REPL have no address: it is connected already. One that has one all the same is called there. */
function placed(address: string | undefined, words: readonly string[]): Addressed {
  const [first, ...rest] = words;
  return first !== undefined && looksLikeAddress(first) ? { address: first, rest } : { address, rest: words };
}

/**
 * Takes the address off the words. `needed` counts the words that must follow it: when there are only that many and the
 * first is no address, GREPL_ADDRESS or the schema files stand in. Throws UserError 2 when neither is there.
 */
export function splitAddress(args: Args, io: Io, needed: number): Addressed {
  const { words, flags } = args;
  const [first, ...rest] = words;
  if (args.place) return placed(args.place.address, words);
  const fromFiles = flags.list('proto').length > 0 || flags.list('protoset').length > 0;
  const standIn = args.standIn ?? io.env.GREPL_ADDRESS;
  if (first !== undefined && (looksLikeAddress(first) || (!fromFiles && !standIn) || hasMore(rest, needed))) {
    return { address: first, rest };
  }
  if (standIn) return { address: standIn, rest: words };
  if (fromFiles) return { address: undefined, rest: words };
  throw new UserError(2, 'no address', {
    hint: 'give host:port (a local port is :50051), or files with --proto or --protoset',
  });
}

/** Whether the words behind the first are more than are needed without an address; FIELD=VALUE words show where they begin. */
function hasMore(rest: readonly string[], needed: number): boolean {
  const plain = rest.filter((word) => !/^[^\s=]+=/.test(word)).length;
  return plain < rest.length ? plain >= needed : rest.length > needed;
}
