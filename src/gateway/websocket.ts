// Calls over a WebSocket: each text frame is one JSON message, both ways at once, which HTTP/1.1 cannot do otherwise.
// The client says that no more follows by {"$end":true} or by closing with 1000.
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { streamErrorText } from '../rest/error-body.ts';
import { requestFromHttp } from '../rest/reverse.ts';
import { type StreamWriter, streamWriter } from '../rest/stream-forms.ts';
import { call } from '../rpc/call.ts';
import type { CallEvent } from '../rpc/event.ts';
import { streamsRequests } from '../schema/method-kind.ts';
import { clientStatus, codeName, codes, type Status } from '../wire/status.ts';
import { splitUrl } from './answer.ts';
import { maxBodyBytes } from './body.ts';
import type { Gateway } from './exchange.ts';
import { checkHead } from './head.ts';
import { callHeaders } from './metadata.ts';
import { closing, refusalOf, statusOfError, statusOfRefusal } from './refusal.ts';
import { plainAnswer, statusText } from './reply.ts';
import { withUrl } from './requests.ts';
import type { Found } from './routes.ts';
import type { Served } from './served.ts';
import { undecodable } from './start-call.ts';

/** Answers an upgrade request: takes the WebSocket and makes the call, or refuses on the bare socket. Never throws. */
export async function answerUpgrade(
  gateway: Gateway,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): Promise<void> {
  socket.on('error', () => {});
  try {
    gateway.guard(request);
    if (gateway.isClosing()) throw closing();
    checkHead(request);
    const url = splitUrl(request.url ?? '/');
    const { found, query } = findRoute(gateway, url.path, url.query);
    const { WebSocketServer } = await import('ws');
    const server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: maxBodyBytes,
      handleProtocols: (protocols) => (protocols.has('Bearer') ? 'Bearer' : (protocols.values().next().value ?? false)),
    });
    server.handleUpgrade(request, socket, head, (websocket) => void serve(gateway, request, websocket, found, query));
  } catch (error) {
    const refusal = refusalOf(error);
    const status = refusal ? statusOfRefusal(refusal) : statusOfError(error);
    gateway.log?.(`WebSocket refused: ${status.message}`);
    socket.end(plainAnswer(refusal?.httpStatus ?? 500, status, gateway.dialect), () => socket.destroy());
  }
}

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/**
 * Upgrades are always GET: `?method=POST` names another, which is then no field of the request; otherwise the first HTTP
 * method that has this path counts.
 */
function findRoute(gateway: Gateway, path: string, query: string): { found: Found; query: string } {
  const pairs = query.split('&');
  const named = methods.find((method) => pairs.includes(`method=${method}`));
  if (named) {
    const rest = pairs.filter((pair) => pair !== `method=${named}`).join('&');
    return { found: gateway.routes.find(named, path), query: rest };
  }
  const first = methods.find((method) => gateway.routes.has(method, path)) ?? 'GET';
  return { found: gateway.routes.find(first, path), query };
}

/** How long a call may go on once its client has closed normally. */
const closedMs = 2000;

async function serve(
  gateway: Gateway,
  request: IncomingMessage,
  websocket: WebSocket,
  found: Found,
  query: string,
): Promise<void> {
  const gone = new AbortController();
  const inbox = new Inbox(websocket);
  websocket.on('error', () => websocket.terminate());
  websocket.on('close', (code) => {
    inbox.end();
    // A normal close says "no more from me": a call that takes a stream may come to its end, but not for nobody forever.
    const wait = code === 1000 && streamsRequests(found.served.method) ? closedMs : 0;
    setTimeout(() => gone.abort(), wait).unref();
  });
  let count = 0;
  let status: Status;
  try {
    const { metadata, deadlineMs } = callHeaders(withBearer(request), gateway.baseMetadata, gateway.dialect);
    const options = { target: gateway.target, metadata, deadlineMs, signal: gone.signal };
    const requests = messages(inbox, found, query, gateway);
    const events = call(gateway.channel, found.served.method, requests, options);
    status = await pass(events, websocket, found.served, streamWriter('websocket', gateway.dialect), () => count++);
  } catch (error) {
    status = undecodable(error, found.served.method, count + 1);
  }
  gateway.log?.(`WebSocket ${found.served.callPath.slice(1)} ${statusText(status)}`);
  await close(gateway, websocket, status).catch(() => websocket.terminate());
}

