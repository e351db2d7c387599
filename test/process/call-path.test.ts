// What every call loads is kept small: one import in the wrong place would bring a library's whole set-up along.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

test.each([
  ["the library's descriptors of descriptors", 'bootFieldDescriptorProto'],
  ['the prompts', '@inquirer/core'],
  ['the parser of .proto files', 'illegal token'],
  ['the second client', 'grpc-node-js'],
])('the file of the parts for calls does not hold %s', (_, text) => {
  const calls = readFileSync(join(import.meta.dirname, '..', '..', 'dist', 'grepl.cjs'), 'latin1');
  expect([calls.includes('grpc-status'), calls.includes(text)]).toEqual([true, false]);
});
