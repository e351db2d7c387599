// Extensions arrive as bytes that their message does not know: here they get their descriptors back.
import { type DescExtension, type DescField, type DescMessage, fromBinary, type Message } from '@bufbuild/protobuf';
import { reflect } from '@bufbuild/protobuf/reflect';
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import type { TypeResolver } from '../schema/schema.ts';

/** One set extension: its value as protobuf reflection hands it out, with a field descriptor that describes it. */
export interface SetExtension {
  readonly extension: DescExtension;
  readonly field: DescField;
  readonly value: unknown;
}

/** The extensions set in `message`, by number, and the field numbers that `types` does not know or cannot read. */
export function extensionsIn(
  message: Message,
  desc: DescMessage,
  types: TypeResolver | undefined,
): { readonly known: readonly SetExtension[]; readonly unknown: readonly number[] } {
  const numbers = [...new Set((message.$unknown ?? []).map((field) => field.no))].sort((a, b) => a - b);
  const known: SetExtension[] = [];
  const unknown: number[] = [];
  for (const number of numbers) {
    const extension = types?.extension(desc, number);
    const read = extension === undefined ? undefined : readExtension(message, extension);
    if (read === undefined) unknown.push(number);
    else known.push(read);
  }
  return { known, unknown };
}

// Reads the bytes as if the extended message had this one field, so that the value comes as every other field's does.
function readExtension(message: Message, extension: DescExtension): SetExtension | undefined {
  const field = { ...extension, kind: 'field', parent: extension.extendee, localName: 'value' } as unknown as DescField;
  const desc: DescMessage = { ...extension.extendee, fields: [field], members: [field], oneofs: [] };
  const writer = new BinaryWriter();
  for (const unknown of message.$unknown ?? []) {
    if (unknown.no === extension.number) writer.tag(unknown.no, unknown.wireType).raw(unknown.data);
  }
  try {
    return { extension, field, value: reflect(desc, fromBinary(desc, writer.finish())).get(field) };
  } catch {
    // The bytes do not fit the declared type.
    return undefined;
  }
}
