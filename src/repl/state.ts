// What a session of the REPL keeps from line to line: the target with its connection and schema, flags that were set,
// the service in use, variables and replies.
import type { DescMethod } from '@bufbuild/protobuf';
import type { RequestDocument } from '../codec/document.ts';
import { Flags } from '../commands/flags.ts';
import { type Link, openLink, type Session } from '../commands/session.ts';
import { type Io, write } from '../io.ts';
import type { Schema } from '../schema/schema.ts';
import { type Catalog, loadCatalog } from './catalog.ts';
import type { History } from './history.ts';
import { Replies } from './replies.ts';
import type { Scope } from './variables.ts';

/** What the terminal gives to commands that ask; absent in scripts. */
export interface Person {
  /** Picks one of the methods; undefined when the person leaves. */
  pickMethod(catalog: Catalog): Promise<DescMethod | undefined>;
  /** Asks for a request field by field; undefined when the person leaves. */
  fill(method: DescMethod, schema: Schema, session: Session, draft?: string): Promise<RequestDocument | undefined>;
  /** A text in the editor, and back. */
  edit(text: string): Promise<{ readonly text: string } | { readonly refused: string }>;
  /** Lends the terminal to another program or reader until `use` is done. */
  lend<T>(use: () => Promise<T>): Promise<T>;
}

/** The state of one REPL or script. */
export class Repl {
  readonly io: Io;
  readonly version: string;
  /** Flags that lie under those of every line: given on the command line, or by set, meta, connect, tls. */
  readonly flags: Flags;
  /** Flags for the next call alone. */
  once = new Flags();
  readonly replies = new Replies();
  readonly lets = new Map<string, unknown>();
  readonly scope: Scope;
  /** Says one line about the session; the terminal puts it above the prompt. */
  say: (line: string) => void;
  /** What was filled into forms that were left, by method. */
  readonly drafts = new Map<string, string>();
  address: string | undefined;
  /** Full name of the service whose methods are meant first. */
  service: string | undefined;
  /** The words that repeat the call whose form has just been filled in. */
  filled: readonly string[] | undefined;
  /** What the form of the next call begins with. */
  formDraft: string | undefined;
  /** Whether a filled form is shown before it is sent. */
  review = true;
  /** Code of the last line's call; undefined when it ended with OK. */
  lastStatus: number | undefined;
  person: Person | undefined;
  history: History | undefined;
  /** How deep files are sourced from each other. */
  sourcing = 0;
  /** Set by `exit`. */
  leaving = false;
  /** Starts to load the schema behind the prompt, after the target has changed; absent in scripts. */
  startLoading: (() => void) | undefined;
  readonly #leavers: (() => void)[] = [];
  #link: Link | undefined;
  #catalog: Promise<Catalog> | undefined;
  #known: Catalog | undefined;

  constructor(io: Io, version: string, flags: Flags, address: string | undefined) {
    this.io = io;
    this.version = version;
    this.flags = flags;
    this.address = address;
    this.say = (line) => void write(io.stderr, `${line}\n`).catch(() => {});
    const { lets, replies } = this;
    this.scope = { lets, replies, env: io.env, now: () => new Date(), random: Math.random };
  }

  /** The connection and schema of the target, opened on first use. Throws UserError 2 for a bad address. */
  link(): Link {
    this.#link ??= openLink(this.flags, this.address, this.io, {
      grammar: 'grepl',
      say: (line) => this.say(line),
      timeLeft: () => undefined,
    });
    return this.#link;
  }

  /** Services and methods, loaded on first use and again after a failure. */
  catalog(): Promise<Catalog> {
    const loading = this.#catalog ?? this.#load();
    this.#catalog = loading;
    loading.catch(() => {
      if (this.#catalog === loading) this.#catalog = undefined;
    });
    return loading;
  }

  /** What is known of services and methods now, without waiting. */
  get known(): Catalog | undefined {
    return this.#known;
  }

  async #load(): Promise<Catalog> {
    const catalog = await loadCatalog(await this.link().schema());
    this.#known = catalog;
    const own = catalog.services.filter((name) => !name.startsWith('grpc.'));
    if (this.service === undefined && own.length === 1) this.service = own[0];
    return catalog;
  }

  /** Forgets the schema: the next use asks for it anew. */
  reload(): void {
    this.#link?.forgetSchema();
    this.#catalog = undefined;
  }

  /** Goes to another target, or to the same one with other flags. Calls under way end. */
  async connect(address: string | undefined): Promise<void> {
    if (address !== this.address) {
      this.service = undefined;
      this.#known = undefined;
    }
    this.address = address;
    await this.close();
  }

  /** Calls `stop` when the session ends. */
  onLeave(stop: () => void): void {
    this.#leavers.push(stop);
  }

  /** Ends the session: the connection, and what was started beside it. */
  async leave(): Promise<void> {
    await this.close();
    for (const stop of this.#leavers) stop();
  }

  /** Ends the connection; it is opened again on the next use. */
  async close(): Promise<void> {
    const link = this.#link;
    this.#link = undefined;
    this.#catalog = undefined;
    await link?.close();
  }
}
