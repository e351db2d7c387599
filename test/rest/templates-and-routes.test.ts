// Path templates: what is one and what is not, and which of several answers a path.
import { beforeAll, describe, expect, test } from 'vitest';
import { parsePathTemplate, TemplateError } from '../../src/rest/path-template.ts';
import { unescapeSegments, unescapeText } from '../../src/rest/query-escape.ts';
import type { RestRoute } from '../../src/rest/rest.ts';
import { buildRouter, type RouteMatch } from '../../src/rest/router.ts';
import type { Schema } from '../../src/schema/schema.ts';
import { methodOf, type Rule, routeOf, schemaOfText, vectors } from './support.ts';

describe('templates', () => {
  interface Vector {
    readonly id: string;
    readonly path: string;
    readonly expect: { error: true } | { segments: string[]; verb: string; vars: Record<string, number[]> };
  }
  test.each((vectors.templates as Vector[]).map((vector) => [vector.id, vector] as const))('%s', (_id, vector) => {
    const { expect: wanted } = vector;
    if ('error' in wanted) {
      expect(() => parsePathTemplate(vector.path)).toThrow(TemplateError);
      return;
    }
    const { segments, verb, variables } = parsePathTemplate(vector.path);
    const vars = Object.fromEntries(variables.map(({ path, start, end }) => [path, [start, end]]));
    expect({ segments, verb, vars }).toEqual(wanted);
  });

  test.each([
    ['/', [], '', {}],
    ['/v1/books', ['v1', 'books'], '', {}],
    ['/:verb', [], 'verb', {}],
    ['/v1/{name=shelves/*/books/*}:move', ['v1', 'shelves', '*', 'books', '*'], 'move', { name: [1, 5] }],
    ['/v1/{name}:a:b', ['v1', '*'], 'a:b', { name: [1, 2] }],
    ['/{name=**}', ['**'], '', { name: [0, 1] }],
    ['/v1/{a=b/*/**}/{c}', ['v1', 'b', '*', '**', '*'], '', { a: [1, 4], c: [4, 5] }],
    ['/v1/*/x/**', ['v1', '*', 'x', '**'], '', {}],
    ['/%41%c3%a9/a%2fb/$x=@/%ff', ['A%C3%A9', 'a%2Fb', '$x=@', '%FF'], '', {}],
    ['/v1/{name=fixed}', ['v1', 'fixed'], '', { name: [1, 2] }],
  ])('%s', (text, segments, verb, vars) => {
    const template = parsePathTemplate(text);
    const found = Object.fromEntries(template.variables.map(({ path, start, end }) => [path, [start, end]]));
    expect([template.segments, template.verb, found]).toEqual([segments, verb, vars]);
  });

  test.each([
    ['', 1, 'empty'],
    ['v1', 1, 'starts with "/"'],
    ['/v1/', 5, 'trailing slash'],
    ['/v1//x', 5, 'empty segment'],
    ['/v1/a*', 6, 'whole segment'],
    ['/v1/*a', 5, 'whole segment'],
    ['/v1/***', 5, 'wildcard'],
    ['/v1/{a', 7, 'without "}"'],
    ['/v1/{a=', 8, 'empty segment'],
    ['/v1/{a={b}}', 8, 'inside a variable'],
    ['/v1/{a}/{a}', 10, 'twice'],
    ['/v1/{1a}', 6, 'field name'],
    ['/v1/{a.}', 7, 'expected "}"'],
    ['/v1/{a}b', 8, 'ends its segment'],
    ['/v1/b{a}', 6, 'whole segment'],
    ['/v1/a}', 6, 'without "{"'],
    ['/v1/**/x/**', 10, 'second "**"'],
    ['/v1/{a=**}/{b=**}', 15, 'second "**"'],
    ['/v1/a b', 6, 'not allowed'],
    ['/v1/a?b', 6, 'not allowed'],
    ['/v1/é', 5, 'not allowed'],
    ['/v1/%zz', 5, 'percent-escape'],
    ['/v1/%4', 5, 'percent-escape'],
    ['/v1/x:', 7, 'empty verb'],
    ['/v1/x:y/z', 6, 'last segment'],
    ['/v1/{a=x:y}', 9, 'last segment'],
  ])('%j is refused at column %d', (text, column, reason) => {
    let error: unknown;
    try {
      parsePathTemplate(text);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(TemplateError);
    expect((error as TemplateError).column).toBe(column);
    expect((error as TemplateError).message).toContain(reason);
  });
});

test.each([
  ['a%2Fb%20c+d', 'a/b c+d', 'a%2Fb c+d'],
  ['a%2fb%2520', 'a/b%20', 'a%2fb%20'],
  ['%F0%9F%98%80', '😀', '😀'],
])('%s is decoded once', (text, single, several) => {
  expect([unescapeText(text, 'path'), unescapeSegments(text)]).toEqual([single, several]);
});

describe('routing', () => {
  let schema: Schema;
  beforeAll(async () => {
    const methods = Array.from({ length: 8 }, (_, at) => `rpc M${at}(R) returns (R);`).join('\n');
    schema = await schemaOfText(
      `syntax = "proto3"; package t; message R { string a = 1; string b = 2; string x = 3; string id = 4; string collection = 5; } service S { ${methods} }`,
    );
  });

  const routesOf = (rules: readonly Rule[]): Promise<RestRoute[]> =>
    Promise.all(rules.map(async (rule, at) => routeOf(await methodOf(schema, `t.S.M${at}`), [rule])));

  /** The number of the rule that answers, with its variables as text. */
  function outcome(match: RouteMatch): { rule: number | null; vars?: Record<string, string> } {
    if (match.kind !== 'found') return { rule: null };
    const { variables } = match.binding.template;
    const vars = Object.fromEntries(variables.map(({ path }, at) => [path, match.values[at]!]));
    return { rule: Number(match.route.method.name.slice(1)), vars };
  }

  interface Vector {
    readonly id: string;
    readonly rules: readonly Rule[];
    readonly http: { method: string; path: string };
    readonly expect: { rule: number | null; vars?: Record<string, string> };
  }
  test.each((vectors.routes as Vector[]).map((vector) => [vector.id, vector] as const))('%s', async (_id, vector) => {
    const router = buildRouter(await routesOf(vector.rules));
    expect(outcome(router.match(vector.http.method, vector.http.path))).toEqual(vector.expect);
  });

  test.each([
    ['a literal before a wildcard', ['GET /a/{x}', 'GET /a/me'], 'GET /a/me', { rule: 1, vars: {} }],
    [
      'also where it needs a step back',
      ['GET /a/b/{x}/d', 'GET /a/{x}/c/e'],
      'GET /a/b/c/e',
      { rule: 1, vars: { x: 'b' } },
    ],
    ['the exact method before any', ['* /a', 'GET /a'], 'GET /a', { rule: 1, vars: {} }],
    ['any method', ['* /a', 'GET /a'], 'PURGE /a', { rule: 0, vars: {} }],
    ['a method in small letters', ['GET /a'], 'get /a', { rule: 0, vars: {} }],
    ['a wildcard for another method', ['POST /a/me', 'GET /a/{x}'], 'GET /a/me', { rule: 1, vars: { x: 'me' } }],
    ['** takes nothing', ['GET /a/{x=**}'], 'GET /a', { rule: 0, vars: { x: '' } }],
    ['** at the root', ['GET /{x=**}'], 'GET /', { rule: 0, vars: { x: '' } }],
    ['the root', ['GET /'], 'GET /', { rule: 0, vars: {} }],
    ['a verb at the root', ['GET /:go'], 'GET /:go', { rule: 0, vars: {} }],
    ['** with a verb and nothing', ['GET /a/{x=**}:go'], 'GET /a:go', { rule: 0, vars: { x: '' } }],
    ['** takes nothing before a tail', ['GET /a/{x=**}/{b}'], 'GET /a/z', { rule: 0, vars: { x: '', b: 'z' } }],
    ['a longer tail', ['GET /{x=**}/c', 'GET /{x=**}/b/c'], 'GET /a/b/c', { rule: 1, vars: { x: 'a' } }],
    ['a literal tail', ['GET /{x=**}/{id}', 'GET /{x=**}/c'], 'GET /a/b/c', { rule: 1, vars: { x: 'a/b' } }],
    [
      'a variable behind **',
      ['GET /v1/{a=p/*/**}/{id}'],
      'GET /v1/p/1/x/y/z',
      { rule: 0, vars: { a: 'p/1/x/y', id: 'z' } },
    ],
    ['a literal written with other escapes', ['GET /a%20b/%41'], 'GET /a%20b/A', { rule: 0, vars: {} }],
    ['an escaped colon is no verb', ['GET /{x}:go', 'GET /{x}'], 'GET /a%3Ago', { rule: 1, vars: { x: 'a%3Ago' } }],
    [
      'a verb that fits nowhere is text',
      ['GET /b/{x}:go', 'GET /a/{x}'],
      'GET /a/b:go',
      { rule: 1, vars: { x: 'b:go' } },
    ],
    ['a verb with a colon in it', ['GET /{x}:a:b', 'GET /{x}:b'], 'GET /y:a:b', { rule: 0, vars: { x: 'y' } }],
    ['no empty segment for *', ['GET /a/{x}', 'GET /a/{x}/{b}'], 'GET /a//b', { rule: null }],
    ['nor in a tail', ['GET /{x=**}/{b}'], 'GET /a/', { rule: null }],
    ['an empty segment for **', ['GET /a/{x=**}'], 'GET /a//b', { rule: 0, vars: { x: '/b' } }],
    ['a trailing slash is no part of a literal', ['GET /a'], 'GET /a/', { rule: null }],
    ['a trailing slash for **', ['GET /a', 'GET /**'], 'GET /a/', { rule: 1, vars: {} }],
    ['an escaped slash is one segment', ['GET /a/{x}'], 'GET /a/b%2Fc', { rule: 0, vars: { x: 'b%2Fc' } }],
    ['no path at all', ['GET /'], 'GET ', { rule: null }],
  ])('%s', async (_what, rules, request, wanted) => {
    const split = (text: string) => ({ method: text.split(' ')[0]!, path: text.split(' ')[1]! });
    const router = buildRouter(await routesOf(rules.map(split)));
    const { method, path } = split(request);
    expect(outcome(router.match(method, path))).toEqual(wanted);
  });

  test('another method is told which there are', async () => {
    const router = buildRouter(
      await routesOf([
        { method: 'PUT', path: '/a/{x}' },
        { method: 'GET', path: '/a/me' },
        { method: 'GET', path: '/b' },
      ]),
    );
    expect(router.match('POST', '/a/me')).toEqual({ kind: 'method not allowed', allow: ['GET', 'PUT'] });
  });

  test('a path without a route is told the nearest', async () => {
    const rules = ['/v1/shelves', '/v1/{a=shelves/*}/books', '/v2/users/{id}', '/v1/{a=shelves/*}/books:search'];
    const router = buildRouter(await routesOf(rules.map((path) => ({ method: 'GET', path }))));
    const match = router.match('GET', '/v1/shelvs/1/book');
    expect(match).toMatchObject({ kind: 'not found' });
    expect(match.kind === 'not found' && match.nearest[0]).toBe('GET /v1/{a=shelves/*}/books');
  });

  test('two rules of one shape are a conflict, and the first answers', async () => {
    const router = buildRouter(
      await routesOf([
        { method: 'GET', path: '/a/{x}' },
        { method: 'GET', path: '/a/{id=*}' },
      ]),
    );
    expect(router.conflicts).toHaveLength(1);
    expect(router.conflicts[0]).toContain('t.S.M1');
    expect(outcome(router.match('GET', '/a/1'))).toEqual({ rule: 0, vars: { x: '1' } });
  });
});
