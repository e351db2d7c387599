// What a command works with: target, channel, schema, metadata, clock of the run. Opened from flags, closed by main.
import type { DescMethod } from '@bufbuild/protobuf';
import type { RequestDocument } from '../codec/document.ts';
import { UserError } from '../errors.ts';
import { Interrupted, type Io, write } from '../io.ts';
import type { CallEvent } from '../rpc/event.ts';
import { loadSchema } from '../schema/load.ts';
import type { Schema } from '../schema/schema.ts';
import { checkChannel } from '../wire/grpc-js-channel.ts';
import type { Metadata } from '../wire/metadata.ts';
import type { Channel } from '../wire/stream.ts';
import type { Target } from '../wire/target.ts';
import type { CallView, Outcome } from './call-view.ts';
import { openClientChannel, targetFrom } from './client-channel.ts';
import { type Client, clientOf, grpcJsFlags } from './client-flags.ts';
import type { Flags } from './flags.ts';
import { type HeaderRules, metadataFrom, withHeader } from './headers.ts';
import type { Args, Grammar } from './parse.ts';

/** The values a command works with. Nothing is opened before it is used. */
export interface Session {
  readonly args: Args;
  readonly io: Io;
  readonly grammar: Grammar;
  /** Aborted by signals; calls are bounded by timeLeft() as their deadline. */
  readonly signal: AbortSignal;
  /** Aborted by signals and when --max-time is over: for waits that are no calls, such as reading stdin. */
  readonly inputSignal: AbortSignal;
  /** Undefined when the command line has no address. */
  readonly target: Target | undefined;
  /**
   * The channel to the target, through the client that --client names (the native one with `both`) or another;
   * UserError 2 when there is no address.
   */
  channel(client?: Client): Channel;
  /** The schema, loaded on first use. */
  schema(): Promise<Schema>;
  /** What the run is about, for messages when nothing better is known: a method as typed, `list`. */
  subject: string;
  /** How long it took to find the method in the schema, in milliseconds. */
  schemaMs: number | undefined;
  metadata(): Promise<Metadata>;
  /**
   * Sets metadata, written as behind -H, for this run alone: what has the same name goes. Rejects with UserError 2 where a
   * call could not be made with it.
   */
  setHeader(header: string): Promise<void>;
  /** Milliseconds left of --max-time; undefined without it. */
  timeLeft(): number | undefined;
  /** One line about the run, on stderr, unless -q. */
  say(line: string): void;
  /** Sees every event of every call, after it was shown: what the REPL keeps of them. */
  readonly observe: ((event: CallEvent, schema: Schema) => void) | undefined;
  /**
   * Asks a person for the request of a method, where there is one to ask. Undefined when the person leaves.
   */
  readonly ask:
    | ((method: DescMethod, schema: Schema, session: Session) => Promise<RequestDocument | undefined>)
    | undefined;
  /** Set where calls are made on a production profile. */
  readonly production: Production | undefined;
  /** What a REPL or script changes in the way calls are shown; undefined on a command line. */
  readonly front: Front | undefined;
  /** Shows streams to a person who may take part; undefined where there is none. */
  readonly streams: StreamPerson | undefined;
  /** Ends the connection, after what is queued on it (a cancellation, for one) has gone out. */
  close(): Promise<void>;
}

/** A production profile: calls take the word yes. */
export interface Production {
  readonly profile: string;
  /** Puts a question to a person, where there is one. */
  readonly ask: ((lines: readonly string[], before: string) => Promise<string | undefined>) | undefined;
  /** The word has been given for the call of this session. */
  said: boolean;
}

/** The program in front of a session that reads lines: its hints are lines too. */
export interface Front {
  /** Whether a person reads. */
  readonly isPerson: boolean;
  /** How the reply of the call under way is called: `$7`. */
  replyName(): string;
  /** Makes the view of a call of `method`; undefined where the usual one will do. */
  view(session: Session, schema: Schema, method: DescMethod): Promise<CallView | undefined>;
}

/** A person in front of streams. */
export interface StreamPerson {
  /** Streams whose requests are given are shown too, not only those whose messages are typed. */
  readonly all: boolean;
  /** Shows one to its end; undefined when it goes on unseen. */
  show(stream: StreamToShow): Promise<Outcome | undefined>;
}

/** A stream to be shown. */
export interface StreamToShow {
  readonly session: Session;
  readonly schema: Schema;
  readonly method: DescMethod;
  /** Absent: they are typed. */
  readonly requests?: AsyncIterable<Uint8Array> | readonly Uint8Array[] | undefined;
}

/** A target with its channel and schema: each is opened when first used. Outlives single lines in the REPL. */
export interface Link {
  /** Undefined without an address. */
  readonly target: Target | undefined;
  /** See Session.channel. */
  channel(client?: Client): Channel;
  /** Rejects with UserError 2 where the client that makes the calls refuses what it is given. */
  check(): Promise<void>;
  /** The schema, loaded on first use. */
  schema(): Promise<Schema>;
  /** The next use of the schema asks for it anew. */
  forgetSchema(): void;
  /** Ends the connection, after what is queued on it (a cancellation, for one) has gone out. */
  close(): Promise<void>;
}

/** How a link is opened. */
export interface LinkOptions {
  readonly grammar: Grammar;
  /** One-line notices, such as TLS found on a loopback port. */
  readonly say: (line: string) => void;
  readonly timeLeft: () => number | undefined;
  /** Rejects where metadata may not be sent to the target. */
  readonly allow?: (() => Promise<void>) | undefined;
}

