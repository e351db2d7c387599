// Schemas from files that protoc or buf compiled: FileDescriptorSets, under whatever ending (.binpb, .protoset, .desc,
// .pb, .bin). Only what is asked for is decoded; see descriptor-scan.ts.
import { basename } from 'node:path';
import type { FileDescriptorProto } from '@bufbuild/protobuf/wkt';
import { UserError } from '../errors.ts';
import { builtinFile } from './builtin/builtin.ts';
import { readFileDescriptor } from './descriptor-message.ts';
import { type ScannedFile, scanExtensions, scanSet, scanTopLevelNames } from './descriptor-scan.ts';
import { defines, scopeOf } from './file-symbols.ts';
import { inImportOrder } from './import-order.ts';
import { shown } from './quote.ts';
import { openSetBytes, type SetBytes } from './set-bytes.ts';
import type { SchemaSource } from './source.ts';

interface Entry extends ScannedFile {
  readonly set: SetBytes;
}

/**
 * Reads descriptor sets, gzipped or not. A file that is in several of them counts as in the last.
 *
 * @throws UserError code 4 naming the path when one cannot be read or is not a descriptor set.
 */
export async function descriptorSets(paths: readonly string[]): Promise<SchemaSource> {
  const sets = await Promise.all(paths.map(readSet));
  return new DescriptorSets(paths, sets.flat());
}

async function readSet(path: string): Promise<Entry[]> {
  const set = await openSetBytes(path);
  const entries = scanned(set);
  if (entries.length > 0) return entries;
  throw new UserError(4, `${shown(path)} holds no files`, {
    hint: 'a descriptor set is wanted, as protoc -o writes it',
  });
}

function scanned(set: SetBytes): Entry[] {
  try {
    return scanSet(set).map((file) => ({ ...file, set }));
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    const message = `${shown(set.path)} is not a descriptor set: ${cause.message}`;
    throw new UserError(4, message, { hint: hintFor(set.slice(0, Math.min(set.size, 4096))), cause });
  }
}

function hintFor(bytes: Buffer): string {
  const start = bytes.toString('latin1');
  if (/^\s*\{/.test(start)) return 'it looks like JSON; write it in binary: protoc -o FILE, or buf build -o FILE.binpb';
  const source = /^\s*(syntax|edition|package|import|option|message|service)\b|^\s*\/[/*]/m.test(start);
  if (source) return 'it looks like .proto source; give it with --proto instead';
  return 'write one with protoc --include_imports -o FILE, or buf build -o FILE.binpb';
}

class DescriptorSets implements SchemaSource {
  readonly name: string;
  readonly #entries = new Map<string, Entry>();
  readonly #decoded = new Map<string, FileDescriptorProto>();
  readonly #warnings = new Set<string>();
  readonly #names = new Map<Entry, readonly string[]>();
  #packages: Map<string, Entry[]> | undefined;
  #extensions: ReadonlyMap<string, Entry> | undefined;

  constructor(paths: readonly string[], entries: readonly Entry[]) {
    this.name = paths.map((path) => basename(path)).join(', ');
    for (const entry of entries) this.#entries.set(entry.name, entry);
  }

  get warnings(): readonly string[] {
    return [...this.#warnings];
  }

  async listServices(): Promise<string[]> {
    const names = new Set<string>();
    for (const { services } of this.#entries.values()) for (const service of services) names.add(service);
    return [...names].sort();
  }

  async findSymbol(fullName: string): Promise<FileDescriptorProto[] | undefined> {
    for (let packageName = scopeOf(fullName); ; packageName = scopeOf(packageName)) {
      const entries = this.#inPackage(packageName);
      const holds = (entry: Entry) =>
        this.#topLevelNames(entry).some((name) => fullName === name || fullName.startsWith(`${name}.`));
      // The language puts an enum's values beside the enum, so no top-level name begins theirs.
      const beside = packageName === scopeOf(fullName) ? entries : [];
      for (const entry of [...entries.filter(holds), ...beside]) {
        const file = this.#decode(entry);
        if (defines(file, fullName)) return this.#withImports([file]);
      }
      if (packageName === '') return undefined;
    }
  }

  async findExtension(messageName: string, number: number): Promise<FileDescriptorProto[] | undefined> {
    const entry = this.#extensionIndex().get(`${messageName} ${number}`);
    return entry && this.#withImports([this.#decode(entry)]);
  }

  async listSymbols(): Promise<string[]> {
    return [...new Set([...this.#entries.values()].flatMap((entry) => this.#topLevelNames(entry)))];
  }

  async filesNaming(name: string): Promise<FileDescriptorProto[]> {
    const text = Buffer.from(name);
    // In every definition the name comes first: field 1 and its length. Longer ones than this are found in no schema.
    if (text.length > 127) return [];
    const field = Buffer.concat([Buffer.from([0x0a, text.length]), text]);
    const holds = (entry: Entry) => bytesOf(entry).includes(field);
    return this.#withImports([...this.#entries.values()].filter(holds).map((entry) => this.#decode(entry)));
  }

  async allFiles(): Promise<FileDescriptorProto[]> {
    return this.#withImports([...this.#entries.values()].map((entry) => this.#decode(entry)));
  }

  #inPackage(packageName: string): readonly Entry[] {
    if (this.#packages === undefined) {
      this.#packages = new Map();
      for (const entry of this.#entries.values()) {
        const entries = this.#packages.get(entry.package);
        if (entries) entries.push(entry);
        else this.#packages.set(entry.package, [entry]);
      }
    }
    return this.#packages.get(packageName) ?? [];
  }

  #topLevelNames(entry: Entry): readonly string[] {
    let names = this.#names.get(entry);
    if (names === undefined) {
      names = guarded(entry, () => scanTopLevelNames(bytesOf(entry), entry.package));
      this.#names.set(entry, names);
    }
    return names;
  }

  #extensionIndex(): ReadonlyMap<string, Entry> {
    if (this.#extensions !== undefined) return this.#extensions;
    const index = new Map<string, Entry>();
    for (const entry of this.#entries.values()) {
      for (const { extendee, number } of guarded(entry, () => scanExtensions(bytesOf(entry)))) {
        const key = `${extendee} ${number}`;
        if (!index.has(key)) index.set(key, entry);
      }
    }
    this.#extensions = index;
    return index;
  }

  #decode(entry: Entry): FileDescriptorProto {
    const known = this.#decoded.get(entry.name);
    if (known) return known;
    const bytes = bytesOf(entry);
    const file = guarded(entry, () => readFileDescriptor(bytes));
    this.#decoded.set(entry.name, file);
    return file;
  }

  #get(name: string): FileDescriptorProto | undefined {
    const entry = this.#entries.get(name);
    return entry ? this.#decode(entry) : builtinFile(name);
  }

  #withImports(roots: readonly FileDescriptorProto[]): FileDescriptorProto[] {
    const files = inImportOrder(roots, (name) => this.#get(name));
    for (const { name, dependency } of files) {
      for (const missing of dependency) {
        if (this.#get(missing)) continue;
        const what = `${this.name} does not have ${shown(missing)}, imported by ${shown(name)}`;
        this.#warnings.add(`${what}; types defined there are unknown (protoc: --include_imports)`);
      }
    }
    return files;
  }
}

function bytesOf({ set, start, end }: Entry): Buffer {
  return set.slice(start, end);
}

function guarded<T>(entry: Entry, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    const where = `${shown(entry.name)} at byte ${entry.start} of ${shown(entry.set.path)}`;
    throw new UserError(4, `${where} cannot be read: ${(cause as Error).message}`, {
      hint: 'write the set anew',
      cause,
    });
  }
}
