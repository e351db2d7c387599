// --each: one unary call per document, on one connection, answers in the order of the input whatever the concurrency.
import type { DescMethod } from '@bufbuild/protobuf';
import { anyTypesOf } from '../codec/any-types.ts';
import { BatchedWriter } from '../io.ts';
import type { Rendered } from '../render/rendered.ts';
import { call } from '../rpc/call.ts';
import type { CallEvent } from '../rpc/event.ts';
import type { Schema } from '../schema/schema.ts';
import type { Target } from '../wire/target.ts';
import { interruption, undecodable } from './call-flow.ts';
import type { CallView } from './call-view.ts';
import { deadlineOf } from './deadline.ts';
import { exitCodeOf } from './exit-code.ts';
import { checkUnary, messagesOf, requestDocuments, requestReader, withTypes } from './requests.ts';
import { shownEvent } from './secrets.ts';
import type { Session } from './session.ts';
import { type EachViews, eachViews } from './show.ts';

/** Calls ahead of the oldest unfinished one whose answers are kept back to keep the order. */
const keptBack = 1024;

/**
 * Reads documents and makes a unary call of each, --concurrency at a time. Every call is made whatever the others'
 * status; resolves to 0 when all were OK, else to the first failure's exit code. Throws UserError 3, after the answers
 * to all documents before it, at one that cannot be read.
 */
export async function runEach(
  session: Session,
  schema: Schema,
  method: DescMethod,
  words: readonly string[],
): Promise<number> {
  checkUnary(method);
  const batch = new Batch(session, schema, method, await eachViews(session, schema, method));
  const read = requestReader(session, method, schema);
  const limit = Math.max(1, session.args.flags.number('concurrency') ?? 1);
  const underWay = new UnderWay();
  let failure: { readonly error: unknown } | undefined;
  let line = 0;
  try {
    const batches = withTypes(requestDocuments(session, method, words), session, method, schema);
    for await (const message of messagesOf(batches, read)) {
      if (session.signal.aborted || batch.broken || underWay.failure) break;
      underWay.add(batch.run(++line, message));
      while (underWay.count >= limit || batch.waiting > keptBack) await underWay.oneEnds();
    }
  } catch (error) {
    failure = { error };
  }
  while (underWay.count > 0) await underWay.oneEnds();
  await batch.finish();
  const ended = interruption(session);
  if (ended !== undefined) {
    session.say(`grepl: ended from outside: ${batch.answered} of ${line} calls begun were answered`);
    return ended;
  }
  failure ??= underWay.failure;
  if (failure) throw failure.error;
  return batch.exitCode;
}

/** The calls under way. Waiting for one costs the same however many there are, which Promise.race does not. */
class UnderWay {
  count = 0;
  /** The first error, other than a status, that one has ended with. */
  failure: { readonly error: unknown } | undefined;
  #wake: (() => void) | undefined;

  add(one: Promise<void>): void {
    this.count++;
    const ended = (): void => {
      this.count--;
      this.#wake?.();
    };
    one.then(ended, (error: unknown) => {
      this.failure ??= { error };
      ended();
    });
  }

  /** Resolves when the next of them has ended; there must be one. */
  oneEnds(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

/** The calls of one --each run: what they print is held until it is their turn. */
class Batch {
  readonly #session: Session;
  readonly #method: DescMethod;
  readonly #channel;
  readonly #views: EachViews;
  readonly #fetchAny: (bytes: Uint8Array) => Promise<void> | undefined;
  readonly #out: BatchedWriter;
  readonly #err: BatchedWriter;
  readonly #done = new Map<number, { readonly texts: readonly Rendered[]; readonly exitCode: number }>();
  #next = 1;
  broken: { readonly error: unknown } | undefined;
  exitCode = 0;
  /** Calls whose status came before the run was ended. */
  answered = 0;

  constructor(session: Session, schema: Schema, method: DescMethod, views: EachViews) {
    this.#session = session;
    this.#method = method;
    this.#channel = session.channel();
    this.#views = views;
    this.#fetchAny = anyTypesOf(method.output, schema);
    const broken = (error: unknown): void => {
      this.broken ??= { error };
    };
    this.#out = new BatchedWriter(session.io.stdout, broken);
    // What is said beside the data may come a moment later.
    this.#err = new BatchedWriter(session.io.stderr, broken, 50);
  }

  /** Finished calls whose turn has not come. */
  get waiting(): number {
    return this.#done.size;
  }

  async run(line: number, message: Uint8Array): Promise<void> {
    const view = this.#views.view(line);
    const texts: Rendered[] = [];
    let exitCode = 0;
    let received = 0;
    for await (const raw of this.#events(message)) {
      const event = shownEvent(raw, this.#session.io, this.#views.shown);
      if (event.type === 'response') {
        received++;
        const missing = this.#fetchAny(event.message);
        if (missing) await missing;
      }
      let shown: CallEvent = event;
      try {
        await this.#show(event, view, texts);
      } catch (error) {
        shown = undecodable(error, event, this.#method, received);
        await this.#show(shown, view, texts);
      }
      if (shown.type !== 'status') continue;
      exitCode = exitCodeOf(shown.status);
      break;
    }
    if (!this.#session.signal.aborted) this.answered++;
    this.#done.set(line, { texts, exitCode });
    await this.#print();
  }

  #events(message: Uint8Array): AsyncGenerator<CallEvent> {
    const { flags } = this.#session.args;
    return call(this.#channel, this.#method, [message], {
      target: this.#session.target as Target,
      metadata: this.#views.metadata,
      signal: this.#session.signal,
      ...deadlineOf(this.#session),
      compress: flags.text('compress') === 'gzip' ? 'gzip' : undefined,
    });
  }

  async #show(event: CallEvent, view: CallView, texts: Rendered[]): Promise<void> {
    const twins = view.twins?.(event) ?? [];
    for (const twin of twins instanceof Promise ? await twins : twins) view.render(twin);
    if (event.type === 'status') await view.prepare(event.status);
    const rendered = view.render(event);
    if (rendered.out || rendered.err) texts.push(rendered);
  }

  async #print(): Promise<void> {
    for (let ready = this.#done.get(this.#next); ready; ready = this.#done.get(this.#next)) {
      this.#done.delete(this.#next++);
      if (this.exitCode === 0) this.exitCode = ready.exitCode;
      for (const { out, err } of ready.texts) {
        const full = out ? this.#out.add(out) : undefined;
        if (full) await full;
        const fullToo = err ? this.#err.add(err) : undefined;
        if (fullToo) await fullToo;
      }
    }
  }

  async finish(): Promise<void> {
    await this.#out.flush();
    await this.#err.flush();
  }
}
