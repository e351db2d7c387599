// One HTTP/2 connection: what is known of it, whether it takes new calls, why it ended, and its keepalive.
import type { ClientHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';
import { h2CodeName, h2Codes } from './h2-codes.ts';
import { codes } from './status.ts';
import type { Connection } from './stream.ts';
import type { Target } from './target.ts';
import { clientCertificateFailure } from './tls-failure.ts';
import { duration, visible } from './wording.ts';

/** A GOAWAY as the server sent it. */
export interface Goaway {
  readonly code: number;
  readonly lastStreamId: number;
  readonly debug: string;
}

/** Why a connection ended, as the beginning of a status message. */
export interface SessionEnd {
  readonly code: number;
  readonly message: string;
  readonly hint: string | undefined;
}

/** A connection that stands: the server's first SETTINGS have arrived. */
export class LiveSession {
  readonly http2: ClientHttp2Session;
  readonly connection: Connection;
  readonly target: Target;
  readonly #socket: Socket;
  #goaway: Goaway | undefined;
  #error: NodeJS.ErrnoException | undefined;
  #keepaliveLost: number | undefined;
  #keepalive: { timer: NodeJS.Timeout; streams: number } | undefined;

  constructor(http2: ClientHttp2Session, socket: Socket, connection: Connection, target: Target) {
    this.http2 = http2;
    this.connection = connection;
    this.target = target;
    this.#socket = socket;
  }

  /** Remembers what the events of the session say about its end. */
  noteGoaway(goaway: Goaway): void {
    this.#goaway = goaway;
  }

  /** Remembers the error that ended the session; the first one counts. */
  noteError(error: Error): void {
    this.#error ??= error;
  }

  /** The server's GOAWAY, if it sent one. */
  get goaway(): Goaway | undefined {
    return this.#goaway;
  }

  /** True when new calls may be started on it. */
  get usable(): boolean {
    return !this.http2.closed && !this.http2.destroyed && this.#goaway === undefined;
  }

  /** Bytes received on the connection so far, TLS included. */
  get bytesReceived(): number {
    return this.#socket.bytesRead;
  }

  /** True when the server has said by GOAWAY that it never looked at a stream, so that it may be sent again. */
  refused(streamId: number | undefined): boolean {
    const goaway = this.#goaway;
    return goaway?.code === h2Codes.noError && (streamId === undefined || streamId > goaway.lastStreamId);
  }

  /** Why the connection ended: keepalive, GOAWAY, a broken HTTP/2 rule, TLS, or just a cut. */
  get end(): SessionEnd {
    const where = this.target.address;
    if (this.#keepaliveLost !== undefined) {
      return {
        code: codes.UNAVAILABLE,
        message: `keepalive failed: ${where} did not answer a ping within ${duration(this.#keepaliveLost)}`,
        hint: 'the peer or the network between is gone, or it does not answer pings; see --keepalive-time',
      };
    }
    if (this.#goaway !== undefined) return this.#goawayEnd(this.#goaway);
    return this.#errorEnd(where);
  }

  #goawayEnd(goaway: Goaway): SessionEnd {
    const debug = goaway.debug === '' ? '' : `: "${visible(goaway.debug)}"`;
    const calm = goaway.code === h2Codes.enhanceYourCalm;
    const pings = calm && /ping/i.test(goaway.debug);
    return {
      code: codes.UNAVAILABLE,
      message: `the server ended the connection with GOAWAY ${h2CodeName(goaway.code)}${debug}`,
      hint: pings
        ? 'the server allows fewer pings: make --keepalive-time longer'
        : goaway.code === h2Codes.noError
          ? 'the server is shutting down or restarting; try again'
          : undefined,
    };
  }

  #errorEnd(where: string): SessionEnd {
    const error = this.#error;
    const code = error?.code ?? '';
    const tls = clientCertificateFailure(code, this.target);
    if (tls !== undefined) return { code: codes.UNAVAILABLE, message: tls.message, hint: tls.hint };
    if (code === 'ERR_HTTP2_ERROR' || code === 'ERR_HTTP2_SESSION_ERROR' || code.startsWith('ERR_HTTP2_TOO_MANY')) {
      return {
        code: codes.INTERNAL,
        message: `the answer of ${where} broke the HTTP/2 protocol: ${protocolProblem(error)}`,
        hint: 'this is the fault of the server or of a proxy in front of it',
      };
    }
    const how = code === 'ECONNRESET' || code === 'EPIPE' ? 'was reset' : 'was closed';
    const why =
      error === undefined || code === 'ECONNRESET' || code === 'EPIPE' ? '' : ` (${visible(error.message, 120)})`;
    return {
      code: codes.UNAVAILABLE,
      message: `the connection to ${where} ${how}${why}`,
      hint: 'the server or a proxy went away; its log may say why',
    };
  }

  /**
   * Pings while calls are under way; a ping that is not answered for as long as the interval ends the connection.
   * Returns what to call when the call is over.
   */
  keepAlive(intervalMs: number): () => void {
    if (this.#keepalive === undefined) {
      const timer = setInterval(() => this.#ping(intervalMs), intervalMs);
      timer.unref();
      this.#keepalive = { timer, streams: 0 };
    }
    this.#keepalive.streams += 1;
    return () => {
      const keepalive = this.#keepalive;
      if (keepalive === undefined) return;
      keepalive.streams -= 1;
      if (keepalive.streams > 0) return;
      clearInterval(keepalive.timer);
      this.#keepalive = undefined;
    };
  }

  #ping(timeoutMs: number): void {
    if (this.http2.destroyed) return;
    const timer = setTimeout(() => {
      this.#keepaliveLost ??= timeoutMs;
      this.abandon();
    }, timeoutMs);
    timer.unref();
    // False (or an error) means that no more pings fit into the queue: then one of them is overdue anyway.
    this.http2.ping((error) => {
      if (error === null) clearTimeout(timer);
    });
  }

  /** Ends the connection at once; what was written goes out as far as the kernel takes it. */
  abandon(): void {
    if (!this.http2.destroyed) this.http2.destroy();
    // http2 waits until the socket has drained, which a peer that reads nothing would hold up for ever.
    this.#socket.unref();
    setTimeout(() => this.#socket.destroy(), 100).unref();
  }
}

// nghttp2's own words, and the rule they stand for where they leave it open.
function protocolProblem(error: NodeJS.ErrnoException | undefined): string {
  const message = error?.message ?? 'unknown';
  if (/flood/i.test(message)) return `flood of frames (${message})`;
  const code = /Session closed with error code (\w+)/.exec(message)?.[1];
  if (code !== undefined) return /^\d+$/.test(code) ? h2CodeName(Number(code)) : code.replace(/^NGHTTP2_/, '');
  return message;
}
