// Field paths of HTTP rules and query keys, such as `book.name`, looked up in a message type; and which fields can stand
// in a URL at all.
import type { DescField, DescMessage } from '@bufbuild/protobuf';
import { isWrapper } from '../codec/well-known.ts';

/** Well-known types whose JSON is one string. */
const textTypes = new Set(['google.protobuf.Timestamp', 'google.protobuf.Duration', 'google.protobuf.FieldMask']);

/** True for message types that stand in a URL as one text: wrappers, Timestamp, Duration, FieldMask. */
export function isTextMessage(message: DescMessage): boolean {
  return textTypes.has(message.typeName) || isWrapper(message.typeName);
}

/** Types with JSON of their own that no parameter can hold. */
const jsonTypes = new Set(['Struct', 'Value', 'ListValue', 'Any'].map((name) => `google.protobuf.${name}`));

/** True for Struct, Value, ListValue and Any, which have no form as a parameter. */
export function isJsonMessage(message: DescMessage): boolean {
  return jsonTypes.has(message.typeName);
}

/**
 * The fields along a path of proto names, outermost first; a text that says what is wrong if there is no such path or
 * if it leads through anything but singular messages.
 */
export function resolveFieldPath(message: DescMessage, path: string): readonly DescField[] | string {
  const fields: DescField[] = [];
  let desc: DescMessage | undefined = message;
  for (const name of path.split('.')) {
    const before = fields.at(-1);
    if (!desc) return `${before?.name ?? path} is not a singular message`;
    const field: DescField | undefined = desc.fields.find((candidate) => candidate.name === name);
    if (!field) return `${desc.typeName} has no field ${name}`;
    fields.push(field);
    desc = field.fieldKind === 'message' ? field.message : undefined;
  }
  return fields;
}

/** The fields that a path variable fills; a text if a variable cannot fill them. */
export function resolveVariable(message: DescMessage, path: string): readonly DescField[] | string {
  const fields = resolveFieldPath(message, path);
  if (typeof fields === 'string') return fields;
  const leaf = fields.at(-1)!;
  if (leaf.fieldKind === 'list') return `${path} is repeated, which a path variable cannot be`;
  if (leaf.fieldKind === 'map') return `${path} is a map, which a path variable cannot be`;
  if (leaf.fieldKind === 'message' && !isTextMessage(leaf.message)) {
    return `${path} is a message, which a path variable cannot be`;
  }
  return fields;
}
