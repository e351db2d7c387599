// --dry-run, --curl and --grpcurl: the call as text, nothing sent.
import type { DescMethod } from '@bufbuild/protobuf';
import { jsonPrinter } from '../codec/json-printer.ts';
import { UserError } from '../errors.ts';
import { write } from '../io.ts';
import { grpcurlCommand, shellQuote } from '../render/command-line.ts';
import { headerWord } from '../render/curl.ts';
import { visible } from '../render/visible.ts';
import type { Schema } from '../schema/schema.ts';
import type { Target } from '../wire/target.ts';
import { checkUnary, messagesOf, requestDocuments, requestMessages, requestReader, withTypes } from './requests.ts';
import { maskedMetadata } from './secrets.ts';
import type { Session } from './session.ts';
import { terminalStyle } from './terminal-style.ts';

/** Text for a call with these request messages. Throws UserError 3 where there is none. */
type TextOf = (messages: readonly Uint8Array[]) => string;

/**
 * Writes what would be sent: the grpcurl or curl command, or path, metadata, messages, bytes and REST call; with --each
 * one after the other, for every document a call. Exit 0. Throws as reading the documents does, and UserError 3 for a
 * request without a REST form, after the text of those before it.
 */
export async function showWithoutSending(
  session: Session,
  schema: Schema,
  method: DescMethod,
  words: readonly string[],
): Promise<number> {
  const { flags } = session.args;
  if (flags.bool('each')) return showEach(session, schema, method, words);
  const messages: Uint8Array[] = [];
  for await (const message of await requestMessages(session, method, schema, words)) messages.push(message);
  const textOf = await textFor(session, schema, method);
  await write(session.io.stdout, textOf(messages));
  return 0;
}

/** Documents are read as they come, and each is shown before the next. */
async function showEach(
  session: Session,
  schema: Schema,
  method: DescMethod,
  words: readonly string[],
): Promise<number> {
  checkUnary(method);
  const { args, io } = session;
  const textOf = await textFor(session, schema, method);
  const read = requestReader(session, method, schema);
  // Commands are one line each; a dry run is many.
  const between = args.flags.bool('curl') || args.flags.bool('grpcurl') ? '' : '\n';
  let count = 0;
  const batches = withTypes(requestDocuments(session, method, words), session, method, schema);
  for await (const message of messagesOf(batches, read)) {
    await write(io.stdout, `${count++ === 0 ? '' : between}${textOf([message])}`);
  }
  return 0;
}

function textFor(session: Session, schema: Schema, method: DescMethod): Promise<TextOf> {
  const { flags } = session.args;
  if (flags.bool('curl')) return curlText(session, schema, method);
  return flags.bool('grpcurl') ? grpcurlText(session, schema, method) : dryRunText(session, schema, method);
}

async function curlText(session: Session, schema: Schema, method: DescMethod): Promise<TextOf> {
  const { restCall, notesOf } = await import('./rest-call.ts');
  const { curlOf, openRestSide } = await import('./rest-view.ts');
  const side = await openRestSide(session, schema, method);
  const told = new Set<string>();
  return (messages) => {
    const call = restCall(side, messages);
    const { equivalent, sent } = call;
    if ('none' in equivalent) {
      throw new UserError(3, `${method.parent.typeName}/${method.name} with this request has no REST form`, {
        hint: equivalent.none,
      });
    }
    for (const note of notesOf(call)) {
      if (!told.has(note)) session.say(note);
      told.add(note);
    }
    return `${curlOf(side)(equivalent, sent)}\n`;
  };
}

async function grpcurlText(session: Session, schema: Schema, method: DescMethod): Promise<TextOf> {
  const target = session.target as Target;
  const print = jsonPrinter(method.input, { types: schema.types });
  const { flags } = session.args;
  const words: string[] = target.security === 'tls' ? [] : ['-plaintext'];
  if (flags.bool('insecure')) words.push('-insecure');
  for (const name of ['cacert', 'cert', 'key', 'servername', 'authority'] as const) {
    const value = flags.text(name);
    if (value !== undefined) words.push(`-${name}`, value);
  }
  for (const name of ['import-path', 'proto', 'protoset'] as const) {
    for (const value of flags.list(name)) words.push(`-${name}`, value);
  }
  const deadline = flags.number('deadline');
  // grpcurl's -max-time is the deadline that the server is told.
  if (deadline !== undefined) words.push('-max-time', String(deadline / 1000));
  if (flags.has('max-message')) words.push('-max-msg-sz', String(flags.number('max-message')));
  const ready = (await maskedMetadata(session)).flatMap(([name, value]) => ['-H', grpcurlHeader(name, value)]);
  const { endpoint } = target;
  if ('socketPath' in endpoint) words.push('-unix');
  const address =
    'socketPath' in endpoint
      ? endpoint.socketPath
      : `${endpoint.host.includes(':') ? `[${endpoint.host}]` : endpoint.host}:${endpoint.port}`;
  const command = { address, method: `${method.parent.typeName}/${method.name}`, ready, flags: words };
  return (messages) => {
    const empty = messages.every((message) => message.length === 0) && messages.length <= 1;
    return `${grpcurlCommand({ ...command, ...(empty ? {} : { data: messages.map(print).join(' ') }) })}\n`;
  };
}

/** What is in a variable or a file is put in by the shell; grpcurl reads no files. */
function grpcurlHeader(name: string, value: string): string {
  return value === '' ? shellQuote(`${name}: `) : headerWord(name, value, true);
}

async function dryRunText(session: Session, schema: Schema, method: DescMethod): Promise<TextOf> {
  const target = session.target as Target;
  const print = jsonPrinter(method.input, { types: schema.types, indent: 2 });
  const name = `${method.parent.typeName}/${method.name}`;
  const head = [
    `${name} (${method.methodKind.replace('_', ' ')}) to ${target.address}, not sent`,
    `:path ${target.pathPrefix}/${name}`,
    ...(await maskedMetadata(session)).map(([name, value]) => visible(`${name}: ${value}`)),
  ];
  const rest = session.args.flags.text('rest') === 'off' ? () => '' : await restPart(session, schema, method);
  return (messages) => {
    const lines = messages.flatMap((message) => [
      '',
      visible(print(message), { multiline: true }),
      `${message.length} bytes: ${Buffer.from(message).toString('hex')}`,
    ]);
    return `${[...head, ...lines].join('\n')}\n${rest(messages)}`;
  };
}

async function restPart(session: Session, schema: Schema, method: DescMethod): Promise<TextOf> {
  const { restCall, restCallText } = await import('./rest-call.ts');
  const { openRestSide } = await import('./rest-view.ts');
  const style = await terminalStyle(session.io, session.io.stdout, session.args.flags);
  const side = await openRestSide(session, schema, method);
  return (messages) => `\n${restCallText(restCall(side, messages), style)}`;
}
