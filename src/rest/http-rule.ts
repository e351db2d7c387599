// The google.api.http option of a method, read from the option's bytes: servers that answer reflection often do not
// ship google/api/*.proto. https://github.com/googleapis/googleapis/blob/master/google/api/http.proto
import type { DescMethod } from '@bufbuild/protobuf';
import { BinaryReader, MessageError } from '../codec/binary-reader.ts';
import { quoted, shown } from '../schema/quote.ts';
import { bindingProblem } from './http-rule-check.ts';
import { parsePathTemplate, TemplateError } from './path-template.ts';
import type { HttpBinding } from './rest.ts';

/** The extension google.api.http of google.protobuf.MethodOptions. */
const httpExtension = 72295728;

/** A google.api.HttpRule as it is written, unchecked. */
export interface HttpRule {
  readonly selector: string;
  /** Upper case, or the custom kind; undefined if the rule has no pattern and so defines nothing. */
  readonly httpMethod: string | undefined;
  readonly path: string;
  readonly body: string;
  readonly responseBody: string;
  readonly additional: readonly HttpRule[];
}

/**
 * The bindings of a method's google.api.http option, primary first; undefined if it has none that can be used. What is
 * wrong with one is told to `warn`, with file, method and column, and the binding is left out.
 */
export function declaredBindings(method: DescMethod, warn?: (text: string) => void): HttpBinding[] | undefined {
  const parts = (method.proto.options?.$unknown ?? []).filter(
    ({ no, wireType }) => no === httpExtension && wireType === 2,
  );
  if (parts.length === 0) return undefined;
  const place = `${shown(method.parent.file.proto.name)}: ${method.parent.typeName}.${method.name}`;
  let rule: HttpRule;
  try {
    rule = decodeRule(Buffer.concat(parts.map(({ data }) => new BinaryReader(data, 'google.api.HttpRule').chunk())));
  } catch (error) {
    if (!(error instanceof MessageError)) throw error;
    warn?.(`${place}: google.api.http: ${error.message}`);
    return undefined;
  }
  return usableBindings(method, rule, (problem) => warn?.(`${place}: google.api.http: ${problem}`));
}

/** The bindings of a rule that fit a method; undefined if there are none. `warn` gets a text for each that does not. */
export function usableBindings(
  method: DescMethod,
  rule: HttpRule,
  warn: (problem: string) => void,
): HttpBinding[] | undefined {
  const bindings: HttpBinding[] = [];
  for (const part of [rule, ...rule.additional]) {
    if (part !== rule && part.additional.length > 0) warn('additional_bindings inside additional_bindings');
    const binding = bindingOf(part, warn);
    const problem = binding && bindingProblem(method, binding);
    if (problem) {
      const column = problem.column > 0 ? `, column ${problem.column}` : '';
      warn(`${quoted(part.path)}${column}: ${problem.reason}`);
    } else if (binding) bindings.push(binding);
  }
  return bindings.length > 0 ? bindings : undefined;
}

function bindingOf(rule: HttpRule, warn: (problem: string) => void): HttpBinding | undefined {
  if (rule.httpMethod === undefined) return undefined;
  if (!/^(?:\*|[A-Za-z0-9!#$%&'*+.^_`|~-]+)$/.test(rule.httpMethod)) {
    warn(`${quoted(rule.httpMethod)} is no HTTP method`);
    return undefined;
  }
  try {
    const template = parsePathTemplate(rule.path);
    return { httpMethod: rule.httpMethod.toUpperCase(), template, body: rule.body, responseBody: rule.responseBody };
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    warn(error.message);
    return undefined;
  }
}

const patterns = new Map([
  [2, 'GET'],
  [3, 'PUT'],
  [4, 'POST'],
  [5, 'DELETE'],
  [6, 'PATCH'],
]);

/** Decodes a serialized google.api.HttpRule. Throws MessageError for bytes that are none. */
function decodeRule(bytes: Uint8Array, depth = 0): HttpRule {
  const reader = new BinaryReader(bytes, 'google.api.HttpRule');
  const rule = { selector: '', httpMethod: undefined as string | undefined, path: '', body: '', responseBody: '' };
  const additional: HttpRule[] = [];
  while (reader.pos < reader.end) {
    const tag = reader.tag();
    const number = tag >>> 3;
    const text = (tag & 7) === 2 ? reader.chunk() : undefined;
    if (!text) reader.skip(tag);
    else if (patterns.has(number)) Object.assign(rule, { httpMethod: patterns.get(number), path: utf8(text) });
    else if (number === 8) Object.assign(rule, decodeCustom(text));
    else if (number === 1) rule.selector = utf8(text);
    else if (number === 7) rule.body = utf8(text);
    else if (number === 12) rule.responseBody = utf8(text);
    else if (number === 11 && depth < 2) additional.push(decodeRule(text, depth + 1));
  }
  return { ...rule, additional };
}

function decodeCustom(bytes: Uint8Array): { httpMethod: string; path: string } {
  const reader = new BinaryReader(bytes, 'google.api.CustomHttpPattern');
  const custom = { httpMethod: '', path: '' };
  while (reader.pos < reader.end) {
    const tag = reader.tag();
    if (tag === 10) custom.httpMethod = utf8(reader.chunk());
    else if (tag === 18) custom.path = utf8(reader.chunk());
    else reader.skip(tag);
  }
  return custom;
}

function utf8(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
}
