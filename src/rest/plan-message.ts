// Where each field of a message type goes for one binding: path, query or body. Worked out once per field, so that a
// call costs one walk over its bytes.
import type { DescField, DescMessage } from '@bufbuild/protobuf';
import { wireTypeOf } from '../codec/wire-type.ts';
import { isJsonMessage, isTextMessage } from './field-path.ts';
import { escapeText } from './query-escape.ts';
import { type ReadText, readEntryOf, readTextOf } from './query-value.ts';
import type { FieldPlace } from './rest.ts';

/** FeatureSet.FieldPresence.IMPLICIT. */
const implicitPresence = 2;

/** The fields that path variables take, as a tree: a leaf's slot is its variable's place in the template. */
export interface BoundFields {
  readonly slot: number;
  readonly multi: boolean;
  readonly children: ReadonlyMap<string, BoundFields>;
}

/**
 * `path` fills a variable; `inner` goes to the body but holds a field that fills one; `body` goes there whole; `query`
 * is one parameter (or one per element), `group` a message whose fields are parameters, `map` one parameter for each key,
 * which grpc-gateway alone takes; `refused` can't be sent at all.
 */
export type FieldRole = 'path' | 'inner' | 'body' | 'query' | 'group' | 'map' | 'refused';

/** One field of a message under a binding. */
export interface FieldPlan {
  readonly field: DescField;
  /** Place in the declaration, which is the order of parameters. */
  readonly index: number;
  readonly wire: number;
  readonly packed: boolean;
  readonly singular: boolean;
  /** Without presence: its zero is the same as not being there. */
  readonly implicit: boolean;
  /** Place of its oneof; -1 without one. */
  readonly oneof: number;
  readonly role: FieldRole;
  readonly slot: number;
  /** A message with a field inside that fills a path variable. */
  readonly holdsBound: boolean;
  /** The parameter's escaped name with `=`, of a map with `[`. */
  readonly key: string;
  readonly text: ReadText | undefined;
  /** The plan of its fields, for `inner` and `group`. */
  readonly inner: (() => MessagePlan) | undefined;
  /** JSON names from the request down, each as it stands in a parameter. */
  readonly jsonPath: string;
  readonly place: FieldPlace;
}

/** What a plan knows of the message's place in the request. */
export interface PlanScope {
  readonly bound: BoundFields | undefined;
  /** Of the request only: `''`, `*` or a field. Everything inside a body is `*`. */
  readonly body: string;
  readonly protoPath: string;
  readonly jsonPath: string;
}

/** The plan of one message type at one place; fields are planned when first met, since types may hold themselves. */
export class MessagePlan {
  readonly desc: DescMessage;
  readonly scope: PlanScope;
  private readonly indexes: ReadonlyMap<number, number>;
  private readonly known = new Map<number, FieldPlan>();

  constructor(desc: DescMessage, scope: PlanScope) {
    this.desc = desc;
    this.scope = scope;
    this.indexes = new Map(desc.fields.map((field, index) => [field.number, index]));
  }

  /** The plan of the field with a number; undefined if the type has none. */
  find(number: number): FieldPlan | undefined {
    const known = this.known.get(number);
    if (known) return known;
    const index = this.indexes.get(number);
    if (index === undefined) return undefined;
    const plan = planField(this.desc.fields[index]!, index, this.scope);
    this.known.set(number, plan);
    return plan;
  }
}

/** True if a value with this wire type belongs to the field; others are unknown fields. */
export function accepts(plan: FieldPlan, type: number): boolean {
  return type === plan.wire || (type === 2 && plan.packed);
}

function planField(field: DescField, index: number, scope: PlanScope): FieldPlan {
  const bound = scope.bound?.children.get(field.name);
  const protoPath = scope.protoPath === '' ? field.name : `${scope.protoPath}.${field.name}`;
  // A dot in a parameter's name is a step into a message, so that a name with one cannot be used.
  const name = field.jsonName.includes('.') ? field.name : field.jsonName;
  const jsonPath = scope.jsonPath === '' ? name : `${scope.jsonPath}.${name}`;
  const inBody = scope.body === '*' || scope.body === field.name;
  const role = roleOf(field, bound, inBody);
  const isText = role === 'path' || role === 'query' || role === 'map';
  const delimited = field.fieldKind !== 'map' && field.message !== undefined && field.delimitedEncoding;
  const wire = field.fieldKind === 'map' ? 2 : wireTypeOf(field, delimited);
  const { message } = field;
  const hasInner = (role === 'inner' || role === 'group') && message !== undefined;
  return {
    field,
    index,
    wire,
    packed: field.fieldKind === 'list' && wire !== 2 && wire !== 3,
    singular: field.fieldKind !== 'list' && field.fieldKind !== 'map',
    implicit: (field.fieldKind === 'scalar' || field.fieldKind === 'enum') && field.presence === implicitPresence,
    oneof: field.oneof ? field.oneof.parent.oneofs.indexOf(field.oneof) : -1,
    role,
    slot: bound?.slot ?? -1,
    holdsBound: bound !== undefined && bound.slot < 0,
    key: `${jsonPath.split('.').map(escapeText).join('.')}${role === 'map' ? '%5B' : '='}`,
    text: isText ? textOf(field, protoPath, bound?.multi ?? false) : undefined,
    inner: hasInner
      ? once(() => new MessagePlan(message, { bound, body: inBody ? '*' : '', protoPath, jsonPath }))
      : undefined,
    jsonPath,
    place: { field: protoPath, place: placeOf(role, field, scope) },
  };
}

function textOf(field: DescField, place: string, keepSlash: boolean): ReadText {
  return field.fieldKind === 'map' ? readEntryOf(field, place) : readTextOf(field, place, keepSlash);
}

function roleOf(field: DescField, bound: BoundFields | undefined, inBody: boolean): FieldRole {
  if (bound && bound.slot >= 0) return 'path';
  if (inBody) return bound ? 'inner' : 'body';
  if (!field.message || isTextMessage(field.message)) return field.fieldKind === 'map' ? 'map' : 'query';
  if (field.fieldKind === 'map') return 'refused';
  return field.fieldKind === 'list' || isJsonMessage(field.message) ? 'refused' : 'group';
}

function placeOf(role: FieldRole, field: DescField, scope: PlanScope): string {
  if (role === 'path') return 'path';
  if (role !== 'body' && role !== 'inner') return 'query';
  return scope.body === '*' ? 'body' : `body.${field.name}`;
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
