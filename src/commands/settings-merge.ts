// How one place's flags go over another's: metadata name by name, schema files as a whole, and what contradicts goes.
import { Flags } from './flags.ts';

const headerFlags = ['header', 'rpc-header', 'reflect-header'] as const;
const schemaFlags = ['proto', 'protoset', 'import-path'];
const grpcJsFlags = ['service-config', 'channel-option'];
const tlsFlags = ['tls', 'insecure', 'cacert', 'cert', 'key', 'servername'];

/** The flags `over` laid over `base`: theirs win; a name of metadata given above is not sent from below too. */
export function overlaid(over: Flags, base: Flags): Flags {
  const all = new Flags();
  for (const name of base.names()) all.set(name, base.value(name));
  if (over.bool('plaintext')) for (const name of tlsFlags) all.delete(name);
  if (tlsFlags.some((name) => over.value(name) !== undefined && over.value(name) !== false)) all.delete('plaintext');
  if (over.text('client') === 'native') for (const name of grpcJsFlags) all.delete(name);
  if (over.has('proto') || over.has('protoset')) for (const name of schemaFlags) all.delete(name);
  layMetadata(over, all);
  for (const name of over.names()) {
    const value = over.value(name);
    const isHeader = (headerFlags as readonly string[]).includes(name);
    all.set(name, isHeader ? [...all.list(name), ...(value as readonly string[])] : value);
  }
  return all;
}

/** Takes from `all` the metadata that `over` gives anew. */
function layMetadata(over: Flags, all: Flags): void {
  const given = new Set(headerFlags.flatMap((flag) => over.list(flag)).map(headerName));
  if (over.has('bearer')) given.add('authorization');
  if (given.has('authorization')) all.delete('bearer');
  for (const flag of headerFlags) {
    if (!all.has(flag)) continue;
    const left = all.list(flag).filter((header) => !given.has(headerName(header)));
    if (left.length > 0) all.set(flag, left);
    else all.delete(flag);
  }
}

/** The name in `name: value`. */
export function headerName(header: string): string {
  const colon = header.indexOf(':');
  return (colon < 0 ? header : header.slice(0, colon)).trim().toLowerCase();
}

/** The flags without those that were switched off. */
export function dropContradicted(flags: Flags): Flags {
  for (const name of flags.names()) if (flags.value(name) === false) flags.delete(name);
  return flags;
}
