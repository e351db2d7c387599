// --dry-run, --curl and --grpcurl: the call as text, nothing sent.
import type { DescMethod } from '@bufbuild/protobuf';
import { jsonPrinter } from '../codec/json-printer.ts';
import { UserError } from '../errors.ts';
import { write } from '../io.ts';
import { grpcurlCommand, shellQuote } from '../render/command-line.ts';
import { headerWord } from '../render/curl.ts';
import type { Schema } from '../schema/schema.ts';
import type { Target } from '../wire/target.ts';
import { requestMessages } from './requests.ts';
import { maskedMetadata } from './secrets.ts';
import type { Session } from './session.ts';
import { terminalStyle } from './terminal-style.ts';

/** A call as far as it is known without making it. */
interface Unsent {
  readonly session: Session;
  readonly schema: Schema;
  readonly method: DescMethod;
  readonly messages: readonly Uint8Array[];
}

/** Writes what would be sent: the grpcurl or curl command, or path, metadata, messages, bytes and REST call. Exit 0. */
export async function showWithoutSending(
  session: Session,
  schema: Schema,
  method: DescMethod,
  words: readonly string[],
): Promise<number> {
  const messages: Uint8Array[] = [];
  for await (const message of await requestMessages(session, method, schema, words)) messages.push(message);
  const unsent: Unsent = { session, schema, method, messages };
  const { flags } = session.args;
  const text = flags.bool('curl')
    ? await curlText(unsent)
    : flags.bool('grpcurl')
      ? await grpcurlText(unsent)
      : await dryRunText(unsent);
  await write(session.io.stdout, text);
  return 0;
}

async function curlText({ session, schema, method, messages }: Unsent): Promise<string> {
  const { restCall, notesOf } = await import('./rest.ts');
  const { curlOf, openRestSide } = await import('./rest-view.ts');
  const call = restCall(await openRestSide(session, schema, method), messages);
  const { side, equivalent, sent } = call;
  if ('none' in equivalent) {
    throw new UserError(3, `${method.parent.typeName}/${method.name} with this request has no REST form`, {
      hint: equivalent.none,
    });
  }
  for (const note of notesOf(call)) session.say(note);
  return `${curlOf(side)(equivalent, sent)}\n`;
}

async function grpcurlText({ session, schema, method, messages }: Unsent): Promise<string> {
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
  const empty = messages.every((message) => message.length === 0) && messages.length <= 1;
  const command = grpcurlCommand({
    address:
      'socketPath' in endpoint
        ? endpoint.socketPath
        : `${endpoint.host.includes(':') ? `[${endpoint.host}]` : endpoint.host}:${endpoint.port}`,
    method: `${method.parent.typeName}/${method.name}`,
    ready,
    flags: words,
    ...(empty ? {} : { data: messages.map(print).join(' ') }),
  });
  return `${command}\n`;
}

/** What is in a variable or a file is put in by the shell; grpcurl reads no files. */
function grpcurlHeader(name: string, value: string): string {
  return value === '' ? shellQuote(`${name}: `) : headerWord(name, value, true);
}

async function dryRunText(unsent: Unsent): Promise<string> {
  const { session, schema, method, messages } = unsent;
  const target = session.target as Target;
  const print = jsonPrinter(method.input, { types: schema.types, indent: 2 });
  const lines = [
    `${method.parent.typeName}/${method.name} (${method.methodKind.replace('_', ' ')}) to ${target.address}, not sent`,
    `:path ${target.pathPrefix}/${method.parent.typeName}/${method.name}`,
    ...(await maskedMetadata(session)).map(([name, value]) => `${name}: ${value}`),
  ];
  for (const message of messages)
    lines.push('', print(message), `${message.length} bytes: ${Buffer.from(message).toString('hex')}`);
  const rest = session.args.flags.text('rest') === 'off' ? '' : await restPart(unsent);
  return `${lines.join('\n')}\n${rest}`;
}

async function restPart({ session, schema, method, messages }: Unsent): Promise<string> {
  const { restCall, restCallText } = await import('./rest.ts');
  const { openRestSide } = await import('./rest-view.ts');
  const style = await terminalStyle(session.io, session.io.stdout, session.args.flags);
  return `\n${restCallText(restCall(await openRestSide(session, schema, method), messages), style)}`;
}
