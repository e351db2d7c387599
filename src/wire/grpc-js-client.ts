// The library behind the second client: one grpc-js client for plain calls, one for compressed ones, made when first used.
import nodeProcess, { env } from 'node:process';
import type * as Grpc from '@grpc/grpc-js';
import { UserError } from '../errors.ts';
import type { ConnectFailure } from './attempt.ts';
import { connect } from './connect.ts';
import { masked } from './credentials.ts';
import { GrpcJsCall } from './grpc-js-call.ts';
import type { GrpcJsPlan } from './grpc-js-channel.ts';
import { channelOptionsOf, targetName } from './grpc-js-options.ts';
import type { Metadata } from './metadata.ts';
import { probePlain, probeTls } from './probe.ts';
import { parseProxy } from './proxy.ts';
import type { Connection, StartOptions, WireStream } from './stream.ts';
import { checkMaterial } from './tls.ts';
import { visible } from './wording.ts';

/** How long our own client may look for the reason of a failed connection, in milliseconds. */
const lookMs = 2000;
/** What grpc-js is asked to tell for -vv. */
const tracers = 'transport,subchannel,subchannel_call,retrying_call';

/** Connectivity state READY. */
const isReady = 2;

type Library = Omit<typeof Grpc, 'default'>;

/**
 * Loads grpc-js for a channel. Throws UserError(2) where TLS files are damaged, or grpc-js refuses a service config or a
 * channel option.
 */
export async function openClient(plan: GrpcJsPlan): Promise<GrpcJsClient> {
  const { trace, say } = plan.options;
  // The library reads it while it is loaded.
  if (trace !== undefined) env.GRPC_TRACE ??= tracers;
  // Of a CommonJS package the bundle has only the default.
  const { default: library } = await import('@grpc/grpc-js');
  listen(library, say, trace);
  if (plan.target.security !== 'plaintext') await checkMaterial(plan.target.tls, plan.material);
  return new GrpcJsClient(library, plan);
}

/** What the library logs, in our own lines: credentials masked, nothing raw. */
function listen(
  { logVerbosity, setLogger, setLogVerbosity }: Library,
  say: ((line: string) => void) | undefined,
  trace: ((line: string) => void) | undefined,
): void {
  const lines = (hear: (line: string) => void) => (text: unknown) => {
    for (const line of String(text).split('\n')) if (line.trim() !== '') hear(`  grpc-js ${shown(line)}`);
  };
  const nobody = (): void => {};
  const error = say ? lines(say) : nobody;
  const debug = trace ? lines(trace) : nobody;
  setLogger({ error, info: debug, debug });
  setLogVerbosity(trace ? logVerbosity.DEBUG : logVerbosity.ERROR);
}

/** A line of the library's log without what nobody should see, safe for a terminal. */
function shown(line: string): string {
  if (line.includes('grpc.http_connect_creds')) return '"grpc.http_connect_creds": ****';
  const [, name, value = ''] = /^\s*([\w.-]+): (.*)$/.exec(line) ?? [];
  // The time and the version stand in front of each line.
  const text = line.replace(/^\S+ \| v\S+ \d+ \| /, '').trim();
  return visible(name === undefined ? text : `${name}: ${masked(name, value)}`, 400);
}

/** The clients of one channel. */
export class GrpcJsClient {
  readonly library: Library;
  readonly #plan: GrpcJsPlan;
  readonly #clients = new Map<StartOptions['compress'], Grpc.Client>();
  readonly #calls = new Set<GrpcJsCall>();
  readonly #said = new Set<string>();
  #isTls: boolean | undefined;
  #looking: Promise<void> | undefined;
  #connection: Connection | undefined;
  #closed = false;

  constructor(library: Library, plan: GrpcJsPlan) {
    this.library = library;
    this.#plan = plan;
    const { security } = plan.target;
    this.#isTls = security === 'discover' ? undefined : security === 'tls';
    // Made now, so that what it refuses is told before anything is sent.
    this.#client(undefined);
    if (plan.options.proxy !== undefined && !env.https_proxy && !env.grpc_proxy)
      this.say('grepl: grpc-js reads https_proxy in lower case alone: a program on it would not take this proxy');
  }

  get connection(): Connection | undefined {
    return this.#connection;
  }

  get connectTimeoutMs(): number {
    return this.#plan.options.connectTimeoutMs ?? 10_000;
  }

  get address(): string {
    return this.#plan.target.address;
  }

