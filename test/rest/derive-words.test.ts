// Names taken apart, and plurals.
import { expect, test } from 'vitest';
import { isPlural, pluralOf, singularOf } from '../../src/rest/plural.ts';
import { lowerCamel, snake, splitWords, verbAndNoun } from '../../src/rest/words.ts';

test.each([
  ['book', 'books'],
  ['Policy', 'Policies'],
  ['key', 'keys'],
  ['Address', 'Addresses'],
  ['status', 'statuses'],
  ['bus', 'buses'],
  ['warehouse', 'warehouses'],
  ['branch', 'branches'],
  ['cache', 'caches'],
  ['database', 'databases'],
  ['box', 'boxes'],
  ['index', 'indexes'],
  ['alias', 'aliases'],
  ['canvas', 'canvases'],
  ['schema', 'schemas'],
  ['photo', 'photos'],
  ['hero', 'heroes'],
  ['Person', 'People'],
  ['child', 'children'],
  ['shelf', 'shelves'],
  ['analysis', 'analyses'],
  ['axis', 'axes'],
  ['vertex', 'vertices'],
  ['movie', 'movies'],
  ['api', 'apis'],
  ['uri', 'uris'],
  ['metric', 'metrics'],
  ['window', 'windows'],
  ['row', 'rows'],
  ['process', 'processes'],
  ['license', 'licenses'],
  ['size', 'sizes'],
  ['quiz', 'quizzes'],
  ['tie', 'ties'],
  ['menu', 'menus'],
])('%s, %s', (one, many) => {
  expect(pluralOf(one)).toBe(many);
  expect(singularOf(many)).toBe(one);
  expect(pluralOf(many)).toBe(many);
  expect(singularOf(one)).toBe(one);
  expect([isPlural(one), isPlural(many)]).toEqual([false, true]);
});

test.each(['activity', 'History', 'inference', 'data', 'series', 'metadata', 'analytics', 'news'])(
  '%s has no plural',
  (word) => {
    expect([pluralOf(word), singularOf(word), isPlural(word)]).toEqual([word, word, true]);
  },
);

test.each([
  ['GetUserActivity', 'Get|User|Activity'],
  ['SetIAMPolicyV2', 'Set|IAM|Policy|V2'],
  ['get_user', 'get|user'],
  ['userId', 'user|Id'],
  ['HTTPRule', 'HTTP|Rule'],
  ['Int32', 'Int32'],
  ['_', ''],
])('%s splits into %s', (name, words) => {
  expect(splitWords(name).join('|')).toBe(words);
});

test.each([
  ['GetUser', 'Get', 'User'],
  ['Get', 'Get', ''],
  ['BatchGetUsers', 'BatchGet', 'Users'],
  ['BatchCharge', 'Batch', 'Charge'],
  ['BatchCreate', 'BatchCreate', ''],
  ['BatchTranslateText', 'BatchTranslate', 'Text'],
  ['list_users', 'List', 'Users'],
])('%s is %s of %s', (name, verb, noun) => {
  const found = verbAndNoun(name);
  expect([found.verb, found.noun.join('')]).toEqual([verb, noun]);
});

test('words are put together again', () => {
  expect(lowerCamel(['IAM', 'Policy'])).toBe('iamPolicy');
  expect(snake(['User', 'ID'])).toBe('user_id');
});
