// The first pass over fields: ordinary ones, groups, maps and extensions.
import type { DescriptorProto, FieldDescriptorProto, MessageOptions } from '@bufbuild/protobuf/wkt';
import { FieldLabel as Label, FieldType as Type } from '../descriptor-enums.ts';
import { newMessage } from '../descriptor-message.ts';
import { joined } from '../file-symbols.ts';
import { bracketClauses, type Clause, type Container, type Draft, note } from './draft.ts';
import { findToken, type Statement, wordAt } from './outline.ts';
import { errorAt, type Token } from './source-text.ts';
import { groupOf, sourceName, treeMember } from './tree.ts';

/** Where a field stands: its path for source code info, and its oneof. */
export interface FieldPlace {
  readonly path: readonly number[];
  readonly oneofIndex: number | undefined;
}

const maxFieldNumber = 536_870_911;
// Extensions of message sets may have larger ones; check.ts sees to the others.
const maxExtensionNumber = 2_147_483_646;

const scalarTypes = new Map([
  ['double', Type.DOUBLE],
  ['float', Type.FLOAT],
  ['int64', Type.INT64],
  ['uint64', Type.UINT64],
  ['int32', Type.INT32],
  ['fixed64', Type.FIXED64],
  ['fixed32', Type.FIXED32],
  ['bool', Type.BOOL],
  ['string', Type.STRING],
  ['bytes', Type.BYTES],
  ['uint32', Type.UINT32],
  ['sfixed32', Type.SFIXED32],
  ['sfixed64', Type.SFIXED64],
  ['sint32', Type.SINT32],
  ['sint64', Type.SINT64],
]);

const labels = new Set(['optional', 'required', 'repeated']);

/** The name that JSON gives a field unless it is told another: `order_id` is `orderId`. */
export function defaultJsonName(name: string): string {
  return name.replace(/_+(.?)/gs, (_, next: string) => next.toUpperCase());
}

/** The descriptor of the field that a statement declares; its message, if it is a group, is made elsewhere. */
export function draftField(
  draft: Draft,
  container: Container,
  statement: Statement,
  place: FieldPlace,
): FieldDescriptorProto {
  const { file, syntax } = draft;
  const { source } = file;
  const group = groupOf(source, statement);
  const nameAt = findToken(source, statement.first, statement.end, '=') - 1;
  const written = source.tokens[nameAt]?.text ?? '';
  const name = group ? written.toLowerCase() : written;
  const member = treeMember(file, container.tree, name, nameAt, 'Field');
  const label = wordAt(source, statement, 0);
  const field = newField(draft, name, member.id, source.tokens[nameAt + 2]);
  field.label =
    member.rule === 'repeated' ? Label.REPEATED : member.rule === 'required' ? Label.REQUIRED : Label.OPTIONAL;
  if (place.oneofIndex !== undefined) {
    if (labels.has(label))
      throw errorAt(source, source.tokens[statement.first], `a field of a oneof cannot be ${label}`);
    field.oneofIndex = place.oneofIndex;
  }
  if (syntax === 'proto3' && label === 'optional') field.proto3Optional = true;
  const typeToken = source.tokens[statement.first + (labels.has(label) ? 1 : 0)];
  const typeName = group ? written : sourceName(file, member.type);
  setType(draft, field, typeName, joined(container.fullName, name), typeToken, group !== undefined);
  note(draft, field, nameAt, place.path, statement);
  addFieldOptions(draft, container, field, bracketClauses(source, statement));
  return field;
}