/** Opens a link by the flags of schema and connection. Throws UserError 2 for a bad address or contradicting flags. */
export function openLink(flags: Flags, address: string | undefined, io: Io, options: LinkOptions): Link {
  const target = address === undefined ? undefined : targetFrom(address, flags);
  // What is wrong with them is told before anything else is done.
  grpcJsFlags(flags, io);
  const usual = clientOf(flags) === 'grpc-js' ? 'grpc-js' : 'native';
  const channels = new Map<Client, Channel>();
  let schema: Promise<Schema> | undefined;
  const openOnce = (client: Client = usual): Channel => {
    if (!target) throw new UserError(2, 'no address to call', { hint: 'give host:port, or set GREPL_ADDRESS' });
    const channel = channels.get(client) ?? openClientChannel(client, target, flags, io, options);
    channels.set(client, channel);
    return channel;
  };
  const check = async (): Promise<void> => {
    if (target && usual === 'grpc-js') await checkChannel(openOnce());
  };
  const load = async (): Promise<Schema> => {
    if (target) await options.allow?.();
    await check();
    const reflectMetadata = flags.has('header') || flags.has('reflect-header') || flags.has('bearer');
    const rules = headerRules(flags, options.grammar);
    return loadSchema({
      protoFiles: [...flags.list('proto')],
      importPaths: [...flags.list('import-path')],
      protosets: [...flags.list('protoset')],
      reflect: flags.text('reflect') as 'auto' | 'v1' | 'v1alpha' | 'off' | undefined,
      channel: target ? () => openOnce() : undefined,
      metadata: reflectMetadata ? await metadataFrom(flags, 'reflect-header', io, rules) : [],
      signal: io.signal,
      deadlineMs: options.timeLeft(),
      limitMs: flags.number('max-time'),
    });
  };
  return {
    target,
    channel: openOnce,
    check,
    schema: () => (schema ??= load()),
    forgetSchema: () => {
      schema = undefined;
    },
    close: async () => {
      if (channels.size === 0) return;
      for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
      for (const channel of channels.values()) channel.close();
    },
  };
}

/** What a session may be given from outside: the REPL's. */
export interface SessionOptions {
  readonly link?: Link | undefined;
  readonly observe?: Session['observe'];
  readonly ask?: Session['ask'];
  readonly front?: Session['front'];
  readonly production?: Session['production'];
  readonly streams?: Session['streams'];
  /** Rejects where metadata may not be sent to the target: a question of trust that is not answered. */
  readonly allow?: (() => Promise<void>) | undefined;
}

/**
 * Opens a session on `address`, or on a link that is there already and is not closed with it. Throws UserError 2 for a
 * bad address or contradicting flags.
 */
export function openSession(
  args: Args,
  address: string | undefined,
  io: Io,
  grammar: Grammar,
  options: SessionOptions = {},
): Session {
  const { flags } = args;
  const startedAt = io.now();
  const maxTime = flags.number('max-time');
  const inputSignal = maxTime === undefined ? io.signal : AbortSignal.any([io.signal, timeout(maxTime)]);
  const say = (line: string) => {
    if (!flags.bool('quiet')) void write(io.stderr, `${line}\n`).catch(() => {});
  };
  const timeLeft = () => (maxTime === undefined ? undefined : Math.max(0, maxTime - (io.now() - startedAt)));
  const link = options.link ?? openLink(flags, address, io, { grammar, say, timeLeft, allow: options.allow });
  let metadata: Promise<Metadata> | undefined;
  const readMetadata = async (all: Flags) => {
    await options.allow?.();
    await link.check();
    return metadataFrom(all, 'rpc-header', io, headerRules(flags, grammar));
  };
  return {
    args,
    io,
    grammar,
    signal: io.signal,
    inputSignal,
    target: link.target,
    channel: link.channel,
    schema: link.schema,
    subject: 'reading the schema',
    schemaMs: undefined,
    metadata: () => (metadata ??= readMetadata(flags)),
    setHeader: async (header) => {
      const trial = withHeader(flags, header);
      metadata = Promise.resolve(await readMetadata(trial));
      for (const name of ['header', 'rpc-header', 'bearer']) {
        if (trial.has(name)) flags.set(name, trial.value(name));
        else flags.delete(name);
      }
    },
    timeLeft,
    say,
    observe: options.observe,
    ask: options.ask,
    production: options.production,
    front: options.front,
    streams: options.streams,
    close: async () => {
      if (!options.link) await link.close();
    },
  };
}

function headerRules(flags: Flags, grammar: Grammar): HeaderRules {
  return grammar === 'grepl' ? { expand: true, files: true } : { expand: flags.bool('expand-headers'), files: false };
}

/** The reason of a signal aborted by --max-time. */
export class MaxTimeOver extends Error {}

function timeout(milliseconds: number): AbortSignal {
  const controller = new AbortController();
  // setTimeout takes 31 bits; longer than 24 days is as good as none.
  setTimeout(() => controller.abort(new MaxTimeOver()), Math.min(milliseconds, 2 ** 31 - 1)).unref();
  return controller.signal;
}

/** Rejects with the reason when the run was ended from outside (Interrupted): nothing more is to be shown. */
export function throwIfInterrupted(signal: AbortSignal): void {
  if (signal.aborted && signal.reason instanceof Interrupted) throw signal.reason;
}
