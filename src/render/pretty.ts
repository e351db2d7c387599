// The call on a terminal: responses coloured, the status in a line, and with -v what crossed the wire.
import type { DescMethod } from '@bufbuild/protobuf';
import type { CallEvent } from '../rpc/event.ts';
import { streamsRequests, streamsResponses } from '../schema/method-kind.ts';
import type { Metadata } from '../wire/metadata.ts';
import type { Status } from '../wire/status.ts';
import type { FullTiming } from './full.ts';
import { colourJson, inlineJson } from './json-text.ts';
import { kindWords } from './list.ts';
import { metadataLines } from './metadata-lines.ts';
import { nothing, type PrintMessage, type Rendered, type Renderer } from './rendered.ts';
import { marks, type Style } from './style.ts';
import { count, humanSize, humanTime } from './units.ts';
import { visible } from './visible.ts';

export interface PrettyOptions {
  /** Prints a message as JSON in several lines. */
  readonly print: PrintMessage;
  readonly style: Style;
  /** Says what is known of a status that is not OK: see `renderStatus`. */
  readonly status: (status: Status, received: number, at: number) => string;
  /** 0: messages and status. 1: metadata, schema and timing too. 2: every message sent and received with its size. */
  readonly verbosity?: 0 | 1 | 2 | undefined;
  /** Messages as they are, in several lines each, without marks: where the screen is none. */
  readonly bare?: boolean | undefined;
  /** No status line for OK. */
  readonly quiet?: boolean | undefined;
  /** How the schema is named: `reflection v1 of 127.0.0.1:50051`. */
  readonly schemaName?: string | undefined;
  /** How the reply is called in a session that keeps it: `$7`. */
  readonly name?: (() => string) | undefined;
  /** Phases known outside the events; asked when the call is over. */
  readonly timing?: (() => FullTiming) | undefined;
}

interface Progress {
  method: DescMethod | undefined;
  sent: number;
  sentBytes: number;
  received: number;
  receivedBytes: number;
  headersAt: number | undefined;
}

/** A renderer for a terminal. Messages go to stdout, all else to stderr. */
export function prettyRenderer(options: PrettyOptions): Renderer {
  const seen: Progress = {
    method: undefined,
    sent: 0,
    sentBytes: 0,
    received: 0,
    receivedBytes: 0,
    headersAt: undefined,
  };
  return (event): Rendered => {
    switch (event.type) {
      case 'start':
        seen.method = event.method;
        return said(startLines(event, options));
      case 'request':
        return requestNews(event, seen, options);
      case 'half-close':
        return said(
          verbosity(options) > 1 ? [`${marks(options.style).toServer} half-close  ${humanTime(event.at)}`] : [],
        );
      case 'headers':
        seen.headersAt = event.at;
        return said(section('response headers', event.metadata, options));
      case 'response':
        return responseNews(event, seen, options);
      case 'status':
        return said(endLines(event, seen, options));
    }
  };
}

type Event<Type extends CallEvent['type']> = Extract<CallEvent, { type: Type }>;

function verbosity(options: PrettyOptions): number {
  return options.verbosity ?? 0;
}

function said(lines: readonly string[]): Rendered {
  return lines.length === 0 ? nothing : { err: `${lines.join('\n')}\n` };
}

function startLines({ method, metadata, target }: Event<'start'>, options: PrettyOptions): string[] {
  if (verbosity(options) === 0) return [];
  const { style } = options;
  const head = `${style.bold(visible(`${method.parent.typeName}/${method.name}`))}  ${kindWords[method.methodKind]}`;
  const schema = options.schemaName === undefined ? [] : [`schema  ${visible(options.schemaName)}`];
  return [`${head}  ${visible(target.address)}`, ...schema, ...section('request metadata', metadata, options)];
}

function section(title: string, metadata: Metadata, options: PrettyOptions): string[] {
  if (verbosity(options) === 0) return [];
  return [options.style.dim(title), ...metadataLines(metadata, options.style)];
}

