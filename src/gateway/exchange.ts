// One HTTP request from head to answer: who may ask, what is asked for, which call that is, and every way it can fail.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DescMethod } from '@bufbuild/protobuf';
import type { StreamForm } from '../rest/rest.ts';
import { requestFromHttp } from '../rest/reverse.ts';
import type { RestRules } from '../rest/route.ts';
import { streamFormOf } from '../rest/stream-forms.ts';
import type { Schema } from '../schema/schema.ts';
import type { Metadata } from '../wire/metadata.ts';
import type { Status } from '../wire/status.ts';
import type { Channel } from '../wire/stream.ts';
import type { Target } from '../wire/target.ts';
import { answerUnary, answerUpload } from './answer-once.ts';
import { answerStream } from './answer-stream.ts';
import { checkBodyType, gatherBody, isTooDeep, maxDepth } from './body.ts';
import type { Guard } from './guard.ts';
import { callHeaders } from './metadata.ts';
import type { Pages } from './pages.ts';
import { closing, HttpRefusal, refusalOf, statusOfError } from './refusal.ts';
import { sendBody, sendEmpty, sendRefusal, sendStatus, statusText, type Wording } from './reply.ts';
import { streamedRequests } from './requests.ts';
import type { Found, RouteTable } from './routes.ts';
import type { Served } from './served.ts';

/** What all requests share. */
export interface Gateway extends Wording {
  readonly schema: Schema;
  readonly rules: RestRules;
  readonly channel: Channel;
  readonly target: Target;
  readonly baseMetadata: Metadata;
  readonly routes: RouteTable;
  readonly pages: Pages;
  readonly guard: Guard;
  readonly log: ((line: string) => void) | undefined;
  /** True once no new calls are taken. */
  isClosing(): boolean;
}

/** One request that has become a call. */
export interface Exchange {
  readonly gateway: Gateway;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly served: Served;
  readonly metadata: Metadata;
  readonly deadlineMs: number | undefined;
  /** The client takes trailers (`TE: trailers`). */
  readonly wantsTrailers: boolean;
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
}

/** Header lines a request may have; their bytes are limited by the listener. */
const maxHeaderLines = 200;

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
  if (request.rawHeaders.length > 2 * maxHeaderLines) {
    throw new HttpRefusal(431, `the request has more than ${maxHeaderLines} header lines`);
  }
  const { path, query } = splitUrl(request.url ?? '/');
  const httpMethod = request.method ?? 'GET';
  const isRead = httpMethod === 'GET' || httpMethod === 'HEAD';
  const page = isRead ? gateway.pages.page(path) : undefined;
  if (page) {
    const { headers, ...body } = await page();
    sendBody(request, response, 200, body, { ...headers });
    return 'page';
  }
  if (httpMethod === 'OPTIONS') return sendOptions(gateway, response, path);
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
  const exchange = openExchange(gateway, request, response, served);
  if (request.headers.expect !== undefined) response.writeContinue();
  const status = await callAndAnswer(exchange, found, query, form);
  return status === undefined ? 'the client went away' : `${served.callPath.slice(1)} ${statusText(status)}`;
}

/** How the answer is carried: `none` where it is one message, whatever the requests are. */
function formOfAnswer(method: DescMethod, accept: string | undefined): StreamForm {
  if (method.methodKind === 'unary' || method.methodKind === 'client_streaming') return 'none';
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
  const { methodKind } = served.method;
  return (methodKind === 'client_streaming' || methodKind === 'bidi_streaming') && match.binding.body !== '';
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

function sendOptions(gateway: Gateway, response: ServerResponse, path: string): string {
  sendEmpty(response, 204, { allow: gateway.routes.allowed(path).join(', ') });
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
