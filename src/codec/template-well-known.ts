// What a template shows for messages that JSON writes in a form of their own.
// https://protobuf.dev/programming-guides/json/#field-representation
import type { DescMessage } from '@bufbuild/protobuf';

/** A JSON value as in template.ts. */
type Json = string | readonly Json[] | { readonly members: readonly (readonly [string, Json])[] };

/**
 * The template of a well-known type, or undefined if its fields are shown as those of any message. `hasEmpty` says that
 * google.protobuf.Empty is among the types, so that an Any may name it.
 */
export function wellKnownTemplate(desc: DescMessage, style: 'grepl' | 'grpcurl', hasEmpty: boolean): Json | undefined {
  if (!desc.typeName.startsWith('google.protobuf.')) return undefined;
  switch (desc.name) {
    case 'Timestamp':
      return '"1970-01-01T00:00:00Z"';
    case 'Duration':
      return '"0s"';
    case 'FieldMask':
      return style === 'grpcurl' ? { members: [['paths', ['""']]] } : '""';
    case 'Int64Value':
    case 'UInt64Value':
      return '"0"';
    case 'Int32Value':
    case 'UInt32Value':
    case 'FloatValue':
    case 'DoubleValue':
      return '0';
    case 'BoolValue':
      return 'false';
    case 'StringValue':
      return '""';
    case 'BytesValue':
      return style === 'grpcurl' ? 'null' : '""';
    case 'Any':
      return anyTemplate(style, hasEmpty);
    case 'Value':
      return { members: [['google.protobuf.Value', '"supports arbitrary JSON"']] };
    case 'Struct':
      return { members: [['google.protobuf.Struct', '"supports arbitrary JSON objects"']] };
    case 'ListValue':
      return [{ members: [['google.protobuf.ListValue', '"is an array of arbitrary JSON values"']] }];
    default:
      return undefined;
  }
}

function anyTemplate(style: 'grepl' | 'grpcurl', hasEmpty: boolean): Json {
  const type = ['@type', '"type.googleapis.com/google.protobuf.Empty"'] as const;
  if (style === 'grpcurl') return { members: [type, ['value', { members: [] }]] };
  return { members: hasEmpty ? [type] : [] };
}
