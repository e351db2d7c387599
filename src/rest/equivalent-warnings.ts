// What a call should know of the servers that speak a dialect: where they part from the norm, and where it hurts.
import { type DescField, type DescMethod, ScalarType } from '@bufbuild/protobuf';
import { streamsRequests } from '../schema/method-kind.ts';
import { isHttpBody } from './response-http-body.ts';
import type { HttpBinding, RestBody, RestDialect, RestRoute } from './rest.ts';
import { buildRouter, type Router } from './router.ts';

const none: readonly string[] = [];

/** What of a request the warnings depend on: path and query as sent, and whether there is a body. */
export interface SentRequest {
  readonly path: string;
  readonly query: string;
  readonly body: RestBody | undefined;
}

/** Warnings for one request of a method, or for the method alone while no request is known. */
export function dialectWarnings(
  route: RestRoute,
  binding: HttpBinding,
  sent: SentRequest | undefined,
  dialect: RestDialect,
): readonly string[] {
  const { method } = route;
  const isStream = streamsRequests(method);
  const hasVariables = binding.template.variables.length > 0;
  if (dialect === 'connect') return connectWarnings(route);
  if (dialect !== 'gateway' && !isStream && binding.responseBody === '') return none;
  const warnings: string[] = [];
  if (isStream && hasVariables) {
    warnings.push('the path variables are those of the first message; grpc-gateway refuses such a method');
  }
  if (binding.responseBody !== '' && method.output.fields.length > 1) {
    warnings.push(`only ${binding.responseBody} of the response is sent; its other fields are lost`);
  }
  if (dialect === 'envoy' && binding.responseBody !== '' && !isHttpBodyField(method, binding.responseBody)) {
    warnings.push('Envoy does not start with a response_body that is no google.api.HttpBody');
  }
  if (dialect === 'gateway') {
    warnings.push(...gatewayWarnings(method, binding, sent), ...laterRoutes(route, binding, sent?.path ?? ''));
  }
  return warnings;
}

// https://connectrpc.com/docs/protocol: one POST path for each method, and streams in frames of their own.
function connectWarnings({ method, source }: RestRoute): readonly string[] {
  const warnings: string[] = [];
  if (source !== 'rpc-path') warnings.push('servers of the Connect protocol know no such path: see --rest-style rpc');
  if (method.methodKind !== 'unary') {
    warnings.push('servers of the Connect protocol want a stream in its own frames, application/connect+json');
  }
  return warnings;
}

function isHttpBodyField(method: DescMethod, name: string): boolean {
  const message = method.output.fields.find((field) => field.name === name)?.message;
  return message !== undefined && isHttpBody(message);
}

// grpc-gateway knows no better and worse fit: of all that take a path it asks the one that was registered last.
function laterRoutes(route: RestRoute, binding: HttpBinding, path: string): string[] {
  if (route.source !== 'declared' || path === '') return [];
  const { httpMethod } = binding;
  return [...laterBindings(route, binding), ...(route.later?.() ?? [])].flatMap((other) => {
    const match = routerOf(other).match(httpMethod, path);
    if (match.kind !== 'found') return [];
    const { template } = match.binding;
    return [`grpc-gateway takes this path for ${other.method.name}, ${httpMethod} ${template.text}, declared later`];
  });
}

const rests = new WeakMap<HttpBinding, readonly RestRoute[]>();

/** The route with the bindings behind one of its own; none behind the last. */
function laterBindings(route: RestRoute, binding: HttpBinding): readonly RestRoute[] {
  const known = rests.get(binding);
  if (known) return known;
  const bindings = route.bindings.slice(route.bindings.indexOf(binding) + 1);
  const made = bindings.length > 0 ? [{ ...route, bindings }] : [];
  rests.set(binding, made);
  return made;
}

const routers = new WeakMap<RestRoute, Router>();

function routerOf(route: RestRoute): Router {
  const known = routers.get(route);
  if (known) return known;
  const router = buildRouter([route]);
  routers.set(route, router);
  return router;
}

function gatewayWarnings(method: DescMethod, binding: HttpBinding, sent: SentRequest | undefined): string[] {
  const warnings: string[] = [];
  const { path = '', query = '' } = sent ?? {};
  if (path.includes('%2F')) warnings.push('grpc-gateway, unless told otherwise, takes %2F in a path for a slash');
  const fillsMask = binding.httpMethod === 'PATCH' && binding.body !== '' && binding.body !== '*';
  for (const field of fillsMask ? method.input.fields : []) {
    if (field.message?.typeName !== 'google.protobuf.FieldMask' || `&${query}`.includes(`&${field.jsonName}=`))
      continue;
    warnings.push(`grpc-gateway fills an unset ${field.name} from the keys of the body`);
  }
  const field = method.input.fields.find(({ name }) => name === binding.body);
  const message = binding.body === '*' ? method.input : field?.message;
  if (sent?.body && message && isHttpBody(message)) {
    warnings.push('grpc-gateway reads a google.api.HttpBody of a request as JSON, not as bare bytes');
  }
  // What the path sets inside the field is there in any case.
  const isBound = binding.template.variables.some(({ path }) => path.startsWith(`${binding.body}.`));
  if (field && sent && !(sent.body === undefined && isBound)) warnings.push(...bodyFieldWarnings(field, sent.body));
  return warnings;
}

/** A body that is one field goes through Go's own JSON reader unless the field is a message. */
function bodyFieldWarnings(field: DescField, body: RestBody | undefined): string[] {
  if (body === undefined) {
    const isTold = field.fieldKind !== 'message' && 'presence' in field && field.presence === implicitPresence;
    const isMany = field.fieldKind === 'list' || field.fieldKind === 'map';
    return isTold || isMany ? [] : [`grpc-gateway reads a missing body as a ${field.name} that is set, but empty`];
  }
  if (field.enum) return [`grpc-gateway takes the enum ${field.name} in a body as a number only`];
  const isLong = field.scalar !== undefined && longTypes.has(field.scalar);
  return isLong ? [`grpc-gateway takes ${field.name} in a body without quotes only`] : [];
}

/** FeatureSet.FieldPresence.IMPLICIT. */
const implicitPresence = 2;

const longTypes = new Set<ScalarType>([
  ScalarType.INT64,
  ScalarType.UINT64,
  ScalarType.SINT64,
  ScalarType.FIXED64,
  ScalarType.SFIXED64,
]);
