// What a FieldMask speaks of: the fields of the resource beside it in the request, or of the request itself.
import type { DescField, DescMessage } from '@bufbuild/protobuf';
import { isOutputOnly } from './field-facts.ts';
import type { MessageNode } from './form-node.ts';
import { fieldPlace } from './form-place.ts';

/** The message beside the mask that it names fields of: the first one that is no well-known type. */
function maskedField(desc: DescMessage): DescField | undefined {
  return desc.fields.find((field) => field.fieldKind === 'message' && fieldPlace(field).kind === 'message');
}

/** The fields that a mask in `desc` may name; output-only ones are of no use in it. */
export function maskFields(desc: DescMessage): readonly DescField[] {
  const masked = maskedField(desc)?.message;
  const fields = masked?.fields ?? desc.fields.filter((field) => fieldPlace(field).kind !== 'mask');
  return fields.filter((field) => !isOutputOnly(field));
}

/** The names of those fields that have a value now. */
export function fieldsSet(desc: DescMessage, node: MessageNode | undefined): string[] {
  const masked = maskedField(desc);
  const inside = masked === undefined ? node : node?.members.get(masked.name);
  if (inside?.kind !== 'message') return [];
  return maskFields(desc)
    .filter(({ name }) => inside.members.has(name))
    .map(({ name }) => name);
}
