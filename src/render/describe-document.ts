// The facts that `describe` shows, as JSON documents for programs.
import type {
  DescEnum,
  DescExtension,
  DescField,
  DescMessage,
  DescMethod,
  DescOneof,
  DescService,
} from '@bufbuild/protobuf';
import { ScalarType } from '@bufbuild/protobuf';
import { FeatureSet_FieldPresence } from '@bufbuild/protobuf/wkt';
import type { DescSymbol, TypeResolver } from '../schema/schema.ts';
import type { ListedRest } from './list.ts';
import { commentsAt } from './proto-comments.ts';
import { fileOf, pathOf, protoSource } from './proto-source.ts';

type Document = Record<string, unknown>;

/** The REST form of a method, for its member `rest`. */
export type RestOf = (method: DescMethod) => ListedRest | undefined;

/** A symbol as a document. Members that have nothing to say are left out. */
export function describeDocument(symbol: DescSymbol, types: TypeResolver | undefined, rest?: RestOf): Document {
  const file = fileOf(symbol);
  const source = protoSource(symbol, { style: 'grepl', comments: false, types });
  return { ...symbolDocument(symbol, rest), file: file.proto.name, source };
}

function symbolDocument(symbol: DescSymbol, rest: RestOf | undefined): Document {
  switch (symbol.kind) {
    case 'service':
      return serviceDocument(symbol, rest);
    case 'rpc':
      return methodDocument(symbol, rest);
    case 'message':
      return messageDocument(symbol);
    case 'field':
    case 'extension':
      return fieldDocument(symbol);
    case 'oneof':
      return oneofDocument(symbol);
    case 'enum':
      return enumDocument(symbol);
    case 'enum_value': {
      const name = `${symbol.parent.typeName}.${symbol.name}`;
      return { kind: 'enum_value', name, number: symbol.number, ...notes(symbol) };
    }
  }
}

function notes(symbol: DescSymbol): Document {
  const comment = commentsAt(fileOf(symbol).proto, pathOf(symbol));
  const text = [...comment.leading, ...comment.trailing].map((line) => line.replace(/^ /, '')).join('\n');
  return { ...(text === '' ? {} : { comment: text }), ...(symbol.deprecated ? { deprecated: true } : {}) };
}

function serviceDocument(service: DescService, rest: RestOf | undefined): Document {
  const methods = service.methods.map((method) => methodDocument(method, rest));
  return { kind: 'service', name: service.typeName, ...notes(service), methods };
}

function methodDocument(method: DescMethod, restOf: RestOf | undefined): Document {
  const rest = restOf?.(method);
  return {
    kind: 'method',
    name: `${method.parent.typeName}/${method.name}`,
    ...notes(method),
    methodKind: method.methodKind,
    request: method.input.typeName,
    response: method.output.typeName,
    ...(rest === undefined ? {} : { rest }),
  };
}

function messageDocument(message: DescMessage): Document {
  return {
    kind: 'message',
    name: message.typeName,
    ...notes(message),
    fields: message.fields.map(fieldDocument),
    oneofs: message.oneofs.map(oneofDocument),
    messages: message.nestedMessages.map((nested) => nested.typeName),
    enums: message.nestedEnums.map((nested) => nested.typeName),
  };
}

function oneofDocument(oneof: DescOneof): Document {
  const name = `${oneof.parent.typeName}.${oneof.name}`;
  return { kind: 'oneof', name, ...notes(oneof), fields: oneof.fields.map((field) => field.name) };
}

function enumDocument(type: DescEnum): Document {
  const values = type.values.map((value) => ({ name: value.name, number: value.number, ...notes(value) }));
  return { kind: 'enum', name: type.typeName, ...notes(type), values };
}

function fieldDocument(field: DescField | DescExtension): Document {
  const place = field.kind === 'extension' ? { extends: field.extendee.typeName } : {};
  return {
    kind: field.kind,
    name: field.kind === 'extension' ? field.typeName : field.name,
    ...place,
    ...notes(field),
    number: field.number,
    jsonName: field.jsonName,
    type: typeName(field),
    ...shape(field),
    ...(Object.hasOwn(field.proto, 'defaultValue') ? { default: field.proto.defaultValue } : {}),
  };
}

/** `string`, or the full name of the message or enum; a map's value type. */
function typeName(field: DescField | DescExtension): string {
  if (field.scalar !== undefined) return scalarName(field.scalar);
  return field.message?.typeName ?? field.enum?.typeName ?? '';
}

function scalarName(type: ScalarType): string {
  return ScalarType[type].toLowerCase();
}

function shape(field: DescField | DescExtension): Document {
  if (field.fieldKind === 'list') return { repeated: true };
  if (field.fieldKind === 'map') return { mapKey: scalarName(field.mapKey) };
  if (field.oneof !== undefined) return { oneof: field.oneof.name };
  if (field.presence === FeatureSet_FieldPresence.LEGACY_REQUIRED) return { required: true };
  if (field.presence === FeatureSet_FieldPresence.EXPLICIT && field.message === undefined) return { optional: true };
  return {};
}
