// Text in the pieces that a reader takes for one character: a letter with its accents, an emoji of several code points.

// Letters of Latin-1 and Latin Extended, dashes, quotes, arrows, lines and our own marks stand for themselves. The
// segmenter takes milliseconds to be made, which every failed call would pay for the mark before its status.
const simple =
  /^[\u0020-\u007e\u00a1-\u00a8\u00aa-\u00ac\u00af-\u024f\u2010-\u2027\u2190-\u2193\u2500-\u257f\u25b8\u2713\u2717]*$/;
let segmenter: Intl.Segmenter | undefined;

/** Whether every UTF-16 unit of the text is a character of its own, one column wide. */
export function isSimple(text: string): boolean {
  return simple.test(text);
}

/** The pieces of a text (extended grapheme clusters, Unicode UAX #29). */
export function graphemes(text: string): string[] {
  if (isSimple(text)) return text.split('');
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}