/** The descriptor of a map field; the message of its entries is added to the container. */
export function draftMapField(
  draft: Draft,
  container: Container,
  statement: Statement,
  place: FieldPlace,
): FieldDescriptorProto {
  const { file } = draft;
  const { source } = file;
  const nameAt = findToken(source, statement.first, statement.end, '=') - 1;
  const name = source.tokens[nameAt]?.text ?? '';
  const member = treeMember(file, container.tree, name, nameAt, 'MapField');
  if (place.oneofIndex !== undefined)
    throw errorAt(source, source.tokens[nameAt], 'a field of a oneof cannot be a map');
  const field = newField(draft, name, member.id, source.tokens[nameAt + 2]);
  field.label = Label.REPEATED;
  field.type = Type.MESSAGE;
  const entryName = entryNameOf(name);
  const entryFullName = joined(container.fullName, entryName);
  field.typeName = `.${entryFullName}`;
  const entry = newMessage<DescriptorProto>('DescriptorProto', {
    name: entryName,
    options: newMessage<MessageOptions>('MessageOptions', { mapEntry: true }),
  });
  container.messages.push(entry);
  const nameToken = source.tokens[nameAt];
  if (nameToken) draft.spots.set(entry, nameToken);
  const valueToken = source.tokens[findToken(source, statement.first, statement.end, ',') + 1];
  const types = [member.keyType, sourceName(file, member.type)];
  for (const [index, part] of ['key', 'value'].entries()) {
    const partField = newField(draft, part, index + 1, nameToken);
    partField.label = Label.OPTIONAL;
    setType(draft, partField, types[index] ?? '', joined(entryFullName, part), valueToken, false);
    entry.field.push(partField);
  }
  note(draft, field, nameAt, place.path, statement);
  const clauses = bracketClauses(source, statement);
  addFieldOptions(draft, container, field, clauses);
  shareFeatures(draft, entry, entryFullName, clauses);
  return field;
}

// The features of a map are those of its keys and values: descriptor.proto has no other place for them.
function shareFeatures(draft: Draft, entry: DescriptorProto, fullName: string, clauses: readonly Clause[]): void {
  const { tokens } = draft.file.source;
  const features = clauses.filter(({ first }) => tokens[first]?.text === 'features');
  if (features.length === 0) return;
  for (const part of entry.field) {
    const from = joined(fullName, part.name);
    draft.options.push({ target: part, schema: 'FieldOptions', from, clauses: features, field: undefined });
  }
}

function newField(draft: Draft, name: string, number: number, token: Token | undefined): FieldDescriptorProto {
  const { source } = draft.file;
  if (number < 1 || number > maxExtensionNumber) {
    throw errorAt(source, token, `field number ${number} is out of range`, `use 1 to ${maxFieldNumber}`);
  }
  if (number >= 19_000 && number <= 19_999) {
    throw errorAt(source, token, `field number ${number} is reserved for protobuf itself`, 'leave out 19000 to 19999');
  }
  return newMessage<FieldDescriptorProto>('FieldDescriptorProto', { name, number, jsonName: defaultJsonName(name) });
}

function setType(
  draft: Draft,
  field: FieldDescriptorProto,
  typeName: string,
  from: string,
  token: Token | undefined,
  isGroup: boolean,
): void {
  const scalar = isGroup ? undefined : scalarTypes.get(typeName);
  if (scalar !== undefined) {
    field.type = scalar;
    return;
  }
  draft.references.push({
    name: typeName,
    from,
    token,
    wanted: 'type',
    resolve: (symbol) => {
      field.typeName = `.${symbol.fullName}`;
      field.type = symbol.kind === 'enum' ? Type.ENUM : isGroup ? Type.GROUP : Type.MESSAGE;
    },
  });
}

function addFieldOptions(draft: Draft, container: Container, field: FieldDescriptorProto, clauses: Clause[]): void {
  const from = joined(container.fullName, field.name);
  draft.options.push({ target: field, schema: 'FieldOptions', from, clauses, field });
}

// `order_lines` has entries of type `OrderLinesEntry`.
function entryNameOf(fieldName: string): string {
  const name = fieldName.replace(/(?:^|_+)([^_]?)/g, (_, next: string) => next.toUpperCase());
  return `${name}Entry`;
}
