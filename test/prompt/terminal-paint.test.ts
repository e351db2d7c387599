import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cutStyled, frame, inputRows } from '../../src/prompt/paint.ts';
import { plainStyle } from '../../src/render/style.ts';
import { cellWidth } from '../../src/render/visible.ts';
import '../support/property-seed.ts';

const size = { columns: 20, rows: 6 };

test.each([
  ['short', '> ', 'abc', 3, ['> abc'], [0, 5]],
  ['cursor inside', '> ', 'abc', 1, ['> abc'], [0, 3]],
  ['up to the edge', '> ', 'x'.repeat(17), 17, [`> ${'x'.repeat(17)}`], [0, 19]],
  ['one over', '> ', 'x'.repeat(18), 18, [`> ${'x'.repeat(17)}`, 'x'], [1, 1]],
  ['cursor on the first that wraps', '> ', 'x'.repeat(18), 17, [`> ${'x'.repeat(17)}`, 'x'], [1, 0]],
  ['several lines', '> ', 'a\nb', 3, ['> a', '… b'], [1, 3]],
  ['an empty last line', '> ', 'a\n', 2, ['> a', '… '], [1, 2]],
  ['before a line end', '> ', 'a\nb', 1, ['> a', '… b'], [0, 3]],
  ['wide', '> ', '漢字漢字漢字漢字漢', 9, ['> 漢字漢字漢字漢字', '漢'], [1, 2]],
  ['control characters', '> ', 'a\u001b', 2, ['> a\\u001b'], [0, 9]],
  ['nothing', '> ', '', 0, ['> '], [0, 2]],
  ['a prompt wider than the screen', 'p'.repeat(30), 'ab', 2, [`${'p'.repeat(18)}a`, 'b'], [1, 1]],
])('input: %s', (_name, before, text, cursor, rows, [row, column]) => {
  expect(inputRows({ before, text, cursor }, size.columns, plainStyle)).toEqual({ rows, cursor: { row, column } });
});

test('a ghost is cut at the edge and makes no row', () => {
  expect(inputRows({ before: '> ', text: 'abc', cursor: 3, ghost: 'd'.repeat(40) }, 20, plainStyle).rows).toEqual([
    `> abc${'d'.repeat(14)}`,
  ]);
});

test('what does not fit is left out below first, then above, never the row of the cursor', () => {
  const input = { before: '> ', text: 'a\nb', cursor: 3 };
  const view = { above: ['1', '2', '3'], input, below: ['4', '5', '6', '7'] };
  expect(frame(view, { columns: 20, rows: 10 }, plainStyle).rows).toHaveLength(9);
  expect(frame(view, size, plainStyle)).toEqual({ rows: ['> a', '… b', '4', '5', '6'], cursor: { row: 1, column: 3 } });
  expect(frame({ ...view, below: ['4'] }, size, plainStyle)).toEqual({
    rows: ['2', '3', '> a', '… b', '4'],
    cursor: { row: 3, column: 3 },
  });
  expect(frame(view, { columns: 20, rows: 2 }, plainStyle)).toEqual({ rows: ['… b'], cursor: { row: 0, column: 3 } });
});

test('a cut keeps the colour sequences behind it', () => {
  expect(cutStyled('\u001b[31mabcdef\u001b[39m', 3)).toBe('\u001b[31mabc\u001b[39m');
  expect(cutStyled('漢字', 3)).toBe('漢');
});

test('whatever is typed, no row is too wide, none too many, and the cursor is inside', () => {
  const piece = fc.constantFrom('a', ' ', '漢', '\n', '👨‍👩‍👧', 'e\u0301', '\t', '\u001b');
  const text = fc.array(piece, { maxLength: 80 }).map((pieces) => pieces.join(''));
  const line = fc.array(fc.constantFrom('x', '漢', '\u001b[1m'), { maxLength: 60 }).map((pieces) => pieces.join(''));
  const sizes = fc.record({ columns: fc.integer({ min: 8, max: 60 }), rows: fc.integer({ min: 2, max: 12 }) });
  fc.assert(
    fc.property(text, fc.array(line), fc.array(line), line, sizes, (typed, above, below, before, at) => {
      const painted = frame({ above, input: { before, text: typed, cursor: typed.length }, below }, at, plainStyle);
      expect(painted.rows.length).toBeLessThan(at.rows);
      for (const row of painted.rows) expect(cellWidth(row)).toBeLessThanOrEqual(at.columns);
      expect(painted.cursor!.row).toBeLessThan(painted.rows.length);
      expect(painted.cursor!.column).toBeLessThan(at.columns);
    }),
  );
});
