// A call as grpcurl shows it, section by section, so that scripts made for grpcurl's output keep working.

import type { DescMethod } from '@bufbuild/protobuf';
import type { CallEvent } from '../rpc/event.ts';
import { streamsResponses } from '../schema/method-kind.ts';
import { codeNames, type Status } from '../wire/status.ts';
import { goMessage } from './grpcurl-message.ts';
import { grpcurlMetadata } from './metadata-lines.ts';
import { quotedBytes, quotedText } from './proto-literal.ts';
import { nothing, type PrintMessage, type Rendered, type Renderer } from './rendered.ts';
import { count, goDuration } from './units.ts';
import { visible } from './visible.ts';

/** Phases of the run in milliseconds, for -vv. */
export interface GrpcurlTiming {
  readonly totalMs: number;
  readonly dialMs: number;
  /** Absent in plaintext. */
  readonly tlsSetupMs?: number | undefined;
  readonly invokeMs: number;
}

export interface GrpcurlOptions {
  /** Prints a message: JSON in several lines, or the text format. */
  readonly print: PrintMessage;
  readonly format: 'json' | 'text';
  /** 1 for -v, 2 for -vv. */
  readonly verbosity: 0 | 1 | 2;
  /** -format-error: the status as a google.rpc.Status document. */
  readonly formatError: boolean;
  /** The details of a status as JSON documents with `@type`. */
  readonly details: (status: Status) => readonly unknown[];
  /** The source of a method, with its comments; needed from verbosity 1 on. */
  readonly source?: ((method: DescMethod) => string) | undefined;
  /** Documents given, where that differs from the messages sent: no data at all sends one empty message. */
  readonly given?: (() => number) | undefined;
  /** Asked when the call has ended with OK. */
  readonly timing?: (() => GrpcurlTiming) | undefined;
  /** Make messages safe for a terminal; data for pipes stays as it is. */
  readonly terminal?: boolean | undefined;
}

type Event<Type extends CallEvent['type']> = Extract<CallEvent, { type: Type }>;

interface Progress {
  sent: number;
  received: number;
  headers: boolean;
  /** The response of a method that has one: it counts only once the call has ended well. */
  held: string | undefined;
}

/** A renderer in grpcurl's form: sections and messages on stdout, the status block on stderr. */
export function grpcurlRenderer(options: GrpcurlOptions): Renderer {
  const seen: Progress = { sent: 0, received: 0, headers: false, held: undefined };
  return (event): Rendered => {
    switch (event.type) {
      case 'start':
        if (!streamsResponses(event.method)) seen.held = '';
        return verbose(options, startText(event, options));
      case 'request':
        seen.sent++;
        return nothing;
      case 'half-close':
        return nothing;
      case 'headers':
        seen.headers = true;
        return verbose(options, headersText(grpcurlMetadata(event.metadata)));
      case 'response':
        return responded(responseText(event, seen, options), seen);
      case 'status':
        return endText(event, seen, options);
    }
  };
}

function responded(text: string, seen: Progress): Rendered {
  if (seen.held === undefined) return { out: text };
  seen.held += text;
  return nothing;
}

function verbose(options: GrpcurlOptions, text: string): Rendered {
  return options.verbosity === 0 ? nothing : { out: text };
}

function startText({ method, metadata }: Event<'start'>, options: GrpcurlOptions): string {
  if (options.verbosity === 0) return '';
  const text = visible(options.source?.(method) ?? '', { multiline: true });
  return `\nResolved method descriptor:\n${text}\n\nRequest metadata to send:\n${grpcurlMetadata(metadata)}\n`;
}

function headersText(lines: string): string {
  return `\nResponse headers received:\n${lines}\n`;
}

function responseText(event: Event<'response'>, seen: Progress, options: GrpcurlOptions): string {
  // Printing may throw for bytes that are no message: it is not counted then.
  const printed = options.print(event.message, 'response');
  const text = options.terminal === true ? visible(printed, { multiline: true }) : printed;
  seen.received++;
  // Messages in the text format have no end of their own: 0x1E stands between them, so that grpcurl can read them again.
  const separator = options.format === 'text' && options.verbosity === 0 && seen.received > 1 ? '\u001e' : '';
  const size = options.verbosity > 1 ? `\nEstimated response size: ${event.size} bytes\n` : '';
  const heading = options.verbosity > 0 ? '\nResponse contents:\n' : '';
  return `${size}${heading}${separator}${text}\n`;
}

