// Who may talk to the gateway: this machine's own programs and the gateway's own page, but no other web page. A page
// that has rebound its name to loopback is known by Host, every other by Origin or Sec-Fetch-Site (W3C Fetch Metadata).
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { HttpRefusal } from './refusal.ts';

/** What decides whether a request is let in. */
export interface GuardRules {
  /** The address listened on. */
  readonly host: string;
  readonly port: number;
}

/** Looks at one request, by its head; throws HttpRefusal 403. */
export type Guard = (request: {
  readonly url?: string | undefined;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}) => void;

const loopbackNames = ['localhost', '127.0.0.1', '[::1]'];

/** True for an address or name that only this machine can reach. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase();
  if (bare === 'localhost' || bare === '::1') return true;
  return isIP(bare) === 4 && bare.startsWith('127.');
}

/** The guard of a gateway that listens at `rules`. */
export function openGuard(rules: GuardRules): Guard {
  const { port } = rules;
  const shown = rules.host.includes(':') ? `[${rules.host}]` : rules.host;
  const names = isLoopback(rules.host) ? [...loopbackNames, shown] : [...loopbackNames, shown, hostname()];
  const hosts = new Set(names.flatMap((name) => withPort(name.toLowerCase(), port)));
  // An address cannot be rebound: its page is reached at that very address.
  const anyAddress = !isLoopback(rules.host);
  const allowed = (host: string) => hosts.has(host) || (anyAddress && isAddress(host));
  return ({ url, headers }) => {
    const host = text(headers[':authority'] ?? headers.host).toLowerCase();
    if (!allowed(host)) refuseHost(host, names[0]!, port);
    if (url !== undefined && !url.startsWith('/')) checkAbsolute(url, allowed, port);
    const { origin } = headers;
    if (origin !== undefined && text(origin).toLowerCase() !== `http://${host}`) {
      throw new HttpRefusal(403, `Origin ${quoted(text(origin))} is another site: its pages may not call this gateway`);
    }
    const site = headers['sec-fetch-site'];
    if (site !== undefined && site !== 'same-origin' && site !== 'none') {
      throw new HttpRefusal(403, `a page of another Origin made this request (Sec-Fetch-Site: ${quoted(text(site))})`);
    }
  };
}

function withPort(name: string, port: number): string[] {
  // Clients leave out the default port.
  return port === 80 ? [name, `${name}:80`] : [`${name}:${port}`];
}

function isAddress(host: string): boolean {
  const match = /^(?:\[([0-9a-f:.]+)\]|([0-9.]+))(?::\d+)?$/.exec(host);
  return isIP(match?.[1] ?? match?.[2] ?? '') !== 0;
}

/** A request line with a whole URL in it says a second time which host is meant (RFC 9112 §3.2.2). */
function checkAbsolute(url: string, allowed: (host: string) => boolean, port: number): void {
  const host = /^http:\/\/([^/?#]*)/i.exec(url)?.[1]?.toLowerCase();
  if (url !== '*' && (host === undefined || !allowed(host))) refuseHost(host ?? url, 'localhost', port);
}

function refuseHost(host: string, name: string, port: number): never {
  const got = host === '' ? 'none was sent' : `got ${quoted(host)}`;
  throw new HttpRefusal(403, `Host must be ${name}:${port} or another name of this gateway, ${got}`);
}

function text(value: string | readonly string[] | undefined): string {
  return typeof value === 'string' ? value : (value?.join(', ') ?? '');
}

function quoted(value: string): string {
  return JSON.stringify(value.slice(0, 200));
}
