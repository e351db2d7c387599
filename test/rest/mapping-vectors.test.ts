// The public mapping vectors, message to HTTP and back.
import type { DescMessage } from '@bufbuild/protobuf';
import { beforeAll, describe, expect, test } from 'vitest';
import { restEquivalent } from '../../src/rest/equivalent.ts';
import { responsePrinter } from '../../src/rest/response.ts';
import { RestInputError, requestFromHttp } from '../../src/rest/reverse.ts';
import { buildRouter } from '../../src/rest/router.ts';
import type { Schema } from '../../src/schema/schema.ts';
import { bytesOf, jsonOf, methodOf, type Rule, routeOf, vectorSchema, vectors } from './support.ts';

interface Vector {
  readonly id: string;
  readonly direction: 'forward' | 'reverse' | 'both';
  readonly rule?: Rule;
  readonly rules?: readonly Rule[];
  readonly schema: string;
  readonly request: unknown;
  readonly request_wire_hex?: string;
  readonly expect: { method: string; path: string; query: string; body: unknown; binding?: number } | null;
  readonly raw_body?: { content_type: string; base64: string };
  readonly error?: { contains: string; http_status?: number };
  readonly warnings?: readonly string[];
}

let schema: Schema;
beforeAll(async () => {
  schema = await vectorSchema();
});

const mapping: readonly Vector[] = vectors.mapping;
const titled = (list: readonly Vector[]) => list.map((vector) => [vector.id, vector] as const);

async function setUp(vector: Vector) {
  const method = await methodOf(schema, vector.schema.replace('restvec.v1.', 'restvec.v1.Test.'));
  const rules = vector.rules ?? [vector.rule!];
  return { input: method.input, route: routeOf(method, rules) };
}

/** Every word of a vector's hint in the text: the wording is free, the meaning is not. */
function expectMeaning(text: string, hint: string): void {
  for (const word of hint.toLowerCase().split(' ')) expect(text.toLowerCase()).toContain(word);
}

describe('a message as an HTTP request', () => {
  const forward = mapping.filter(({ direction }) => direction !== 'reverse');
  test.each(titled(forward))('%s', async (_id, vector) => {
    const { input, route } = await setUp(vector);
    const bytes =
      vector.request_wire_hex === undefined
        ? bytesOf(input, vector.request, schema.types)
        : Buffer.from(vector.request_wire_hex, 'hex');
    const options = { types: schema.types, dialect: 'google', metadata: [] } as const;
    const made = restEquivalent(route, bytes, options);
    if (vector.expect === null) {
      expectMeaning('none' in made ? made.none : 'it has a form', vector.error!.contains);
      return;
    }
    if ('none' in made) throw new Error(made.none);
    const { httpMethod, path, query } = made;
    expect({ method: httpMethod, path, query }).toEqual({
      method: vector.expect.method,
      path: vector.expect.path,
      query: vector.expect.query,
    });
    expect(made.template).toBe(route.bindings[vector.expect.binding ?? 0]!.template.text);
    if (vector.raw_body) {
      expect(made.body?.contentType).toBe(vector.raw_body.content_type);
      expect(made.body?.data).toEqual(Uint8Array.from(Buffer.from(vector.raw_body.base64, 'base64')));
    } else if (vector.expect.body === null) expect(made.body).toBeUndefined();
    else expect(JSON.parse(String(made.body?.data))).toEqual(vector.expect.body);
    for (const warning of vector.warnings ?? []) expectMeaning(made.warnings.join('\n'), warning);
    if (!vector.warnings) expect(made.warnings).toEqual([]);
  });
});

describe('an HTTP request as a message', () => {
  const reverse = mapping.filter(({ direction }) => direction !== 'forward');
  test.each(titled(reverse))('%s', async (_id, vector) => {
    const { input, route } = await setUp(vector);
    const { method, path, query, body } = vector.expect!;
    const raw = vector.raw_body;
    const data = raw ? Buffer.from(raw.base64, 'base64') : body === null ? undefined : JSON.stringify(body);
    const contentType = raw?.content_type ?? (body === null ? undefined : 'application/json');
    const read = () =>
      requestFromHttp(buildRouter([route]).match(method, path), { query, body: data, contentType }, schema);
    if (vector.error) {
      const error = thrownBy(read);
      expect(error.httpStatus).toBe(vector.error.http_status);
      expectMeaning(error.message, vector.error.contains);
      return;
    }
    const made = read();
    expect(normal(input, made.message)).toEqual(normal(input, bytesOf(input, vector.request, schema.types)));
    for (const warning of vector.warnings ?? []) expectMeaning(made.warnings.join('\n'), warning);
    if (!vector.warnings) expect(made.warnings).toEqual([]);
  });
});

describe('a response', () => {
  interface Answer {
    readonly id: string;
    readonly schema: string;
    readonly rule: { readonly response_body: string | null };
    readonly response: unknown;
    readonly dialect: string;
    readonly expect: { status: number; content_type: string; body?: unknown; raw_base64?: string };
  }
  const answers: readonly Answer[] = vectors.responses;
  test.each(answers.map((answer) => [answer.id, answer] as const))('%s', async (_id, answer) => {
    const method = await methodOf(schema, answer.schema.replace('restvec.v1.', 'restvec.v1.Test.'));
    const route = routeOf(method, [{ method: 'GET', path: '/x', ...answer.rule }]);
    const dialect = answer.dialect.includes('gateway') ? 'gateway' : 'google';
    const print = responsePrinter(route, { types: schema.types, dialect });
    const made = print(bytesOf(method.output, answer.response, schema.types));
    expect(made.contentType).toBe(answer.expect.content_type);
    expect(JSON.parse(String(made.data))).toEqual(answer.expect.body);
  });
});

function normal(message: DescMessage, bytes: Uint8Array): unknown {
  return jsonOf(message, bytes, schema.types);
}

function thrownBy(run: () => unknown): RestInputError {
  try {
    run();
  } catch (error) {
    if (error instanceof RestInputError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
