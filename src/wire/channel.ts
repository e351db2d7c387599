// The channel: one connection to one target, made on first use and again after GOAWAY, and the calls on it.
import { ConnectFailure } from './attempt.ts';
import type { CallHost } from './call-host.ts';
import { type ConnectPlan, connect } from './connect.ts';
import type { Metadata } from './metadata.ts';
import { parseProxy } from './proxy.ts';
import type { LiveSession } from './session.ts';
import type { Channel, Connection, StartOptions, WireStream } from './stream.ts';
import type { Target } from './target.ts';
import { readTlsFiles } from './tls.ts';
import { WireCall } from './wire-call.ts';

export { proxyFor } from './proxy.ts';

/** How a channel is to behave; everything has a default. */
export interface ChannelOptions {
  /** Milliseconds for resolving, connecting, TLS and the server's first SETTINGS together; 10,000. */
  readonly connectTimeoutMs?: number | undefined;
  /** Ping interval while calls are under way; the answer may take as long again. No pings without it. */
  readonly keepaliveTimeMs?: number | undefined;
  /** Limit for one received message, also after decompression; 64 MiB. */
  readonly maxMessageBytes?: number | undefined;
  readonly userAgent?: string | undefined;
  /** Proxy URL, see `proxyFor`. */
  readonly proxy?: string | undefined;
  /** File that TLS secrets are appended to (SSLKEYLOGFILE). */
  readonly keylog?: string | undefined;
  /** PEM file of root certificates used when the target names none (SSL_CERT_FILE). */
  readonly rootsFile?: string | undefined;
  /** One-line notices for stderr, such as TLS found on a loopback port. */
  readonly say?: ((line: string) => void) | undefined;
  /** One line per frame and event, for -vv; foreign text in it is escaped. */
  readonly trace?: ((line: string) => void) | undefined;
  /** Aborting closes the channel. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens a channel; nothing is sent before the first call. `close` must be called for the process to end.
 * @throws UserError(2) when a TLS file cannot be read or the proxy is no HTTP proxy
 */
export function openChannel(target: Target, options: ChannelOptions = {}): Channel {
  const plan: ConnectPlan = {
    target,
    material:
      target.security === 'plaintext'
        ? { ca: undefined, cert: undefined, key: undefined }
        : readTlsFiles(target.tls, options.rootsFile),
    timeoutMs: options.connectTimeoutMs ?? 10_000,
    proxy: options.proxy === undefined ? undefined : parseProxy(options.proxy),
    keylog: options.keylog,
    say: options.say,
    trace: options.trace,
  };
  const channel = new Http2Channel(plan, options);
  options.signal?.addEventListener('abort', () => channel.close(), { once: true });
  if (options.signal?.aborted) channel.close();
  return channel;
}

class Http2Channel implements Channel, CallHost<WireCall> {
  readonly target: Target;
  readonly maxMessageBytes: number;
  readonly keepaliveTimeMs: number | undefined;
  readonly userAgent: string;
  readonly trace: ((line: string) => void) | undefined;
  readonly #plan: ConnectPlan;
  readonly #closing = new AbortController();
  readonly #calls = new Set<WireCall>();
  /** The newest connection, and older ones that still carry calls after GOAWAY. */
  readonly #sessions = new Set<LiveSession>();
  #newest: LiveSession | undefined;
  #connecting: Promise<LiveSession> | undefined;

  constructor(plan: ConnectPlan, options: ChannelOptions) {
    this.target = plan.target;
    this.trace = options.trace;
    this.maxMessageBytes = options.maxMessageBytes ?? 64 * 1024 * 1024;
    this.keepaliveTimeMs = options.keepaliveTimeMs;
    this.userAgent = options.userAgent ?? 'grepl';
    this.#plan = plan;
  }

  start(path: string, metadata: Metadata, options: StartOptions): WireStream {
    const call = new WireCall(this, path, metadata, options);
    this.#calls.add(call);
    call.begin();
    return call;
  }

  get connection(): Connection | undefined {
    return this.#newest?.connection;
  }

  live(): LiveSession | undefined {
    return this.#newest?.usable ? this.#newest : undefined;
  }

  acquire(): Promise<LiveSession> {
    const live = this.live();
    if (live !== undefined) return Promise.resolve(live);
    if (this.#closing.signal.aborted) return Promise.reject(new ConnectFailure('the channel is closed'));
    this.#connecting ??= this.#connect().finally(() => {
      this.#connecting = undefined;
    });
    return this.#connecting;
  }

  async #connect(): Promise<LiveSession> {
    const live = await connect(this.#plan, this.#closing.signal);
    if (this.#closing.signal.aborted) {
      live.abandon();
      throw new ConnectFailure('the channel was closed while connecting');
    }
    this.#newest = live;
    this.#sessions.add(live);
    live.http2.once('close', () => this.#sessions.delete(live));
    return live;
  }

  over(call: WireCall): void {
    this.#calls.delete(call);
  }

  close(): void {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    for (const call of this.#calls) call.cancel('the channel was closed');
    // node holds RST_STREAM(CANCEL) back until its next write and drops it when the session is destroyed before that.
    const sessions = [...this.#sessions];
    setImmediate(() => {
      for (const live of sessions) live.abandon();
    });
  }
}
