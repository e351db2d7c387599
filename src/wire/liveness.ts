// Watches a connection while calls are under way: keepalive pings, and sessions that node:http2 has given up silently.
import type { ClientHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';

/** What was found out about a connection that will never carry anything again. */
export type Death = { readonly kind: 'keepalive'; readonly waitedMs: number } | { readonly kind: 'protocol' };

const stallTickMs = 200;

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
  #events = 0;
  #eventsSeen = 0;
  #bytesSeen = 0;
  #quietTicks = 0;
  #asked = false;
  #asks = 0;
  #ticksSinceAsk = 0;

  constructor(session: ClientHttp2Session, socket: Socket, onDeath: (death: Death) => void) {
    this.#session = session;
    this.#socket = socket;
    this.#onDeath = onDeath;
    session.once('close', () => this.#timers.forEach(clearInterval));
  }

  /** A call begins. With `keepaliveMs` pings are sent that often, and awaited as long again. */
  callBegan(keepaliveMs: number | undefined): void {
    this.#calls += 1;
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

  /** How many calls the server allows at a time, if more than that are under way: some of them wait for their turn. */
  get turnLimit(): number | undefined {
    const limit = this.#session.remoteSettings.maxConcurrentStreams;
    return limit !== undefined && limit < this.#calls ? limit : undefined;
  }

  /** Something that arrived was understood. */
  heard(): void {
    this.#events += 1;
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
  // node neither closes the session nor emits an error. Seen from here, bytes arrived and then nothing more happens.
  // Then a SETTINGS frame is submitted: a session that has stopped leaves it in its queue although the socket is free.
  #checkStall(): void {
    const bytes = this.#socket.bytesRead;
    const quiet = bytes === this.#bytesSeen;
    const ignored = !quiet && this.#events === this.#eventsSeen;
    if (!quiet) {
      this.#bytesSeen = bytes;
      this.#quietTicks = 0;
      this.#asked = false;
    } else this.#quietTicks += 1;
    this.#eventsSeen = this.#events;
    this.#ticksSinceAsk += 1;
    if (this.#calls === 0 || this.#asked || this.#session.destroyed) return;
    // A connection that turned out healthy is asked more and more seldom; window updates alone look like ignored bytes.
    const due = ignored ? this.#ticksSinceAsk >= 2 ** Math.min(this.#asks, 3) : this.#quietTicks >= 2 ** this.#asks;
    if (due) this.#ask();
  }

  #ask(): void {
    this.#asked = true;
    this.#asks = Math.min(this.#asks + 1, 8);
    this.#ticksSinceAsk = 0;
    const written = this.#socket.bytesWritten;
    this.#session.settings({ enablePush: false });
    // node writes in the phase of immediates, which a busy process may reach later than its timers.
    setTimeout(() => setImmediate(() => this.#judge(written)), 50).unref();
  }

  #judge(written: number): void {
    if (!this.#session.destroyed && this.#stuck(written)) this.#onDeath({ kind: 'protocol' });
  }

  // Streams that wait for their turn are in the queue too, so its length alone proves nothing: the SETTINGS frame,
  // which waits for nobody, must not have been written either.
  #stuck(written: number): boolean {
    const handle = (this.#socket as { _handle?: { writeQueueSize?: number } })._handle;
    const queued = (this.#session.state.outboundQueueSize ?? 0) > 0 && handle?.writeQueueSize === 0;
    return queued && this.#socket.bytesWritten === written;
  }
}
