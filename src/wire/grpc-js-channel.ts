// The second client: a channel through @grpc/grpc-js, to see what the stock client makes of the same call.
// This file comes along with every call, so it is small: the library is loaded when a call is started through it.
import type { ChannelOptions } from './channel.ts';
import type { GrpcJsClient } from './grpc-js-client.ts';
import type { Metadata } from './metadata.ts';
import { clientStatus, codes, type Status } from './status.ts';
import type { Channel, Connection, StartOptions, WireEvent, WireStream } from './stream.ts';
import type { Target } from './target.ts';
import { readTlsFiles, type TlsMaterial } from './tls.ts';

/** What the second client takes besides; `keylog` has no meaning for it. */
export interface GrpcJsOptions extends ChannelOptions {
  /** The service config, as JSON (https://github.com/grpc/grpc/blob/master/doc/service_config.md). */
  readonly serviceConfig?: string | undefined;
  /** Channel options of grpc-js by name. */
  readonly channelOptions?: ReadonlyMap<string, string | number> | undefined;
}

/** All that the library is made ready with. */
export interface GrpcJsPlan {
  readonly target: Target;
  readonly material: TlsMaterial;
  readonly options: GrpcJsOptions;
}

/**
 * Opens a channel through grpc-js; nothing is loaded or sent before the first call. Messages that grpc-js does not deliver
 * are not there, and it hides more: the size and compression of messages on the wire, the HTTP status, whether the server
 * or the library itself made a status (told by its words), the phases of connecting. Limits are the library's own where
 * nothing is given: 4 MiB for a received message. Where grpc-js refuses what it is given, `checkChannel` tells; calls end
 * with INTERNAL then.
 * @throws UserError(2) when a TLS file cannot be read
 */
export function openGrpcJsChannel(target: Target, options: GrpcJsOptions = {}): Channel {
  const none = { ca: undefined, cert: undefined, key: undefined };
  const material = target.security === 'plaintext' ? none : readTlsFiles(target.tls, options.rootsFile);
  const channel = new LaterChannel({ target, material, options });
  options.signal?.addEventListener('abort', () => channel.close(), { once: true });
  if (options.signal?.aborted) channel.close();
  return channel;
}

/**
 * Loads grpc-js for a channel through it, and resolves once nothing is wrong with what the channel was given; does nothing
 * for others.
 * @throws UserError(2) for damaged TLS files, and for a service config or channel option that grpc-js refuses
 */
export async function checkChannel(channel: Channel): Promise<void> {
  if (channel instanceof LaterChannel) await channel.client();
}

/** A channel whose code is loaded with its first call. */
class LaterChannel implements Channel {
  readonly #plan: GrpcJsPlan;
  #loading: Promise<GrpcJsClient> | undefined;
  #client: GrpcJsClient | undefined;
  #closed = false;

  constructor(plan: GrpcJsPlan) {
    this.#plan = plan;
  }

  start(path: string, metadata: Metadata, options: StartOptions): WireStream {
    return new LaterStream(this.#open(path, metadata, options));
  }

  async #open(path: string, metadata: Metadata, options: StartOptions): Promise<WireStream> {
    const client = await this.client();
    await client.ready(options);
    return client.start(path, metadata, options);
  }

  /** The library, ready; rejects with UserError(2). */
  client(): Promise<GrpcJsClient> {
    this.#loading ??= this.#load();
    return this.#loading;
  }

  async #load(): Promise<GrpcJsClient> {
    const { openClient } = await import('./grpc-js-client.ts');
    this.#client = await openClient(this.#plan);
    if (this.#closed) this.#client.close();
    return this.#client;
  }

  get connection(): Connection | undefined {
    return this.#client?.connection;
  }

  close(): void {
    this.#closed = true;
    this.#client?.close();
  }
}

/** A stream that is opened in a moment: what is asked of it waits until then. */
class LaterStream implements WireStream {
  readonly #opened: Promise<WireStream>;
  #stream: WireStream | undefined;
  #waiting: ((stream: WireStream) => void)[] = [];
  #failed: { told: boolean; readonly status: Status } | undefined;

  constructor(opened: Promise<WireStream>) {
    this.#opened = opened.then((stream) => {
      for (const act of this.#waiting.splice(0)) act(stream);
      this.#stream = stream;
      return stream;
    });
    this.#opened.catch((error: Error) => {
      this.#failed = { told: false, status: clientStatus(codes.INTERNAL, error.message) };
    });
  }

  send(message: Uint8Array): Promise<void> | undefined {
    if (this.#stream) return this.#stream.send(message);
    this.#waiting.push((stream) => void stream.send(message));
    // What went wrong is told to the reader.
    return this.#opened.then(
      () => undefined,
      () => undefined,
    );
  }

  halfClose(): void {
    if (this.#stream) this.#stream.halfClose();
    else this.#waiting.push((stream) => stream.halfClose());
  }

  get ended(): boolean {
    return this.#stream?.ended ?? this.#failed !== undefined;
  }

  async read(): Promise<readonly WireEvent[]> {
    const stream = await this.#opened.catch(() => undefined);
    if (stream) return stream.read();
    const failed = this.#failed;
    if (failed === undefined || failed.told) return [];
    failed.told = true;
    return [{ type: 'status', status: failed.status, trailers: [], at: 0 }];
  }

  cancel(why: string): void {
    if (this.#stream) this.#stream.cancel(why);
    else this.#waiting.push((stream) => stream.cancel(why));
  }
}
