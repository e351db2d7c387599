// The schema that a server tells about itself (https://github.com/grpc/grpc/blob/master/doc/server-reflection.md).
import type { FileDescriptorProto } from '@bufbuild/protobuf/wkt';
import { UserError } from '../errors.ts';
import type { Channel } from '../wire/stream.ts';
import { defines, scopeOf } from './file-symbols.ts';
import { inImportOrder } from './import-order.ts';
import { shown } from './quote.ts';
import { ReflectedFiles, reflectionLimits } from './reflected-files.ts';
import type { Answer, Question } from './reflection-message.ts';
import { filesHint, type ReflectionOptions, ReflectionStream } from './reflection-stream.ts';
import type { SchemaSource } from './source.ts';

const notFound = 5;

/**
 * A schema source that asks the server on `channel`. Nothing is sent before the first question. Everything received is
 * kept, so no file is asked for twice.
 */
export function reflection(channel: Channel, options: ReflectionOptions): SchemaSource {
  return new Reflection(channel, options);
}

class Reflection implements SchemaSource {
  readonly #channel: Channel;
  readonly #stream: ReflectionStream;
  readonly #files = new ReflectedFiles();
  readonly #searches = new Map<string, Promise<FileDescriptorProto | undefined>>();
  readonly #fetches = new Map<string, Promise<void>>();
  #services: Promise<string[]> | undefined;
  #knownServices: readonly string[] = [];

  constructor(channel: Channel, options: ReflectionOptions) {
    this.#channel = channel;
    this.#stream = new ReflectionStream(channel, options);
  }

  get name(): string {
    const peer = this.#channel.connection?.peer;
    return peer === undefined ? this.#short : `${this.#short} of ${peer}`;
  }

