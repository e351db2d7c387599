// All that `compare` measures, one after the other on quiet connections.
import type { RestRequest } from '../rest/rest-client.ts';
import type { Channel } from '../wire/stream.ts';
import type { Target } from '../wire/target.ts';
import { type CodecTimes, measureCodec } from './compare-codec.ts';
import { type Latencies, measureLatency } from './compare-latency.ts';
import {
  type ComparedCall,
  callGrpc,
  grpcWire,
  openRestCaller,
  type RestCallReply,
  type RestSideOptions,
  restWire,
} from './compare-sides.ts';
import type { TapBytes } from './compare-tap.ts';

/** Both sides and how often they are to be called. */
export interface MeasureOptions {
  readonly channel: Channel;
  readonly target: Target;
  /** The channel goes through a proxy, where nothing can be counted. */
  readonly isProxied: boolean;
  readonly request: RestRequest;
  readonly rest: RestSideOptions;
  /** The RPC's answer. */
  readonly received: readonly Uint8Array[];
  readonly runs: number;
  /** The timed runs end after so many milliseconds. */
  readonly forMs: number;
  readonly now: () => number;
}

/** What was found. */
export interface Measured {
  readonly reply: RestCallReply;
  /** Undefined where they could not be counted. */
  readonly grpcBytes: TapBytes | undefined;
  readonly restBytes: TapBytes;
  readonly codec: { readonly encode: CodecTimes; readonly decode: CodecTimes } | undefined;
  readonly latency: Latencies;
  /** The gRPC connection has TLS. */
  readonly isTls: boolean;
}

/** Measures both sides. Throws SideFailed when a call fails. */
export async function measureSides(compared: ComparedCall, options: MeasureOptions): Promise<Measured> {
  const { channel, target, request, rest, now } = options;
  const caller = await openRestCaller(request, rest, compared);
  try {
    const reply = await caller.call();
    const isTls = channel.connection?.tls ?? false;
    const grpcBytes = options.isProxied ? undefined : await grpcWire(target, isTls, compared);
    const restBytes = await restWire(request, rest, compared);
    const { method, messages, signal } = compared;
    const samples = [
      { desc: method.input, messages },
      { desc: method.output, messages: options.received },
    ];
    const codec = await measureCodec(samples, now);
    const limits = { runs: options.runs, forMs: options.forMs, signal, now };
    const latency = await measureLatency(() => callGrpc(channel, target, compared), caller.call, limits);
    return { reply, grpcBytes, restBytes, codec, latency, isTls };
  } finally {
    caller.close();
  }
}
