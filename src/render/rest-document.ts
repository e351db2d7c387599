// The REST side of a call as one JSON document: what `rest -o json` and the `rest` of `-o full` show. Put together as
// text, since a body is printed JSON already and parsing it again would lose digits.
import type { NoRest, RestBody, RestEquivalent } from '../rest/rest.ts';
import type { RestEvent } from '../rest/with-rest.ts';
import { visible } from './visible.ts';

/** What is known beside the equivalent itself. */
export interface RestDocumentMore {
  readonly curl: string;
  /** The request messages of a stream, as JSON. */
  readonly sent?: readonly string[] | undefined;
  readonly answer?: RestAnswer | undefined;
}

/** How the call would be answered. */
export interface RestAnswer {
  readonly httpStatus: number;
  /** JSON text; undefined when there is no body. */
  readonly body: string | undefined;
}

/** The document, on one line without a newline. */
export function restDocument(equivalent: RestEquivalent | NoRest, more: RestDocumentMore): string {
  if ('none' in equivalent) return safeJson(JSON.stringify({ none: equivalent.none, warnings: equivalent.warnings }));
  const { source, httpMethod, path, query, bodyField, template, confidence, reason, streaming } = equivalent;
  const { headers, alternatives, fallback, warnings } = equivalent;
  // Of a stream of requests no single one is the body.
  const body = more.sent !== undefined ? listJson(more.sent) : equivalent.body && bodyJson(equivalent.body);
  const members = [
    ...membersOf({ source, httpMethod, path, query }),
    ...(body === undefined ? [] : [`"body":${body}`]),
    ...membersOf({ bodyField, template, confidence, reason, streaming, headers, curl: more.curl }),
    ...membersOf({ alternatives, fallback, warnings }),
  ];
  const { answer } = more;
  if (answer !== undefined) {
    members.push(`"httpStatus":${answer.httpStatus}`);
    if (answer.body !== undefined) members.push(`"responseBody":${answer.body}`);
  }
  return safeJson(`{${members.join(',')}}`);
}

/** JSON with what a terminal acts on escaped in its texts, which means the same. */
function safeJson(json: string): string {
  return json.replaceAll(/"(?:[^"\\]|\\.)*"|\r/g, (part) => (part === '\r' ? ' ' : visible(part)));
}

function membersOf(values: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(values).map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
}

function listJson(messages: readonly string[]): string | undefined {
  return messages.length === 0 ? undefined : `[${messages.join(',')}]`;
}

/** A body as a JSON value: JSON as it is, other text as a string, bytes as `{"base64":"…"}`. */
function bodyJson(body: RestBody): string {
  const { data, contentType } = body;
  if (typeof data === 'string' && /json/.test(contentType)) return data;
  const base64 = { base64: Buffer.from(data).toString('base64') };
  return JSON.stringify(bodyText(body) ?? base64);
}

/** A body as text; undefined for bytes that are no UTF-8. */
export function bodyText({ data }: RestBody): string | undefined {
  if (typeof data === 'string') return data;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(data);
  } catch {
    return undefined;
  }
}

/** Keeps the twins of one call until its document is asked for. */
export class RestDocumentKeeper {
  readonly #curl: (equivalent: RestEquivalent, sent: readonly string[]) => string;
  #equivalent: RestEquivalent | NoRest | undefined;
  readonly #sent: string[] = [];
  readonly #received: string[] = [];
  #end: Extract<RestEvent, { type: 'rest-status' }> | undefined;

  constructor(curl: (equivalent: RestEquivalent, sent: readonly string[]) => string) {
    this.#curl = curl;
  }

  add(event: RestEvent): void {
    if (event.type === 'rest-request') this.#equivalent = event.equivalent;
    else if (event.type === 'rest-status') this.#end = event;
    else (event.direction === 'request' ? this.#sent : this.#received).push(bodyJson(event.body));
  }

  /** The document with how the call ended; undefined when no request was seen. `streams` says what is a list. */
  document(streams: { readonly requests: boolean; readonly responses: boolean }): string | undefined {
    if (this.#equivalent === undefined) return undefined;
    const { httpStatus = 200, body: error } = this.#end ?? {};
    const received = streams.responses ? `[${this.#received.join(',')}]` : this.#received[0];
    const body = error !== undefined ? bodyJson(error) : httpStatus === 200 ? received : undefined;
    const curl = 'none' in this.#equivalent ? '' : this.#curl(this.#equivalent, this.#sent);
    return restDocument(this.#equivalent, {
      curl,
      sent: streams.requests ? this.#sent : undefined,
      answer: { httpStatus, body },
    });
  }
}
