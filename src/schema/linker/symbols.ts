// Every name that a set of files defines, who may see it, and what a name written in a file means (C++ scoping).
import type {
  DescriptorProto,
  EnumDescriptorProto,
  FieldDescriptorProto,
  FileDescriptorProto,
} from '@bufbuild/protobuf/wkt';
import { joined, scopeOf } from '../file-symbols.ts';

/** What a name stands for. Messages, enums and extensions carry their descriptors, which options need. */
export type SymbolEntry =
  | { readonly kind: 'message'; readonly fullName: string; readonly file: string; readonly descriptor: DescriptorProto }
  | {
      readonly kind: 'enum';
      readonly fullName: string;
      readonly file: string;
      readonly descriptor: EnumDescriptorProto;
    }
  | {
      readonly kind: 'extension';
      readonly fullName: string;
      readonly file: string;
      readonly descriptor: FieldDescriptorProto;
    }
  | {
      readonly kind: 'field' | 'oneof' | 'enum value' | 'service' | 'method';
      readonly fullName: string;
      readonly file: string;
      readonly descriptor: object;
    };

/** The symbols of a growing set of files. */
export interface Symbols {
  readonly entries: Map<string, SymbolEntry>;
  /** Packages and their parents, each with the files in it. */
  readonly packages: Map<string, Set<string>>;
  readonly files: Map<string, FileDescriptorProto>;
}

/** The outcome of a look-up. `shadowed` is set when a nearer scope hides what the name may have been meant for. */
export interface Lookup {
  readonly found: SymbolEntry | undefined;
  readonly shadowed: string | undefined;
}

/** No symbols yet. */
export function newSymbols(): Symbols {
  return { entries: new Map(), packages: new Map(), files: new Map() };
}

/** Adds what a file defines; `clash` is told of every name that is there already. */
export function addSymbols(
  symbols: Symbols,
  file: FileDescriptorProto,
  clash: (fullName: string, before: SymbolEntry | undefined, descriptor: object) => void,
): void {
  symbols.files.set(file.name, file);
  for (let name = file.package; name !== ''; name = scopeOf(name)) {
    const before = symbols.entries.get(name);
    if (before) clash(name, before, file);
    const members = symbols.packages.get(name) ?? new Set();
    symbols.packages.set(name, members.add(file.name));
  }
  const add = (scope: string, kind: SymbolEntry['kind'], descriptor: { name: string }): string => {
    const fullName = joined(scope, descriptor.name);
    const before = symbols.entries.get(fullName);
    if (before || symbols.packages.has(fullName)) clash(fullName, before, descriptor);
    symbols.entries.set(fullName, { kind, fullName, file: file.name, descriptor } as SymbolEntry);
    return fullName;
  };
  addTypes(file.package, file.messageType, file.enumType, file.extension, add);
  for (const service of file.service) {
    const scope = add(file.package, 'service', service);
    for (const method of service.method) add(scope, 'method', method);
  }
}

function addTypes(
  scope: string,
  messages: readonly DescriptorProto[],
  enums: readonly EnumDescriptorProto[],
  extensions: readonly FieldDescriptorProto[],
  add: (scope: string, kind: SymbolEntry['kind'], descriptor: { name: string }) => string,
): void {
  for (const message of messages) {
    const inner = add(scope, 'message', message);
    for (const field of message.field) add(inner, 'field', field);
    for (const oneof of message.oneofDecl) add(inner, 'oneof', oneof);
    addTypes(inner, message.nestedType, message.enumType, message.extension, add);
  }
  for (const target of enums) {
    add(scope, 'enum', target);
    // As in C++, the values of an enum stand beside it, not in it.
    for (const value of target.value) add(scope, 'enum value', value);
  }
  for (const extension of extensions) add(scope, 'extension', extension);
}

/** The names of the files whose symbols a file may use: its own, its imports' and what those import publicly. */
export function visibleFiles(symbols: Symbols, file: FileDescriptorProto): Set<string> {
  const visible = new Set([file.name]);
  const pending = [...file.dependency, ...file.optionDependency];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (visible.has(name)) continue;
    visible.add(name);
    const dependency = symbols.files.get(name);
    for (const index of dependency?.publicDependency ?? []) pending.push(dependency?.dependency[index] ?? '');
  }
  return visible;
}

/**
 * What `name` means inside the element `from`: the innermost scope around it that knows the first part of the name
 * decides, as protoc has it. With `typesOnly`, other things than messages and enums do not count.
 */
export function lookUp(
  symbols: Symbols,
  visible: ReadonlySet<string>,
  name: string,
  from: string,
  typesOnly: boolean,
): Lookup {
  const get = (fullName: string): SymbolEntry | undefined => {
    const entry = symbols.entries.get(fullName);
    return entry && visible.has(entry.file) ? entry : undefined;
  };
  if (name.startsWith('.')) return { found: get(name.slice(1)), shadowed: undefined };
  const first = name.split('.', 1)[0] ?? name;
  for (let scope = from; scope !== ''; ) {
    scope = scopeOf(scope);
    const head = joined(scope, first);
    const entry = get(head);
    if (first === name) {
      if (entry && (!typesOnly || isType(entry))) return { found: entry, shadowed: undefined };
    } else if (entry ? isScope(entry) : isVisiblePackage(symbols, visible, head)) {
      const full = joined(scope, name);
      const found = get(full);
      return { found, shadowed: found ? undefined : full };
    }
  }
  return { found: undefined, shadowed: undefined };
}

function isType({ kind }: SymbolEntry): boolean {
  return kind === 'message' || kind === 'enum';
}

function isScope({ kind }: SymbolEntry): boolean {
  return kind === 'message' || kind === 'enum' || kind === 'service';
}

function isVisiblePackage(symbols: Symbols, visible: ReadonlySet<string>, name: string): boolean {
  for (const file of symbols.packages.get(name) ?? []) if (visible.has(file)) return true;
  return false;
}
