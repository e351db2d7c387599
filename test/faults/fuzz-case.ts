// One case of the frame fuzzer: a spoilt answer, how it is served, the call it meets, and everything that may be wrong
// with the outcome.
import { setTimeout as sleep } from 'node:timers/promises';
import { openChannel } from '../../src/wire/channel.ts';
import type { WireEvent } from '../../src/wire/stream.ts';
import { parseTarget } from '../../src/wire/target.ts';
import { FrameReader, frameFlags, frameTypes } from '../support/http2-frames.ts';
import { type RawConnection, rawServer } from '../support/raw-http2.ts';
import { collect, type Summary } from '../wire/collect.ts';
import { bytesOf, goodAnswers } from './answers.ts';
import { mutate } from './mutate.ts';
import { messageWith } from './payloads.ts';
import { Random } from './random.ts';

/** What a server does on each connection. */
export interface FuzzPlan {
  readonly seed: number;
  readonly answer: string;
  readonly opening: Buffer;
  readonly bytes: Buffer;
  readonly when: 'end' | 'request' | 'connect';
  readonly pieces: number;
  readonly then: 'hold' | 'fin' | 'reset';
}

/** The case of a seed. */
export function fuzzPlan(seed: number): FuzzPlan {
  const random = new Random(seed);
  const { name, opening, pieces } = random.pick(goodAnswers);
  const first = bytesOf(opening);
  return {
    seed,
    answer: name,
    opening: random.chance(10) ? mutate(random, first) : first,
    bytes: mutate(random, bytesOf(pieces)),
    when: random.pick(['end', 'end', 'end', 'request', 'connect']),
    pieces: random.pick([1, 1, 2, 7]),
    then: random.pick(['hold', 'fin', 'fin', 'reset']),
  };
}

async function sendInPieces(connection: RawConnection, plan: FuzzPlan): Promise<void> {
  const size = Math.ceil(plan.bytes.length / plan.pieces) || 1;
  for (let at = 0; at < plan.bytes.length && !connection.tcp.destroyed; at += size) {
    connection.write(plan.bytes.subarray(at, at + size));
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Serves a connection as planned. */
export async function serveFuzz(plan: FuzzPlan, connection: RawConnection): Promise<void> {
  connection.write(plan.opening);
  if (plan.when !== 'connect') {
    const id = await connection.request();
    if (plan.when === 'end') await connection.ended(id);
  }
  await sendInPieces(connection, plan);
  await sleep(2);
  if (plan.then === 'fin') connection.tcp.end();
  if (plan.then === 'reset') connection.tcp.resetAndDestroy();
}

/** The length, name, length and value of the header line as literals, 0 with or without a second digit. */
const okStatus = /\u000bgrpc-status(\u00010|\u000200)/;

/** True when the bytes have what alone makes success: grpc-status 0 in a header block that ends its stream. */
export function saysOk({ opening, bytes }: Pick<FuzzPlan, 'opening' | 'bytes'>): boolean {
  let ends = false;
  let block: Buffer = Buffer.alloc(0);
  for (const { type, flags, payload } of new FrameReader({ preface: false }).push(Buffer.concat([opening, bytes]))) {
    if (type === frameTypes.headers) {
      ends = (flags & frameFlags.endStream) !== 0;
      block = payload;
    } else if (type === frameTypes.continuation) block = Buffer.concat([block, payload]);
    if (ends && okStatus.test(block.toString('latin1'))) return true;
  }
  return false;
}

function* orderProblems(events: readonly WireEvent[]): Generator<string> {
  const kinds = events.map((event) => event.type).join(' ');
  if (!/^(headers )?(message )*status$/.test(kinds)) yield `events out of order: ${kinds.slice(0, 200)}`;
}

/** Everything that is wrong with an outcome, whatever the server did. */
export function* outcomeProblems(summary: Summary, plan: FuzzPlan): Generator<string> {
  const { status, events, words, messages } = summary;
  yield* orderProblems(events);
  if (!Number.isInteger(status.code) || status.code < 0 || status.code > 16) yield `status ${status.code}`;
  if (status.code === 0 && !saysOk(plan)) yield 'success that nobody sent';
  if (status.code === 0 && status.origin !== 'server') yield 'success of our own making';
  if (status.origin === 'client') {
    if (status.message === '') yield 'no words';
    if (/\bundefined\b|\bNaN\b|\[object|TypeError|Cannot read/.test(words)) yield 'a slip in the words';
    if (/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/.test(words)) yield 'control characters in the words';
  }
  if (messages.some((message) => message.length > messageLimit)) yield 'a message above the limit';
}

const messageLimit = 1024 * 1024;
const deadlineMs = 400;
/** Far beyond every limit that is set: what takes so long is a hang. */
const hangMs = 20_000;

/** One server for one case after another. */
export interface FuzzLane {
  /** Everything that is wrong with the calls of a case, in words. */
  meet(plan: FuzzPlan): Promise<string[]>;
  close(): Promise<void>;
}

/** Opens a lane; with a certificate it speaks TLS. */
export async function openFuzzLane(tls?: { readonly cert: Buffer; readonly key: Buffer }): Promise<FuzzLane> {
  let plan: FuzzPlan | undefined;
  const server = await rawServer((connection) => plan && serveFuzz(plan, connection), { settings: false, tls });
  const target = parseTarget(`127.0.0.1:${server.port}`, tls ? { tls: true, insecure: true } : { plaintext: true });
  return {
    async meet(next) {
      plan = next;
      const random = new Random(next.seed + 1);
      const channel = openChannel(target, { connectTimeoutMs: 600, maxMessageBytes: messageLimit });
      const calls = Array.from({ length: random.pick([1, 1, 2]) }, async () => {
        const compress = random.chance(20) ? ('gzip' as const) : undefined;
        const signal = new AbortController().signal;
        const stream = channel.start('/t.S/U', [], { signal, deadlineMs, compress });
        for (let sent = random.pick([0, 1, 1, 3]); sent > 0; sent--) void stream.send(messageWith('m'.repeat(sent)));
        stream.halfClose();
        const summary = await Promise.race([collect(stream), sleep(hangMs, undefined, { ref: false })]);
        return summary === undefined
          ? ['a hang']
          : [...outcomeProblems(summary, next)].map((p) => `${p}: ${summary.words}`);
      });
      const problems = (await Promise.all(calls)).flat();
      channel.close();
      return problems.map((problem) => `seed ${next.seed}, ${next.answer}, ${next.when}, ${next.then}: ${problem}`);
    },
    close: () => server.close(),
  };
}
