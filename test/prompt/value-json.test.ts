// Relaxed JSON: what people type becomes strict JSON with every digit kept, and faults say where they are.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { printTree } from '../../src/codec/field-tree.ts';
import { parseRelaxed } from '../../src/prompt/value-json.ts';
import '../support/property-seed.ts';

test.each([
  ['{a: \'b\', "c": 1,}', '{"a":"b","c":1}'],
  ["'it\\'s \"so\"'", '"it\'s \\"so\\""'],
  ['[1, // one\n 2 /* two */]', '[1,2]'],
  ['{\n a: 1\n b: 2\n}', '{"a":1,"b":2}'],
  ['12345678901234567890.10', '12345678901234567890.10'],
  ['{@type: "x", a.b: 1, 5: 2, [p.ext]: 3}', '{"@type":"x","a.b":1,"5":2,"[p.ext]":3}'],
  ['{__proto__: 1, constructor: 2}', '{"__proto__":1,"constructor":2}'],
  ['\ufeff null ', 'null'],
])('%s', (text, json) => {
  const parsed = parseRelaxed(text);
  expect('tree' in parsed && printTree(parsed.tree)).toBe(json);
});

test.each([
  ['{a: 1 b: 2}', 6, 'expected "," or "}", got b'],
  ['[1', 2, 'expected "," or "]", got the end'],
  ['{a: hello}', 4, 'expected a JSON value, got hello; text needs quotes'],
  ['{a: 1, a: 2}', 7, 'a is given twice'],
  ['"abc', 0, 'a string that does not end, or with a bad escape'],
  ['1 2', 2, 'expected the end, got 2'],
  ['01', 0, 'expected a JSON value, got 01'],
  [`${'['.repeat(102)}`, 101, 'nested deeper than 100 levels'],
])('%s is refused', (text, at, message) => {
  expect(parseRelaxed(text)).toEqual({ fault: { at, message } });
});

test('JSON is relaxed JSON, and means the same', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const parsed = parseRelaxed(JSON.stringify(value));
      expect('tree' in parsed && JSON.parse(printTree(parsed.tree))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test('any text gives a value or a fault inside it', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const parsed = parseRelaxed(text);
      if ('fault' in parsed) expect(parsed.fault.at).toBeLessThanOrEqual(text.length);
    }),
  );
});
