// Services, or the methods of one.
import type { DescMethod } from '@bufbuild/protobuf';
import { type Io, write } from '../io.ts';
import { type ListedRest, listJson, renderList, renderMethods } from '../render/list.ts';
import { visible } from '../render/visible.ts';
import type { RestRoute } from '../rest/rest.ts';
import { findService, findServices } from '../schema/find.ts';
import type { Args } from './parse.ts';
import { askedMode, restRules } from './rest-options.ts';
import type { Session } from './session.ts';
import { terminalStyle } from './terminal-style.ts';
import { splitAddress } from './words.ts';

/** `grepl list [ADDRESS] [SERVICE]`: one name a line, sorted; `-l` adds what kind each method is. */
export async function run(args: Args, io: Io, open: (address: string | undefined) => Session): Promise<number> {
  const { address, rest } = splitAddress(args, io, 0);
  const session = open(address);
  await write(io.stdout, await text(args, io, session, rest[0]));
  return 0;
}

async function text(args: Args, io: Io, session: Session, service: string | undefined): Promise<string> {
  const schema = await session.schema();
  const long = args.flags.bool('long');
  if (service === undefined && !long && args.flags.text('output') !== 'json')
    return renderList(await schema.listServices());
  const services =
    service === undefined
      ? await findServices(schema, (line) => session.say(`grepl: warning: ${line}`))
      : [await findService(schema, service)];
  const rest = long && askedMode(args.flags) !== 'off' ? await listedRest(args, io) : undefined;
  if (args.flags.text('output') === 'json') {
    return `${visible(JSON.stringify(listJson(services, { long, rest }), null, 2), { multiline: true })}\n`;
  }
  const style = await terminalStyle(io, io.stdout, args.flags);
  return renderMethods(services, { long, rest, style });
}

async function listedRest(args: Args, io: Io): Promise<(method: DescMethod) => ListedRest> {
  const rules = await restRules(args.flags, io);
  return (method) => listedRoute(rules.routeOf(method));
}

/** What a list or a description tells of a route: its primary binding. */
export function listedRoute({ bindings, source, confidence }: RestRoute): ListedRest {
  const { httpMethod = 'POST', template, body = '' } = bindings[0] ?? {};
  return { httpMethod, template: template?.text ?? '', body, source, confidence };
}
