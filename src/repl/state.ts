// What a session of the REPL keeps from line to line: the target with its connection and schema, flags that were set,
// the service in use, variables and replies.
import type { DescMethod } from '@bufbuild/protobuf';
import type { RequestDocument } from '../codec/document.ts';
import { Flags } from '../commands/flags.ts';
import { type Link, openLink, type Session } from '../commands/session.ts';
import type { Settings } from '../commands/settings.ts';
import { type Io, write } from '../io.ts';
import type { Schema } from '../schema/schema.ts';
import { type Catalog, loadCatalog } from './catalog.ts';
import type { History } from './history.ts';
import { agreedToSettings } from './profile.ts';
import { Replies } from './replies.ts';
import type { StreamSeat } from './stream-host.ts';
import { Streams } from './streams.ts';
import type { Scope } from './variables.ts';

/** What the terminal gives to commands that ask; absent in scripts. */
export interface Person {
  /** Picks one of the methods; undefined when the person leaves. */
  pickMethod(catalog: Catalog): Promise<DescMethod | undefined>;
  /** Asks for a request field by field; undefined when the person leaves. */
  fill(method: DescMethod, schema: Schema, session: Session, draft?: string): Promise<RequestDocument | undefined>;
  /** A text in the editor, and back. */
  edit(text: string): Promise<{ readonly text: string } | { readonly refused: string }>;
  /** One question, answered with a typed word; undefined when the person leaves it. */
  question(lines: readonly string[], before: string): Promise<string | undefined>;
  /** As `question`, but what is typed is not shown. */
  secret(before: string): Promise<string | undefined>;
  /** Shows a text that is longer than the screen; false where it should be printed after all. Absent in plain form. */
  page?: ((text: string) => Promise<boolean>) | undefined;
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
  /** Those that go on behind the prompt. */
  readonly streams = new Streams();
  /** Shows streams to the person; absent in scripts. */
  seat: StreamSeat | undefined;
  /** How many programs have the terminal at the moment, one lent by the other. */
  lent = 0;
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
  /** The file of the draft that the next form goes on with. */
  draftPath: string | undefined;
  /** The files of the drafts of this session, by method. */
  readonly draftPaths = new Map<string, string>();
  /** Whether `copy` puts its line on the terminal's clipboard. */
  clipboard = true;
  /** Whether a filled form is shown before it is sent. */
  review = true;
  /** Metadata that was given to the call under way in its review. */
  readonly headers: string[] = [];
  /** Where the form of the next call begins, and what is said above its rows. */
  formAt: { readonly field: string; readonly notes: readonly string[] } | undefined;
  /** Whether what is longer than the screen goes through a pager. */
  pager = true;
  /** How many lines around the one that runs repeat it, as watch does, or page it: it is not paged by itself then. */
  repeating = 0;
  /** Whether the phases of a call are told. */
  timing = false;
  /** Whether replies are drawn as trees. */
  tree = false;
  /** Code of the last line's call; undefined when it ended with OK. */
  lastStatus: number | undefined;
  person: Person | undefined;
  /** Full names of everything in the schema, as far as they are known. */
  types: readonly string[] | undefined;
  history: History | undefined;
  /** What environment and config files say of this session. */
  settings: Settings | undefined;
  /** The flags that they have put under those of the lines. */
  laid: Flags | undefined;
  /** Questions of trust that were answered with yes. */
  readonly agreed = new Set<string>();
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
      allow: () => agreedToSettings(this),
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
    // For completion alone, which offers the types of methods until then.
    void catalog.schema.symbolNames().then(
      (names) => {
        if (this.#known === catalog) this.types = names;
      },
      () => {},
    );
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
      this.types = undefined;
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
