// The stage between a call and its renderers that adds what each event would be over REST. Without it nothing of this
// folder is loaded.
import { jsonPrinter } from '../codec/json-printer.ts';
import type { CallEvent } from '../rpc/event.ts';
import { streamsRequests, streamsResponses } from '../schema/method-kind.ts';
import type { TypeResolver } from '../schema/schema.ts';
import type { Metadata } from '../wire/metadata.ts';
import type { Status } from '../wire/status.ts';
import { restEquivalent } from './equivalent.ts';
import { errorBody, streamErrorText } from './error-body.ts';
import { httpStatusOf } from './http-status.ts';
import { restResponseBody } from './response.ts';
import type { NoRest, RestBody, RestDialect, RestEquivalent, RestRoute, StreamForm } from './rest.ts';
import { type StreamWriter, streamWriter } from './stream-forms.ts';

/**
 * The twin of a call event; it comes right before the event it belongs to. `rest-request` comes once a call: with the
 * request message, or at `start` where requests are a stream. `rest-message` is one message of a stream, or the answer
 * of a call that has one; `text` is its piece of the HTTP body as it is sent, the frame's text for a WebSocket.
 */
export type RestEvent =
  | { readonly type: 'rest-request'; readonly equivalent: RestEquivalent | NoRest }
  | {
      readonly type: 'rest-message';
      readonly direction: 'request' | 'response';
      readonly body: RestBody;
      readonly text: string | Uint8Array;
    }
  | {
      readonly type: 'rest-status';
      readonly httpStatus: number;
      readonly phrase: string;
      /** Headers of the answer: the call's metadata, and what a dialect tells there. */
      readonly headers: Metadata;
      readonly body: RestBody | undefined;
      /** A failure after the first message of a stream: what is sent in the body, where the status is 200 already. */
      readonly late: string | undefined;
    };

export interface TwinOptions {
  readonly route: RestRoute;
  readonly types: TypeResolver;
  readonly dialect: RestDialect;
  /** As it is to appear in the headers: masked where it is to be shown. */
  readonly metadata: Metadata;
  readonly deadlineMs?: number | undefined;
  /** Fields at their default in responses too; by default as the dialect has it. */
  readonly emitDefaults?: boolean | undefined;
  /** How the answer is carried, where it is a stream; see restEquivalent. */
  readonly stream?: StreamForm | undefined;
  /** The details of a status as documents with `@type`. */
  readonly details: (status: Status) => readonly unknown[] | Promise<readonly unknown[]>;
  /** Which messages of a stream get a twin; a single request or response always does. */
  readonly messages: 'none' | 'first' | 'every';
}

/** Makes the twins of one call's events, in their order. Never throws for a message that cannot be read. */
export type MakeTwins = (event: CallEvent) => readonly RestEvent[] | Promise<readonly RestEvent[]>;

const none: readonly RestEvent[] = [];

/** The events with their twins before them. */
export async function* withRest(
  events: AsyncIterable<CallEvent>,
  twins: MakeTwins,
): AsyncGenerator<CallEvent | RestEvent> {
  for await (const event of events) {
    const made = twins(event);
    for (const twin of made instanceof Promise ? await made : made) yield twin;
    yield event;
  }
}

/** The maker of the twins of one call. */
export function restTwins(options: TwinOptions): MakeTwins {
  return new Twins(options).of;
}

class Twins {
  readonly #options: TwinOptions;
  readonly #streamsIn: boolean;
  readonly #streamsOut: boolean;
  #equivalent: RestEquivalent | NoRest | undefined;
  #sent: StreamWriter | undefined;
  #received: StreamWriter | undefined;
  #print: ((message: Uint8Array) => string) | undefined;
  #headers: Metadata = [];
  #requests = 0;
  #responses = 0;

  constructor(options: TwinOptions) {
    this.#options = options;
    this.#streamsIn = streamsRequests(options.route.method);
    this.#streamsOut = streamsResponses(options.route.method);
  }

  readonly of: MakeTwins = (event) => {
    switch (event.type) {
      case 'start':
        return this.#streamsIn ? [this.#request(undefined)] : none;
      case 'request':
        return this.#streamsIn ? this.#message('request', event.message) : [this.#request(event.message)];
      case 'response':
        return this.#message('response', event.message);
      case 'headers':
        this.#headers = answerHeaders(event.metadata, 'header', this.#options.dialect);
        return none;
      case 'status':
        return this.#end(event.status, event.trailers);
      default:
        return none;
    }
  };

  #request(message: Uint8Array | undefined): RestEvent {
    const { route } = this.#options;
    const equivalent = restEquivalent(route, message, this.#options);
    this.#equivalent = equivalent;
    return { type: 'rest-request', equivalent };
  }