  get #short(): string {
    return `reflection ${this.#stream.version}`;
  }

  get warnings(): readonly string[] {
    return [...this.#files.warnings];
  }

  listServices(): Promise<string[]> {
    this.#services ??= this.#askServices();
    this.#services.catch(() => {
      this.#services = undefined;
    });
    return this.#services;
  }

  async findSymbol(fullName: string): Promise<FileDescriptorProto[] | undefined> {
    const owner = this.#files.owner(fullName) ?? (await this.#search(fullName));
    return owner && this.#withImports([owner]);
  }

  async findExtension(messageName: string, number: number): Promise<FileDescriptorProto[] | undefined> {
    // Node's own reflection knows the extended type only by its name with a leading dot.
    const questions = [messageName, `.${messageName}`].map((name) => ({ ask: 'extension', name, number }) as const);
    const answers = await Promise.all(questions.map((question) => this.#stream.ask(question)));
    const files = answers.flatMap((answer) => this.#filesOf(answer, `extension ${number} of ${messageName}`));
    const owner = [...files, ...this.#files.all()].find((file) => hasExtension(file, messageName, number));
    return owner && this.#withImports([owner]);
  }

  async listSymbols(): Promise<string[]> {
    return [...new Set([...this.#knownServices, ...this.#files.names()])];
  }

  async allFiles(): Promise<FileDescriptorProto[]> {
    const services = await this.listServices();
    const owners = await Promise.all(services.map((name) => this.#files.owner(name) ?? this.#search(name)));
    services.forEach((name, i) => {
      if (!owners[i]) this.#files.warnings.add(`${this.#short} lists ${shown(name)} but does not describe it`);
    });
    return this.#withImports(owners.filter((file) => file !== undefined));
  }

  async #askServices(): Promise<string[]> {
    const answer = await this.#stream.ask({ ask: 'services' });
    if (answer.kind !== 'services') throw this.#wrongAnswer(answer, 'the list of services');
    this.#knownServices = [...new Set(answer.names)].filter((name) => name !== '').sort();
    return [...this.#knownServices];
  }

  #wrongAnswer(answer: Answer, question: string): UserError {
    const said =
      answer.kind === 'error' ? `error ${answer.code}: ${shown(answer.message)}` : `an answer of another kind`;
    return new UserError(4, `${this.#short}, asked for ${question}, sent ${said}`, { hint: filesHint });
  }

  /** Asks for the file that defines the name; a search under way or that found something is not repeated. */
  #search(fullName: string): Promise<FileDescriptorProto | undefined> {
    const known = this.#searches.get(fullName);
    if (known) return known;
    const search = this.#searchNow(fullName);
    this.#searches.set(fullName, search);
    const forget = () => this.#searches.delete(fullName);
    search.then((file) => file ?? forget(), forget);
    return search;
  }

  async #searchNow(fullName: string): Promise<FileDescriptorProto | undefined> {
    const scope = scopeOf(fullName);
    // Servers need not know methods, fields and values by name, but they know what these belong to. Packages are
    // lower case nearly always, so a scope in upper case is asked for at once and others only in the second round.
    const scopeIsType = /(^|\.)[A-Z][^.]*$/.test(scope);
    const found = await this.#askSymbols(fullName, scopeIsType ? [fullName, scope] : [fullName]);
    if (found) return found;
    const others = [`.${fullName}`, ...(scope === '' ? [] : [scopeIsType ? `.${scope}` : scope])];
    return this.#askSymbols(fullName, others);
  }

  async #askSymbols(fullName: string, names: readonly string[]): Promise<FileDescriptorProto | undefined> {
    const answers = await Promise.all(names.map((name) => this.#stream.ask({ ask: 'symbol', name })));
    const received = answers.flatMap((answer) => this.#filesOf(answer, fullName));
    const owner = received.find((file) => defines(file, fullName)) ?? this.#files.owner(fullName);
    const first = answers[0];
    if (!owner && first?.kind === 'files') {
      const sent = received.map(({ name }) => shown(name)).slice(0, 3);
      const what = sent.length > 0 ? sent.join(', ') : 'nothing new';
      this.#files.warnings.add(`${this.#short}, asked for ${shown(fullName)}, sent ${what}, which does not define it`);
    }
    return owner;
  }

  /** The new files of an answer about `subject`; everything else than files or «not found» is worth a warning. */
  #filesOf(answer: Answer, subject: string): FileDescriptorProto[] {
    if (answer.kind === 'files') return this.#files.add(answer.files, this.#short);
    const expected = answer.kind === 'error' && (answer.code === notFound || answer.code === 0);
    if (!expected) this.#files.warnings.add(this.#wrongAnswer(answer, shown(subject)).message);
    return [];
  }

  /** Fetches imports, all that are known to be missing at a time, until there are none. */
  async #withImports(roots: readonly FileDescriptorProto[]): Promise<FileDescriptorProto[]> {
    const get = (name: string) => this.#files.get(name);
    for (let depth = 0; ; depth += 1) {
      const files = inImportOrder(roots, get);
      const missing = this.#files.toFetch(files);
      if (missing.length === 0) return files;
      if (depth === reflectionLimits.depth) throw this.#tooDeep(missing[0]!);
      await Promise.all(missing.map((name) => this.#fetch(name)));
    }
  }

  #fetch(name: string): Promise<void> {
    const fetch = this.#fetches.get(name) ?? this.#fetchNow(name);
    this.#fetches.set(name, fetch);
    fetch.catch(() => this.#fetches.delete(name));
    return fetch;
  }

  async #fetchNow(name: string): Promise<void> {
    const question: Question = { ask: 'file', name };
    const received = this.#filesOf(await this.#stream.ask(question), name);
    this.#files.resolveMissing(name, this.#short, received.length === 1 ? received[0] : undefined);
  }

  #tooDeep(name: string): UserError {
    const message = `${this.#short} sent files that import one another ${reflectionLimits.depth} levels deep, the limit`;
    return new UserError(4, `${message} (next would be ${shown(name)})`, {
      hint: 'the server may be broken or hostile; give the schema with --proto or --protoset',
    });
  }
}

function hasExtension(file: FileDescriptorProto, messageName: string, number: number): boolean {
  const extensions = [
    ...file.extension,
    ...file.messageType.flatMap(function nested(m): typeof m.extension {
      return [...m.extension, ...m.nestedType.flatMap(nested)];
    }),
  ];
  return extensions.some((e) => e.number === number && e.extendee.replace(/^\./, '') === messageName);
}
