// --client both: one call through the native client and then through grpc-js, and what differs: the answer to «it works in
// grepl but not in my service».
import type { DescMethod } from '@bufbuild/protobuf';
import { exitCodes, UserError } from '../errors.ts';
import { BatchedWriter, write } from '../io.ts';
import { clientsDocument, renderClients } from '../render/clients.ts';
import { colourJson } from '../render/json-text.ts';
import { nothing } from '../render/rendered.ts';
import type { CallEvent } from '../rpc/event.ts';
import { streamsResponses } from '../schema/method-kind.ts';
import type { Schema } from '../schema/schema.ts';
import { checkChannel } from '../wire/grpc-js-channel.ts';
import type { Channel } from '../wire/stream.ts';
import type { Target } from '../wire/target.ts';
import { interruption, runCall } from './call-flow.ts';
import type { Outcome } from './call-view.ts';
import { type ClientAnswer, clientDifferences, differs, shownByBoth } from './client-differences.ts';
import type { Client } from './client-flags.ts';
import { clientReasons } from './client-reasons.ts';
import { exitCodeOf } from './exit-code.ts';
import { checkExpectations, type Expectations } from './expect.ts';
import { changesNothing, confirmCall } from './production.ts';
import { isTyped, requestMessages } from './requests.ts';
import type { Session } from './session.ts';
import { full, type Parts, partsFor, printer, statusContext } from './show-parts.ts';

/** How long the second call may take beside three times as long as the first, in milliseconds. */
const secondMs = 10_000;
/** Responses of one call that are kept, in bytes: of what comes after them, the number alone. */
const keptBytes = 128 * 1024 * 1024;

/**
 * Makes the call twice, native first, and shows both on stdout: a table and what differs, or one document with -o full,
 * ndjson or json. Resolves to the exit code of the call where both clients make the same of it, to 6 where they do not.
 * Throws UserError 2 with flags that make other calls than one.
 */
export async function runBoth(
  session: Session,
  schema: Schema,
  method: DescMethod,
  words: readonly string[],
  expectations: Expectations | undefined,
): Promise<number> {
  checkAlone(session);
  if (session.streams && isTyped(session, method, words)) {
    throw new UserError(2, 'what --client both sends twice cannot be typed', { hint: "give the messages: -d '{} {}'" });
  }
  const second = session.channel('grpc-js');
  await checkChannel(second);
  const messages: Uint8Array[] = [];
  for await (const message of await requestMessages(session, method, schema, words)) messages.push(message);
  if (session.production) await confirmCall(session, method);
  if (!(await changesNothing(session, method)))
    session.say(
      `grepl: ${method.parent.typeName}/${method.name} is called twice: by the native client, then by grpc-js`,
    );
  const parts = await partsFor(session, schema, method);
  const native = await callThrough('native', session, session.channel('native'), parts, messages);
  const ended = interruption(session);
  if (ended !== undefined) return ended;
  // Some answers keep grpc-js waiting for ever.
  const limit = AbortSignal.timeout(Math.ceil(secondMs + 3 * native.ms));
  const patient: Session = { ...session, signal: AbortSignal.any([session.signal, limit]) };
  const grpcJs = await callThrough('grpc-js', patient, second, parts, messages);
  const endedToo = interruption(session);
  if (endedToo !== undefined) return endedToo;
  const isSame = await show({ session, parts, native, grpcJs });
  if (!isSame) return exitCodes.expectation;
  if (expectations) return checkExpectations(expectations, native.outcome, session, schema, method);
  return exitCodeOf(native.status);
}

function checkAlone({ args: { flags } }: Session): void {
  const other = ['each', 'retry'].find((name) => flags.has(name));
  if (other === undefined) return;
  throw new UserError(2, `--client both makes one call with each client, --${other} makes others`, {
    hint: 'use --client grpc-js, or leave one of them out',
  });
}

/** One client's call: what came of it, and the document that -o full shows of it. */
interface Side extends ClientAnswer {
  readonly client: Client;
  readonly outcome: Outcome;
  readonly document: string;
}

async function callThrough(
  client: Client,
  session: Session,
  channel: Channel,
  parts: Parts,
  messages: readonly Uint8Array[],
): Promise<Side> {
  const own: Session = {
    ...session,
    channel: () => channel,
    // A session keeps one reply for one line: the native one.
    observe: client === 'native' ? session.observe : undefined,
  };
  const seen = new Answer();
  const whole = full({ ...parts, session: own });
  let document = '';
  const outcome = await runCall(own, parts.method, parts.schema, messages, {
    prepare: parts.prepare,
    render: (event) => {
      document += whole(event as CallEvent).out ?? '';
      seen.add(event as CallEvent);
      return nothing;
    },
  });
  return { client, outcome, document: document.trimEnd(), ...seen.answer(outcome, parts.details(outcome.status)) };
}

/** Gathers what a call answers. */
class Answer {
  #headers: ClientAnswer['headers'] | undefined;
  #trailers: ClientAnswer['trailers'] = [];
  readonly #messages: Uint8Array[] = [];
  #count = 0;
  #bytes = 0;
  #ms = 0;

  add(event: CallEvent): void {
    if (event.type === 'headers') this.#headers = shownByBoth(event.metadata);
    if (event.type === 'response') {
      this.#count++;
      this.#bytes += event.size;
      if (this.#bytes <= keptBytes) this.#messages.push(event.message);
    }
    if (event.type !== 'status') return;
    this.#trailers = shownByBoth(event.trailers);
    this.#ms = event.at;
  }

  answer({ status }: Outcome, details: readonly unknown[]): ClientAnswer {
    return {
      status,
      details,
      headers: this.#headers,
      trailers: this.#trailers,
      messages: this.#messages,
      count: this.#count,
      bytes: this.#bytes,
      ms: this.#ms,
    };
  }
}

interface Both {
  readonly session: Session;
  readonly parts: Parts;
  readonly native: Side;
  readonly grpcJs: Side;
}

/** Writes the comparison; resolves to whether both clients made the same of the call. */
async function show({ session, parts, native, grpcJs }: Both): Promise<boolean> {
  const { io, args } = session;
  const { method } = parts;
  const differences = clientDifferences(native, grpcJs);
  const reasons = clientReasons(native, grpcJs, {
    method,
    hasConfig: args.flags.has('service-config'),
    metadata: await session.metadata(),
  });
  const same = !differs(differences);
  const name = `${method.parent.typeName}/${method.name}`;
  const { address } = session.target as Target;
  const form = args.flags.text('output');
  if (form === 'full' || form === 'ndjson' || form === 'json') {
    const documents = { native: native.document, grpcJs: grpcJs.document };
    await write(io.stdout, `${clientsDocument({ method: name, address, same, differences, reasons, documents })}\n`);
    return same;
  }
  await writeMessages(native, parts);
  const context = (received: number, at: number) => statusContext(parts, received, at);
  const table = { differences, reasons, same, native, grpcJs, style: parts.out, context };
  await write(io.stdout, renderClients(table));
  if (!same) session.say(`grepl: ${name} at ${address}: the two clients differ`);
  return same;
}

/** The native client's responses, as a call shows them. */
async function writeMessages({ messages }: Side, parts: Parts): Promise<void> {
  const print = printer(parts, streamsResponses(parts.method) ? 0 : 2);
  const out = new BatchedWriter(parts.session.io.stdout, () => {});
  for (const message of messages) await out.add(`${colourJson(print(message, 'response'), parts.out)}\n`);
  // The table stands apart from the data.
  if (messages.length > 0) await out.add('\n');
  await out.flush();
}
