// Requests and responses of every field kind, at random: valid ones against another codec and there and back, damaged
// ones to the words that refuse them. FUZZ_CASES sets the number of cases, PROPERTY_SEED which ones:
// FUZZ_CASES=20000 PROPERTY_SEED=1 npx vitest run test/codec/json-fuzz.test.ts
import type { DescMessage } from '@bufbuild/protobuf';
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { type DocumentFormat, documentsOf, type RequestDocument, readDocuments } from '../../src/codec/document.ts';
import { documentFromFields } from '../../src/codec/fields.ts';
import { jsonPrinter, MessageError } from '../../src/codec/json-printer.ts';
import { jsonReader } from '../../src/codec/json-reader.ts';
import { isMessageSet } from '../../src/codec/message-set.ts';
import { template, templateFields } from '../../src/codec/template.ts';
import { textPrinter } from '../../src/codec/text-printer.ts';
import { textReader } from '../../src/codec/text-reader.ts';
import { hasOwnJson } from '../../src/codec/well-known.ts';
import { UserError } from '../../src/errors.ts';
import { everyKind, everyKindOfMessage, everyKindTypes as types } from './fuzz/every-kind.ts';
import { changed, changes, chunkSizes, inChunks } from './fuzz/hostile-texts.ts';
import { JsonTexts } from './fuzz/json-texts.ts';
import { faultsOf } from './fuzz/round-trips.ts';
import '../support/property-seed.ts';

const numRuns = Number(process.env.FUZZ_CASES ?? 150);
vi.setConfig({ testTimeout: 60_000 + numRuns * 50 });

const texts = new JsonTexts(everyKind);
const anyType = fc.constantFrom(...everyKindOfMessage);
const typeAndJson = anyType.chain((type) => fc.tuple(fc.constant(type), texts.of(type, 3)));
const unsafe = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/;

const documentOf = (text: string): RequestDocument => ({ text, from: '-d', line: 1, column: 1 });
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** A message in hex, or how the text was refused. Anything but a refusal is thrown on. */
function outcome(read: () => Uint8Array): string {
  try {
    return hex(read());
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    expect(error.code).toBe(3);
    expect(`${error.message}\n${error.hint ?? ''}`).not.toMatch(unsafe);
    return error.message;
  }
}

test('valid documents: the other codec agrees, and nothing changes there and back', () => {
  fc.assert(
    fc.property(typeAndJson, ([type, json]) => {
      expect(faultsOf(type, json)).toEqual([]);
    }),
    { numRuns },
  );
});

test('templates are valid documents, and so are their FIELD=VALUE words', () => {
  for (const type of everyKindOfMessage) {
    for (const names of ['json', 'proto'] as const)
      expect(faultsOf(type, template(type, { types, names }))).toEqual([]);
    const fields = documentFromFields(type, templateFields(type), () => new Uint8Array());
    expect(faultsOf(type, fields.text)).toEqual([]);
  }
});

/** Fields at random: of numbers that the type has and of others, with wire types that fit and others. */
const anyFields = fc.array(
  fc.record({
    number: fc.oneof(fc.integer({ min: 1, max: 70 }), fc.integer({ min: 1, max: 2 ** 29 - 1 })),
    wire: fc.constantFrom(0, 1, 2, 3, 5),
    bytes: fc.uint8Array({ maxLength: 9 }),
  }),
  { maxLength: 6 },
);

function wireBytes(fields: readonly { number: number; wire: number; bytes: Uint8Array }[]): Uint8Array {
  const writer = new BinaryWriter();
  for (const { number, wire, bytes } of fields) {
    writer.uint32(((number << 3) | wire) >>> 0);
    if (wire === 0) writer.uint32(bytes.length * 1000);
    else if (wire === 1) writer.raw(Uint8Array.from({ length: 8 }, (_, at) => bytes[at] ?? 0));
    else if (wire === 5) writer.raw(Uint8Array.from({ length: 4 }, (_, at) => bytes[at] ?? 0));
    else if (wire === 2) writer.bytes(bytes);
    else writer.uint32(((number << 3) | 4) >>> 0);
  }
  return writer.finish();
}

