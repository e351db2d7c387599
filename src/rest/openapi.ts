// The REST routes of services as one OpenAPI 3.1 document, the same for the same schema every time.
import type { DescMethod, DescService } from '@bufbuild/protobuf';
import { UserError } from '../errors.ts';
import { description } from './openapi-comments.ts';
import { errorResponse } from './openapi-errors.ts';
import { operation } from './openapi-operation.ts';
import { type OpenApiPath, openApiPath } from './openapi-path.ts';
import { type Node, Schemas } from './openapi-schema.ts';
import { parsePathTemplate } from './path-template.ts';
import type { HttpBinding, RestDialect, RestRoute } from './rest.ts';

/** How the document is made. */
export interface OpenApiOptions {
  readonly title: string;
  readonly version: string;
  /** Base URLs, the usual one first. */
  readonly servers?: readonly string[] | undefined;
  /** Whose error bodies and stream envelopes. */
  readonly dialect: RestDialect;
  /** Whether methods without a declared rule are in it too; true unless stated. */
  readonly includeDerived?: boolean | undefined;
  /** Leave out what an earlier method answers to already, as a server of the routes does, instead of refusing it. */
  readonly lenient?: boolean | undefined;
}

/**
 * The document as a JSON value (https://spec.openapis.org/oas/v3.1.0). Each binding is an operation; a derived one whose
 * path another service has taken answers to the RPC path instead. Every operation names its method in `x-grpc-method`,
 * derived ones say so in `x-derived`, and `x-google-template` is the path template before its variables were taken
 * apart. The schema's comments are the descriptions.
 * @throws UserError(4) if two methods declare the same HTTP method and path, unless lenient
 */
export function openApiDocument(
  services: readonly DescService[],
  rules: { routeOf(method: DescMethod): RestRoute },
  options: OpenApiOptions,
): unknown {
  const schemas = new Schemas();
  const routes = services
    .flatMap((service) => service.methods.map((method) => rules.routeOf(method)))
    .filter(({ source }) => options.includeDerived !== false || source === 'declared');
  const paths = new Paths(schemas, options.dialect, options.lenient ?? false);
  // Declared paths first, so that a derived one never takes the place of one that is written down.
  for (const route of routes) if (route.source === 'declared') paths.add(route);
  for (const route of routes) if (route.source !== 'declared') paths.add(route);
  const error = errorResponse(options.dialect, schemas);
  const used = services.filter(({ methods }) => methods.some((method) => paths.has(method)));
  return {
    openapi: '3.1.0',
    info: { title: options.title, version: options.version },
    ...(options.servers?.length ? { servers: options.servers.map((url) => ({ url })) } : {}),
    ...(used.length === 0
      ? {}
      : { tags: used.map((service) => ({ name: service.typeName, ...description(service) })) }),
    paths: paths.all(),
    components: { schemas: schemas.all(), responses: { Error: error } },
  };
}

const standardMethods = new Set(['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace']);

interface PathItem {
  readonly path: OpenApiPath;
  readonly operations: Map<string, { readonly method: DescMethod; readonly node: Node }>;
}

/** The path items, one for each shape of path: OpenAPI does not allow `/users/{id}` beside `/users/{name}`. */
class Paths {
  readonly #items = new Map<string, PathItem>();
  readonly #methods = new Set<DescMethod>();
  readonly #schemas: Schemas;
  readonly #dialect: RestDialect;

  readonly #lenient: boolean;

  constructor(schemas: Schemas, dialect: RestDialect, lenient: boolean) {
    this.#schemas = schemas;
    this.#dialect = dialect;
    this.#lenient = lenient;
  }

  /** Adds all bindings of a route. */
  add(route: RestRoute): void {
    const free = this.#freeOf(route);
    const bindings = free.length > 0 ? free : [rpcBinding(route.method)];
    const numbered = bindings.length > 1;
    for (const [index, binding] of bindings.entries()) {
      const name = `${route.method.parent.typeName}.${route.method.name}`;
      this.#addBinding(route, binding, numbered && index > 0 ? `${name}_${index + 1}` : name);
    }
    this.#methods.add(route.method);
  }

  has(method: DescMethod): boolean {
    return this.#methods.has(method);
  }

  /** The paths object, in the order of the paths. */
  all(): Node {
    const items = [...this.#items.values()].sort((a, b) => (a.path.path < b.path.path ? -1 : 1));
    return Object.fromEntries(
      items.map(({ path, operations }) => [
        path.path,
        Object.fromEntries([...operations].map(([key, { node }]) => [key, node])),
      ]),
    );
  }

  /** The bindings that a route keeps: all or none of a derived one, all that are declared. */
  #freeOf(route: RestRoute): readonly HttpBinding[] {
    const isDeclared = route.source === 'declared';
    if (isDeclared && !this.#lenient) return route.bindings;
    const free = route.bindings.filter((binding) => {
      const { shape } = openApiPath(binding.template, route.method.input, this.#schemas);
      return this.#items.get(shape)?.operations.has(keyOf(binding)) !== true;
    });
    return isDeclared || free.length === route.bindings.length ? free : [];
  }

  #addBinding(route: RestRoute, binding: HttpBinding, operationId: string): void {
    const own = openApiPath(binding.template, route.method.input, this.#schemas);
    const item = this.#items.get(own.shape) ?? { path: own, operations: new Map() };
    const there = item.operations.get(keyOf(binding));
    if (there?.method === route.method) return;
    if (there !== undefined) throw twice(binding, there.method, route.method);
    const pathParameters = own.parameters.map((each, index) => ({ ...each, name: item.path.parameters[index]?.name }));
    const parts = { route, binding, operationId, pathParameters, schemas: this.#schemas, dialect: this.#dialect };
    item.operations.set(keyOf(binding), { method: route.method, node: operation(parts) });
    this.#items.set(own.shape, item);
  }
}

/** The key in a path item: a method that OpenAPI does not know gets one that validators pass over. */
function keyOf({ httpMethod }: HttpBinding): string {
  const key = httpMethod.toLowerCase();
  if (standardMethods.has(key)) return key;
  return httpMethod === '*' ? 'x-any-method' : `x-method-${key}`;
}

function rpcBinding(method: DescMethod): HttpBinding {
  const template = parsePathTemplate(`/${method.parent.typeName}/${method.name}`);
  return { httpMethod: 'POST', template, body: '*', responseBody: '' };
}

function twice(binding: HttpBinding, first: DescMethod, second: DescMethod): UserError {
  const names = [first, second].map((method) => `${method.parent.typeName}/${method.name}`);
  const rule = `${binding.httpMethod} ${binding.template.text}`;
  return new UserError(4, `${names.join(' and ')} both answer to ${rule}`, {
    hint: 'give one of them another path with --http-rules FILE',
  });
}
