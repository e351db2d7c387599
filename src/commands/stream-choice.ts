// Whether a stream is shown to a person who may take part in it, or just written.
import type { DescMethod } from '@bufbuild/protobuf';
import type { Schema } from '../schema/schema.ts';
import type { Outcome } from './call-view.ts';
import { isTyped, requestMessages } from './requests.ts';
import { askedMode } from './rest-options.ts';
import type { Session } from './session.ts';
import { outputForm, verbosityOf } from './show-parts.ts';

/**
 * Makes the call where it is a stream and there is a person to see it. `left`: it goes on unseen. Undefined: it is to be
 * made in the usual way. `before` is awaited before anything is sent.
 */
export async function shownStream(
  session: Session,
  schema: Schema,
  method: DescMethod,
  words: readonly string[],
  before: () => Promise<void>,
): Promise<Outcome | 'left' | undefined> {
  const { streams } = session;
  if (!streams || method.methodKind === 'unary') return undefined;
  const typed = isTyped(session, method, words);
  if (!typed && !(streams.all && isForScreen(session, method))) return undefined;
  const requests = typed ? undefined : await requestMessages(session, method, schema, words);
  await before();
  return (await streams.show({ session, schema, method, requests })) ?? 'left';
}

/** Whether responses come as a stream that is read on the screen, in no form that was asked for. */
function isForScreen(session: Session, { methodKind }: DescMethod): boolean {
  const { flags } = session.args;
  if (methodKind === 'client_streaming' || !session.io.stdout.isTTY || outputForm(session) !== 'pretty') return false;
  const rest = askedMode(flags);
  if (rest === 'side' || rest === 'full') return false;
  return !flags.has('retry') && !flags.bool('quiet') && verbosityOf(session) === 0;
}
