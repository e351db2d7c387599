// Our JSON against @bufbuild/protobuf's where documents and messages are not as a codec writes them: fields more than
// once and in any order, damaged text. Valid documents are in json-fuzz.test.ts.
import {
  type DescMessage,
  fromBinary,
  fromJson,
  fromJsonString,
  type Message,
  toBinary,
  toJson,
} from '@bufbuild/protobuf';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { documentsOf } from '../../src/codec/document.ts';
import { jsonPrinter } from '../../src/codec/json-printer.ts';
import { jsonReader } from '../../src/codec/json-reader.ts';
import { UserError } from '../../src/errors.ts';
import { everyKindOfMessage, everyKind as registry, everyKindTypes as types } from './fuzz/every-kind.ts';
import { JsonTexts } from './fuzz/json-texts.ts';
import '../support/property-seed.ts';

const cases = Number(process.env.FUZZ_CASES ?? 100);
vi.setConfig({ testTimeout: 60_000 + cases * 100 });

// The other library takes extensions of message sets for ordinary ones.
const anyType = fc.constantFrom(...everyKindOfMessage.filter(({ name }) => !/^Set/.test(name)));
const texts = new JsonTexts(registry);

function read(desc: DescMessage, json: string): Uint8Array {
  const [document] = documentsOf(json, '-d', 'json');
  return jsonReader(desc, { types, strict: true })(document!);
}

/**
 * As protobuf-es prints a message once it was on the wire: it keeps digits that no float has. Undefined if it cannot. Type
 * URLs are kept as they are by us and given a standard host by it.
 */
function printed(desc: DescMessage, message: Message): unknown {
  try {
    const json = JSON.stringify(toJson(desc, fromBinary(desc, toBinary(desc, message)), { registry }));
    return JSON.parse(json, (key, value) => (key === '@type' ? String(value).replace(/.*\//, '') : value));
  } catch {
    return undefined;
  }
}

test('fields in any order and more than once are merged', () => {
  const twoOfOne = anyType.chain((desc) => fc.tuple(fc.constant(desc), texts.of(desc, 3), texts.of(desc, 3)));
  fc.assert(
    fc.property(twoOfOne, ([desc, ...both]) => {
      // Of two Any values the type of one may meet the bytes of the other, which nobody can print.
      if (both.every((json) => json.includes('@type'))) return;
      const bytes = Buffer.concat(both.map((json) => toBinary(desc, fromJson(desc, JSON.parse(json), { registry }))));
      const theirs = printed(desc, fromBinary(desc, bytes));
      // Seconds of one duration and nanoseconds of another may make none.
      if (theirs === undefined) return;
      const ours = fromJsonString(desc, jsonPrinter(desc, { types })(bytes), { registry });
      expect(printed(desc, ours)).toEqual(theirs);
    }),
    { numRuns: cases },
  );
});

test('damaged text gives a UserError with its place, or what protobuf-es reads too', () => {
  const damage = fc.tuple(
    fc.nat(),
    fc.nat({ max: 3 }),
    fc.constantFrom('', '{', '}', '[', ']', ',', ':', '"', '1', 'null', '-', '\\', ' ', '"a"'),
  );
  const typeAndJson = anyType.chain((desc) => fc.tuple(fc.constant(desc), texts.of(desc, 2)));
  fc.assert(
    fc.property(typeAndJson, damage, ([desc, whole], [at, remove, insert]) => {
      const place = at % (whole.length + 1);
      const source = whole.slice(0, place) + insert + whole.slice(place + remove);
      // Half a surrogate pair does not survive the way to the program.
      if (/[\ud800-\udfff]/u.test(source)) return;
      let ours: Uint8Array;
      try {
        const documents = documentsOf(source, '-d', 'json');
        if (documents.length !== 1 || !documents[0]!.text.startsWith('{')) return;
        ours = read(desc, source);
      } catch (error) {
        expect(error).toBeInstanceOf(UserError);
        expect((error as UserError).message).toMatch(/^-d:\d+:\d+: /);
        return;
      }
      const theirs = fromJsonString(desc, source, { registry });
      expect(printed(desc, fromBinary(desc, ours))).toEqual(printed(desc, theirs));
    }),
    { numRuns: cases * 3 },
  );
});
