// The lower half of the side-by-side view: what came of the call, as gRPC says it and as HTTP would.
import type { RestEvent } from '../rest/with-rest.ts';
import type { Metadata } from '../wire/metadata.ts';
import type { Status } from '../wire/status.ts';
import { toRight } from './columns.ts';
import type { StatusParts } from './error.ts';
import { colourJson, indentJson } from './json-text.ts';
import { byteLength, httpWords } from './rest-size.ts';
import { bodyLines, type HeadOptions, metadataRows } from './side-by-side-head.ts';
import { count, humanSize, humanTime } from './units.ts';
import { visible } from './visible.ts';

type RestStatus = Extract<RestEvent, { type: 'rest-status' }>;
type RestMessage = Extract<RestEvent, { type: 'rest-message' }>;

/** The end of a call, on both sides. */
export interface Answered {
  readonly status: Status;
  /** Metadata of headers and trailers that is worth a line, as it may be shown. */
  readonly metadata: Metadata;
  /** Milliseconds since the call began. */
  readonly at: number;
  /** Undefined where the call has no REST form. */
  readonly rest: RestStatus | undefined;
  /** The form of the stream, as RestEquivalent has it; '' where there is no REST form. */
  readonly streaming: string;
  /** How the reply is called in a session that keeps it. */
  readonly name?: string | undefined;
}

/** The one response of a call, on both sides. */
export interface OneMessage {
  /** As compact JSON, for comparison, and as it is to be shown, on several lines. */
  readonly json: string;
  readonly lines: readonly string[];
  readonly size: number;
  readonly rest: RestMessage | undefined;
}

/** The answer of a call that has one response. */
export function answerRows(end: Answered, message: OneMessage | undefined, options: HeadOptions): string {
  const { style, columns } = options;
  const ok = `${style.green('OK')}  ${humanTime(end.at)}`;
  const head = columns.pair([named(ok, end, options)], httpLine(end, options));
  const headers = metadataPair(end, options);
  if (message === undefined) return head + headers;
  const left = message.lines.map((line) => colourJson(line, style));
  return (
    head + headers + columns.pair(left, sameOrBody(message, options), { left: 4, right: 2 }) + sizes(message, options)
  );
}

/** How a stream ended: messages and time on the left, their average size on both sides. */
export function streamEndRows(
  end: Answered,
  seen: {
    readonly messages: number;
    readonly bytes: number;
    readonly restBytes: number;
    readonly sent: number | undefined;
  },
  options: HeadOptions,
): string {
  const { style, columns } = options;
  const { messages, bytes, restBytes, sent } = seen;
  const each = (total: number): string =>
    messages === 0 ? '' : style.dim(`${humanSize(Math.round(total / messages))} per message`);
  const what = sent === undefined ? count(messages, 'message') : `${sent} sent, ${messages} received`;
  const called = end.name === undefined ? '' : `  ${style.cyan(end.name)}`;
  const ok = `${style.green('OK')}  ${what}  ${humanTime(end.at)}${called}`;
  const [http = ''] = httpLine(end, options);
  return (
    columns.pair(
      [toRight(ok, each(bytes), columns.left - 1)],
      [end.rest === undefined ? '' : toRight(http, each(restBytes), columns.right - 2)],
    ) + metadataPair(end, options)
  );
}

/** A call that failed: the status with its details left, HTTP status and error body right. */
export function failureRows(end: Answered, parts: StatusParts, options: HeadOptions): string {
  const { style, columns } = options;
  const { rest } = end;
  const right = httpLine(end, options);
  for (const [name, value] of rest?.headers ?? [])
    if (name !== 'content-type') right.push(visible(`${name}: ${value}`));
  if (rest?.late !== undefined)
    for (const line of rest.late.trimEnd().split('\n')) right.push(style.red(visible(line)));
  const body = rest?.body;
  if (body !== undefined && typeof body.data === 'string')
    right.push(...indentJson(body.data).map((line) => colourJson(line, style)));
  const own = metadataRows(end.metadata, style).map((line) => `  ${line}`);
  const [first = '', ...lines] = parts.lines;
  return columns.pair([named(first, end, options), ...lines, ...own], right, { left: 2, right: 4 });
}

/** A line of the left side with the name of the reply at its right end. */
function named(line: string, { name }: Answered, { style, columns }: HeadOptions): string {
  return name === undefined ? line : toRight(line, style.cyan(name), columns.left - 1);
}

/** `200 OK`, in the colour of its class; of a WebSocket how it is closed. Nothing where there is no REST form. */
function httpLine({ rest, streaming, status }: Answered, { style }: HeadOptions): string[] {
  if (rest === undefined) return [];
  const text = httpWords(rest, streaming, status.code === 0);
  return [rest.httpStatus < 400 && rest.late === undefined ? style.green(text) : style.red(text)];
}

function metadataPair({ metadata, rest }: Answered, { style, columns }: HeadOptions): string {
  const right = (rest?.headers ?? [])
    .filter(([name]) => name !== 'content-type')
    .map(([name, value]) => visible(`${name}: ${value}`));
  return columns.pair(metadataRows(metadata, style), right, { left: 2, right: 2 });
}

function sameOrBody(message: OneMessage, options: HeadOptions): string[] {
  const { rest } = message;
  if (rest === undefined) return [];
  const { data, contentType } = rest.body;
  if (typeof data !== 'string') return [`${humanSize(data.length)} of ${visible(contentType)}, as bytes`];
  if (data === message.json && !options.full) return [options.style.dim('the same JSON')];
  const head = /json/.test(contentType) ? [] : [visible(`content-type: ${contentType}`)];
  const body = /json/.test(contentType)
    ? indentJson(data).map((line) => colourJson(line, options.style))
    : bodyLines(data, contentType, options);
  return [...head, ...body];
}

function sizes({ size, rest }: OneMessage, { style, columns }: HeadOptions): string {
  const payload = (bytes: number, width: number): string =>
    toRight('', style.dim(`${humanSize(bytes)} payload`), width - 1);
  const right = rest === undefined ? '' : payload(byteLength(rest.text), columns.right - 1);
  return columns.pair([payload(size, columns.left)], [right]);
}
