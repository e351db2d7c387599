// A call whose answer is a stream, sent piece by piece in the form the client asked for.
import { once } from 'node:events';
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { MessageError } from '../codec/json-printer.ts';
import { streamErrorText } from '../rest/error-body.ts';
import type { StreamForm } from '../rest/rest.ts';
import { type StreamWriter, streamWriter } from '../rest/stream-forms.ts';
import type { Metadata } from '../wire/metadata.ts';
import type { Status } from '../wire/status.ts';
import type { Exchange } from './exchange.ts';
import { addMetadata, addTrailers } from './metadata.ts';
import { commonHeaders, contentHeaders, sendStatus } from './reply.ts';
import { type Requests, startCall, undecodable } from './start-call.ts';

/**
 * Makes a call whose answer is a stream, and sends each message when it comes, no faster than the client reads. An error
 * before the first message is an HTTP error; one behind it is the last record, and the connection is cut, so that no
 * client takes the answer for complete. Throws what `requests` throws, when nothing has been sent yet.
 */
export async function answerStream(exchange: Exchange, requests: Requests, form: StreamForm): Promise<Status> {
  const out = new StreamAnswer(exchange, form);
  try {
    for await (const event of startCall(exchange, requests)) {
      if (event.type === 'headers') out.headers(event.metadata);
      if (event.type === 'response') {
        const fetching = exchange.served.fetchTypes(event.message);
        if (fetching) await fetching;
        const blocked = out.message(event.message);
        if (blocked) await blocked;
      }
      if (event.type === 'status') return await out.end(event.status, event.trailers);
    }
  } catch (error) {
    if (!out.begun && !(error instanceof MessageError)) throw error;
    return await out.end(undecodable(error, exchange.served.method, out.count + 1), []);
  } finally {
    out.stop();
  }
  throw new Error('the call ended without a status');
}

/**
 * Browsers reconnect when server-sent events end, and would make a finished call again and again. The id of the end comes
 * back in `Last-Event-ID`, and is then answered with 204, which stops them (HTML, Server-sent events §9.2.3).
 */
const endId = 'end';
/** They are to come back soon (milliseconds), so that their page soon knows that this was all. */
const endLines = `id: ${endId}\nretry: 100\n`;

/** True where a browser reconnects to a stream of events whose call is over. */
export function isAfterEnd(form: StreamForm, lastEventId: string | string[] | undefined): boolean {
  return form === 'sse' && lastEventId === endId;
}

/** How long a stream may stay without its first message before the client is told that it has begun. */
const quietMs = 100;

/** The answer of a streaming call, piece by piece. */
class StreamAnswer {
  begun = false;
  count = 0;
  readonly #exchange: Exchange;
  readonly #writer: StreamWriter;
  /** What marks the end of the call in front of its last event; `''` but for server-sent events. */
  readonly #mark: string;
  #metadata: Metadata = [];
  #quiet: NodeJS.Timeout | undefined;

  constructor(exchange: Exchange, form: StreamForm) {
    this.#exchange = exchange;
    this.#writer = streamWriter(form, exchange.gateway.dialect);
    // Only what is asked for by GET is asked for again without being told to.
    this.#mark = form === 'sse' && exchange.request.method === 'GET' && !exchange.served.isHttpBody ? endLines : '';
  }

  /** The server's headers: the answer may begin, but a failure that follows at once is still told by the HTTP status. */
  headers(metadata: Metadata): void {
    this.#metadata = metadata;
    this.#quiet = setTimeout(() => this.#begin(), quietMs);
  }

  /** One message; returns a promise to wait for when the client does not keep up. Throws MessageError. */
  message(bytes: Uint8Array): Promise<unknown> | undefined {
    const { served, response } = this.#exchange;
    let piece: string | Uint8Array;
    if (served.isHttpBody) {
      const body = served.body(bytes);
      this.#begin(body.contentType);
      piece = body.data;
    } else {
      piece = this.#writer.message(served.print(bytes), this.count);
      this.#begin();
    }
    this.count++;
    if (piece.length === 0 || response.write(piece)) return undefined;
    return drained(response, this.#exchange.signal);
  }

  /** The end of the call. Resolves to its status. */
  async end(status: Status, trailers: Metadata): Promise<Status> {
    const { request, response, gateway } = this.#exchange;
    this.stop();
    if (status.code !== 0 && !this.begun) {
      const headers = addMetadata(commonHeaders(), this.#metadata, gateway.dialect);
      addTrailers(headers, trailers, gateway.dialect);
      await sendStatus(request, response, status, gateway, { headers, isStream: true });
      return status;
    }
    this.#begin();
    if (this.#exchange.signal.aborted) return status;
    if (this.#exchange.wantsTrailers || gateway.dialect === 'envoy') {
      response.addTrailers(
        addTrailers(statusTrailers(status), trailers, gateway.dialect, true) as Record<string, string>,
      );
    }
    if (status.code !== 0) await this.#fail(status);
    else if (this.#mark !== '') response.end(`${this.#mark}\n`);
    else response.end(this.#exchange.served.isHttpBody ? '' : this.#writer.close());
    return status;
  }

  /** Nothing will be begun any more by itself. */
  stop(): void {
    clearTimeout(this.#quiet);
  }

  async #fail(status: Status): Promise<void> {
    const { response, served, gateway } = this.#exchange;
    const details = status.details.length === 0 ? [] : await gateway.decodeDetails(status);
    const text = streamErrorText(status, gateway.dialect, details);
    const last = served.isHttpBody ? '' : this.#writer.error(text, this.count);
    if (last === '') cut(response);
    else response.write(this.#mark + last, () => cut(response));
  }

  #begin(contentType = this.#writer.contentType): void {
    const { response, gateway, served } = this.#exchange;
    if (this.begun) return;
    this.begun = true;
    if (response.destroyed || response.headersSent) return;
    const headers = addMetadata(commonHeaders(), this.#metadata, gateway.dialect);
    Object.assign(headers, contentHeaders(contentType));
    headers['cache-control'] = 'no-store';
    response.writeHead(200, headers);
    const opening = served.isHttpBody ? '' : this.#writer.open();
    if (opening === '') response.flushHeaders();
    else response.write(opening);
  }
}

function statusTrailers(status: Status): OutgoingHttpHeaders {
  return { 'grpc-status': String(status.code) };
}

/** Resolves when the client has taken what was written, or has gone: then nobody says so any more but the signal. */
async function drained(response: ServerResponse, signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(response, 'drain', { signal }).catch(() => {});
}

/** Ends the connection without ending the body. */
function cut(response: ServerResponse): void {
  const { stream } = response as unknown as { stream?: { close(code: number): void } };
  // HTTP/2 has a word for it: RST_STREAM INTERNAL_ERROR (RFC 9113 §7).
  if (stream) stream.close(2);
  else response.socket?.destroySoon();
}
