// The call in two columns, gRPC left and REST right, drawn as it goes: every row is out as soon as its event is there.
import type { DescMethod } from '@bufbuild/protobuf';
import type { NoRest, RestEquivalent } from '../rest/rest.ts';
import type { RestEvent } from '../rest/with-rest.ts';
import type { CallEvent } from '../rpc/event.ts';
import { streamsRequests, streamsResponses } from '../schema/method-kind.ts';
import type { Metadata } from '../wire/metadata.ts';
import type { Status } from '../wire/status.ts';
import { columnsFor, toRight } from './columns.ts';
import { wrapCells } from './columns-wrap.ts';
import type { StatusParts } from './error.ts';
import { colourJson, inlineJson } from './json-text.ts';
import { nothing, type PrintMessage, type Rendered, type TwinRenderer } from './rendered.ts';
import { byteLength } from './rest-size.ts';
import { type Answered, answerRows, failureRows, type OneMessage, streamEndRows } from './side-by-side-answer.ts';
import { type HeadOptions, requestRows } from './side-by-side-head.ts';
import { marks, type Style } from './style.ts';
import { count, humanSize } from './units.ts';
import { cellWidth, visible } from './visible.ts';

export interface SideBySideOptions {
  readonly style: Style;
  /** Prints a message as JSON on one line, and on several. */
  readonly line: PrintMessage;
  readonly lines: PrintMessage;
  /** A status that is not OK in parts, at most `width` cells wide where it can be. `request` is the document sent. */
  readonly status: (
    status: Status,
    more: { received: number; at: number; width: number; request?: unknown },
  ) => StatusParts;
  /** The REST body even where it is the same as the message. */
  readonly full: boolean;
  /** The curl line of the call. `sent` are the request messages of a stream as JSON, if they are few. */
  readonly curl: (equivalent: RestEquivalent, sent: readonly string[] | undefined) => string;
  /** What is to be known of a failure in the middle of this call's answer; undefined where there is nothing. */
  readonly lateErrors: (equivalent: RestEquivalent) => string | undefined;
  /** How the reply is called in a session that keeps it: `$7`. */
  readonly name?: (() => string) | undefined;
  /** Headers that every server sends too. */
  readonly allMetadata?: boolean | undefined;
}

/** Sent by every server or proxy: nothing about the call. */
const usualHeaders = /^(?:content-type|date|server|content-length|grpc-.*)$/;
/** Requests of a stream that are drawn, or kept for the curl line; more of them are only counted. */
const drawnRequests = 100;

/** The renderer. All of the picture goes to stdout; only the last line about a failure goes to stderr. */
export function sideBySideRenderer(options: SideBySideOptions): TwinRenderer {
  return new Picture(options).render;
}

type Event<Type extends CallEvent['type']> = Extract<CallEvent, { type: Type }>;

class Picture {
  readonly #options: SideBySideOptions;
  readonly #draw: HeadOptions;
  #method: DescMethod | undefined;
  #metadata: Metadata = [];
  #headers: Metadata = [];
  #equivalent: RestEquivalent | NoRest = { none: '', warnings: [] };
  #twin: Extract<RestEvent, { type: 'rest-message' }> | undefined;
  #end: Extract<RestEvent, { type: 'rest-status' }> | undefined;
  #request: { readonly json: string; readonly size: number } | undefined;
  #response: OneMessage | undefined;
  #sent: string[] | undefined = [];
  #headDrawn = false;
  #ruled = false;
  readonly #up = { messages: 0, bytes: 0, restBytes: 0 };
  readonly #down = { messages: 0, bytes: 0, restBytes: 0 };

  constructor(options: SideBySideOptions) {
    this.#options = options;
    this.#draw = { style: options.style, columns: columnsFor(options.style), full: options.full };
  }

