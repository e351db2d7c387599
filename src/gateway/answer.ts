// One HTTP request from head to answer: who may ask, what is asked for, which call that is, and every way it can fail.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DescMethod } from '@bufbuild/protobuf';
import type { StreamForm } from '../rest/rest.ts';
import { requestFromHttp } from '../rest/reverse.ts';
import { streamFormOf } from '../rest/stream-forms.ts';
import { streamsRequests, streamsResponses } from '../schema/method-kind.ts';
import type { Status } from '../wire/status.ts';
import { answerUnary, answerUpload } from './answer-once.ts';
import { answerStream, isAfterEnd } from './answer-stream.ts';
import { checkBodyType, checkNotGrpc, gatherBody, hasBody, isTooDeep, maxDepth } from './body.ts';
import type { Exchange, Gateway } from './exchange.ts';
import { checkHead } from './head.ts';
import { callHeaders } from './metadata.ts';
import { closing, HttpRefusal, refusalOf, statusOfError } from './refusal.ts';
import { sendBody, sendEmpty, sendRefusal, sendStatus, statusText } from './reply.ts';
import { streamedRequests } from './requests.ts';
import type { Found } from './routes.ts';
import type { Served } from './served.ts';

/** Answers one request. Never throws. */
export async function answer(gateway: Gateway, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const startedAt = gateway.log ? performance.now() : 0;
  // A connection that breaks is seen by its close; without a listener the error would end the process.
  request.on('error', ignore);
  response.on('error', ignore);
  let note = '';
  try {
    note = await dispatch(gateway, request, response);
  } catch (error) {
    note = await answerError(gateway, request, response, error).catch(() => 'the answer could not be sent');
  }
  if (gateway.log) {
    const ms = (performance.now() - startedAt).toFixed(1);
    gateway.log(`${shown(request)} ${response.headersSent ? response.statusCode : '-'} ${note} ${ms} ms`);
  }
}

function ignore(): void {}

/** Resolves to what the log says of it. */
async function dispatch(gateway: Gateway, request: IncomingMessage, response: ServerResponse): Promise<string> {
  gateway.guard(request);
  if (gateway.isClosing()) throw closing();
  checkHead(request);
  const { path, query } = splitUrl(request.url ?? '/');
  const httpMethod = request.method ?? 'GET';
  const page = gateway.pages.page(path);
  if (page && (httpMethod === 'GET' || httpMethod === 'HEAD')) {
    const { headers, ...body } = await page();
    sendBody(request, response, 200, body, { ...headers });
    return 'page';
  }
  if (httpMethod === 'OPTIONS') return sendOptions(gateway, response, path);
  if (page && !gateway.routes.has(httpMethod, path)) {
    throw new HttpRefusal(405, `${path} takes GET, not ${httpMethod}`, { headers: { allow: pageMethods } });
  }
  checkNotGrpc(request, gateway.target.address);
  const found = gateway.routes.find(httpMethod, path);
  return makeCall(gateway, request, response, found, query);
}

async function makeCall(
  gateway: Gateway,
  request: IncomingMessage,
  response: ServerResponse,
  found: Found,
  query: string,
): Promise<string> {
  const { served } = found;
  checkBodyType(request, served.takesHttpBody ? 'any' : 'json');
  if (served.method.methodKind === 'bidi_streaming' && found.match.binding.body === '') throw onlyUpgraded(request);
  const form = formOfAnswer(served.method, request.headers.accept);
  if (request.method === 'HEAD' && form !== 'none') {
    sendEmpty(response, 200);
    return 'head of a stream, not called';
  }
  if (isAfterEnd(form, request.headers['last-event-id'])) {
    sendEmpty(response, 204);
    return 'the events have ended, not called again';
  }
  const exchange = openExchange(gateway, request, response, served);
  if (request.headers.expect !== undefined && hasBody(request)) response.writeContinue();
  const status = await callAndAnswer(exchange, found, query, form);
  return status === undefined ? 'the client went away' : `${served.callPath.slice(1)} ${statusText(status)}`;
}

/** How the answer is carried: `none` where it is one message, whatever the requests are. */
function formOfAnswer(method: DescMethod, accept: string | undefined): StreamForm {
  if (!streamsResponses(method)) return 'none';
  const form = streamFormOf(method, accept);
  return form === 'websocket' ? 'ndjson' : form;
}

/** Where both sides talk a plain GET has nothing to say: only an upgrade to WebSocket makes it a conversation. */
function onlyUpgraded(request: IncomingMessage): HttpRefusal {
  const headers: Record<string, string> = request.httpVersionMajor === 1 ? { upgrade: 'websocket' } : {};
  return new HttpRefusal(426, 'this path takes a WebSocket; without one, POST lines of JSON', { headers });
}

