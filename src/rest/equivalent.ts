// The REST request that one call equals: the first binding that its values fit, expanded.
import { MessageError } from '../codec/json-printer.ts';
import type { TypeResolver } from '../schema/schema.ts';
import type { Metadata } from '../wire/metadata.ts';
import { templatePlaces } from './equivalent-places.ts';
import { dialectWarnings } from './equivalent-warnings.ts';
import { restHeaders } from './headers.ts';
import { BindingPlan, type Expanded } from './plan.ts';
import { Misfit } from './query-value.ts';
import type { HttpBinding, NoRest, RestBody, RestDialect, RestEquivalent, RestRoute, StreamForm } from './rest.ts';
import { rpcRoute } from './route.ts';
import { streamFormOf } from './stream-forms.ts';

/** What the equivalent of a call depends on besides its request. */
export interface EquivalentOptions {
  readonly types: TypeResolver;
  readonly dialect: RestDialect;
  /** Of the request, as sent. */
  readonly metadata: Metadata;
  /** The call's deadline in milliseconds. */
  readonly deadlineMs?: number | undefined;
  /** How a stream is carried; by default as streamFormOf says. */
  readonly stream?: StreamForm | undefined;
}

/**
 * The REST request for one request message (of a stream: its first); without one, the form of the primary binding, its
 * path the template. If no binding fits, a NoRest that names each and why not. Never throws for any bytes.
 */
export function restEquivalent(
  route: RestRoute,
  request: Uint8Array | undefined,
  options: EquivalentOptions,
): RestEquivalent | NoRest {
  if (request === undefined) return templateForm(route, options);
  const plans = plansOf(route, options.types);
  let chosen: BindingPlan | undefined;
  let found: Expanded | undefined;
  const alternatives: string[] = [];
  const misfits: string[] = [];
  for (const plan of plans) {
    const expanded = tryExpand(plan, request, options.dialect);
    if (typeof expanded === 'string') misfits.push(`${bindingText(plan)}: ${expanded}`);
    else if (!found) {
      found = expanded;
      chosen = plan;
    } else alternatives.push(`${shownMethod(plan.binding)} ${target(expanded.path, expanded.query)}`);
  }
  if (!found || !chosen) {
    if (route.source !== 'derived') return noRest(route, misfits);
    // What we made up ourselves may have a better idea than "nothing": every method has its own path as well.
    return restEquivalent(rpcRouteFor(route, misfits), request, options);
  }
  const { path, query, body, walk } = found;
  const { binding } = chosen;
  const more = dialectWarnings(route, binding, found, options.dialect);
  return equivalentOf(route, binding, body, options, {
    path,
    query,
    alternatives,
    places: walk.places,
    warnings: joined(route.warnings, walk.warnings, more),
  });
}

type Own = Pick<RestEquivalent, 'path' | 'query' | 'alternatives' | 'places' | 'warnings'>;

/** Written out field by field: this is made for every call, and spreading objects costs more than all the rest. */
function equivalentOf(
  route: RestRoute,
  binding: HttpBinding,
  body: RestBody | undefined,
  options: EquivalentOptions,
  own: Own,
): RestEquivalent {
  const streaming = options.stream ?? streamFormOf(route.method);
  const made: { -readonly [Key in keyof RestEquivalent]: RestEquivalent[Key] } = {
    source: route.source,
    httpMethod: shownMethod(binding),
    path: own.path,
    query: own.query,
    bodyField: binding.body,
    template: binding.template.text,
    confidence: route.confidence,
    reason: route.reason,
    streaming,
    headers: headersOf(route, body, streaming, options),
    alternatives: own.alternatives,
    fallback: route.fallback,
    places: own.places,
    warnings: own.warnings,
  };
  if (body) made.body = body;
  return made;
}

/** A binding of any method is shown by the one that suits it. */
function shownMethod({ httpMethod, body }: HttpBinding): string {
  if (httpMethod !== '*') return httpMethod;
  return body === '' ? 'GET' : 'POST';
}

