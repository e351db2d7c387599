// The REST side of a call as the command line wants it shown: which twins are made, and who draws them.
import { webSocketUrl } from '../render/curl.ts';
import { statusParts } from '../render/error.ts';
import { timingWords } from '../render/pretty.ts';
import type { PrintMessage, TwinRenderer } from '../render/rendered.ts';
import { RestDocumentKeeper } from '../render/rest-document.ts';
import { restLineRenderer } from '../render/rest-line.ts';
import { sideBySideRenderer } from '../render/side-by-side.ts';
import { stackedRenderer } from '../render/side-by-side-stacked.ts';
import type { Style } from '../render/style.ts';
import { visible } from '../render/visible.ts';
import type { RestEquivalent } from '../rest/rest.ts';
import { lateErrorNote } from '../rest/stream-forms.ts';
import { type MakeTwins, restTwins } from '../rest/with-rest.ts';
import { streamsRequests } from '../schema/method-kind.ts';
import type { Status } from '../wire/status.ts';
import type { RestMode } from './rest-options.ts';
import { curlOf, type RestSide, shownForm } from './rest-view.ts';
import { type Parts, printer, statusContext, timing, verbosityOf } from './show-parts.ts';

type Details = (status: Status) => readonly unknown[] | Promise<readonly unknown[]>;

/** The maker of the twins of one call. */
export function twinsOf(side: RestSide, details: Details, messages: 'none' | 'first' | 'every'): MakeTwins {
  const { schema, route, dialect, metadata } = side;
  const deadlineMs = side.session.args.flags.number('deadline');
  const stream = shownForm(side.method, dialect);
  // Without the flag the dialect decides.
  const emitDefaults = side.session.args.flags.bool('emit-defaults') || undefined;
  return restTwins({
    route,
    types: schema.types,
    dialect,
    metadata,
    deadlineMs,
    stream,
    emitDefaults,
    details,
    messages,
  });
}

/** Which messages of a stream the mode shows. */
export function messagesShown(mode: RestMode, columns: boolean): 'none' | 'first' | 'every' {
  if (mode === 'line') return 'none';
  return columns || mode === 'full' ? 'every' : 'first';
}

/** The twins under a call that is shown otherwise, on stderr. `line` prints a message as compact JSON. */
export function newsOfTwins(side: RestSide, mode: RestMode, style: Style, line: PrintMessage): TwinRenderer {
  if (mode === 'line') return restLineRenderer({ style, streamsIn: streamsRequests(side.method) });
  return stackedRenderer({ style, line, full: mode === 'full', curl: curlOf(side), lateErrors: lateErrorsOf(side) });
}

/** One line about a call of many. */
export function lineOfTwins(style: Style, number: number): TwinRenderer {
  return restLineRenderer({ style, number });
}

/** The call in two columns; with -v also schema and timing, on stderr. */
export function picture(side: RestSide, parts: Parts, full: boolean): TwinRenderer {
  const { session, out: style } = parts;
  const verbose = verbosityOf(session) > 0;
  const draw = sideBySideRenderer({
    style,
    line: printer(parts, 0),
    lines: printer(parts, 2),
    full,
    allMetadata: verbose,
    curl: curlOf(side),
    lateErrors: lateErrorsOf(side),
    name: session.front && (() => session.front!.replyName()),
    status: (status, { received, at, width, request }) =>
      statusParts(status, {
        style: { ...style, width },
        details: parts.details(status),
        context: { ...statusContext(parts, received, at), request },
      }),
  });
  return verbose ? withNews(draw, parts) : draw;
}

function withNews(draw: TwinRenderer, { session, schema, err: style }: Parts): TwinRenderer {
  let headersAt: number | undefined;
  return (event) => {
    const drawn = draw(event);
    if (event.type === 'headers') headersAt = event.at;
    if (event.type === 'start') return { ...drawn, err: `schema  ${visible(schema.name)}\n${drawn.err ?? ''}` };
    if (event.type !== 'status') return drawn;
    return { ...drawn, err: `${timingWords(timing(session), headersAt, event.at, style)}\n${drawn.err ?? ''}` };
  };
}

/** Keeps the twins of a call for its document. */
export function documentKeeper(side: RestSide): RestDocumentKeeper {
  return new RestDocumentKeeper(curlOf(side));
}

function lateErrorsOf(side: RestSide): (equivalent: RestEquivalent) => string | undefined {
  return (equivalent) => {
    const told = lateErrorNote(side.method, equivalent.streaming, side.dialect);
    const note = told && `${told} (grepl help rest-streams)`;
    return equivalent.streaming === 'websocket' ? `${webSocketUrl(equivalent, side.base)}: ${note}` : note;
  };
}
