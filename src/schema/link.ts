// Builds files into descriptors. Files of strangers define things twice, use types they do not import, or are broken;
// whatever does not depend on the broken part still works.
import type { DescEnum, DescFile, DescMessage } from '@bufbuild/protobuf';
import { nestedTypes } from '@bufbuild/protobuf/reflect';
import type { FileDescriptorProto } from '@bufbuild/protobuf/wkt';
import { UserError } from '../errors.ts';
import { buildFile, withChanges } from './build-file.ts';
import { joined, topLevelNames, typesOf } from './file-symbols.ts';
import { isPlaceholder, placeholderFor } from './placeholder.ts';
import { shown } from './quote.ts';
import { SymbolTable } from './symbol-table.ts';
import { type TypeReference, typeReferences } from './type-references.ts';

/** Files to be built together. */
interface Batch {
  readonly owners: ReadonlyMap<string, FileDescriptorProto>;
  readonly todo: Set<FileDescriptorProto>;
  readonly root: FileDescriptorProto | undefined;
  readonly built: Map<string, DescFile>;
}

/** Longer chains of files that use one another without importing are linked afterwards, not by recursion. */
const maxDepth = 200;

/** Adds files to a symbol table. */
export class Linker {
  readonly table = new SymbolTable();
  readonly warnings = new Set<string>();
  readonly #placeholders = new Map<string, DescMessage | DescEnum>();
  /** Files that hold placeholders. */
  readonly #unfinished = new Set<DescFile>();

  /**
   * Builds repaired files, given with dependencies first. `root`, if given, is the file asked for: it must build, and
   * what it defines counts more than the same name elsewhere in the batch. Other broken files are left out with a warning.
   *
   * @throws UserError code 4 if `root` cannot be built.
   */
  link(files: readonly FileDescriptorProto[], root: FileDescriptorProto | undefined): void {
    const todo = new Set(files.filter((file) => !this.table.fileOf(file)));
    const owners = new Map<string, FileDescriptorProto>();
    const inOrder = root && todo.has(root) ? [root, ...todo] : [...todo];
    for (const file of inOrder) {
      for (const { fullName } of typesOf(file)) if (!owners.has(fullName)) owners.set(fullName, file);
    }
    const batch: Batch = { owners, todo, root, built: new Map() };
    for (const file of files) this.#build(file, batch, 0);
    for (const file of this.#unfinished) this.#finish(file);
  }

  #build(file: FileDescriptorProto, batch: Batch, depth: number): void {
    if (!batch.todo.delete(file)) return;
    const proto = this.#withoutKnown(file, batch);
    const namesake = this.table.fileNamed(file.name);
    if (proto !== file && namesake && topLevelNames(proto).length === 0) {
      batch.built.set(file.name, namesake);
      this.table.alias(file, namesake);
      return;
    }
    try {
      const types = foreignReferences(proto).map((reference) => {
        const owner = batch.owners.get(reference.fullName);
        if (owner && depth < maxDepth) this.#build(owner, batch, depth + 1);
        return this.#type(reference);
      });
      const dependencies = file.dependency.flatMap((name) => batch.built.get(name) ?? this.table.fileNamed(name) ?? []);
      const built = buildFile(proto, types, dependencies);
      batch.built.set(file.name, built);
      this.table.add(file, built, file === batch.root);
      if (types.some(isPlaceholder)) this.#unfinished.add(built);
    } catch (cause) {
      if (cause instanceof UserError) throw cause;
      this.#broken(file, batch, cause as Error);
    }
  }

  #broken(file: FileDescriptorProto, batch: Batch, cause: Error): void {
    const message = `${shown(file.name)} is not a valid schema: ${shown(cause.message)}`;
    if (file === batch.root)
      throw new UserError(4, message, { hint: 'the schema is broken; correct it at its source', cause });
    this.warnings.add(`${message}; it is left out`);
  }

  #type(reference: TypeReference): DescMessage | DescEnum {
    const { fullName } = reference;
    const known = this.table.message(fullName) ?? this.table.enum(fullName) ?? this.#placeholders.get(fullName);
    if (known) return known;
    const placeholder = placeholderFor(reference);
    this.#placeholders.set(fullName, placeholder);
    return placeholder;
  }

  /** The file without definitions that are already known from elsewhere, so that every name has one descriptor. */
  #withoutKnown(file: FileDescriptorProto, batch: Batch): FileDescriptorProto {
    const isNew = <T extends { name: string }>({ name }: T): boolean => {
      const fullName = joined(file.package, name);
      const known = this.table.top(fullName);
      if (!known) return true;
      const wins = file === batch.root && batch.built.get(known.file.proto.name) === known.file;
      const [used, other] = wins ? [file.name, known.file.proto.name] : [known.file.proto.name, file.name];
      if (used !== other) {
        const both = `${shown(other)} and ${shown(used)}`;
        this.warnings.add(`${shown(fullName)} is defined in both ${both}; that of ${shown(used)} is used`);
      }
      return wins;
    };
    const kinds = {
      messageType: file.messageType.filter(isNew),
      enumType: file.enumType.filter(isNew),
      service: file.service.filter(isNew),
      extension: file.extension.filter(isNew),
    };
    const complete = Object.entries(kinds).every(
      ([kind, kept]) => kept.length === file[kind as keyof typeof kinds].length,
    );
    if (complete) return file;
    const name = this.table.fileNamed(file.name) ? file.name.replace(/(\.proto)?$/, ' (more)$1') : file.name;
    const copy = withChanges(file, { ...kinds, name });
    // Comments are tied to places in the lists, which have moved.
    delete copy.sourceCodeInfo;
    return copy;
  }

  /** Puts the real types where placeholders stand, as far as they are known by now. */
  #finish(file: DescFile): void {
    let open = false;
    const real = <T extends DescMessage | DescEnum | undefined>(type: T): T => {
      if (!type || !isPlaceholder(type)) return type;
      const found = type.kind === 'message' ? this.table.message(type.typeName) : this.table.enum(type.typeName);
      open ||= !found;
      return (found ?? type) as T;
    };
    for (const symbol of nestedTypes(file)) {
      if (symbol.kind === 'service') {
        for (const rpc of symbol.methods) Object.assign(rpc, { input: real(rpc.input), output: real(rpc.output) });
      }
      if (symbol.kind === 'extension') Object.assign(symbol, { extendee: real(symbol.extendee) });
      const fields = symbol.kind === 'message' ? symbol.fields : symbol.kind === 'extension' ? [symbol] : [];
      for (const field of fields) Object.assign(field, { message: real(field.message), enum: real(field.enum) });
    }
    if (!open) this.#unfinished.delete(file);
  }
}

/** What a file uses of others, each type once. */
function foreignReferences(file: FileDescriptorProto): TypeReference[] {
  const seen = new Set(typesOf(file).map(({ fullName }) => fullName));
  return typeReferences(file).filter(({ fullName }) => !seen.has(fullName) && seen.add(fullName));
}
