// One call of any kind, many with --each, or none with --dry-run: words and documents in, responses out.
import type { DescMethod } from '@bufbuild/protobuf';
import { exitCodes, UserError } from '../errors.ts';
import type { Io } from '../io.ts';
import { findMethod } from '../schema/find.ts';
import type { Schema } from '../schema/schema.ts';
import { interruption, runCall } from './call-flow.ts';
import type { Outcome } from './call-view.ts';
import { clientOf } from './client-flags.ts';
import { exitCodeOf } from './exit-code.ts';
import { checkExpectations, expectationsFrom } from './expect.ts';
import type { Args } from './parse.ts';
import { requestMessages } from './requests.ts';
import type { Session } from './session.ts';
import { callView } from './show.ts';
import { shownStream } from './stream-choice.ts';
import { waitUntilReachable } from './wait.ts';
import { splitAddress } from './words.ts';

/** `grepl call ADDRESS METHOD [FIELD=VALUE…]`: resolves to the exit code that the status, or an expectation, asks for. */
export async function run(args: Args, io: Io, open: (address: string | undefined) => Session): Promise<number> {
  const { address, rest } = splitAddress(args, io, 1);
  const [name, ...words] = rest;
  if (address === undefined)
    throw new UserError(2, 'no address to call', { hint: 'give host:port, or set GREPL_ADDRESS' });
  if (name === undefined)
    throw new UserError(2, 'no method to call', { hint: `grepl list ${address} -l shows what there is` });
  const expectations = expectationsFrom(args.flags);
  const session = open(address);
  // Bad metadata is told before anything is connected.
  await session.metadata();
  await waitUntilReachable(session, args.flags.number('wait'));
  session.subject = name;
  const before = io.now();
  const schema = await session.schema();
  const method = await findMethod(schema, name);
  session.schemaMs = io.now() - before;
  for (const warning of schema.warnings) session.say(`grepl: warning: ${warning}`);
  if (['dry-run', 'curl', 'grpcurl'].some((flag) => args.flags.bool(flag)))
    return (await import('./without-sending.ts')).showWithoutSending(session, schema, method, words);
  if (clientOf(args.flags) === 'both')
    return (await import('./client-both.ts')).runBoth(session, schema, method, words, expectations);
  if (args.flags.bool('each')) {
    await confirmed(session, method);
    return (await import('./each.ts')).runEach(session, schema, method, words);
  }
  const shown = await shownStream(session, schema, method, words, () => confirmed(session, method));
  if (shown === 'left') return exitCodes.ok;
  const outcome = shown ?? (await callWithRetry(session, schema, method, words));
  const ended = outcome.cancelled === true ? exitCodes.interrupted : interruption(session);
  if (ended !== undefined) return ended;
  if (expectations) return checkExpectations(expectations, outcome, session, schema, method);
  return exitCodeOf(outcome.status);
}

/** On a production profile: once the word yes has been given. */
async function confirmed(session: Session, method: DescMethod): Promise<void> {
  if (session.production) await (await import('./production.ts')).confirmCall(session, method);
}

/** Calls again while UNAVAILABLE, up to --retry times, with the same messages; never once a response has arrived. */
async function callWithRetry(
  session: Session,
  schema: Schema,
  method: DescMethod,
  words: readonly string[],
): Promise<Outcome> {
  const requests = await requestMessages(session, method, schema, words);
  await confirmed(session, method);
  const limit = session.args.flags.number('retry') ?? 0;
  if (limit > 0 && !Array.isArray(requests)) {
    throw new UserError(2, '--retry cannot send a stream again', { hint: `${method.name} takes a stream of requests` });
  }
  for (let attempt = 0; ; attempt++) {
    const view = (await session.front?.view(session, schema, method)) ?? (await callView(session, schema, method));
    const outcome = await runCall(session, method, schema, requests, view);
    const again = outcome.status.code === 14 && outcome.received === 0 && attempt < limit && !session.signal.aborted;
    if (!again) return outcome;
    session.say(`grepl: trying again (${attempt + 1} of ${limit})`);
    await new Promise((resolve) => setTimeout(resolve, Math.min(100 * 2 ** attempt, 5000)));
  }
}