function openExchange(gateway: Gateway, request: IncomingMessage, response: ServerResponse, served: Served): Exchange {
  const gone = new AbortController();
  response.once('close', () => {
    // Not writableFinished: HTTP/2 finishes a stream by itself that the client has reset.
    if (!response.writableEnded) gone.abort();
  });
  const { metadata, deadlineMs } = callHeaders(request, gateway.baseMetadata, gateway.dialect);
  const { te } = request.headers;
  const wantsTrailers = te !== undefined && /\btrailers\b/i.test(String(te));
  return { gateway, request, response, served, metadata, deadlineMs, wantsTrailers, signal: gone.signal };
}

/** Resolves to the call's status; undefined when the client went away before it was made. */
async function callAndAnswer(
  exchange: Exchange,
  found: Found,
  query: string,
  form: StreamForm,
): Promise<Status | undefined> {
  const { request, gateway } = exchange;
  if (takesStream(found)) {
    const requests = streamedRequests(request, found, query, gateway.schema.types);
    return form === 'none' ? answerUpload(exchange, requests) : answerStream(exchange, requests, form);
  }
  const message = await gatheredMessage(exchange, found, query);
  if (message === undefined) return undefined;
  if (form !== 'none') return answerStream(exchange, [message], form);
  return exchange.served.method.methodKind === 'unary'
    ? answerUnary(exchange, message)
    : answerUpload(exchange, [message]);
}

/** True where the body is as many messages as it has values. */
function takesStream({ served, match }: Found): boolean {
  return streamsRequests(served.method) && match.binding.body !== '';
}

/** The one message of a request; undefined when the client is gone. */
async function gatheredMessage(exchange: Exchange, found: Found, query: string): Promise<Uint8Array | undefined> {
  const { request, served, gateway } = exchange;
  const body = await gatherBody(request);
  if (body === undefined) return undefined;
  const fetching = mayNameTypes(body) && served.fetchNamed(Buffer.from(body).toString('latin1'));
  if (fetching) await fetching;
  const input = { query, body, contentType: request.headers['content-type'] };
  const options = { types: gateway.schema.types, dialect: gateway.dialect };
  try {
    const { message, warnings } = requestFromHttp(found.match, input, options);
    if (gateway.log) for (const warning of warnings) gateway.log(`warning: ${warning}`);
    return message;
  } catch (error) {
    // What else is wrong with it is of no use to whoever sent this.
    if (isTooDeep(body)) throw new HttpRefusal(400, `the body is nested deeper than ${maxDepth} levels`);
    throw error;
  }
}

function mayNameTypes(body: Uint8Array): boolean {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.length);
  return bytes.includes('@type') || bytes.includes('"[');
}

async function answerError(
  gateway: Gateway,
  request: IncomingMessage,
  response: ServerResponse,
  error: unknown,
): Promise<string> {
  const refusal = refusalOf(error);
  if (refusal) {
    await sendRefusal(request, response, refusal, gateway);
    return refusal.message;
  }
  // Whoever broke off an upload reads no answer.
  if (response.destroyed || request.destroyed) return 'the client went away';
  const status = statusOfError(error);
  await sendStatus(request, response, status, gateway);
  return statusText(status);
}

const pageMethods = 'GET, HEAD, OPTIONS';
/** `OPTIONS *` asks for the server as a whole (RFC 9110 §9.3.7). */
const serverMethods = 'DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT';

function sendOptions(gateway: Gateway, response: ServerResponse, path: string): string {
  const own = path === '*' ? serverMethods : gateway.pages.page(path) && pageMethods;
  sendEmpty(response, 204, { allow: own ?? gateway.routes.allowed(path).join(', ') });
  return 'options';
}

/** The raw path, and the query without `?`; of a whole URL only these (RFC 9112 §3.2.2). */
export function splitUrl(url: string): { path: string; query: string } {
  const target = url.startsWith('/') ? url : url.replace(/^[a-z]+:\/\/[^/?#]*/i, '') || '/';
  const mark = target.indexOf('?');
  return mark < 0 ? { path: target, query: '' } : { path: target.slice(0, mark), query: target.slice(mark + 1) };
}

/** Method and path for the log, without the query, which may hold what is secret. */
function shown(request: IncomingMessage): string {
  const { path } = splitUrl(request.url ?? '');
  return `${request.method} ${path.slice(0, 200)}`.replace(/[^\x21-\x7e ]/g, '?');
}
