// The files a server has sent so far. Servers send too much, too little, twice, or something else than asked for; here
// that becomes one file a name, with a warning wherever something had to be put right.
import type { FileDescriptorProto } from '@bufbuild/protobuf/wkt';
import { UserError } from '../errors.ts';
import { builtinFile } from './builtin/builtin.ts';
import { readFileDescriptor } from './descriptor-message.ts';
import { defines, scopeOf, topLevelNames } from './file-symbols.ts';
import { quoted, shown } from './quote.ts';

/** What a server may send before it is stopped: files, bytes of descriptors, and imports of imports of imports. */
export const reflectionLimits = { files: 10_000, bytes: 256 * 1024 * 1024, depth: 1_000 } as const;

/** Files by name, as received. */
export class ReflectedFiles {
  readonly warnings = new Set<string>();
  readonly #files = new Map<string, FileDescriptorProto>();
  /** Name asked for → name under which the server has the file. */
  readonly #aliases = new Map<string, string>();
  readonly #missing = new Set<string>();
  /** Top-level full name → files that define it. */
  readonly #owners = new Map<string, FileDescriptorProto[]>();
  /** Serialized files already read, so that repeats cost nothing. */
  readonly #encoded = new Map<string, Buffer[]>();
  #bytes = 0;

  /** All files, in the order received. */
  all(): FileDescriptorProto[] {
    return [...this.#files.values()];
  }

  /** The file by the name it is imported with: the server's, else one that grepl carries along. */
  get(name: string): FileDescriptorProto | undefined {
    return this.#files.get(this.#aliases.get(name) ?? name) ?? builtinFile(name);
  }

  /** The file that defines `fullName`, among those received. */
  owner(fullName: string): FileDescriptorProto | undefined {
    for (let prefix = fullName; prefix !== ''; prefix = scopeOf(prefix)) {
      const owner = this.#owners.get(prefix)?.find((file) => defines(file, fullName));
      if (owner) return owner;
    }
    // Values of an enum stand beside it, so no prefix of theirs names the enum.
    const scope = scopeOf(fullName);
    return this.all().find((file) => file.package === scope && defines(file, fullName));
  }

  /** The top-level names received so far. */
  names(): string[] {
    return [...this.#owners.keys()];
  }

  /** Imports of the files that are neither here nor known to be missing, each once. */
  toFetch(files: readonly FileDescriptorProto[]): string[] {
    const names = new Set<string>();
    for (const file of files) {
      for (const name of file.dependency) if (!this.get(name) && !this.#missing.has(name)) names.add(name);
    }
    return [...names];
  }

  /**
   * Reads what one answer brought and returns the files that are new.
   *
   * @throws UserError code 4 for bytes that are not a file and when a limit is passed.
   */
  add(encoded: readonly Uint8Array[], source: string): FileDescriptorProto[] {
    return encoded.flatMap((bytes) => this.#addOne(bytes, source) ?? []);
  }

  /** Notes that the import could not be had under this name; `file` is what the server sent instead, if anything. */
  resolveMissing(name: string, source: string, instead: FileDescriptorProto | undefined): void {
    if (this.get(name)) return;
    if (instead) {
      this.#aliases.set(name, instead.name);
      this.warnings.add(
        `${source} sent ${shown(instead.name)} when asked for ${shown(name)}; it is taken for the same file`,
      );
      return;
    }
    this.#missing.add(name);
    const importer = this.all().find(({ dependency }) => dependency.includes(name));
    const of = importer ? `, imported by ${shown(importer.name)},` : '';
    this.warnings.add(`${source} does not have ${shown(name)}${of}; types defined there are unknown`);
  }

  #addOne(bytes: Uint8Array, source: string): FileDescriptorProto | undefined {
    const file = decodeFile(bytes, source);
    const known = this.#encoded.get(file.name);
    if (known?.some((other) => other.equals(bytes))) return undefined;
    this.#encoded.set(file.name, [...(known ?? []), Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)]);
    this.#bytes += bytes.length;
    this.#checkLimits(source);
    if (known) {
      // Servers that merge files by package send another mixture under the same name for another question.
      this.warnings.add(`${source} sent different files with the name ${shown(file.name)}`);
      file.name = file.name.replace(/(\.proto)?$/, ` (${known.length + 1})$1`);
    }
    this.#files.set(file.name, file);
    for (const name of topLevelNames(file)) {
      const owners = this.#owners.get(name);
      if (owners) owners.push(file);
      else this.#owners.set(name, [file]);
    }
    return file;
  }

  #checkLimits(source: string): void {
    const { files, bytes } = reflectionLimits;
    if (this.#files.size < files && this.#bytes <= bytes) return;
    const what = this.#bytes > bytes ? `${bytes >> 20} MiB of files` : `${files} files`;
    throw new UserError(4, `${source} sent more than ${what}, the limit for one schema`, {
      hint: 'the server may be broken or hostile; give the schema with --proto or --protoset',
    });
  }
}

function decodeFile(bytes: Uint8Array, source: string): FileDescriptorProto {
  let file: FileDescriptorProto;
  try {
    file = readFileDescriptor(bytes);
  } catch (cause) {
    const message = `${source} sent ${bytes.length} bytes that are not a file descriptor`;
    throw new UserError(4, `${message} (${(cause as Error).message})`, {
      hint: 'give the schema as files: --proto FILE or --protoset FILE',
      cause,
    });
  }
  if (file.name !== '') return file;
  throw new UserError(4, `${source} sent a file descriptor without a name (package ${quoted(file.package)})`, {
    hint: 'give the schema as files: --proto FILE or --protoset FILE',
  });
}
