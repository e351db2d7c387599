// The first pass over enums and services.
import type {
  EnumDescriptorProto,
  EnumValueDescriptorProto,
  MethodDescriptorProto,
  MethodOptions,
  ServiceDescriptorProto,
} from '@bufbuild/protobuf/wkt';
import type { Service } from 'protobufjs';
import { newMessage } from '../descriptor-message.ts';
import { joined } from '../file-symbols.ts';
import {
  bracketClauses,
  type Clause,
  type Container,
  type Draft,
  note,
  statementClause,
  visibilityOf,
} from './draft.ts';
import { draftEnumReserved } from './draft-ranges.ts';
import { findToken, type Statement, wordAt } from './outline.ts';
import { errorAt, type Token } from './source-text.ts';
import { sourceName, treeMember, treeName } from './tree.ts';

const minEnumNumber = -2_147_483_648;
const maxEnumNumber = 2_147_483_647;

/** Adds the enum that a statement declares to its container. */
export function draftEnum(draft: Draft, container: Container, statement: Statement): void {
  const { file, options } = draft;
  const visibility = visibilityOf(draft, statement);
  const nameAt = statement.first + (visibility === undefined ? 1 : 2);
  const name = file.source.tokens[nameAt]?.text ?? '';
  const target = newMessage<EnumDescriptorProto>('EnumDescriptorProto', { name });
  if (visibility !== undefined) target.visibility = visibility;
  const path = [...container.path, container.numbers.enum, container.enums.length];
  container.enums.push(target);
  note(draft, target, nameAt, path, statement);
  const tree = treeMember(file, container.tree, name, nameAt, 'Enum');
  const clauses: Clause[] = [];
  for (const member of statement.body ?? []) {
    const word = wordAt(file.source, member, 0);
    if (word === 'option') clauses.push(statementClause(member));
    else if (word === 'reserved') draftEnumReserved(draft, target, tree, member);
    else {
      const number = tree.values[treeName(file, word)] ?? 0;
      if (number < minEnumNumber || number > maxEnumNumber) {
        throw errorAt(file.source, file.source.tokens[member.first + 2], `enum number ${number} is out of range`);
      }
      const value = newMessage<EnumValueDescriptorProto>('EnumValueDescriptorProto', { name: word, number });
      note(draft, value, member.first, [...path, 2, target.value.length], member);
      target.value.push(value);
      const valueClauses = bracketClauses(file.source, member);
      const from = joined(container.fullName, word);
      options.push({ target: value, schema: 'EnumValueOptions', from, clauses: valueClauses, field: undefined });
    }
  }
  const from = joined(container.fullName, name);
  options.push({ target, schema: 'EnumOptions', from, clauses, field: undefined });
}

/** The descriptor of the service that a statement declares. */
export function draftService(
  draft: Draft,
  container: Container,
  statement: Statement,
  path: readonly number[],
): ServiceDescriptorProto {
  const { file } = draft;
  const name = wordAt(file.source, statement, 1);
  const service = newMessage<ServiceDescriptorProto>('ServiceDescriptorProto', { name });
  note(draft, service, statement.first + 1, path, statement);
  const tree = treeMember(file, container.tree, name, statement.first + 1, 'Service');
  const fullName = joined(container.fullName, name);
  const clauses: Clause[] = [];
  for (const member of statement.body ?? []) {
    if (wordAt(file.source, member, 0) === 'option') clauses.push(statementClause(member));
    else service.method.push(draftMethod(draft, tree, fullName, member, [...path, 2, service.method.length]));
  }
  draft.options.push({ target: service, schema: 'ServiceOptions', from: fullName, clauses, field: undefined });
  return service;
}

function draftMethod(
  draft: Draft,
  service: Service,
  serviceName: string,
  statement: Statement,
  path: readonly number[],
): MethodDescriptorProto {
  const { file, options, references } = draft;
  const name = wordAt(file.source, statement, 1);
  const tree = treeMember(file, service, name, statement.first + 1, 'Method');
  const method = newMessage<MethodDescriptorProto>('MethodDescriptorProto', { name });
  note(draft, method, statement.first + 1, path, statement);
  const from = joined(serviceName, name);
  if (tree.requestStream) method.clientStreaming = true;
  if (tree.responseStream) method.serverStreaming = true;
  const requestAt = findToken(file.source, statement.first, statement.end, '(') + 1;
  const responseAt = findToken(file.source, requestAt, statement.end, '(') + 1;
  const type = (written: string, token: Token | undefined, set: (name: string) => void): void => {
    const resolve = ({ fullName }: { fullName: string }): void => set(`.${fullName}`);
    references.push({ name: sourceName(file, written), from, token, wanted: 'message', resolve });
  };
  type(tree.requestType, typeToken(draft, requestAt), (fullName) => {
    method.inputType = fullName;
  });
  type(tree.responseType, typeToken(draft, responseAt), (fullName) => {
    method.outputType = fullName;
  });
  // As protoc has it, braces make options, even empty ones.
  if (statement.body) method.options = newMessage<MethodOptions>('MethodOptions', {});
  const clauses = (statement.body ?? []).map(statementClause);
  options.push({ target: method, schema: 'MethodOptions', from, clauses, field: undefined });
  return method;
}

function typeToken({ file }: Draft, at: number): Token | undefined {
  const token = file.source.tokens[at];
  return token?.text === 'stream' ? file.source.tokens[at + 1] : token;
}
