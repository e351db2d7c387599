// Which word is the address, where one may be left out because a profile or a variable names it.
import { expect, test } from 'vitest';
import { Flags } from '../../src/commands/flags.ts';
import { splitAddress } from '../../src/commands/words.ts';
import type { Io } from '../../src/io.ts';

const io = { env: {} } as Io;
const split = (line: string, needed: number) =>
  splitAddress({ words: line.split(' '), flags: new Flags(), standIn: 'standin:1' }, io, needed);

test.each([
  ['GetOrder', 1, 'standin:1', 'GetOrder'],
  ['GetOrder id=1', 1, 'standin:1', 'GetOrder id=1'],
  ['GetOrder id=1 sum=2 tags:=[]', 1, 'standin:1', 'GetOrder id=1 sum=2 tags:=[]'],
  [':50051 GetOrder id=1', 1, ':50051', 'GetOrder id=1'],
  ['host GetOrder id=1', 1, 'host', 'GetOrder id=1'],
  ['host GetOrder id=1 sum=2', 1, 'host', 'GetOrder id=1 sum=2'],
  ['pkg.Service', 0, 'standin:1', 'pkg.Service'],
  ['host pkg.Service', 0, 'host', 'pkg.Service'],
])('%s', (line, needed, address, rest) => {
  expect(split(line, needed)).toEqual({ address, rest: rest.split(' ') });
});
