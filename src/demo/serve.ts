// Puts plain functions behind grpc-js: a method of any kind is a function from its input to a message or to messages.
// What every call has in common is here: request ids, tokens, trailers, errors, back-pressure, the end at a cancel.
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { setTimeout as timer } from 'node:timers/promises';
import {
  Metadata,
  type ServerDuplexStream,
  type ServerReadableStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  type ServiceDefinition,
  type sendUnaryData,
  status,
  type UntypedHandleCall,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import type { Examples } from './examples.ts';
import { addDetails, Failure, failureWithInfo } from './failure.ts';

/** What a handler can know of its call, and do besides answering. */
export interface Call {
  /** The metadata as it came. */
  metadata: Metadata;
  /** Aborted when the client cancels, the connection breaks or the deadline passes. */
  signal: AbortSignal;
  /** The address of the client. */
  peer: string;
  /** The moment until which the client waits, in milliseconds since 1970; Infinity without a deadline. */
  deadline: number;
  /** The present moment in milliseconds since 1970, by the demo's clock. */
  now(): number;
  /** Waits; throws when the signal is aborted. */
  sleep(milliseconds: number): Promise<void>;
}

/**
 * A method: input is the request message or, with a client stream, an AsyncIterable of them. It returns, with a server
 * stream, an AsyncIterable of messages, otherwise the message or a promise of it; and throws a Failure to end otherwise.
 */
export type Handler = (input: never, call: Call) => unknown;

/** The methods of a service by name. */
export type Handlers = Readonly<Record<string, Handler>>;

/** What all services share. */
export interface Shared {
  examples: Examples;
  clock: () => number;
  /** Whether a call without an authorization header is refused. */
  requireToken: boolean;
  /** Makes the next value of x-request-id for calls that bring none. */
  nextRequestId: () => string;
}

type AnyCall = ServerUnaryCall<object, object> &
  ServerReadableStream<object, object> &
  ServerWritableStream<object, object> &
  ServerDuplexStream<object, object>;

type Run = (raw: AnyCall, call: Call) => unknown;

/** The implementation of a service for grpc-js. Throws if a method of the definition has no handler. */
export function serve(definition: ServiceDefinition, handlers: Handlers, shared: Shared): UntypedServiceImplementation {
  const implementation: UntypedServiceImplementation = {};
  for (const [name, method] of Object.entries(definition)) {
    const handler = handlers[name];
    if (handler === undefined) throw new Error(`no handler for ${method.path}`);
    const run = (raw: AnyCall, call: Call) =>
      handler((method.requestStream ? messagesOf(raw) : raw.request) as never, call);
    // The kinds of call are one type here, which grpc-js' union of four handler types cannot express.
    const handle = method.responseStream
      ? (raw: AnyCall) => answerWithStream(raw, run, shared)
      : (raw: AnyCall, callback: sendUnaryData<object>) => answerOnce(raw, callback, run, shared);
    implementation[name] = handle as unknown as UntypedHandleCall;
  }
  return implementation;
}

async function answerOnce(raw: AnyCall, callback: sendUnaryData<object>, run: Run, shared: Shared): Promise<void> {
  try {
    callback(null, (await run(raw, prepare(raw, shared))) as object, trailersAfter(1));
  } catch (error) {
    callback(toStatus(error, 0, shared));
  }
}

async function answerWithStream(raw: AnyCall, run: Run, shared: Shared): Promise<void> {
  let sent = 0;
  try {
    const call = prepare(raw, shared);
    for await (const message of run(raw, call) as AsyncIterable<object>) {
      if (raw.cancelled) return;
      sent++;
      // Without waiting for the reader, a client that does not read would fill our memory.
      if (!raw.write(message)) await once(raw, 'drain', { signal: call.signal });
    }
    raw.end(trailersAfter(sent));
  } catch (error) {
    if (!raw.cancelled) raw.emit('error', toStatus(error, sent, shared));
  }
}

function prepare(raw: AnyCall, shared: Shared): Call {
  const aborter = new AbortController();
  raw.on('cancelled', () => aborter.abort());
  // Refused before the headers are sent, so that the client gets trailers alone.
  if (shared.requireToken && raw.metadata.get('authorization').length === 0) {
    throw failureWithInfo(status.UNAUTHENTICATED, 'no authorization header', 'TOKEN_MISSING', {
      header: 'authorization',
    });
  }
  const headers = new Metadata();
  headers.set('x-request-id', raw.metadata.get('x-request-id')[0] ?? shared.nextRequestId());
  raw.sendMetadata(headers);
  const deadline = raw.getDeadline();
  return {
    metadata: raw.metadata,
    signal: aborter.signal,
    peer: raw.getPeer(),
    deadline: typeof deadline === 'number' ? deadline : deadline.getTime(),
    now: shared.clock,
    sleep: (milliseconds) => timer(milliseconds, undefined, { signal: aborter.signal }),
  };
}

// Ends with an error when the call is cancelled, since grpc-js then destroys the stream. A handler that leaves early must
// not destroy it, since the status is still to be sent on it.
function messagesOf(raw: AnyCall): AsyncIterable<object> {
  return (raw as unknown as Readable).iterator({ destroyOnReturn: false });
}

/** The status to end a call with: the failure's own, or INTERNAL for an error that was not meant for the client. */
function toStatus(error: unknown, sent: number, shared: Shared): { code: number; details: string; metadata: Metadata } {
  const metadata = trailersAfter(sent);
  if (error instanceof Failure) {
    addDetails(metadata, error, shared.examples);
    return { code: error.code, details: error.message, metadata };
  }
  const aborted = error instanceof Error && error.name === 'AbortError';
  const details = aborted
    ? 'the call was cancelled'
    : `the demo failed: ${error instanceof Error ? error.message : error}`;
  return { code: aborted ? status.CANCELLED : status.INTERNAL, details, metadata };
}

function trailersAfter(sent: number): Metadata {
  const trailers = new Metadata();
  trailers.set('x-messages-sent', String(sent));
  return trailers;
}
