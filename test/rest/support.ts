// What the tests of this folder share: the vectors, their schema, and routes made of bare rules.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DescMessage, DescMethod } from '@bufbuild/protobuf';
import { jsonPrinter } from '../../src/codec/json-printer.ts';
import { jsonReader } from '../../src/codec/json-reader.ts';
import { parsePathTemplate } from '../../src/rest/path-template.ts';
import type { HttpBinding, RestRoute } from '../../src/rest/rest.ts';
import { protoFiles } from '../../src/schema/proto-files.ts';
import type { Schema, TypeResolver } from '../../src/schema/schema.ts';
import { openSchema } from '../../src/schema/store.ts';
import { temporaryFiles } from '../support/temp.ts';

/** The public vectors. */
export const vectors = JSON.parse(readFileSync(join(import.meta.dirname, 'vectors.json'), 'utf8'));

/** A rule as the vectors write it. */
export interface Rule {
  readonly method: string;
  readonly path: string;
  readonly body?: string | null;
  readonly response_body?: string | null;
}

/** The schema of one .proto text. */
export async function schemaOfText(text: string, name = 'test.proto'): Promise<Schema> {
  const folder = temporaryFiles({ [name]: text });
  return openSchema(await protoFiles([join(folder, name)], [folder]));
}

/** A method of a schema. */
export async function methodOf(schema: Schema, name: string): Promise<DescMethod> {
  const symbol = await schema.symbol(name);
  if (symbol?.kind !== 'rpc') throw new Error(`no method ${name}`);
  return symbol;
}

/** The vectors' schema with one method for each type: `restvec.v1.Test/Kitchen` takes and returns a Kitchen. */
export async function vectorSchema(): Promise<Schema> {
  const text: string = vectors.schemas['restvec.v1'];
  const names = [...text.matchAll(/^message (\w+)/gm)].map((match) => match[1]!);
  const methods = names.map((name) => `rpc ${name}(.restvec.v1.${name}) returns (.restvec.v1.${name});`);
  return schemaOfText(`${text}\nservice Test { ${methods.join('\n')} }`, 'restvec.proto');
}

/** A binding of a vector's rule. */
export function bindingOf(rule: Rule): HttpBinding {
  return {
    httpMethod: rule.method,
    template: parsePathTemplate(rule.path),
    body: rule.body ?? '',
    responseBody: rule.response_body ?? '',
  };
}

/** A declared route with these rules. */
export function routeOf(method: DescMethod, rules: readonly Rule[]): RestRoute {
  return {
    method,
    source: 'declared',
    confidence: 'high',
    reason: 'google.api.http',
    bindings: rules.map(bindingOf),
    fallback: `POST /${method.parent.typeName}/${method.name}`,
    warnings: [],
  };
}

/** Wire bytes of a JSON value. */
export function bytesOf(message: DescMessage, value: unknown, types: TypeResolver): Uint8Array {
  return jsonReader(message, { types })({ text: JSON.stringify(value), from: 'test', line: 1, column: 1 });
}

/** The JSON value of wire bytes. */
export function jsonOf(message: DescMessage, bytes: Uint8Array, types: TypeResolver): unknown {
  return JSON.parse(jsonPrinter(message, { types })(bytes));
}
