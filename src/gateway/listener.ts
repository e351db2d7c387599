// One port that speaks HTTP/1.1 and HTTP/2 without TLS: the first bytes of a connection tell which (RFC 9113 §3.3).
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import http2, { type ServerHttp2Session } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { UserError } from '../errors.ts';

/** What is done with requests. HTTP/2's come through node's compatible objects, typed as HTTP/1's. */
export interface Handlers {
  request(request: IncomingMessage, response: ServerResponse): void;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** The answer to bytes that are no HTTP request, whole and ready to send. */
  malformed(httpStatus: 400 | 408 | 431, why: string): string;
}

/** A listening port. */
export interface Listener {
  readonly port: number;
  /** Takes no new connections and requests; cuts off what is still under way after so many milliseconds. */
  close(graceMs: number): Promise<void>;
}

/** Largest head of a request, in bytes. */
const maxHeadBytes = 64 * 1024;
const maxConnections = 2000;

/** What is open: all connections, those that have not said a word yet, and the sessions of HTTP/2. */
interface Live {
  readonly sockets: Set<Socket>;
  readonly silent: Set<Socket>;
  readonly sessions: Set<ServerHttp2Session>;
}

const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1');

/**
 * Listens on an address of this machine; port 0 is any free one. A request's head has to be there within `headTimeoutMs`.
 * Throws UserError 2 when the address can't be used.
 */
export async function listen(
  address: { host: string; port: number },
  handlers: Handlers,
  headTimeoutMs = 15_000,
): Promise<Listener> {
  const live: Live = { sockets: new Set(), silent: new Set(), sessions: new Set() };
  const h2 = openHttp2(handlers, live);
  const { h1, serve } = openHttp1(handlers, headTimeoutMs);
  h1.on('connection', (socket: Socket) => {
    live.sockets.add(socket);
    live.silent.add(socket);
    socket.on('close', () => {
      live.sockets.delete(socket);
      live.silent.delete(socket);
    });
    socket.on('error', () => socket.destroy());
    tellApart(socket, headTimeoutMs, (isHttp2) => {
      live.silent.delete(socket);
      if (isHttp2) h2.emit('connection', socket);
      else serve(socket);
    });
  });
  await listening(h1, address);
  return { port: (h1.address() as AddressInfo).port, close: (graceMs) => close(h1, live, graceMs) };
}

/** A server of HTTP/1.1, and what serves one connection: which protocol a connection speaks is found out before. */
function openHttp1(handlers: Handlers, headTimeoutMs: number): { h1: http.Server; serve: (socket: Socket) => void } {
  const h1 = http.createServer(
    {
      maxHeaderSize: maxHeadBytes,
      // The guard has more to say to it.
      requireHostHeader: false,
      headersTimeout: headTimeoutMs,
      connectionsCheckingInterval: Math.min(5000, headTimeoutMs),
      // Streamed bodies may take as long as they like; gathered ones have a time limit of their own (body.ts).
      requestTimeout: 0,
      keepAliveTimeout: 30_000,
    },
    handlers.request,
  );
  // The one listener that node's server comes with.
  const serveConnection = h1.listeners('connection')[0] as (socket: Socket) => void;
  h1.removeAllListeners('connection');
  const serve = (socket: Socket) => serveConnection.call(h1, socket);
  // All of them are to be seen, so that too many are refused and not just left out.
  h1.maxHeadersCount = 0;
  h1.maxConnections = maxConnections;
  h1.on('upgrade', (request, socket: Socket, head) => {
    if (isWebSocket(request)) handlers.upgrade(request, socket, head);
    else serveWithoutUpgrade(request, socket, head, serve);
  });
  h1.on('checkContinue', handlers.request);
  h1.on('checkExpectation', handlers.request);
  h1.on('connect', (_, socket) => {
    socket.on('error', () => {});
    socket.end(handlers.malformed(400, 'CONNECT is for proxies'), () => socket.destroy());
  });
  h1.on('clientError', (error, socket) => answerMalformed(error, socket, handlers));
  return { h1, serve };
}

function isWebSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket';
}

/**
 * Serves a request as if it had not offered to change the protocol, which a server may always do (RFC 9110 §7.8): so `curl
 * --http2` is answered. Node has stopped reading at the end of the head, so the head is put back without the offer.
 */
function serveWithoutUpgrade(
  request: IncomingMessage,
  socket: Socket,
  head: Buffer,
  serve: (socket: Socket) => void,
): void {
  const { method, url, httpVersion, rawHeaders } = request;
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!;
    if (/^(?:upgrade|http2-settings)$/i.test(name)) continue;
    // Without the word, nothing of it would be taken for an offer again.
    const value = /^connection$/i.test(name) ? withoutOffer(rawHeaders[i + 1]!) : rawHeaders[i + 1]!;
    lines.push(`${name}: ${value}`);
  }
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]));
  serve(socket);
  socket.resume();
}

function withoutOffer(connection: string): string {
  const options = connection.split(',').map((option) => option.trim());
  return options.filter((option) => !/^(?:upgrade|http2-settings)$/i.test(option)).join(', ') || 'keep-alive';
}

function openHttp2(handlers: Handlers, { sessions }: Live): http2.Http2Server {
  const h2 = http2.createServer({
    maxHeaderListPairs: 1000,
    settings: { maxHeaderListSize: maxHeadBytes, maxConcurrentStreams: 256 },
  });
  // The compatible objects differ in nothing that is used here.
  h2.on('request', (request, response) =>
    handlers.request(request as unknown as IncomingMessage, response as unknown as ServerResponse),
  );
  h2.on('session', (session) => {
    sessions.add(session);
    session.on('close', () => sessions.delete(session));
    session.on('error', () => {});
  });
  h2.on('sessionError', () => {});
  return h2;
}

/** Reads the first bytes, puts them back, and hands the connection on; one that says nothing is ended after a while. */
function tellApart(socket: Socket, timeoutMs: number, decide: (isHttp2: boolean) => void): void {
  let seen: Buffer = Buffer.alloc(0);
  const timer = setTimeout(() => socket.destroy(), timeoutMs);
  const onClose = () => clearTimeout(timer);
  const onData = (chunk: Buffer) => {
    seen = seen.length === 0 ? chunk : Buffer.concat([seen, chunk]);
    const length = Math.min(seen.length, preface.length);
    const isPreface = seen.subarray(0, length).equals(preface.subarray(0, length));
    if (isPreface && length < preface.length) return;
    socket.off('data', onData);
    socket.off('close', onClose);
    clearTimeout(timer);
    socket.pause();
    socket.unshift(seen);
    decide(isPreface);
    if (!isPreface) socket.resume();
  };
  socket.on('data', onData);
  socket.once('close', onClose);
}

function answerMalformed(error: NodeJS.ErrnoException, socket: Duplex, handlers: Handlers): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const status = error.code === 'HPE_HEADER_OVERFLOW' ? 431 : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
  socket.end(handlers.malformed(status, error.message), () => socket.destroy());
}

function listening(server: http.Server, { host, port }: { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    const shown = host.includes(':') ? `[${host}]` : host;
    const fail = (error: NodeJS.ErrnoException) =>
      reject(
        new UserError(2, `cannot listen on ${shown}:${port}: ${error.message}`, {
          hint: 'choose another with --listen HOST:PORT; port 0 is any free one',
          cause: error,
        }),
      );
    server.once('error', fail);
    server.listen({ host, port }, () => {
      server.off('error', fail);
      server.on('error', () => {});
      resolve();
    });
  });
}

/** How often connections that have become idle are looked for while closing. */
const idleMs = 50;

async function close(server: http.Server, live: Live, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const session of live.sessions) session.close();
  for (const socket of live.silent) socket.destroy();
  const idle = setInterval(() => server.closeIdleConnections(), idleMs);
  const cut = setTimeout(() => {
    for (const socket of live.sockets) socket.destroy();
  }, graceMs);
  await closed;
  clearInterval(idle);
  clearTimeout(cut);
}