function requestNews(event: Event<'request'>, seen: Progress, options: PrettyOptions): Rendered {
  seen.sent++;
  seen.sentBytes += event.size;
  const isTalk = seen.method?.methodKind === 'bidi_streaming' && options.bare !== true && options.quiet !== true;
  if (!isTalk && verbosity(options) < 2) return nothing;
  const text = oneLineOf(options.print(event.message, 'request'), options.style);
  return said([messageLine(marks(options.style).toServer, seen.sent, event, text, options)]);
}

function responseNews(event: Event<'response'>, seen: Progress, options: PrettyOptions): Rendered {
  // Printing may throw for bytes that are no message: it is not counted then.
  const json = options.print(event.message, 'response');
  seen.received++;
  seen.receivedBytes += event.size;
  const isStream = seen.method !== undefined && streamsResponses(seen.method);
  const { fromServer } = marks(options.style);
  if (options.bare !== true && isStream) {
    return { out: `${messageLine(fromServer, seen.received, event, oneLineOf(json, options.style), options)}\n` };
  }
  const news = verbosity(options) > 1 ? said([messageLine(fromServer, seen.received, event, '', options)]) : nothing;
  return { ...news, out: `${colourJson(json, options.style)}\n` };
}

function oneLineOf(json: string, style: Style): string {
  return colourJson(inlineJson(json), style);
}

// `← 2  0.06 s  { … }`; with -vv the size, and whether it came compressed.
function messageLine(
  mark: string,
  number: number,
  event: Event<'request'> | Event<'response'>,
  text: string,
  options: PrettyOptions,
): string {
  const parts = [options.style.cyan(`${mark} ${number}`), options.style.dim(`${(event.at / 1000).toFixed(2)} s`)];
  if (verbosity(options) > 1) {
    const compressed = event.type === 'response' && event.compressed ? ' compressed' : '';
    parts.push(options.style.dim(`${humanSize(event.size)}${compressed}`));
  }
  return [...parts, text].filter((part) => part !== '').join('  ');
}

function endLines({ status, trailers, at }: Event<'status'>, seen: Progress, options: PrettyOptions): string[] {
  const lines = section('response trailers', trailers, options);
  if (verbosity(options) > 0) lines.push(timingLine(seen, at, options));
  if (status.code !== 0) {
    const text = options.status(status, seen.received, at);
    return [...lines, ...(text === '' ? [] : [text.replace(/\n$/, '')])];
  }
  return options.quiet === true ? lines : [...lines, okLine(seen, at, options)];
}

function timingLine(seen: Progress, at: number, options: PrettyOptions): string {
  return timingWords(options.timing?.(), seen.headersAt, at, options.style);
}

/** `timing  schema 3.1 ms  connect 0.4 ms  headers 1.2 ms  total 1.4 ms`; phases that are not known are left out. */
export function timingWords(
  known: FullTiming | undefined,
  headersAt: number | undefined,
  at: number,
  style: Style,
): string {
  const phases: [string, number | null | undefined][] = [
    ['schema', known?.schemaMs],
    ['connect', known?.connectMs],
    ['tls', known?.tlsMs],
    ['headers', headersAt],
    ['total', at],
  ];
  const shown = phases.filter(([, ms]) => ms !== null && ms !== undefined);
  return `${style.dim('timing')}  ${shown.map(([name, ms]) => `${name} ${humanTime(ms as number)}`).join('  ')}`;
}

// `OK  3.1 ms  ↑ 6 B  ↓ 54 B`; where a side streams, how many messages it sent.
function okLine(seen: Progress, at: number, { style, name }: PrettyOptions): string {
  const { sent, received } = marks(style);
  const method = seen.method ?? { methodKind: 'unary' as const };
  const side = (mark: string, streams: boolean, number: number, bytes: number): string =>
    `${mark} ${streams ? `${count(number, 'message')}, ` : ''}${humanSize(bytes)}`;
  const up = side(sent, streamsRequests(method), seen.sent, seen.sentBytes);
  const down = side(received, streamsResponses(method), seen.received, seen.receivedBytes);
  const called = name === undefined ? '' : `  ${style.cyan(name())}`;
  return `${style.green('OK')}  ${humanTime(at)}  ${style.dim(`${up}  ${down}`)}${called}`;
}
