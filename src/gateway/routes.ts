// Which method a request means: the services of the schema, their routes, and what to say when none fits.
import type { DescService } from '@bufbuild/protobuf';
import type { HttpBinding, RestDialect, RestRoute } from '../rest/rest.ts';
import { type RestRules, rpcRoute } from '../rest/route.ts';
import { buildRouter, type FoundRoute, type RouteMatch, type Router } from '../rest/router.ts';
import type { Schema } from '../schema/schema.ts';
import { HttpRefusal } from './refusal.ts';
import { type Served, serveBinding } from './served.ts';

/** A request's method, and what its path says. */
export interface Found {
  readonly served: Served;
  readonly match: FoundRoute;
}

/** All routes of a gateway. */
export interface RouteTable {
  /** Throws HttpRefusal: 404 with the nearest routes, 405 with Allow. */
  find(httpMethod: string, path: string): Found;
  has(httpMethod: string, path: string): boolean;
  /** The HTTP methods that a path has, with HEAD where GET is among them. Throws HttpRefusal 404 when there are none. */
  allowed(path: string): string[];
}

/**
 * The routes of all methods, and `POST /pkg.Svc/Method` for each. What cannot be reached, since another method has the
 * same path, is told.
 */
export function openRoutes(
  services: readonly DescService[],
  rules: RestRules,
  schema: Schema,
  dialect: RestDialect,
  tell?: ((line: string) => void) | undefined,
): RouteTable {
  const methods = services.flatMap((service) => service.methods);
  const routes = methods.map((method) => rules.routeOf(method));
  const paths = routes.filter(({ source }) => source !== 'rpc-path').map(({ method }) => rpcRoute(method));
  const router = buildRouter([...routes, ...paths]);
  for (const conflict of router.conflicts) tell?.(conflict);
  const kept = new Map<HttpBinding, Served>();
  const served = (route: RestRoute, binding: HttpBinding): Served => {
    const made = kept.get(binding) ?? serveBinding(route, binding, schema, dialect);
    kept.set(binding, made);
    return made;
  };
  return {
    find(httpMethod, path) {
      const match = matchRead(router, httpMethod, path);
      if (match.kind === 'found') return { served: served(match.route, match.binding), match };
      throw match.kind === 'not found'
        ? noRoute(httpMethod, path, match.nearest)
        : wrongMethod(httpMethod, path, match.allow);
    },
    has: (httpMethod, path) => router.match(httpMethod, path).kind === 'found',
    allowed(path) {
      const match = router.match('OPTIONS', path);
      if (match.kind === 'not found') throw noRoute('OPTIONS', path, match.nearest);
      const allow = match.kind === 'found' ? [match.binding.httpMethod] : match.allow;
      return withHead(allow.includes('*') ? ['DELETE', 'GET', 'PATCH', 'POST', 'PUT'] : allow);
    },
  };
}

/** HEAD is GET without the body, unless a rule says what it is (RFC 9110 §9.3.2). */
function matchRead(router: Router, httpMethod: string, path: string): RouteMatch {
  const match = router.match(httpMethod, path);
  return httpMethod === 'HEAD' && match.kind !== 'found' ? router.match('GET', path) : match;
}

function withHead(allow: readonly string[]): string[] {
  return [...new Set([...allow, ...(allow.includes('GET') ? ['HEAD'] : []), 'OPTIONS'])];
}

function noRoute(httpMethod: string, path: string, nearest: readonly string[]): HttpRefusal {
  const near = nearest.length === 0 ? 'GET / lists all routes' : `near: ${nearest.join(', ')}`;
  return new HttpRefusal(404, `no route for ${httpMethod} ${JSON.stringify(path.slice(0, 200))}; ${near}`);
}

function wrongMethod(httpMethod: string, path: string, allow: readonly string[]): HttpRefusal {
  const methods = withHead(allow);
  return new HttpRefusal(405, `${JSON.stringify(path.slice(0, 200))} takes ${allow.join(', ')}, not ${httpMethod}`, {
    headers: { allow: methods.join(', ') },
  });
}
