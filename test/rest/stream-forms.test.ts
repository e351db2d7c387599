// The bytes of streamed bodies, which form is chosen, and what it all weighs.
import { expect, test } from 'vitest';
import { streamErrorText } from '../../src/rest/error-body.ts';
import type { RestDialect, StreamForm } from '../../src/rest/rest.ts';
import { lateErrorNote, streamFormOf, streamWriter } from '../../src/rest/stream-forms.ts';
import { grpcMessagesSize, gzipSize, restRequestSize } from '../../src/rest/wire-size.ts';

const messages = ['{"status":"PACKED"}', '{"status":"SHIPPED"}'];
const failure = { code: 14, message: 'backend restarting', details: [], origin: 'server' } as const;

function pieces(form: StreamForm, dialect: RestDialect, sent: readonly string[], fails: boolean): string[] {
  const writer = streamWriter(form, dialect);
  const error = fails ? [writer.error(streamErrorText(failure, dialect, []), sent.length)] : [];
  return [writer.open(), ...sent.map((json, index) => writer.message(json, index)), ...error, writer.close()];
}

test.each<[string, StreamForm, RestDialect, number, boolean, string]>([
  ['lines', 'ndjson', 'google', 2, false, '{"status":"PACKED"}\n{"status":"SHIPPED"}\n'],
  ['lines', 'ndjson', 'envoy', 2, false, '{"status":"PACKED"}\n{"status":"SHIPPED"}\n'],
  ['lines', 'ndjson', 'gateway', 2, false, '{"result":{"status":"PACKED"}}\n{"result":{"status":"SHIPPED"}}\n'],
  [
    'a late error',
    'ndjson',
    'gateway',
    1,
    true,
    '{"result":{"status":"PACKED"}}\n{"error":{"code":14,"message":"backend restarting","details":[]}}\n',
  ],
  [
    'an early error',
    'ndjson',
    'gateway',
    0,
    true,
    '{"error":{"code":14,"message":"backend restarting","details":[]}}\n',
  ],
  ['an array', 'array', 'google', 2, false, '[{"status":"PACKED"},{"status":"SHIPPED"}]'],
  ['an empty array', 'array', 'google', 0, false, '[]'],
  ['an array that fails silently', 'array', 'envoy', 1, true, '[{"status":"PACKED"}]'],
  [
    'an array that fails',
    'array',
    'google',
    1,
    true,
    '[{"status":"PACKED"},{"error":{"code":14,"message":"backend restarting","status":"UNAVAILABLE"}}]',
  ],
  [
    'an array that fails at once',
    'array',
    'google',
    0,
    true,
    '[{"error":{"code":14,"message":"backend restarting","status":"UNAVAILABLE"}}]',
  ],
  ['events', 'sse', 'google', 2, false, 'data: {"status":"PACKED"}\n\ndata: {"status":"SHIPPED"}\n\n'],
  [
    'events that fail',
    'sse',
    'google',
    1,
    true,
    'data: {"status":"PACKED"}\n\nevent: error\ndata: {"error":{"code":14,"message":"backend restarting","status":"UNAVAILABLE"}}\n\n',
  ],
  ['one message', 'none', 'gateway', 1, false, '{"status":"PACKED"}'],
  ['frames', 'websocket', 'gateway', 1, false, '{"result":{"status":"PACKED"}}'],
])('%s: %s of %s', (_, form, dialect, count, fails, expected) => {
  expect(pieces(form, dialect, messages.slice(0, count), fails).join('')).toBe(expected);
});

test.each([
  ['server_streaming', undefined, 'ndjson'],
  ['server_streaming', '*/*', 'ndjson'],
  ['server_streaming', 'application/json', 'array'],
  ['server_streaming', 'text/event-stream', 'sse'],
  ['server_streaming', 'application/jsonl', 'ndjson'],
  ['server_streaming', 'Application/X-NDJSON; charset=utf-8', 'ndjson'],
  ['server_streaming', 'application/json;q=0.5, text/event-stream', 'sse'],
  ['server_streaming', 'text/event-stream;q=0, application/json', 'array'],
  ['server_streaming', 'text/html, */*;q=0.8', 'ndjson'],
  ['server_streaming', 'text/html', 'ndjson'],
  ['bidi_streaming', undefined, 'websocket'],
  ['bidi_streaming', 'application/x-ndjson', 'ndjson'],
  ['client_streaming', 'application/json', 'ndjson'],
  ['unary', 'text/event-stream', 'none'],
] as const)('%s with Accept %s is %s', (methodKind, accept, form) => {
  expect(streamFormOf({ methodKind }, accept)).toBe(form);
});

test('what cannot be told after the first message is said', () => {
  const server = { methodKind: 'server_streaming' } as const;
  expect(lateErrorNote(server, 'array', 'envoy')).toMatch(/looks complete/);
  expect(lateErrorNote(server, 'sse', 'google')).toMatch(/"error"/);
  expect(lateErrorNote(server, 'ndjson', 'gateway')).toMatch(/200/);
  expect(lateErrorNote({ methodKind: 'client_streaming' }, 'ndjson', 'google')).toBeUndefined();
});

test('a request is counted by path, query and body, in bytes of UTF-8', () => {
  const path = '/v1/caf%C3%A9';
  const body = Buffer.from('{"t":"é"}');
  expect(restRequestSize(path, 'a=1', body)).toEqual({ payload: 17 + 10, gzip: 17 + gzipSize(body) });
  expect(restRequestSize(path, 'a=1')).toEqual({ payload: 17, gzip: 17 });
  expect(restRequestSize(path, '')).toEqual({ payload: 13, gzip: 13 });
});

test('gRPC messages are counted without their prefixes', () => {
  const [short, long] = [new Uint8Array(8), new Uint8Array(9)];
  expect(grpcMessagesSize([short, long])).toEqual({ payload: 17, gzip: gzipSize(short) + gzipSize(long) });
  expect(grpcMessagesSize([])).toEqual({ payload: 0, gzip: 0 });
});

test('gzip figures are those of real gzip', () => {
  const text = Buffer.from('grepl '.repeat(100));
  expect(gzipSize(text)).toBeLessThan(60);
  expect(gzipSize(new Uint8Array(0))).toBe(0);
});
