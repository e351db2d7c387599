// From the command line's words, -d and stdin to the messages of a call.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { DescMethod } from '@bufbuild/protobuf';
import { mayHoldAny, typesNamed } from '../codec/any.ts';
import type { DocumentFormat, RequestDocument } from '../codec/document.ts';
import { documentFromFields } from '../codec/fields.ts';
import { jsonReader } from '../codec/json-reader.ts';
import { textReader } from '../codec/text-reader.ts';
import { exitCodes, UserError } from '../errors.ts';
import { Interrupted } from '../io.ts';
import { streamsRequests } from '../schema/method-kind.ts';
import type { Schema } from '../schema/schema.ts';
import { dataSource, documents, type InputSource } from './input.ts';
import type { Session } from './session.ts';

/** One document read into a message. */
export type ReadMessage = (document: RequestDocument) => Uint8Array;

/** The reader of a method's request documents, in the format of --in (or grpcurl's -format). */
export function requestReader(session: Session, method: DescMethod, schema: Schema): ReadMessage {
  const { flags } = session.args;
  const options = { types: schema.types, allowUnknown: flags.bool('allow-unknown-fields') };
  if (inputFormat(session) === 'text') return textReader(method.input, options);
  const read = jsonReader(method.input, options);
  // grpcurl takes null for an empty message.
  return session.grammar === 'grepl'
    ? read
    : (document) => (document.text === 'null' ? new Uint8Array() : read(document));
}

/** The format of request data. */
function inputFormat(session: Session): 'json' | 'text' {
  const { flags } = session.args;
  return (flags.text('in') ?? flags.text('format')) === 'text' ? 'text' : 'json';
}

/** An array holds several requests only where several may be sent. */
function documentFormat(session: Session, method: DescMethod): DocumentFormat {
  const format = inputFormat(session);
  const several = streamsRequests(method) || session.args.flags.bool('each');
  return format === 'json' && !several ? 'json-whole' : format;
}

/** Refuses --each for what is no unary method. Throws UserError 2. */
export function checkUnary(method: DescMethod): void {
  if (method.methodKind === 'unary') return;
  const name = `${method.parent.typeName}/${method.name}`;
  throw new UserError(2, `--each makes unary calls, ${name} is ${method.methodKind.replace('_', ' ')}`, {
    hint: 'without --each the documents are the messages of one call',
  });
}

/** Whether the messages of a method are typed one by one: none are given, and there is a keyboard. */
export function isTyped({ args, io }: Session, method: DescMethod, words: readonly string[]): boolean {
  const { flags } = args;
  const data = flags.text('data');
  const given = words.length > 0 || (data !== undefined && data !== '-' && !/^@-?$/.test(data));
  return streamsRequests(method) && !given && io.stdin.isTTY === true && !flags.bool('no-input');
}

/**
 * The request documents of a command, in batches as they arrive: from FIELD=VALUE words (laid over -d if both are
 * there), else -d, else stdin unless it is a terminal. Throws UserError 3 for data that cannot be read.
 */
export async function* requestDocuments(
  session: Session,
  method: DescMethod,
  words: readonly string[],
): AsyncGenerator<readonly RequestDocument[]> {
  const { io } = session;
  const data = session.args.flags.text('data');
  const source = sourceFor(session, method, data);
  const format = documentFormat(session, method);
  const given =
    data === undefined && (words.length > 0 || session.grammar === 'grpcurl') ? { kind: 'none' as const } : source;
  const batches = documents(
    // In grpcurl's grammar nothing on stdin is an empty request.
    given.kind === 'stdin' && session.grammar === 'grpcurl' ? { ...given, named: format === 'text' } : given,
    format,
    io,
    session.inputSignal,
  );
  if (words.length === 0) {
    yield* batches;
    return;
  }
  const bases: RequestDocument[] = [];
  for await (const batch of batches) bases.push(...batch);
  if (bases.length > 1) {
    throw new UserError(2, `FIELD=VALUE words go with one request document, -d has ${bases.length}`);
  }
  const readFile = (path: string) => readFileSync(resolve(io.cwd, path));
  yield [
    bases[0]
      ? documentFromFields(method.input, words, readFile, bases[0])
      : documentFromFields(method.input, words, readFile),
  ];
}

