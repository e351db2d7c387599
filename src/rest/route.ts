// The REST side of each method: from a rule file, else its own google.api.http rule, else derived; or its RPC path.
import type { DescMethod, DescService } from '@bufbuild/protobuf';
import { type Derived, deriveService } from './derive.ts';
import { declaredBindings, usableBindings } from './http-rule.ts';
import { parsePathTemplate } from './path-template.ts';
import type { HttpBinding, RestRoute, RestStyle } from './rest.ts';
import { type RuleFile, ruleFor, unusedRules } from './rule-file.ts';

/** The REST side of a schema's methods. */
export interface RestRules {
  /** The route of a method; the same value each time. */
  routeOf(method: DescMethod): RestRoute;
  /**
   * Rules of rule files that name no method of these services, as lines to show; of a server's services all of them are
   * told, of others those for a service among them.
   */
  unused(services: readonly DescService[], all: boolean): readonly string[];
}

/** Which rules are used: the style, and rule files, of which later ones win. */
export interface RestRuleOptions {
  readonly style: RestStyle;
  readonly ruleFiles?: readonly RuleFile[] | undefined;
}

/** Makes the rules; routes are worked out service by service when first asked for. */
export function openRestRules(options: RestRuleOptions): RestRules {
  const files = options.ruleFiles ?? [];
  const routes = new Map<DescMethod, RestRoute>();
  return {
    routeOf(method) {
      let route = routes.get(method);
      if (!route) {
        for (const made of serviceRoutes(method.parent, options.style, files)) routes.set(made.method, made);
        route = routes.get(method) ?? rpcRoute(method, []);
      }
      return route;
    },
    unused(services, all) {
      const methods = services.flatMap((service) => service.methods.map(({ name }) => `${service.typeName}.${name}`));
      const known = new Set(services.map(({ typeName }) => typeName));
      return unusedRules(files, new Set(methods), (service) => all || known.has(service));
    },
  };
}

/** `POST /pkg.Svc/Method` as a route: what answers without any rule. */
export function rpcRoute(method: DescMethod, warnings: readonly string[] = []): RestRoute {
  const path = `/${method.parent.typeName}/${method.name}`;
  return {
    method,
    source: 'rpc-path',
    confidence: 'high',
    reason: 'RPC path',
    bindings: [{ httpMethod: 'POST', template: parsePathTemplate(path), body: '*', responseBody: '' }],
    fallback: `POST ${path}`,
    warnings,
  };
}

interface Declared {
  readonly bindings: readonly HttpBinding[];
  readonly reason: string;
}

function serviceRoutes(service: DescService, style: RestStyle, files: readonly RuleFile[]): RestRoute[] {
  if (style === 'rpc') return service.methods.map((method) => rpcRoute(method));
  const warnings = new Map<DescMethod, string[]>(service.methods.map((method) => [method, []]));
  const declared = new Map<DescMethod, Declared>();
  for (const method of service.methods) {
    const rule = declaredRule(method, files, (text) => warnings.get(method)!.push(text));
    if (rule) declared.set(method, rule);
  }
  const bindings = new Map([...declared].map(([method, rule]) => [method, rule.bindings] as const));
  const isComplete = style === 'auto' && declared.size === service.methods.length;
  const derived = isComplete ? new Map<DescMethod, Derived>() : deriveService(service, bindings);
  const routes: RestRoute[] = service.methods.map((method, at) => {
    const rule = style === 'derived' ? undefined : declared.get(method);
    const found = rule ? ({ ...rule, confidence: 'high' } as const) : derived.get(method);
    const route = routeFrom(method, found, rule !== undefined, warnings.get(method)!);
    return { ...route, later: () => routes.slice(at + 1).filter(({ source }) => source === 'declared') };
  });
  return routes;
}

function routeFrom(
  method: DescMethod,
  found: Derived | undefined,
  isDeclared: boolean,
  warnings: readonly string[],
): RestRoute {
  const rpc = rpcRoute(method, warnings);
  if (!found || found.bindings.length === 0) return rpc;
  return { ...rpc, ...found, source: isDeclared ? 'declared' : 'derived' };
}

function declaredRule(
  method: DescMethod,
  files: readonly RuleFile[],
  warn: (text: string) => void,
): Declared | undefined {
  const found = ruleFor(files, `${method.parent.typeName}.${method.name}`);
  if (found) {
    const place = `${found.path}:${found.line}:${found.column}: ${method.parent.typeName}.${method.name}`;
    const bindings = usableBindings(method, found.rule, (problem) => warn(`${place}: ${problem}`));
    if (bindings) return { bindings, reason: found.path };
  }
  const bindings = declaredBindings(method, warn);
  return bindings && { bindings, reason: 'google.api.http' };
}
