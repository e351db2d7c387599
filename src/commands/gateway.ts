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
import { defaultRestBase, restDialect, restRules } from './rest-options.ts';
import type { Session } from './session.ts';
import { splitAddress } from './words.ts';

/** `grepl gateway ADDRESS [--listen HOST:PORT]`: serves until Ctrl-C or SIGTERM, exit 0. */
export async function run(args: Args, io: Io, open: (address: string | undefined) => Session): Promise<number> {
  const { address } = splitAddress(args, io, 1);
  if (address === undefined) {
    throw new UserError(2, 'no target to serve', { hint: 'give host:port, or set GREPL_ADDRESS' });
  }
  const wanted = args.flags.text('listen');
  const listen = parseListen(wanted ?? new URL(defaultRestBase).host);
  const session = open(address);
  session.subject = 'gateway';
  const verbose = args.flags.has('verbose');
  const rules = await restRules(args.flags, io);
  const choice: GatewayChoice = {
    listen,
    allowRemote: args.flags.bool('allow-remote'),
    log: verbose ? (line) => session.say(visible(line)) : undefined,
    warn: (line) => session.say(visible(`grepl: warning: ${line}`)),
  };
  const gateway =
    wanted === undefined ? await onUsualPort(session, rules, choice) : await openGateway(session, rules, choice);
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

/** On the port that printed curl lines go to; if that is taken, on any, and says how to print lines for it. */
async function onUsualPort(session: Session, rules: RestRules, choice: GatewayChoice): Promise<RunningGateway> {
  try {
    return await openGateway(session, rules, choice);
  } catch (error) {
    if (!(error instanceof UserError) || !isTaken(error.cause)) throw error;
    const gateway = await openGateway(session, rules, { ...choice, listen: { ...choice.listen, port: 0 } });
    session.say(`grepl: port ${choice.listen.port} is taken: curl lines are printed for ${gateway.url} with`);
    session.say(`  --rest-base ${gateway.url}`);
    return gateway;
  }
}

function isTaken(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && (cause.code === 'EADDRINUSE' || cause.code === 'EACCES');
}

/** How a gateway listens and what it tells. */
export interface GatewayChoice {
  readonly listen: { readonly host: string; readonly port: number };
  readonly allowRemote: boolean;
  readonly log?: ((line: string) => void) | undefined;
  readonly warn?: ((line: string) => void) | undefined;
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
    warn: choice.warn,
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
