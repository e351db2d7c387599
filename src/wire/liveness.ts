// Watches a connection while calls are under way: keepalive pings, and sessions that node:http2 has given up silently.
import type { ClientHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';

/** What was found out about a connection that will never carry anything again. */
export type Death = { readonly kind: 'keepalive'; readonly waitedMs: number } | { readonly kind: 'protocol' };

const stallTickMs = 200;
/** Silence after which a session is asked although all bytes that came are accounted for. */
const silenceMs = 2000;

/**
 * Calls `onDeath` at most once. While calls are under way its timer keeps the process alive: a session that has stopped
 * holds no handle, and the process would end as if all were well.
 */
export class Liveness {
  readonly #session: ClientHttp2Session;
  readonly #socket: Socket;
  readonly #onDeath: (death: Death) => void;
  #calls = 0;
  #timers: NodeJS.Timeout[] = [];
  #heardAt = performance.now();
  #bytesHeard = 0;
  #bytesAsked = 0;
  #askedInSilence = false;
  #asking = false;

  constructor(session: ClientHttp2Session, socket: Socket, onDeath: (death: Death) => void) {
    this.#session = session;
    this.#socket = socket;
    this.#onDeath = onDeath;
    session.once('close', () => this.#timers.forEach(clearInterval));
  }

  /** A call begins. With `keepaliveMs` pings are sent that often, and awaited as long again. */
  callBegan(keepaliveMs: number | undefined): void {
    this.#calls += 1;
    this.#heardAt = performance.now();
    if (this.#timers.length > 0) {
      this.#timers[0]?.ref();
      return;
    }
    this.#timers.push(setInterval(() => this.#checkStall(), stallTickMs));
    if (keepaliveMs === undefined) return;
    this.#timers.push(setInterval(() => this.#ping(keepaliveMs), keepaliveMs).unref());
  }

  /** A call is over. */
  callEnded(): void {
    this.#calls -= 1;
    if (this.#calls === 0) this.#timers[0]?.unref();
  }

  /** True while calls are under way. */
  get busy(): boolean {
    return this.#calls > 0;
  }

  /** Something that arrived was understood. */
  heard(): void {
    this.acknowledged();
    this.#heardAt = performance.now();
    this.#askedInSilence = false;
  }

  /** Our SETTINGS were acknowledged: that accounts for the bytes that came, but is no sign of life of a call. */
  acknowledged(): void {
    this.#bytesHeard = this.#socket.bytesRead;
  }

  #ping(timeoutMs: number): void {
    if (this.#calls === 0 || this.#session.destroyed) return;
    const timer = setTimeout(() => this.#onDeath({ kind: 'keepalive', waitedMs: timeoutMs }), timeoutMs).unref();
    // Refused when too many pings are out already; then one of those is overdue anyway.
    this.#session.ping((error) => {
      if (error === null) clearTimeout(timer);
    });
  }

  // After some violations (a frame too large, DATA before HEADERS) nghttp2 writes its GOAWAY and stops for good, while
  // node neither closes the session nor emits an error. Seen from here, bytes arrive and nothing comes of them, or all
  // is silent. Then a SETTINGS frame is submitted: a session that has stopped leaves it in its queue although the
  // socket is free.
  #checkStall(): void {
    if (this.#calls === 0 || this.#asking || this.#session.destroyed) return;
    const bytes = this.#socket.bytesRead;
    const quietMs = performance.now() - this.#heardAt;
    const unexplained = bytes !== this.#bytesHeard && bytes !== this.#bytesAsked && quietMs >= stallTickMs;
    if (!unexplained && (this.#askedInSilence || quietMs < silenceMs)) return;
    this.#bytesAsked = bytes;
    this.#askedInSilence ||= quietMs >= silenceMs;
    this.#asking = true;
    this.#session.settings({ enablePush: false });
    // node writes in the phase of immediates, which a busy process may reach later than its timers.
    setTimeout(() => setImmediate(() => this.#judge()), 50);
  }

  #judge(): void {
    this.#asking = false;
    if (!this.#session.destroyed && this.#stuck()) this.#onDeath({ kind: 'protocol' });
  }

  #stuck(): boolean {
    const handle = (this.#socket as { _handle?: { writeQueueSize?: number } })._handle;
    return (this.#session.state.outboundQueueSize ?? 0) > 0 && handle?.writeQueueSize === 0;
  }
}
