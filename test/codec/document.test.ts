// Text cut into documents, however the bytes arrive.
import { describe, expect, test } from 'vitest';
import { documentsOf, type RequestDocument, readDocuments } from '../../src/codec/document.ts';
import { UserError } from '../../src/errors.ts';

async function* inChunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function readAll(
  source: string | Uint8Array,
  size: number,
  format: 'json' | 'text' = 'json',
  maxBytes?: number,
): Promise<RequestDocument[]> {
  const bytes = typeof source === 'string' ? Buffer.from(source) : source;
  const all: RequestDocument[] = [];
  for await (const batch of readDocuments(inChunks(bytes, size), { from: 'stdin', format, maxBytes })) {
    expect(batch.length).toBeGreaterThan(0);
    all.push(...batch);
  }
  return all;
}

async function failure(promise: Promise<unknown>): Promise<UserError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UserError);
  expect((error as UserError).code).toBe(3);
  return error as UserError;
}

const place = ({ text, line, column }: RequestDocument): string => `${line}:${column} ${text}`;

describe('JSON', () => {
  const cases: [what: string, source: string, documents: string[]][] = [
    ['nothing', '', []],
    ['only white space', ' \n\t\r\n ', []],
    ['lines', '{"a":1}\n{"a":2}\n', ['1:1 {"a":1}', '2:1 {"a":2}']],
    ['no line feed at the end', '{}\n{}', ['1:1 {}', '2:1 {}']],
    ['CRLF and a byte order mark', '\ufeff{"a":1}\r\n{}\r\n', ['1:1 {"a":1}', '2:1 {}']],
    ['concatenated', '{"a":{}}{"b":[]} {}', ['1:1 {"a":{}}', '1:9 {"b":[]}', '1:18 {}']],
    ['over several lines', '\n{\n "a": 1\n}\n  {}', ['2:1 {\n "a": 1\n}', '5:3 {}']],
    ['brackets and quotes in strings', '{"a":"}{\\"]"}{"b":"\\\\"}', ['1:1 {"a":"}{\\"]"}', '1:14 {"b":"\\\\"}']],
    ['an array of documents', '[{"a":1}, {"a":[2]}\n,\n"x", 5]', ['1:2 {"a":1}', '1:11 {"a":[2]}', '3:1 "x"', '3:6 5']],
    ['an empty array', '[] {}', ['1:4 {}']],
    ['scalars', '1 "two" null\n-3.5', ['1:1 1', '1:3 "two"', '1:9 null', '2:1 -3.5']],
    ['columns count characters', '"é😀" {}', ['1:1 "é😀"', '1:6 {}']],
    ['a record separator in front (RFC 7464)', '\x1e{}\n\x1e{}\n', ['1:2 {}', '2:2 {}']],
    ['cut short', '{"a":{"b":"}', ['1:1 {"a":{"b":"}']],
  ];
  test.each(cases)('%s', async (_, source, documents) => {
    expect(documentsOf(source, '-d', 'json').map(place)).toEqual(documents);
    for (const size of [1, 2, 3, 7, 4096]) expect((await readAll(source, size)).map(place)).toEqual(documents);
  });

  const bad: [source: string, message: string][] = [
    ['{},{}', 'stdin:1:3: expected a JSON document, got ","'],
    ['{}\n }', 'stdin:2:2: expected a JSON document, got "}"'],
    ['[{} {}]', 'stdin:1:5: expected "," or "]", got "{"'],
    ['[{},]', 'stdin:1:5: expected a JSON value, got "]"'],
    ['[{}', 'stdin:1:4: the array is not closed: "]" is missing'],
  ];
  test.each(bad)('%s is refused', async (source, message) => {
    for (const size of [1, 4096]) expect((await failure(readAll(source, size))).message).toBe(message);
  });

  test('an array is one document where no stream is meant', () => {
    expect(documentsOf('[{}, 1] {}', '-d', 'json-whole').map(place)).toEqual(['1:1 [{}, 1]', '1:9 {}']);
    expect(documentsOf('[]', '-d', 'json-whole').map(place)).toEqual(['1:1 []']);
  });

  test('what precedes an error is handed out first', async () => {
    const got: string[] = [];
    const reading = async (): Promise<void> => {
      for await (const batch of readDocuments(inChunks(Buffer.from('{"a":1} {"a":2} ]'), 4096), {
        from: 'x',
        format: 'json',
      })) {
        got.push(...batch.map((document) => document.text));
      }
    };
    await failure(reading());
    expect(got).toEqual(['{"a":1}', '{"a":2}']);
  });

  test('a document is handed out before the next chunk arrives', async () => {
    let release = (): void => {};
    async function* slow(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('{"a":1}');
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      yield Buffer.from('\n{}');
    }
    const documents = readDocuments(slow(), { from: 'stdin', format: 'json' });
    const first = await documents.next();
    expect(first.value).toMatchObject([{ text: '{"a":1}' }]);
    const second = documents.next();
    release();
    expect((await second).value).toMatchObject([{ text: '{}', line: 2 }]);
  });

  test.each([1, 3, 4096])('invalid UTF-8 is named by its byte (chunks of %i)', async (size) => {
    const bytes = Buffer.concat([Buffer.from('{"ok":"é"}\n{"a":"'), Buffer.from([0x61, 0xff]), Buffer.from('"}')]);
    const { message } = await failure(readAll(bytes, size));
    expect(message).toBe('stdin:2: invalid UTF-8 at byte 19 (0xff)');
  });

  test('UTF-16 is named as such', async () => {
    const error = await failure(readAll(Buffer.from('\ufeff{}', 'utf16le'), 4096));
    expect(`${error.message}; ${error.hint}`).toBe('stdin: the text is UTF-16; save it as UTF-8');
  });

  test('millions of brackets are refused before they cost memory', async () => {
    for (const bracket of ['[', '{"a":']) {
      const { message } = await failure(readAll(bracket.repeat(5_000_000 / bracket.length), 65536));
      expect(message).toMatch(/^stdin:1:\d+: nested more than 256 levels deep$/);
    }
  });

  test('the size of a document is bounded, that of all is not', async () => {
    const line = `{"a":"${'x'.repeat(80)}"}\n`;
    expect(await readAll(line.repeat(10), 16, 'json', 100)).toHaveLength(10);
    for (const size of [16, 4096]) {
      const { message } = await failure(readAll(`{}\n{"a":"${'x'.repeat(200)}`, size, 'json', 100));
      expect(message).toBe('stdin:2:1: a document of more than 100 bytes');
    }
  });
});

describe('text format', () => {
  const cases: [source: string, documents: string[]][] = [
    ['', ['1:1 ']],
    ['a: 1', ['1:1 a: 1']],
    ['a: 1\n\x1eb: 2\n', ['1:1 a: 1\n', '2:2 b: 2\n']],
    ['a: 1\x1e', ['1:1 a: 1', '1:6 ']],
    ['\ufeffa: 1', ['1:1 a: 1']],
  ];
  test.each(cases)('%j', async (source, documents) => {
    expect(documentsOf(source, '-d', 'text').map(place)).toEqual(documents);
    for (const size of [1, 3, 4096]) expect((await readAll(source, size, 'text')).map(place)).toEqual(documents);
  });
});
