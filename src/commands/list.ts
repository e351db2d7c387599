// Services, or the methods of one.
import { type Io, write } from '../io.ts';
import { listJson, renderList, renderMethods } from '../render/list.ts';
import { findService } from '../schema/find.ts';
import type { Schema } from '../schema/schema.ts';
import type { Args } from './parse.ts';
import type { Session } from './session.ts';
import { terminalStyle } from './terminal-style.ts';
import { splitAddress } from './words.ts';

/** `grepl list [ADDRESS] [SERVICE]`: one name a line, sorted; `-l` adds what kind each method is. */
export async function run(args: Args, io: Io, open: (address: string | undefined) => Session): Promise<number> {
  const { address, rest } = splitAddress(args, io, 0);
  const schema = await open(address).schema();
  await write(io.stdout, await text(args, io, schema, rest[0]));
  return 0;
}

async function text(args: Args, io: Io, schema: Schema, service: string | undefined): Promise<string> {
  const long = args.flags.bool('long');
  if (service === undefined && !long && args.flags.text('output') !== 'json')
    return renderList(await schema.listServices());
  const names = service === undefined ? await schema.listServices() : [service];
  const services = await Promise.all(names.map((name) => findService(schema, name)));
  if (args.flags.text('output') === 'json') return `${JSON.stringify(listJson(services, { long }), null, 2)}\n`;
  const style = await terminalStyle(io, io.stdout, args.flags);
  return renderMethods(services, { long, style });
}
