// The proto source of anything that has a name.
import { type Io, write } from '../io.ts';
import { describeJson, renderDescribe } from '../render/describe.ts';
import { findService, findSymbol } from '../schema/find.ts';
import type { Args } from './parse.ts';
import type { Session } from './session.ts';
import { splitAddress } from './words.ts';

/** `grepl describe [ADDRESS] [SYMBOL]`: without a symbol all services, in the order of their names. */
export async function run(args: Args, io: Io, open: (address: string | undefined) => Session): Promise<number> {
  const { address, rest } = splitAddress(args, io, 0);
  const schema = await open(address).schema();
  const symbols =
    rest.length > 0
      ? await Promise.all(rest.map((name) => findSymbol(schema, name)))
      : await Promise.all((await schema.listServices()).map((name) => findService(schema, name)));
  if (args.flags.text('output') === 'json') {
    const documents = symbols.map((symbol) => describeJson(symbol, schema.types));
    await write(io.stdout, `${JSON.stringify(rest.length === 1 ? documents[0] : documents, null, 2)}\n`);
    return 0;
  }
  const texts = symbols.map((symbol) =>
    renderDescribe(symbol, { style: 'grepl', comments: true, types: schema.types }),
  );
  await write(io.stdout, texts.join('\n'));
  return 0;
}
