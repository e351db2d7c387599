// --dry-run and --grpcurl: the call as text, nothing sent.
import type { DescMethod } from '@bufbuild/protobuf';
import { jsonPrinter } from '../codec/json-printer.ts';
import { write } from '../io.ts';
import { grpcurlCommand } from '../render/command-line.ts';
import type { Schema } from '../schema/schema.ts';
import type { Target } from '../wire/target.ts';
import { requestMessages } from './requests.ts';
import { maskedMetadata } from './secrets.ts';
import type { Session } from './session.ts';

/** Writes what would be sent: the grpcurl command, or path, metadata, messages and their bytes. Exit 0. */
export async function showWithoutSending(
  session: Session,
  schema: Schema,
  method: DescMethod,
  words: readonly string[],
): Promise<number> {
  const messages: Uint8Array[] = [];
  for await (const message of await requestMessages(session, method, schema, words)) messages.push(message);
  const text = session.args.flags.bool('grpcurl')
    ? await grpcurlText(session, schema, method, messages)
    : await dryRunText(session, schema, method, messages);
  await write(session.io.stdout, text);
  return 0;
}

async function grpcurlText(
  session: Session,
  schema: Schema,
  method: DescMethod,
  messages: readonly Uint8Array[],
): Promise<string> {
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
  const { endpoint } = target;
  if ('socketPath' in endpoint) words.push('-unix');
  const empty = messages.every((message) => message.length === 0) && messages.length <= 1;
  const command = grpcurlCommand({
    address:
      'socketPath' in endpoint
        ? endpoint.socketPath
        : `${endpoint.host.includes(':') ? `[${endpoint.host}]` : endpoint.host}:${endpoint.port}`,
    method: `${method.parent.typeName}/${method.name}`,
    metadata: await maskedMetadata(session),
    flags: words,
    ...(empty ? {} : { data: messages.map(print).join(' ') }),
  });
  return `${command}\n`;
}

async function dryRunText(
  session: Session,
  schema: Schema,
  method: DescMethod,
  messages: readonly Uint8Array[],
): Promise<string> {
  const target = session.target as Target;
  const print = jsonPrinter(method.input, { types: schema.types, indent: 2 });
  const lines = [
    `${method.parent.typeName}/${method.name} (${method.methodKind.replace('_', ' ')}) to ${target.address}, not sent`,
    `:path ${target.pathPrefix}/${method.parent.typeName}/${method.name}`,
    ...(await maskedMetadata(session)).map(([name, value]) => `${name}: ${value}`),
  ];
  for (const message of messages)
    lines.push('', print(message), `${message.length} bytes: ${Buffer.from(message).toString('hex')}`);
  return `${lines.join('\n')}\n`;
}
