// Which characters of foreign text are not printed as they are: those that a terminal acts on, those that turn the reading
// direction round, and those that nobody can see.

/**
 * The inside of a character class for expressions with the flag u: controls (C0, DEL, C1), line and paragraph separators,
 * bidirectional controls and marks, what has no width (zero-width space, word joiner, tags, …) and lone surrogates. The two
 * joiners stay out: Persian, Indic scripts and emoji cannot be written without them.
 */
export const unsafeClass =
  '\\u0000-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u180e\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f' +
  '\\ud800-\\udfff\\ufeff\\ufff9-\\ufffb\\u{e0000}-\\u{e007f}';

/** The same as a pattern, without the newline and the tab, where text has several lines. */
export const unsafeButLines: string = `(?![\\n\\t])[${unsafeClass}]`;

/** A character as JSON writes it: `\n`, `\u001b`, above U+FFFF two of these. */
export function escapedCharacter(character: string): string {
  const short = shortEscapes.get(character);
  if (short !== undefined) return short;
  const unit = (at: number): string => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`;
  return Array.from({ length: character.length }, (_, at) => unit(at)).join('');
}

/** Foreign text with what is not printed as it is written out; inside a JSON document it means the same. */
export function escapeUnsafe(text: string): string {
  return text.replace(unsafeAll, escapedCharacter);
}

const unsafeAll = new RegExp(`[${unsafeClass}]`, 'gu');
const shortEscapes = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);
