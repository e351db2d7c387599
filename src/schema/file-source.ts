// A schema source over files that are all at hand: those read from .proto files, and those that grepl carries along.
import type { DescriptorProto, FieldDescriptorProto, FileDescriptorProto } from '@bufbuild/protobuf/wkt';
import { defines, joined, scopeOf, topLevelNames } from './file-symbols.ts';
import { inImportOrder } from './import-order.ts';
import type { SchemaSource } from './source.ts';

/**
 * A source that has exactly these files, in import order and closed under imports. `load` is called once, when
 * something is asked for.
 */
export function fileSource(name: string, load: () => readonly FileDescriptorProto[]): SchemaSource {
  return new FileSource(name, load);
}

class FileSource implements SchemaSource {
  readonly name: string;
  readonly warnings: readonly string[] = [];
  readonly #load: () => readonly FileDescriptorProto[];
  #files: Map<string, FileDescriptorProto> | undefined;
  #topLevel: Map<string, FileDescriptorProto> | undefined;

  constructor(name: string, load: () => readonly FileDescriptorProto[]) {
    this.name = name;
    this.#load = load;
  }

  async listServices(): Promise<string[]> {
    const names: string[] = [];
    for (const file of this.#all().values()) {
      for (const service of file.service) names.push(joined(file.package, service.name));
    }
    return names.sort();
  }

  async findSymbol(fullName: string): Promise<FileDescriptorProto[] | undefined> {
    for (let prefix = fullName; prefix !== ''; prefix = scopeOf(prefix)) {
      const file = this.#index().get(prefix);
      if (file && defines(file, fullName)) return this.#withImports(file);
    }
    // The values of an enum stand beside it, so no prefix of theirs names it.
    const scope = scopeOf(fullName);
    for (const file of this.#all().values()) {
      if (file.package === scope && defines(file, fullName)) return this.#withImports(file);
    }
    return undefined;
  }

  async findExtension(messageName: string, number: number): Promise<FileDescriptorProto[] | undefined> {
    const fits = (field: FieldDescriptorProto): boolean =>
      field.number === number && field.extendee.replace(/^\./, '') === messageName;
    for (const file of this.#all().values()) {
      if (extensionsOf(file).some(fits)) return this.#withImports(file);
    }
    return undefined;
  }

  async listSymbols(): Promise<string[]> {
    return [...this.#index().keys()];
  }

  async allFiles(): Promise<FileDescriptorProto[]> {
    return [...this.#all().values()];
  }

  #all(): Map<string, FileDescriptorProto> {
    this.#files ??= new Map(this.#load().map((file) => [file.name, file]));
    return this.#files;
  }

  #index(): Map<string, FileDescriptorProto> {
    this.#topLevel ??= new Map(
      [...this.#all().values()].flatMap((file) => topLevelNames(file).map((name) => [name, file] as const)),
    );
    return this.#topLevel;
  }

  #withImports(file: FileDescriptorProto): FileDescriptorProto[] {
    const files = this.#all();
    return inImportOrder([file], (name) => files.get(name));
  }
}

function extensionsOf(scope: {
  extension: FieldDescriptorProto[];
  messageType?: DescriptorProto[];
  nestedType?: DescriptorProto[];
}): FieldDescriptorProto[] {
  const messages = scope.messageType ?? scope.nestedType ?? [];
  return [...scope.extension, ...messages.flatMap((message) => extensionsOf(message))];
}
