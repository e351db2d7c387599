// Spoils good answers: frames changed, dropped, doubled, moved and put in between, and bytes changed under them.
// What is drawn depends on the seed alone.
import * as h2 from '../support/http2-frames.ts';
import { firstStream } from './answers.ts';
import type { Random } from './random.ts';

/** A frame that is still to be written; `length` lies about the payload when it is set. */
interface Draft {
  readonly type: number;
  readonly flags: number;
  readonly streamId: number;
  readonly payload: Buffer;
  readonly length?: number;
}

const types = h2.frameTypes;
const flags = h2.frameFlags;
const edges = [0, 1, 2, 0x7f, 0xff, 0x3fff, 0x4000, 0x4001, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff];
const streamIds = [0, firstStream, 2, 3, 5, 0x7fff_ffff];

const drafts = (bytes: Buffer): Draft[] => new h2.FrameReader({ preface: false }).push(bytes);
const written = ({ type, flags, streamId, payload, length }: Draft): Buffer =>
  h2.frame(type, flags, streamId, payload, length ?? payload.length);

function uint32(...values: number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value >>> 0, 4 * index);
  return bytes;
}

/** Header blocks that no encoder makes (RFC 7541 §5, §6): bad indexes, sizes, integers, Huffman codes, and plain noise. */
const blocks: readonly ((random: Random) => Buffer)[] = [
  (random) => random.bytes(random.below(60)),
  () => Buffer.of(0x80),
  () => Buffer.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff),
  () => Buffer.of(0x3f, 0xe1, 0xff, 0x03),
  () => Buffer.of(0x00, 0x83, 0xff, 0xff, 0xff, 0x01, 0x61),
  () => Buffer.of(0x00, 0x7f, 0xff, 0xff, 0xff, 0x7f),
  (random) => h2.headerBlock([[random.pick([':status', ':path', 'Upper', '', 'te', 'connection']), 'x']]),
  (random) => h2.headerBlock([['grpc-status', random.pick(['0', '5', '', '-1', 'x', '00', '0 '])]]),
  (random) => h2.headerBlock([['x', random.bytes(20)]]),
  (random) => h2.headerBlock([[':status', random.pick(['100', '103', '200', '204', '304', '404', '500', '999', '0'])]]),
  (random) => h2.headerBlock([['content-length', String(random.pick(edges))]]),
  (random) => h2.headerBlock([['x-long', 'l'.repeat(random.pick([100, 20_000, 60_000]))]]),
];

/** Frames to put in between. */
const strangers: readonly ((random: Random) => Draft)[] = [
  (random) => control(types.settings, random.pick([0, flags.ack]), settingsNoise(random)),
  (random) => control(types.ping, random.pick([0, flags.ack]), Buffer.alloc(random.pick([8, 8, 0, 7, 9]))),
  (random) => control(types.goaway, 0, goawayNoise(random)),
  (random) => onStream(random, types.windowUpdate, 0, uint32(random.pick(edges))),
  (random) => onStream(random, types.rstStream, 0, uint32(random.pick([...edges, 3, 7, 8, 11, 13]))),
  (random) => onStream(random, types.priority, 0, random.bytes(random.pick([5, 5, 4]))),
  (random) => onStream(random, types.pushPromise, random.pick([0, flags.endHeaders]), random.bytes(random.below(30))),
  (random) => onStream(random, types.continuation, random.pick([0, flags.endHeaders]), random.pick(blocks)(random)),
  (random) => onStream(random, types.headers, random.below(64), random.pick(blocks)(random)),
  (random) => onStream(random, types.data, random.below(16), random.bytes(random.below(300))),
  (random) =>
    onStream(random, random.pick([0xa, 0xc, 0x10, 0x42, 0xff]), random.below(256), random.bytes(random.below(40))),
];

const control = (type: number, flag: number, payload: Buffer): Draft => ({ type, flags: flag, streamId: 0, payload });
const onStream = (random: Random, type: number, flag: number, payload: Buffer): Draft => ({
  type,
  flags: flag,
  streamId: random.chance(75) ? firstStream : random.pick(streamIds),
  payload,
});

