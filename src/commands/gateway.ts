// The live HTTP gateway as a command: prints its base URL, serves until it is told to stop.
import { UserError } from '../errors.ts';
import { type RunningGateway, startGateway } from '../gateway/gateway.ts';
import { isLoopback } from '../gateway/guard.ts';
import { type Io, write } from '../io.ts';
import { visible } from '../render/visible.ts';
import type { RestRules } from '../rest/route.ts';
import type { Target } from '../wire/target.ts';
import { detailDocuments } from './details.ts';
import type { Args } from './parse.ts';
import { restDialect, restRules } from './rest-options.ts';
import type { Session } from './session.ts';
import { splitAddress } from './words.ts';

/** `grepl gateway ADDRESS [--listen HOST:PORT]`: serves until Ctrl-C or SIGTERM, exit 0. */
export async function run(args: Args, io: Io, open: (address: string | undefined) => Session): Promise<number> {
  const { address } = splitAddress(args, io, 1);
  if (address === undefined) {
    throw new UserError(2, 'no target to serve', { hint: 'give host:port, or set GREPL_ADDRESS' });
  }
  const listen = parseListen(args.flags.text('listen') ?? '127.0.0.1:0');
  const session = open(address);
  session.subject = 'gateway';
  const verbose = args.flags.has('verbose');
  const gateway = await openGateway(session, await restRules(args.flags, io), {
    listen,
    allowRemote: args.flags.bool('allow-remote'),
    log: verbose ? (line) => session.say(visible(line)) : undefined,
  });
  if (!isLoopback(listen.host)) {
    session.say(`grepl: warning: everyone who reaches ${listen.host} can call ${address} through this gateway`);
  }
  try {
    await write(io.stdout, `${gateway.url}\n`);
    if (!io.signal.aborted)
      await new Promise((resolve) => io.signal.addEventListener('abort', resolve, { once: true }));
  } finally {
    await gateway.close();
  }
  return 0;
}

/** How a gateway listens and what it tells. */
export interface GatewayChoice {
  readonly listen: { readonly host: string; readonly port: number };
  readonly allowRemote: boolean;
  readonly log?: ((line: string) => void) | undefined;
}

/** Starts a gateway in front of the session's target. Throws as startGateway does. */
export async function openGateway(session: Session, rules: RestRules, choice: GatewayChoice): Promise<RunningGateway> {
  const schema = await session.schema();
  return startGateway({
    schema,
    channel: session.channel(),
    target: session.target as Target,
    rules,
    dialect: restDialect(session.args.flags),
    listen: choice.listen,
    baseMetadata: await session.metadata(),
    allowRemote: choice.allowRemote,
    decodeDetails: (status) => detailDocuments(status, schema),
    log: choice.log,
    signal: session.signal,
  });
}

/** Reads HOST:PORT, [HOST]:PORT, :PORT or PORT; without a host it is loopback. Throws UserError 2. */
export function parseListen(text: string): { host: string; port: number } {
  const match = /^(?:(?:\[([^\]]+)\]|([^:[\]]*)):)?(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (match === null || port > 65_535) {
    throw new UserError(2, `--listen: ${JSON.stringify(text)} is not HOST:PORT`, { hint: 'such as 127.0.0.1:8080' });
  }
  return { host: match[1] || match[2] || '127.0.0.1', port };
}
