// Where the cursor may go: between graphemes, so that a letter with its accents or an emoji of several code points is
// one step, and between words as readline counts them.
import { graphemes } from '../render/graphemes.ts';

/** The place one grapheme after `at`. */
export function nextPiece(text: string, at: number): number {
  // A grapheme seldom has more than a few units: the rest of a long text need not be looked at.
  const piece = graphemes(text.slice(at, at + 64))[0];
  return at + (piece?.length ?? 0);
}

/** The place one grapheme before `at`. */
export function previousPiece(text: string, at: number): number {
  const piece = graphemes(text.slice(Math.max(0, at - 64), at)).at(-1);
  return at - (piece?.length ?? 0);
}

const wordLetter = /[\p{L}\p{N}\p{M}]/u;

/** Where the word before `at` begins: first over what is no letter or digit, then over what is. */
export function wordStart(text: string, at: number): number {
  let place = at;
  while (place > 0 && !wordLetter.test(text.slice(previousPiece(text, place), place)))
    place = previousPiece(text, place);
  while (place > 0 && wordLetter.test(text.slice(previousPiece(text, place), place)))
    place = previousPiece(text, place);
  return place;
}

/** Where the word after `at` ends. */
export function wordEnd(text: string, at: number): number {
  let place = at;
  while (place < text.length && !wordLetter.test(text.slice(place, nextPiece(text, place))))
    place = nextPiece(text, place);
  while (place < text.length && wordLetter.test(text.slice(place, nextPiece(text, place))))
    place = nextPiece(text, place);
  return place;
}
