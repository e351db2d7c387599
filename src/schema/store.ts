// A schema in use: files of a source become descriptors when something in them is asked for.
import type { DescFile } from '@bufbuild/protobuf';
import type { FileDescriptorProto } from '@bufbuild/protobuf/wkt';
import { UserError } from '../errors.ts';
import { builtinFile, builtinFileNames, builtinWithImports } from './builtin/builtin.ts';
import { defines, joined, type KnownType, scopeOf, scopesOf, typesOf } from './file-symbols.ts';
import { Linker } from './link.ts';
import { shown } from './quote.ts';
import { repairFile } from './repair-file.ts';
import type { DescSymbol, Schema, TypeResolver } from './schema.ts';
import type { SchemaSource } from './source.ts';
import { relativeNames, typeReferences } from './type-references.ts';

/** How often the types that new files use may lead to further files. */
const maxRounds = 100;

/**
 * Opens a schema on a source. Every full name has one descriptor, the same object each time. What is missing from the
 * source and not asked for itself becomes a warning and a placeholder (placeholder.ts); see Schema for the rest.
 */
export function openSchema(source: SchemaSource): Schema {
  return new Store(source);
}

/** Files gathered for one request. */
interface Gathered {
  readonly files: FileDescriptorProto[];
  readonly types: Map<string, KnownType>;
}

class Store implements Schema {
  readonly #source: SchemaSource;
  readonly #linker = new Linker();
  readonly #repaired = new WeakSet<FileDescriptorProto>();
  readonly #refused = new WeakSet<FileDescriptorProto>();
  readonly #unavailable = new Set<string>();

  constructor(source: SchemaSource) {
    this.#source = source;
  }

  get name(): string {
    return this.#source.name;
  }

  get types(): TypeResolver {
    return this.#linker.table;
  }

