// From an HTTP request, however it was written down, to the call it equals: route, request messages, metadata.
import type { DescMethod } from '@bufbuild/protobuf';
import { typesNamed } from '../codec/any.ts';
import { documentsOf, type RequestDocument } from '../codec/document.ts';
import { jsonReader } from '../codec/json-reader.ts';
import { UserError } from '../errors.ts';
import { streamsRequests } from '../schema/method-kind.ts';
import { quoted } from '../schema/quote.ts';
import type { Schema } from '../schema/schema.ts';
import type { Metadata } from '../wire/metadata.ts';
import type { CurlHeader, CurlRequest } from './curl-request.ts';
import { metadataFromHeaders } from './headers.ts';
import type { RestDialect, RestRoute } from './rest.ts';
import { RestInputError, requestFromHttp } from './reverse.ts';
import type { FoundRoute, RouteMatch, Router } from './router.ts';

/** The call that an HTTP request equals. */
export interface CurlCall {
  readonly method: DescMethod;
  readonly route: RestRoute;
  /** As it was written in the rule. */
  readonly template: string;
  /** One, or where requests are a stream any number. */
  readonly messages: readonly Uint8Array[];
  readonly metadata: Metadata;
  /** Names of metadata whose value has `${NAME}` or is `@FILE`. */
  readonly typed: ReadonlySet<string>;
  readonly deadlineMs: number | undefined;
  /** Flags that say nothing about the call, and headers that are HTTP's own. */
  readonly ignored: readonly string[];
  readonly warnings: readonly string[];
}

/** What is known of the API. */
export interface CurlRoutes {
  readonly router: Router;
  readonly schema: Schema;
  readonly dialect: RestDialect;
  /** The path in front of every route; '' or `/api`. */
  readonly prefix: string;
}

/**
 * The call that a request equals, its route found by the raw path. Throws UserError 4 where no route fits (the nearest
 * named) or none with this HTTP method (those it has named), 3 for a value that its field cannot hold, with the field.
 */
export async function callOfRequest(request: CurlRequest, routes: CurlRoutes): Promise<CurlCall> {
  const warnings = [...request.warnings];
  const found = routeOf(request, routes, warnings);
  const { method } = found.route;
  await fetchTypes(request.body, routes.schema);
  const messages = messagesOf(found, request, routes, warnings);
  const headers = metadataFromHeaders(
    request.headers.map(({ name, value }) => [name, value]),
    routes.dialect,
  );
  return {
    method,
    route: found.route,
    template: found.binding.template.text,
    messages,
    metadata: headers.metadata,
    typed: typedNames(request.headers, routes.dialect),
    deadlineMs: headers.deadlineMs ?? request.deadlineMs,
    ignored: [...request.ignored, ...headers.ignored.map((name) => flagOf(request, name))],
    warnings: [...warnings, ...headers.warnings],
  };
}

function flagOf({ headers }: CurlRequest, name: string): string {
  return headers.find((header) => header.name === name)?.flag ?? `-H ${name}`;
}

function typedNames(headers: readonly CurlHeader[], dialect: RestDialect): ReadonlySet<string> {
  const typed = headers.filter(({ isTyped }) => isTyped).map(({ name }) => [name, 'x'] as const);
  return new Set(metadataFromHeaders(typed, dialect).metadata.map(([name]) => name));
}

function routeOf(request: CurlRequest, routes: CurlRoutes, warnings: string[]): FoundRoute {
  const { method: httpMethod } = request;
  const path = withoutPrefix(request.path, routes.prefix);
  let match = routes.router.match(httpMethod, path);
  if (httpMethod === 'HEAD' && match.kind !== 'found') {
    const asGet = routes.router.match('GET', path);
    if (asGet.kind === 'found') warnings.push('HEAD makes the call of GET, and an HTTP server leaves the body out');
    match = asGet.kind === 'found' ? asGet : match;
  }
  if (match.kind === 'found') return match;
  throw noRoute(httpMethod, path, match);
}

