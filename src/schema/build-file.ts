// One file descriptor becomes one DescFile, linked to types that exist already, whatever its import list says.
import { createFileRegistry, type DescEnum, type DescFile, type DescMessage } from '@bufbuild/protobuf';
import { nestedTypes } from '@bufbuild/protobuf/reflect';
import type { FileDescriptorProto } from '@bufbuild/protobuf/wkt';
import { declaredDefault } from './declared-default.ts';

/** Lets the one place that completes a DescFile write to it. */
type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** No file has this name: control characters are refused before. */
const everything = '\0';

/**
 * Builds a repaired file. `types` are those it uses of other files; `dependencies` become its list of imports.
 *
 * The library links a file to the types of its imports, which it collects anew for each file, and each import as often
 * as there are ways to it: exponential for some graphs. So it is handed one pretended import that holds just the types
 * wanted. That also serves files whose import list is incomplete.
 *
 * @throws Error (the library's) if a type is missing or the descriptor contradicts itself.
 */
export function buildFile(
  proto: FileDescriptorProto,
  types: readonly (DescMessage | DescEnum)[],
  dependencies: readonly DescFile[],
): DescFile {
  const pretended = {
    kind: 'file',
    proto: { name: everything },
    messages: types.filter((type) => type.kind === 'message'),
    enums: types.filter((type) => type.kind === 'enum'),
    services: [],
    extensions: [],
    dependencies: [],
  } as unknown as DescFile;
  const importing = withChanges(proto, { dependency: [everything] });
  const file = createFileRegistry(importing, () => pretended).getFile(proto.name);
  if (!file) throw new Error(`no file named ${JSON.stringify(proto.name)}`);
  safeDefaults(file);
  return Object.assign(file as Writable<DescFile>, { proto, dependencies: [...dependencies] });
}

/** The library throws at defaults that are no values, and loses some of the escapes that compilers write. */
function safeDefaults(file: DescFile): void {
  for (const symbol of nestedTypes(file)) {
    const fields = symbol.kind === 'message' ? symbol.fields : symbol.kind === 'extension' ? [symbol] : [];
    for (const field of fields) {
      if (Object.hasOwn(field.proto, 'defaultValue'))
        Object.assign(field, { getDefaultValue: () => declaredDefault(field) });
    }
  }
}

/** A shallow copy with other values. The prototype comes along: it holds the values of what is not set. */
export function withChanges(proto: FileDescriptorProto, changes: Partial<FileDescriptorProto>): FileDescriptorProto {
  return Object.assign(Object.create(Object.getPrototypeOf(proto)), proto, changes);
}
