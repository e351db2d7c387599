// The live HTTP gateway: every method of a target behind its REST routes, each request one call.
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { UserError } from '../errors.ts';
import type { RestDialect } from '../rest/rest.ts';
import type { RestRules } from '../rest/route.ts';
import { findServices } from '../schema/find.ts';
import type { Schema } from '../schema/schema.ts';
import type { Metadata } from '../wire/metadata.ts';
import type { Status } from '../wire/status.ts';
import type { Channel } from '../wire/stream.ts';
import type { Target } from '../wire/target.ts';
import { answer } from './answer.ts';
import type { Gateway } from './exchange.ts';
import { isLoopback, openGuard } from './guard.ts';
import { listen } from './listener.ts';
import type { PageSubject } from './page-html.ts';
import { openPages } from './pages.ts';
import { malformedAnswer } from './reply.ts';
import { openRoutes } from './routes.ts';

/** What a gateway is made of. */
export interface GatewayOptions {
  readonly schema: Schema;
  readonly channel: Channel;
  readonly target: Target;
  readonly rules: RestRules;
  readonly dialect: RestDialect;
  /** An address of this machine; IPv6 without brackets; port 0 is any free one. */
  readonly listen: { readonly host: string; readonly port: number };
  /** Sent with every call; a request's own headers of the same name win. */
  readonly baseMetadata: Metadata;
  /** Listen on an address that other machines can reach. */
  readonly allowRemote: boolean;
  /** The details of a status as documents with `@type`; without it they are shown as bytes. */
  readonly decodeDetails?: ((status: Status) => Promise<readonly unknown[]>) | undefined;
  /** Hears of every request in one line. */
  readonly log?: ((line: string) => void) | undefined;
  /** Hears what is not served as its method's rules say; by default `log`. */
  readonly warn?: ((line: string) => void) | undefined;
  /** Aborting closes the gateway, as `close` does. */
  readonly signal: AbortSignal;
}

/** A gateway that listens. */
export interface RunningGateway {
  /** Without a slash at the end. */
  readonly url: string;
  /** Takes no new requests, and cuts off those still under way after two seconds. */
  close(): Promise<void>;
}

const graceMs = 2000;

/**
 * Loads all services and starts to serve them. Throws UserError 2 for an address that may not or cannot be listened on,
 * and what loading the schema throws.
 */
export async function startGateway(options: GatewayOptions): Promise<RunningGateway> {
  const { host } = options.listen;
  if (!options.allowRemote && !isLoopback(host)) {
    throw new UserError(2, `${host} can be reached from other machines`, {
      hint: 'anyone there could call the target with your credentials; if that is meant, add --allow-remote',
    });
  }
  const { schema, rules, dialect, warn = options.log } = options;
  let closing: Promise<void> | undefined;
  const services = await findServices(schema, warn);
  for (const line of rules.unused(services, true)) warn?.(line);
  const routes = openRoutes(services, rules, schema, dialect, warn);
  const subject: { value: PageSubject | undefined } = { value: undefined };
  const gateway: { value: Gateway | undefined } = { value: undefined };
  const listener = await listen(options.listen, {
    request: (request, response) => void answer(gateway.value!, request, response),
    upgrade: (request, socket, head) => upgrade(gateway.value!, request, socket, head),
    malformed: (httpStatus, why) => malformedAnswer(httpStatus, why, dialect),
  });
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${listener.port}`;
  subject.value = { services, rules, types: schema.types, dialect, address: options.target.address, url };
  gateway.value = {
    ...options,
    log: options.log,
    routes,
    guard: openGuard({ host, port: listener.port }),
    pages: openPages(() => subject.value!),
    decodeDetails: options.decodeDetails ?? undecodedDetails,
    isClosing: () => closing !== undefined,
  };
  const close = () => (closing ??= listener.close(graceMs));
  options.signal.addEventListener('abort', () => void close(), { once: true });
  if (options.signal.aborted) await close();
  return { url, close };
}

function upgrade(gateway: Gateway, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  import('./websocket.ts')
    .then(({ answerUpgrade }) => answerUpgrade(gateway, request, socket, head))
    .catch(() => socket.destroy());
}

async function undecodedDetails(status: Status): Promise<readonly unknown[]> {
  return status.details.map(({ typeUrl, value }) => ({
    '@type': typeUrl,
    '@value': Buffer.from(value).toString('base64'),
  }));
}
