// The renderers of a call by -o, the terminal and -v, without anything of REST.
import type { DescMethod } from '@bufbuild/protobuf';
import { renderStatus, type StatusContext } from '../render/error.ts';
import { type FullTiming, fullRenderer } from '../render/full.ts';
import { ndjsonRenderer } from '../render/ndjson.ts';
import { prettyRenderer } from '../render/pretty.ts';
import type { PrintMessage, Renderer } from '../render/rendered.ts';
import type { Style } from '../render/style.ts';
import { loadTableWriter, tableRenderer } from '../render/table.ts';
import type { Schema } from '../schema/schema.ts';
import type { Status } from '../wire/status.ts';
import { detailDocuments } from './details.ts';
import { frontWord } from './failure.ts';
import { messagePrinter } from './printers.ts';
import { shownDocuments } from './secrets.ts';
import type { Session } from './session.ts';
import { terminalStyle } from './terminal-style.ts';

/** The form of the output: -o, else pretty on a terminal and ndjson otherwise. Throws nothing. */
export function outputForm(session: Session): string {
  const asked = session.args.flags.text('output');
  if (asked !== undefined) return asked === 'json' ? 'ndjson' : asked;
  return session.io.stdout.isTTY ? 'pretty' : 'ndjson';
}

/** What the renderers of a call are made of. */
export interface Parts {
  readonly session: Session;
  readonly schema: Schema;
  readonly method: DescMethod;
  readonly out: Style;
  readonly err: Style;
  /** The details of a status, once `prepare` has fetched them. */
  readonly details: (status: Status) => readonly unknown[];
  /** Decodes the details of a status, with the types that takes. */
  readonly prepare: (status: Status) => Promise<void>;
}

/** The parts for the calls of a method. */
export async function partsFor(session: Session, schema: Schema, method: DescMethod): Promise<Parts> {
  const documents = new Map<Status, readonly unknown[]>();
  return {
    session,
    schema,
    method,
    out: await terminalStyle(session.io, session.io.stdout, session.args.flags),
    err: await terminalStyle(session.io, session.io.stderr, session.args.flags),
    details: (status) => documents.get(status) ?? [],
    prepare: async (status) => {
      if (status.details.length > 0 && !documents.has(status))
        documents.set(status, shownDocuments(await detailDocuments(status, schema), session.io));
    },
  };
}

/** How often -v is given, 2 at most. */
export function verbosityOf({ args }: Session): 0 | 1 | 2 {
  return Math.min(2, args.flags.number('verbose') ?? 0) as 0 | 1 | 2;
}

/** The renderer that -o asks for. */
export async function renderer(parts: Parts): Promise<Renderer> {
  const verbosity = verbosityOf(parts.session);
  switch (outputForm(parts.session)) {
    case 'pretty':
      return pretty(parts, printer(parts, 2), verbosity);
    case 'full':
      return full(parts);
    case 'table': {
      const table = tableRenderer({ print: printer(parts, 0), style: parts.out, table: await loadTableWriter(0) });
      return both(table, newsOnly(parts, verbosity));
    }
    case 'text':
      return both(textRenderer(printer(parts, 0, 'text')), newsOnly(parts, verbosity));
    case 'raw':
      return both((event) => (event.type === 'response' ? { raw: event.message } : {}), newsOnly(parts, verbosity));
    default:
      return verbosity > 0 || isAtTerminal(parts.session)
        ? both(ndjsonRenderer({ print: printer(parts, 0) }), newsOnly(parts, verbosity))
        : ndjsonRenderer({ print: printer(parts, 0), status: statusText(parts) });
  }
}

function pretty(parts: Parts, print: PrintMessage, verbosity: 0 | 1 | 2): Renderer {
  return prettyRenderer({
    print,
    style: parts.out,
    status: statusText(parts),
    verbosity,
    quiet: parts.session.args.flags.bool('quiet'),
    schemaName: parts.schema.name,
    timing: () => timing(parts.session),
    name: parts.session.front && (() => parts.session.front!.replyName()),
  });
}

/** The call as one document; `rest` is asked for its REST side when the call is over. */
export function full(parts: Parts, rest?: () => string | undefined): Renderer {
  return fullRenderer({
    rest,
    print: printer(parts, 0),
    details: parts.details,
    timing: () => timing(parts.session),
    tls: () => parts.session.channel().connection?.tls ?? false,
  });
}

/** What pretty says on stderr, without its data, beside another renderer's data. */
function newsOnly(parts: Parts, verbosity: 0 | 1 | 2): Renderer {
  const whole = pretty({ ...parts, out: parts.err }, () => '', verbosity);
  return (event) => {
    const { err } = whole(event);
    if (event.type === 'status' && event.status.code === 0 && verbosity === 0 && !isAtTerminal(parts.session))
      return {};
    return err === undefined ? {} : { err };
  };
}

/** Whether somebody sees data and status together: then a status is always told. */
function isAtTerminal({ front, io }: Session): boolean {
  return front?.isPerson === true && io.stdout.isTTY === true;
}

function both(data: Renderer, news: Renderer): Renderer {
  return (event) => ({ ...news(event), ...data(event) });
}

/** Text-format messages are separated by byte 0x1E, so that the output can be the input of another call. */
function textRenderer(print: PrintMessage): Renderer {
  let first = true;
  return (event) => {
    if (event.type !== 'response') return {};
    const separator = first ? '' : '\u001e';
    first = false;
    return { out: `${separator}${print(event.message, 'response')}\n` };
  };
}

/** Prints messages as the flags ask; oddities are warned of once. */
export function printer(parts: Parts, indent: number, format: 'json' | 'text' = 'json'): PrintMessage {
  const { flags } = parts.session.args;
  const warned = new Set<string>();
  return messagePrinter(parts.method, parts.schema, {
    format,
    indent,
    emitDefaults: flags.bool('emit-defaults'),
    names: flags.text('names') === 'proto' ? 'proto' : 'json',
    onWarning: (text) => {
      // A stream repeats the same oddity in every message: said once.
      if (!warned.has(text) && warned.size < 20) parts.session.say(`grepl: warning: ${text}`);
      warned.add(text);
    },
  });
}

/** The text about a failed status, for stderr. */
function statusText(parts: Parts): (status: Status, received: number, at?: number) => string {
  return (status, received, at) =>
    renderStatus(status, {
      style: parts.err,
      details: parts.details(status),
      context: statusContext(parts, received, at),
    });
}

/** What a failed status is explained with. */
export function statusContext({ method, session }: Parts, received: number, at: number | undefined): StatusContext {
  return {
    method: `${method.parent.typeName}/${method.name}`,
    address: session.target?.address ?? '',
    received,
    requestType: method.input.typeName,
    at,
    front: frontWord(session.front),
  };
}

/** The phases before the call that are known. */
export function timing(session: Session): FullTiming {
  const times = session.channel().connection?.times;
  const rounded = (value: number | undefined): number | null =>
    value === undefined ? null : Math.round(value * 1000) / 1000;
  return { connectMs: rounded(times?.connectMs), tlsMs: rounded(times?.tlsMs), schemaMs: rounded(session.schemaMs) };
}
