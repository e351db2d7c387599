// Types that have to be fetched before a message can be printed.
import { describe, expect, test } from 'vitest';
import { mayHoldAny, typesNamed, unresolvedTypes } from '../../src/codec/any.ts';
import { documentsOf } from '../../src/codec/document.ts';
import { jsonReader } from '../../src/codec/json-reader.ts';
import type { TypeResolver } from '../../src/schema/schema.ts';
import { messageType, types } from '../support/codec-types.ts';

function bytesOf(typeName: string, json: string): Uint8Array {
  return jsonReader(messageType(typeName), { types })(documentsOf(json, '-d', 'json')[0]!);
}

describe('mayHoldAny', () => {
  test.each([
    ['google.protobuf.Any', true],
    ['codec.modern.Known', true],
    ['codec.modern.Order', false],
    ['codec.modern.Tree', false],
    ['google.protobuf.Struct', false],
    ['codec.legacy.Legacy', true], // by an extension
  ])('%s: %s', (typeName, expected) => {
    expect(mayHoldAny(messageType(typeName))).toBe(expected);
    expect(mayHoldAny(messageType(typeName))).toBe(expected);
  });
});

describe('unresolvedTypes', () => {
  const known = messageType('codec.modern.Known');
  const opaque = (name: string): string => `{"@type":"x.org/${name}","@value":"CAE="}`;

  test.each([
    ['{}', []],
    ['{"any":{"@type":"x.org/codec.modern.Order","quantity":1}}', []],
    [`{"any":${opaque('a.B')},"anys":[${opaque('a.C')},${opaque('a.B')},{}]}`, ['a.B', 'a.C']],
    [`{"any":{"@type":"x.org/codec.modern.Known","any":${opaque('a.D')}}}`, ['a.D']],
    [`{"any":{"@type":"x.org/google.protobuf.Any","value":${opaque('a.E')}}}`, ['a.E']],
  ])('%s', (json, names) => {
    expect(unresolvedTypes(known, bytesOf('codec.modern.Known', json), types)).toEqual(names);
  });

  test('bytes that are no message end the search', () => {
    expect(unresolvedTypes(known, Buffer.from('4aff', 'hex'), types)).toEqual([]);
  });

  test('a type is asked of the resolver as it is at the time', () => {
    const bytes = bytesOf('codec.modern.Known', '{"any":{"@type":"x.org/codec.modern.Order"}}');
    const none: TypeResolver = { ...types, message: () => undefined };
    expect(unresolvedTypes(known, bytes, none)).toEqual(['codec.modern.Order']);
  });
});

test('typesNamed finds types and extensions in a document', () => {
  const json = '{"any": {"@type" : "x.org/y/a.B", "v": {"@type":"a.C"}}, "[e.f]": 1, "x": "[g.h]", "@type": 5}';
  expect(typesNamed(json)).toEqual(['a.B', 'a.C', 'e.f']);
  expect(typesNamed('{"a":1}')).toEqual([]);
  const text = 'any { [x.org/a.B] { s: "[no\\"" } } [ c.d ]: 1 list: [1, 2] list: [ON]';
  expect(typesNamed(text, 'text')).toEqual(['a.B', 'c.d', 'ON']);
});
