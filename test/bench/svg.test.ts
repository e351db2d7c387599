// The pictures of growth, drawn from made-up figures: nothing may lie outside, and no two names on each other.
import { expect, test } from 'vitest';
import { picture } from './svg.mjs';

const x = { label: 'calls <at once>', ticks: [1, 10, 100], show: String };
const y = { label: 'time', show: (ms: number) => `${ms} ms` };
const line = (name: string, ...values: number[]) => ({
  name,
  points: values.map((value, n) => ({ x: 10 ** n, y: value, low: value * 0.9, high: value * 1.1 })),
});

function drawn(...lines: ReturnType<typeof line>[]): string {
  return picture({ title: 'Growth & cost', note: 'a note', panels: [{ title: 'panel', x, y, lines }] });
}

const numbers = (svg: string, pattern: RegExp): number[] => [...svg.matchAll(pattern)].map((found) => Number(found[1]));

test.each([
  ['a curve over decades', [3, 70, 2500]],
  ['a curve that hardly rises', [41, 42, 43]],
  ['values that are ticks themselves', [1, 10, 100]],
])('%s lies within its frame', (_what, values) => {
  const svg = drawn(line('grepl', ...values));
  const heights = numbers(svg, /cy="([\d.-]+)"/g);
  expect(heights).toHaveLength(3);
  for (const height of [...heights, ...numbers(svg, /y[12]="([\d.-]+)"/g)]) {
    expect(height).toBeGreaterThanOrEqual(0);
    expect(height).toBeLessThanOrEqual(214);
  }
  expect(heights).toEqual([...heights].sort((a, b) => b - a));
});

test('text is escaped', () => {
  expect(drawn(line('grepl', 1, 2, 3))).toContain('calls &#60;at once&#62;');
});

test('names of lines that end together stand below each other', () => {
  const svg = drawn(line('grepl', 1, 2, 300), line('grpcurl loop', 2, 3, 301), line('raw', 3, 4, 302));
  const places = ['grepl', 'grpcurl loop', 'raw'].map((name) => {
    const [found] = numbers(svg, new RegExp(`y="([\\d.-]+)" fill="#\\w+" font-weight="600">${name}<`, 'g'));
    return found!;
  });
  const [one = 0, two = 0, three = 0] = places.sort((a, b) => a - b);
  expect(two - one).toBeGreaterThan(14);
  expect(three - two).toBeGreaterThan(14);
});

test('a program has the same colour beside whatever it stands', () => {
  const colour = (svg: string) => /fill="(#\w+)" font-weight="600">grpcurl/.exec(svg)?.[1];
  const alone = colour(drawn(line('grpcurl', 1, 2, 3)));
  expect(alone).toBe(colour(drawn(line('grepl', 4, 5, 6), line('grpcurl loop', 1, 2, 3))));
});
