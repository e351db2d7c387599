// A call whose answer is one message, as one body: the path that most requests take.
import type { OutgoingHttpHeaders } from 'node:http';
import type { RestBody } from '../rest/rest.ts';
import { checkCardinality } from '../rpc/call.ts';
import type { Metadata } from '../wire/metadata.ts';
import { clientStatus, codes, type Status } from '../wire/status.ts';
import type { Exchange } from './exchange.ts';
import { addMetadata, addTrailers, trailerNames } from './metadata.ts';
import { commonHeaders, contentHeaders, sendBody, sendStatus } from './reply.ts';
import { type Requests, startCall, undecodable } from './start-call.ts';

/** What came of a call. */
interface Outcome {
  headers: Metadata;
  message: Uint8Array | undefined;
  status: Status;
  trailers: Metadata;
}

/** Makes a unary call and sends its answer. Resolves to the status; never throws for what the server does. */
export async function answerUnary(exchange: Exchange, message: Uint8Array): Promise<Status> {
  return reply(exchange, await unaryOutcome(exchange, message));
}

/**
 * Makes a call with a stream of requests and sends its one answer. Resolves to the status; throws what `requests` throws,
 * when nothing has been sent yet.
 */
export async function answerUpload(exchange: Exchange, requests: Requests): Promise<Status> {
  const outcome = noOutcome();
  for await (const event of startCall(exchange, requests)) {
    if (event.type === 'headers') outcome.headers = event.metadata;
    if (event.type === 'response') outcome.message = event.message;
    if (event.type === 'status') {
      outcome.status = event.status;
      outcome.trailers = event.trailers;
    }
  }
  return reply(exchange, outcome);
}

/** With one message each way nothing can block the other direction, so the stream is read without a queue between. */
async function unaryOutcome(exchange: Exchange, message: Uint8Array): Promise<Outcome> {
  const { gateway, served, metadata, deadlineMs, signal } = exchange;
  const stream = gateway.channel.start(served.callPath, metadata, { deadlineMs, signal });
  const outcome = noOutcome();
  let received = 0;
  void stream.send(message);
  stream.halfClose();
  for (;;) {
    for (const event of await stream.read()) {
      if (event.type === 'headers') outcome.headers = event.metadata;
      else if (event.type === 'message') {
        outcome.message = event.bytes;
        received++;
      } else {
        outcome.status = checkCardinality(event.status, served.method, received);
        outcome.trailers = event.trailers;
        return outcome;
      }
    }
  }
}

function noOutcome(): Outcome {
  const status = clientStatus(codes.INTERNAL, 'the call ended without a status');
  return { headers: [], message: undefined, status, trailers: [] };
}

async function reply(exchange: Exchange, outcome: Outcome): Promise<Status> {
  const { request, response, served, gateway } = exchange;
  const { message, status, trailers } = outcome;
  const headers = addMetadata(commonHeaders(), outcome.headers, gateway.dialect);
  if (status.code !== 0 || message === undefined) {
    addTrailers(headers, trailers, gateway.dialect);
    await sendStatus(request, response, status, gateway, { headers });
    return status;
  }
  const fetching = served.fetchTypes(message);
  if (fetching) await fetching;
  let body: RestBody;
  try {
    body = served.body(message);
  } catch (error) {
    const broken = undecodable(error, served.method, 1);
    await sendStatus(request, response, broken, gateway);
    return broken;
  }
  if (exchange.wantsTrailers && trailers.length > 0) sendWithTrailers(exchange, body, headers, trailers);
  else sendBody(request, response, 200, body, addTrailers(headers, trailers, gateway.dialect));
  return status;
}

function sendWithTrailers(
  { request, response, gateway }: Exchange,
  body: RestBody,
  headers: OutgoingHttpHeaders,
  trailers: Metadata,
): void {
  if (response.destroyed || response.headersSent) return;
  Object.assign(headers, contentHeaders(body.contentType));
  headers.trailer = trailerNames(trailers, gateway.dialect);
  response.writeHead(200, headers);
  response.addTrailers(addTrailers({}, trailers, gateway.dialect, true) as Record<string, string>);
  response.end(request.method === 'HEAD' ? undefined : body.data);
}