  #message(direction: 'request' | 'response', message: Uint8Array): readonly RestEvent[] {
    const streams = direction === 'request' ? this.#streamsIn : this.#streamsOut;
    const index = direction === 'request' ? this.#requests++ : this.#responses++;
    const { messages } = this.#options;
    if (streams && (messages === 'none' || (messages === 'first' && index > 0))) return none;
    const body = direction === 'response' && this.#isHead ? undefined : this.#body(direction, message);
    if (body === undefined) return none;
    if (!streams || typeof body.data !== 'string') return [{ type: 'rest-message', direction, body, text: body.data }];
    const text = this.#writer(direction).message(body.data, index);
    return [{ type: 'rest-message', direction, body, text }];
  }

  // Whatever the method answers, HEAD leaves its body out (RFC 9110 §9.3.2).
  get #isHead(): boolean {
    return this.#equivalent !== undefined && !('none' in this.#equivalent) && this.#equivalent.httpMethod === 'HEAD';
  }

  #body(direction: 'request' | 'response', message: Uint8Array): RestBody | undefined {
    const { route, types, dialect, emitDefaults } = this.#options;
    try {
      if (direction === 'response') return restResponseBody(route, message, { types, dialect, emitDefaults });
      // Each message of a stream is sent whole, whatever the rule says of the body.
      this.#print ??= jsonPrinter(route.method.input, { types, unknown: 'drop' });
      return { contentType: 'application/json', data: this.#print(message) };
    } catch {
      // Bytes that are no message of this type: whoever prints the message says so.
      return undefined;
    }
  }

  #writer(direction: 'request' | 'response'): StreamWriter {
    const { dialect } = this.#options;
    const form = this.#equivalent === undefined || 'none' in this.#equivalent ? 'none' : this.#equivalent.streaming;
    // Requests have no envelope, whoever reads them.
    const made = direction === 'request' ? this.#sent : this.#received;
    const writer =
      made ??
      (direction === 'response'
        ? streamWriter(form, dialect)
        : streamWriter(form === 'websocket' ? form : 'ndjson', 'google'));
    if (direction === 'request') this.#sent = writer;
    else this.#received = writer;
    return writer;
  }

  #end(status: Status, trailers: Metadata): readonly RestEvent[] | Promise<readonly RestEvent[]> {
    // A call may end before its request went out.
    const before = this.#equivalent === undefined ? [this.#request(undefined)] : [];
    // What follows a streamed body is seen by no one.
    const more = this.#streamsOut ? [] : answerHeaders(trailers, 'trailer', this.#options.dialect);
    const metadata = [...this.#headers, ...more];
    if (status.code === 0) return [...before, { ...ok, headers: metadata }];
    const details = this.#options.details(status);
    return details instanceof Promise
      ? details.then((documents) => [...before, this.#failed(status, documents, metadata)])
      : [...before, this.#failed(status, details, metadata)];
  }

  #failed(status: Status, details: readonly unknown[], metadata: Metadata): RestEvent {
    const { dialect } = this.#options;
    const text = this.#streamsOut ? streamErrorText(status, dialect, details) : undefined;
    const late = text === undefined ? '' : this.#writer('response').error(text, this.#responses);
    if (this.#streamsOut && this.#responses > 0) return { ...ok, headers: metadata, late };
    const { httpStatus, headers, body } = errorBody(status, dialect, details, this.#streamsOut);
    const { phrase } = httpStatusOf(status.code);
    // A WebSocket is open before the call can fail: it tells the error in a frame.
    if (this.#equivalent !== undefined && !('none' in this.#equivalent) && this.#equivalent.streaming === 'websocket')
      return { type: 'rest-status', httpStatus, phrase, headers: metadata, body: undefined, late };
    const sent = this.#isHead ? undefined : body;
    return { type: 'rest-status', httpStatus, phrase, headers: [...headers, ...metadata], body: sent, late: undefined };
  }
}

// gRPC's own, and those of the HTTP connection: a REST answer has others in their place.
const ownHeaders = /^(?:content-type|content-length|date|server|grpc-.*)$/;

/** Metadata that a server answered with, as the headers of its REST answer. */
function answerHeaders(metadata: Metadata, from: 'header' | 'trailer', dialect: RestDialect): Metadata {
  const prefix =
    dialect === 'gateway'
      ? `grpc-${from === 'header' ? 'metadata' : 'trailer'}-`
      : dialect === 'connect' && from === 'trailer'
        ? 'trailer-'
        : '';
  return metadata.filter(([name]) => !ownHeaders.test(name)).map(([name, value]) => [`${prefix}${name}`, value]);
}

const ok = {
  type: 'rest-status',
  httpStatus: 200,
  phrase: 'OK',
  headers: [],
  body: undefined,
  late: undefined,
} as const satisfies RestEvent;
