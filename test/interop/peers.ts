// The servers of other gRPC implementations: where each is found, how it is started and what it can do.
// peers/build.sh makes them; what is not there is skipped, with the command that makes it.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { goProgram } from './grpcurl-servers.ts';

/** What only some of the servers can do. */
export type Feature =
  | 'v1'
  | 'v1alpha'
  | 'health'
  /** Its reflection describes the health service, too. */
  | 'health described'
  | 'gzip requests'
  | 'gzip answers'
  | 'trailers'
  | 'details'
  | 'half duplex'
  /** Ends a connection that pings too often. */
  | 'strict pings';

/** PEM files of a TLS server; with `clientCa` it asks for a client certificate. */
export interface ServerCertificates {
  readonly cert: string;
  readonly key: string;
  readonly clientCa?: string;
}

/** One implementation's server of gRPC's interop services. */
export interface Peer {
  readonly name: string;
  /** The part of peers/build.sh that makes it. */
  readonly build: string;
  /** The command that starts it, without port; undefined when it is not there. */
  readonly command: readonly string[] | undefined;
  readonly arguments: (port: number, tls?: ServerCertificates) => string[];
  readonly can: ReadonlySet<Feature>;
  /** The status of a request larger than the server takes. */
  readonly tooLarge: number;
}

/** Where peers/build.sh puts what it builds. */
export const peersFolder = process.env.GREPL_PEERS ?? join(homedir(), '.cache', 'grepl-peers');

/** A program below the folder of peers, or undefined. */
export function built(...path: readonly string[]): string | undefined {
  const full = join(peersFolder, ...path);
  return existsSync(full) ? full : undefined;
}

/** A program in the PATH (or where Debian has servers), or undefined. */
export function installed(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/** Prints once why tests of `name` are skipped, and how that is mended. */
export function tellMissing(name: string, part: string): void {
  console.log(`skipped: ${name} is not there (test/interop/peers/build.sh ${part})`);
}

function succeeds(file: string, words: readonly string[], said = ''): boolean {
  try {
    return execFileSync(file, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).includes(said);
  } catch {
    return false;
  }
}

/** `go install` names a program after its folder: only the one from grpc-go's interop/server will do. */
function goServer(): string | undefined {
  const candidates = [process.env.GRPC_INTEROP_SERVER, built('go', 'server'), goProgram('server')];
  const isIt = (path: string) => succeeds('go', ['version', '-m', path], 'google.golang.org/grpc/interop/server');
  return candidates.find((path): path is string => path !== undefined && existsSync(path) && isIt(path));
}

function python(): readonly string[] | undefined {
  const candidates = [process.env.GREPL_PYTHON, built('python', 'bin', 'python'), installed('python3')];
  const modules = 'import grpc_health, grpc_reflection, grpc_status, grpc_tools';
  const found = candidates.find((path) => path !== undefined && succeeds(path, ['-c', modules]));
  return found === undefined ? undefined : [found, join(import.meta.dirname, 'peers', 'python', 'server.py')];
}

function java(): readonly string[] | undefined {
  const jar = built('java', 'interop-server.jar');
  const program = installed('java');
  if (!jar || !program) return undefined;
  return [program, '-XX:TieredStopAtLevel=1', '-cp', join(peersFolder, 'java', '*'), 'InteropServer'];
}

function alone(path: string | undefined): readonly string[] | undefined {
  return path === undefined ? undefined : [path];
}

const inOrder = (port: number, tls?: ServerCertificates): string[] => [
  String(port),
  ...(tls ? [tls.cert, tls.key, ...(tls.clientCa === undefined ? [] : [tls.clientCa])] : []),
];

const all: readonly Feature[] = [
  ...(['health', 'gzip requests', 'gzip answers', 'trailers', 'details', 'half duplex', 'strict pings'] as const),
];

/** All of them. */
export const peers: readonly Peer[] = [
  {
    name: 'grpc-go',
    build: 'go',
    command: alone(goServer()),
    arguments: (port, tls) => [
      `-port=${port}`,
      ...(tls ? ['-use_tls', `-tls_cert_file=${tls.cert}`, `-tls_key_file=${tls.key}`] : []),
    ],
    can: new Set<Feature>(['trailers', 'strict pings']),
    tooLarge: 8,
  },
  {
    name: 'grpcio (Python)',
    build: 'python',
    command: python(),
    arguments: inOrder,
    can: new Set<Feature>(['v1alpha', 'health described', ...all]),
    tooLarge: 8,
  },
  {
    name: 'gRPC C++',
    build: 'cpp',
    command: alone(built('cpp', 'interop-server')),
    arguments: inOrder,
    can: new Set<Feature>(['v1alpha', ...all]),
    tooLarge: 8,
  },
  {
    name: 'grpc-java',
    build: 'java',
    command: java(),
    arguments: inOrder,
    can: new Set<Feature>(['v1', 'v1alpha', 'health described', ...all.filter((one) => one !== 'details')]),
    tooLarge: 8,
  },
  {
    name: 'tonic (Rust)',
    build: 'rust',
    command: alone(built('rust', 'interop-server')),
    arguments: inOrder,
    can: new Set<Feature>([
      'v1',
      'v1alpha',
      'health described',
      ...all.filter((one) => one !== 'trailers' && one !== 'strict pings'),
    ]),
    tooLarge: 11,
  },
];
