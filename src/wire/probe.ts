// A second look at a peer that did not speak HTTP/2: what does it answer to our preface, and does it speak TLS?
// node:http2 swallows the bytes it cannot parse, so they are asked for again on a connection of their own.
import type { Socket } from 'node:net';
import type { Target } from './target.ts';
import { looksLikeText } from './wording.ts';

/** What came back. `http2` means SETTINGS or another proper frame. */
export type Answer =
  | { readonly kind: 'http1' | 'text' | 'tls-alert' | 'garbage'; readonly bytes: Uint8Array }
  | { readonly kind: 'http2'; readonly goaway: { readonly code: number; readonly debug: string } | undefined }
  | { readonly kind: 'closed' | 'reset' | 'silent' | 'unreachable' };

// The preface and an empty SETTINGS frame (RFC 9113 §3.4).
const preface = Buffer.concat([
  Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]),
]);

/** Sends the HTTP/2 preface in plaintext and classifies the first bytes that come back within `ms` milliseconds. */
export async function probePlain(target: Target, ms: number): Promise<Answer> {
  const net = await import('node:net');
  const { endpoint } = target;
  return new Promise((resolve) => {
    const socket = net.connect('host' in endpoint ? { ...endpoint } : { path: endpoint.socketPath });
    const chunks: Buffer[] = [];
    let connected = false;
    const done = (answer: Answer): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(chunks.length > 0 ? classify(Buffer.concat(chunks)) : answer);
    };
    const timer = setTimeout(() => done({ kind: 'silent' }), ms);
    socket.on('connect', () => {
      connected = true;
      socket.write(preface);
    });
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      // The rest of a line or frame follows at once, if at all.
      if (chunks.length === 1) setTimeout(() => done({ kind: 'silent' }), 20);
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      // A reset may overtake the news that the connection stood.
      const reset = error.code === 'ECONNRESET' || error.code === 'EPIPE';
      done({ kind: reset ? 'reset' : connected ? 'closed' : 'unreachable' });
    });
    socket.on('close', () => done({ kind: 'closed' }));
    socket.on('end', () => done({ kind: 'closed' }));
  });
}

/** Classifies the first bytes of a peer. */
export function classify(bytes: Buffer): Answer {
  const head = bytes.toString('latin1', 0, 8);
  if (head.startsWith('HTTP/')) return { kind: 'http1', bytes };
  // A TLS record: alert (21), version 3.x.
  if (bytes[0] === 0x15 && bytes[1] === 0x03) return { kind: 'tls-alert', bytes };
  if (bytes.length < 9 && beginsSettings(bytes)) return { kind: 'http2', goaway: undefined };
  const length = bytes.length >= 9 ? bytes.readUIntBE(0, 3) : Number.POSITIVE_INFINITY;
  const [type, stream] = bytes.length >= 9 ? [bytes[3] ?? 255, bytes.readUInt32BE(5)] : [255, 0];
  if (stream === 0 && type === 4 && length % 6 === 0 && length <= 16_384) return { kind: 'http2', goaway: undefined };
  if (stream === 0 && type === 7 && length >= 8 && length <= 16_384) {
    const code = bytes.length >= 17 ? bytes.readUInt32BE(13) : 0;
    return { kind: 'http2', goaway: { code, debug: bytes.toString('utf8', 17, 9 + length) } };
  }
  return { kind: looksLikeText(bytes) ? 'text' : 'garbage', bytes };
}

/** True when nothing in the bytes, all there are, speaks against the head of a SETTINGS frame that was cut off. */
function beginsSettings(bytes: Buffer): boolean {
  return bytes[0] === 0 && (bytes[3] ?? 4) === 4 && bytes.subarray(4).every((byte) => byte === 0);
}

/** What a TLS handshake showed: whether the peer speaks TLS at all, and the protocol it chose. */
export interface TlsAnswer {
  readonly speaksTls: boolean;
  readonly alpn: string | undefined;
}

/** Offers TLS with some ALPN protocols and trusts no one: nothing is sent after the handshake. */
export async function probeTls(target: Target, protocols: readonly string[], ms: number): Promise<TlsAnswer> {
  const net = await import('node:net');
  const tls = await import('node:tls');
  const { endpoint } = target;
  const name = target.tls.serverName ?? ('host' in endpoint ? endpoint.host : 'localhost');
  return new Promise((resolve) => {
    const plain: Socket = net.connect('host' in endpoint ? { ...endpoint } : { path: endpoint.socketPath });
    const socket = tls.connect({
      socket: plain,
      ALPNProtocols: [...protocols],
      servername: net.isIP(name) === 0 ? name : '',
      rejectUnauthorized: false,
    });
    const done = (speaksTls: boolean): void => {
      clearTimeout(timer);
      const alpn = typeof socket.alpnProtocol === 'string' ? socket.alpnProtocol : undefined;
      resolve({ speaksTls, alpn });
      socket.destroy();
      plain.destroy();
    };
    const timer = setTimeout(() => done(false), ms);
    plain.on('error', () => done(false));
    socket.on('secureConnect', () => done(true));
    // Any alert is TLS, too: the peer may only object to our certificate or version.
    socket.on('error', (error: NodeJS.ErrnoException) => done(/_ALERT_/.test(error.code ?? '')));
    socket.on('close', () => done(false));
  });
}