function withoutPrefix(path: string, prefix: string): string {
  if (prefix === '' || !(path === prefix || path.startsWith(`${prefix}/`))) return path;
  return path.slice(prefix.length) || '/';
}

function noRoute(httpMethod: string, path: string, match: Exclude<RouteMatch, FoundRoute>): UserError {
  const asked = `${httpMethod} ${path.slice(0, 200)}`;
  if (match.kind === 'method not allowed') {
    return new UserError(4, `${asked}: this path takes ${match.allow.join(', ')}, not ${httpMethod}`, {
      hint: `say which one with -X ${match.allow[0]}`,
    });
  }
  const near = match.nearest.length === 0 ? 'grepl list -l shows all routes' : `nearest: ${match.nearest.join(', ')}`;
  return new UserError(4, `no route for ${asked}`, {
    hint: `${near}\nif the API lives under a path of its own, name it: --rest-base http://HOST/PATH`,
  });
}

/** Types of Any values that the body names have to be there before it is read. */
async function fetchTypes(body: Uint8Array | undefined, schema: Schema): Promise<void> {
  if (body === undefined) return;
  for (const name of typesNamed(Buffer.from(body).toString('latin1'))) {
    await schema.symbol(name).catch(() => undefined);
  }
}

function messagesOf(
  found: FoundRoute,
  request: CurlRequest,
  routes: CurlRoutes,
  warnings: string[],
): readonly Uint8Array[] {
  if (!streamsRequests(found.route.method) || found.binding.body === '')
    return [whole(found, request, request.body, routes, warnings)];
  const read = tolerantReader(found.route.method, routes.schema, warnings);
  const text = Buffer.from(request.body ?? []).toString();
  const documents = documentsOf(text, 'body', 'json');
  // What path and query say goes into the first; a later part of a message wins.
  const url = whole(found, request, undefined, routes, warnings);
  const messages: Uint8Array[] = documents.map(read);
  if (url.length === 0) return messages;
  return [Buffer.concat([messages[0] ?? new Uint8Array(), url]), ...messages.slice(1)];
}

/** Reads past fields that the message does not have, as all servers do, but says so. */
function tolerantReader(
  { input }: DescMethod,
  { types }: Schema,
  warnings: string[],
): (document: RequestDocument) => Uint8Array {
  const strict = jsonReader(input, { types });
  return (document) => {
    try {
      return strict(document);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const message = jsonReader(input, { types, allowUnknown: true })(document);
      warnings.push(`${error.message}: ignored`);
      return message;
    }
  };
}

function whole(
  found: FoundRoute,
  request: CurlRequest,
  body: Uint8Array | undefined,
  { schema, dialect }: CurlRoutes,
  warnings: string[],
): Uint8Array {
  const contentType = body === undefined ? undefined : request.contentType;
  const input = { query: request.query, body, contentType };
  try {
    const read = requestFromHttp(found, input, { types: schema.types, dialect, anyContentType: true });
    warnings.push(...read.warnings);
    return read.message;
  } catch (error) {
    if (!(error instanceof RestInputError)) throw error;
    throw misfit(found, request, error);
  }
}

function misfit(found: FoundRoute, request: CurlRequest, error: RestInputError): UserError {
  const { binding, route } = found;
  const isForm =
    /form/.test(request.contentType ?? '') && /^\s*[^{["\s]/.test(Buffer.from(request.body ?? []).toString());
  const hint = isForm
    ? `the body is JSON here, such as -d '{"field":"value"}'`
    : `${binding.httpMethod} ${binding.template.text} is ${route.method.parent.typeName}/${route.method.name}`;
  const field = error.field !== '' && !error.message.includes(error.field) ? `${quoted(error.field)}: ` : '';
  return new UserError(3, `${field}${error.message}`, { hint, cause: error });
}
