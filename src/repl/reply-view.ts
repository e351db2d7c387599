// How the REPL shows a call with one response where there is no room for two columns: a line with status, time and sizes,
// the reply in the shape that suits it, and the REST call in one dim line.
import type { DescMethod } from '@bufbuild/protobuf';
import type { CallView } from '../commands/call-view.ts';
import { askedMode, twoColumns } from '../commands/rest-options.ts';
import type { Session } from '../commands/session.ts';
import { restMode } from '../commands/show.ts';
import {
  outputForm,
  type Parts,
  partsFor,
  printer,
  statusContext,
  timing,
  verbosityOf,
} from '../commands/show-parts.ts';
import { terminalWidth } from '../commands/terminal-style.ts';
import { wrapCells } from '../render/columns-wrap.ts';
import { statusParts, withName } from '../render/error.ts';
import { colourJson } from '../render/json-text.ts';
import { timingWords } from '../render/pretty.ts';
import { isTwin, nothing, type TwinRenderer } from '../render/rendered.ts';
import { marks, type Style } from '../render/style.ts';
import { count, humanSize, humanTime } from '../render/units.ts';
import { httpStatusOf } from '../rest/http-status.ts';
import type { CallEvent } from '../rpc/event.ts';
import { streamsResponses } from '../schema/method-kind.ts';
import type { Schema } from '../schema/schema.ts';
import { type ReplyOptions, replyText } from './reply-body.ts';

/** What the person has set. */
export interface ReplyLook {
  /** The phases of the call are told. */
  readonly timing: boolean;
  readonly tree: boolean;
}

/** The view of a call; undefined where the usual one does: data for a pipe, streams of responses, two columns. */
export async function replyView(
  look: ReplyLook,
  session: Session,
  schema: Schema,
  method: DescMethod,
): Promise<CallView | undefined> {
  const { io } = session;
  const { flags } = session.args;
  const isStream = streamsResponses(method);
  if (isStream || !io.stdout.isTTY || outputForm(session) !== 'pretty') return undefined;
  if (flags.bool('quiet') || verbosityOf(session) > 0) return undefined;
  const mode = restMode(session);
  const shape = look.tree ? 'tree' : flags.has('output') ? 'json' : 'auto';
  const isSide = (mode === 'side' || mode === 'full') && terminalWidth(io, io.stdout) >= twoColumns;
  if (isSide && shape !== 'tree') return undefined;
  const parts = await partsFor(session, schema, method);
  const render = compact(look.timing, parts, { shape, unset: flags.bool('emit-defaults') });
  if (mode === 'off') return { prepare: parts.prepare, render };
  // The usual view makes the twins and has the REST side; here a line of it is enough unless more is asked for.
  const rest = await import('../commands/rest-twins.ts');
  const { openRestSide } = await import('../commands/rest-view.ts');
  const side = await openRestSide(session, schema, method);
  const asked = askedMode(flags);
  const shown = isSide || asked === undefined ? 'line' : asked;
  const twins = rest.twinsOf(side, (status) => parts.prepare(status).then(() => parts.details(status)), 'first');
  const news = rest.newsOfTwins(side, shown, parts.err, printer(parts, 0));
  return { prepare: parts.prepare, twins, render: withNews(render, news, parts.err.width) };
}

function withNews(render: TwinRenderer, news: TwinRenderer, width: number): TwinRenderer {
  return (event) => {
    const below = news(event);
    if (isTwin(event)) return below;
    const own = render(event);
    return below.err === undefined ? own : { ...own, err: `${own.err ?? ''}${wrapped(below.err, width)}` };
  };
}

/** One call as it goes. */
interface Seen {
  sent: number;
  sentBytes: number;
  received: number;
  receivedBytes: number;
  headersAt: number | undefined;
  request: Uint8Array | undefined;
  readonly replies: string[];
}

function compact(withTiming: boolean, parts: Parts, look: Pick<ReplyOptions, 'shape' | 'unset'>): TwinRenderer {
  const print = printer(parts, 0);
  const seen: Seen = {
    sent: 0,
    sentBytes: 0,
    received: 0,
    receivedBytes: 0,
    headersAt: undefined,
    request: undefined,
    replies: [],
  };
  return (event) => {
    switch (event.type) {
      case 'request':
        seen.sent++;
        seen.sentBytes += event.size;
        seen.request = event.message;
        return nothing;
      case 'headers':
        seen.headersAt = event.at;
        return nothing;
      case 'response':
        // Printing may throw for bytes that are no message: it is not counted then.
        seen.replies.push(print(event.message, 'response'));
        seen.received++;
        seen.receivedBytes += event.size;
        return nothing;
      case 'status': {
        const took = withTiming ? `${timingWords(timing(parts.session), seen.headersAt, event.at, parts.out)}\n` : '';
        const text = event.status.code === 0 ? answered(parts, event, seen, look) : failed(parts, event, seen, print);
        return { out: text + took };
      }
      default:
        return nothing;
    }
  };
}

type End = Extract<CallEvent, { type: 'status' }>;

function answered(parts: Parts, { at }: End, seen: Seen, look: Pick<ReplyOptions, 'shape' | 'unset'>): string {
  const { out: style, method } = parts;
  const name = parts.session.front?.replyName() ?? '';
  const lines = [okLine(seen, at, name, method, style)];
  for (const json of seen.replies) {
    const { lines: body, notes } = replyText(json, { ...look, message: method.output, style, name });
    lines.push(...body, ...notes.map((note) => `  ${style.dim(note)}`));
  }
  return `${lines.join('\n')}\n`;
}

/** `OK · 14 ms · ↑ 61 B ↓ 88 B     $7`. */
function okLine(seen: Seen, at: number, name: string, { methodKind }: DescMethod, style: Style): string {
  const { sent, received, between } = marks(style);
  const messages = methodKind === 'client_streaming' ? `${count(seen.sent, 'message')}, ` : '';
  const sizes = style.dim(
    `${sent} ${messages}${humanSize(seen.sentBytes)} ${received} ${humanSize(seen.receivedBytes)}`,
  );
  return withName([style.green('OK'), humanTime(at), sizes].join(` ${between} `), name, style);
}

function failed(parts: Parts, { status, at }: End, seen: Seen, print: ReturnType<typeof printer>): string {
  const { out: style } = parts;
  const request = seen.request === undefined ? undefined : (JSON.parse(print(seen.request, 'request')) as unknown);
  const { lines, next } = statusParts(status, {
    style,
    details: parts.details(status),
    context: {
      ...statusContext(parts, seen.received, at),
      request,
      httpStatus: status.origin === 'server' ? httpStatusOf(status.code).code : undefined,
      name: parts.session.front?.replyName(),
    },
  });
  const before = seen.replies.map((json) => `${colourJson(json, style)}\n`).join('');
  const block = [...lines, next].filter((line) => line !== '');
  return `${before}${wrapped(block.join('\n'), style.width)}\n`;
}

/** Lines broken where they read well, and indented under themselves. */
function wrapped(text: string, width: number): string {
  return text
    .split('\n')
    .flatMap((line) => wrapCells(line, width, line.startsWith(' ') ? 4 : 2))
    .join('\n');
}
