// Extensions arrive as bytes that their message does not know: here they get their descriptors back.
import {
  createExtensionContainer,
  type DescExtension,
  type DescField,
  type DescMessage,
  getExtension,
  type Message,
} from '@bufbuild/protobuf';
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

function readExtension(message: Message, extension: DescExtension): SetExtension | undefined {
  try {
    const [container, field] = createExtensionContainer(extension, getExtension(message, extension));
    return { extension, field, value: container.get(field) };
  } catch {
    // The bytes do not fit the declared type.
    return undefined;
  }
}
