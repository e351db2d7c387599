// One conversation with a server's reflection service: finds out which version it speaks, asks many questions at once
// on one stream, and survives the stream's end. Answers come in the order of the questions; that is all that ties them.
import { UserError } from '../errors.ts';
import type { Metadata } from '../wire/metadata.ts';
import { codeName, type Status } from '../wire/status.ts';
import type { Channel, WireEvent, WireStream } from '../wire/stream.ts';
import { CallFailed } from './call-failed.ts';
import { shown } from './quote.ts';
import { type Answer, decodeAnswer, encodeQuestion, type Question } from './reflection-message.ts';

export type ReflectionVersion = 'v1' | 'v1alpha';

/** How the server is asked: `auto` is v1, then v1alpha if the server does not have v1. */
export interface ReflectionOptions {
  readonly version: 'auto' | ReflectionVersion;
  readonly metadata: Metadata;
  readonly signal: AbortSignal;
  /** Milliseconds that one stream may take. */
  readonly deadlineMs?: number | undefined;
  /** The limit as it was given, where `deadlineMs` is what is left of it. */
  readonly limitMs?: number | undefined;
}

interface Pending {
  readonly bytes: Uint8Array;
  readonly question: Question;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

/** One stream with the questions that it still owes an answer. */
interface Exchange {
  readonly stream: WireStream;
  readonly version: ReflectionVersion;
  readonly pending: Pending[];
  answered: number;
  httpStatus: number | undefined;
}

/** What to do, for messages about a server that does not tell its schema. */
export const filesHint = 'give the schema as files: --proto FILE or --protoset FILE';

const notFound = 5;
const unimplemented = 12;
/** CANCELLED, DEADLINE_EXCEEDED: ours to decide; another stream would end the same way. */
const final = new Set([1, 4]);

/** Asks reflection questions on a channel. See ReflectionOptions. */
export class ReflectionStream {
  readonly #channel: Channel;
  readonly #options: ReflectionOptions;
  #version: ReflectionVersion;
  /** Why v1 was given up, for the message if v1alpha does not work either. */
  #v1Failure: Status | undefined;
  #versionKnown: boolean;
  #reopened = false;
  #current: Exchange | undefined;

  constructor(channel: Channel, options: ReflectionOptions) {
    this.#channel = channel;
    this.#options = options;
    this.#version = options.version === 'v1alpha' ? 'v1alpha' : 'v1';
    this.#versionKnown = options.version !== 'auto';
  }

  /** The version in use, or about to be tried. */
  get version(): ReflectionVersion {
    return this.#version;
  }

  /**
   * Sends a question at once, behind those already asked. Rejects with CallFailed when the RPC failed, with UserError
   * code 4 when the server has no reflection, refuses it or sends what cannot be read.
   */
  ask(question: Question): Promise<Answer> {
    return new Promise((resolve, reject) => this.#send({ bytes: encodeQuestion(question), question, resolve, reject }));
  }

  #send(pending: Pending): void {
    const exchange = this.#current ?? this.#open();
    exchange.pending.push(pending);
    // Questions are a few dozen bytes each and bounded in number, so there is nothing to wait for.
    void exchange.stream.send(pending.bytes);
  }

  #open(): Exchange {
    const path = `/grpc.reflection.${this.#version}.ServerReflection/ServerReflectionInfo`;
    const { metadata, signal, deadlineMs, limitMs } = this.#options;
    const stream = this.#channel.start(path, metadata, { signal, deadlineMs, limitMs });
    const exchange = { stream, version: this.#version, pending: [], answered: 0, httpStatus: undefined };
    this.#current = exchange;
    void this.#readAll(exchange);
    return exchange;
  }

  async #readAll(exchange: Exchange): Promise<void> {
    for (let events = await exchange.stream.read(); events.length > 0; events = await exchange.stream.read()) {
      for (const event of events) this.#handle(exchange, event);
    }
  }

