// One HTTP/2 connection: what is known of it, whether it takes new calls, why it ended, and its keepalive.
import type { ClientHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';
import { h2CodeName, h2Codes } from './h2-codes.ts';
import { type Death, Liveness } from './liveness.ts';
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

// A session that dies in the middle of a header block can make Node 20 abort: its destructor asserts that no header of
// a stream is left (node_http2.cc), and the garbage collector may free the session before the stream. Holding on to the
// native halves of such sessions keeps that order; there are few of them in the life of a process.
const heldHandles: unknown[] = [];

// A function of its own, so that no closure that lives longer sees the handle: it would never be freed, because SETTINGS
// that were not acknowledged hold the session's JavaScript half as long as the native half lives.
function holdOnClose(session: ClientHttp2Session, broken: () => boolean): void {
  const handle = nativeHandle(session);
  session.once('close', () => {
    if (!broken()) return;
    heldHandles.push(handle);
    if (heldHandles.length > 64) heldHandles.shift();
  });
}

function nativeHandle(session: ClientHttp2Session): unknown {
  const key = Object.getOwnPropertySymbols(session).find((symbol) => symbol.description === 'kHandle');
  return key === undefined ? undefined : Reflect.get(session, key);
}

/** A connection that stands: the server's first SETTINGS have arrived. */
export class LiveSession {
  readonly http2: ClientHttp2Session;
  readonly connection: Connection;
  readonly target: Target;
  readonly liveness: Liveness;
  readonly #socket: Socket;
  #goaway: Goaway | undefined;
  #error: NodeJS.ErrnoException | undefined;
  #death: Death | undefined;
  #over = false;

  constructor(http2: ClientHttp2Session, socket: Socket, connection: Connection, target: Target) {
    this.http2 = http2;
    this.connection = connection;
    this.target = target;
    this.#socket = socket;
    http2.once('close', () => {
      this.#over = true;
    });
    holdOnClose(http2, () => this.#error !== undefined || this.liveness.busy);
    this.liveness = new Liveness(http2, socket, (death) => {
      this.#death ??= death;
      this.abandon();
    });
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

  /** Resolves when the session is over and everything about its end is known, or after a moment. */
  settled(): Promise<void> {
    if (this.#over) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, 500);
      this.http2.once('close', () => {
        clearTimeout(timer);
        resolve();
      });
    });
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

  /** True when the connection did carry calls before its GOAWAY: then trying again gets on, if slowly. */
  get carriedCalls(): boolean {
    return (this.#goaway?.lastStreamId ?? 0) > 0;
  }

  /** Why the connection ended: keepalive, GOAWAY, a broken HTTP/2 rule, TLS, or just a cut. */
  get end(): SessionEnd {
    const where = this.target.address;
    if (this.#death?.kind === 'keepalive') {
      return {
        code: codes.UNAVAILABLE,
        message: `keepalive failed: ${where} did not answer a ping within ${duration(this.#death.waitedMs)}`,
        hint: 'the peer or the network between is gone, or it does not answer pings; see --keepalive-time',
      };
    }
    if (this.#death?.kind === 'protocol') {
      return protocolEnd(where, silentProblem);
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
      return protocolEnd(where, protocolProblem(error));
    }
    const how = code === 'ECONNRESET' || code === 'EPIPE' ? 'was reset' : 'was closed';
    // OpenSSL's own words for an alert are mostly file names of its source.
    const alert = /_ALERT_(\w+)$/.exec(code)?.[1]?.toLowerCase().replaceAll('_', ' ');
    const said = alert === undefined ? error?.message : `TLS alert: ${alert}`;
    const why = said === undefined || how === 'was reset' ? '' : ` (${visible(said, 120)})`;
    const { certFile } = this.target.tls;
    return {
      code: codes.UNAVAILABLE,
      message: `the connection to ${where} ${how}${why}`,
      // Java answers a certificate that it does not trust with «internal error».
      hint:
        alert !== undefined && certFile !== undefined
          ? `it may have rejected the client certificate ${certFile}; its log should say`
          : 'the server or a proxy went away; its log may say why',
    };
  }

  /** Ends the connection at once; what was written goes out as far as the kernel takes it. */
  abandon(): void {
    if (!this.http2.destroyed) this.http2.destroy();
    // http2 waits until the socket has drained, which a peer that reads nothing would hold up for ever.
    this.#socket.unref();
    setTimeout(() => this.#socket.destroy(), 100).unref();
  }
}

function protocolEnd(where: string, problem: string): SessionEnd {
  return {
    code: codes.INTERNAL,
    message: `the answer of ${where} broke the HTTP/2 protocol: ${problem}`,
    hint: 'this is the fault of the server or of a proxy in front of it',
  };
}

// What makes nghttp2 stop without a word to node.
const silentProblem =
  'a frame in the wrong place, a header block that cannot be decoded, or a frame of a wrong size (FRAME_SIZE_ERROR)';

// nghttp2's own words, and the rule they stand for where they leave it open.
function protocolProblem(error: NodeJS.ErrnoException | undefined): string {
  const message = error?.message ?? 'unknown';
  if (/flood/i.test(message)) return `flood of frames (${message})`;
  if (/CONTINUATION/.test(message)) return `headers in more than 8 CONTINUATION frames, or about 144 KiB (${message})`;
  const code = /Session closed with error code (\w+)/.exec(message)?.[1];
  if (code !== undefined) return /^\d+$/.test(code) ? h2CodeName(Number(code)) : code.replace(/^NGHTTP2_/, '');
  return message;
}
