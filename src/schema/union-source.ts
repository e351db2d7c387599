// Several sources as one: files next to files, or files that fill what reflection lacks.
import type { FileDescriptorProto } from '@bufbuild/protobuf/wkt';
import { UserError } from '../errors.ts';
import { CallFailed } from './call-failed.ts';
import type { SchemaSource } from './source.ts';

/**
 * The sources in order of precedence: the first that knows a symbol supplies it; lists are unions. If `fallible` is
 * set, the first source may fail (no reflection, refused by the server) as long as another one has the answer; that
 * becomes a warning. A failure to reach the server at all is not passed over.
 */
export function unionSource(sources: readonly SchemaSource[], fallible: boolean): SchemaSource {
  return new Union(sources, fallible);
}

class Union implements SchemaSource {
  readonly #sources: readonly SchemaSource[];
  readonly #fallible: boolean;
  readonly #failures = new Set<string>();

  constructor(sources: readonly SchemaSource[], fallible: boolean) {
    this.#sources = sources;
    this.#fallible = fallible;
  }

  get name(): string {
    return this.#sources.map(({ name }) => name).join(' and ');
  }

  get warnings(): readonly string[] {
    return [...this.#failures, ...this.#sources.flatMap(({ warnings }) => warnings)];
  }

  async listServices(): Promise<string[]> {
    return [...new Set((await this.#all((source) => source.listServices(), [])).flat())].sort();
  }

  findSymbol(fullName: string): Promise<FileDescriptorProto[] | undefined> {
    return this.#first((source) => source.findSymbol(fullName));
  }

  findExtension(messageName: string, number: number): Promise<FileDescriptorProto[] | undefined> {
    return this.#first((source) => source.findExtension(messageName, number));
  }

  async listSymbols(): Promise<string[]> {
    return [...new Set((await this.#all((source) => source.listSymbols(), [])).flat())];
  }

  async filesNaming(name: string): Promise<FileDescriptorProto[]> {
    return (await this.#all((source) => source.filesNaming?.(name) ?? source.allFiles(), [])).flat();
  }

  async allFiles(): Promise<FileDescriptorProto[]> {
    return (await this.#all((source) => source.allFiles(), [])).flat();
  }

  #all<T>(ask: (source: SchemaSource) => Promise<T>, instead: T): Promise<T[]> {
    return Promise.all(this.#sources.map((source, i) => this.#guarded(i, ask(source), instead)));
  }

  async #first<T>(ask: (source: SchemaSource) => Promise<T | undefined>): Promise<T | undefined> {
    for (const [i, source] of this.#sources.entries()) {
      const found = await this.#guarded(i, ask(source), undefined);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  async #guarded<T>(index: number, answer: Promise<T>, instead: T): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      if (index > 0 || !this.#fallible || !isPassable(error)) throw error;
      this.#failures.add(`${(error as Error).message}; only the files given are used`);
      return instead;
    }
  }
}

function isPassable(error: unknown): boolean {
  return error instanceof UserError || (error instanceof CallFailed && error.status.origin === 'server');
}
