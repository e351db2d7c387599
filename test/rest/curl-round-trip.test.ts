// The curl line that is printed for a call leads back to that call: read here, and run by a real shell with the real curl
// against a gateway.
import { spawn } from 'node:child_process';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { type CurlOptions, curlCommand } from '../../src/render/curl.ts';
import { callOfRequest } from '../../src/rest/curl-call.ts';
import { readCurl } from '../../src/rest/curl-request.ts';
import { restEquivalent } from '../../src/rest/equivalent.ts';
import { openRestRules } from '../../src/rest/route.ts';
import { buildRouter } from '../../src/rest/router.ts';
import type { Schema } from '../../src/schema/schema.ts';
import { gatewayToDemo, noCurl } from '../gateway/running.ts';
import { bytesOf, jsonOf, methodOf, type Rule, routeOf, vectorSchema } from './support.ts';
import '../support/property-seed.ts';

let schema: Schema;
beforeAll(async () => {
  schema = await vectorSchema();
});

const surroundings = {
  read: () => Promise.reject(new Error('no file was to be read')),
  variable: () => undefined,
};
const options: CurlOptions = { base: 'http://127.0.0.1:8080/api', dialect: 'google', mask: false };

const special = fc.constantFrom(
  '%2F',
  '%',
  '..',
  '.',
  "it's",
  '$HOME `id` $(id)',
  '"\\',
  '{a,b}[1-2]',
  '&=#?',
  '@f',
  '😀é',
);
const text = fc.oneof(special, fc.string({ unit: 'binary', maxLength: 10 }), fc.string({ maxLength: 10 }));
const segment = text.map((value) => value.replaceAll('/', '') || 'x');
const kitchen = fc.record(
  {
    fString: text,
    pString: text,
    fInt64: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
    fDouble: fc.double({ noNaN: true, noDefaultInfinity: true }),
    fBytes: fc.uint8Array({ maxLength: 9 }).map((value) => Buffer.from(value).toString('base64')),
    rString: fc.array(text, { maxLength: 3 }),
    child: fc.record({ fString: text, pInt32: fc.integer() }, { requiredKeys: ['pInt32'] }),
  },
  { requiredKeys: [] },
);

const metadata = fc.array(
  fc.tuple(
    fc.constantFrom('x-a', 'authorization', 'x-trace', 'data-bin'),
    fc.stringMatching(/^[!-~](?:[ -~]{0,8}[!-~])?$/),
  ),
  { maxLength: 2 },
);

describe('message → curl line → message', () => {
  test.each<[string, Rule]>([
    ['query', { method: 'GET', path: '/v1/kitchen' }],
    ['body', { method: 'POST', path: '/v1/kitchen', body: '*' }],
    ['field', { method: 'PUT', path: '/v1/kitchen', body: 'child' }],
    ['text', { method: 'PUT', path: '/v1/kitchen', body: 'f_string' }],
    ['path', { method: 'DELETE', path: '/v1/{w_string}/x/{w_bool}:go' }],
    ['many segments', { method: 'PATCH', path: '/v1/{w_string=**}/y', body: '*' }],
  ])('%s', async (_what, rule) => {
    const method = await methodOf(schema, 'restvec.v1.Test.Kitchen');
    const route = routeOf(method, [rule]);
    const routes = { router: buildRouter([route]), schema, dialect: 'google', prefix: '/api' } as const;
    const property = fc.asyncProperty(kitchen, segment, metadata, async (fields, wString, pairs) => {
      const sent = pairs.map(([name, value]): [string, string] =>
        name.endsWith('-bin') ? [name, Buffer.from(value).toString('base64')] : [name, value],
      );
      const message = bytesOf(method.input, { ...fields, wString, wBool: true }, schema.types);
      const made = restEquivalent(route, message, { types: schema.types, dialect: 'google', metadata: sent });
      if ('none' in made) throw new Error(made.none);
      const call = await callOfRequest(await readCurl(curlCommand(made, options), surroundings), routes);
      const [back] = call.messages;
      expect(jsonOf(method.input, back!, schema.types)).toEqual(jsonOf(method.input, message, schema.types));
      expect(call.metadata).toEqual(sent);
      expect(call.warnings).toEqual([]);
    });
    await fc.assert(property, { numRuns: 100 });
  });
});

describe.skipIf(noCurl)('through a shell and the real curl', () => {
  const calls: [string, object][] = [
    ['userservice.v1.UserService.GetUser', { userId: 'u-1' }],
    ['userservice.v1.UserService.GetUser', { userId: "no/../such '$HOME' é" }],
    ['userservice.v1.UserService.ListUsers', { pageSize: 2 }],
    ['orders.OrderService.GetOrder', { orderId: 'o-1' }],
    ['library.v1.LibraryService.GetBook', { name: 'shelves/1/books/1' }],
    ['library.v1.LibraryService.ListBooks', { parent: 'shelves/1', pageSize: 1 }],
    ['kinds.v1.KindsService.EchoMetadata', {}],
    ['inference.v1.InferenceService.Complete', { prompt: 'a\n"b"\u0001\\ é 😀', maxTokens: 3 }],
    ['users.UserService.ListUsers', {}],
  ];

  test('what a pasted line is answered with, and what it is read as', async () => {
    const gateway = await gatewayToDemo();
    try {
      const { schema: known, url } = gateway;
      const rules = openRestRules({ style: 'auto' });
      for (const [name, value] of calls) {
        const method = await methodOf(known, name);
        const route = rules.routeOf(method);
        const message = bytesOf(method.input, value, known.types);
        const made = restEquivalent(route, message, { types: known.types, dialect: 'google', metadata: [] });
        if ('none' in made) throw new Error(made.none);
        const line = curlCommand(made, { ...options, base: url });
        const routes = { router: buildRouter([route]), schema: known, dialect: 'google', prefix: '' } as const;
        const call = await callOfRequest(await readCurl(line, surroundings), routes);
        expect(jsonOf(method.input, call.messages[0]!, known.types)).toEqual(value);
        const before = gateway.lines.length;
        const pasted = await shell(`${line} -sS`);
        expect(pasted.exit, line).toBe(0);
        expect(gateway.lines.slice(before).join('\n')).toContain(`${method.parent.typeName}/${method.name}`);
      }
    } finally {
      await gateway.close();
    }
  }, 30_000);
});

/** A line as a person pastes it. The gateway is in this process, so that the shell must not block it. */
function shell(line: string): Promise<{ exit: number | null; out: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn('sh', ['-c', line], { stdio: ['ignore', 'pipe', 'inherit'] });
    let out = '';
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
    });
    child.on('error', reject);
    child.on('close', (exit) => resolve({ exit, out }));
  });
}