/** Path and query as they stand in a request line. */
export function target(path: string, query: string): string {
  return query === '' ? path : `${path}?${query}`;
}

function joined(...lists: readonly (readonly string[])[]): readonly string[] {
  const filled = lists.filter((list) => list.length > 0);
  return filled.length === 0
    ? none
    : filled.length === 1 && filled[0]!.length === 1
      ? filled[0]!
      : [...new Set(filled.flat())];
}

const none: readonly string[] = [];

function tryExpand(plan: BindingPlan, request: Uint8Array, dialect: RestDialect): Expanded | string {
  try {
    return plan.expand(request, dialect);
  } catch (error) {
    if (error instanceof Misfit || error instanceof MessageError) return error.message;
    throw error;
  }
}

/** The RPC path of a method in place of a derived route, and why. */
function rpcRouteFor(route: RestRoute, misfits: readonly string[]): RestRoute {
  const why = `the derived route does not take this request: ${misfits.join('; ')}`;
  return rpcRoute(route.method, [...route.warnings, why]);
}

function noRest(route: RestRoute, misfits: readonly string[]): NoRest {
  const why = misfits.length === 1 ? misfits[0]! : `no binding fits: ${misfits.join('; ')}`;
  return { none: why, warnings: route.warnings };
}

function bindingText({ binding }: BindingPlan): string {
  return `${binding.httpMethod} ${binding.template.text}`;
}

function templateForm(route: RestRoute, options: EquivalentOptions): RestEquivalent {
  const [binding, ...others] = route.bindings;
  const { template, body } = binding!;
  return equivalentOf(route, binding!, body === '' ? undefined : unknownBody, options, {
    path: template.text,
    query: '',
    alternatives: others.map((other) => `${other.httpMethod} ${other.template.text}`),
    places: templatePlaces(route.method.input, binding!),
    warnings: joined(route.warnings, dialectWarnings(route, binding!, undefined, options.dialect)),
  });
}

/** Of a stream there is a body, but nothing to show of it yet. */
const unknownBody: RestBody = { contentType: 'application/json', data: '' };

const accepted = new Map<StreamForm, string>([
  ['ndjson', 'application/x-ndjson'],
  ['sse', 'text/event-stream'],
  ['array', 'application/json'],
]);

const jsonOnly: Metadata = [['content-type', 'application/json']];

function headersOf(
  { method, source }: RestRoute,
  body: RestBody | undefined,
  streaming: StreamForm,
  options: EquivalentOptions,
): Metadata {
  const { metadata, dialect, deadlineMs } = options;
  // What its servers may ask of a unary call (https://connectrpc.com/docs/protocol, Unary-Request).
  const isConnect = dialect === 'connect' && source === 'rpc-path' && streaming === 'none';
  if (streaming === 'none' && !isConnect && metadata.length === 0 && deadlineMs === undefined) {
    if (!body) return [];
    if (body.contentType === 'application/json') return jsonOnly;
  }
  const headers: (readonly [string, string])[] = [];
  const isClientStream = method.methodKind === 'client_streaming';
  const accept = isClientStream ? undefined : accepted.get(streaming);
  const lines = isClientStream && streaming === 'ndjson' ? 'application/x-ndjson' : undefined;
  if (body) headers.push(['content-type', lines ?? body.contentType]);
  if (isConnect) headers.push(['connect-protocol-version', '1']);
  if (accept !== undefined) headers.push(['accept', accept]);
  return [...headers, ...restHeaders(metadata, dialect, deadlineMs)];
}

const plans = new WeakMap<RestRoute, { types: TypeResolver; plans: readonly BindingPlan[] }>();

function plansOf(route: RestRoute, types: TypeResolver): readonly BindingPlan[] {
  const known = plans.get(route);
  if (known?.types === types) return known.plans;
  const made = route.bindings.map((binding) => new BindingPlan(route.method.input, binding, types));
  plans.set(route, { types, plans: made });
  return made;
}
