// The way to the peer: TCP, a unix socket, or TCP to a proxy and a tunnel through it.
import type { Socket } from 'node:net';
import { type Attempt, ConnectFailure, elapsed, within } from './attempt.ts';
import { type HttpProxy, openTunnel } from './proxy.ts';
import type { Target } from './target.ts';

/**
 * A connected socket to the target.
 * @throws ConnectFailure saying which step failed
 */
export async function dial(target: Target, proxy: HttpProxy | undefined, attempt: Attempt): Promise<Socket> {
  const { endpoint } = target;
  if ('socketPath' in endpoint) return connectSocket({ path: endpoint.socketPath }, target.address, attempt);
  if (proxy === undefined) return connectSocket(endpoint, target.address, attempt);
  const socket = await connectSocket(proxy, `proxy ${proxy.host}:${proxy.port}`, attempt);
  const host = endpoint.host.includes(':') ? `[${endpoint.host}]` : endpoint.host;
  return openTunnel(socket, proxy, `${host}:${endpoint.port}`, attempt);
}

type Where = { readonly host: string; readonly port: number } | { readonly path: string };

async function connectSocket(where: Where, name: string, attempt: Attempt): Promise<Socket> {
  const net = await import('node:net');
  const byName = 'host' in where && net.isIP(where.host) === 0;
  let resolved = !byName;
  const late = () =>
    resolved
      ? new ConnectFailure(`no connection to ${name} within ${attempt.limit}`, lateHint)
      : new ConnectFailure(`cannot resolve the host of ${name}: no answer within ${attempt.limit}`, resolveHint);
  return within(attempt, late, (resolve, reject) => {
    const options = 'path' in where ? where : { host: where.host, port: where.port };
    // With several addresses, 250 ms each (the default) is too little for a far host.
    const socket = net.connect({ ...options, noDelay: true, autoSelectFamilyAttemptTimeout: 1000 });
    const onError = (error: Error) => reject(dialFailure(error, where, name));
    socket.once('lookup', (error) => {
      if (error) return;
      resolved = true;
      if (byName) attempt.times.resolveMs ??= elapsed(attempt);
    });
    socket.once('error', onError);
    socket.once('connect', () => {
      attempt.times.connectMs = elapsed(attempt);
      socket.off('error', onError);
      resolve(socket);
    });
    return () => socket.destroy();
  });
}

const lateHint = 'a firewall may drop the packets, or the port is wrong; --connect-timeout sets how long to wait';
const resolveHint = 'is the name spelled right, and does the network have DNS?';

function dialFailure(error: NodeJS.ErrnoException, where: Where, name: string): ConnectFailure {
  // Several addresses were tried: the first one that failed for a reason of its own is as good as any.
  const inner = error instanceof AggregateError ? (error.errors as NodeJS.ErrnoException[]) : [error];
  const code = error.code ?? inner[0]?.code ?? '';
  if ('path' in where) return socketFailure(code, where.path, error.message);
  switch (code) {
    case 'ECONNREFUSED':
      return new ConnectFailure(
        `connection refused by ${name}`,
        'is the server running? nothing listens on this port, or not on this address',
      );
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EAI_NODATA':
    case 'EAI_NONAME':
      return new ConnectFailure(`cannot resolve the host name "${where.host}"`, resolveHint);
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return new ConnectFailure(`${name} cannot be reached (${code})`, 'is the network, or the VPN, up?');
    case 'ETIMEDOUT':
      return new ConnectFailure(`no connection to ${name}: it did not answer`, lateHint);
    case 'ECONNRESET':
      return new ConnectFailure(`${name} reset the connection at once`, 'is this the right port?');
    default:
      return new ConnectFailure(`cannot connect to ${name}: ${error.message || code}`);
  }
}

function socketFailure(code: string, path: string, message: string): ConnectFailure {
  switch (code) {
    case 'ENOENT':
      return new ConnectFailure(`there is no socket at ${path}`, 'is the server running, and is the path right?');
    case 'ECONNREFUSED':
      return new ConnectFailure(
        `connection refused at ${path}`,
        'the socket file is there but no server listens on it',
      );
    case 'EACCES':
    case 'EPERM':
      return new ConnectFailure(`no permission to connect to ${path}`, 'the socket belongs to another user or group');
    case 'ENOTSOCK':
      return new ConnectFailure(`${path} is not a socket`);
    default:
      return new ConnectFailure(`cannot connect to ${path}: ${message}`);
  }
}
