// What gRPC and REST cost for one call of the user's own: bytes, encoding, time; each figure says how it was found.
import type { DescMethod } from '@bufbuild/protobuf';
import { UserError } from '../errors.ts';
import { type Io, write } from '../io.ts';
import { type Comparison, comparisonDocument, renderComparison } from '../render/compare.ts';
import { renderStatus } from '../render/error.ts';
import { indentJson } from '../render/json-text.ts';
import { visible } from '../render/visible.ts';
import type { GrpcAnswer } from '../rest/diff.ts';
import { baseParts } from '../rest/rest-client.ts';
import { grpcMessagesSize, gzipSize, restRequestSize } from '../rest/wire-size.ts';
import { findMethod } from '../schema/find.ts';
import type { Schema } from '../schema/schema.ts';
import { proxyFor } from '../wire/channel.ts';
import { codeName, codes } from '../wire/status.ts';
import type { Target } from '../wire/target.ts';
import { type Measured, measureSides } from './compare-measure.ts';
import { comparisonNotes } from './compare-notes.ts';
import { type ComparedCall, SideFailed } from './compare-sides.ts';
import { exitCodeOf } from './exit-code.ts';
import { openGateway } from './gateway.ts';
import { grpcAnswer } from './grpc-answer.ts';
import type { Args } from './parse.ts';
import { type RestCall, restCallOf } from './rest-call.ts';
import { restBase, restRules } from './rest-options.ts';
import { type RestRequestReady, restRequestOf, restTrust } from './rest-request.ts';
import { type Session, throwIfInterrupted } from './session.ts';
import { terminalStyle } from './terminal-style.ts';
import { splitAddress } from './words.ts';

/** Runs unless told otherwise. */
const defaultRuns = 200;
/** The first call may take so long unless told otherwise, the timed runs together, and everything, in milliseconds. */
const callMs = 10_000;
const runsMs = 30_000;
const allMs = 120_000;
/** From here on a call is slow. */
const slowMs = 500;

/**
 * `grepl compare ADDRESS METHOD [FIELD=VALUE…]`: on stdout the table, or a document with `-o json`; exit 0. A call that
 * fails on either side is told, with the exit code of its status.
 */
export async function run(args: Args, io: Io, open: (address: string | undefined) => Session): Promise<number> {
  const { address, rest } = splitAddress(args, io, 1);
  const [name, ...words] = rest;
  if (address === undefined && !args.place) {
    throw new UserError(2, 'no address to call', { hint: 'give host:port, or set GREPL_ADDRESS' });
  }
  if (name === undefined) throw new UserError(2, 'which method is to be compared?', { hint: 'give a method' });
  const runs = args.flags.number('runs') ?? defaultRuns;
  if (runs === 0) throw new UserError(2, '--runs: 0 runs measure nothing');
  const given = args.flags.has('rest-base') ? restBase(args.flags) : undefined;
  const session = open(address);
  session.subject = name;
  await session.metadata();
  const schema = await session.schema();
  const method = await findMethod(schema, name);
  if (session.production) await (await import('./production.ts')).confirmCall(session, method);
  const call = await restCallOf(session, schema, method, words);
  const ready = await restRequestOf(session, call);
  const before = io.now();
  const answer = await firstAnswer(session, schema, method, call);
  if (answer.status.code !== 0) return failed(session, method, answer);
  const isSlow = io.now() - before > slowMs;
  try {
    const compared = await compare({ session, schema, method, call, ready, answer, runs, isSlow }, given);
    await show(compared, session);
    return 0;
  } catch (error) {
    if (!(error instanceof SideFailed)) throw error;
    throwIfInterrupted(session.signal);
    const what = `the ${error.side} side ended with ${codeName(error.code)} (${error.code})`;
    await write(io.stderr, `grepl: ${what}, nothing to compare: ${visible(error.message)}\n`);
    return exitCodeOf({ code: error.code, message: '', details: [], origin: 'server' });
  }
}

interface Subject {
  readonly session: Session;
  readonly schema: Schema;
  readonly method: DescMethod;
  readonly call: RestCall;
  readonly ready: RestRequestReady;
  readonly answer: GrpcAnswer;
  readonly runs: number;
  readonly isSlow: boolean;
}