  #handle(exchange: Exchange, event: WireEvent): void {
    if (event.type === 'headers') exchange.httpStatus = event.httpStatus;
    if (event.type === 'message') this.#answer(exchange, event.bytes);
    if (event.type === 'status') this.#ended(exchange, event.status);
  }

  #answer(exchange: Exchange, bytes: Uint8Array): void {
    const pending = exchange.pending.shift();
    if (!pending) return;
    exchange.answered += 1;
    this.#versionKnown = true;
    try {
      pending.resolve(decodeAnswer(bytes));
    } catch (cause) {
      const message = `reflection ${exchange.version} sent an answer of ${bytes.length} bytes that cannot be read`;
      pending.reject(new UserError(4, message, { hint: filesHint, cause }));
    }
    // Whoever waited has asked on by the time of the next turn, if at all. An idle stream would hold up the server's
    // orderly shutdown, and opening one anew costs no round trip.
    if (exchange.pending.length === 0) setImmediate(() => this.#endIfIdle(exchange));
  }

  #endIfIdle(exchange: Exchange): void {
    if (exchange.pending.length > 0 || this.#current !== exchange) return;
    this.#current = undefined;
    exchange.stream.halfClose();
  }

  #ended(exchange: Exchange, status: Status): void {
    if (this.#current === exchange) this.#current = undefined;
    this.#answerMissing(exchange, status);
    if (exchange.pending.length === 0) return;
    if (this.#shouldTryAgain(exchange, status)) {
      for (const pending of exchange.pending) this.#send(pending);
      return;
    }
    const error = this.#failure(exchange, status);
    for (const pending of exchange.pending) pending.reject(error);
  }

  /** tonic ends the stream with NOT_FOUND where others answer so: it is the answer to the question whose turn it was. */
  #answerMissing(exchange: Exchange, status: Status): void {
    const [first] = exchange.pending;
    if (!first || first.question.ask === 'services') return;
    if (status.code !== notFound || status.origin !== 'server' || (exchange.httpStatus ?? 200) !== 200) return;
    exchange.pending.shift();
    exchange.answered += 1;
    this.#versionKnown = true;
    first.resolve({ kind: 'error', code: notFound, message: status.message });
  }

  /** Decides whether the open questions are asked on a new stream, perhaps in the older version. */
  #shouldTryAgain(exchange: Exchange, status: Status): boolean {
    if (this.#options.signal.aborted || (status.origin === 'client' && final.has(status.code))) return false;
    // Some servers end the stream after each answer. Every new stream then brings one answer, so this comes to an end.
    if (exchange.answered > 0) return true;
    if (!this.#versionKnown && exchange.version === 'v1' && lacksMethod(exchange, status)) {
      this.#v1Failure ??= status;
      this.#version = 'v1alpha';
      return true;
    }
    const died = status.code === 0 || status.code === 14 || status.code === 13 || exchange.httpStatus === 200;
    const neverConnected = this.#channel.connection === undefined;
    if (this.#reopened || !died || neverConnected || isRefusal(exchange, status)) return false;
    this.#reopened = true;
    return true;
  }

  #failure(exchange: Exchange, status: Status): Error {
    const older = exchange.version === 'v1alpha' && status.code === unimplemented ? this.#v1Failure : undefined;
    const cause = older && older.code !== unimplemented ? older : status;
    const said = cause.message === '' ? '' : `: ${shown(cause.message)}`;
    if (cause.code === unimplemented) {
      const tried = this.#options.version === 'auto' ? '' : ` ${exchange.version}`;
      return new UserError(4, `the server does not offer reflection${tried}${said}`, { hint: filesHint });
    }
    const name = `reflection ${exchange.version}`;
    if (cause.code === 0) {
      return new UserError(4, `${name} of the server ended the stream without an answer`, { hint: filesHint });
    }
    if (cause.code === 7 && cause.origin === 'server') {
      return new UserError(4, `${name} is refused by the server: ${codeName(7)}${said}`, { hint: filesHint });
    }
    return new CallFailed(name, cause);
  }
}

/** A server or proxy that does not know the method: it says so, or answers with a page, or is not available for this path. */
function lacksMethod(exchange: Exchange, status: Status): boolean {
  if (status.code === unimplemented) return true;
  if (exchange.httpStatus !== undefined && exchange.httpStatus !== 200) return true;
  return status.code === 14 && status.origin === 'server';
}

/** PERMISSION_DENIED, UNAUTHENTICATED, a page of a proxy: asking again would bring the same. */
function isRefusal(exchange: Exchange, status: Status): boolean {
  const isPage = exchange.httpStatus !== undefined && exchange.httpStatus !== 200;
  return isPage || status.code === 7 || status.code === 16 || status.code === unimplemented;
}
