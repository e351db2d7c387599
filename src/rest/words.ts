// Names taken apart into words and put together again: GetUserActivity, user_activity, userActivity.

/** The words of a name in any of the usual spellings; `HTTPRule` is two words, digits stay with the letters before them. */
export function splitWords(name: string): string[] {
  return name.match(/[A-Z]+(?![a-z])[0-9]*|[A-Z]?[a-z]+[0-9]*|[0-9]+/g) ?? [];
}

/** The words as `userActivity`: the first in lower case, the others as they are but for their first letter. */
export function lowerCamel(words: readonly string[]): string {
  return words.map((word, index) => (index === 0 ? word.toLowerCase() : capital(word))).join('');
}

/** The words as `user_activity`. */
export function snake(words: readonly string[]): string {
  return words.map((word) => word.toLowerCase()).join('_');
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** A method's name as a verb and what it acts on: `BatchGetUsers` is `BatchGet` and `[Users]`. */
export interface VerbAndNoun {
  readonly verb: string;
  readonly noun: readonly string[];
}

const prefixes = new Set(['Batch', 'Bulk', 'Async']);
const batched = new Set(['Get', 'Create', 'Update', 'Delete']);

/**
 * Takes the verb off the front of a method's name. `BatchGet` and the like are one verb, `BatchCharge` is a batch of
 * charges; a prefix alone is the verb.
 */
export function verbAndNoun(methodName: string): VerbAndNoun {
  const [first = methodName, second, ...rest] = splitWords(methodName).map(capital);
  if (second === undefined) return { verb: first, noun: [] };
  const compound = prefixes.has(first) && (batched.has(second) || rest.length > 0);
  return compound ? { verb: first + second, noun: rest } : { verb: first, noun: [second, ...rest] };
}
