// One text with everything in it that a terminal acts on, that turns a line round, that starts a new one or that nobody
// sees; and how to tell that an output has none of it.
import { expect } from 'vitest';
import { unsafeClass } from '../../src/wire/unsafe-text.ts';

const esc = '\u001b';
/** Begins a line of its own where a line end gets through. */
const mark = 'INJECTED';

/** Well-formed text: JSON must give it back unchanged. */
export const hostile = [
  'a',
  `${esc}[31mred${esc}[2J${esc}[1A`,
  `${esc}]0;title\u0007${esc}]52;c;ZXZpbA==\u0007${esc}]8;;http://evil.example${esc}\\link${esc}]8;;${esc}\\`,
  `\u009b31m\u009d0;title\u009c\u0085${mark}`,
  `\n${mark}\r\n${mark}\r${mark}\u000b${mark}\u000c${mark}\u2028${mark}\u2029${mark}`,
  '\b\b\0\u007f',
  '\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c',
  '\u200b\u2060\ufeff\u00ad\u180e\ufff9\u{e0001}\u{e0041}\u{e007f}',
  `e${'\u0301'.repeat(300)}`,
  '漢字🙂👩‍👩‍👧🏴',
  'z',
].join(' ');

/** The hostile text in the bytes of a header value: what HTTP/2 lets through, C1 and bidi as UTF-8. */
export const hostileHeader: string = Buffer.from(hostile.replaceAll(/[\u0000-\u001f\u007f]/g, '')).toString('latin1');

const unsafe = new RegExp(`(?![\\n\\t])[${unsafeClass}]`, 'u');
/** What JSON has escaped wherever it goes; marks and the invisible stay as they are in data for programs. */
const unsafeJson = /(?!\n)[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/;
const ownColours = /\u001b\[[0-9;]*m/g;

/** Nothing of the hostile text has got through: no control, no line of its own. `json`: data for programs. */
export function expectSafe(text: string, what: string, form: 'text' | 'json' | 'coloured' = 'text'): void {
  const plain = form === 'coloured' ? text.replace(ownColours, '') : text;
  const found = (form === 'json' ? unsafeJson : unsafe).exec(plain);
  const place =
    found && `${escapedAll(plain.slice(Math.max(0, found.index - 60), found.index))} >>> ${escapedAll(found[0])}`;
  expect(place, `${what}\n${escapedAll(text).slice(0, 3000)}`).toBeNull();
  expect(
    plain.split('\n').filter((line) => line.startsWith(mark)),
    `${what}\n${plain}`,
  ).toEqual([]);
}

function escapedAll(text: string): string {
  return text.replaceAll(/[^\n\u0020-\u007e]/gu, (one) => `<${one.codePointAt(0)?.toString(16)}>`);
}
