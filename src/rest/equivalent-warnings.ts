// What a call should know of the servers that speak a dialect: where they part from the norm, and where it hurts.
import type { DescMethod } from '@bufbuild/protobuf';
import type { HttpBinding, RestDialect, RestRoute } from './rest.ts';
import { buildRouter, type Router } from './router.ts';

const none: readonly string[] = [];

/** Warnings for one request of a method; path and query as sent. */
export function dialectWarnings(
  route: RestRoute,
  binding: HttpBinding,
  path: string,
  query: string,
  dialect: RestDialect,
): readonly string[] {
  const { method } = route;
  const isStream = method.methodKind === 'client_streaming' || method.methodKind === 'bidi_streaming';
  const hasVariables = binding.template.variables.length > 0;
  if (dialect !== 'gateway' && !isStream && binding.responseBody === '') return none;
  const warnings: string[] = [];
  if (isStream && hasVariables) {
    warnings.push('the path variables are those of the first message; grpc-gateway refuses such a method');
  }
  if (binding.responseBody !== '' && method.output.fields.length > 1) {
    warnings.push(`only ${binding.responseBody} of the response is sent; its other fields are lost`);
  }
  if (dialect === 'gateway') {
    warnings.push(...gatewayWarnings(method, binding, path, query), ...laterRoutes(route, binding, path));
  }
  return warnings;
}

// grpc-gateway knows no better and worse fit: of all that take a path it asks the one that was registered last.
function laterRoutes(route: RestRoute, { httpMethod }: HttpBinding, path: string): string[] {
  if (route.source !== 'declared' || path === '') return [];
  return (route.later?.() ?? []).flatMap((later) => {
    const match = routerOf(later).match(httpMethod, path);
    if (match.kind !== 'found') return [];
    const { template } = match.binding;
    return [`grpc-gateway takes this path for ${later.method.name}, ${httpMethod} ${template.text}, declared later`];
  });
}

const routers = new WeakMap<RestRoute, Router>();

function routerOf(route: RestRoute): Router {
  const known = routers.get(route);
  if (known) return known;
  const router = buildRouter([route]);
  routers.set(route, router);
  return router;
}

function gatewayWarnings(method: DescMethod, binding: HttpBinding, path: string, query: string): string[] {
  const warnings: string[] = [];
  if (path.includes('%2F')) warnings.push('grpc-gateway, unless told otherwise, takes %2F in a path for a slash');
  for (const field of method.input.fields) {
    if (field.message?.typeName !== 'google.protobuf.FieldMask') continue;
    const value = new RegExp(`(?:^|&)${field.jsonName}=([^&]*)`).exec(query)?.[1];
    if (value !== undefined && /[A-Z]/.test(value.replaceAll(/%[0-9A-F]{2}/g, ''))) {
      warnings.push(`grpc-gateway takes the paths of ${field.name} as they are: camelCase arrives wrong`);
    } else if (value === undefined && binding.httpMethod === 'PATCH' && binding.body !== '' && binding.body !== '*') {
      warnings.push(`grpc-gateway fills an unset ${field.name} from the keys of the body`);
    }
  }
  return warnings;
}
