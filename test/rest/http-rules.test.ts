// Where a method's rule is from, and what is said of rules that can't be used.
import { create, createFileRegistry } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { beforeAll, describe, expect, test } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { declaredBindings } from '../../src/rest/http-rule.ts';
import type { RestRoute } from '../../src/rest/rest.ts';
import { openRestRules } from '../../src/rest/route.ts';
import { readRuleFile } from '../../src/rest/rule-file.ts';
import type { Schema } from '../../src/schema/schema.ts';
import { methodOf, schemaOfText } from './support.ts';

const proto = `
syntax = "proto3";
package shop.v1;
import "google/api/annotations.proto";
message Item { string name = 1; string title = 2; repeated string tags = 3; map<string, string> labels = 4; Item part = 5; }
message Items { repeated Item items = 1; string next = 2; }
service Shop {
  rpc GetItem(Item) returns (Item) { option (google.api.http) = { get: "/v1/{name=items/*}" additional_bindings { post: "/v1/items:get" body: "*" } additional_bindings { custom { kind: "head" path: "/v1/{name=items/*}" } } }; }
  rpc ListItems(Item) returns (Items) { option (google.api.http) = { get: "/v1/items" response_body: "items" }; }
  rpc NoPattern(Item) returns (Item) { option (google.api.http) = { body: "*" }; }
  rpc BadTemplate(Item) returns (Item) { option (google.api.http) = { get: "/v1/{name" additional_bindings { get: "/v1/ok/{name}" } }; }
  rpc BadVariable(Item) returns (Item) { option (google.api.http) = { get: "/v1/x/{nome}" }; }
  rpc BadKind(Item) returns (Item) { option (google.api.http) = { get: "/v1/{tags}/{labels}" }; }
  rpc BadBody(Item) returns (Item) { option (google.api.http) = { post: "/v1/x" body: "titel" }; }
  rpc BadAnswer(Item) returns (Item) { option (google.api.http) = { get: "/v1/x" response_body: "items" }; }
  rpc Plain(Item) returns (Item);
}`;

let schema: Schema;
beforeAll(async () => {
  schema = await schemaOfText(proto, 'shop.proto');
});

const shop = (name: string) => methodOf(schema, `shop.v1.Shop.${name}`);
const bindingTexts = (route: Pick<RestRoute, 'bindings'>) =>
  route.bindings.map(({ httpMethod, template, body, responseBody }) => [httpMethod, template.text, body, responseBody]);

describe('google.api.http', () => {
  test.each([
    [
      'GetItem',
      [
        ['GET', '/v1/{name=items/*}', '', ''],
        ['POST', '/v1/items:get', '*', ''],
        ['HEAD', '/v1/{name=items/*}', '', ''],
      ],
    ],
    ['ListItems', [['GET', '/v1/items', '', 'items']]],
    ['BadTemplate', [['GET', '/v1/ok/{name}', '', '']]],
  ])('%s', async (name, wanted) => {
    expect(bindingTexts({ bindings: declaredBindings(await shop(name)) ?? [] })).toEqual(wanted);
  });

  test.each([
    ['BadTemplate', /shop\.proto: shop\.v1\.Shop\.BadTemplate: .*"\/v1\/\{name", column 10: a variable without "\}"/],
    ['BadVariable', /BadVariable: .*"\/v1\/x\/\{nome\}", column 8: shop\.v1\.Item has no field nome/],
    ['BadKind', /BadKind: .*column 6: tags is repeated/],
    ['BadBody', /BadBody: .*"titel".*no such field/],
    ['BadAnswer', /BadAnswer: .*response_body "items".*no such field/],
  ])('%s is told with file, method and column', async (name, wanted) => {
    const warnings: string[] = [];
    declaredBindings(await shop(name), (text) => warnings.push(text));
    expect(warnings).toEqual([expect.stringMatching(wanted)]);
  });

  test.each(['NoPattern', 'Plain', 'BadVariable'])('%s has none that can be used', async (name) => {
    expect(declaredBindings(await shop(name))).toBeUndefined();
  });

  test('is read also where the schema lacks google/api', async () => {
    const files = (await schema.files()).map(({ proto: file }) => file);
    const found = files.find(({ name }) => name === 'shop.proto')!;
    const set = create(FileDescriptorSetSchema, { file: [{ ...found, dependency: [] }] });
    const method = createFileRegistry(set).getService('shop.v1.Shop')!.methods[1]!;
    expect(bindingTexts({ bindings: declaredBindings(method) ?? [] })).toEqual([['GET', '/v1/items', '', 'items']]);
  });
});

