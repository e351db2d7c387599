// The servers of the TLS faults. Each breaks the handshake in its own way; none gets as far as HTTP/2.
// The one that rejects a client certificate is openssl's: node's server closes without the alert that others send.
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { type Certificates, pemOf } from './certificates.ts';
import type { Fault } from './fault-table.ts';
import { type FaultServer, listenLocally, takeNotes } from './listeners.ts';

/** Server options by fault; the two that are not here need more than options. */
const options = new Map<string, (made: Certificates) => TlsOptions>([
  ['tls-behind-plaintext', (made) => ({ ...pemOf(made.localhost), ALPNProtocols: ['h2'] })],
  ['tls-self-signed', (made) => ({ ...pemOf(made.selfSigned), ALPNProtocols: ['h2'] })],
  ['tls-wrong-name', (made) => ({ ...pemOf(made.otherName), ALPNProtocols: ['h2'] })],
  [
    'tls-client-cert-required',
    (made) => ({
      ...pemOf(made.localhost),
      ALPNProtocols: ['h2'],
      requestCert: true,
      rejectUnauthorized: true,
      ca: readFileSync(made.authority.cert),
    }),
  ],
  ['tls-alpn-http1', (made) => ({ ...pemOf(made.localhost), ALPNProtocols: ['http/1.1'] })],
  [
    'tls-old-version',
    (made) => ({
      ...pemOf(made.localhost),
      minVersion: 'TLSv1.1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT:@SECLEVEL=0',
    }),
  ],
]);

function tlsServer(fault: Fault, made: Certificates): Server {
  if (fault.id === 'tls-handshake-stall') {
    return createServer((socket) => socket.on('error', () => {}).resume());
  }
  const serverOptions = options.get(fault.id)?.(made);
  if (serverOptions === undefined) throw new Error(`no TLS server for ${fault.id}`);
  const server = createTlsServer(serverOptions, (socket) => socket.on('error', () => {}).resume());
  // The client gives up or is refused: that is the point of these faults.
  server.on('tlsClientError', () => {});
  server.on('connection', (socket: Socket) => socket.on('error', () => {}));
  return server;
}

/** The port that `openssl s_server` says it listens on. */
function portOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const read = (chunk: Buffer) => {
      text += chunk.toString('latin1');
      const port = /ACCEPT \S*:(\d+)\s/.exec(text)?.[1];
      if (port !== undefined) resolve(port);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.on('exit', () => reject(new Error(`openssl s_server ended: ${text}`)));
  });
}

async function rejectingServer(made: Certificates): Promise<FaultServer> {
  const verify = ['-Verify', '1', '-verify_return_error', '-CAfile', made.authority.cert];
  const own = ['-cert', made.localhost.cert, '-key', made.localhost.key, '-alpn', 'h2'];
  const child = spawn('openssl', ['s_server', '-accept', '127.0.0.1:0', ...own, ...verify]);
  const port = await portOf(child);
  return {
    address: `localhost:${port}`,
    connections: 0,
    streams: [],
    mostAtOnce: 0,
    problems: [],
    until: () => Promise.resolve(),
    deserted: () => Promise.resolve(true),
    close: async () => {
      child.kill();
    },
  };
}

/** Starts the server of a fault with the listener `tls`. */
export async function openTlsServer(fault: Fault, made: Certificates): Promise<FaultServer> {
  if (fault.id === 'tls-client-cert-rejected') return rejectingServer(made);
  const server = tlsServer(fault, made);
  return listenLocally(server, takeNotes(server), 'localhost');
}
