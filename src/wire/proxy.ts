// HTTP proxies: which one a target goes through, and the CONNECT tunnel (RFC 9110 §9.3.6).
import type { Socket } from 'node:net';
import { UserError } from '../errors.ts';
import { isLoopback } from './address.ts';
import { type Attempt, ConnectFailure, within } from './attempt.ts';
import type { Target } from './target.ts';
import { quoteBytes } from './wording.ts';

/**
 * The proxy URL for a target, from https_proxy or HTTPS_PROXY; undefined when the target is plaintext, a socket, a
 * loopback address or listed in no_proxy or NO_PROXY (host, .suffix, host:port, IPv4 CIDR, `*`).
 */
export function proxyFor(target: Target, env: Readonly<Record<string, string | undefined>>): string | undefined {
  if (target.security !== 'tls' || !('host' in target.endpoint)) return undefined;
  const { host, port } = target.endpoint;
  if (isLoopback(host)) return undefined;
  const url = env.https_proxy || env.HTTPS_PROXY;
  const exempt = (env.no_proxy || env.NO_PROXY || '').split(/[\s,]+/).filter((entry) => entry !== '');
  return url && !exempt.some((entry) => exempts(entry.toLowerCase(), host.toLowerCase(), port)) ? url : undefined;
}

function exempts(entry: string, host: string, port: number): boolean {
  if (entry === '*') return true;
  const withPort = /^(.*[^:]):(\d+)$/.exec(entry);
  if (withPort?.[1] !== undefined && !entry.includes('::')) {
    return Number(withPort[2]) === port && exempts(withPort[1], host, port);
  }
  if (entry.includes('/')) return inRange(entry, host);
  const name = entry.replace(/^\*?\./, '').replace(/^\[|\]$/g, '');
  return host === name || host.endsWith(`.${name}`);
}

function inRange(cidr: string, host: string): boolean {
  const [base, bits] = cidr.split('/');
  const left = ipv4(base ?? '');
  const right = ipv4(host);
  const size = 2 ** (32 - Number(bits));
  if (left === undefined || right === undefined || !(size >= 1)) return false;
  return Math.floor(left / size) === Math.floor(right / size);
}

function ipv4(text: string): number | undefined {
  if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) return undefined;
  return text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** A proxy to tunnel through; `auth` is the value of proxy-authorization. */
export interface HttpProxy {
  readonly host: string;
  readonly port: number;
  readonly auth: string | undefined;
}

/**
 * Parses a proxy URL; without a scheme it is http://.
 * @throws UserError(2) for anything but an HTTP proxy
 */
export function parseProxy(text: string): HttpProxy {
  const full = text.includes('://') ? text : `http://${text}`;
  const url = URL.canParse(full) ? new URL(full) : undefined;
  if (url === undefined || url.protocol !== 'http:' || url.hostname === '') {
    const shown = text.replace(/\/\/[^@/]*@/, '//…@');
    throw new UserError(2, `the proxy ${JSON.stringify(shown)} cannot be used`, {
      hint: 'HTTPS_PROXY should be http://host:port; NO_PROXY lists hosts to call without it',
    });
  }
  const user = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? 80 : Number(url.port),
    auth: user === ':' ? undefined : `Basic ${Buffer.from(user).toString('base64')}`,
  };
}

/**
 * Asks the proxy on the other end of `socket` for a tunnel to `host:port`.
 * @throws ConnectFailure quoting what the proxy answered instead
 */
export function openTunnel(socket: Socket, proxy: HttpProxy, where: string, attempt: Attempt): Promise<Socket> {
  const name = `proxy ${proxy.host}:${proxy.port}`;
  const late = () => new ConnectFailure(`${name} did not open a tunnel to ${where} within ${attempt.limit}`);
  return within(attempt, late, (resolve, reject) => {
    let head = Buffer.alloc(0);
    const closed = () =>
      reject(new ConnectFailure(`${name} closed the connection instead of opening a tunnel to ${where}`));
    const onData = (chunk: Buffer) => {
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0 && head.length < 16_384) return;
      socket.removeAllListeners('data').off('end', closed).off('close', closed);
      const answer = tunnelAnswer(head, end, name, where);
      if (answer !== undefined) return reject(answer);
      socket.pause();
      if (head.length > end + 4) socket.unshift(head.subarray(end + 4));
      resolve(socket);
    };
    socket.on('data', onData).once('end', closed).once('close', closed).once('error', closed);
    const auth = proxy.auth === undefined ? '' : `Proxy-Authorization: ${proxy.auth}\r\n`;
    socket.write(`CONNECT ${where} HTTP/1.1\r\nHost: ${where}\r\n${auth}\r\n`);
    return () => socket.destroy();
  });
}

function tunnelAnswer(head: Buffer, end: number, name: string, where: string): ConnectFailure | undefined {
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(head.toString('latin1', 0, 64))?.[1];
  if (status?.startsWith('2') && end >= 0) return undefined;
  return new ConnectFailure(
    `${name} refused a tunnel to ${where}: it answered ${quoteBytes(head)}`,
    status === '407'
      ? 'put the user name and password into HTTPS_PROXY: http://USER:PASSWORD@host:port'
      : 'NO_PROXY lists hosts to call without the proxy',
  );
}
