// Metadata from the command line is checked as a whole before any call is made.
import { expect, test } from 'vitest';
import { Flags } from '../../src/commands/flags.ts';
import { metadataFrom } from '../../src/commands/headers.ts';
import type { Io } from '../../src/io.ts';

const io = { env: {}, cwd: '/' } as unknown as Io;

function read(headers: readonly string[], bearer?: string): Promise<unknown> {
  const flags = new Flags();
  flags.set('header', headers);
  if (bearer !== undefined) flags.set('bearer', bearer);
  return metadataFrom(flags, 'rpc-header', io, { expand: false, files: false });
}

test('pairs come in order, with names in lower case and binary values in base64', async () => {
  expect(await read(['X-A: 1', 'x-a: 2', 't-bin: _-8', 'raw-bin: a b'], 'secret')).toEqual([
    ['authorization', 'Bearer secret'],
    ['x-a', '1'],
    ['x-a', '2'],
    ['t-bin', '/+8='],
    ['raw-bin', 'YSBi'],
  ]);
});

test.each<[string, readonly string[], string | undefined, RegExp]>([
  ['a name of the connection', ['transfer-encoding: chunked'], undefined, /"transfer-encoding" is set by the client/],
  ['a header that may be sent once', ['authorization: a'], 'b', /"authorization" is given twice/],
  ['a token beyond ASCII', [], 'café', /U\+00E9 at position 11/],
  ['a value beyond ASCII', ['x: é'], undefined, /U\+00E9 at position 1/],
])('%s is refused', async (_, headers, bearer, words) => {
  await expect(read(headers, bearer)).rejects.toThrow(words);
  await expect(read(headers, bearer)).rejects.toMatchObject({ code: 2 });
});
