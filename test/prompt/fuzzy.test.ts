import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fuzzyPositions, fuzzyRank } from '../../src/prompt/fuzzy.ts';
import '../support/property-seed.ts';

function ranked(query: string, names: readonly string[]): string[] {
  return fuzzyRank(query, names).map((index) => names[index]!);
}

test.each([
  [
    'the start of the name before the starts of words before letters in order',
    'gi',
    ['Xgzi', 'GetItem', 'give'],
    ['give', 'GetItem', 'Xgzi'],
  ],
  ['the name itself first', 'get', ['GetItem', 'Get'], ['Get', 'GetItem']],
  ['the short name of a full one', 'get', ['a.get.Svc/List', 'a.Svc/GetItem'], ['a.Svc/GetItem', 'a.get.Svc/List']],
  ['a word may be typed on', 'geti', ['GetItem', 'GetUserInfo'], ['GetItem', 'GetUserInfo']],
  [
    'capitals in a row, digits and underscores start words',
    'hr2',
    ['HTTPRule2', 'http_rule_2', 'hour24'],
    ['HTTPRule2', 'http_rule_2', 'hour24'],
  ],
  [
    'in the word before scattered',
    'tem',
    ['The Element Map', 'GetItem', 'tzezm'],
    ['The Element Map', 'GetItem', 'tzezm'],
  ],
  ['the shorter of equals', 'get', ['GetItems', 'GetItem'], ['GetItem', 'GetItems']],
  ['capitals do not matter', 'GETITEM', ['getitem', 'GetItem'], ['getitem', 'GetItem']],
  ['terms must all fit, in any order', 'user list', ['ListUsers', 'ListItems', 'User'], ['ListUsers']],
  ['nothing typed is everything, as it was', '', ['b', 'a'], ['b', 'a']],
  ['what has not all letters does not fit', 'zz', ['z', 'Jazz'], ['Jazz']],
  ['characters that only sound alike to the filter', '漢', ['漢字', 'W'], ['漢字']],
])('%s', (_what, query, names, expected) => {
  expect(ranked(query, names)).toEqual(expected);
});

test('recent names come first among those that fit as well', () => {
  const names = ['GetItem', 'GetIndex', 'TargetGet'];
  const recent = new Map([
    [1, 0],
    [2, 1],
  ]);
  expect(fuzzyRank('get', names, { recent: (index) => recent.get(index) })).toEqual([1, 0, 2]);
  expect(fuzzyRank('', names, { recent: (index) => recent.get(index), limit: 2 })).toEqual([1, 2]);
});

test.each([
  ['gi', 'GetItem', [0, 3]],
  ['geti', 'a.Get/GetItem', [6, 7, 8, 9]],
  ['item', 'GetItemItem', [3, 4, 5, 6]],
  ['i g', 'GetItem', [0, 3]],
  ['x', 'GetItem', []],
])('%s in %s is underlined at %j', (query, name, places) => {
  expect(fuzzyPositions(query, name)).toEqual(places);
});

test('typing on and deleting gives what the whole query gives', () => {
  const name = fc.string({ unit: fc.constantFrom('a', 'b', 'B', '.', '_', '1', 'C'), maxLength: 12 });
  const query = fc.string({ unit: fc.constantFrom('a', 'b', 'c', ' ', '1'), maxLength: 5 });
  fc.assert(
    fc.property(fc.array(name, { maxLength: 30 }), query, (names, whole) => {
      for (let length = 0; length <= whole.length; length++) fuzzyRank(whole.slice(0, length), names);
      for (let length = whole.length; length >= 0; length--) {
        expect(fuzzyRank(whole.slice(0, length), names)).toEqual(fuzzyRank(whole.slice(0, length), [...names]));
      }
    }),
  );
});

test('what fits has its letters where it says', () => {
  const name = fc.string({ unit: fc.constantFrom('a', 'b', 'A', '.', 'c', 'İ'), maxLength: 12 });
  fc.assert(
    fc.property(
      name,
      fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 4 }),
      (text, query) => {
        const fits = fuzzyRank(query, [text]).length === 1;
        const letters = fuzzyPositions(query, text).map((place) => text[place]!.toLowerCase());
        expect(letters.join('')).toBe(fits ? query : '');
      },
    ),
  );
});
