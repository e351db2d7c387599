// An HTTP request back to the request message it stands for. Path beats body beats query.
import type { DescMessage } from '@bufbuild/protobuf';
import { BinaryReader } from '../codec/binary-reader.ts';
import { BinaryWriter } from '../codec/binary-writer.ts';
import type { TypeResolver } from '../schema/schema.ts';
import { resolveVariable } from './field-path.ts';
import { bindingRoot } from './plan.ts';
import { MessagePlan } from './plan-message.ts';
import { orderedReader } from './plan-order.ts';
import { Walk, walkRequest } from './plan-walk.ts';
import { EscapeError, unescapeSegments, unescapeText } from './query-escape.ts';
import { isHttpBody } from './response-http-body.ts';
import type { RestDialect } from './rest.ts';
import { messageFromBody } from './reverse-body.ts';
import { RestInputError } from './reverse-error.ts';
import { maskFieldOf, maskFromBody } from './reverse-mask.ts';
import { readQuery } from './reverse-query.ts';
import { fieldFromTexts } from './reverse-value.ts';
import type { FoundRoute, RouteMatch } from './router.ts';

export { RestInputError } from './reverse-error.ts';

/** The parts of an HTTP request besides method and path. */
export interface HttpInput {
  /** As sent, escaped, without `?`. */
  readonly query: string;
  /** Absent or empty: no body. */
  readonly body?: string | Uint8Array | undefined;
  readonly contentType?: string | undefined;
}

/** How an HTTP request is read. */
export interface ReverseOptions {
  readonly types: TypeResolver;
  readonly dialect?: RestDialect | undefined;
  /** Refuse unknown parameters and fields instead of ignoring them. */
  readonly strict?: boolean | undefined;
  /** Read JSON whatever the content type says (for pasted curl commands, never for a server). */
  readonly anyContentType?: boolean | undefined;
}

/** The request message of an HTTP request. */
export interface HttpRequestMessage {
  readonly message: Uint8Array;
  readonly warnings: readonly string[];
  /** Names of query parameters that were ignored. */
  readonly ignored: readonly string[];
}

/**
 * The request message that an HTTP request stands for. Throws RestInputError: 404 and 405 for a match that is none, 400
 * for a value that does not fit its field (named), 415 for a body that is not JSON.
 */
export function requestFromHttp(match: RouteMatch, input: HttpInput, options: ReverseOptions): HttpRequestMessage {
  const found = foundOrThrow(match);
  const { route, binding } = found;
  const desc = route.method.input;
  const warnings: string[] = [];
  const strict = options.strict ?? false;
  const query = readQuery(desc, binding, input.query, { strict, takesMaps: options.dialect === 'gateway' });
  warnings.push(...query.warnings);
  const parts = query.found.map((found) => fieldFromTexts(found, 'query', options.types, options.dialect));
  const paths = pathParts(found, options);
  const body = bodyPart(found, input, options, warnings);
  const isMasked = query.found.some(({ fields }) => fields[0]!.message?.typeName === 'google.protobuf.FieldMask');
  if (options.dialect === 'gateway' && !isMasked && body.length > 0) parts.push(...maskPart(found, input));
  if (body.length > 0) parts.push(paths.parts.length > 0 ? withoutBound(found, body, paths.texts, warnings) : body);
  parts.push(...paths.parts);
  return { message: merged(found, parts), warnings, ignored: query.ignored };
}

function foundOrThrow(match: RouteMatch): FoundRoute {
  if (match.kind === 'found') return match;
  if (match.kind === 'method not allowed') {
    throw new RestInputError(405, `method not allowed: this path takes ${match.allow.join(', ')}`);
  }
  const near = match.nearest.length > 0 ? `; the nearest: ${match.nearest.join(', ')}` : '';
  throw new RestInputError(404, `no route for this path${near}`);
}

/** The mask that grpc-gateway would fill in; none for most requests. The body has been read as JSON of its type before. */
function maskPart({ route, binding }: FoundRoute, { body }: HttpInput): Uint8Array[] {
  const { input } = route.method;
  const mask = maskFieldOf(input, binding);
  const type = mask && input.fields.find(({ name }) => name === binding.body)?.message;
  if (!mask || !type || isHttpBody(type) || body === undefined) return [];
  return [maskFromBody(mask, type, body)];
}

/** One message per path variable, and their decoded texts. */
function pathParts(found: FoundRoute, options: ReverseOptions): { parts: Uint8Array[]; texts: string[] } {
  const { variables } = found.binding.template;
  const texts = variables.map(({ path, multi }, at) => {
    try {
      const raw = found.values[at]!;
      return multi ? unescapeSegments(raw) : unescapeText(raw, 'path');
    } catch (error) {
      if (!(error instanceof EscapeError)) throw error;
      throw new RestInputError(400, `path: ${path}: ${error.message}`, path);
    }
  });
  const parts = variables.map(({ path }, at) => {
    const fields = resolveVariable(found.route.method.input, path);
    if (typeof fields === 'string') throw new RestInputError(404, `the rule is broken: ${fields}`, path);
    return fieldFromTexts({ fields, texts: [texts[at]!] }, 'path', options.types, options.dialect);
  });
  return { parts, texts };
}

function bodyPart(found: FoundRoute, input: HttpInput, options: ReverseOptions, warnings: string[]): Uint8Array {
  const { binding, route } = found;
  const data = input.body === undefined || (input.body.length === 0 && !input.contentType) ? undefined : input.body;
  if (binding.body === '') {
    const isBlank = data === undefined || (typeof data === 'string' ? data.trim() === '' : data.length === 0);
    if (isBlank) return new Uint8Array(0);
    throw new RestInputError(400, `${binding.httpMethod} ${binding.template.text} takes no body`);
  }
  const body = {
    data,
    contentType: input.contentType,
    types: options.types,
    strict: options.strict ?? false,
    anyContentType: options.anyContentType ?? false,
  };
  return messageFromBody(route.method.input, binding.body, body, warnings);
}

/** The body's message without what the path sets; a value that differs is told. */
function withoutBound(found: FoundRoute, body: Uint8Array, texts: readonly string[], warnings: string[]): Uint8Array {
  const { variables } = found.binding.template;
  const walk = new Walk(variables.length, new BinaryWriter(body.length + 16), 'google');
  walkRequest(bindingRoot(found.route.method.input, found.binding), body, walk);
  for (const [at, { path }] of variables.entries()) {
    const inBody = walk.slots[at];
    if (inBody !== undefined && unescapeText(inBody, 'path') !== texts[at]) {
      warnings.push(`${path} is bound by path: the body's value is ignored`);
    }
  }
  return walk.body.finish();
}

/** The parts as one message, fields in order. */
function merged(found: FoundRoute, parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0]!;
  const desc = found.route.method.input;
  let plan = wholePlans.get(desc);
  if (!plan) {
    plan = new MessagePlan(desc, { bound: undefined, body: '*', protoPath: '', jsonPath: '' });
    wholePlans.set(desc, plan);
  }
  return orderedReader(plan, new BinaryReader(Buffer.concat(parts), desc.typeName)).bytes;
}

const wholePlans = new WeakMap<DescMessage, MessagePlan>();
