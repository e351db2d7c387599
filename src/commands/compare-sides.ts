// The two sides of `compare`: each makes the same call again and again on one connection of its own.
import { Agent as HttpAgent } from 'node:http';
import type { DescMethod } from '@bufbuild/protobuf';
import { errorFromBody } from '../rest/error-body-read.ts';
import { baseParts, type RestClientOptions, type RestRequest, RestUnreachable, sendRest } from '../rest/rest-client.ts';
import { call } from '../rpc/call.ts';
import { openChannel } from '../wire/channel.ts';
import type { Metadata } from '../wire/metadata.ts';
import type { Status } from '../wire/status.ts';
import { codes } from '../wire/status.ts';
import type { Channel } from '../wire/stream.ts';
import type { Target } from '../wire/target.ts';
import { openTap, type TapBytes, tappedBytes } from './compare-tap.ts';

/** The call that is made over and over. */
export interface ComparedCall {
  readonly method: DescMethod;
  readonly messages: readonly Uint8Array[];
  readonly metadata: Metadata;
  readonly signal: AbortSignal;
  /** As the command line has it; the REST request says it too. */
  readonly deadlineMs: number | undefined;
  /** One call takes so long that few can be made. */
  readonly isSlow: boolean;
}

/** A call that failed where it had gone well before. */
export class SideFailed extends Error {
  readonly side: 'gRPC' | 'REST';
  readonly code: number;

  constructor(side: 'gRPC' | 'REST', code: number, message: string) {
    super(message);
    this.name = 'SideFailed';
    this.side = side;
    this.code = code;
  }
}

/** Makes the RPC once. Throws SideFailed for a status that is not OK. */
export async function callGrpc(channel: Channel, target: Target, compared: ComparedCall): Promise<void> {
  const { method, messages, metadata, signal, deadlineMs } = compared;
  let status: Status | undefined;
  for await (const event of call(channel, method, messages, { target, metadata, signal, deadlineMs })) {
    if (event.type === 'status') status = event.status;
  }
  if (status && status.code !== 0) throw new SideFailed('gRPC', status.code, status.message);
}

/** Where REST requests go, and how. */
export type RestSideOptions = Pick<RestClientOptions, 'base' | 'insecure' | 'ca'>;

/** An answer, whole. */
export interface RestCallReply {
  readonly contentType: string;
  readonly body: Uint8Array;
  readonly httpVersion: string;
}

/** A REST client that keeps one connection open. */
export interface RestCaller {
  /** Makes the call; resolves to its answer. Throws SideFailed for anything but 2xx. */
  call(): Promise<RestCallReply>;
  close(): void;
}

/** Opens the REST side; `connectTo` is a tap in between. */
export async function openRestCaller(
  request: RestRequest,
  options: RestSideOptions & Pick<RestClientOptions, 'connectTo'>,
  compared: ComparedCall,
): Promise<RestCaller> {
  const isTls = baseParts(options.base).scheme === 'https';
  const Agent = isTls ? (await import('node:https')).Agent : HttpAgent;
  const agent = new Agent({ keepAlive: true, maxSockets: 1, keepAliveMsecs: 60_000 });
  return {
    close: () => agent.destroy(),
    call: async () => {
      try {
        const reply = await sendRest(request, { ...options, agent, signal: compared.signal });
        const parts: Uint8Array[] = [];
        for await (const chunk of reply.body) parts.push(chunk);
        const body = Buffer.concat(parts);
        const contentType = reply.headers.find(([name]) => name === 'content-type')?.[1] ?? '';
        if (reply.status < 200 || reply.status > 299) throw failedAnswer(reply.status, contentType, body);
        return { contentType, body, httpVersion: reply.httpVersion };
      } catch (error) {
        if (!(error instanceof RestUnreachable)) throw error;
        const code = error.aborted ? codes.DEADLINE_EXCEEDED : codes.UNAVAILABLE;
        throw new SideFailed('REST', code, `${error.message}; ${error.hint}`);
      }
    },
  };
}

function failedAnswer(httpStatus: number, contentType: string, body: Uint8Array): SideFailed {
  const { code, message } = errorFromBody(httpStatus, contentType, body);
  return new SideFailed('REST', code === 0 ? codes.UNKNOWN : code, `HTTP ${httpStatus}: ${message}`);
}

/** The bytes of one warm RPC on its socket. `tls` is what the connection turned out to be. */
export async function grpcWire(target: Target, tls: boolean, compared: ComparedCall): Promise<TapBytes> {
  const { endpoint } = target;
  const isSocket = 'socketPath' in endpoint;
  const tap = await openTap(isSocket ? { path: endpoint.socketPath } : { host: endpoint.host, port: endpoint.port });
  const host = isSocket ? 'localhost' : endpoint.host;
  const through: Target = {
    ...target,
    endpoint: { host: tap.host, port: tap.port },
    security: tls ? 'tls' : 'plaintext',
    tls: { ...target.tls, serverName: target.tls.serverName ?? host },
  };
  const channel = openChannel(through, { signal: compared.signal });
  try {
    return await tappedBytes(tap, () => callGrpc(channel, through, compared), compared.isSlow);
  } finally {
    channel.close();
    tap.close();
  }
}

/** The bytes of one warm REST call on its socket. */
export async function restWire(
  request: RestRequest,
  options: RestSideOptions,
  compared: ComparedCall,
): Promise<TapBytes> {
  const { host, port } = baseParts(options.base);
  const tap = await openTap({ host, port });
  const caller = await openRestCaller(request, { ...options, connectTo: tap }, compared);
  try {
    const callOnce = async () => void (await caller.call());
    return await tappedBytes(tap, callOnce, compared.isSlow);
  } finally {
    caller.close();
    tap.close();
  }
}