/** A stream of requests is typed where there is a person to type it; a single one is not, it would be waited for in vain. */
function sourceFor(session: Session, method: DescMethod, data: string | undefined): InputSource {
  const source = dataSource(data, session.io);
  if (source.kind !== 'none' || !streamsRequests(method) || session.args.flags.bool('no-input')) return source;
  session.say(`one ${method.input.typeName} a line, as JSON; Ctrl-D ends the requests`);
  return { kind: 'stdin', named: false };
}

/**
 * The messages of one call. Where the request is no stream the input is read to its end first, to prove that it holds
 * one message at most; no message at all means an empty one. Streams are read while they are sent.
 */
export async function requestMessages(
  session: Session,
  method: DescMethod,
  schema: Schema,
  words: readonly string[],
): Promise<AsyncIterable<Uint8Array> | readonly Uint8Array[]> {
  const read = requestReader(session, method, schema);
  const asked = await askedFor(session, method, schema, words);
  if (asked) return [read(asked)];
  const batches = withTypes(requestDocuments(session, method, words), session, method, schema);
  if (streamsRequests(method)) return messagesOf(batches, read);
  const messages: Uint8Array[] = [];
  for await (const message of messagesOf(batches, read)) {
    messages.push(message);
    if (messages.length > 1) throw tooMany(session, method);
  }
  return messages.length === 0 ? [new Uint8Array()] : messages;
}

/**
 * The documents as they come, once the types of Any values and the extensions that they name are in the schema, since
 * reading them is synchronous. What the schema's source does not have is left to the reader to complain about.
 */
export async function* withTypes(
  batches: AsyncIterable<readonly RequestDocument[]>,
  session: Session,
  method: DescMethod,
  schema: Schema,
): AsyncGenerator<readonly RequestDocument[]> {
  const asked = new Set<string>();
  const format = inputFormat(session);
  const named = mayHoldAny(method.input) ? ({ text }: RequestDocument) => typesNamed(text, format) : () => [];
  for await (const batch of batches) {
    for (const name of batch.flatMap(named)) {
      if (asked.has(name)) continue;
      asked.add(name);
      await schema.symbol(name).catch(() => undefined);
    }
    yield batch;
  }
}

/** The request that a person fills in, where nothing is given and there is a person. Leaving ends the run. */
async function askedFor(
  session: Session,
  method: DescMethod,
  schema: Schema,
  words: readonly string[],
): Promise<RequestDocument | undefined> {
  const { flags } = session.args;
  const given = words.length > 0 || flags.has('data') || !session.io.stdin.isTTY || flags.bool('no-input');
  if (!session.ask || streamsRequests(method) || given || method.input.fields.length === 0) return undefined;
  const document = await session.ask(method, schema, session);
  if (!document) throw new Interrupted(exitCodes.interrupted);
  return document;
}

function tooMany(session: Session, method: DescMethod): UserError {
  const kind = method.methodKind === 'unary' ? 'unary' : 'server-streaming';
  return new UserError(
    3,
    `${method.parent.typeName}/${method.name} is a ${kind} RPC, but the request data contained more than 1 message`,
    kind === 'unary' && session.grammar === 'grepl' ? { hint: 'call --each makes one call per message' } : {},
  );
}

/** The documents of all batches, read. Throws as the reader does. */
export async function* messagesOf(
  batches: AsyncIterable<readonly RequestDocument[]>,
  read: ReadMessage,
): AsyncGenerator<Uint8Array> {
  for await (const batch of batches) {
    for (const document of batch) yield read(document);
  }
}
