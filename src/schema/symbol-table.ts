// The descriptors built so far: one per full name, whichever file brought it first.
import type { DescEnum, DescExtension, DescFile, DescMessage, DescService } from '@bufbuild/protobuf';
import { nestedTypes } from '@bufbuild/protobuf/reflect';
import type { FileDescriptorProto } from '@bufbuild/protobuf/wkt';
import { scopeOf } from './file-symbols.ts';
import type { DescSymbol, TypeResolver } from './schema.ts';

/** What has a full name of its own, not by way of a parent. */
export type TopSymbol = DescService | DescMessage | DescEnum | DescExtension;

/** Descriptors by name. Maps throughout: the names are a stranger's. */
export class SymbolTable implements TypeResolver {
  readonly #files = new Map<FileDescriptorProto, DescFile>();
  readonly #byName = new Map<string, DescFile>();
  readonly #symbols = new Map<string, TopSymbol>();
  readonly #enums = new Map<string, DescEnum[]>();
  readonly #extensions = new Map<string, Map<number, DescExtension>>();

  message(fullName: string): DescMessage | undefined {
    const symbol = this.#symbols.get(fullName);
    return symbol?.kind === 'message' ? symbol : undefined;
  }

  enum(fullName: string): DescEnum | undefined {
    const symbol = this.#symbols.get(fullName);
    return symbol?.kind === 'enum' ? symbol : undefined;
  }

  extension(extendee: DescMessage, number: number): DescExtension | undefined {
    return this.#extensions.get(extendee.typeName)?.get(number);
  }

  extensionByName(fullName: string): DescExtension | undefined {
    const symbol = this.#symbols.get(fullName);
    return symbol?.kind === 'extension' ? symbol : undefined;
  }

  /** A service, message, enum or extension. */
  top(fullName: string): TopSymbol | undefined {
    return this.#symbols.get(fullName);
  }

  /** Anything by its full name: also methods, fields, oneofs and enum values, these in both forms. */
  find(fullName: string): DescSymbol | undefined {
    return this.#symbols.get(fullName) ?? this.#member(fullName);
  }

  /** Full names of all services, messages, enums and extensions. */
  names(): string[] {
    return [...this.#symbols.keys()];
  }

  /** What has been built from this descriptor. */
  fileOf(proto: FileDescriptorProto): DescFile | undefined {
    return this.#files.get(proto);
  }

  /** The first file built under this name. */
  fileNamed(name: string): DescFile | undefined {
    return this.#byName.get(name);
  }

  /** Says that another descriptor adds nothing to a file that is known. */
  alias(proto: FileDescriptorProto, file: DescFile): void {
    this.#files.set(proto, file);
  }

  /** Takes up a file built from `proto`. A name already taken keeps its first meaning unless `override` is set. */
  add(proto: FileDescriptorProto, file: DescFile, override: boolean): void {
    this.#files.set(proto, file);
    this.#byName.set(file.proto.name, file);
    for (const symbol of nestedTypes(file)) {
      if (!override && this.#symbols.has(symbol.typeName)) continue;
      this.#symbols.set(symbol.typeName, symbol);
      if (symbol.kind === 'extension') this.#addExtension(symbol);
      if (symbol.kind === 'enum') this.#addEnum(symbol);
    }
  }

  #addExtension(extension: DescExtension): void {
    const { typeName } = extension.extendee;
    const numbers = this.#extensions.get(typeName) ?? new Map<number, DescExtension>();
    this.#extensions.set(typeName, numbers);
    if (!numbers.has(extension.number)) numbers.set(extension.number, extension);
  }

  #addEnum(one: DescEnum): void {
    const scope = scopeOf(one.typeName);
    const others = (this.#enums.get(scope) ?? []).filter(({ typeName }) => typeName !== one.typeName);
    this.#enums.set(scope, [...others, one]);
  }

  #member(fullName: string): DescSymbol | undefined {
    const scope = scopeOf(fullName);
    const name = fullName.slice(fullName.lastIndexOf('.') + 1);
    const isIt = (member: { readonly name: string }): boolean => member.name === name;
    const parent = this.#symbols.get(scope);
    if (parent?.kind === 'service') return parent.methods.find(isIt);
    if (parent?.kind === 'enum') return parent.values.find(isIt);
    const inMessage = parent?.kind === 'message' ? (parent.fields.find(isIt) ?? parent.oneofs.find(isIt)) : undefined;
    // The language puts an enum's values beside the enum.
    return (
      inMessage ??
      this.#enums
        .get(scope)
        ?.flatMap(({ values }) => values)
        .find(isIt)
    );
  }
}
