// One walk over a request's bytes: path values and parameters are read off the wire, what is left becomes the body.
import type { DescMessage } from '@bufbuild/protobuf';
import { BinaryReader } from '../codec/binary-reader.ts';
import type { BinaryWriter } from '../codec/binary-writer.ts';
import { accepts, type FieldPlan, type MessagePlan } from './plan-message.ts';
import { orderedReader } from './plan-order.ts';
import { Misfit } from './query-value.ts';
import type { FieldPlace, RestDialect } from './rest.ts';

const maxDepth = 100;

/** What one walk has found. */
export class Walk {
  /** The text of each path variable, by its place in the template. */
  readonly slots: (string | undefined)[];
  query = '';
  /** The fields of the body, without those that the path takes. */
  readonly body: BinaryWriter;
  readonly places: FieldPlace[] = [];
  /** Paths of the messages that were there and hold a field that a path variable takes. */
  readonly entered: string[] = [];
  readonly warnings: string[] = [];
  readonly dialect: RestDialect;
  depth = 0;

  constructor(variables: number, body: BinaryWriter, dialect: RestDialect) {
    this.dialect = dialect;
    this.slots = new Array(variables);
    body.reset();
    this.body = body;
  }
}

/**
 * Walks a request. Throws Misfit for a field that the binding cannot send, MessageError for bytes that are no message
 * of the type.
 */
export function walkRequest(plan: MessagePlan, bytes: Uint8Array, walk: Walk): void {
  walkFields(plan, new BinaryReader(bytes, plan.desc.typeName), walk);
}

/** Walks from the reader's position to its end. True if anything of the message was sent. */
function walkFields(plan: MessagePlan, from: BinaryReader, walk: Walk): boolean {
  const reader = orderedReader(plan, from);
  if (++walk.depth > maxDepth) reader.fail(`nested to more than depth ${maxDepth}`);
  let sent = false;
  while (reader.pos < reader.end) {
    const start = reader.pos;
    const tag = reader.tag();
    const field = plan.find(tag >>> 3);
    if (!field || !accepts(field, tag & 7)) {
      reader.skip(tag);
      // What an extension is, only the printer of the body finds out.
      const isExtension = plan.scope.body === '*' && plan.desc.proto.extensionRange.length > 0;
      if (isExtension) walk.body.raw(reader.bytes.subarray(start, reader.pos));
      else walk.warnings.push(`field ${tag >>> 3} is not in ${plan.desc.typeName}: it is not sent`);
      sent ||= isExtension;
    } else if (field.implicit && reader.isZero(field.wire)) reader.skip(tag);
    else if (walkField(field, tag, start, reader, walk)) sent = true;
  }
  walk.depth--;
  from.pos = from.end;
  return sent;
}

/** Walks one field from behind its tag. False if nothing of it is sent. */
function walkField(field: FieldPlan, tag: number, start: number, reader: BinaryReader, walk: Walk): boolean {
  if (field.holdsBound) walk.entered.push(field.place.field);
  switch (field.role) {
    case 'path':
      walk.slots[field.slot] = field.text!(reader, walk.warnings, walk.dialect);
      break;
    case 'query':
      addParameters(field, tag, reader, walk);
      break;
    case 'group':
      return walkGroup(field, tag, reader, walk);
    case 'inner':
      if (!stripField(field, tag, reader, walk)) return true;
      break;
    case 'body':
      reader.skip(tag);
      walk.body.raw(reader.bytes.subarray(start, reader.pos));
      if (field.field.message) warnInside(field.field.message, field, reader.bytes.subarray(start, reader.pos), walk);
      break;
    case 'map':
      if (walk.dialect !== 'gateway') throw new Misfit(refusal(field));
      addParameter(field, reader, walk);
      break;
    case 'refused':
      throw new Misfit(refusal(field));
  }
  const isInsideBody = walk.depth > 1 && (field.role === 'body' || field.role === 'inner');
  if (!isInsideBody && walk.places.at(-1) !== field.place) walk.places.push(field.place);
  return true;
}

function addParameters(field: FieldPlan, tag: number, reader: BinaryReader, walk: Walk): void {
  if ((tag & 7) === field.wire) {
    addParameter(field, reader, walk);
    return;
  }
  const outer = reader.end;
  reader.end = reader.lengthEnd();
  while (reader.pos < reader.end) addParameter(field, reader, walk);
  reader.end = outer;
}

