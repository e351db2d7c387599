// The lines around a stream: what it is and how REST would carry it, before; how it ended, after.

import { grouped } from '../prompt/chat-view.ts';
import { kindWords } from '../render/list.ts';
import { requestLine } from '../render/side-by-side-head.ts';
import { marks, type Style } from '../render/style.ts';
import { humanTime } from '../render/units.ts';
import { cellWidth, cut, visible } from '../render/visible.ts';
import { restEquivalent } from '../rest/equivalent.ts';
import type { StreamForm } from '../rest/rest.ts';
import { streamsRequests } from '../schema/method-kind.ts';
import { codeName } from '../wire/status.ts';
import type { LiveCall, LiveEnd } from './live-call.ts';
import { askedMode } from './rest-options.ts';
import { openRestSide, shownForm } from './rest-view.ts';

/** The head of a stream, cut to `columns`: one line where it fits, a second for REST where not. */
export async function chatHead(live: LiveCall, style: Style, columns: number, request: Uint8Array | undefined) {
  const { between, more } = marks(style);
  const { method } = live;
  const hint = live.input ? [`type JSON, :form, :done to half-close`] : [];
  const title = [visible(method.name), kindWords[method.methodKind], ...hint];
  const rest = await restLine(live, request);
  const paint = (text: string): string => style.dim(cut(text, columns - 1, more));
  // How its messages are carried is what can be left out.
  for (const shown of live.typed ? [] : [rest, rest.slice(0, 1)]) {
    const whole = ` ${[...title, ...shown].join(` ${between} `)}`;
    if (cellWidth(whole) < columns) return `${paint(whole)}\n`;
  }
  const lines = [` ${title.join(` ${between} `)}`];
  if (rest.length > 0) lines.push(` ${rest.join(` ${between} `)}`);
  return lines.map((line) => `${paint(line)}\n`).join('');
}

const formWords: Readonly<Record<Exclude<StreamForm, 'none'>, string>> = {
  ndjson: 'a line of JSON each',
  sse: 'answers as server-sent events',
  array: 'answers as one JSON array',
  websocket: 'a WebSocket, a frame each',
};

/** `REST GET /v1/items:watch?filter=lamp` and how its messages are carried; nothing where REST is not to be shown. */
async function restLine({ session, schema, method, deadlineMs }: LiveCall, request: Uint8Array | undefined) {
  const mode = askedMode(session.args.flags);
  if (mode === 'off' || session.args.flags.bool('quiet')) return [];
  const side = await openRestSide(session, schema, method);
  const { dialect, metadata } = side;
  const stream = shownForm(method, dialect);
  const equivalent = restEquivalent(side.route, request, {
    types: schema.types,
    dialect,
    metadata,
    deadlineMs,
    stream,
  });
  if ('none' in equivalent) return [`REST none: ${visible(equivalent.none)}`];
  const { streaming } = equivalent;
  const carried = streaming === 'none' ? [] : [formWords[streaming]];
  return [`REST ${requestLine(equivalent)}`, ...carried];
}

/** `3 received, 3 sent`; only what was received where the request is one. */
export function countsOf({ sent, received, method }: LiveCall): string {
  return streamsRequests(method)
    ? `${grouped(received)} received, ${grouped(sent)} sent`
    : `${grouped(received)} received`;
}

/** What gRPC's own trailers say is in the status already. */
const ownTrailers = /^(?:grpc-|content-type$)/;

/** `OK · 3 received, 3 sent · 16.2 s · trailers: shard=eu-1`; without the code where the status is told elsewhere. */
export function endLine(
  live: LiveCall,
  end: Extract<LiveEnd, { status: unknown }>,
  style: Style,
  kept?: string,
): string {
  const { between } = marks(style);
  const trailers = end.trailers.filter(([name]) => !ownTrailers.test(name));
  const parts = [countsOf(live), humanTime(end.ms)];
  if (trailers.length > 0)
    parts.push(`trailers: ${trailers.map(([name, value]) => `${visible(name)}=${visible(value)}`).join(' ')}`);
  if (kept !== undefined) parts.push(kept);
  const rest = style.dim(parts.join(` ${between} `));
  return end.status.code === 0 ? ` ${style.green('OK')} ${style.dim(between)} ${rest}` : ` ${rest}`;
}

/** ` ^C  CANCELLED (1) by you after 3 messages · kept in $8 (.[0] to .[2])`. */
export function cancelledLine(live: LiveCall, style: Style, kept?: string): string {
  const { between } = marks(style);
  const how = live.openedAt === undefined ? 'before anything was sent' : `after ${countOf(live)}`;
  const keptIn = kept === undefined ? '' : ` ${between} kept in ${kept}`;
  return ` ^C  ${style.yellow(`${codeName(1)} (1)`)} by you ${how}${keptIn}`;
}

function countOf({ received, sent, method }: LiveCall): string {
  if (streamsRequests(method)) return `${grouped(received)} received, ${grouped(sent)} sent`;
  return received === 1 ? '1 message' : `${grouped(received)} messages`;
}
