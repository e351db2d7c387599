// The schemas of this folder's tests, linked from .proto files.
import { fileURLToPath } from 'node:url';
import type { DescMethod } from '@bufbuild/protobuf';
import { protoFiles } from '../../src/schema/proto-files.ts';
import type { DescSymbol, Schema } from '../../src/schema/schema.ts';
import { openSchema } from '../../src/schema/store.ts';

const folder = fileURLToPath(new URL('protos', import.meta.url));

/** The schema of one file in protos/, with all it imports. */
export async function schemaOf(file: string): Promise<Schema> {
  return openSchema(await protoFiles([file], [folder]));
}

/** A symbol that must be there. */
export async function symbolOf(schema: Schema, name: string): Promise<DescSymbol> {
  const symbol = await schema.symbol(name);
  if (symbol === undefined) throw new Error(`no symbol ${name}`);
  return symbol;
}

/** A method of shop.proto's OrderService. */
export async function shopMethod(name: string): Promise<DescMethod> {
  const symbol = await symbolOf(await schemaOf('shop.proto'), `shop.v1.OrderService.${name}`);
  if (symbol.kind !== 'rpc') throw new Error(`${name} is no method`);
  return symbol;
}
