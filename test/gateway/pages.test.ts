// What the gateway serves itself: the page that lists the routes, and the OpenAPI document.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadSchema } from '../../src/schema/load.ts';
import { temporaryFolder } from '../support/temp.ts';
import { ask, gatewayTo, gatewayToDemo, type TestGateway } from './running.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await gatewayToDemo();
});
afterAll(() => gateway.close());

test('the page lists every route and a command for each', async () => {
  const { status, headers, text } = await ask(gateway.url, '/');
  expect(status).toBe(200);
  expect(headers['content-type']).toBe('text/html; charset=utf-8');
  for (const part of [
    'library.v1.LibraryService',
    '/v1/{name=shelves/*/books/*}',
    '/v1/charges',
    `${gateway.url}/v1/charges`,
  ])
    expect(text).toContain(part);
});

test('what the path says is not in the body, and what is no JSON comes from a file', async () => {
  const { text } = await ask(gateway.url, '/');
  const lines = text.replaceAll('&#39;', "'").replaceAll('&quot;', '"');
  expect(lines).toContain(
    `-g '${gateway.url}/v1/shelves/*/books/*:move' -H 'content-type: application/json' -d '{"otherShelf":""}'`,
  );
  expect(lines).toMatch(/curl -X POST -g '[^']*cover' -H 'content-type: image\/png' --data-binary @FILE/);
  expect(lines).toMatch(/curl -I -g/);
  expect(lines).toMatch(/curl -N -X POST -g '[^']*inference:chat'/);
});

test('the page can do nothing but be looked at', async () => {
  const { headers, text } = await ask(gateway.url, '/');
  const policy = headers['content-security-policy'] as string;
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toContain('unsafe');
  expect(headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
  });
  expect(text).not.toMatch(/<script|<img|<iframe|<link|\son\w+=|javascript:/i);
  const links = [...text.matchAll(/(?:src|href)="([^"]*)"/g)].map((match) => match[1]!);
  expect(links.filter((link) => !link.startsWith('#'))).toEqual(['/openapi.json']);
  for (const link of links.filter((link) => link.startsWith('#'))) expect(text).toContain(`id="${link.slice(1)}"`);
});

test("what the schema's author wrote stays text", async () => {
  const folder = temporaryFolder();
  const file = join(folder, 'hostile.proto');
  writeFileSync(
    file,
    `syntax = "proto3"; package hostile; import "google/api/annotations.proto";
     message Empty { string name = 1 [json_name = "</pre><script>alert(1)</script>"]; }
     service Evil { rpc Do(Empty) returns (Empty) { option (google.api.http) = {post: "/v1/a'&b" body: "*"}; } }`,
  );
  const schema = await loadSchema({
    protoFiles: [file],
    importPaths: [folder],
    protosets: [],
    reflect: undefined,
    channel: undefined,
    metadata: [],
    signal: new AbortController().signal,
  });
  const hostile = await gatewayTo('127.0.0.1:1', { schema });
  const { text } = await ask(hostile.url, '/');
  expect(text).toContain('hostile.Evil');
  expect(text).toContain('/v1/a&#39;&amp;b');
  expect(text).not.toContain('<script');
  expect(text).toContain('&lt;script&gt;');
  await hostile.close();
});

describe('/openapi.json', () => {
  test('is a document with all paths', async () => {
    const { status, headers, json } = await ask(gateway.url, '/openapi.json');
    expect([status, headers['content-type']]).toEqual([200, 'application/json']);
    expect(json.openapi).toMatch(/^3\.1/);
  });

  test('is there for HEAD, and for nothing else', async () => {
    const head = await ask(gateway.url, '/openapi.json', { method: 'HEAD' });
    expect([head.status, head.text]).toEqual([200, '']);
    const post = await ask(gateway.url, '/openapi.json', { method: 'POST', body: '{}' });
    expect([post.status, post.headers.allow]).toEqual([405, 'GET, HEAD, OPTIONS']);
  });
});

test('what two methods declare is served for the first, and the documents go on', async () => {
  const folder = temporaryFolder();
  const file = join(folder, 'twice.proto');
  writeFileSync(
    file,
    `syntax = "proto3"; package twice; import "google/api/annotations.proto";
     message M { string id = 1; }
     service A { rpc GetThing(M) returns (M); }
     service B { rpc One(M) returns (M) { option (google.api.http) = {get: "/things/{id}"}; } }
     service C { rpc Two(M) returns (M) { option (google.api.http) = {get: "/things/{id}"}; } }`,
  );
  const load = { protosets: [], reflect: undefined, channel: () => undefined as never, metadata: [] };
  const signal = new AbortController().signal;
  const schema = await loadSchema({ ...load, protoFiles: [file], importPaths: [folder], signal });
  const twice = await gatewayTo('127.0.0.1:1', { schema });
  const document = await ask(twice.url, '/openapi.json');
  expect(document.status).toBe(200);
  // What is declared goes before what is derived, whatever comes first.
  expect(document.json.paths['/things/{id}'].get['x-grpc-method']).toBe('twice.B/One');
  expect(document.json.paths['/twice.C/Two'].post['x-grpc-method']).toBe('twice.C/Two');
  expect(twice.lines.slice(0, 2)).toEqual([
    expect.stringContaining('twice.C.Two'),
    expect.stringContaining('twice.A.GetThing'),
  ]);
  await twice.close();
});
