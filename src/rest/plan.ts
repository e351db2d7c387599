// A binding made ready for one method: which fields fill its template, what the others become, and how its body is
// printed. Made once; a call only walks its bytes.
import type { DescField, DescMessage } from '@bufbuild/protobuf';
import { BinaryReader } from '../codec/binary-reader.ts';
import { BinaryWriter } from '../codec/binary-writer.ts';
import { jsonPrinter } from '../codec/json-printer.ts';
import { quoted } from '../schema/quote.ts';
import type { TypeResolver } from '../schema/schema.ts';
import { resolveVariable } from './field-path.ts';
import type { TemplateVariable } from './path-template.ts';
import { type BoundFields, MessagePlan } from './plan-message.ts';
import { Walk, walkRequest } from './plan-walk.ts';
import { canonicalSegment, unescapeText } from './query-escape.ts';
import { Misfit, unsetText } from './query-value.ts';
import { httpBodyOf, isHttpBody } from './response-http-body.ts';
import type { HttpBinding, RestBody, RestDialect } from './rest.ts';

/** FeatureSet.FieldPresence.IMPLICIT. */
const implicitPresence = 2;

interface VariablePlan {
  readonly path: string;
  readonly multi: boolean;
  /** Its part of the template: `*`, `**` or canonical literals. */
  readonly segments: readonly string[];
  readonly pattern: string;
  /** What an unset field is sent as; undefined if it cannot be sent. */
  readonly unset: string | undefined;
  /** Unset, it arrives as set. */
  readonly hasPresence: boolean;
  /** The message that holds the field, as a path; `''` for the request. Not there, it arrives as there. */
  readonly holder: string;
}

/** What one binding makes of one request. */
export interface Expanded {
  readonly path: string;
  readonly query: string;
  readonly body: RestBody | undefined;
  readonly walk: Walk;
}

/** A binding made ready. */
export class BindingPlan {
  readonly binding: HttpBinding;
  /** Why the binding can never be used, if so. */
  readonly problem: string | undefined;
  private readonly input: DescMessage;
  private readonly types: TypeResolver;
  private readonly root: MessagePlan;
  private readonly variables: readonly VariablePlan[];
  /** What stands between the variables, from the first: `/v1/shelves`, `/books`; each variable's text follows a slash. */
  private readonly literals: readonly string[];
  private readonly tail: string;
  private printBody: ((bytes: Uint8Array) => string) | undefined;
  private printerWarnings: string[] = [];
  private readonly writer = new BinaryWriter(256);

  constructor(input: DescMessage, binding: HttpBinding, types: TypeResolver) {
    const { template } = binding;
    this.input = input;
    this.binding = binding;
    this.types = types;
    const fields = template.variables.map(({ path }) => resolveVariable(input, path));
    const unnamed = template.segments.findIndex(
      (segment, at) => segment === '*' && !template.variables.some(({ start, end }) => at >= start && at < end),
    );
    this.problem =
      fields.find((found) => typeof found === 'string') ??
      (unnamed >= 0 ? 'its template has a "*" outside a variable, which nothing fills' : undefined);
    this.variables = template.variables.map((variable, at) => planVariable(variable, binding, fields[at]!));
    this.root = bindingRoot(input, binding);
    const starts = template.variables.map(({ start }) => start);
    const ends = [0, ...template.variables.map(({ end }) => end)];
    this.literals = ends.map((from, at) => literalPath(template.segments.slice(from, starts[at])));
    this.tail = template.verb === '' ? '' : `:${template.verb}`;
  }

  /** The request over REST. Throws Misfit that says why not, MessageError for bytes that are no message of the type. */
  expand(request: Uint8Array, dialect: RestDialect): Expanded {
    if (this.problem !== undefined) throw new Misfit(this.problem);
    const walk = new Walk(this.variables.length, this.writer, dialect);
    walkRequest(this.root, request, walk);
    const path = this.path(walk);
    return { path, query: walk.query, body: this.body(walk), walk };
  }

  private path(walk: Walk): string {
    let path = this.literals[0]!;
    for (let at = 0; at < this.variables.length; at++) {
      const text = this.variableText(this.variables[at]!, walk.slots[at], walk);
      path += `${text === '' ? '' : '/'}${text}${this.literals[at + 1]}`;
    }
    return (path === '' ? '/' : path) + this.tail;
  }

  private variableText(variable: VariablePlan, sent: string | undefined, walk: Walk): string {
    const text = sent ?? variable.unset;
    if (text === undefined) throw new Misfit(`path variable unset: ${variable.path}`);
    const { segments } = variable;
    if (text === '' && segments[0] !== '**') throw new Misfit(`path variable empty: ${variable.path}`);
    if (sent === undefined) warnUnset(variable, text, walk);
    if (!variable.multi && segments[0] === '*') return text === '.' || text === '..' ? dotted(text) : text;
    if (!segmentsFit(text, segments)) {
      const value = quoted(decoded(text));
      throw new Misfit(`value does not match variable template: ${variable.path} is ${value}, not ${variable.pattern}`);
    }
    return text.includes('.') ? text.split('/').map(dotted).join('/') : text;
  }

