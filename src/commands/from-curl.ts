// A curl command, or METHOD URL, back to the RPC that it equals: what the REST side of a page says, made with gRPC.
import { UserError } from '../errors.ts';
import { type Io, write } from '../io.ts';
import { renderFromCurl } from '../render/from-curl.ts';
import { indentJson } from '../render/json-text.ts';
import { visible } from '../render/visible.ts';
import { curlArguments } from '../rest/curl-flags.ts';
import { streamsRequests } from '../schema/method-kind.ts';
import type { Schema } from '../schema/schema.ts';
import { masked } from '../wire/credentials.ts';
import type { Metadata } from '../wire/metadata.ts';
import { type CurlCall, requestFromCurl, requestJson } from './from-curl-request.ts';
import { learnCredentials } from './headers.ts';
import { readAll } from './input.ts';
import type { Args } from './parse.ts';
import { maskedMetadata } from './secrets.ts';
import type { Session } from './session.ts';
import { terminalStyle } from './terminal-style.ts';
import { looksLikeAddress, splitAddress } from './words.ts';

/**
 * `grepl from-curl [ADDRESS] 'curl …'`: on stdout the call, as text or with `-o json` as a document, exit 0; with --send
 * what the call answers, and its exit code.
 */
export async function run(args: Args, io: Io, open: (address: string | undefined) => Session): Promise<number> {
  const { address, command } = await commandOf(args, io);
  const session = open(address);
  session.subject = 'from-curl';
  await session.metadata();
  const schema = await session.schema();
  for (const warning of schema.warnings) session.say(`grepl: warning: ${warning}`);
  const call = await requestFromCurl(command, { schema, flags: args.flags, io });
  learnCredentials(call.metadata, [], io);
  if (args.flags.bool('send')) {
    for (const note of notesOf(call)) session.say(note);
    const { sendCurlCall } = await import('./from-curl-send.ts');
    return sendCurlCall(session, schema, call);
  }
  const form = args.flags.text('output');
  if (form === 'json' || form === 'full' || form === 'ndjson') {
    const text = curlCallDocument(call, schema, [...(await maskedMetadata(session)), ...shownMetadata(call)]);
    await write(io.stdout, `${form === 'ndjson' ? text : indentJson(text).join('\n')}\n`);
    return 0;
  }
  await write(io.stdout, await curlCallText(session, schema, call));
  for (const note of notesOf(call)) session.say(note);
  return 0;
}

/** The address, and the command as a line or as words; without words the line comes from stdin. */
async function commandOf(
  args: Args,
  io: Io,
): Promise<{ address: string | undefined; command: string | readonly string[] }> {
  const { words } = args;
  const [first = ''] = words;
  const isFirst = (/\s/.test(first) && !looksLikeAddress(first.split(/\s/)[0]!)) || curlArguments(words) !== undefined;
  const isAlone = words.length === 1 && curlArguments(words) !== undefined && /\/\/[^/]+\/./.test(first);
  const startsHere = isAlone || (isFirst && !(looksLikeAddress(first) && words.length > 1));
  const { address, rest } = startsHere
    ? { address: splitAddress({ ...args, words: [] }, io, 0).address, rest: words }
    : splitAddress(args, io, 0);
  if (rest.length === 0) {
    if (io.stdin.isTTY) throw new UserError(2, 'which curl command?', { hint: "give it in quotes: 'curl …'" });
    return { address, command: await readAll(io) };
  }
  const isLine = rest.length === 1 && (/\s/.test(rest[0]!) || curlArguments(rest) === undefined);
  return { address, command: isLine ? rest[0]! : rest };
}

/** The call as a JSON document on one line; credentials in `metadata` are masked. */
function curlCallDocument(call: CurlCall, schema: Schema, metadata: Metadata): string {
  const { template, ignored, warnings } = call;
  const messages = requestJson(call, schema);
  const request = streamsRequests(call.method) ? `[${messages.join(',')}]` : messages[0];
  const members = [
    `"method":${JSON.stringify(nameOf(call))}`,
    `"request":${request}`,
    `"metadata":${JSON.stringify(metadata)}`,
    `"template":${JSON.stringify(template)}`,
    `"ignored":${JSON.stringify(ignored)}`,
    `"warnings":${JSON.stringify(warnings)}`,
  ];
  return `{${members.join(',')}}`;
}

/** The call as text: method, metadata, request, and the command that makes it. Credentials are masked. */
async function curlCallText(session: Session, schema: Schema, call: CurlCall): Promise<string> {
  const { io, args } = session;
  const metadata = [...(await maskedMetadata(session)), ...shownMetadata(call)];
  const messages = requestJson(call, schema);
  return renderFromCurl(
    {
      method: nameOf(call),
      address: session.target?.address ?? 'ADDRESS',
      flags: repeatFlags(session, call.deadlineMs),
      metadata,
      messages,
    },
    await terminalStyle(io, io.stdout, args.flags),
  );
}

/** What is to be known beside the call, a line each. */
export function notesOf({ route, template, ignored, warnings }: CurlCall): string[] {
  const how = route.source === 'derived' ? `${route.source}, ${route.confidence}` : route.source;
  const notes = [
    `${how}: ${template}`,
    ...(ignored.length > 0 ? [`ignored: ${ignored.join(' ')}`] : []),
    ...warnings.map((warning) => `grepl: warning: ${warning}`),
  ];
  return notes.map((note) => visible(note));
}

/** The metadata with credentials masked; what came from a variable or a file is shown as that. */
function shownMetadata({ metadata, typed }: CurlCall): Metadata {
  return metadata.map(([name, value]) => [name, typed.has(name) ? value : masked(name, value)] as const);
}

function nameOf({ method }: CurlCall): string {
  return `${method.parent.typeName}/${method.name}`;
}

const repeated = [
  'plaintext',
  'tls',
  'insecure',
  'cacert',
  'cert',
  'key',
  'servername',
  'authority',
  'proto',
  'import-path',
  'protoset',
  'reflect',
];

/** The flags of schema and connection that the command needs too, and the deadline that curl was given. */
function repeatFlags({ args: { flags } }: Session, deadlineMs: number | undefined): string[] {
  const words = repeated.flatMap((name) => {
    const value = flags.value(name);
    if (value === undefined) return [];
    if (value === true) return [`--${name}`];
    return [value].flat().flatMap((one) => [`--${name}`, String(one)]);
  });
  const deadline = flags.number('deadline') ?? deadlineMs;
  if (deadline === undefined) return words;
  return [...words, '--deadline', deadline % 1000 === 0 ? `${deadline / 1000}s` : `${deadline}ms`];
}
