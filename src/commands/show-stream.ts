// A stream on a terminal from its first line to its last: the chat, the data where it goes elsewhere, and how it ended.
import { MessageError } from '../codec/binary-reader.ts';
import { BatchedWriter, write } from '../io.ts';
import { wrapCells } from '../render/columns-wrap.ts';
import { statusParts } from '../render/error.ts';
import { colourJson, inlineJson } from '../render/json-text.ts';
import type { Style } from '../render/style.ts';
import { humanSize } from '../render/units.ts';
import { cellWidth } from '../render/visible.ts';
import { httpStatusOf } from '../rest/http-status.ts';
import type { Outcome } from './call-view.ts';
import { type ChatHost, chat } from './chat.ts';
import { cancelledLine, endLine } from './chat-head.ts';
import { unsentText } from './chat-look.ts';
import { keptBytes } from './kept-messages.ts';
import { LiveCall, type LiveEnd } from './live-call.ts';
import { messagePrinter } from './printers.ts';
import type { StreamToShow } from './session.ts';
import { type Parts, partsFor, renderer, statusContext } from './show-parts.ts';

/** Who a stream is shown to, and what happens with what is left of it. */
export interface StreamHost extends ChatHost {
  /** Where the messages are kept: `$8 (.[0] to .[2])`. */
  kept?(live: LiveCall): string | undefined;
  /** Keeps messages that were not sent; says what it did with them. */
  keepDraft(text: string): string;
}

/** Shows a stream to its end. Undefined when it goes on unseen. Throws what its requests throw. */
export async function showStream(stream: StreamToShow, host: StreamHost): Promise<Outcome | undefined> {
  const { session, schema, method, requests } = stream;
  const live = new LiveCall(session, method, schema, { requests });
  const parts = await partsFor(session, schema, method);
  const flush = await dataTap(live, parts, host);
  const request = Array.isArray(requests) ? (requests[0] as Uint8Array | undefined) : undefined;
  return followStream(live, host, { request, parts, flush });
}

/** Goes on with a stream that was left. */
export async function attachStream(live: LiveCall, host: StreamHost): Promise<Outcome | undefined> {
  return followStream(live, host, { parts: await partsFor(live.session, live.schema, live.method) });
}

type Ended = Extract<LiveEnd, { status: unknown }>;

interface Following {
  readonly parts: Parts;
  readonly request?: Uint8Array | undefined;
  /** Writes data that is still on its way; present where data goes elsewhere. */
  readonly flush?: (() => Promise<void>) | undefined;
}

async function followStream(live: LiveCall, host: StreamHost, following: Following): Promise<Outcome | undefined> {
  const { flush, request } = following;
  const hideReceived = flush !== undefined && live.session.io.stdout.isTTY === true;
  const left = await chat({ live, host, request, hideReceived });
  await flush?.();
  if (left.how === 'detached') {
    if (left.text !== '') host.keepDraft(left.text);
    return undefined;
  }
  const end = live.end as LiveEnd;
  if ('error' in end) throw end.error;
  await tellEnd(live, end, host, following.parts, left.text);
  return { status: end.status, received: live.received, last: live.last, cancelled: live.cancelled };
}

/** The end of a stream in its lines: status, figures, where it is kept, and what was not sent. */
async function tellEnd(live: LiveCall, end: Ended, host: StreamHost, parts: Parts, text: string): Promise<void> {
  const { terminal, style } = host;
  const columns = terminal.plain ? Number.POSITIVE_INFINITY : terminal.size().columns - 1;
  const say = (line: string): Promise<void> => terminal.write(`${wrapCells(line, columns, 1).join('\n')}\n`);
  const kept = live.openedAt === undefined ? undefined : host.kept?.(live);
  const byYou = (live.cancelled || live.session.signal.aborted) && end.status.code === 1;
  if (byYou) await say(cancelledLine(live, style, kept));
  else {
    if (end.status.code === 0) await terminal.write(wholeReply(live, style, columns));
    else await terminal.write(await failureText(live, end, parts));
    await say(endLine(live, end, style, kept));
  }
  if (live.kept.full) await say(` more came than is kept: ${humanSize(keptBytes)} of one call`);
  const early = live.typed && !live.halfClosed && !byYou;
  const who = end.status.origin === 'server' ? 'server ended the call' : 'the call ended';
  const what = [...(early ? [`${who} after ${live.sent}`] : []), ...unsentWords(live, text, host)];
  if (what.length > 0) await say(` ${what.join('; ')}`);
}

/** What was not sent goes into the draft. */
function unsentWords(live: LiveCall, text: string, host: StreamHost): string[] {
  const unsent = unsentText(live, text);
  if (unsent.count === 0) return [];
  const messages = unsent.count === 1 ? 'your unsent message is' : `your ${unsent.count} unsent messages are`;
  return [`${messages} ${host.keepDraft(unsent.text)}`];
}

/** The one reply to a stream of requests in full, where its line could not hold it. */
function wholeReply({ method, schema, last }: LiveCall, style: Style, columns: number): string {
  if (method.methodKind !== 'client_streaming' || last === undefined) return '';
  const print = messagePrinter(method, schema, { format: 'json', indent: 2 });
  try {
    const text = print(last, 'response');
    return cellWidth(inlineJson(text)) + lineHead < columns ? '' : `${colourJson(text, style)}\n`;
  } catch (error) {
    if (error instanceof MessageError) return '';
    throw error;
  }
}

/** Cells in front of a message in its line. */
const lineHead = 16;

/** A status that is not OK, explained. */
async function failureText(live: LiveCall, { status, ms }: Ended, parts: Parts): Promise<string> {
  await parts.prepare(status);
  const { lines, next } = statusParts(status, {
    style: parts.err,
    details: parts.details(status),
    context: {
      ...statusContext(parts, live.received, ms),
      httpStatus: status.origin === 'server' ? httpStatusOf(status.code).code : undefined,
      name: live.session.front?.replyName(),
    },
  });
  return `${[...lines, next].filter((line) => line !== '').join('\n')}\n`;
}

/**
 * Writes received messages as data where they do not go to the screen, or go there in a form that was asked for.
 * Returns what waits until all of it is written; undefined where there is no data besides the lines of the chat.
 */
async function dataTap(
  live: LiveCall,
  parts: Parts,
  { terminal }: ChatHost,
): Promise<(() => Promise<void>) | undefined> {
  const { io, args } = live.session;
  const onScreen = io.stdout.isTTY === true;
  if (onScreen && (args.flags.text('output') ?? 'pretty') === 'pretty') return undefined;
  const show = await renderer(parts);
  const out = new BatchedWriter(io.stdout, () => live.cancel());
  live.taps.add((event) => {
    const { out: text, raw } = show(event);
    if (raw) return write(io.stdout, raw);
    if (!text) return undefined;
    return onScreen ? terminal.write(text) : out.add(text);
  });
  return () => out.flush();
}
