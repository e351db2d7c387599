// One JSON document a call, with everything that is known of it: for programs that want more than the messages.

import type { Metadata } from '../wire/metadata.ts';
import { codeName, type Status } from '../wire/status.ts';
import { nothing, type PrintMessage, type Rendered, type Renderer, TooMuchToKeep } from './rendered.ts';
import { visible } from './visible.ts';

/** Phases known outside the events; null for a phase that did not take place or is not known. */
export interface FullTiming {
  readonly connectMs: number | null;
  readonly tlsMs: number | null;
  readonly schemaMs: number | null;
}

export interface FullOptions {
  /** Prints a message as JSON on one line. */
  readonly print: PrintMessage;
  /** The details of a status as JSON documents with `@type`. */
  readonly details: (status: Status) => readonly unknown[];
  /** Asked when the call is over. */
  readonly timing: () => FullTiming;
  /** Whether the connection was made with TLS; asked when the call is over. */
  readonly tls: () => boolean;
  /** The REST equivalent as `restDocument` prints it; asked when the call is over, left out if there is none. */
  readonly rest?: (() => string | undefined) | undefined;
}

/** Characters of messages that one document may hold: a string cannot be much longer, and all of it is in memory. */
const documentLimit = 128 * 1024 * 1024;

interface Seen {
  /** Characters of all messages. */
  length: number;
  method: string;
  kind: string;
  address: string;
  requestMetadata: Metadata;
  headers: Metadata;
  requests: string[];
  printed: string[];
  sent: number[];
  received: number[];
  headersMs: number | null;
  firstMessageMs: number | null;
}

/**
 * A renderer that keeps the call and writes its document, one line, when the status is there. It throws TooMuchToKeep
 * for a message beyond 128 MiB in all; the document of what came before can still be had.
 */
export function fullRenderer(options: FullOptions): Renderer {
  const seen = emptySeen();
  return (event): Rendered => {
    switch (event.type) {
      case 'start':
        seen.method = `${event.method.parent.typeName}/${event.method.name}`;
        seen.kind = event.method.methodKind;
        seen.address = event.target.address;
        seen.requestMetadata = event.metadata;
        return nothing;
      case 'request':
        seen.requests.push(counted(seen, options.print(event.message, 'request')));
        seen.sent.push(event.size);
        return nothing;
      case 'headers':
        seen.headers = event.metadata;
        seen.headersMs = milliseconds(event.at);
        return nothing;
      case 'response':
        seen.printed.push(counted(seen, options.print(event.message, 'response')));
        seen.received.push(event.size);
        seen.firstMessageMs ??= milliseconds(event.at);
        return nothing;
      case 'status':
        return { out: `${document(seen, event.status, event.trailers, event.at, options)}\n` };
      default:
        return nothing;
    }
  };
}

function counted(seen: Seen, text: string): string {
  if (seen.length + text.length > documentLimit) {
    throw new TooMuchToKeep('-o full keeps all messages for one document, and they have grown above 128 MiB');
  }
  seen.length += text.length;
  return text;
}

function emptySeen(): Seen {
  return {
    length: 0,
    method: '',
    kind: '',
    address: '',
    requestMetadata: [],
    headers: [],
    requests: [],
    printed: [],
    sent: [],
    received: [],
    headersMs: null,
    firstMessageMs: null,
  };
}

// Put together as text: messages are printed JSON already, and parsing them again would lose digits of large numbers.
function document(seen: Seen, status: Status, trailers: Metadata, at: number, options: FullOptions): string {
  const timing = {
    ...options.timing(),
    headersMs: seen.headersMs,
    firstMessageMs: seen.firstMessageMs,
    totalMs: milliseconds(at),
  };
  const members = [
    member('method', seen.method),
    member('kind', seen.kind),
    member('target', { address: seen.address, tls: options.tls() }),
    `"request":{${member('metadata', seen.requestMetadata)},"messages":[${seen.requests.join(',')}]}`,
    `"response":{${member('headers', seen.headers)},"messages":[${seen.printed.join(',')}],${member('trailers', trailers)}}`,
    member('status', statusDocument(status, options.details(status))),
  ];
  const rest = options.rest?.();
  if (rest !== undefined) members.push(`"rest":${rest}`);
  members.push(member('timing', timing), member('bytes', { sent: seen.sent, received: seen.received }));
  return `{${members.join(',')}}`;
}

/** A status as the machine-readable forms show it: code, name, message, details, origin. */
export function statusDocument(status: Status, details: readonly unknown[]): Record<string, unknown> {
  const { code, message, origin } = status;
  return { code, name: codeName(code), message, details, origin };
}

export interface EachOptions {
  readonly print: PrintMessage;
  readonly details: (status: Status) => readonly unknown[];
  /** Number of the request document, from 1. */
  readonly line: number;
}

/** The short form for many calls in a row: `{"line":N,"status":{…},"message":{…}}`, without `message` if none came. */
export function eachRenderer(options: EachOptions): Renderer {
  let message: string | undefined;
  return (event): Rendered => {
    if (event.type === 'response') message = options.print(event.message, 'response');
    if (event.type !== 'status') return nothing;
    const members = [member('line', options.line)];
    members.push(member('status', statusDocument(event.status, options.details(event.status))));
    if (message !== undefined) members.push(`"message":${message}`);
    return { out: `{${members.join(',')}}\n` };
  };
}

function member(name: string, value: unknown): string {
  // Inside JSON the escapes mean what was there.
  return `${JSON.stringify(name)}:${visible(JSON.stringify(value))}`;
}

function milliseconds(at: number): number {
  return Math.round(at * 1000) / 1000;
}
