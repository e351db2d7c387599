// A request document to fill in, for a method or a message.
import type { DescMessage } from '@bufbuild/protobuf';
import { oneofAlternatives, template, templateFields } from '../codec/template.ts';
import { UserError } from '../errors.ts';
import { type Io, write } from '../io.ts';
import { shellQuote } from '../render/command-line.ts';
import { visible } from '../render/visible.ts';
import { findSymbol } from '../schema/find.ts';
import type { Args } from './parse.ts';
import type { Session } from './session.ts';
import { splitAddress } from './words.ts';

/** `grepl template [ADDRESS] METHOD|MESSAGE`: the document on stdout, the other members of its oneofs on stderr. */
export async function run(args: Args, io: Io, open: (address: string | undefined) => Session): Promise<number> {
  const { address, rest } = splitAddress(args, io, 1);
  if (rest[0] === undefined) throw new UserError(2, 'template of what?', { hint: 'give a method or a message' });
  const session = open(address);
  const schema = await session.schema();
  const symbol = await findSymbol(schema, rest[0]);
  const message: DescMessage | undefined =
    symbol.kind === 'rpc' ? symbol.input : symbol.kind === 'message' ? symbol : undefined;
  if (!message) throw new UserError(4, `${rest[0]} is no method or message but a ${symbol.kind}`);
  if (args.flags.text('form') === 'fields') {
    await write(io.stdout, `${templateFields(message).map(shellQuote).join(' ')}\n`);
    return 0;
  }
  const names = args.flags.text('names') === 'proto' ? 'proto' : 'json';
  await write(
    io.stdout,
    `${visible(template(message, { types: schema.types, names }).trimEnd(), { multiline: true })}\n`,
  );
  for (const { oneof, members, shown } of oneofAlternatives(message)) {
    session.say(
      `oneof ${oneof}: ${shown}, or one of ${members.filter((member) => member !== shown).join(', ')} in its place`,
    );
  }
  return 0;
}