function settingsNoise(random: Random): Buffer {
  const entries = Array.from({ length: random.pick([1, 1, 3, 40, 2000]) }, () => {
    const entry = Buffer.alloc(6);
    entry.writeUInt16BE(random.pick([1, 2, 3, 4, 4, 5, 6, 8, 99]));
    entry.writeUInt32BE(random.pick(edges), 2);
    return entry;
  });
  const whole = Buffer.concat(entries);
  return random.chance(10) ? whole.subarray(0, whole.length - 1) : whole;
}

function goawayNoise(random: Random): Buffer {
  const head = uint32(random.pick(streamIds), random.pick([0, 1, 2, 11, 13, 99, 0xffff_ffff]));
  return random.chance(10) ? head.subarray(0, 7) : Buffer.concat([head, random.bytes(random.below(50))]);
}

type Mutation = (random: Random, frames: Draft[]) => void;

/** Changes one frame in place. */
const changing =
  (change: (random: Random, draft: Draft) => Partial<Draft>): Mutation =>
  (random, frames) => {
    const at = random.below(frames.length);
    const draft = frames[at];
    if (draft !== undefined) frames[at] = { ...draft, ...change(random, draft) };
  };

function flipped(random: Random, bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  if (copy.length === 0) return copy;
  const at = random.below(copy.length);
  copy[at] = random.chance(50) ? copy[at]! ^ (1 << random.below(8)) : random.below(256);
  return copy;
}

const insert: Mutation = (random, frames) =>
  void frames.splice(random.below(frames.length + 1), 0, random.pick(strangers)(random));

const mutations: readonly Mutation[] = [
  insert,
  insert,
  insert,
  changing((random, { payload }) => ({ payload: flipped(random, payload) })),
  changing((random, { payload }) => ({ payload: flipped(random, payload) })),
  changing((random, { flags: old }) => ({ flags: old ^ (1 << random.below(6)) })),
  changing((random) => ({ type: random.pick([...Object.values(types), 0x42]) })),
  changing((random) => ({ streamId: random.pick(streamIds) })),
  changing((random, { payload }) => ({ payload: payload.subarray(0, random.below(payload.length + 1)) })),
  changing((random, { payload }) => ({ payload: Buffer.concat([payload, random.bytes(random.below(20))]) })),
  changing((random, { payload }) => ({
    length: random.pick([payload.length + 1, payload.length - 1, 0, 0x4001, 0xff_ffff]) & 0xff_ffff,
  })),
  changing((random, { flags: old, payload }) => ({
    flags: old | flags.padded,
    payload: Buffer.concat([Buffer.of(random.pick([0, 1, 255, payload.length & 0xff])), payload]),
  })),
  changing((random, { flags: old }) => ({ flags: old | flags.endHeaders, payload: random.pick(blocks)(random) })),
  (random, frames) => void frames.splice(random.below(frames.length), 1),
  (random, frames) => {
    const at = random.below(frames.length);
    frames.splice(at, 0, ...frames.slice(at, at + 1));
  },
  (random, frames) => {
    const [moved] = frames.splice(random.below(frames.length), 1);
    if (moved !== undefined) frames.splice(random.below(frames.length + 1), 0, moved);
  },
  (random, frames) => {
    const flood = random.pick(strangers)(random);
    const times = Math.min(random.pick([50, 2000]), Math.ceil(500_000 / (flood.payload.length + 9)));
    frames.splice(random.below(frames.length + 1), 0, ...Array<Draft>(times).fill(flood));
  },
];

/** The answer with one to four things wrong with it. */
export function mutate(random: Random, answer: Buffer): Buffer {
  const frames = drafts(answer);
  const times = 1 + random.below(4);
  for (let time = 0; time < times; time++) random.pick(mutations)(random, frames);
  const bytes = Buffer.concat(frames.map(written));
  if (random.chance(10)) return flipped(random, bytes);
  if (random.chance(5)) return bytes.subarray(0, random.below(bytes.length + 1));
  if (!random.chance(5)) return bytes;
  const at = random.below(bytes.length + 1);
  return Buffer.concat([bytes.subarray(0, at), random.bytes(random.below(30)), bytes.subarray(at)]);
}
