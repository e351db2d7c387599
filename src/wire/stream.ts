// One gRPC stream in bytes: what is pulled from it and pushed into it.
import type { Metadata } from './metadata.ts';
import type { Status } from './status.ts';

/**
 * What arrives on a stream, in order; the last event is always `status`. Times (`at`) are milliseconds since the call
 * started. `message` bytes are one decompressed protobuf message; `wireSize` counts the bytes in the length-prefixed
 * frame before decompression, without the 5-byte prefix. A trailers-only response has no `headers` event.
 */
export type WireEvent =
  | { readonly type: 'headers'; readonly metadata: Metadata; readonly httpStatus: number; readonly at: number }
  | {
      readonly type: 'message';
      readonly bytes: Uint8Array;
      readonly wireSize: number;
      readonly compressed: boolean;
      readonly at: number;
    }
  | { readonly type: 'status'; readonly status: Status; readonly trailers: Metadata; readonly at: number };

/** What one call asks of the channel. */
export interface StartOptions {
  /** Aborting cancels the call: RST_STREAM CANCEL to the server, status CANCELLED here. */
  readonly signal: AbortSignal;
  /** Milliseconds until DEADLINE_EXCEEDED; sent as grpc-timeout. */
  readonly deadlineMs?: number | undefined;
  /** The limit as it was given, for messages, where `deadlineMs` is what is left of it. */
  readonly limitMs?: number | undefined;
  /** Compress request messages with gzip. */
  readonly compress?: 'gzip' | undefined;
}

/** One call on a channel. Reading and writing are independent of each other. */
export interface WireStream {
  /**
   * Queues one message. Returns undefined when more may be sent at once, else a promise to wait for (back-pressure of
   * the HTTP/2 window; it also resolves when the call ends). After the call has ended it does nothing and returns undefined.
   */
  send(message: Uint8Array): Promise<void> | undefined;
  /** Says that no more messages follow (END_STREAM). */
  halfClose(): void;
  /** True once the status is known: sending more is of no use. */
  readonly ended: boolean;
  /**
   * The next events, at least one, in order, as many as have arrived; after the status an empty array. Not reading
   * stops the flow: the server's window closes. Never rejects: every failure is a `status` event.
   */
  read(): Promise<readonly WireEvent[]>;
  /** Ends the call here: RST_STREAM CANCEL to the server, CANCELLED with `why` to the reader. */
  cancel(why: string): void;
}

/** When each phase of connecting was over, in milliseconds since it began; undefined where it did not take place. */
export interface ConnectTimes {
  readonly resolveMs: number | undefined;
  readonly connectMs: number | undefined;
  readonly tlsMs: number | undefined;
  readonly settingsMs: number | undefined;
}

/** What is known of the connection once it stands. */
export interface Connection {
  readonly tls: boolean;
  /** The address really connected to, such as 127.0.0.1:50051 or a socket's path. */
  readonly peer: string;
  readonly times: ConnectTimes;
}

/** A path to one target; connects on first use, again after GOAWAY, and holds at most one live connection. */
export interface Channel {
  /** Starts a call to `/package.Service/Method`; connects first if needed. Never throws: failures arrive as a status. */
  start(path: string, metadata: Metadata, options: StartOptions): WireStream;
  /** The newest connection, once there is one. */
  readonly connection: Connection | undefined;
  /** Ends the connection; calls under way are cancelled. Safe to call twice. */
  close(): void;
}
