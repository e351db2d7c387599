// kinds.v1.KindsService: echoes, failures, delays, counts and uploads to try a client with.
// The echoes pass the bytes on as they came, after a check that they can be read.
import { createHash } from 'node:crypto';
import { type Metadata, type ServiceDefinition, status } from '@grpc/grpc-js';
import { Failure, rejectViolations, type Violation } from './failure.ts';
import type { Call, Handlers } from './serve.ts';
import { milliseconds, type Timestamp, timestamp } from './timestamp.ts';

interface FailRequest {
  code: number;
  message: string;
  details: { type_url: string; value: Buffer }[];
  afterMessages: number;
}

interface CountRequest {
  count: number;
  interval: Timestamp | null;
  payloadSize: number;
}

const hour = 3600_000;

/** The handlers of kinds.v1.KindsService; its definition must have gone through `echoingBytes`. */
export function kindsService(): Handlers {
  return {
    Echo: (bytes: Buffer) => bytes,
    EchoLegacy: (bytes: Buffer) => bytes,
    EchoStream: (messages: AsyncIterable<Buffer>) => messages,
    EchoMetadata: (_: object, call: Call) => describeCall(call),
    Fail: fail,
    FailUnary: (request: FailRequest) => {
      end(request);
      return { index: 0 };
    },
    Slow: async ({ delay }: { delay: Timestamp | null }, call: Call) => {
      const wait = milliseconds(delay);
      rejectViolations(within('delay', wait, hour, 'an hour'));
      await call.sleep(wait);
      return { waited: timestamp(wait) };
    },
    Count: count,
    Upload: upload,
  };
}

/** The definition with echoes that keep the bytes: decoding and encoding again would drop what is not understood. */
export function echoingBytes(definition: ServiceDefinition): ServiceDefinition {
  const echoes = ['Echo', 'EchoLegacy', 'EchoStream'];
  return Object.fromEntries(
    Object.entries(definition).map(([name, method]) => {
      if (!echoes.includes(name)) return [name, method];
      const requestDeserialize = (bytes: Buffer) => {
        method.requestDeserialize(bytes);
        return bytes;
      };
      return [name, { ...method, requestDeserialize, responseSerialize: (bytes: Buffer) => bytes }];
    }),
  );
}

function within(field: string, value: number, most: number, mostText: string): Violation[] {
  if (value < 0) return [[field, 'must not be negative']];
  return value > most ? [[field, `must be at most ${mostText}`]] : [];
}

function describeCall(call: Call) {
  const left = call.deadline - Date.now();
  return {
    entries: entriesOf(call.metadata),
    peer: call.peer,
    timeLeft: Number.isFinite(left) ? timestamp(Math.max(0, left)) : null,
  };
}

function entriesOf(metadata: Metadata): object[] {
  const names = Object.keys(metadata.getMap()).sort();
  return names.flatMap((name) =>
    metadata.get(name).map((value) => (typeof value === 'string' ? { name, text: value } : { name, binary: value })),
  );
}

async function* fail(request: FailRequest) {
  rejectViolations(within('after_messages', request.afterMessages, 10_000, '10000'));
  for (let index = 1; index <= request.afterMessages; index++) yield { index };
  end(request);
}

/** Throws the status that was asked for, or returns if it was OK. */
function end({ code, message, details }: FailRequest): void {
  rejectViolations(within('code', code, Number.POSITIVE_INFINITY, ''));
  if (code === status.OK) return;
  throw new Failure(
    code,
    message,
    details.map((detail) => ({ typeUrl: detail.type_url, value: detail.value })),
  );
}

async function* count(request: CountRequest, call: Call) {
  const interval = milliseconds(request.interval);
  rejectViolations([
    ...within('count', request.count, 10_000_000, '10 million'),
    ...within('interval', interval, hour, 'an hour'),
    ...within('payload_size', request.payloadSize, 16 * 1024 * 1024, '16 MiB'),
  ]);
  const payload = Buffer.alloc(request.payloadSize, 'grepl ');
  for (let index = 1; index <= request.count; index++) {
    if (interval > 0 && index > 1) await call.sleep(interval);
    yield { index, payload };
  }
}

async function upload(chunks: AsyncIterable<{ name: string; data: Buffer }>) {
  const hash = createHash('sha256');
  const sum = { name: '', chunks: 0, sizeBytes: 0 };
  for await (const { name, data } of chunks) {
    if (sum.chunks === 0) sum.name = name;
    sum.chunks++;
    sum.sizeBytes += data.length;
    hash.update(data);
  }
  return { ...sum, sha256: hash.digest('hex') };
}
