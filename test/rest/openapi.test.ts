// OpenAPI documents, judged by a validator that is not ours and by what a reader of them relies on.

import type { DescService } from '@bufbuild/protobuf';
import { Validator } from '@seriousme/openapi-schema-validator';
import { expect, test } from 'vitest';
import { type OpenApiOptions, openApiDocument } from '../../src/rest/openapi.ts';
import type { RestDialect } from '../../src/rest/rest.ts';
import { openRestRules } from '../../src/rest/route.ts';
import type { Schema } from '../../src/schema/schema.ts';
import { demoSchema, schemaOf, serviceIn } from './derive-support.ts';

/** As much of a document as these tests look at. */
interface Json {
  [key: string]: Json;
}

async function servicesOf(schema: Schema): Promise<DescService[]> {
  return Promise.all((await schema.listServices()).map((name) => serviceIn(schema, name)));
}

async function documentOf(schema: Schema, options: Partial<OpenApiOptions> = {}): Promise<Json> {
  const rules = openRestRules({ style: 'auto' });
  const all = { title: 'test', version: '1', dialect: 'google' as const, ...options };
  // What is written and read back is what readers see.
  return JSON.parse(JSON.stringify(openApiDocument(await servicesOf(schema), rules, all))) as Json;
}

async function operationOf(source: string, path: string, method: string): Promise<Json> {
  const document = await documentOf(await schemaOf(source));
  const operation = document.paths![path]?.[method];
  if (operation === undefined) throw new Error(`no ${method} ${path} in ${Object.keys(document.paths!).join(' ')}`);
  return operation;
}

function operationsOf(document: Json): [path: string, method: string, operation: Json][] {
  return Object.entries(document.paths!).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]): [string, string, Json] => [path, method, operation]),
  );
}

function parametersOf(operation: Json, place: string): Json[] {
  return Object.values(operation.parameters ?? {}).filter((each) => String(each.in) === place);
}

function refsIn(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) => (key === '$ref' ? [String(value)] : refsIn(value)));
}

function resolve(document: Json, ref: string): unknown {
  const steps = ref.slice(2).split('/');
  return steps.reduce<Json | undefined>((node, key) => node?.[key], document);
}

test.each<RestDialect>(['google', 'gateway', 'envoy', 'connect'])(
  'the demo is a valid document (%s)',
  async (dialect) => {
    const document = await documentOf(await demoSchema(), { dialect, servers: ['http://127.0.0.1:8080'] });
    const result = await new Validator().validate(JSON.parse(JSON.stringify(document)));
    expect(result.errors).toBeUndefined();
    expect(result.valid).toBe(true);
    expect(refsIn(document).filter((ref) => resolve(document, ref) === undefined)).toEqual([]);
    const ids = operationsOf(document).map(([, , operation]) => String(operation.operationId));
    expect(ids.length).toBeGreaterThan(30);
    expect(new Set(ids).size).toBe(ids.length);
  },
);

test('every parameter of a path is declared, once, and no other', async () => {
  const document = await documentOf(await demoSchema());
  for (const [path, method, operation] of operationsOf(document)) {
    const inText = [...path.matchAll(/\{([^}]*)\}/g)].map((match) => match[1]);
    const parameters = parametersOf(operation, 'path');
    expect(
      parameters.map((each) => each.name),
      `${method} ${path}`,
    ).toEqual(inText);
    expect(parameters.every((each) => JSON.stringify(each.required) === 'true')).toBe(true);
  }
});

test('the document is the same every time', async () => {
  const [first, second] = [await documentOf(await demoSchema()), await documentOf(await demoSchema())];
  expect(JSON.stringify(first)).toBe(JSON.stringify(second));
});

test('derived operations say so, declared ones do not, and either can be left out', async () => {
  const document = await documentOf(await demoSchema());
  const user = document.paths!['/users/{id}']!.get!;
  expect(user['x-derived']).toEqual({
    confidence: 'high',
    reason: 'Get + id',
    fallback: 'POST /users.UserService/GetUser',
  });
  expect(user['x-grpc-method']).toBe('users.UserService/GetUser');
  const charge = document.paths!['/v1/charges']!.post!;
  expect(charge['x-derived']).toBeUndefined();
  const declared = await documentOf(await demoSchema(), { includeDerived: false });
  expect(operationsOf(declared).every(([, , operation]) => operation['x-derived'] === undefined)).toBe(true);
  expect(Object.keys(declared.paths!)).toContain('/v1/charges');
});

test('comments are descriptions', async () => {
  const document = await documentOf(await demoSchema());
  const user = document.paths!['/users/{id}']!.get!;
  expect(user.summary).toBe('Returns one user');
  expect(user.description).toMatch(/NOT_FOUND/);
  const schemas = document.components!.schemas!;
  expect(schemas['users.User']!.description).toBe('A person with an account.');
  expect(schemas['users.User']!.properties!.email!.description).toBe('Unique among all users.');
  expect(schemas['users.UserRole']!.description).toMatch(/`USER_ROLE_ADMIN`: May change other users/);
});

test('a name of several segments is taken apart, and its field left out of the body', async () => {
  const document = await documentOf(await demoSchema());
  const patch = document.paths!['/v1/shelves/{shelf}/books/{book}']!.patch!;
  expect(parametersOf(patch, 'path').map((each) => each['x-proto-field'])).toEqual(['book.name', 'book.name']);
  expect(patch['x-google-template']).toBe('/v1/{book.name=shelves/*/books/*}');
  const body = patch.requestBody!.content!['application/json']!.schema!;
  expect(Object.keys(body.properties!)).toContain('title');
  expect(Object.keys(body.properties!)).not.toContain('name');
  expect(parametersOf(patch, 'query').map((each) => each.name)).toEqual(['updateMask']);
  const page = document.paths!['/v1/shelves/{shelf}/books/{book}/pages/{path}']!.get!;
  expect(parametersOf(page, 'path').at(-1)).toMatchObject({ name: 'path', 'x-multi-segment': true });
});

