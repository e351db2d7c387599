// Services from proto source, for the tests of derivation.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DescMethod, DescService } from '@bufbuild/protobuf';
import { deriveService } from '../../src/rest/derive.ts';
import type { HttpBinding } from '../../src/rest/rest.ts';
import { protoFiles } from '../../src/schema/proto-files.ts';
import type { Schema } from '../../src/schema/schema.ts';
import { openSchema } from '../../src/schema/store.ts';
import { temporaryFiles } from '../support/temp.ts';

/** The schema of one file of proto3 source, imports of google/* included. */
export async function schemaOf(source: string): Promise<Schema> {
  const folder = temporaryFiles({ 'test.proto': `syntax = "proto3";\n${source}` });
  return openSchema(await protoFiles([join(folder, 'test.proto')], [folder]));
}

/** A service of a schema. */
export async function serviceIn(schema: Schema, name: string): Promise<DescService> {
  const found = await schema.symbol(name);
  if (found?.kind !== 'service') throw new Error(`no service ${name}`);
  return found;
}

/** `GET /users/{user_id}` for every method by name, with ` [body]` where there is one. */
export function derivedLines(
  service: DescService,
  declared: ReadonlyMap<DescMethod, readonly HttpBinding[]> = new Map(),
): Record<string, string> {
  const derived = deriveService(service, declared);
  return Object.fromEntries([...derived].map(([method, { bindings }]) => [method.name, line(bindings[0]!)]));
}

function line({ httpMethod, template, body }: HttpBinding): string {
  return `${httpMethod} ${template.text}${body === '' ? '' : ` [${body}]`}`;
}

/** The schema of the demo's services, health and reflection among them. */
export async function demoSchema(): Promise<Schema> {
  const root = join(import.meta.dirname, '../../proto-examples');
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.proto') && !name.startsWith('google'))
    .sort();
  return openSchema(
    await protoFiles(
      files.map((name) => join(root, name)),
      [root],
    ),
  );
}
