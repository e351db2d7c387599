// Words written as a line of the REPL are the same words when the line is read.
import { expect, test } from 'vitest';
import { isIncomplete, splitLine } from '../../src/repl/line.ts';
import { quotedLine } from '../../src/repl/line-quote.ts';

const words = [
  'plain',
  'order_id=o-1',
  'items[0].product_id=p-1',
  '',
  "it's",
  'a "b" c',
  '$HOME ${x} `id` $(id)',
  'back\\slash and \\n',
  'é 漢字 😀',
  '{"not":"json"',
  '[1,2',
  'f={"a":1}',
  'f:=[1, 2]',
  '# no comment',
  'a | b > c',
  '@file',
  '-dash',
  '=x',
  '~',
  'line\nfeed\ttab\rreturn',
  "\u001b[31m it's \\ \u0000 \u2028 \u202e",
];

test.each(words)('%j', (word) => {
  const line = quotedLine(['call', word, 'behind']);
  expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u202e]/);
  const split = splitLine(line);
  if (isIncomplete(split)) throw new Error(`incomplete: ${line}`);
  const read = split.words.map(({ parts }) => parts.map((part) => (part.kind === 'text' ? part.text : '?')).join(''));
  expect(read).toEqual(['call', word, 'behind']);
  expect(split.sink).toBeUndefined();
});
