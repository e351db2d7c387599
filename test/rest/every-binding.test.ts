// Any message under any rule: the request is what the norm says, and leads back to the same message in every dialect, or
// it is said why there is none. More cases: FUZZ_CASES=200000 npx vitest run test/rest/every-binding.test.ts
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { restEquivalent } from '../../src/rest/equivalent.ts';
import type { RestDialect } from '../../src/rest/rest.ts';
import { requestFromHttp } from '../../src/rest/reverse.ts';
import { buildRouter } from '../../src/rest/router.ts';
import type { Schema } from '../../src/schema/schema.ts';
import { type Binding, bindings, fitted, refusedInQuery, wantedPath } from './every-binding.ts';
import { everyKind, type Json, messages } from './every-kind.ts';
import { bytesOf, jsonOf, methodOf, routeOf, schemaOfText } from './support.ts';
import '../support/property-seed.ts';

const cases = Number(process.env.FUZZ_CASES ?? 300);

let schema: Schema;
beforeAll(async () => {
  schema = await schemaOfText(everyKind, 'every.proto');
});

/** What is told of a request that is not quite the message. */
const toldDifference = /^presence of empty message |^\S+ is unset: its path variable is sent /;

test.each(['google', 'gateway', 'envoy', 'connect'] as RestDialect[])(
  'in the dialect of %s',
  async (dialect) => {
    const method = await methodOf(schema, 'every.Every.Call');
    const seen = { made: 0, none: 0, told: 0 };
    const check = (binding: Binding, message: Json): void => {
      const route = routeOf(method, [binding]);
      const bytes = bytesOf(method.input, message, schema.types);
      const before = jsonOf(method.input, bytes, schema.types) as Json;
      const made = restEquivalent(route, bytes, { types: schema.types, dialect, metadata: [] });
      const path = wantedPath(binding, before);
      const refused = refusedInQuery(binding, before, dialect);
      if ('none' in made) {
        seen.none++;
        const isUnset = /path variable (?:unset|empty)/.test(made.none) && path?.includes(null);
        expect({ why: made.none, expected: path === undefined || refused.length > 0 || isUnset }).toEqual({
          why: made.none,
          expected: true,
        });
        return;
      }
      expect({ refused }).toEqual({ refused: [] });
      expectPath(made.path, path, binding.verb);
      expect(made.query).toMatch(/^(?:[A-Za-z0-9\-_.~%]+=[A-Za-z0-9\-_.~%]*(?:&|$))*$/);
      const input = { query: made.query, body: made.body?.data, contentType: made.body?.contentType };
      const match = buildRouter([route]).match(made.httpMethod, made.path);
      const back = requestFromHttp(match, input, { types: schema.types, strict: true, dialect });
      if (made.warnings.some((warning) => toldDifference.test(warning))) seen.told++;
      else {
        seen.made++;
        expect(jsonOf(method.input, back.message, schema.types)).toEqual(before);
      }
    };
    const values = fc.tuple(
      bindings,
      messages,
      fc.boolean(),
      fc.array(fc.oneof(fc.string({ unit: 'grapheme', maxLength: 6 }), fc.constantFrom('..', '.', '%2F', 'a b', '+')), {
        minLength: 3,
        maxLength: 6,
      }),
    );
    fc.assert(
      fc.property(values, ([binding, message, isFitted, segments]) =>
        check(binding, isFitted ? fitted(binding, message, segments) : message),
      ),
      { numRuns: cases },
    );
    // Otherwise the cases would say nothing.
    expect(Math.min(seen.made, seen.none)).toBeGreaterThan(cases / 20);
  },
  3_600_000,
);

/** `null` stands for a segment that is not worked out here. */
function expectPath(path: string, wanted: readonly (string | null)[] | undefined, verb: string): void {
  expect(wanted).toBeDefined();
  const ending = verb === '' ? '' : `:${verb}`;
  expect(path.endsWith(ending)).toBe(true);
  const segments = path.slice(0, path.length - ending.length).slice(1);
  const given = segments === '' ? [] : segments.split('/');
  const expected = verb === '' ? wanted! : wanted!.slice(0, -1);
  expect(given.map((segment, at) => (expected[at] === null ? null : segment))).toEqual(expected);
}
