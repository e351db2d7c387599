// What encoding and decoding cost a program: the same objects as protobuf and as JSON, by the same library.
import { type DescMessage, fromBinary, fromJsonString, type Message, toBinary, toJsonString } from '@bufbuild/protobuf';

/** Messages of one type that a call sends or receives. */
export interface CodecSample {
  readonly desc: DescMessage;
  readonly messages: readonly Uint8Array[];
}

/** Nanoseconds for all messages of a call. */
export interface CodecTimes {
  readonly grpcNs: number;
  readonly restNs: number;
}

/** As many messages of a stream are enough to know the rest. */
const manyMessages = 200;
const rounds = 21;
/** Time for the compiler to get warm on one side, in milliseconds. */
const warmMs = 40;
/** How long one round of one side takes at least, in milliseconds. */
const roundMs = 2;

/**
 * Measures encoding and decoding of all samples, both sides in turn, and takes the median. Undefined where the library
 * cannot write a message as JSON, such as an Any of an unknown type.
 */
export async function measureCodec(
  samples: readonly CodecSample[],
  now: () => number,
): Promise<{ encode: CodecTimes; decode: CodecTimes } | undefined> {
  try {
    const all = samples.flatMap(({ desc, messages }) =>
      messages.slice(0, manyMessages).map((bytes) => {
        const message: Message = fromBinary(desc, bytes);
        return { desc, bytes, message, json: toJsonString(desc, message) };
      }),
    );
    const encode = inTurn(
      () => all.map(({ desc, message }) => toBinary(desc, message)),
      () => all.map(({ desc, message }) => toJsonString(desc, message)),
      now,
    );
    const decode = inTurn(
      () => all.map(({ desc, bytes }) => fromBinary(desc, bytes)),
      () => all.map(({ desc, json }) => fromJsonString(desc, json)),
      now,
    );
    const total = samples.reduce((sum, { messages }) => sum + messages.length, 0);
    const scale = all.length === 0 ? 1 : total / all.length;
    return { encode: scaled(encode, scale), decode: scaled(decode, scale) };
  } catch {
    return undefined;
  }
}

function inTurn(grpc: () => unknown, rest: () => unknown, now: () => number): CodecTimes {
  const counts = [batchSize(grpc, now), batchSize(rest, now)] as const;
  const times: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    times[0].push(timed(grpc, counts[0], now));
    times[1].push(timed(rest, counts[1], now));
  }
  return { grpcNs: median(times[0]), restNs: median(times[1]) };
}

/** How often it has to run to fill a round, once it is warm. */
function batchSize(work: () => unknown, now: () => number): number {
  const start = now();
  let runs = 0;
  // The slow runs at the beginning say nothing about those to come.
  let warmRuns = 0;
  let warmAt = start;
  for (let at = start; at - start < warmMs; at = now(), runs++) {
    work();
    if (at - start > warmMs / 2 && warmRuns === 0) [warmRuns, warmAt] = [runs, at];
  }
  const each = (now() - warmAt) / Math.max(1, runs - warmRuns);
  return Math.max(1, Math.ceil(roundMs / each));
}

function timed(work: () => unknown, count: number, now: () => number): number {
  const start = now();
  for (let run = 0; run < count; run++) work();
  return ((now() - start) * 1e6) / count;
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

function scaled({ grpcNs, restNs }: CodecTimes, factor: number): CodecTimes {
  return { grpcNs: Math.round(grpcNs * factor), restNs: Math.round(restNs * factor) };
}
