import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnsFor, toRight } from '../../src/render/columns.ts';
import { wrapCells } from '../../src/render/columns-wrap.ts';
import { loadStyle, style } from '../../src/render/style.ts';
import { cellWidth } from '../../src/render/visible.ts';
import '../support/property-seed.ts';

describe('wrapping', () => {
  it.each<[string, number, number, string[]]>([
    ['short', 10, 0, ['short']],
    ['one two three', 8, 0, ['one two ', 'three']],
    ['{"a":1,"bb":2}', 10, 2, ['{"a":1,', '  "bb":2}']],
    ['abcdefghij', 4, 0, ['abcd', 'efgh', 'ij']],
    ['漢字漢字', 5, 0, ['漢字', '漢字']],
    ['漢字', 1, 0, ['漢', '字']],
    ['👨‍👩‍👧👨‍👩‍👧', 3, 0, ['👨‍👩‍👧', '👨‍👩‍👧']],
  ])('%s in %i', (text, width, hang, lines) => {
    expect(wrapCells(text, width, hang)).toEqual(lines);
  });

  it('goes on with a colour in the next line, and ends it before the line between the columns', async () => {
    const { red } = await loadStyle({ color: true, ascii: false, width: 80 });
    const [one = '', two = ''] = wrapCells(`x${red('abcdef')}y`, 4);
    expect(one).toBe('x\u001b[31mabc\u001b[0m');
    expect(two).toBe('\u001b[31mdef\u001b[39my');
  });

  it('loses nothing, and takes no more cells than it may', () => {
    const unit = fc.constantFrom('a', ' ', ',', '漢', '😀', 'e\u0301', '\u001b[31m', '\u001b[39m', 'word');
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 200 }), fc.integer({ min: 2, max: 40 }), (text, width) => {
        const lines = wrapCells(text, width);
        const plain = (part: string) => part.replace(/\u001b\[\d*m/g, '');
        expect(plain(lines.join(''))).toBe(plain(text));
        for (const line of lines) expect(cellWidth(line)).toBeLessThanOrEqual(width);
      }),
      { numRuns: 500, seed: 3 },
    );
  });

  it('breaks a mebibyte', () => {
    const lines = wrapCells('x'.repeat(1 << 20), 64, 2);
    expect(lines).toHaveLength(1 + Math.ceil(((1 << 20) - 64) / 62));
  });
});

describe('columns', () => {
  it('fills up the shorter side, and rules to the last column', () => {
    const columns = columnsFor(style({ color: false, ascii: true, width: 40 }));
    expect(columns.pair(['a'], ['b', 'c'])).toBe(`  a${' '.repeat(17)}|  b\n${' '.repeat(20)}|  c\n`);
    expect(columns.rule()).toBe(` ${'-'.repeat(19)}+${'-'.repeat(19)}\n`);
    expect(columns.pair([], [])).toBe('');
  });

  it('moves text to the right end', () => {
    expect(toRight('a', 'b', 5)).toBe('a   b');
    expect(toRight('', 'b', 5)).toBe('    b');
    expect(toRight('abcd', 'b', 5)).toBe('abcd  b');
  });
});
