// Steps after a failed call, in the words of the REPL: never a command of the shell.
import { expect, test } from 'vitest';
import type { StatusContext } from '../../src/render/error.ts';
import { hintForLines, lineSteps } from '../../src/render/line-steps.ts';
import type { Status } from '../../src/wire/status.ts';

const context: StatusContext = {
  method: 'pkg.Svc/Get',
  address: ':50051',
  received: 0,
  requestType: 'pkg.GetRequest',
  front: 'repl',
};
const violation = (...fields: string[]) => ({
  '@type': 'type.googleapis.com/google.rpc.BadRequest',
  fieldViolations: fields.map((field) => ({ field, description: 'no' })),
});
const retryInfo = { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '1.5s' };

function steps(code: number, details: readonly unknown[] = [], front: StatusContext['front'] = 'repl'): string {
  const status: Status = { code, message: '', details: [], origin: 'server' };
  return lineSteps(status, details, { ...context, front }).join(' | ');
}

test.each([
  [3, [], 'e edits the request | desc GetRequest | copy grpcurl'],
  [3, [violation('a')], 'e edits this field | desc GetRequest | copy grpcurl'],
  [3, [violation('a', 'b')], 'e edits these 2 fields | desc GetRequest | copy grpcurl'],
  [4, [], 'set deadline 30s | again'],
  [5, [], 'e edits the request | desc GetRequest'],
  [7, [], 'meta shows what is sent | auth asks for another token'],
  [8, [retryInfo], 'r retries in 1.50 s'],
  [12, [], 'ls | connect HOST:PORT'],
  [14, [retryInfo], 'r retries in 1.50 s | health | watch 2s again'],
  [16, [], "auth asks for a token | meta set authorization 'SCHEME VALUE'"],
] as const)('status %i with %j', (code, details, text) => {
  expect(steps(code, details)).toBe(text);
});

test('in a script nobody is asked for anything', () => {
  expect(steps(3, [violation('a')], 'script')).toBe('desc GetRequest | copy grpcurl');
  expect(steps(14, [retryInfo], 'script')).toBe('again | health | watch 2s again');
  expect(steps(16, [], 'script')).toBe("auth @FILE | meta set authorization 'SCHEME VALUE'");
});

test.each([
  ['use --plaintext', 'use tls off'],
  ['--cacert FILE, --servername NAME or --insecure', 'tls ca FILE, tls name NAME or tls insecure'],
  ['allow more time: --deadline 30s', 'allow more time: set deadline 30s'],
  ['give the schema with --proto or --protoset', 'give the schema with set proto or set protoset'],
])('%s', (hint, text) => {
  expect(hintForLines(hint)).toBe(text);
});
