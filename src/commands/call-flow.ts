// One call from messages to the streams: events are rendered as they come, and the exit code follows from the status.
import type { DescMethod } from '@bufbuild/protobuf';
import { anyTypesOf } from '../codec/any-types.ts';
import { MessageError } from '../codec/binary-reader.ts';
import { BatchedWriter, Interrupted, type Io, write } from '../io.ts';
import { isTwin, type Rendered, TooMuchToKeep } from '../render/rendered.ts';
import type { MakeTwins, RestEvent } from '../rest/with-rest.ts';
import { call } from '../rpc/call.ts';
import type { CallEvent } from '../rpc/event.ts';
import type { Schema } from '../schema/schema.ts';
import type { Status } from '../wire/status.ts';
import type { Target } from '../wire/target.ts';
import type { CallView, Outcome } from './call-view.ts';
import { deadlineOf } from './deadline.ts';
import { maskedMetadata, shownEvent } from './secrets.ts';
import type { Session } from './session.ts';

type Messages = AsyncIterable<Uint8Array> | readonly Uint8Array[];

/**
 * Makes one call and writes what `view` makes of it. Responses that arrived are written before anything is said about
 * what followed them. A response that is no valid message ends the call with INTERNAL. Throws what `requests` throws,
 * Interrupted when the reader of stdout has gone.
 */
export async function runCall(
  session: Session,
  method: DescMethod,
  schema: Schema,
  requests: Messages,
  view: CallView,
): Promise<Outcome> {
  const stop = new AbortController();
  const out = new BatchedWriter(session.io.stdout, (error) => stop.abort(error));
  const fetchAny = anyTypesOf(method.output, schema);
  const seen: Seen = { sent: 0, allSent: false, received: 0, last: undefined, status: undefined };
  const plain = events(session, method, requests, stop.signal);
  for await (const event of view.twins ? withTwins(plain, view.twins, fetchAny) : plain) {
    let shown: CallEvent | RestEvent = event;
    let rendered: Rendered;
    if (event.type === 'response') {
      const missing = fetchAny(event.message);
      if (missing) await missing;
    } else if (event.type === 'status') await view.prepare(event.status);
    try {
      rendered = view.render(event);
    } catch (error) {
      shown = undecodable(error, event, method, seen.received + 1);
      for (const twin of (await view.twins?.(shown)) ?? []) view.render(twin);
      rendered = view.render(shown);
    }
    const written = put(rendered, out, session);
    if (written) await written;
    if (isTwin(shown)) continue;
    session.observe?.(shown, schema);
    count(shown, seen);
    if (seen.status) break;
  }
  await out.flush();
  tellUnsent(seen, session);
  const { status, received, last } = seen;
  if (!status)
    throw stop.signal.reason instanceof Error ? stop.signal.reason : new Error('the call ended without a status');
  return { status, received, last };
}

/** What has happened in a call so far. */
interface Seen {
  sent: number;
  allSent: boolean;
  received: number;
  last: Uint8Array | undefined;
  status: Status | undefined;
}

function count(event: CallEvent, seen: Seen): void {
  if (event.type === 'request') seen.sent++;
  else if (event.type === 'half-close') seen.allSent = true;
  else if (event.type === 'response') {
    seen.received++;
    seen.last = event.message;
  } else if (event.type === 'status') seen.status = event.status;
}

/** Writes what an event is shown as, in its order; undefined when there is nothing to wait for. */
function put(rendered: Rendered, out: BatchedWriter, { io }: Session): Promise<void> | undefined {
  const full = rendered.out ? out.add(rendered.out) : undefined;
  return rendered.raw || rendered.err ? putMore(rendered, full, out, io) : full;
}

async function putMore(
  { raw, err }: Rendered,
  full: Promise<void> | undefined,
  out: BatchedWriter,
  io: Io,
): Promise<void> {
  if (full) await full;
  if (raw) await write(io.stdout, raw);
  if (err) {
    await out.flush();
    await write(io.stderr, err);
  }
}

function tellUnsent({ status, allSent, sent }: Seen, session: Session): void {
  if (allSent || status?.origin !== 'server') return;
  const requests = `${sent} ${sent === 1 ? 'request' : 'requests'}`;
  session.say(`grepl: the server stopped reading: ${requests} sent, what followed was not sent`);
}

/** The events with their REST twins; the types of Any are fetched first, since twins print messages too. */
async function* withTwins(
  events: AsyncIterable<CallEvent>,
  twins: MakeTwins,
  fetchAny: (bytes: Uint8Array) => Promise<void> | undefined,
): AsyncGenerator<CallEvent | RestEvent> {
  const { withRest } = await import('../rest/with-rest.ts');
  async function* resolved(): AsyncGenerator<CallEvent> {
    for await (const event of events) {
      if (event.type === 'response') await fetchAny(event.message);
      yield event;
    }
  }
  yield* withRest(resolved(), twins);
}

async function* events(
  session: Session,
  method: DescMethod,
  requests: Messages,
  stop: AbortSignal,
): AsyncGenerator<CallEvent> {
  const { args, io } = session;
  const made = call(session.channel(), method, requests, {
    target: session.target as Target,
    metadata: await session.metadata(),
    signal: AbortSignal.any([session.signal, stop]),
    ...deadlineOf(session),
    compress: args.flags.text('compress') === 'gzip' ? 'gzip' : undefined,
  });
  const sent = await maskedMetadata(session);
  for await (const event of made) yield shownEvent(event, io, sent);
}

type StatusEvent = Extract<CallEvent, { readonly type: 'status' }>;

/**
 * The status, of our own making, of a call whose event could not be shown for `error`: INTERNAL for response message
 * `number` that cannot be read, RESOURCE_EXHAUSTED for more than a document can hold. Throws any other error.
 */
export function undecodable(
  error: unknown,
  event: CallEvent | RestEvent,
  method: DescMethod,
  number: number,
): StatusEvent {
  const ending = (code: number, message: string, hint: string): StatusEvent => {
    const status: Status = { code, message, details: [], origin: 'client', hint };
    return { type: 'status', status, trailers: [], at: 'at' in event ? event.at : 0 };
  };
  if (error instanceof TooMuchToKeep) return ending(8, error.message, '-o ndjson writes each message as it comes');
  if (!(error instanceof MessageError) || event.type !== 'response') throw error;
  return ending(
    13,
    `response message ${number} cannot be read as ${method.output.typeName}: ${error.message}`,
    'is the schema the one the server was built with? -o raw | xxd shows the bytes in hex',
  );
}

/** Whether the run was ended from outside, and with which exit code. */
export function interruption(session: Session): number | undefined {
  const { aborted, reason } = session.signal;
  return aborted && reason instanceof Interrupted ? reason.exitCode : undefined;
}