  /** Resolves once it is known whether the target speaks TLS, which grpc-js has to be told. */
  async ready({ deadlineMs, signal }: StartOptions): Promise<void> {
    if (this.#isTls !== undefined) return;
    const ms = Math.max(1, Math.min(1000, deadlineMs ?? 1000));
    this.#looking ??= this.#look(ms).finally(() => {
      this.#looking = undefined;
    });
    if (signal.aborted) return;
    const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    await Promise.race([this.#looking, aborted]);
  }

  async #look(ms: number): Promise<void> {
    const { target } = this.#plan;
    const answer = await probePlain(target, ms);
    // What does not answer at all is left to grpc-js.
    if (answer.kind === 'unreachable') return;
    const speaksTls = answer.kind !== 'http2' && (await probeTls(target, ['h2'], ms)).speaksTls;
    this.#isTls = speaksTls;
    if (!speaksTls) return;
    this.say(`${target.address} speaks TLS: using TLS (--tls or --plaintext says which at once)`);
    this.#closeClients();
  }

  /** Says a thing once, whoever finds it. */
  say(line: string): void {
    if (!this.#said.has(line)) this.#plan.options.say?.(line);
    this.#said.add(line);
  }

  /** See Channel.start. */
  start(path: string, metadata: Metadata, options: StartOptions): WireStream {
    const call = new GrpcJsCall(this, options);
    this.#calls.add(call);
    if (this.#closed) call.cancel('the channel is closed');
    else call.begin(() => this.#client(options.compress), this.#plan.target.pathPrefix + path, metadata);
    return call;
  }

  /** Whether grpc-js has a connection, as it sees it. */
  isConnected(client: Grpc.Client): boolean {
    return client.getChannel().getConnectivityState(false) === isReady;
  }

  #client(compress: StartOptions['compress']): Grpc.Client {
    const known = this.#clients.get(compress);
    if (known) return known;
    const { target, options } = this.#plan;
    try {
      const settings = channelOptionsOf(target, { ...options, say: (line) => this.say(line) }, compress);
      const name = settings.proxyName ?? targetName(target);
      const client = new this.library.Client(name, this.#credentials(), settings.options);
      this.#clients.set(compress, client);
      return client;
    } catch (error) {
      if (error instanceof UserError) throw error;
      throw new UserError(2, `grpc-js refuses what it is given: ${visible((error as Error).message)}`, {
        hint: 'see --service-config and --channel-option',
        cause: error,
      });
    }
  }

  #credentials(): Grpc.ChannelCredentials {
    const { material, target } = this.#plan;
    const { credentials } = this.library;
    if (this.#isTls !== true) return credentials.createInsecure();
    // For an IP address it sends a server name that is none, and node would warn of that on stderr.
    nodeProcess.noDeprecation = true;
    const [ca, key, cert] = [material.ca, material.key, material.cert].map((pem) =>
      pem === undefined ? null : Buffer.from(pem, 'latin1'),
    );
    return credentials.createSsl(ca, key, cert, target.tls.insecure ? { rejectUnauthorized: false } : {});
  }

  /** Notes that a call has reached the server. */
  connected(peer: string): void {
    const times = { resolveMs: undefined, connectMs: undefined, tlsMs: undefined, settingsMs: undefined };
    this.#connection ??= { tls: this.#isTls === true, peer, times };
  }

  /** What our own client finds where grpc-js has no connection, as one sentence: it tells more than the library does. */
  async explain(): Promise<string> {
    const { target, material, options } = this.#plan;
    const signal = new AbortController().signal;
    const timeoutMs = Math.min(lookMs, this.connectTimeoutMs);
    const proxy = options.proxy === undefined ? undefined : parseProxy(options.proxy);
    const plan = { target, material, timeoutMs, proxy, keylog: undefined, say: undefined, trace: undefined };
    try {
      const live = await connect(plan, signal);
      live.abandon();
      return 'the native client connects: --client both shows both';
    } catch (error) {
      const { message, hint } = error as ConnectFailure;
      return hint === undefined ? message : `${message}; ${hint}`;
    }
  }

  over(call: GrpcJsCall): void {
    this.#calls.delete(call);
  }

  /** Ends calls and connections. Safe to call twice. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const call of this.#calls) call.cancel('the channel was closed');
    // Cancellations go out first.
    setImmediate(() => this.#closeClients());
  }

  #closeClients(): void {
    for (const client of this.#clients.values()) client.close();
    this.#clients.clear();
  }
}