function endText({ status, trailers }: Event<'status'>, seen: Progress, options: GrpcurlOptions): Rendered {
  const err = status.code === 0 ? '' : grpcurlStatus(status, options);
  const said = err === '' ? nothing : { err };
  const held = status.code === 0 ? (seen.held ?? '') : '';
  if (seen.held !== undefined && status.code !== 0) seen.received = 0;
  if (options.verbosity === 0) return held === '' ? said : { out: held };
  const headers = seen.headers ? '' : headersText('(empty)');
  const sent = count(options.given?.() ?? seen.sent, 'request');
  const counts = `Sent ${sent} and received ${count(seen.received, 'response')}\n`;
  const timing = options.verbosity > 1 && status.code === 0 ? timingText(options.timing?.()) : '';
  return {
    out: `${headers}${held}\nResponse trailers received:\n${grpcurlMetadata(trailers)}\n${counts}${timing}`,
    ...said,
  };
}

function timingText(timing: GrpcurlTiming | undefined): string {
  if (timing === undefined) return '';
  const lines = [`Timing Data: ${goDuration(timing.totalMs)}`, `  Dial: ${goDuration(timing.dialMs)}`];
  if (timing.tlsSetupMs !== undefined) lines.push(`    TLS Setup: ${goDuration(timing.tlsSetupMs)}`);
  const dialing = timing.dialMs - (timing.tlsSetupMs ?? 0);
  lines.push(`    BlockingDial: ${goDuration(dialing)}`, `  InvokeRPC: ${goDuration(timing.invokeMs)}`);
  return `${lines.join('\n')}\n`;
}

const goNames: ReadonlyMap<number, string> = new Map([
  [0, 'OK'],
  [1, 'Canceled'],
]);

/** The name of a status code as Go's grpc prints it: `NotFound`, `Canceled`, `Code(99)`. */
export function goCodeName(code: number): string {
  const name = codeNames[code];
  if (name === undefined) return `Code(${code})`;
  const words = name.toLowerCase().replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return goNames.get(code) ?? words;
}

type StatusOptions = Pick<GrpcurlOptions, 'format' | 'formatError' | 'details' | 'terminal'>;

/** The status block for stderr, or with -format-error the google.rpc.Status document. */
export function grpcurlStatus(given: Status, options: StatusOptions): string {
  const status = given.origin === 'client' ? { ...given, message: goMessage(given) } : given;
  if (options.formatError) {
    // grpcurl ends the document without a newline; a terminal's prompt needs one.
    const document = visible(statusDocument(status, options), { multiline: true });
    return options.terminal === true ? `${document}\n` : document;
  }
  const text = visible(status.message, { multiline: true });
  // A person is not to take what follows a server's line end for a line of ours.
  const isForged = options.terminal === true && status.origin === 'server';
  const message = isForged ? text.replaceAll('\n', '\n    ') : text;
  const lines = ['ERROR:', `  Code: ${goCodeName(status.code)}`, `  Message: ${message}`];
  const details = options.format === 'text' ? anyTexts(status) : options.details(status).map((each) => pretty(each));
  if (details.length > 0) lines.push('  Details:');
  for (const [at, detail] of details.entries()) {
    const prefix = `  ${at + 1})`;
    const [first, ...rest] = visible(detail, { multiline: true }).split('\n');
    lines.push(`${prefix}\t${first}`, ...rest.map((line) => `${' '.repeat(prefix.length)}\t${line}`));
  }
  return `${lines.join('\n')}\n`;
}

// Members in the order of their names, as grpcurl prints what it knows only by its descriptor.
function pretty(value: unknown): string {
  return JSON.stringify(sorted(value), null, 2);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([name, member]) => [name, sorted(member)]));
}

function anyTexts(status: Status): string[] {
  return status.details.map(({ typeUrl, value }) => `type_url: ${quotedText(typeUrl)}\nvalue: ${quotedBytes(value)}`);
}

function statusDocument(status: Status, options: StatusOptions): string {
  if (options.format === 'text') {
    const details = anyTexts(status).map((text) => `details: <\n  ${text.replaceAll('\n', '\n  ')}\n>`);
    return [`code: ${status.code}`, `message: ${quotedText(status.message)}`, ...details].join('\n');
  }
  const details = options.details(status).map(sorted);
  return JSON.stringify(
    { code: status.code, message: status.message, ...(details.length > 0 ? { details } : {}) },
    null,
    2,
  );
}
