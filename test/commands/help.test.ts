// Help is drawn from the tables of flags and commands: nothing of them is missing, and it fits a terminal of 80 columns.
import { expect, test } from 'vitest';
import { commandHelp, overview } from '../../src/commands/help.ts';
import { helpTopics } from '../../src/commands/help-topics.ts';
import { commandRows, flagsOf, replRow } from '../../src/commands/table.ts';

const pages: readonly (readonly [name: string, text: string])[] = [
  ['overview', overview()],
  ...helpTopics,
  ...[...commandRows, replRow].map((row) => [row.name, commandHelp(row)] as const),
];

/** Examples are copied, not read: they stay on one line. */
const tooWide = (text: string): string[] =>
  text.split('\n').filter((line) => [...line].length > 80 && !/^ {2}\$ /.test(line));

test.each(pages)('%s fits 80 columns and ends with one line end', (_, text) => {
  expect(tooWide(text)).toEqual([]);
  expect(text).toMatch(/[^\n]\n$/);
});

test.each([...commandRows, replRow])('$name: every flag stands in its help', (row) => {
  const text = commandHelp(row);
  for (const flag of flagsOf(row)) expect(text.includes(` --${flag.name}`)).toBe(!flag.hidden);
});

test('the overview names every command and topic', () => {
  for (const name of [...commandRows.map((row) => row.name), ...helpTopics.keys()])
    expect(overview()).toMatch(new RegExp(`\\b${name}\\b`));
});