/** Sends what comes of a call; resolves to its status. Throws MessageError, and what the requests throw. */
async function pass(
  events: AsyncIterable<CallEvent>,
  websocket: WebSocket,
  served: Served,
  writer: StreamWriter,
  next: () => number,
): Promise<Status> {
  for await (const event of events) {
    if (event.type === 'status') return event.status;
    if (event.type !== 'response') continue;
    const fetching = served.fetchTypes(event.message);
    if (fetching) await fetching;
    const text = served.print(event.message);
    await send(websocket, writer.message(text, next()));
  }
  return clientStatus(codes.INTERNAL, 'the call ended without a status');
}

/** grpc-websocket-proxy's way to send a token from a browser, which can set no headers. */
function withBearer(request: IncomingMessage): IncomingMessage {
  const match = /^\s*Bearer\s*,\s*([\w.~+/=-]+)/.exec(request.headers['sec-websocket-protocol'] ?? '');
  if (match && request.headers.authorization === undefined)
    request.rawHeaders.push('authorization', `Bearer ${match[1]}`);
  return request;
}

async function close(gateway: Gateway, websocket: WebSocket, status: Status): Promise<void> {
  if (status.code === 0) {
    websocket.close(1000, 'OK');
    return;
  }
  const details = status.details.length === 0 ? [] : await gateway.decodeDetails(status);
  const text = streamErrorText(status, gateway.dialect, details);
  if (text !== undefined) await send(websocket, text);
  websocket.close(1011, codeName(status.code));
}

/** Sends one frame; resolves when the connection has taken it, so that a slow client slows the call down. */
function send(websocket: WebSocket, text: string): Promise<void> {
  if (websocket.readyState !== websocket.OPEN) return Promise.resolve();
  return new Promise((resolve) => websocket.send(text, () => resolve()));
}

/** The messages of a call: of a stream all frames, otherwise the first, or none where the URL says everything. */
async function* messages(inbox: Inbox, found: Found, query: string, gateway: Gateway): AsyncGenerator<Uint8Array> {
  const { served, match } = found;
  const { types } = gateway.schema;
  const isStream = streamsRequests(found.served.method);
  if (!isStream && match.binding.body === '') {
    yield requestFromHttp(match, { query, body: undefined, contentType: undefined }, { types }).message;
    return;
  }
  let index = 0;
  for await (const text of inbox) {
    if (isEnd(text)) return;
    const fetching = served.fetchNamed(text);
    if (fetching) await fetching;
    const contentType = 'application/json';
    if (isStream) {
      const message = served.read({ text, from: `message ${index + 1}`, line: 1, column: 1 });
      yield index++ === 0 ? withUrl(message, found, query, types) : message;
    } else {
      yield requestFromHttp(match, { query, body: Buffer.from(text), contentType }, { types }).message;
      return;
    }
  }
}

function isEnd(text: string): boolean {
  return text.length < 64 && /^\s*\{\s*"\$end"\s*:\s*true\s*\}\s*$/.test(text);
}

/** Frames kept for a call that takes them more slowly than they come, before the socket is no longer read. */
const inboxLimit = 64;

/** What the client sends, as it is taken: a full inbox stops the reading. */
class Inbox implements AsyncIterable<string> {
  readonly #websocket: WebSocket;
  #frames: string[] = [];
  #ended = false;
  #wake: (() => void) | undefined;

  constructor(websocket: WebSocket) {
    this.#websocket = websocket;
    websocket.on('message', (data) => {
      this.#frames.push(data.toString());
      if (this.#frames.length >= inboxLimit) websocket.pause();
      this.#wake?.();
    });
  }

  /** No more frames come. */
  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string> {
    for (;;) {
      const frame = this.#frames.shift();
      if (frame !== undefined) {
        if (this.#frames.length < inboxLimit / 2 && this.#websocket.isPaused) this.#websocket.resume();
        yield frame;
      } else if (this.#ended) return;
      else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }
}
