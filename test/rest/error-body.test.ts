// Error bodies in every dialect, written and read.
import { expect, test } from 'vitest';
import { errorBody, streamErrorText } from '../../src/rest/error-body.ts';
import { errorFromBody } from '../../src/rest/error-body-read.ts';
import type { RestDialect } from '../../src/rest/rest.ts';
import type { Status } from '../../src/wire/status.ts';

const value = Buffer.from('CgxVU0VSX01JU1NJTkcSCGFjbWUuZGV2GgoKAmlkEgR1LTQy', 'base64');
const typeUrl = 'type.googleapis.com/google.rpc.ErrorInfo';
const notFound: Status = {
  code: 5,
  message: 'user u-42 not found',
  details: [{ typeUrl, value }],
  origin: 'server',
};
const info = { reason: 'USER_MISSING', domain: 'acme.dev', metadata: { id: 'u-42' } };
const details = [{ '@type': typeUrl, ...info }];
const plain = (code: number, message: string): Status => ({ code, message, details: [], origin: 'server' });

function written(status: Status, dialect: RestDialect, documents: readonly unknown[] = []): unknown {
  const { body } = errorBody(status, dialect, documents);
  return body === undefined ? undefined : JSON.parse(String(body.data));
}

test.each<[RestDialect, unknown]>([
  ['gateway', { code: 5, message: 'user u-42 not found', details }],
  ['google', { error: { code: 404, message: 'user u-42 not found', status: 'NOT_FOUND', details } }],
  [
    'connect',
    {
      code: 'not_found',
      message: 'user u-42 not found',
      details: [{ type: 'google.rpc.ErrorInfo', value: value.toString('base64'), debug: info }],
    },
  ],
  ['envoy', undefined],
])('%s', (dialect, body) => {
  const answer = errorBody(notFound, dialect, details);
  expect(answer.httpStatus).toBe(404);
  expect(written(notFound, dialect, details)).toEqual(body);
});

test('grpc-gateway wraps the error of a stream, also the one that comes first; others do not', () => {
  const early = (dialect: RestDialect) => String(errorBody(plain(14, 'gone'), dialect, [], true).body?.data);
  expect(early('gateway')).toBe('{"error":{"code":14,"message":"gone","details":[]}}');
  expect(early('google')).toBe('{"error":{"code":503,"message":"gone","status":"UNAVAILABLE"}}');
});

test('Envoy tells it in headers, escaped as gRPC does', () => {
  expect(errorBody(plain(5, 'kein Käse, 100 %\n'), 'envoy', []).headers).toEqual([
    ['grpc-status', '5'],
    ['grpc-message', 'kein K%C3%A4se, 100 %25%0A'],
  ]);
});

test('without details only grpc-gateway writes a list', () => {
  expect(written(plain(12, 'Method Not Allowed'), 'gateway')).toEqual({
    code: 12,
    message: 'Method Not Allowed',
    details: [],
  });
  expect(written(plain(14, 'm'), 'google')).toEqual({ error: { code: 503, message: 'm', status: 'UNAVAILABLE' } });
  expect(written(plain(1, 'm'), 'connect')).toEqual({ code: 'canceled', message: 'm' });
});

test('grpc-gateway repeats an UNAUTHENTICATED message as the challenge', () => {
  expect(errorBody(plain(16, 'no token'), 'gateway', []).headers).toContainEqual(['www-authenticate', 'no token']);
  expect(errorBody(plain(16, 'no\r\ntoken'), 'gateway', []).headers).toContainEqual([
    'www-authenticate',
    'no%0D%0Atoken',
  ]);
  expect(errorBody(plain(7, 'no'), 'gateway', []).headers).toEqual([['content-type', 'application/json']]);
});

test('a detail of an unknown type keeps its type and bytes', () => {
  const unknown = { '@type': 'x.dev/Unknown', '@value': 'CgE=' };
  const status: Status = {
    ...notFound,
    details: [{ typeUrl: 'x.dev/Unknown', value: Buffer.from('CgE=', 'base64') }],
  };
  expect(written(status, 'gateway', [unknown])).toMatchObject({
    details: [{ '@type': 'x.dev/Unknown', value: 'CgE=' }],
  });
  expect(written(status, 'connect', [unknown])).toMatchObject({ details: [{ type: 'Unknown', value: 'CgE' }] });
});

test.each<[RestDialect, string | undefined]>([
  ['google', '{"error":{"code":14,"message":"backend restarting","status":"UNAVAILABLE"}}'],
  ['gateway', '{"error":{"code":14,"message":"backend restarting","details":[]}}'],
  ['connect', '{"error":{"code":"unavailable","message":"backend restarting"}}'],
  ['envoy', undefined],
])('inside a stream: %s', (dialect, text) => {
  expect(streamErrorText(plain(14, 'backend restarting'), dialect, [])).toBe(text);
});

test.each<RestDialect>(['google', 'gateway', 'connect'])('what %s writes is read back', (dialect) => {
  for (let code = 1; code <= 16; code++) {
    const { httpStatus, body } = errorBody({ ...notFound, code }, dialect, details);
    const found = errorFromBody(httpStatus, body?.contentType, body?.data ?? '');
    expect(found).toMatchObject({ code, message: notFound.message, shape: dialect });
    expect(found.details).toHaveLength(1);
    const inStream = streamErrorText({ ...notFound, code }, dialect, details);
    expect(errorFromBody(200, 'application/json', inStream ?? '').code).toBe(code);
  }
});

test.each([
  ['problem+json', 409, '{"title":"Taken","status":409,"detail":"u-1 is there"}', 10, 'u-1 is there', 'problem'],
  ['a title alone', 404, '{"title":"Nothing here"}', 5, 'Nothing here', 'problem'],
  ['Google without a name', 404, '{"error":{"code":404,"message":"gone"}}', 5, 'gone', 'google'],
  ['an unknown name', 400, '{"error":{"code":400,"message":"m","status":"WHAT"}}', 3, 'm', 'google'],
  ['another JSON document', 403, '{"error":"forbidden"}', 7, '', 'none'],
  ['an array', 502, '[]', 13, '', 'none'],
  ['no JSON', 503, '<html>', 14, '', 'none'],
  ['nothing', 401, '', 16, '', 'none'],
  ['a code out of range', 500, '{"code":77,"message":"m"}', 13, '', 'none'],
])('read: %s', (_, httpStatus, body, code, message, shape) => {
  expect(errorFromBody(httpStatus, 'application/json', body)).toMatchObject({ code, message, shape, details: [] });
});

test('a plain-text answer is the message', () => {
  expect(errorFromBody(404, 'text/plain; charset=utf-8', Buffer.from('404 page not found\n'))).toMatchObject({
    code: 5,
    message: '404 page not found',
  });
});
