// One call from messages to the streams: events are rendered as they come, and the exit code follows from the status.
import type { DescMethod } from '@bufbuild/protobuf';
import { MessageError } from '../codec/binary-reader.ts';
import { BatchedWriter, Interrupted, write } from '../io.ts';
import { isTwin, type Rendered } from '../render/rendered.ts';
import type { MakeTwins, RestEvent } from '../rest/with-rest.ts';
import { call } from '../rpc/call.ts';
import type { CallEvent } from '../rpc/event.ts';
import type { Schema } from '../schema/schema.ts';
import type { Status } from '../wire/status.ts';
import type { Target } from '../wire/target.ts';
import { deadlineOf } from './deadline.ts';
import { anyTypesOf } from './printers.ts';
import type { Session } from './session.ts';
import type { CallView } from './show.ts';

type Messages = AsyncIterable<Uint8Array> | readonly Uint8Array[];

/** How a call ended, for exit codes and expectations. */
export interface Outcome {
  readonly status: Status;
  readonly received: number;
  readonly last: Uint8Array | undefined;
}

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
  let received = 0;
  let last: Uint8Array | undefined;
  let status: Status | undefined;
  let sent = 0;
  let allSent = false;
  const plain = events(session, method, requests, stop.signal);
  for await (const event of view.twins ? withTwins(plain, view.twins, fetchAny) : plain) {
    let shown: CallEvent | RestEvent = event;
    let rendered: Rendered;
    if (event.type === 'response') {
      const missing = fetchAny(event.message);
      if (missing) await missing;
    }
    try {
      if (event.type === 'status') await view.prepare(event.status);
      rendered = view.render(event);
      if (event.type === 'response') {
        received++;
        last = event.message;
      }
    } catch (error) {
      shown = undecodable(error, event, method, received + 1);
      for (const twin of (await view.twins?.(shown)) ?? []) view.render(twin);
      rendered = view.render(shown);
    }
    const full = rendered.out ? out.add(rendered.out) : undefined;
    if (full) await full;
    if (rendered.raw) await write(session.io.stdout, rendered.raw);
    if (rendered.err) {
      await out.flush();
      await write(session.io.stderr, rendered.err);
    }
    if (isTwin(shown)) continue;
    session.observe?.(shown, schema);
    if (event.type === 'request') sent++;
    if (event.type === 'half-close') allSent = true;
    if (shown.type === 'status') {
      status = shown.status;
      break;
    }
  }
  await out.flush();
  if (!allSent && status?.origin === 'server') {
    session.say(
      `grepl: the server stopped reading: ${sent} ${sent === 1 ? 'request' : 'requests'} sent, what followed was not sent`,
    );
  }
  if (!status)
    throw stop.signal.reason instanceof Error ? stop.signal.reason : new Error('the call ended without a status');
  return { status, received, last };
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
  const { flags } = session.args;
  yield* call(session.channel(), method, requests, {
    target: session.target as Target,
    metadata: await session.metadata(),
    signal: AbortSignal.any([session.signal, stop]),
    ...deadlineOf(session),
    compress: flags.text('compress') === 'gzip' ? 'gzip' : undefined,
  });
}

function undecodable(error: unknown, event: CallEvent | RestEvent, method: DescMethod, number: number): CallEvent {
  if (!(error instanceof MessageError) || event.type !== 'response') throw error;
  const status: Status = {
    code: 13,
    message: `response message ${number} cannot be read as ${method.output.typeName}: ${error.message}`,
    details: [],
    origin: 'client',
    hint: 'is the schema the one the server was built with? -o raw | xxd shows the bytes in hex',
  };
  return { type: 'status', status, trailers: [], at: event.at };
}

/** Whether the run was ended from outside, and with which exit code. */
export function interruption(session: Session): number | undefined {
  const { aborted, reason } = session.signal;
  return aborted && reason instanceof Interrupted ? reason.exitCode : undefined;
}
