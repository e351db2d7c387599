// From a target to a connection that stands: dial, TLS, HTTP/2 settings, and finding out what a loopback port speaks.
import type { ClientHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';
import { type Attempt, beginAttempt, ConnectFailure, elapsed, within } from './attempt.ts';
import { now } from './clock.ts';
import { alpnFailure, notTlsFailure, plaintextFailure, speaksTls } from './diagnose.ts';
import { dial } from './dial.ts';
import { type Answer, probePlain, probeTls } from './probe.ts';
import type { HttpProxy } from './proxy.ts';
import { LiveSession } from './session.ts';
import type { Target } from './target.ts';
import { checkMaterial, type TlsMaterial } from './tls.ts';
import { visible } from './wording.ts';

/** What connecting needs to know; everything is checked by then. */
export interface ConnectPlan {
  readonly target: Target;
  readonly material: TlsMaterial;
  readonly timeoutMs: number;
  readonly proxy: HttpProxy | undefined;
  readonly keylog: string | undefined;
  readonly say: ((line: string) => void) | undefined;
  readonly trace: ((line: string) => void) | undefined;
}

/** Window for one stream: what may be in flight, and what a stalled reader holds in memory. */
const streamWindow = 2 * 1024 * 1024;
const connectionWindow = 16 * 1024 * 1024;

/**
 * Connects; the connection counts as standing when the server's first SETTINGS have arrived.
 * @throws ConnectFailure whose message and hint make an UNAVAILABLE status
 * @throws UserError(2) when the TLS files turn out to be damaged
 */
export async function connect(plan: ConnectPlan, signal: AbortSignal): Promise<LiveSession> {
  const attempt = beginAttempt(plan.timeoutMs, signal);
  const { security } = plan.target;
  if (security === 'tls') return connectTls(plan, attempt);
  const socket = await dial(plan.target, undefined, attempt);
  try {
    return await openHttp2(socket, plan, attempt, false);
  } catch (error) {
    if (!(error instanceof SetupFailure)) throw error;
    const found = await lookAgain(plan.target, error, attempt);
    if (found !== 'tls') throw plaintextFailure(plan.target, found, error.detail);
    if (security === 'plaintext') throw speaksTls(plan.target);
    plan.say?.(`${plan.target.address} speaks TLS: using TLS (--tls or --plaintext says which at once)`);
    return connectTls(plan, attempt);
  }
}

// What answered instead of HTTP/2 in plaintext; servers that hang up without a word are asked for TLS as well.
async function lookAgain(target: Target, failure: SetupFailure, attempt: Attempt): Promise<Answer | 'tls'> {
  const time = () => Math.max(50, Math.min(1000, attempt.until - now()));
  const answer = await probePlain(target, time());
  if (answer.kind === 'tls-alert') return 'tls';
  if (answer.kind === 'closed' || answer.kind === 'reset' || answer.kind === 'garbage') {
    if ((await probeTls(target, ['h2'], time())).speaksTls) return 'tls';
  }
  return failure.reset && answer.kind === 'closed' ? { kind: 'reset' } : answer;
}

async function connectTls(plan: ConnectPlan, attempt: Attempt): Promise<LiveSession> {
  const { target } = plan;
  await checkMaterial(target.tls, plan.material);
  const socket = await dial(target, plan.proxy, attempt);
  const { NoAlpn, NotTls, secure } = await import('./tls-session.ts');
  const time = () => Math.max(50, Math.min(1000, attempt.until - now()));
  try {
    const secured = await secure(socket, plan, attempt);
    return await openHttp2(secured, plan, attempt, true);
  } catch (error) {
    if (error instanceof SetupFailure) throw afterHandshake(target, error);
    // Another connection would not go through the proxy.
    if (plan.proxy !== undefined) throw error;
    if (error instanceof NoAlpn) {
      throw alpnFailure(target, (await probeTls(target, ['h2', 'http/1.1'], time())).alpn);
    }
    if (error instanceof NotTls) throw notTlsFailure(target, await probePlain(target, time()), error.message);
    throw error;
  }
}

// TLS 1.3 servers reject a client certificate, or its absence, only after the handshake; some just hang up.
function afterHandshake(target: Target, failure: SetupFailure): ConnectFailure {
  if (failure.explained !== undefined) return failure.explained;
  const detail = failure.detail === undefined ? '' : ` (${failure.detail})`;
  const { certFile } = target.tls;
  return new ConnectFailure(
    `${target.address} closed the connection right after the TLS handshake${detail}`,
    certFile === undefined
      ? 'it may demand a client certificate: --cert FILE and --key FILE'
      : `it may have rejected the client certificate ${certFile}; its log should say`,
  );
}

/** HTTP/2 could not be set up on a socket that stood; `detail` is http2's word for it, if it has one. */
class SetupFailure extends ConnectFailure {
  readonly detail: string | undefined;
  readonly reset: boolean;
  readonly explained: ConnectFailure | undefined;

  constructor(error: NodeJS.ErrnoException | undefined, explained: ConnectFailure | undefined) {
    super(error?.message ?? 'closed');
    const plain = error === undefined || error.code === 'ECONNRESET' || error.code === 'EPIPE';
    this.detail = plain ? undefined : visible(error.message, 120);
    this.reset = error?.code === 'ECONNRESET' || error?.code === 'EPIPE';
    this.explained = explained;
  }
}

async function openHttp2(socket: Socket, plan: ConnectPlan, attempt: Attempt, tls: boolean): Promise<LiveSession> {
  const { target } = plan;
  const http2 = await import('node:http2');
  const late = () =>
    new ConnectFailure(
      `${target.address} accepted the connection but did not answer: no HTTP/2 settings within ${attempt.limit}`,
      tls ? 'is this a gRPC port?' : 'is this a gRPC port? a server that waits silently may want TLS: try --tls',
    );
  return within(attempt, late, (resolve, reject) => {
    const session = http2.connect(tls ? 'https://x' : 'http://x', {
      createConnection: () => socket,
      settings: { enablePush: false, initialWindowSize: streamWindow, maxHeaderListSize: 256 * 1024 },
      // Node's default of 128 header lines kills honest answers; the sum is bounded by maxHeaderListSize.
      maxHeaderListPairs: 10_000,
      maxSendHeaderBlockLength: 1024 * 1024,
      maxSessionMemory: 256,
    });
    const peer = 'host' in target.endpoint ? peerOf(socket) : target.endpoint.socketPath;
    const live = new LiveSession(session, socket, { tls, peer, times: attempt.times }, target);
    let error: Error | undefined;
    watch(live, plan);
    session.on('error', (cause) => {
      error = cause;
    });
    // A TLS alert after the handshake (TLS 1.3 refuses client certificates then) ends the session, but its 'close' waits
    // for the socket's, which does not come by itself.
    socket.once('error', () => socket.destroy());
    session.once('close', () => reject(new SetupFailure(error, explained(error, live))));
    session.once('remoteSettings', () => {
      attempt.times.settingsMs = elapsed(attempt);
      session.setLocalWindowSize(connectionWindow);
      resolve(live);
    });
    return () => live.abandon();
  });
}

function peerOf(socket: Socket): string {
  const address = socket.remoteAddress ?? '';
  return `${address.includes(':') ? `[${address}]` : address}:${socket.remotePort ?? ''}`;
}

function explained(error: NodeJS.ErrnoException | undefined, live: LiveSession): ConnectFailure | undefined {
  if (live.goaway === undefined && !/_ALERT_/.test(error?.code ?? '')) return undefined;
  const { message, hint } = live.end;
  return new ConnectFailure(message, hint);
}

function watch(live: LiveSession, plan: ConnectPlan): void {
  const session: ClientHttp2Session = live.http2;
  session.on('error', (error) => live.noteError(error));
  for (const event of ['goaway', 'remoteSettings', 'localSettings', 'ping'] as const) {
    session.on(event, () => live.liveness.heard());
  }
  session.on('goaway', (code, lastStreamId, data) => {
    const debug = data === undefined ? '' : Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('utf8');
    live.noteGoaway({ code, lastStreamId, debug });
    plan.trace?.(`< GOAWAY last stream ${lastStreamId}, code ${code}${debug === '' ? '' : `, "${visible(debug)}"`}`);
  });
  if (plan.trace === undefined) return;
  const { trace } = plan;
  session.on('remoteSettings', (settings) => {
    const { initialWindowSize, maxFrameSize, maxConcurrentStreams, maxHeaderListSize } = settings;
    trace(
      `< SETTINGS initial window ${initialWindowSize}, max frame ${maxFrameSize}, max streams ${maxConcurrentStreams}, max header list ${maxHeaderListSize}`,
    );
  });
  session.on('localSettings', () => trace(`< SETTINGS ack; > WINDOW_UPDATE connection window ${connectionWindow}`));
  session.on('ping', () => trace('< PING'));
  session.on('close', () => trace('connection closed'));
}
