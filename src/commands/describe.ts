// The proto source of anything that has a name.
import { type Io, write } from '../io.ts';
import { describeJson, renderDescribe } from '../render/describe.ts';
import type { RestOf } from '../render/describe-document.ts';
import { visible } from '../render/visible.ts';
import { findServices, findSymbol } from '../schema/find.ts';
import type { DescSymbol } from '../schema/schema.ts';
import { listedRoute } from './list.ts';
import type { Args } from './parse.ts';
import { askedMode, restRules } from './rest-options.ts';
import type { Session } from './session.ts';
import { terminalStyle } from './terminal-style.ts';
import { splitAddress } from './words.ts';

/** `grepl describe [ADDRESS] [SYMBOL]`: without a symbol all services, in the order of their names. */
export async function run(args: Args, io: Io, open: (address: string | undefined) => Session): Promise<number> {
  const { address, rest } = splitAddress(args, io, 0);
  const session = open(address);
  const schema = await session.schema();
  const symbols =
    rest.length > 0
      ? await Promise.all(rest.map((name) => findSymbol(schema, name)))
      : await findServices(schema, (line) => session.say(`grepl: warning: ${line}`));
  if (args.flags.text('output') === 'json') {
    const restOf = askedMode(args.flags) === 'off' ? undefined : await listedRest(symbols, args, io);
    const documents = symbols.map((symbol) => describeJson(symbol, schema.types, restOf));
    const text = JSON.stringify(rest.length === 1 ? documents[0] : documents, null, 2);
    await write(io.stdout, `${visible(text, { multiline: true })}\n`);
    return 0;
  }
  const note = askedMode(args.flags) === 'off' ? undefined : await restNote(symbols, args, io);
  const colours = await terminalStyle(io, io.stdout, args.flags);
  const texts = symbols.map((symbol) =>
    renderDescribe(symbol, { style: 'grepl', comments: true, types: schema.types, note, colours }),
  );
  await write(io.stdout, texts.join('\n'));
  return 0;
}

/** The REST forms of methods, where there are any. */
async function listedRest(symbols: readonly DescSymbol[], args: Args, io: Io): Promise<RestOf | undefined> {
  if (!symbols.some(({ kind }) => kind === 'rpc' || kind === 'service')) return undefined;
  const rules = await restRules(args.flags, io);
  return (method) => listedRoute(rules.routeOf(method));
}

/** The REST form of a method in a line; nothing of rest/ is loaded for other symbols. */
async function restNote(
  symbols: readonly DescSymbol[],
  args: Args,
  io: Io,
): Promise<((symbol: DescSymbol) => string | undefined) | undefined> {
  if (!symbols.some((symbol) => symbol.kind === 'rpc')) return undefined;
  const rules = await restRules(args.flags, io);
  return (symbol) => {
    if (symbol.kind !== 'rpc') return undefined;
    const { bindings, source, confidence, reason } = rules.routeOf(symbol);
    const forms = bindings.map(({ httpMethod, template, body }) => {
      return `${httpMethod} ${template.text}${body === '' ? '' : `  body ${body}`}`;
    });
    return `REST: ${forms.join(', ')}  (${source === 'derived' ? `${source}, ${confidence}` : source}: ${reason})`;
  };
}
