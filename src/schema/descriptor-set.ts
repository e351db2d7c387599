// Schemas from files that protoc or buf compiled: FileDescriptorSets, under whatever ending (.binpb, .protoset, .desc,
// .pb, .bin). Only what is asked for is decoded; see descriptor-scan.ts.
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import { type FileDescriptorProto, FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { UserError } from '../errors.ts';
import { builtinFile } from './builtin/builtin.ts';
import { type ScannedFile, scanExtensions, scanSet, scanTopLevelNames } from './descriptor-scan.ts';
import { defines, scopeOf } from './file-symbols.ts';
import { inImportOrder } from './import-order.ts';
import { shown } from './quote.ts';
import type { SchemaSource } from './source.ts';

interface Entry extends ScannedFile {
  readonly path: string;
  readonly bytes: Buffer;
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
  const bytes = await readBytes(path);
  const entries = scanned(path, bytes);
  if (entries.length > 0) return entries;
  throw new UserError(4, `${shown(path)} holds no files`, {
    hint: 'a descriptor set is wanted, as protoc -o writes it',
  });
}

async function readBytes(path: string): Promise<Buffer> {
  try {
    const bytes = await readFile(path);
    if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
    const { gunzipSync } = await import('node:zlib');
    return gunzipSync(bytes, { maxOutputLength: 2 ** 30 });
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'no such file' : code === 'EISDIR' ? 'it is a directory' : message;
    throw new UserError(4, `cannot read the descriptor set ${shown(path)}: ${why}`, { cause });
  }
}

function scanned(path: string, bytes: Buffer): Entry[] {
  try {
    return scanSet(bytes).map((file) => ({ ...file, path, bytes }));
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    const message = `${shown(path)} is not a descriptor set: ${cause.message}`;
    throw new UserError(4, message, { hint: hintFor(bytes), cause });
  }
}

function hintFor(bytes: Buffer): string {
  const start = bytes.toString('latin1', 0, 4096);
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
  #symbols: Map<string, Entry> | undefined;
  #extensions: Map<string, Entry> | undefined;

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
    const index = this.#symbolIndex();
    for (let prefix = fullName; prefix !== ''; prefix = scopeOf(prefix)) {
      const entry = index.get(prefix);
      const file = entry && this.#decode(entry);
      if (file && defines(file, fullName)) return this.#withImports([file]);
    }
    // The language puts an enum's values beside the enum, so no prefix of theirs names it.
    const scope = scopeOf(fullName);
    for (const entry of this.#entries.values()) {
      if (entry.package !== scope) continue;
      const file = this.#decode(entry);
      if (defines(file, fullName)) return this.#withImports([file]);
    }
    return undefined;
  }

  async findExtension(messageName: string, number: number): Promise<FileDescriptorProto[] | undefined> {
    const entry = this.#extensionIndex().get(`${messageName} ${number}`);
    return entry && this.#withImports([this.#decode(entry)]);
  }

  async listSymbols(): Promise<string[]> {
    return [...this.#symbolIndex().keys()];
  }

  async allFiles(): Promise<FileDescriptorProto[]> {
    return this.#withImports([...this.#entries.values()].map((entry) => this.#decode(entry)));
  }

  #symbolIndex(): Map<string, Entry> {
    this.#symbols ??= this.#index((entry) => scanTopLevelNames(entry.bytes, entry));
    return this.#symbols;
  }

  #extensionIndex(): Map<string, Entry> {
    this.#extensions ??= this.#index((entry) =>
      scanExtensions(entry.bytes, entry).map(({ extendee, number }) => `${extendee} ${number}`),
    );
    return this.#extensions;
  }

  #index(keysOf: (entry: Entry) => string[]): Map<string, Entry> {
    const index = new Map<string, Entry>();
    for (const entry of this.#entries.values()) {
      for (const key of guarded(entry, () => keysOf(entry))) if (!index.has(key)) index.set(key, entry);
    }
    return index;
  }

  #decode(entry: Entry): FileDescriptorProto {
    const known = this.#decoded.get(entry.name);
    if (known) return known;
    const bytes = entry.bytes.subarray(entry.start, entry.end);
    const file = guarded(entry, () => fromBinary(FileDescriptorProtoSchema, bytes));
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

function guarded<T>(entry: Entry, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    const where = `${shown(entry.name)} at byte ${entry.start} of ${shown(entry.path)}`;
    throw new UserError(4, `${where} cannot be read: ${(cause as Error).message}`, {
      hint: 'write the set anew',
      cause,
    });
  }
}
