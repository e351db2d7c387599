import { describe, expect, it } from 'vitest';
import { cellWidth, cut, padCells, visible } from '../../src/render/visible.ts';

describe('visible', () => {
  const cases: [what: string, text: string, line: string, lines: string][] = [
    ['plain text', 'naïve 日本 😀', 'naïve 日本 😀', 'naïve 日本 😀'],
    ['an escape sequence', '\u001b[31mred\u001b[0m', '\\u001b[31mred\\u001b[0m', '\\u001b[31mred\\u001b[0m'],
    ['a title and a bell', '\u001b]0;x\u0007', '\\u001b]0;x\\u0007', '\\u001b]0;x\\u0007'],
    ['C1 and DEL', 'a\u009b2Jb\u007f', 'a\\u009b2Jb\\u007f', 'a\\u009b2Jb\\u007f'],
    ['bidi controls', 'a\u202eb\u2066c', 'a\\u202eb\\u2066c', 'a\\u202eb\\u2066c'],
    ['line separators', 'a\u2028b\u2029', 'a\\u2028b\\u2029', 'a\\u2028b\\u2029'],
    ['newline and tab', 'a\n\tb', 'a\\n\\tb', 'a\n\tb'],
    ['CR LF', 'a\r\nb', 'a\\r\\nb', 'a\nb'],
    ['a lone CR, which would overwrite the line', 'good\rbad', 'good\\rbad', 'good\\rbad'],
  ];
  for (const [what, text, line, lines] of cases) {
    it(what, () => {
      expect(visible(text)).toBe(line);
      expect(visible(text, { multiline: true })).toBe(lines);
    });
  }

  it('keeps the meaning of JSON', () => {
    const text = JSON.stringify({ a: '\u202e\u009b\u2028' });
    expect(JSON.parse(visible(text))).toEqual({ a: '\u202e\u009b\u2028' });
  });
});

describe('cellWidth and cut', () => {
  const cases: [text: string, width: number][] = [
    ['abc', 3],
    ['', 0],
    ['é', 1],
    ['e\u0301', 1],
    ['日本', 4],
    ['😀', 2],
    ['👩‍👩‍👧', 2],
    ['🇩🇪', 2],
    ['한', 2],
    ['ｆ', 2],
    ['→ ↑ ✗', 5],
    ['\u001b[31mred\u001b[39m', 3],
  ];
  for (const [text, width] of cases) {
    it(`${JSON.stringify(text)} takes ${width}`, () => expect(cellWidth(text)).toBe(width));
  }

  const cuts: [text: string, width: number, cut: string][] = [
    ['abcdef', 6, 'abcdef'],
    ['abcdef', 4, 'abc…'],
    ['日本語', 5, '日本…'],
    ['日本語', 4, '日…'],
    ['abc', 1, '…'],
    ['abc', 0, ''],
  ];
  for (const [text, width, wanted] of cuts) {
    it(`${text} cut to ${width}`, () => expect(cut(text, width)).toBe(wanted));
  }

  it('pads by cells', () => expect(padCells('日', 4)).toBe('日  '));
});
