// `rest --send BASE` and `--diff BASE`: the REST call really made, and held against the RPC.
import { exitCodes } from '../errors.ts';
import { write } from '../io.ts';
import { indentJson } from '../render/json-text.ts';
import { restDocument } from '../render/rest-document.ts';
import { differenceLines, restReplyBody, restReplyHead } from '../render/rest-reply.ts';
import type { Style } from '../render/style.ts';
import { count } from '../render/units.ts';
import { visible } from '../render/visible.ts';
import { type Difference, restDifferences } from '../rest/diff.ts';
import { errorFromBody } from '../rest/error-body-read.ts';
import { type RestReply, RestUnreachable, sendRest } from '../rest/rest-client.ts';
import { readStreamedBody } from '../rest/stream-read.ts';
import { streamsResponses } from '../schema/method-kind.ts';
import { codeName, codes } from '../wire/status.ts';
import { grpcAnswer } from './grpc-answer.ts';
import { learnUserInfo } from './headers.ts';
import type { RestCall } from './rest-call.ts';
import { checkedBase } from './rest-options.ts';
import { type RestRequestReady, restRequestOf, restTrust } from './rest-request.ts';
import { curlOf } from './rest-view.ts';
import { shownDocuments, shownMetadata } from './secrets.ts';
import type { Session } from './session.ts';
import { terminalStyle } from './terminal-style.ts';

/** The REST call with real credentials, ready to be sent. */
interface Sending extends RestRequestReady {
  readonly session: Session;
  readonly call: RestCall;
  readonly base: string;
}

/**
 * Sends the REST call to `base` and shows the answer, or with `diff` makes both calls and shows what differs. Resolves to
 * the exit code: 0 for 2xx, else 64 and the code that the answer means; with `diff` 0, or 6 when they differ. Throws
 * UserError 3 when the call has no REST form.
 */
export async function sendRestCall(session: Session, call: RestCall, base: string, diff: boolean): Promise<number> {
  const url = checkedBase(diff ? 'diff' : 'send', base);
  learnUserInfo(url, session.io);
  const side = { ...call.side, base: session.io.secrets?.hide(url) ?? url };
  const sending = { session, call: { ...call, side }, base: url, ...(await restRequestOf(session, call)) };
  try {
    return diff ? await compareAnswers(sending) : await showAnswer(sending);
  } catch (error) {
    if (!(error instanceof RestUnreachable)) throw error;
    const code = error.aborted ? codes.DEADLINE_EXCEEDED : codes.UNAVAILABLE;
    const { signal, io } = session;
    if (signal.aborted) throw signal.reason;
    await write(io.stderr, `grepl: ${codeName(code)} (${code}): ${visible(error.message)}\n  ${error.hint}\n`);
    return 64 + code;
  }
}

async function send({ session, request, base }: Sending): Promise<RestReply> {
  const limits = [session.args.flags.number('deadline'), session.timeLeft()].filter((limit) => limit !== undefined);
  const signals = limits.map((limit) => AbortSignal.timeout(Math.max(1, Math.min(limit, 2 ** 31 - 1))));
  const signal = AbortSignal.any([session.signal, ...signals]);
  return sendRest(request, { base, signal, ...restTrust(session) });
}

async function showAnswer(sending: Sending): Promise<number> {
  const { session } = sending;
  const { io } = session;
  const reply = await send(sending);
  const form = session.args.flags.text('output');
  const style = await terminalStyle(io, io.stdout, session.args.flags);
  const asDocument = form === 'json' || form === 'full' || form === 'ndjson';
  if (!asDocument)
    await write(io.stdout, restReplyHead({ ...reply, headers: shownMetadata(reply.headers, io) }, style));
  const body = asDocument ? await gathered(reply.body) : await shownBody(sending, reply, style);
  if (asDocument) {
    const text = answerDocument(sending, reply, body);
    await write(io.stdout, `${form === 'ndjson' ? text : indentJson(text).join('\n')}\n`);
  }
  return exitCodeOf(sending, reply, body);
}

/** What is kept of a stream that is shown, in bytes. */
const keptBytes = 8 << 20;

/** Writes the body: that of a stream piece by piece as it comes, another one when it is whole. */
async function shownBody({ session, call }: Sending, reply: RestReply, style: Style): Promise<Uint8Array> {
  const { stdout } = session.io;
  if (!streamsOut(call) || !isOk(reply.status)) {
    const body = await gathered(reply.body);
    const shown = isOk(reply.status) ? body : withoutSecrets(body, session);
    await write(stdout, restReplyBody(typeOf(reply), shown, style));
    return body;
  }
  const parts: Uint8Array[] = [];
  const decoder = new TextDecoder();
  let last = '\n';
  let length = 0;
  for await (const chunk of reply.body) {
    length += chunk.length;
    // How the stream ended is read from its end: of a long one no more is kept.
    if (length > keptBytes) {
      parts.length = 0;
      length = chunk.length;
    }
    parts.push(chunk);
    const text = visible(decoder.decode(chunk, { stream: true }), { multiline: true });
    last = text.at(-1) ?? last;
    await write(stdout, text);
  }
  if (last !== '\n') await write(stdout, '\n');
  return Buffer.concat(parts);
}