describe('rule files', () => {
  const yaml = `type: google.api.Service
http:
  rules:
  - selector: shop.v1.Shop.Plain
    get: /v1/first/{name}
  - selector: shop.v1.*
    post: "/v1/all/{name}"
    body: "*"
    additional_bindings:
    - get: /v1/all/{name}
  - selector: other.*
    get: /other
`;

  test('selectors, wildcards, and the last one wins', async () => {
    const file = await readRuleFile('rules.yaml', yaml);
    const rules = openRestRules({ style: 'auto', ruleFiles: [file] });
    const route = rules.routeOf(await shop('Plain'));
    expect(bindingTexts(route)).toEqual([
      ['POST', '/v1/all/{name}', '*', ''],
      ['GET', '/v1/all/{name}', '', ''],
    ]);
    expect([route.source, route.confidence, route.reason]).toEqual(['declared', 'high', 'rules.yaml']);
    const own = await readRuleFile(
      'more.json',
      '{"http":{"rules":[{"selector":"shop.v1.Shop.Plain","custom":{"kind":"PURGE","path":"/x"},"responseBody":"title"}]}}',
    );
    const both = openRestRules({ style: 'auto', ruleFiles: [file, own] });
    expect(bindingTexts(both.routeOf(await shop('Plain')))).toEqual([['PURGE', '/x', '', 'title']]);
  });

  test('a file is stronger than the option', async () => {
    const file = await readRuleFile(
      'r.yaml',
      'http: { rules: [{ selector: shop.v1.Shop.GetItem, put: "/mine", body: "*" }] }',
    );
    const rules = openRestRules({ style: 'auto', ruleFiles: [file] });
    expect(bindingTexts(rules.routeOf(await shop('GetItem')))).toEqual([['PUT', '/mine', '*', '']]);
    expect(rules.routeOf(await shop('ListItems')).reason).toBe('google.api.http');
  });

  test('a rule that does not fit its method falls back to the option, and is told', async () => {
    const file = await readRuleFile(
      'r.yaml',
      'http:\n  rules:\n  - selector: shop.v1.Shop.GetItem\n    get: /v1/{nome}\n',
    );
    const route = openRestRules({ style: 'auto', ruleFiles: [file] }).routeOf(await shop('GetItem'));
    expect(route.reason).toBe('google.api.http');
    expect(route.warnings).toEqual([expect.stringMatching(/^r\.yaml:3:5: shop\.v1\.Shop\.GetItem: .*no field nome/)]);
  });

  test.each([
    ['http:\n  rules:\n  - selector: a.B.C\n    get: /v1/{x', 'r.yaml:4:16: "/v1/{x": a variable without "}"'],
    ['http:\n  rules:\n  - selector: a.B.C\n    get: "/v1//x"', 'r.yaml:4:15: "/v1//x": an empty segment'],
    ['http:\n  rules:\n  - selector: a.B.C\n    gett: /v1', 'r.yaml:4:5: a rule has no "gett"'],
    ['http:\n  rules:\n  - selector: a.B.C\n    get: /a\n    put: /b', 'r.yaml:5:5: a second pattern'],
    ['http:\n  rules:\n  - get: /a', 'r.yaml:3:5: a rule without selector'],
    ['http:\n  rules: 5', 'r.yaml:2:10: http.rules is not a list'],
    ['http:\n  rules:\n  - selector: [a]\n    get: /a', 'r.yaml:3:15: selector is not a text'],
    [
      'http:\n  rules:\n  - selector: a.B.C\n    get: /a\n    additional_bindings:\n    - get: /b\n      additional_bindings:\n      - get: /c',
      'r.yaml:8:7: additional_bindings inside',
    ],
    ['http: [', 'r.yaml:1:8: '],
    ['', 'r.yaml:1:1: no http.rules'],
    ['just text', 'r.yaml:1:1: no http.rules'],
  ])('%j is refused with its place', async (text, wanted) => {
    const error: unknown = await readRuleFile('r.yaml', text).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).code).toBe(3);
    expect((error as UserError).message).toContain(wanted);
  });
});

describe('the route of a method', () => {
  test('declared, else derived', async () => {
    const rules = openRestRules({ style: 'auto' });
    const declared = rules.routeOf(await shop('ListItems'));
    expect([declared.source, declared.reason, declared.fallback]).toEqual([
      'declared',
      'google.api.http',
      'POST /shop.v1.Shop/ListItems',
    ]);
    const derived = rules.routeOf(await shop('Plain'));
    expect(derived.source).toBe('derived');
    expect(rules.routeOf(await shop('Plain'))).toBe(derived);
  });

  test('derived on request, also beside a rule', async () => {
    const route = openRestRules({ style: 'derived' }).routeOf(await shop('ListItems'));
    expect([route.source, route.bindings[0]!.responseBody]).toEqual(['derived', '']);
  });

  test('the RPC path on request', async () => {
    const route = openRestRules({ style: 'rpc' }).routeOf(await shop('GetItem'));
    expect(route.source).toBe('rpc-path');
    expect(bindingTexts(route)).toEqual([['POST', '/shop.v1.Shop/GetItem', '*', '']]);
  });
});