test('streams have three forms, conversations a handshake, uploads two', async () => {
  const document = await documentOf(await demoSchema());
  const watch = document.paths!['/users:watch']!.get!;
  expect(watch['x-grpc-streaming']).toBe('server');
  const content = watch.responses!['200']!.content!;
  expect(Object.keys(content)).toEqual(['application/json', 'application/x-ndjson', 'text/event-stream']);
  expect(content['application/json']!.schema).toEqual({
    type: 'array',
    items: { $ref: '#/components/schemas/users.UserEvent' },
  });
  const chat = document.paths!['/v1/inference:chat']!;
  expect(Object.keys(chat.get!.responses!)).toEqual(['101', 'default']);
  expect(Object.keys(chat.post!.requestBody!.content!)).toEqual(['application/x-ndjson', 'application/json']);
  expect(document.paths!['/users:batchCreate']!.post!['x-grpc-streaming']).toBe('client');
});

const odd = `
package odd;
import "google/api/annotations.proto";
import "google/api/field_behavior.proto";
import "google/api/httpbody.proto";
import "google/protobuf/any.proto";
import "google/protobuf/struct.proto";
import "google/protobuf/wrappers.proto";
message Tree {
  string id = 1 [(google.api.field_behavior) = REQUIRED];
  string made = 2 [(google.api.field_behavior) = OUTPUT_ONLY];
  Tree child = 3;
  map<string, Tree> more = 4;
  repeated Tree list = 5;
  oneof kind { string oak = 6; int64 age = 7; }
  google.protobuf.Any any = 8;
  google.protobuf.Value value = 9;
  google.protobuf.Int64Value wrapped = 10;
  bytes data = 11 [deprecated = true];
  repeated fixed64 ids = 12;
}
message Id { string tree_id = 1; }
service Trees {
  rpc GetTree(Tree) returns (Tree) { option (google.api.http) = {get: "/trees/{id}"}; }
  rpc PutTree(Id) returns (Tree) { option (google.api.http) = {put: "/trees/{tree_id}" body: "*"}; }
  rpc Any(Id) returns (Tree) { option (google.api.http) = {custom: {kind: "*" path: "/any"}}; }
  rpc Link(Id) returns (Tree) { option (google.api.http) = {custom: {kind: "LINK" path: "/any"} response_body: "list"}; }
  rpc Raw(google.api.HttpBody) returns (google.api.HttpBody) { option (google.api.http) = {post: "/raw" body: "*"}; }
}
`;

test('odd types and rules still make a valid document', async () => {
  const document = await documentOf(await schemaOf(odd));
  const result = await new Validator().validate(JSON.parse(JSON.stringify(document)));
  expect(result.errors).toBeUndefined();
  expect(refsIn(document).filter((ref) => resolve(document, ref) === undefined)).toEqual([]);
  expect(Object.keys(document.paths!)).toEqual(['/any', '/raw', '/trees/{id}']);
  expect(Object.keys(document.paths!['/any']!)).toEqual(['x-any-method', 'x-method-link']);
  expect(Object.keys(document.paths!['/raw']!.post!.requestBody!.content!)).toEqual(['*/*']);
});

test('two names for one place in a path become one', async () => {
  const put = await operationOf(odd, '/trees/{id}', 'put');
  expect(parametersOf(put, 'path')).toMatchObject([{ name: 'id', 'x-proto-field': 'tree_id' }]);
});

test('the query has what a query can hold, and no endless trees', async () => {
  const get = await operationOf(odd, '/trees/{id}', 'get');
  expect(parametersOf(get, 'query').map((each) => each.name)).toEqual(['made', 'oak', 'age', 'wrapped', 'data', 'ids']);
  expect(parametersOf(get, 'query').at(-1)).toMatchObject({ explode: true, style: 'form' });
});

test('schemas hold what the annotations say', async () => {
  const tree = (await documentOf(await schemaOf(odd))).components!.schemas!['odd.Tree']!;
  expect(tree.required).toEqual(['id']);
  expect(tree.properties!.made).toMatchObject({ readOnly: true });
  expect(tree.properties!.data).toEqual({ type: 'string', format: 'byte', deprecated: true });
  expect(tree.properties!.ids).toEqual({ type: 'array', items: { type: 'string', format: 'uint64' } });
  expect(tree.oneOf).toEqual([
    { required: ['oak'] },
    { required: ['age'] },
    { not: { anyOf: [{ required: ['oak'] }, { required: ['age'] }] } },
  ]);
});

test('two methods with one declared path are refused by name', async () => {
  const schema = await schemaOf(`
import "google/api/annotations.proto";
message M { string id = 1; }
service A { rpc Get(M) returns (M) { option (google.api.http) = {get: "/x/{id}"}; } }
service B { rpc Get(M) returns (M) { option (google.api.http) = {get: "/x/{id=*}"}; } }`);
  await expect(documentOf(schema)).rejects.toThrow('A/Get and B/Get both answer to GET /x/{id=*}');
});

test('a derived path that another service has gives way to the RPC path', async () => {
  const schema = await schemaOf(`
message M { string id = 1; }
service UserService { rpc GetUser(M) returns (M); }
service UserApi { rpc GetUser(M) returns (M); }`);
  expect(Object.keys((await documentOf(schema)).paths!).sort()).toEqual(['/UserService/GetUser', '/users/{id}']);
});