/** What is said about a failure is no data: credentials that it repeats are not shown. */
function withoutSecrets(body: Uint8Array, { io }: Session): Uint8Array {
  const text = Buffer.from(body).toString('latin1');
  const safe = io.secrets?.hide(text) ?? text;
  return safe === text ? body : Buffer.from(safe, 'latin1');
}

async function gathered(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const chunk of body) parts.push(chunk);
  return Buffer.concat(parts);
}

function typeOf({ headers }: RestReply): string {
  return headers.find(([name]) => name === 'content-type')?.[1] ?? '';
}

function streamsOut({ side }: RestCall): boolean {
  return streamsResponses(side.method);
}

function isOk(status: number): boolean {
  return status >= 200 && status < 300;
}

/** What a stream tells that failed after it began well counts as its status, as it does for `call`. */
function exitCodeOf({ call }: Sending, reply: RestReply, body: Uint8Array): number {
  const type = typeOf(reply);
  if (!isOk(reply.status)) return 64 + (errorFromBody(reply.status, type, body).code || codes.UNKNOWN);
  if (!streamsOut(call)) return exitCodes.ok;
  const { output } = call.side.method;
  const isField = (name: string) => output.fields.some((field) => field.jsonName === name || field.name === name);
  const error = readStreamedBody(type, Buffer.from(body).toString(), isField)?.error;
  return error === undefined
    ? exitCodes.ok
    : 64 + (errorFromBody(200, 'application/json', error).code || codes.UNKNOWN);
}

/** `rest -o json` with how the call was answered. */
function answerDocument({ session, call, equivalent }: Sending, reply: RestReply, bytes: Uint8Array): string {
  const type = typeOf(reply);
  const text = Buffer.from(isOk(reply.status) ? bytes : withoutSecrets(bytes, session)).toString();
  const streamed = streamsOut(call) ? readStreamedBody(type, text, () => true) : undefined;
  const body = bytes.length === 0 ? undefined : streamed ? `[${streamed.messages.join(',')}]` : jsonOr(text);
  // The one of the call has its credentials masked.
  const shown = 'none' in call.equivalent ? equivalent : call.equivalent;
  const curl = curlOf(call.side)(shown, call.sent);
  return restDocument(shown, { curl, sent: call.sent, answer: { httpStatus: reply.status, body } });
}

function jsonOr(text: string): string {
  try {
    JSON.parse(text);
    return text;
  } catch {
    return JSON.stringify(text);
  }
}

async function compareAnswers(sending: Sending): Promise<number> {
  const { session, call, equivalent, request } = sending;
  const { side } = call;
  const grpc = await grpcAnswer(session, side.schema, side.method, call.messages);
  const reply = await send(sending);
  const body = await gathered(reply.body);
  const binding =
    side.route.bindings.find(({ template }) => template.text === equivalent.template) ?? side.route.bindings[0]!;
  const differences = restDifferences(
    grpc,
    { status: reply.status, headers: reply.headers, body },
    {
      route: side.route,
      binding,
      types: side.schema.types,
      dialect: side.dialect,
      isHead: request.httpMethod === 'HEAD',
    },
  );
  const told = shownDocuments(differences, session.io) as readonly Difference[];
  await tellDifferences(session, told, { code: grpc.status.code, httpStatus: reply.status });
  return differences.length === 0 ? exitCodes.ok : exitCodes.expectation;
}

async function tellDifferences(
  session: Session,
  differences: readonly Difference[],
  { code, httpStatus }: { readonly code: number; readonly httpStatus: number },
): Promise<void> {
  const { io, args } = session;
  const same = differences.length === 0;
  const form = args.flags.text('output');
  if (form === 'json' || form === 'full' || form === 'ndjson') {
    const grpc = { status: { code, name: codeName(code) } };
    const document = JSON.stringify({ same, grpc, rest: { httpStatus }, differences });
    await write(io.stdout, `${form === 'ndjson' ? document : indentJson(document).join('\n')}\n`);
    return;
  }
  const style = await terminalStyle(io, io.stdout, args.flags);
  const agreed = `${style.green('the same')}  ${codeName(code)}, ${httpStatus}\n`;
  await write(io.stdout, same ? agreed : differenceLines(differences, style));
  if (!same) session.say(`grepl: the REST answer differs in ${count(differences.length, 'place')}`);
}
