// Raw bodies held against the RPC: alone they are the same byte for byte, of a stream they follow each other.
import { beforeAll, expect, test } from 'vitest';
import { restDifferences } from '../../src/rest/diff.ts';
import { httpBodyMessage } from '../../src/rest/response-http-body.ts';
import type { Schema } from '../../src/schema/schema.ts';
import { methodOf, routeOf, schemaOfText } from './support.ts';

let schema: Schema;
beforeAll(async () => {
  schema = await schemaOfText(`syntax = "proto3"; package s.v1; import "google/api/httpbody.proto";
    message M { string a = 1; }
    service S { rpc One(M) returns (google.api.HttpBody); rpc Many(M) returns (stream google.api.HttpBody); }`);
});

test.each([
  ['One', ['hello'], 'hello', []],
  ['One', ['hello'], 'hello\n', ['body']],
  ['Many', ['he', 'llo'], 'hello', []],
  ['Many', ['he', 'llo'], 'he\nllo\n', []],
  ['Many', ['he', 'llo'], 'he', ['body']],
  ['Many', [], '', []],
])('%s of %j is %j: %j', async (name, texts, body, wanted) => {
  const route = routeOf(await methodOf(schema, `s.v1.S.${name}`), [{ method: 'GET', path: '/v1' }]);
  const found = restDifferences(
    {
      status: { code: 0, message: '', details: [], origin: 'server' },
      details: [],
      metadata: [],
      messages: texts.map((text) => httpBodyMessage('text/plain', Buffer.from(text))),
    },
    {
      status: 200,
      headers: [['content-type', texts.length > 0 ? 'text/plain' : 'application/octet-stream']],
      body: Buffer.from(body),
    },
    { route, binding: route.bindings[0]!, types: schema.types, dialect: 'gateway', isHead: false },
  );
  expect(found.map(({ where }) => where)).toEqual(wanted);
});
