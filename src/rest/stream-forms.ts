// How the messages of a stream are written into an HTTP body: lines, an array, server-sent events; and which of them.
import type { DescMethod } from '@bufbuild/protobuf';
import { streamsResponses } from '../schema/method-kind.ts';
import type { RestDialect, StreamForm } from './rest.ts';

/**
 * The pieces of a streamed body, in this order: `open`, any number of messages, `error` if the stream failed, `close`.
 * Each is sent when it is known, as one chunk; an empty one is not sent.
 */
export interface StreamWriter {
  readonly contentType: string;
  open(): string;
  /** One message: its compact JSON, and how many came before it. */
  message(json: string, index: number): string;
  /** A failure after the stream began: the text of `streamErrorText`, and how many messages came before it. */
  error(json: string | undefined, index: number): string;
  close(): string;
}

/**
 * The writer of a form in a dialect. `none` writes the single message as it is; `websocket` gives the text of each frame.
 */
export function streamWriter(form: StreamForm, dialect: RestDialect): StreamWriter {
  // grpc-gateway tells messages and errors apart by an envelope, in every form.
  const wrap =
    dialect === 'gateway' && form !== 'none' ? (json: string) => `{"result":${json}}` : (json: string) => json;
  switch (form) {
    case 'none':
      return writer('application/json', (json) => json);
    case 'websocket':
      return writer('', wrap);
    case 'ndjson':
      return writer(linesType(dialect), (json) => `${wrap(json)}\n`, { error: (json) => `${json}\n` });
    case 'sse':
      return writer('text/event-stream', (json) => event(wrap(json)), {
        error: (json) => `event: error\n${event(json)}`,
      });
    case 'array': {
      const element = (json: string, index: number) => (index === 0 ? json : `,${json}`);
      return writer('application/json', (json, index) => element(wrap(json), index), {
        error: element,
        open: '[',
        close: ']',
      });
    }
  }
}

type Piece = (json: string, index: number) => string;

function writer(
  contentType: string,
  message: Piece,
  more: { error?: Piece; open?: string; close?: string } = {},
): StreamWriter {
  const error = more.error ?? ((json) => json);
  return {
    contentType,
    message,
    error: (json, index) => (json === undefined ? '' : error(json, index)),
    open: () => more.open ?? '',
    close: () => more.close ?? '',
  };
}

/** An event of one data line: compact JSON has no line ends (HTML, Server-sent events §9.2.6). */
function event(json: string): string {
  return `data: ${json}\n\n`;
}

// grpc-gateway and Envoy label their lines as if they were one document.
function linesType(dialect: RestDialect): string {
  return dialect === 'gateway' || dialect === 'envoy' ? 'application/json' : 'application/x-ndjson';
}

const formOfType = new Map<string, StreamForm>([
  ['application/x-ndjson', 'ndjson'],
  ['application/ndjson', 'ndjson'],
  ['application/jsonl', 'ndjson'],
  ['application/x-jsonlines', 'ndjson'],
  ['text/event-stream', 'sse'],
  ['application/json', 'array'],
]);

/**
 * How the stream of a method is carried: by the Accept header of the request, or by what is usual for its kind: lines for
 * a server stream, WebSocket for both ways at once (lines if Accept names a form). Of several accepted forms the one with
 * the highest weight counts, then the first. For a client stream it is the form of the request body, lines: the answer is
 * one document, whatever is accepted. A unary method is `none`.
 */
export function streamFormOf(method: Pick<DescMethod, 'methodKind'>, accept?: string | undefined): StreamForm {
  if (method.methodKind === 'unary') return 'none';
  if (method.methodKind === 'client_streaming') return 'ndjson';
  let best: { form: StreamForm; weight: number } | undefined;
  for (const range of (accept ?? '').split(',')) {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const form = formOfType.get(type);
    const weight = weightOf(parameters);
    if (form !== undefined && weight > (best?.weight ?? 0)) best = { form, weight };
  }
  return best?.form ?? (method.methodKind === 'bidi_streaming' ? 'websocket' : 'ndjson');
}

function weightOf(parameters: readonly string[]): number {
  const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
  if (weight === undefined) return 1;
  const number = Number(weight);
  return Number.isFinite(number) ? number : 1;
}

/**
 * What to know of an answer that fails after its first message: HTTP has told 200 by then. Undefined for methods that
 * answer with one message.
 */
export function lateErrorNote(
  method: Pick<DescMethod, 'methodKind'>,
  form: StreamForm,
  dialect: RestDialect,
): string | undefined {
  if (!streamsResponses(method)) return undefined;
  if (form === 'websocket') return 'an error after the first message comes as a message of its own, then a close';
  const told = 'the HTTP status is 200 even if the stream fails later';
  if (dialect === 'envoy')
    // Seen with Envoy 1.40: 404 and so on are told only where the server had sent no headers yet.
    return `${told}: the error goes into trailers, which HTTP/1.1 clients do not see, so the stream looks complete`;
  if (form === 'sse') return `${told}: the error comes as a last event named "error"`;
  return `${told}: the error comes as the last ${form === 'array' ? 'element' : 'line'}, {"error":…}`;
}
