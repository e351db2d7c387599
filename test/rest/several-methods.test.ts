// Where the rules of several methods meet: the same path twice, a path that a later one takes too, a rule for none.
import { beforeAll, expect, test } from 'vitest';
import { jsonReader } from '../../src/codec/json-reader.ts';
import { restEquivalent } from '../../src/rest/equivalent.ts';
import { openApiDocument } from '../../src/rest/openapi.ts';
import type { RestDialect, RestStyle } from '../../src/rest/rest.ts';
import { openRestRules } from '../../src/rest/route.ts';
import { buildRouter } from '../../src/rest/router.ts';
import { readRuleFile } from '../../src/rest/rule-file.ts';
import type { Schema } from '../../src/schema/schema.ts';
import { methodOf, schemaOfText } from './support.ts';

const text = `syntax = "proto3"; package meet.v1; import "google/api/annotations.proto";
message Id { string id = 1; }
service Users {
  rpc Me(Id) returns (Id) { option (google.api.http) = {get: "/users/me"}; }
  rpc Ban(Id) returns (Id) { option (google.api.http) = {post: "/users/{id}:ban" body: "*"}; }
  rpc Get(Id) returns (Id) { option (google.api.http) = {get: "/users/{id}"}; }
  rpc Put(Id) returns (Id) { option (google.api.http) = {post: "/users/{id}" body: "*"}; }
  rpc Derived(Id) returns (Id);
}
service Others {
  rpc Same(Id) returns (Id) { option (google.api.http) = {get: "/users/{id}" additional_bindings {get: "/others/{id}"}}; }
  rpc Alone(Id) returns (Id) { option (google.api.http) = {get: "/users/me"}; }
}
service Shelves {
  rpc GetShelf(Id) returns (Id) { option (google.api.http) = {get: "/v1/{id=shelves/*}"}; }
  rpc GetPage(Id) returns (Id) { option (google.api.http) = {get: "/v1/{id=shelves/*/books/*/pages/**}"}; }
  rpc GetAny(Id) returns (Id) { option (google.api.http) = {get: "/v1/{id=files/**}"}; }
}`;

let schema: Schema;
beforeAll(async () => {
  schema = await schemaOfText(text, 'meet.proto');
});

async function twin(name: string, request: string, dialect: RestDialect, style: RestStyle = 'auto') {
  const method = await methodOf(schema, `meet.v1.Users.${name}`);
  const message = jsonReader(method.input, { types: schema.types })({
    text: request,
    from: 'test',
    line: 1,
    column: 1,
  });
  const route = openRestRules({ style }).routeOf(method);
  return restEquivalent(route, message, { types: schema.types, dialect, metadata: [] });
}

test('grpc-gateway asks the method that was declared last', async () => {
  expect((await twin('Me', '{}', 'gateway')).warnings).toEqual([
    'grpc-gateway takes this path for Get, GET /users/{id}, declared later',
  ]);
  expect((await twin('Ban', '{"id":"1"}', 'gateway')).warnings).toEqual([
    'grpc-gateway takes this path for Put, POST /users/{id}, declared later',
  ]);
  expect((await twin('Get', '{"id":"1"}', 'gateway')).warnings).toEqual([]);
  expect((await twin('Me', '{}', 'google')).warnings).toEqual([]);
});

test('a unary call of the Connect protocol says which version it speaks', async () => {
  expect(await twin('Get', '{"id":"1"}', 'connect', 'rpc')).toMatchObject({
    headers: [
      ['content-type', 'application/json'],
      ['connect-protocol-version', '1'],
    ],
  });
  expect(await twin('Get', '{"id":"1"}', 'connect')).toMatchObject({ headers: [] });
});

test('the OpenAPI document refuses a path of two methods, or leaves the second out as the router does', async () => {
  const methods = await Promise.all(['Users.Get', 'Others.Same'].map((name) => methodOf(schema, `meet.v1.${name}`)));
  const services = methods.map(({ parent }) => parent);
  const rules = openRestRules({ style: 'auto' });
  const options = { title: 't', version: '1', dialect: 'google' } as const;
  expect(() => openApiDocument(services, rules, options)).toThrow(
    /Users\/Get and meet.v1.Others\/Same both answer to GET/,
  );
  const document = openApiDocument(services, rules, { ...options, lenient: true }) as {
    paths: Record<string, Record<string, { 'x-grpc-method': string }>>;
  };
  expect(document.paths['/users/{id}']!.get!['x-grpc-method']).toMatch(/Users.Get$/);
  expect(document.paths['/others/{id}']!.get!['x-grpc-method']).toMatch(/Others.Same$/);
  expect(document.paths['/meet.v1.Others/Alone']!.post!['x-grpc-method']).toMatch(/Others.Alone$/);
});

test('the nearest template is one that says what was meant, not one that takes everything', async () => {
  const methods = (await methodOf(schema, 'meet.v1.Shelves.GetShelf')).parent.methods;
  const rules = openRestRules({ style: 'auto' });
  const router = buildRouter(methods.map((method) => rules.routeOf(method)));
  const match = router.match('GET', '/v1/shelfs/1');
  expect(match.kind === 'not found' && match.nearest[0]).toBe('GET /v1/{id=shelves/*}');
  const file = router.match('GET', '/v1/filez/a/b/c');
  expect(file.kind === 'not found' && file.nearest[0]).toBe('GET /v1/{id=files/**}');
});

test('a rule for a method that is not there is told, one for another service only where all are known', async () => {
  const rule = (selector: string) => `  - selector: ${selector}\n    get: /x\n`;
  const yaml = `http:\n  rules:\n${['meet.v1.Users.Gett', 'meet.v1.Users.Get', 'meet.v1.*', 'other.Svc.Get'].map(rule).join('')}`;
  const rules = openRestRules({ style: 'auto', ruleFiles: [await readRuleFile('r.yaml', yaml)] });
  const { parent } = await methodOf(schema, 'meet.v1.Users.Get');
  expect(rules.unused([parent], false)).toEqual(['r.yaml:3:5: no method "meet.v1.Users.Gett": the rule is unused']);
  expect(rules.unused([parent], true)).toHaveLength(2);
});
