// Documents that are kept: what leaves them, and what comes back.
import { describe, expect, test } from 'vitest';
import { filledDocument, keptDocument, withoutSecretTexts } from '../../src/codec/document-variables.ts';

const lookUp = (name: string): unknown =>
  new Map<string, unknown>([
    ['id', 'u-1'],
    ['n', 7],
    ['list', [1]],
  ]).get(name);

describe('kept', () => {
  test.each<[string, string, string[]]>([
    ['{"password":"x"}', '{"password":"${PASSWORD}"}', ['password']],
    ['{"user":{"clientSecret":"x"}}', '{"user":{"clientSecret":"${CLIENT_SECRET}"}}', ['user.clientSecret']],
    [
      '{"apiKeys":["a"],"api_key":"b"}',
      '{"apiKeys":["${API_KEYS}"],"api_key":"${API_KEY}"}',
      ['apiKeys[0]', 'api_key'],
    ],
    [
      '{"a":{"token":"x"},"b":{"token":"y"}}',
      '{"a":{"token":"${TOKEN}"},"b":{"token":"${B_TOKEN}"}}',
      ['a.token', 'b.token'],
    ],
    ['{"note":"Bearer abc"}', '{"note":"${NOTE}"}', ['note']],
    [
      '{"pageToken":"x","next_page_token":"y","maxTokens":"5","passed":"x"}',
      '{"pageToken":"x","next_page_token":"y","maxTokens":"5","passed":"x"}',
      [],
    ],
    ['{"n":12345678901234567890,"f":1.0,"t":"${x}"}', '{"n":12345678901234567890,"f":1.0,"t":"$${x}"}', []],
  ])('%s', (text, wanted, leftOut) => {
    const kept = keptDocument(text);
    expect(kept.text.replaceAll(/\n\s*/g, '').replaceAll('": ', '":')).toBe(wanted);
    expect(kept.leftOut.map((one) => one.path)).toEqual(leftOut);
  });

  test('a draft has none of them', () => {
    expect(withoutSecretTexts('{"password":"x","n":1.50}')).toBe('{"password":null,"n":1.50}');
  });
});

test.each([
  ['{"a":"${id}","b":"x-${n}","c":"${n}","d":"${list}"}', '{"a":"u-1","b":"x-7","c":7,"d":[1]}'],
  ['{"a":"$${id} $$ $"}', '{"a":"${id} $$ $"}'],
])('filled: %s', (text, wanted) => {
  expect(filledDocument(text, lookUp)).toBe(wanted);
});
