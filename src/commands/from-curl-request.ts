// What a pasted curl command means on this target: for `from-curl`, and for `paste` of the REPL.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { jsonPrinter } from '../codec/json-printer.ts';
import { UserError } from '../errors.ts';
import type { Io } from '../io.ts';
import { type CurlCall, callOfRequest } from '../rest/curl-call.ts';
import { readCurl } from '../rest/curl-request.ts';
import { type RestRules, rpcRoute } from '../rest/route.ts';
import { buildRouter, type Router } from '../rest/router.ts';
import { findServices } from '../schema/find.ts';
import type { Schema } from '../schema/schema.ts';
import type { Flags } from './flags.ts';
import { readAll } from './input.ts';
import { restBase, restDialect, restRules } from './rest-options.ts';

export type { CurlCall } from '../rest/curl-call.ts';

/**
 * The call that a curl command equals: the line as pasted, or its words. `flags` are those of REST (--rest-base,
 * --rest-style, --rest-dialect, --http-rules). Throws UserError 2 for what is no curl command or cannot be followed, 3 for
 * a value that does not fit (the field named), 4 where no route does (the nearest named).
 */
export async function requestFromCurl(
  command: string | readonly string[],
  { schema, flags, io }: { readonly schema: Schema; readonly flags: Flags; readonly io: Io },
): Promise<CurlCall> {
  const request = await readCurl(command, {
    read: (path) => readFile(path, io),
    variable: (name) => io.env[name],
  });
  const router = await routerOf(schema, await restRules(flags, io));
  const prefix = flags.has('rest-base') ? restBase(flags).replace(/^https?:\/\/[^/]*/i, '') : '';
  return callOfRequest(request, { router, schema, dialect: restDialect(flags), prefix });
}

/** The request messages as compact JSON. */
export function requestJson(call: CurlCall, schema: Schema): string[] {
  return call.messages.map(jsonPrinter(call.method.input, { types: schema.types }));
}

/** All routes of a schema, and the RPC path of each method. */
async function routerOf(schema: Schema, rules: RestRules): Promise<Router> {
  const methods = (await findServices(schema, undefined)).flatMap((service) => service.methods);
  const routes = methods.map((method) => rules.routeOf(method));
  return buildRouter([...routes, ...methods.map((method) => rpcRoute(method))]);
}

async function readFile(path: string, io: Io): Promise<Uint8Array> {
  if (path === '-') return Buffer.from(await readAll(io));
  try {
    return readFileSync(resolve(io.cwd, path));
  } catch (error) {
    throw new UserError(3, `cannot read ${path}: ${(error as Error).message}`, { cause: error });
  }
}
