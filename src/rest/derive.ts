// What a REST designer would have written for methods without an HTTP rule, service by service.
import type { DescMethod, DescService } from '@bufbuild/protobuf';
import type { Draft } from './derive-draft.ts';
import { factsOf } from './derive-facts.ts';
import { draftMethod } from './derive-method.ts';
import { type PathTemplate, parsePathTemplate, TemplateError, templateShape } from './path-template.ts';
import type { Confidence, HttpBinding } from './rest.ts';
import { lowerCamel, splitWords } from './words.ts';

/** What was derived for one method, how sure that is, and from what. */
export interface Derived {
  readonly bindings: readonly HttpBinding[];
  readonly confidence: Confidence;
  readonly reason: string;
}

/**
 * Derives a mapping for every method of a service, those with declared rules included. `declared` are the rules that
 * methods of the service have: they tell the version prefix and the collections, and their paths are taken. The same
 * service gives the same result every time. A bidirectional stream gets two bindings, the WebSocket's GET and the POST
 * that carries lines one way after the other.
 */
export function deriveService(
  service: DescService,
  declared: ReadonlyMap<DescMethod, readonly HttpBinding[]>,
): Map<DescMethod, Derived> {
  const facts = factsOf(service, declared);
  const taken = new Set<string>();
  for (const bindings of declared.values()) for (const binding of bindings) taken.add(keyOf(binding));
  const derived = new Map<DescMethod, Derived>();
  const shown = new Set<string>();
  // Methods with a rule come last: what they would have been is shown on request, and takes no path away from others.
  const order = [...service.methods].sort((a, b) => Number(declared.has(a)) - Number(declared.has(b)));
  for (const method of order) {
    const isTaken = (key: string): boolean => shown.has(key) || (!declared.has(method) && taken.has(key));
    const made = settle(method, draftMethod(method, facts), facts.prefix, isTaken);
    for (const binding of made.bindings) shown.add(keyOf(binding));
    derived.set(method, made);
  }
  return derived;
}

/** The draft as bindings; with the method's own name as verb, or as the RPC path, if its place is taken. */
function settle(method: DescMethod, draft: Draft, prefix: string, isTaken: (key: string) => boolean): Derived {
  const { confidence, reason } = draft;
  for (const verb of [draft.verb, lowerCamel(splitWords(method.name))]) {
    const bindings = bindingsOf(method, { ...draft, verb }, prefix);
    if (bindings.length === 0 || bindings.some((binding) => isTaken(keyOf(binding)))) continue;
    if (verb === draft.verb) return { bindings, confidence, reason };
    return { bindings, confidence: 'low', reason: `${reason}, path taken` };
  }
  const rpc = { ...draft, httpMethod: 'POST', paths: [rpcPath(method)], verb: '', body: '*' };
  return { bindings: bindingsOf(method, rpc, ''), confidence: 'low', reason: `${reason}, path taken` };
}

/** `/pkg.Svc/Method`, the path of the call itself. */
function rpcPath(method: DescMethod): string {
  return `/${method.parent.typeName}/${method.name}`;
}

function bindingsOf(method: DescMethod, draft: Draft, prefix: string): HttpBinding[] {
  const verb = draft.verb === '' ? '' : `:${draft.verb}`;
  const bindings = new Map<string, HttpBinding>();
  for (const path of draft.paths) {
    const template = parsed(`${prefix}${path}${verb}`);
    if (template === undefined) continue;
    const binding = { httpMethod: draft.httpMethod, template, body: draft.body, responseBody: '' };
    bindings.set(keyOf(binding), binding);
    if (method.methodKind !== 'bidi_streaming') continue;
    const second = { ...binding, httpMethod: 'POST', body: '*' };
    bindings.set(keyOf(second), second);
  }
  return [...bindings.values()];
}

/** Name patterns come from the server: one that makes no template counts for nothing. */
function parsed(text: string): PathTemplate | undefined {
  try {
    return parsePathTemplate(text);
  } catch (error) {
    if (error instanceof TemplateError) return undefined;
    throw error;
  }
}

function keyOf(binding: HttpBinding): string {
  return `${binding.httpMethod} ${templateShape(binding.template)}`;
}
