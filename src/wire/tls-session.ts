// The TLS handshake: ALPN h2, the certificate checked against the target's name before a byte of ours is sent.
import { appendFile } from 'node:fs';
import { isIP, type Socket } from 'node:net';
import type { PeerCertificate, TLSSocket } from 'node:tls';
import { type Attempt, ConnectFailure, elapsed, within } from './attempt.ts';
import type { Target } from './target.ts';
import type { TlsMaterial } from './tls.ts';
import { certificateFailure, handshakeFailure } from './tls-failure.ts';

/** What a handshake needs beyond the socket. */
export interface TlsSetup {
  readonly target: Target;
  readonly material: TlsMaterial;
  /** File that TLS secrets are appended to, for Wireshark and its kind. */
  readonly keylog: string | undefined;
}

/** Fails for a reason only another connection can tell: the peer does not speak TLS, or not HTTP/2 over it. */
export class NotTls extends ConnectFailure {}

/** The peer speaks TLS but agreed on no HTTP/2. */
export class NoAlpn extends ConnectFailure {}

/**
 * TLS over a connected socket, with HTTP/2 agreed on by ALPN.
 * @throws ConnectFailure naming the certificate, its dates or names, and the flag to try
 */
export async function secure(socket: Socket, setup: TlsSetup, attempt: Attempt): Promise<TLSSocket> {
  const tls = await import('node:tls');
  const { target, material } = setup;
  const name = verifiedName(target);
  const late = () =>
    new ConnectFailure(
      `${target.address} accepted the connection but did not finish the TLS handshake within ${attempt.limit}`,
      'does the server speak TLS? for a server without TLS use --plaintext',
    );
  return within(attempt, late, (resolve, reject) => {
    const secured = tls.connect({
      socket,
      ALPNProtocols: ['h2'],
      host: name,
      servername: isIP(name) === 0 ? name : '',
      // Certificates are judged below, where the certificate can be named; nothing is sent before that.
      rejectUnauthorized: false,
      ...(material.ca === undefined ? {} : { ca: material.ca }),
      ...(material.cert === undefined ? {} : { cert: material.cert }),
      ...(material.key === undefined ? {} : { key: material.key }),
    });
    if (setup.keylog !== undefined) logKeys(secured, setup.keylog);
    const onError = (error: Error) => reject(describe(error, target));
    const onClose = () => reject(describe(undefined, target));
    secured.once('error', onError).once('close', onClose);
    // TLS reads below this socket: an end that came before it took over would never be heard of. read(0) makes it known.
    socket.once('end', onClose).read(0);
    secured.once('secureConnect', () => {
      attempt.times.tlsMs = elapsed(attempt);
      secured.off('error', onError).off('close', onClose);
      socket.off('end', onClose);
      const failure = judge(secured, target, name);
      if (failure === undefined) resolve(secured);
      else reject(failure);
    });
    return () => secured.on('error', () => {}).destroy();
  });
}

/** The name the certificate must be valid for. */
function verifiedName(target: Target): string {
  return target.tls.serverName ?? ('host' in target.endpoint ? target.endpoint.host : 'localhost');
}

function judge(secured: TLSSocket, target: Target, name: string): ConnectFailure | undefined {
  if (!secured.authorized && !target.tls.insecure) {
    const code = String(secured.authorizationError ?? '');
    const certificate: PeerCertificate = secured.getPeerCertificate();
    return certificateFailure(code, certificate, target, name);
  }
  if (secured.alpnProtocol === 'h2') return undefined;
  return new NoAlpn(`${target.address} speaks TLS but did not agree on HTTP/2 by ALPN`);
}

function describe(error: NodeJS.ErrnoException | undefined, target: Target): ConnectFailure {
  const code = error?.code ?? '';
  if (code === 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL') {
    return new NoAlpn(`${target.address} speaks TLS but refused HTTP/2 in ALPN`);
  }
  const known = error === undefined ? undefined : handshakeFailure(error, target);
  return known ?? new NotTls(`the TLS handshake with ${target.address} failed${reason(error)}`);
}

function reason(error: NodeJS.ErrnoException | undefined): string {
  if (error === undefined || error.code === 'ECONNRESET') return ': the connection was closed or reset';
  return ` (${error.code ?? error.message})`;
}

function logKeys(secured: TLSSocket, file: string): void {
  // Losing a line of the key log must not cost the call.
  secured.on('keylog', (line: Buffer) => appendFile(file, line, { mode: 0o600 }, () => {}));
}
