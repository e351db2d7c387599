// The review of a filled form: what goes where, before it goes.
import type { DescMethod } from '@bufbuild/protobuf';
import type { RequestDocument } from '../codec/document.ts';
import { UserError } from '../errors.ts';
import { type ReviewAnswer, reviewMachine } from '../prompt/review.ts';
import type { Terminal } from '../prompt/terminal.ts';
import { requestLine } from '../render/side-by-side-head.ts';
import type { Style } from '../render/style.ts';
import { humanTime } from '../render/units.ts';
import type { Schema } from '../schema/schema.ts';
import { takesYes } from './production.ts';
import { requestReader } from './requests.ts';
import { maskedMetadata } from './secrets.ts';
import type { Session } from './session.ts';

/** A request that is about to be sent. */
export interface Reviewed {
  readonly terminal: Terminal;
  readonly session: Session;
  readonly method: DescMethod;
  readonly schema: Schema;
  readonly document: RequestDocument;
}

/** What the review shows besides what the session knows. */
export interface ReviewRequestOptions {
  readonly style: Style;
  /** The request that this one was made from, to show what has changed. */
  readonly before?: string | undefined;
  readonly warnings: readonly string[];
}

/** Shows the review until it is left; `curl` is the line to be copied, where there is one. */
export async function reviewRequest(
  { terminal, session, method, schema, document }: Reviewed,
  options: ReviewRequestOptions,
): Promise<{ readonly type: ReviewAnswer['type']; readonly curl: string | undefined }> {
  const { flags } = session.args;
  const deadlineMs = flags.number('deadline');
  const twin = await restTwin(session, method, schema, document);
  const machine = reviewMachine({
    document: document.text,
    before: options.before,
    target: `${session.target?.address ?? ''} ${security(session)}`,
    deadline: deadlineMs === undefined ? undefined : humanTime(deadlineMs),
    metadata: (await maskedMetadata(session)).map(([name, value]) => `${name}: ${value}`),
    rest: flags.text('rest') === 'off' ? [] : [twin.line],
    warnings: options.warnings,
    curl: twin.curl,
    production: await takesYes(session, method),
    style: options.style,
  });
  const { type } = await terminal.ask(machine).answer;
  if (type === 'send' && session.production) session.production.said = true;
  return { type, curl: twin.curl };
}

function security({ target, args, channel }: Session): string {
  if (target?.security === 'plaintext') return 'plaintext';
  // What has been found out, where the connection is there already.
  if (target?.security === 'discover') {
    const { connection } = channel();
    return connection === undefined ? '' : connection.tls ? 'TLS' : 'plaintext';
  }
  return args.flags.bool('insecure') ? 'TLS, certificate not checked' : 'TLS';
}

/** The REST call in one line, or why there is none. */
async function restTwin(
  session: Session,
  method: DescMethod,
  schema: Schema,
  document: RequestDocument,
): Promise<{ readonly line: string; readonly curl: string | undefined }> {
  try {
    const { restCall } = await import('./rest-call.ts');
    const { curlOf, openRestSide } = await import('./rest-view.ts');
    const side = await openRestSide(session, schema, method);
    const { equivalent } = restCall(side, [requestReader(session, method, schema)(document)]);
    if ('none' in equivalent) return { line: equivalent.none, curl: undefined };
    const body = equivalent.body === undefined ? '' : `   body ${equivalent.bodyField ?? '*'}`;
    return { line: `${requestLine(equivalent)}${body}`, curl: curlOf(side)(equivalent, undefined) };
  } catch (error) {
    // What cannot be said as REST can still be sent.
    if (error instanceof UserError) return { line: error.message, curl: undefined };
    throw error;
  }
}
