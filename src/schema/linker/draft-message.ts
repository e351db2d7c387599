// The first pass over messages and what stands in them, extend blocks included.
import type { DescriptorProto, FieldDescriptorProto, OneofDescriptorProto } from '@bufbuild/protobuf/wkt';
import type { Type } from 'protobufjs';
import { newMessage } from '../descriptor-message.ts';
import { joined } from '../file-symbols.ts';
import { type Clause, type Container, type Draft, note, statementClause, visibilityOf } from './draft.ts';
import { draftEnum } from './draft-enum-service.ts';
import { draftField, draftMapField, type FieldPlace } from './draft-field.ts';
import { draftExtensionRanges, draftReserved } from './draft-ranges.ts';
import { type Statement, wordAt } from './outline.ts';
import { groupOf, sourceName, treeMember } from './tree.ts';

/** Adds the message that a statement declares, with everything in it, to its container. */
export function draftMessage(draft: Draft, container: Container, statement: Statement): void {
  const visibility = visibilityOf(draft, statement);
  const message = addMessage(draft, container, statement, statement.first + (visibility === undefined ? 1 : 2));
  if (visibility !== undefined) message.visibility = visibility;
}

/** Adds the extensions of an `extend` block to its container. */
export function draftExtend(draft: Draft, container: Container, statement: Statement): void {
  const { source } = draft.file;
  const extendee = source.tokens
    .slice(statement.first + 1, statement.end)
    .map(({ text }) => text)
    .join('');
  for (const member of statement.body ?? []) {
    const index = container.extensions.length;
    const path = [...container.path, container.numbers.extension, index];
    const field = addField(draft, container, member, { path, oneofIndex: undefined });
    container.extensions.push(field);
    draft.references.push({
      name: extendee,
      from: joined(container.fullName, field.name),
      token: source.tokens[statement.first + 1],
      wanted: 'message',
      resolve: (symbol) => {
        field.extendee = `.${symbol.fullName}`;
      },
    });
  }
}

function addMessage(draft: Draft, container: Container, statement: Statement, nameAt: number): DescriptorProto {
  const { file } = draft;
  const name = file.source.tokens[nameAt]?.text ?? '';
  const message = newMessage<DescriptorProto>('DescriptorProto', { name });
  const path = [...container.path, container.numbers.message, container.messages.length];
  container.messages.push(message);
  note(draft, message, nameAt, path, statement);
  const inner: Container = {
    fullName: joined(container.fullName, name),
    tree: treeMember(file, container.tree, name, nameAt, 'Type'),
    path,
    messages: message.nestedType,
    enums: message.enumType,
    extensions: message.extension,
    numbers: { message: 3, enum: 4, extension: 6 },
  };
  const clauses: Clause[] = [];
  for (const member of statement.body ?? []) draftMember(draft, inner, message, member, clauses);
  addSyntheticOneofs(message);
  if (clauses.some(({ first }) => isMessageSet(draft, first))) widenExtensionRanges(message);
  draft.options.push({ target: message, schema: 'MessageOptions', from: inner.fullName, clauses, field: undefined });
  return message;
}

function draftMember(
  draft: Draft,
  inner: Container,
  message: DescriptorProto,
  statement: Statement,
  clauses: Clause[],
): void {
  const { source } = draft.file;
  const word = wordAt(source, statement, 0);
  const keyword = visibilityOf(draft, statement) === undefined ? word : wordAt(source, statement, 1);
  if (word === 'option') clauses.push(statementClause(statement));
  else if (statement.body && keyword === 'message') draftMessage(draft, inner, statement);
  else if (statement.body && keyword === 'enum') draftEnum(draft, inner, statement);
  else if (statement.body && word === 'extend') draftExtend(draft, inner, statement);
  else if (statement.body && word === 'oneof') draftOneof(draft, inner, message, statement);
  else if (word === 'extensions') draftExtensionRanges(draft, message, inner.tree as Type, statement, inner);
  else if (word === 'reserved') draftReserved(draft, message, inner.tree as Type, statement);
  else addMessageField(draft, inner, message, statement, undefined);
}

function addMessageField(
  draft: Draft,
  inner: Container,
  message: DescriptorProto,
  statement: Statement,
  oneofIndex: number | undefined,
): void {
  const path = [...inner.path, 2, message.field.length];
  message.field.push(addField(draft, inner, statement, { path, oneofIndex }));
}

function addField(draft: Draft, container: Container, statement: Statement, place: FieldPlace): FieldDescriptorProto {
  const { source } = draft.file;
  if (wordAt(source, statement, 0) === 'map' && wordAt(source, statement, 1) === '<') {
    return draftMapField(draft, container, statement, place);
  }
  const group = groupOf(source, statement);
  if (group) addMessage(draft, container, statement, statement.first + group.labels + 1);
  return draftField(draft, container, statement, place);
}

function draftOneof(draft: Draft, inner: Container, message: DescriptorProto, statement: Statement): void {
  const { file } = draft;
  const name = wordAt(file.source, statement, 1);
  const oneof = newMessage<OneofDescriptorProto>('OneofDescriptorProto', { name: sourceName(file, name) });
  const index = message.oneofDecl.length;
  message.oneofDecl.push(oneof);
  note(draft, oneof, statement.first + 1, [...inner.path, 8, index], statement);
  const clauses: Clause[] = [];
  for (const member of statement.body ?? []) {
    if (wordAt(file.source, member, 0) === 'option') clauses.push(statementClause(member));
    else addMessageField(draft, inner, message, member, index);
  }
  const from = joined(inner.fullName, name);
  draft.options.push({ target: oneof, schema: 'OneofOptions', from, clauses, field: undefined });
}

// Every proto3 optional field gets a oneof of its own, after the declared ones, under a name that is free.
function addSyntheticOneofs(message: DescriptorProto): void {
  const taken = new Set([...message.field, ...message.oneofDecl].map(({ name }) => name));
  for (const field of message.field) {
    if (!field.proto3Optional) continue;
    let name = field.name.startsWith('_') ? field.name : `_${field.name}`;
    while (taken.has(name)) name = `X${name}`;
    taken.add(name);
    field.oneofIndex = message.oneofDecl.length;
    message.oneofDecl.push(newMessage<OneofDescriptorProto>('OneofDescriptorProto', { name }));
  }
}

function isMessageSet({ file }: Draft, first: number): boolean {
  const [name, , value] = file.source.tokens.slice(first, first + 3);
  return name?.text === 'message_set_wire_format' && value?.text === 'true';
}

// In a message set, `max` is the largest number at all, as its extensions have no tags.
function widenExtensionRanges(message: DescriptorProto): void {
  for (const range of message.extensionRange) if (range.end === 536_870_912) range.end = 2_147_483_647;
}