/** The call once, within a limit that goes unsaid to the server: a deadline would be sent, and counted. */
async function firstAnswer(session: Session, schema: Schema, method: DescMethod, call: RestCall): Promise<GrpcAnswer> {
  const limit = AbortSignal.timeout(session.args.flags.has('deadline') ? allMs : callMs);
  const signal = AbortSignal.any([session.signal, limit]);
  const answer = await grpcAnswer({ ...session, signal }, schema, method, call.messages);
  if (!limit.aborted) return answer;
  const message = `the call did not end within ${callMs / 1000} s: one that has no end cannot be compared`;
  return { ...answer, status: { code: codes.DEADLINE_EXCEEDED, message, details: [], origin: 'client' } };
}

async function failed(session: Session, method: DescMethod, answer: GrpcAnswer): Promise<number> {
  const { io, args, target } = session;
  const style = await terminalStyle(io, io.stderr, args.flags);
  const context = {
    method: `${method.parent.typeName}/${method.name}`,
    address: target?.address ?? '',
    received: answer.messages.length,
    requestType: method.input.typeName,
  };
  await write(io.stderr, renderStatus(answer.status, { style, details: answer.details, context }));
  session.say('grepl: a call that fails is not compared');
  return exitCodeOf(answer.status);
}

async function compare(subject: Subject, given: string | undefined): Promise<Comparison> {
  const { session } = subject;
  if (given !== undefined) return compareAt(subject, given, baseParts(given).host);
  const rules = await restRules(session.args.flags, session.io);
  const listen = { host: '127.0.0.1', port: 0 };
  const gateway = await openGateway(session, rules, { listen, allowRemote: false });
  try {
    return await compareAt(subject, gateway.url, 'the gateway');
  } finally {
    await gateway.close();
  }
}

async function compareAt(subject: Subject, base: string, restBy: string): Promise<Comparison> {
  const { session, method, ready, answer, call, runs } = subject;
  const compared: ComparedCall = {
    method,
    messages: call.messages,
    metadata: await session.metadata(),
    signal: AbortSignal.any([session.signal, AbortSignal.timeout(allMs)]),
    deadlineMs: session.args.flags.number('deadline'),
    isSlow: subject.isSlow,
  };
  const { target, io } = session as Session & { target: Target };
  const measured = await measureSides(compared, {
    channel: session.channel(),
    target,
    isProxied: proxyFor(target, io.env) !== undefined,
    request: ready.request,
    rest: { base, ...restTrust(session) },
    received: answer.messages,
    runs,
    forMs: session.timeLeft() ?? runsMs,
    now: io.now,
  });
  throwIfInterrupted(session.signal);
  const { codec, latency } = measured;
  return {
    method: `${method.parent.typeName}/${method.name}`,
    ...sizesOf(subject, base, measured),
    messages: { request: call.messages.length, response: answer.messages.length },
    encode: codec?.encode ?? null,
    decode: codec?.decode ?? null,
    latencyMs: { grpc: latency.grpc, rest: latency.rest },
    runs: latency.runs,
    restBy,
    notes: comparisonNotes({ call, ready, answer }, measured, { base, restBy, wanted: runs }),
  };
}

function sizesOf(
  { call, ready, answer }: Subject,
  base: string,
  { grpcBytes, restBytes, reply }: Measured,
): Pick<Comparison, 'request' | 'response'> {
  const { path, query, body } = ready.request;
  const sent = {
    grpc: grpcMessagesSize(call.messages),
    rest: restRequestSize(baseParts(base).prefix + path, query, body),
  };
  const received = grpcMessagesSize(answer.messages);
  return {
    request: {
      grpc: { payload: sent.grpc.payload, wire: grpcBytes?.request ?? null, gzip: sent.grpc.gzip },
      rest: { payload: sent.rest.payload, wire: restBytes.request, gzip: sent.rest.gzip },
    },
    response: {
      grpc: { payload: received.payload, wire: grpcBytes?.response ?? null, gzip: received.gzip },
      rest: { payload: reply.body.length, wire: restBytes.response, gzip: gzipSize(reply.body) },
    },
  };
}

async function show(compared: Comparison, session: Session): Promise<void> {
  const { io, args } = session;
  const form = args.flags.text('output');
  if (form === 'json' || form === 'full' || form === 'ndjson') {
    const text = comparisonDocument(compared);
    await write(io.stdout, `${form === 'ndjson' ? text : indentJson(text).join('\n')}\n`);
    return;
  }
  const style = await terminalStyle(io, io.stdout, args.flags);
  await write(io.stdout, renderComparison(compared, style, io.stdout.isTTY === true));
  for (const note of compared.notes) session.say(note);
}
