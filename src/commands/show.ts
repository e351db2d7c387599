// Which renderers show a call, and what of REST is shown beside it.
import type { DescMethod } from '@bufbuild/protobuf';
import { eachRenderer } from '../render/full.ts';
import { isTwin, nothing, type Renderer, type TwinRenderer } from '../render/rendered.ts';
import type { RestDocumentKeeper } from '../render/rest-document.ts';
import { streamsRequests, streamsResponses } from '../schema/method-kind.ts';
import type { Schema } from '../schema/schema.ts';
import type { Metadata } from '../wire/metadata.ts';
import type { Status } from '../wire/status.ts';
import type { CallView } from './call-view.ts';
import { expectationsFrom } from './expect.ts';
import { askedMode, type RestMode, twoColumns } from './rest-options.ts';
import { maskedMetadata } from './secrets.ts';
import type { Session } from './session.ts';
import { full, outputForm, type Parts, partsFor, printer, renderer } from './show-parts.ts';
import { terminalWidth } from './terminal-style.ts';

/** How much of REST is shown: --rest, else by the terminal. Off where the output is no terminal's, with -q and --each. */
export function restMode(session: Session): RestMode {
  const { flags } = session.args;
  const asked = askedMode(flags);
  if (asked !== undefined) return asked;
  const { stdout } = session.io;
  if (!stdout.isTTY || outputForm(session) !== 'pretty' || flags.bool('quiet') || flags.bool('each')) return 'off';
  return hasTwoColumns(session) ? 'side' : 'line';
}

function hasTwoColumns({ io }: Session): boolean {
  return terminalWidth(io, io.stdout) >= twoColumns;
}

/** The view of one call. */
export async function callView(session: Session, schema: Schema, method: DescMethod): Promise<CallView> {
  const parts = await partsFor(session, schema, method);
  const { prepare } = parts;
  const form = outputForm(session);
  const mode = form === 'full' ? (askedMode(session.args.flags) ?? 'full') : restMode(session);
  if (mode === 'off') return { prepare, render: withoutExpected(session, plain(await renderer(parts))) };
  const rest = await import('./rest-twins.ts');
  const { openRestSide } = await import('./rest-view.ts');
  const side = await openRestSide(session, schema, method);
  const details = twinDetails(parts);
  if (form === 'full')
    return {
      prepare,
      render: documentView(parts, rest.documentKeeper(side)),
      twins: rest.twinsOf(side, details, 'every'),
    };
  const columns = form === 'pretty' && mode !== 'line' && hasTwoColumns(session);
  const twins = rest.twinsOf(side, details, rest.messagesShown(mode, columns));
  if (columns) return { prepare, twins, render: rest.picture(side, parts, mode === 'full') };
  const news = rest.newsOfTwins(side, mode, parts.err, printer(parts, 0));
  return { prepare, twins, render: withTwin(await renderer(parts), news) };
}

/** The details of a status for its twin, which comes before the status itself. */
function twinDetails({ prepare, details }: Parts) {
  return (status: Status): readonly unknown[] | Promise<readonly unknown[]> =>
    status.details.length === 0 ? [] : prepare(status).then(() => details(status));
}

/** The call's document, which holds its REST side. */
function documentView(parts: Parts, keeper: RestDocumentKeeper): TwinRenderer {
  const requests = streamsRequests(parts.method);
  const responses = streamsResponses(parts.method);
  const whole = full(parts, () => keeper.document({ requests, responses }));
  return (event) => {
    if (!isTwin(event)) return whole(event);
    keeper.add(event);
    return nothing;
  };
}

/** A renderer that leaves twins out. */
function plain(render: Renderer): TwinRenderer {
  return (event) => (isTwin(event) ? nothing : render(event));
}

/** With -q, a renderer that says nothing of the status that --expect-status names: it is no error then. */
function withoutExpected({ args: { flags } }: Session, render: TwinRenderer): TwinRenderer {
  const expected = flags.bool('quiet') ? expectationsFrom(flags)?.code : undefined;
  if (expected === undefined) return render;
  return (event) => {
    const { err, ...rest } = render(event);
    const isExpected = event.type === 'status' && event.status.code === expected;
    return isExpected || err === undefined ? rest : { ...rest, err };
  };
}

/** What a renderer says, and behind it what is said of the twins. */
function withTwin(render: Renderer, twin: TwinRenderer): TwinRenderer {
  return (event) => {
    const news = twin(event);
    if (isTwin(event)) return news;
    const data = render(event);
    if (news.err === undefined) return data;
    return { ...data, err: `${data.err ?? ''}${news.err}` };
  };
}

/** Makes the view of the call of one --each line, and what all of them share. */
export interface EachViews {
  readonly metadata: Metadata;
  /** The metadata as it may be shown. */
  readonly shown: Metadata;
  view(line: number): CallView;
}

/**
 * The views of --each: `-o full` one whole document a call, `-o ndjson` (and a pipe) one line a call; with --rest one
 * line about the REST call too, on stderr.
 */
export async function eachViews(session: Session, schema: Schema, method: DescMethod): Promise<EachViews> {
  const parts = await partsFor(session, schema, method);
  const { prepare, details } = parts;
  const print = printer(parts, 0);
  const isFull = outputForm(session) === 'full';
  const metadata = await session.metadata();
  const shown = await maskedMetadata(session);
  const mode = askedMode(session.args.flags) ?? (isFull ? 'full' : 'off');
  const short = (line: number): Renderer => eachRenderer({ print, details, line });
  if (mode === 'off')
    return { metadata, shown, view: (line) => ({ prepare, render: plain(isFull ? full(parts) : short(line)) }) };
  const rest = await import('./rest-twins.ts');
  const { openRestSide } = await import('./rest-view.ts');
  const side = await openRestSide(session, schema, method);
  return {
    metadata,
    shown,
    view: (line) => {
      const twins = rest.twinsOf(side, twinDetails(parts), 'every');
      const render = isFull
        ? documentView(parts, rest.documentKeeper(side))
        : withTwin(short(line), rest.lineOfTwins(parts.err, line));
      return { prepare, twins, render };
    },
  };
}