function addParameter(field: FieldPlan, reader: BinaryReader, walk: Walk): void {
  if (walk.query !== '') walk.query += '&';
  walk.query += field.key + field.text!(reader, walk.warnings, walk.dialect);
}

/** Sends the fields of a message as parameters; one that leaves no trace is told. */
function walkGroup(field: FieldPlan, tag: number, reader: BinaryReader, walk: Walk): boolean {
  const outer = reader.end;
  const next = openMessage(tag, reader);
  const sent = walkFields(field.inner!(), reader, walk);
  reader.end = outer;
  reader.pos = next;
  if (!sent)
    walk.warnings.push(`presence of empty message ${field.jsonPath} is lost: a query cannot tell it from unset`);
  return true;
}

/** Narrows the reader to a message's contents; returns where the bytes behind it begin. */
function openMessage(tag: number, reader: BinaryReader): number {
  if ((tag & 7) === 2) {
    reader.end = reader.lengthEnd();
    return reader.end;
  }
  const start = reader.pos;
  reader.end = reader.skipGroup(tag >>> 3);
  const next = reader.pos;
  reader.pos = start;
  return next;
}

/** Copies a message of the body without what the path takes. False if nothing is left of it, so that it vanishes. */
function stripField(field: FieldPlan, tag: number, reader: BinaryReader, walk: Walk): boolean {
  const { body } = walk;
  const outer = reader.end;
  const begun = body.length;
  const next = openMessage(tag, reader);
  const isEmpty = reader.pos === reader.end;
  body.tag(tag >>> 3, tag & 7);
  const start = (tag & 7) === 2 ? body.begin() : body.length;
  const inside = (tag & 7) === 2 ? start + 1 : start;
  walkFields(field.inner!(), reader, walk);
  reader.end = outer;
  reader.pos = next;
  const vanishes = body.length === inside && !isEmpty;
  if (vanishes) body.length = begun;
  else if ((tag & 7) === 2) body.end(start);
  else body.tag(tag >>> 3, 4);
  return !vanishes;
}

function refusal(field: FieldPlan): string {
  const { message } = field.field;
  const isRepeated = field.field.fieldKind === 'list';
  const what = field.field.fieldKind === 'map' ? 'map field' : isRepeated ? 'repeated message' : message!.typeName;
  return `${what} ${field.jsonPath} cannot be a query parameter`;
}

/** Warns of unknown fields inside a body's message, which JSON has no names for. */
function warnInside(desc: DescMessage, field: FieldPlan, range: Uint8Array, walk: Walk): void {
  const unknown = new Set<string>();
  collectUnknown(desc, range, field.field.fieldKind === 'map', unknown, 0);
  for (const text of unknown) walk.warnings.push(text);
}

/** `range` is one field: its tag and its value. */
function collectUnknown(
  desc: DescMessage,
  range: Uint8Array,
  isEntry: boolean,
  unknown: Set<string>,
  depth: number,
): void {
  if (depth > maxDepth || desc.proto.extensionRange.length > 0) return;
  const reader = new BinaryReader(range, desc.typeName);
  openMessage(reader.tag(), reader);
  while (reader.pos < reader.end) {
    const start = reader.pos;
    const tag = reader.tag();
    reader.skip(tag);
    const isNested = (tag & 7) === 2 || (tag & 7) === 3;
    const inside = () => range.subarray(start, reader.pos);
    if (isEntry) {
      if (tag === 18) collectUnknown(desc, inside(), false, unknown, depth + 1);
      continue;
    }
    const field = fieldsOf(desc).get(tag >>> 3);
    if (!field) unknown.add(`field ${tag >>> 3} is not in ${desc.typeName}: it is not sent`);
    else if (field.message && isNested) collectUnknown(field.message, inside(), field.isMap, unknown, depth + 1);
  }
}

const fieldTables = new WeakMap<DescMessage, Map<number, { message: DescMessage | undefined; isMap: boolean }>>();

function fieldsOf(desc: DescMessage): Map<number, { message: DescMessage | undefined; isMap: boolean }> {
  let table = fieldTables.get(desc);
  if (!table) {
    table = new Map(
      desc.fields.map((field) => [field.number, { message: field.message, isMap: field.fieldKind === 'map' }]),
    );
    fieldTables.set(desc, table);
  }
  return table;
}
