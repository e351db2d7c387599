// The interpreter of scripts: each step of the table becomes frames on one connection.
// A step that it does not know fails the test instead of being passed over.
import * as h2 from '../support/http2-frames.ts';
import { bodyBytes, headerFields, messageBytes, messageWith } from './payloads.ts';
import { type Peer, PeerGone, type PeerStream } from './peer.ts';

/** Where a step runs. Before the first request there is no stream. */
export interface Scene {
  readonly fault: string;
  readonly peer: Peer;
  readonly stream: PeerStream | undefined;
}

type Action = (scene: Scene, match: RegExpExecArray) => Promise<void> | void;

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms).unref());

function streamOf(scene: Scene): PeerStream {
  if (scene.stream === undefined) throw new Error(`${scene.fault}: this step needs a request`);
  return scene.stream;
}

/** `M*inf`: fills the client's windows again and again until it goes away. */
async function endless(scene: Scene, word: string): Promise<void> {
  const batch = Buffer.concat(Array<Buffer>(1000).fill(messageBytes(word)));
  for (;;) {
    await scene.peer.data(streamOf(scene), batch, false);
    await scene.peer.flush();
    // Gives the rest of the test process its turn: other faults share this thread.
    await sleep(0);
  }
}

async function sendMessages(scene: Scene, match: RegExpExecArray): Promise<void> {
  const [, word = '', times, end] = match;
  if (times === 'inf') return endless(scene, word);
  const bytes = Buffer.concat(Array<Buffer>(Number(times ?? 1)).fill(messageBytes(word)));
  await scene.peer.data(streamOf(scene), bytes, end !== undefined);
}

/** `DRIP:ms:M`: a message of 102 bytes, so that it takes longer than anybody waits. */
async function drip(scene: Scene, match: RegExpExecArray): Promise<void> {
  for (const byte of h2.grpcMessage(messageWith('d'.repeat(100)))) {
    await scene.peer.data(streamOf(scene), Buffer.from([byte]), false);
    await scene.peer.flush();
    await sleep(Number(match[1]));
  }
}

/** Sends `bytes` again and again, as fast as the client takes them. */
async function flood(scene: Scene, bytes: Buffer, times: number): Promise<void> {
  const batch = 20_000;
  for (let sent = 0; sent < times; sent += batch) {
    scene.peer.queue(Buffer.concat(Array<Buffer>(Math.min(batch, times - sent)).fill(bytes)));
    await scene.peer.flush();
    await scene.peer.until(() => !scene.peer.socket.writableNeedDrain);
    await sleep(0);
  }
}

async function close(scene: Scene, how: 'end' | 'destroy'): Promise<void> {
  await scene.peer.flush();
  if (how === 'end') scene.peer.socket.end();
  else scene.peer.socket.end(() => scene.peer.socket.destroy());
}

function goaway(scene: Scene, [, last, code, debug]: RegExpExecArray): void {
  const lastId = last === 'sid' ? streamOf(scene).id : Number(last);
  scene.peer.queue(h2.goaway(lastId, Number(code), debug ?? ''));
}

async function hold(scene: Scene): Promise<void> {
  await scene.peer.flush();
  // A half-open connection: the kernel still acknowledges, but nobody reads, so no PING is answered.
  if (scene.fault === 'conn-half-open') scene.peer.socket.pause();
}

function pushPromise(scene: Scene): void {
  const request = h2.headerBlock([
    [':method', 'GET'],
    [':scheme', 'http'],
    [':path', '/'],
    [':authority', 'localhost'],
  ]);
  const promised = Buffer.from([0, 0, 0, 2]);
  const payload = Buffer.concat([promised, request]);
  scene.peer.queue(h2.frame(h2.frameTypes.pushPromise, h2.frameFlags.endHeaders, streamOf(scene).id, payload));
}

const sendHeaders = (scene: Scene, step: string, endStream: boolean) =>
  scene.peer.queue(h2.headers(streamOf(scene).id, headerFields(scene.fault, step), { endStream }));

const oversized = (scene: Scene) =>
  scene.peer.queue(h2.frame(h2.frameTypes.data, 0, streamOf(scene).id, Buffer.alloc(1024 * 1024)));

const actions: readonly (readonly [RegExp, Action])[] = [
  [/^req$/, () => {}],
  [/^end$/, (scene) => scene.peer.until(() => streamOf(scene).ended)],
  [
    /^H\(no end\)$/,
    (scene) => scene.peer.queue(h2.headers(streamOf(scene).id, headerFields(scene.fault, 'H'), { endHeaders: false })),
  ],
  [/^H(\{.*\})?$/, (scene, match) => sendHeaders(scene, match[0], false)],
  [/^(H.*) END$/, (scene, match) => sendHeaders(scene, match[1] ?? '', true)],
  [/^T(O?\{.*\}|:\d+)$/, (scene, match) => sendHeaders(scene, match[0], true)],
  [/^(Mz?(?:\([^)]*\)|\+field100)?)(?:\*(\d+|inf))?(\+END)?$/, sendMessages],
  [/^(D:.*) END$/, (scene, match) => scene.peer.data(streamOf(scene), bodyBytes(scene.fault, match[1] ?? ''), true)],
  [/^D:.*$/, (scene, match) => scene.peer.data(streamOf(scene), bodyBytes(scene.fault, match[0]), false)],
  [/^RST:(\d+)$/, (scene, match) => scene.peer.queue(h2.rst(streamOf(scene).id, Number(match[1])))],
  [/^GOAWAY:(sid|\d+),(\d+)(?:,(.*))?$/, goaway],
  [/^SLEEP:(\d+)$/, (scene, match) => scene.peer.flush().then(() => sleep(Number(match[1])))],
  [/^DRIP:(\d+):M$/, drip],
  [/^SETTINGS\*1e6$/, (scene) => flood(scene, h2.settings(), 1e6)],
  [
    /^CONT\*(\d+)$/,
    (scene, match) => {
      const block = h2.headerBlock([['x-more', 'y'.repeat(50)]]);
      return flood(scene, h2.frame(h2.frameTypes.continuation, 0, streamOf(scene).id, block), Number(match[1]));
    },
  ],
  [/^FRAME:0,len=1MiB$/, oversized],
  [/^PUSH$/, pushPromise],
  [/^FIN$/, (scene) => close(scene, 'end')],
  [/^CUT$/, (scene) => close(scene, 'destroy')],
  [/^HOLD$/, hold],
];

/** Joins a lone END with the step before it: END_STREAM belongs on the last frame, as servers send it. */
export function joinEnds(steps: readonly string[]): string[] {
  const joined: string[] = [];
  for (const step of steps) {
    if (step === 'END') joined.push(`${joined.pop() ?? ''} END`);
    else joined.push(step);
  }
  return joined;
}

/**
 * Runs steps in order; what lies between two waits leaves in one write. Returns when the steps are done or the client
 * has gone; throws for an unknown step.
 */
export async function runSteps(steps: readonly string[], scene: Scene): Promise<void> {
  try {
    for (const step of joinEnds(steps)) {
      const found = actions.map(([pattern, action]) => ({ match: pattern.exec(step), action })).find((a) => a.match);
      if (!found?.match) throw new Error(`${scene.fault}: no such step: ${step}`);
      await found.action(scene, found.match);
    }
    await scene.peer.flush();
  } catch (error) {
    if (!(error instanceof PeerGone)) throw error;
  }
}
