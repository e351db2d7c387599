// The REST call that a gRPC call equals, worked out without sending anything: no server is needed when files are given.
import { UserError } from '../errors.ts';
import { type Io, write } from '../io.ts';
import { indentJson } from '../render/json-text.ts';
import { findMethod } from '../schema/find.ts';
import type { Args } from './parse.ts';
import { notesOf, restCallDocument, restCallOf, restCallText } from './rest-call.ts';
import type { Session } from './session.ts';
import { terminalStyle } from './terminal-style.ts';
import { splitAddress } from './words.ts';

/** `grepl rest [ADDRESS] METHOD [FIELD=VALUE…]`: on stdout the call as text, or as a document with `-o json`, exit 0; --send and --diff send it. */
export async function run(args: Args, io: Io, open: (address: string | undefined) => Session): Promise<number> {
  const { address, rest } = splitAddress(args, io, 1);
  const [name, ...words] = rest;
  if (name === undefined) throw new UserError(2, 'the REST call of which method?', { hint: 'give a method' });
  const session = open(address);
  session.subject = name;
  await session.metadata();
  const schema = await session.schema();
  const method = await findMethod(schema, name);
  const call = await restCallOf(session, schema, method, words);
  const base = args.flags.text('diff') ?? args.flags.text('send');
  if (base !== undefined) {
    const { sendRestCall } = await import('./rest-send.ts');
    return sendRestCall(session, call, base, args.flags.has('diff'));
  }
  const form = args.flags.text('output');
  if (form === 'json' || form === 'full' || form === 'ndjson') {
    const text = restCallDocument(call);
    await write(io.stdout, `${form === 'ndjson' ? text : indentJson(text).join('\n')}\n`);
    return 0;
  }
  await write(io.stdout, restCallText(call, await terminalStyle(io, io.stdout, args.flags)));
  for (const note of notesOf(call)) session.say(note);
  return 0;
}
