// What is called: an address as typed, parsed once at the edge.
import { UserError } from '../errors.ts';
import { addressForms, isLoopback, type Place, readPlace } from './address.ts';

/** How the TLS session is to be made. Paths are read when the channel opens. */
export interface TlsOptions {
  readonly caFile?: string | undefined;
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
  /** Name verified and sent as SNI instead of the host. */
  readonly serverName?: string | undefined;
  /** Accept any certificate. */
  readonly insecure?: boolean | undefined;
}

/** A parsed address. */
export interface Target {
  /** For messages: `127.0.0.1:50051`, `unix:/run/x.sock`. */
  readonly address: string;
  /** Value of `:authority`. */
  readonly authority: string;
  readonly endpoint: { readonly host: string; readonly port: number } | { readonly socketPath: string };
  /** Put in front of every method path; '' or '/prefix' without a slash at the end. */
  readonly pathPrefix: string;
  /** `discover`: loopback, tried in plaintext first. */
  readonly security: 'plaintext' | 'tls' | 'discover';
  readonly tls: TlsOptions;
}

/** What the command line says about the connection. */
export interface TargetOptions extends TlsOptions {
  readonly plaintext?: boolean | undefined;
  readonly tls?: boolean | undefined;
  readonly authority?: string | undefined;
  /** The address is the path of a unix socket, without a scheme. */
  readonly unix?: boolean | undefined;
}

/**
 * An address and the flags around it as a Target: `host:port`, `:port`, `host` (port 443, or 80 in plaintext), `[::1]:1`,
 * grpc://, grpcs://, http://, https:// with an optional path prefix, dns:///host:port, unix:PATH and unix:///PATH.
 * Without a scheme or flag that decides it, loopback addresses and sockets are `discover` and all others TLS.
 * @throws UserError(2) for anything else, for flags that contradict each other, and for a certificate without its key
 */
export function parseTarget(address: string, options: TargetOptions = {}): Target {
  checkFlags(options);
  const place = readPlace(address.trim(), options.unix === true);
  const security = securityOf(address, place, options);
  const tls: TlsOptions = {
    caFile: options.caFile,
    certFile: options.certFile,
    keyFile: options.keyFile,
    serverName: options.serverName ?? (options.authority === undefined ? undefined : hostOf(options.authority)),
    insecure: options.insecure,
  };
  if ('socketPath' in place) {
    const authority = options.authority ?? 'localhost';
    return { address: `unix:${place.socketPath}`, authority, endpoint: place, pathPrefix: '', security, tls };
  }
  const port = place.port ?? (security === 'plaintext' ? 80 : 443);
  const host = place.host.includes(':') ? `[${place.host}]` : place.host;
  return {
    address: `${host}:${port}`,
    authority: options.authority ?? (place.port === undefined ? host : `${host}:${port}`),
    endpoint: { host: place.host, port },
    pathPrefix: place.pathPrefix,
    security,
    tls,
  };
}

const tlsFlags = [
  ['insecure', '--insecure'],
  ['caFile', '--cacert'],
  ['certFile', '--cert'],
  ['keyFile', '--key'],
  ['serverName', '--servername'],
] as const;

function tlsFlag(options: TargetOptions): string | undefined {
  return tlsFlags.find(([key]) => options[key] !== undefined && options[key] !== false)?.[1];
}

function checkFlags(options: TargetOptions): void {
  if (options.plaintext && options.tls) {
    throw new UserError(2, '--plaintext and --tls contradict each other', { hint: 'give one of them' });
  }
  const flag = tlsFlag(options);
  if (options.plaintext && flag !== undefined) {
    throw new UserError(2, `${flag} has no meaning with --plaintext`, { hint: 'leave one of them out' });
  }
  if (options.certFile !== undefined && options.keyFile === undefined) {
    throw new UserError(2, `--cert ${options.certFile} needs its private key`, { hint: 'add --key FILE' });
  }
  if (options.keyFile !== undefined && options.certFile === undefined) {
    throw new UserError(2, `--key ${options.keyFile} needs its certificate`, { hint: 'add --cert FILE' });
  }
  if (options.authority !== undefined && !/^[\x21-\x7e]+$/.test(options.authority)) {
    throw new UserError(2, `--authority ${JSON.stringify(options.authority)} is not a host name`, {
      hint: 'write it as host or host:port',
    });
  }
}

function securityOf(address: string, place: Place, options: TargetOptions): Target['security'] {
  const flag = options.plaintext ? '--plaintext' : options.tls ? '--tls' : tlsFlag(options);
  const wanted = flag === undefined ? undefined : options.plaintext ? 'plaintext' : 'tls';
  const said = 'security' in place ? place.security : undefined;
  if (said !== undefined && wanted !== undefined && said !== wanted) {
    throw new UserError(2, `${address} means ${said === 'tls' ? 'TLS' : 'plaintext'}, ${flag} says otherwise`, {
      hint: `leave out ${flag} or write ${said === 'tls' ? addressForms.plaintext : addressForms.tls}`,
    });
  }
  return said ?? wanted ?? ('socketPath' in place || isLoopback(place.host) ? 'discover' : 'tls');
}

function hostOf(authority: string): string {
  const bracketed = /^\[([^\]]*)\]/.exec(authority);
  return bracketed?.[1] ?? authority.replace(/:\d+$/, '');
}