  readonly render: TwinRenderer = (event) => {
    switch (event.type) {
      case 'rest-request':
        this.#equivalent = event.equivalent;
        return nothing;
      case 'rest-message':
        this.#twin = event;
        return nothing;
      case 'rest-status':
        this.#end = event;
        return nothing;
      case 'start':
        this.#method = event.method;
        this.#metadata = event.metadata;
        return this.#streamsIn ? { out: this.#head() } : nothing;
      case 'headers':
        this.#headers = event.metadata;
        return nothing;
      case 'request':
        return this.#streamsIn ? { out: this.#requestRow(event) } : this.#onlyRequest(event);
      case 'half-close':
        return this.#streamsIn ? { out: this.#halfCloseRow(event.at) } : nothing;
      case 'response':
        return this.#streamsOut ? { out: this.#responseRow(event) } : this.#onlyResponse(event);
      case 'status':
        return this.#close(event);
    }
  };

  get #streamsIn(): boolean {
    return this.#method !== undefined && streamsRequests(this.#method);
  }

  get #streamsOut(): boolean {
    return this.#method !== undefined && streamsResponses(this.#method);
  }

  #onlyRequest(event: Event<'request'>): Rendered {
    this.#request = { json: this.#options.line(event.message, 'request'), size: event.size };
    return { out: this.#head() };
  }

  #head(): string {
    if (this.#headDrawn || this.#method === undefined) return '';
    this.#headDrawn = true;
    const asked = {
      method: this.#method,
      metadata: this.#metadata,
      request: this.#request,
      equivalent: this.#equivalent,
    };
    // What is sent and received at once is one list: the line above it is drawn now.
    const rule = this.#method.methodKind === 'bidi_streaming' ? this.#rule() : '';
    return `\n${requestRows(asked, this.#draw)}${rule}`;
  }

  #rule(): string {
    if (this.#ruled) return '';
    this.#ruled = true;
    return this.#draw.columns.rule();
  }

  #requestRow(event: Event<'request'>): string {
    const json = this.#options.line(event.message, 'request');
    if (this.#up.messages < drawnRequests) this.#sent?.push(json);
    else this.#sent = undefined;
    const { messages } = this.#up;
    const row = this.#row('request', event, json);
    return messages < drawnRequests || this.#streamsOut ? row : '';
  }

  #responseRow(event: Event<'response'>): string {
    const json = this.#options.line(event.message, 'response');
    return this.#rule() + this.#row('response', event, json);
  }

  // `← 2  0.06 s  { … }` left, and right how it is sent: in full once, then only its frame.
  #row(which: 'request' | 'response', event: Event<'request'> | Event<'response'>, json: string): string {
    const { style, columns, full } = this.#draw;
    const seen = which === 'request' ? this.#up : this.#down;
    const mark = which === 'request' ? marks(style).toServer : marks(style).fromServer;
    const twin = this.#twin;
    this.#twin = undefined;
    seen.messages++;
    seen.bytes += event.size;
    if (twin !== undefined) seen.restBytes += byteLength(twin.text);
    const number = `${mark} ${seen.messages}`;
    const seconds = `${(event.at / 1000).toFixed(2)} s`;
    const left = `${style.cyan(number)}  ${style.dim(seconds)}  ${colourJson(inlineJson(json), style)}`;
    const first = seen.messages === 1 || full;
    const right = twin === undefined ? [] : carriedLines(twin, first, which, this.#streaming, style);
    return columns.pair([left], right, { left: cellWidth(`${number}  ${seconds}  `), right: 2 });
  }

  get #streaming(): string {
    return 'none' in this.#equivalent ? '' : this.#equivalent.streaming;
  }

  #halfCloseRow(at: number): string {
    const { style, columns } = this.#draw;
    const { messages, bytes, restBytes } = this.#up;
    const more = messages > drawnRequests && !this.#streamsOut ? `${count(messages, 'message')}, ` : '';
    const left = `${style.cyan(marks(style).toServer)} ${more}half-close  ${style.dim(`${(at / 1000).toFixed(2)} s`)}`;
    const size = (total: number): string => style.dim(`${humanSize(total)} payload`);
    const isSocket = this.#streaming === 'websocket';
    const right = isSocket ? '{"$end":true}' : style.dim('end of the body');
    const hasRest = !('none' in this.#equivalent);
    return columns.pair(
      [toRight(left, size(bytes), columns.left - 1)],
      hasRest ? [toRight(right, size(restBytes), columns.right - 2)] : [],
    );
  }

  #onlyResponse(event: Event<'response'>): Rendered {
    const { line, lines } = this.#options;
    const shown = lines(event.message, 'response').split('\n');
    const one = { json: line(event.message, 'response'), lines: shown, size: event.size, rest: this.#twin };
    this.#twin = undefined;
    // A second response, where one is due: the first is drawn, the status says what is wrong.
    const before = this.#response === undefined ? '' : this.#extra(this.#response);
    this.#response = one;
    this.#down.messages++;
    return before === '' ? nothing : { out: before };
  }

  #extra(message: OneMessage): string {
    const { columns, style } = this.#draw;
    return (
      this.#rule() +
      columns.pair(
        message.lines.map((line) => colourJson(line, style)),
        [],
      )
    );
  }

  #close({ status, trailers, at }: Event<'status'>): Rendered {
    const { allMetadata } = this.#options;
    const all = [...this.#headers, ...trailers];
    const metadata = allMetadata === true ? all : all.filter(([name]) => !usualHeaders.test(name));
    const rest = 'none' in this.#equivalent ? undefined : this.#end;
    const name = this.#options.name?.();
    const end: Answered = { status, metadata, at, rest, streaming: this.#streaming, name };
    const head = this.#head() + this.#rule();
    if (status.code !== 0) return this.#failed(head, end);
    const body = this.#streamsOut
      ? streamEndRows(end, { ...this.#down, sent: this.#streamsIn ? this.#up.messages : undefined }, this.#draw)
      : answerRows(end, this.#response, this.#draw);
    return { out: head + body + this.#below('') };
  }

  #failed(head: string, end: Answered): Rendered {
    const { style, columns } = this.#draw;
    const received = this.#down.messages;
    const before = this.#response === undefined ? '' : this.#extra(this.#response);
    const request = this.#request === undefined ? undefined : parsed(this.#request.json);
    const parts = this.#options.status(end.status, { received, at: end.at, width: columns.left, request });
    const rows = failureRows(end, parts, this.#draw);
    const next = parts.next === '' ? '' : `${wrapCells(parts.next, style.width, 4).join('\n')}\n`;
    const out = head + before + rows + this.#below(next);
    return parts.last === '' ? { out } : { out, err: `${parts.last}\n` };
  }

  // What is no part of either side: notes, and the line to paste, which stands alone.
  #below(next: string): string {
    const { style } = this.#draw;
    if ('none' in this.#equivalent) return next;
    const isStream = this.#streamsOut && this.#end?.body === undefined;
    const late = isStream ? this.#options.lateErrors(this.#equivalent) : undefined;
    const note =
      late === undefined
        ? ''
        : `${wrapCells(`  ${visible(late)}`, style.width, 2)
            .map((line) => style.dim(line))
            .join('\n')}\n`;
    const curl = this.#options.curl(this.#equivalent, this.#streamsIn ? this.#sent : undefined);
    return `${note}${next}\n  ${curl}\n`;
  }
}

function carriedLines(
  twin: Extract<RestEvent, { type: 'rest-message' }>,
  whole: boolean,
  which: 'request' | 'response',
  streaming: string,
  style: Style,
): string[] {
  if (typeof twin.text !== 'string') return [`${twin.text.length} bytes of ${visible(twin.body.contentType)}`];
  const more = marks(style).more;
  if (!whole) return [style.dim(which === 'response' && streaming === 'sse' ? `data: ${more}` : more)];
  return twin.text
    .replace(/\n+$/, '')
    .split('\n')
    .map((line) => visible(line));
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
