// The grammar of addresses as people type them, from `:50051` to `https://host/prefix`
// (https://github.com/grpc/grpc/blob/master/doc/naming.md for the dns: and unix: forms).
import { UserError } from '../errors.ts';

/** Where an address points; `security` is there when its scheme decides it, `port` when one was written. */
export type Place =
  | { readonly socketPath: string }
  | {
      readonly host: string;
      readonly port: number | undefined;
      readonly pathPrefix: string;
      readonly security: 'plaintext' | 'tls' | undefined;
    };

/** The schemes to write instead of a flag. */
export const addressForms = { plaintext: 'grpc://…', tls: 'grpcs://…' } as const;

const forms = 'write host:port, :port, grpc://host:port, grpcs://host:port, https://host/prefix or unix:PATH';

const schemes = new Map([
  ['grpc', 'plaintext'],
  ['http', 'plaintext'],
  ['grpcs', 'tls'],
  ['https', 'tls'],
] as const);

/**
 * Reads an address; with `unix` all of it is a socket's path.
 * @throws UserError(2) naming what is wrong with it
 */
export function readPlace(address: string, unix: boolean): Place {
  if (address === '') throw new UserError(2, 'the address is empty', { hint: forms });
  if (unix) return { socketPath: address.replace(/^unix:(\/\/(?=\/))?/, '') };
  if (address.startsWith('unix:')) return readUnix(address);
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):\/\//.exec(address);
  if (scheme?.[1] !== undefined) return readUrl(address, scheme[1].toLowerCase(), address.slice(scheme[0].length));
  const naming = /^(dns|ipv4|ipv6|passthrough|xds|alts|google-c2p|vsock|unix-abstract):(?!\d+$)(.*)$/.exec(address);
  if (naming?.[1] !== undefined) return readNaming(address, naming[1], naming[2] ?? '');
  if (address.includes('/')) {
    throw new UserError(2, `address ${JSON.stringify(address)} has a path but no scheme`, {
      hint: `write http://${address} or https://${address} for a path prefix; a method goes in the next word`,
    });
  }
  return { ...readHostPort(address, address), pathPrefix: '', security: undefined };
}

function readUnix(address: string): Place {
  const rest = address.slice('unix:'.length);
  const path = rest.startsWith('//') ? rest.slice(2) : rest;
  if (path === '' || (rest.startsWith('//') && !path.startsWith('/'))) {
    throw new UserError(2, `address ${JSON.stringify(address)} names no socket`, {
      hint: 'write unix:PATH or unix:///ABSOLUTE/PATH',
    });
  }
  return { socketPath: path };
}

function readUrl(address: string, scheme: string, rest: string): Place {
  if (scheme === 'dns' || scheme === 'xds' || scheme === 'alts' || scheme === 'google-c2p') {
    return readNaming(address, scheme, `//${rest}`);
  }
  const security = schemes.get(scheme as 'grpc');
  if (security === undefined) {
    throw new UserError(2, `address ${JSON.stringify(address)} has the unknown scheme ${scheme}:`, { hint: forms });
  }
  const slash = rest.search(/[/?#]/);
  const authority = slash < 0 ? rest : rest.slice(0, slash);
  const path = slash < 0 ? '' : rest.slice(slash);
  if (/[?#]/.test(path) || /[^\x21-\x7e]/.test(path)) {
    throw new UserError(2, `the path prefix in ${JSON.stringify(address)} has characters that cannot be there`, {
      hint: 'an address ends with its path; blanks and other signs are percent-encoded',
    });
  }
  return { ...readHostPort(authority, address), pathPrefix: path.replace(/\/+$/, ''), security };
}

// gRPC's own names: dns:host:port and dns:///host:port mean the same here, a DNS server cannot be chosen.
function readNaming(address: string, scheme: string, rest: string): Place {
  if (scheme === 'xds' || scheme === 'alts' || scheme === 'google-c2p') {
    throw new UserError(2, `${scheme} addresses are not supported`, {
      hint: `give the server's own address: ${forms}`,
    });
  }
  const endpoint = rest.startsWith('///') ? rest.slice(3) : rest;
  if (scheme === 'vsock' || scheme === 'unix-abstract' || endpoint.startsWith('/')) {
    throw new UserError(2, `address ${JSON.stringify(address)} is of a form that is not supported`, { hint: forms });
  }
  return { ...readHostPort(endpoint, address), pathPrefix: '', security: undefined };
}

function readHostPort(text: string, address: string): { host: string; port: number | undefined } {
  if (text.includes('@')) {
    throw new UserError(2, `address ${JSON.stringify(address)} has a user name in it`, {
      hint: "credentials are sent as metadata: -H 'authorization: @FILE'",
    });
  }
  const match = /^(?:\[([0-9A-Fa-f:.]+(?:%[\w.-]+)?)\]|([^:[\]]*))(?::([^:]*))?$/.exec(text);
  if (match === null) {
    if (/^[0-9A-Fa-f:.]+$/.test(text) && text.split(':').length > 2) return { host: text, port: undefined };
    throw new UserError(2, `address ${JSON.stringify(address)} is not understood`, { hint: forms });
  }
  const [, ipv6, name, portText] = match;
  const port = portText === undefined ? undefined : readPort(portText, address);
  if (ipv6 !== undefined) return { host: ipv6, port };
  if (name === '' && port !== undefined) return { host: 'localhost', port };
  return { host: readHost(name ?? '', address), port };
}

function readPort(text: string, address: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port >= 1 && port <= 65_535) return port;
  throw new UserError(2, `${JSON.stringify(text)} in ${JSON.stringify(address)} is no port`, {
    hint: 'a port is a number from 1 to 65535',
  });
}

function readHost(name: string, address: string): string {
  if (/^[A-Za-z0-9_.-]+$/.test(name)) return name;
  if (/^[^\x00-\x2c/:;<=>?@[\\\]^`{|}~\x7f]+$/.test(name)) {
    const ascii = URL.canParse(`http://${name}`) ? new URL(`http://${name}`).hostname : '';
    if (/^[a-z0-9_.-]+$/.test(ascii)) return ascii;
  }
  throw new UserError(2, `${JSON.stringify(name)} in ${JSON.stringify(address)} is no host name`, { hint: forms });
}

/** True for addresses of this machine: localhost, *.localhost, 127.0.0.0/8, ::1, and the unspecified 0.0.0.0 and ::. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, '');
  if (name === 'localhost' || name.endsWith('.localhost')) return true;
  if (/^(::ffff:)?127(\.\d{1,3}){1,3}$/.test(name) || name === '0.0.0.0') return true;
  return name === '::' || /^(0{0,4}:){2,7}0{0,3}1$/.test(name);
}