test('what the schema lacks is shown by its number', () => {
  fc.assert(
    fc.property(anyType, anyFields, (type, fields) => {
      const bytes = wireBytes(fields);
      let json: string;
      try {
        json = jsonPrinter(type, { types })(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(MessageError);
        return;
      }
      const shown = new Set(Object.keys(JSON.parse(json)));
      const text = textPrinter(type, { types })(bytes);
      for (const { number } of fields) {
        if (type.fields.some((field) => field.number === number) || types.extension(type, number)) continue;
        if (isMessageSet(type) && number === 1) continue;
        expect(shown).toContain(`[${number}]`);
        expect(text).toMatch(new RegExp(`^${number}[: ]`, 'm'));
      }
    }),
    { numRuns },
  );
});

test('bytes at random are printed, safely, or are no message', () => {
  const anyBytes = fc.oneof(fc.uint8Array({ maxLength: 40 }), anyFields.map(wireBytes));
  fc.assert(
    fc.property(anyType, anyBytes, fc.boolean(), (type, bytes, emitDefaults) => {
      for (const print of [jsonPrinter(type, { types, emitDefaults }), textPrinter(type, { types })]) {
        try {
          expect(print(bytes)).not.toMatch(unsafe);
        } catch (error) {
          if (!(error instanceof MessageError)) throw error;
          expect(error.message).not.toMatch(unsafe);
        }
      }
    }),
    { numRuns },
  );
});

/** What becomes of a stream of documents: each message or why it is none, and why the stream ends early. */
async function streamOutcome(type: DescMessage, bytes: Uint8Array, sizes: readonly number[], format: DocumentFormat) {
  const read = format === 'text' ? textReader(type, { types }) : jsonReader(type, { types });
  const results: string[] = [];
  try {
    for await (const batch of readDocuments(inChunks(bytes, sizes), { from: 'stdin', format })) {
      for (const document of batch) {
        const result = outcome(() => read(document));
        expect(result).toMatch(/^[0-9a-f]*$|^stdin:\d+:\d+: /);
        results.push(`${document.line}:${document.column} ${result}`);
      }
    }
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    results.push(error.message);
  }
  return results;
}

test.each(['json', 'json-whole', 'text'] as const)(
  'damaged %s: a place and a reason, in whatever chunks it comes',
  async (format) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(typeAndJson, { minLength: 1, maxLength: 3 }),
        changes,
        chunkSizes,
        async (all, how, sizes) => {
          const type = all[0]![0];
          const whole = all.filter(([other]) => other === type).map(([, json]) => json);
          const source = format === 'text' ? whole.map((json) => asText(type, json)).join('\u001e') : whole.join('\n');
          const bytes = changed(source, how);
          const once = await streamOutcome(type, bytes, [bytes.length + 1], format);
          expect(await streamOutcome(type, bytes, sizes, format)).toEqual(once);
          expect(await streamOutcome(type, bytes, [1], format)).toEqual(once);
        },
      ),
      { numRuns },
    );
  },
);

function asText(type: DescMessage, json: string): string {
  return textPrinter(type, { types })(jsonReader(type, { types })(documentOf(json)));
}

test('a document cut off at any byte is refused where it ends', () => {
  fc.assert(
    fc.property(typeAndJson, ([type, json]) => {
      for (let length = 1; length < json.length; length++) {
        const cut = json.slice(0, length);
        const result = outcome(() => {
          const documents = documentsOf(cut, '-d', 'json');
          return documents.length === 0 ? new Uint8Array() : jsonReader(type, { types })(documents[0]!);
        });
        expect(result).toMatch(/^-d:\d+:\d+: /);
      }
    }),
    { numRuns: Math.ceil(numRuns / 20) },
  );
});

test('FIELD=VALUE words make a document that can be read, or say what is wrong', () => {
  const step = anyType.chain((type) => fc.constantFrom('x', ...type.fields.map(({ name }) => name)));
  const path = fc.array(
    fc.oneof(
      { weight: 3, arbitrary: step },
      fc.constantFrom('[0]', '[-1]', '[]', '["a"]', 'key', '', '[x.y]', '@type', '__proto__'),
    ),
    { minLength: 1, maxLength: 4 },
  );
  const sign = fc.constantFrom('=', ':=', '', '=@', ':=@', '==');
  const content = fc.oneof(
    fc.constantFrom(
      '',
      '1',
      '-1',
      'true',
      'null',
      '{}',
      '[',
      '"',
      'inf',
      'now',
      '1.5s',
      'hex:0',
      'base64:=',
      '@@',
      '9'.repeat(60),
    ),
    fc.string(),
  );
  const word = fc.oneof(
    {
      weight: 5,
      arbitrary: fc
        .tuple(path, sign, content)
        .map(([steps, how, text]) => steps.join('.').replaceAll('.[', '[') + how + text),
    },
    { weight: 1, arbitrary: fc.string() },
  );
  fc.assert(
    fc.property(typeAndJson, fc.array(word, { maxLength: 4 }), fc.boolean(), ([type, json], words, hasBase) => {
      const base = hasBase && !hasOwnJson(type.typeName) ? documentOf(json) : undefined;
      outcome(() => {
        const document = documentFromFields(
          type,
          words,
          () => Buffer.from('{"a":[1]}'),
          base,
          () => new Date(0),
        );
        return jsonReader(type, { types })(document);
      });
    }),
    { numRuns },
  );
});
