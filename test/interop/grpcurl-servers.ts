// The servers that the recorded sessions call: grpcurl's own two, written in Go, and three that only misbehave.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer, type Http2Server, type ServerHttp2Stream } from 'node:http2';
import type net from 'node:net';
import { delimiter, join } from 'node:path';
import { freePort, untilListening } from './peer-process.ts';

/** Servers under way: the value of each `$NAME`, and the end of all of them. */
export interface Servers {
  readonly addresses: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** The path of a Go program, or undefined when it is not installed. */
export function goProgram(name: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  try {
    folders.push(join(execFileSync('go', ['env', 'GOPATH'], { encoding: 'utf8', stdio: 'pipe' }).trim(), 'bin'));
  } catch {
    // Without Go the program may still lie in the PATH.
  }
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/** Starts grpcurl's servers; `certs` is the folder of the certificates, `folder` takes the bank's data and the socket. */
export async function goServers(programs: { test: string; bank: string }, certs: string, folder: string) {
  const children: ChildProcess[] = [];
  const start = async (program: string, args: string[], where: net.NetConnectOpts): Promise<void> => {
    const child = spawn(program, args, { cwd: folder, stdio: 'ignore' });
    children.push(child);
    await untilListening(child, where);
  };
  const pair = (name: string) => ['-cert', join(certs, `${name}.pem`), '-key', join(certs, `${name}.key`)];
  const flags: Record<string, string[]> = {
    PLAIN: [],
    NOREFLECT: ['-noreflect'],
    TLS: pair('server'),
    MTLS: [...pair('server'), '-cacert', join(certs, 'ca.pem'), '-requirecert'],
    WRONGNAME: pair('wrongname'),
    EXPIRED: pair('expired'),
    SELFSIGNED: pair('selfsigned'),
  };
  const addresses: Record<string, string> = { UNIX: join(folder, 'test.sock') };
  for (const [name, more] of Object.entries(flags)) {
    const port = await freePort();
    await start(programs.test, ['-q', '-p', String(port), ...more], { host: '127.0.0.1', port });
    addresses[name] = `127.0.0.1:${port}`;
  }
  await start(programs.test, ['-q', '-unix', addresses.UNIX as string], { path: addresses.UNIX as string });
  const port = await freePort();
  await start(programs.bank, ['-port', String(port), '-datafile', join(folder, 'accounts.json')], { port });
  addresses.BANK = `127.0.0.1:${port}`;
  const close = async (): Promise<void> => {
    for (const child of children) child.kill();
    await Promise.all(children.map((child) => child.exitCode ?? child.signalCode ?? once(child, 'exit')));
  };
  return { addresses, close } satisfies Servers;
}

const grpc = { ':status': 200, 'content-type': 'application/grpc' };
const answers: Readonly<Record<string, (stream: ServerHttp2Stream) => void>> = {
  HTTP401: (stream) => {
    stream.respond({ ':status': 401, 'content-type': 'text/html' });
    stream.end('<html>who are you?</html>');
  },
  CUTOFF: (stream) => {
    stream.respond(grpc);
    stream.end(Buffer.alloc(5));
  },
  ESCAPES: (stream) => {
    const message = '\u001b[31mred\u001b[0m\u0007 and \u001b]0;title\u0007 end';
    stream.respond({ ...grpc, 'grpc-status': '9', 'grpc-message': encodeURIComponent(message) }, { endStream: true });
  },
};

/** Starts the servers that give the same answer to everything, and finds a port where nothing listens. */
export async function nodeServers(): Promise<Servers> {
  const addresses: Record<string, string> = { CLOSED: `127.0.0.1:${await freePort()}` };
  const servers: Http2Server[] = [];
  for (const [name, answer] of Object.entries(answers)) {
    const server = createServer();
    server.on('stream', (stream) => {
      stream.on('error', () => {});
      stream.resume();
      answer(stream);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    addresses[name] = `127.0.0.1:${(server.address() as net.AddressInfo).port}`;
    servers.push(server);
  }
  return {
    addresses,
    close: async () => {
      for (const server of servers) server.close();
    },
  };
}