  private body(walk: Walk): RestBody | undefined {
    const { body } = this.binding;
    if (body === '') return undefined;
    const bytes = walk.body.buffer.subarray(0, walk.body.length);
    if (body === '*') {
      if (isHttpBody(this.input)) return httpBodyOf(bytes);
      return json(bytes.length === 0 ? '{}' : this.print(bytes, walk.warnings));
    }
    if (bytes.length === 0) return undefined;
    const field = this.input.fields.find(({ name }) => name === body)!;
    if (field.fieldKind === 'message' && isHttpBody(field.message)) return httpBodyOf(onlyField(bytes));
    const text = this.print(bytes, walk.warnings);
    return text === '{}' ? undefined : json(text.slice(JSON.stringify(field.jsonName).length + 2, -1));
  }

  private print(bytes: Uint8Array, warnings: string[]): string {
    this.printerWarnings = warnings;
    const before = warnings.length;
    this.printBody ??= jsonPrinter(this.input, {
      types: this.types,
      unknown: 'drop',
      onWarning: (text) => this.printerWarnings.push(text),
    });
    const text = this.printBody(bytes);
    // A printer tells each thing once, but every call has warnings of its own.
    if (warnings.length > before) this.printBody = undefined;
    return text;
  }
}

/** A path says something of every variable, so that a field that was not there arrives as one that is. */
function warnUnset({ path, hasPresence, holder }: VariablePlan, text: string, walk: Walk): void {
  const isHolderSet = holder !== '' && !walk.entered.includes(holder);
  if (!hasPresence && !isHolderSet) return;
  const what = isHolderSet ? holder : 'it';
  walk.warnings.push(
    `${path} is unset: its path variable is sent ${text === '' ? 'empty' : `as ${text}`}, which sets ${what}`,
  );
}

const roots = new WeakMap<HttpBinding, MessagePlan>();

/** Where each field of a request goes under a binding; kept with the binding. */
export function bindingRoot(input: DescMessage, binding: HttpBinding): MessagePlan {
  let root = roots.get(binding);
  if (root?.desc !== input) {
    const bound = boundFields(binding.template.variables);
    root = new MessagePlan(input, { bound, body: binding.body, protoPath: '', jsonPath: '' });
    roots.set(binding, root);
  }
  return root;
}

function planVariable(
  variable: TemplateVariable,
  binding: HttpBinding,
  fields: readonly DescField[] | string,
): VariablePlan {
  const pattern = binding.template.segments.slice(variable.start, variable.end);
  const leaf = typeof fields === 'string' ? undefined : fields.at(-1);
  return {
    path: variable.path,
    multi: variable.multi,
    segments: pattern.map((segment) => (segment.startsWith('*') ? segment : canonicalSegment(segment))),
    pattern: pattern.join('/'),
    unset: leaf && unsetText(leaf),
    hasPresence: leaf !== undefined && 'presence' in leaf && leaf.presence !== implicitPresence,
    holder: variable.path.split('.').slice(0, -1).join('.'),
  };
}

function boundFields(variables: readonly TemplateVariable[]): BoundFields | undefined {
  if (variables.length === 0) return undefined;
  const root: MutableBound = { slot: -1, multi: false, children: new Map() };
  variables.forEach(({ path, multi }, slot) => {
    let at = root;
    for (const name of path.split('.')) {
      const next: MutableBound = at.children.get(name) ?? { slot: -1, multi: false, children: new Map() };
      at.children.set(name, next);
      at = next;
    }
    at.slot = slot;
    at.multi = multi;
  });
  return root;
}

interface MutableBound {
  slot: number;
  multi: boolean;
  children: Map<string, MutableBound>;
}

/** A `**` that no variable names is sent as no segment at all. */
function literalPath(segments: readonly string[]): string {
  return segments.map((segment) => (segment === '**' ? '' : `/${segment}`)).join('');
}

/** True if escaped text matches the part of a template that its variable spans. */
function segmentsFit(text: string, segments: readonly string[]): boolean {
  const parts = text === '' ? [] : text.split('/');
  const rest = segments.indexOf('**');
  const behind = rest < 0 ? 0 : segments.length - rest - 1;
  if (rest < 0 ? parts.length !== segments.length : parts.length < segments.length - 1) return false;
  return parts.every((part, at) => {
    if (part === '') return false;
    const fromEnd = parts.length - at;
    const wanted = rest < 0 || at < rest ? segments[at]! : fromEnd <= behind ? segments.at(-fromEnd)! : '**';
    return wanted.startsWith('*') || part === wanted;
  });
}

/** Dot segments would be collapsed on the way: they are sent escaped. */
function dotted(segment: string): string {
  return segment === '.' || segment === '..' ? segment.replaceAll('.', '%2E') : segment;
}

function decoded(text: string): string {
  try {
    return unescapeText(text, 'path');
  } catch {
    return text;
  }
}

/** The contents of a message field that may be in several parts. */
function onlyField(bytes: Uint8Array): Uint8Array {
  const reader = new BinaryReader(bytes, '');
  const parts: Uint8Array[] = [];
  while (reader.pos < reader.end) {
    reader.tag();
    parts.push(reader.chunk());
  }
  return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
}

function json(data: string): RestBody {
  return { contentType: 'application/json', data };
}