  get warnings(): readonly string[] {
    return [...new Set([...this.#source.warnings, ...this.#linker.warnings])];
  }

  listServices(): Promise<string[]> {
    return this.#source.listServices();
  }

  async symbol(fullName: string): Promise<DescSymbol | undefined> {
    const name = fullName.replace(/^[./]+/, '');
    const slash = name.lastIndexOf('/');
    const wanted = slash < 0 ? name : `${name.slice(0, slash)}.${name.slice(slash + 1)}`;
    const known = this.#linker.table.find(wanted);
    if (known) return known;
    const numbered = /^([^[\]]+)\[(\d+)\]$/.exec(name);
    if (numbered) return this.#extension(numbered[1] as string, Number(numbered[2]));
    // With a slash the first part can only be a service, and servers know services best.
    const asked = slash < 0 ? name : name.slice(0, slash);
    // What a known service, message or enum does not have, the source does not have either.
    if (asked === '' || this.#linker.table.top(scopeOf(wanted))) return undefined;
    const files = (await this.#source.findSymbol(asked)) ?? builtinDefining(asked);
    if (!files) return undefined;
    await this.#load(files, files.at(-1));
    return this.#linker.table.find(wanted);
  }

  async #extension(extendee: string, number: number): Promise<DescSymbol | undefined> {
    const known = (): DescSymbol | undefined => {
      const message = this.#linker.table.message(extendee);
      return message && this.#linker.table.extension(message, number);
    };
    if (known()) return known();
    const files = await this.#source.findExtension(extendee, number);
    if (files) await this.#load(files, undefined);
    return known();
  }

  async symbolNames(): Promise<string[]> {
    return [...new Set([...(await this.#source.listSymbols()), ...this.#linker.table.names()])].sort();
  }

  async filesNaming(name: string): Promise<DescFile[]> {
    return this.#loaded((await this.#source.filesNaming?.(name)) ?? (await this.#source.allFiles()));
  }

  async files(): Promise<DescFile[]> {
    return this.#loaded(await this.#source.allFiles());
  }

  async #loaded(files: readonly FileDescriptorProto[]): Promise<DescFile[]> {
    await this.#load(files, undefined);
    return files.flatMap((file) => this.#linker.table.fileOf(file) ?? []);
  }

  async #load(files: readonly FileDescriptorProto[], root: FileDescriptorProto | undefined): Promise<void> {
    const gathered: Gathered = { files: [], types: new Map() };
    this.#gather([...(await this.#findRelative(files)), ...files], root, gathered);
    let fresh = gathered.files;
    for (let round = 0; fresh.length > 0 && round < maxRounds; round += 1) {
      const more = await this.#findMissing(fresh, gathered);
      const before = new Set(gathered.files);
      this.#gather(more, root, gathered);
      fresh = gathered.files.filter((file) => !before.has(file));
    }
    // The file asked for comes last: what was found for it since has to be built before.
    const others = gathered.files.filter((file) => file !== root);
    this.#linker.link(root && gathered.files.includes(root) ? [...others, root] : others, root);
  }

  /** Files that define what the given ones use by relative name without importing it. */
  async #findRelative(files: readonly FileDescriptorProto[]): Promise<FileDescriptorProto[]> {
    const types = new Map(files.flatMap(typesOf).map((type) => [type.fullName, type]));
    const uses = files.filter((file) => !this.#repaired.has(file)).flatMap(relativeNames);
    const unknown = uses.filter(({ scope, name }) => !this.#lookup(scope, name, types));
    const candidates = new Set(
      unknown.flatMap(({ scope, name }) => scopesOf(scope).map((outer) => joined(outer, name))),
    );
    const found = await Promise.all([...candidates].map((name) => this.#findType(name)));
    return found.flatMap((more) => more ?? []);
  }

  /** Takes up files that are new and in order; repairs them once all names are known. */
  #gather(files: readonly FileDescriptorProto[], root: FileDescriptorProto | undefined, into: Gathered): void {
    const have = new Set(into.files);
    const fresh = files.filter(
      (file) => !have.has(file) && !this.#linker.table.fileOf(file) && !this.#refused.has(file),
    );
    for (const file of fresh) for (const type of typesOf(file)) into.types.set(type.fullName, type);
    for (const file of fresh) if (this.#repair(file, file === root, into)) into.files.push(file);
  }

  #repair(file: FileDescriptorProto, isRoot: boolean, { types }: Gathered): boolean {
    if (this.#repaired.has(file) || builtinFile(file.name) === file) return true;
    const lookup = (scope: string, name: string) => this.#lookup(scope, name, types);
    try {
      repairFile(file, lookup, (warning) => this.#linker.warnings.add(warning));
      this.#repaired.add(file);
      return true;
    } catch (error) {
      if (isRoot || !(error instanceof UserError)) throw error;
      this.#refused.add(file);
      this.#linker.warnings.add(`${error.message}; the file is left out`);
      return false;
    }
  }

  #lookup(scope: string, name: string, types: ReadonlyMap<string, KnownType>): KnownType | undefined {
    for (const outer of scopesOf(scope)) {
      const fullName = joined(outer, name);
      const known = this.#linker.table.message(fullName) ?? this.#linker.table.enum(fullName) ?? types.get(fullName);
      if (known) return { fullName, kind: known.kind };
    }
    return undefined;
  }

  /** Asks the source for types that the files use and nobody has defined so far, all at once. */
  async #findMissing(files: readonly FileDescriptorProto[], { types }: Gathered): Promise<FileDescriptorProto[]> {
    const users = new Map<string, string>();
    for (const { fullName, usedBy } of files.flatMap(typeReferences)) {
      if (types.has(fullName) || this.#linker.table.top(fullName) || this.#unavailable.has(fullName)) continue;
      if (!users.has(fullName)) users.set(fullName, usedBy);
    }
    const found = await Promise.all([...users.keys()].map((name) => this.#findType(name)));
    [...users].forEach(([name, usedBy], i) => {
      if (found[i]) return;
      this.#unavailable.add(name);
      this.#linker.warnings.add(`type ${shown(name)}, used by ${shown(usedBy)}, is not in ${this.name}`);
    });
    return found.flatMap((files) => files ?? []);
  }

  async #findType(fullName: string): Promise<FileDescriptorProto[] | undefined> {
    return builtinDefining(fullName) ?? (await this.#source.findSymbol(fullName));
  }
}

/** The file among those that grepl carries along that defines the name, with its imports. */
function builtinDefining(fullName: string): FileDescriptorProto[] | undefined {
  if (!fullName.startsWith('google.')) return undefined;
  const [, area] = fullName.split('.');
  const names = builtinFileNames().filter((name) => name.startsWith(`google/${area}/`));
  const found = names.find((name) => defines(builtinFile(name)!, fullName));
  return found === undefined ? undefined : builtinWithImports(found);
}
