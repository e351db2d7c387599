// The server's end of one HTTP/2 connection, framed by hand: it keeps the flow-control account that a correct server
// must keep, records what the client does, and leaves every decision to the script of the fault.
import type { Socket } from 'node:net';
import * as h2 from '../support/http2-frames.ts';

// The largest payload a client accepts unless it says otherwise (SETTINGS_MAX_FRAME_SIZE).
const maxFrameSize = 16_384;

/** Ends a script quietly: the client has gone or has reset the stream. */
export class PeerGone extends Error {}

/** What the server has seen of one request stream. */
export interface PeerStream {
  readonly id: number;
  /** END_STREAM received. */
  ended: boolean;
  /** Code of the client's RST_STREAM. */
  reset: number | undefined;
  /** Bytes the client still allows us to send. */
  window: number;
  /** Bytes of DATA received. */
  received: number;
}

/** How a correct server would behave where the script says nothing. */
export interface PeerHabits {
  /** First frame: SETTINGS with these; undefined sends none. */
  readonly settings: readonly (readonly [number, number])[] | undefined;
  /** Gives back the window for DATA received. */
  readonly windowUpdates: boolean;
}

/** One connection. */
export interface Peer {
  readonly socket: Socket;
  readonly streams: ReadonlyMap<number, PeerStream>;
  readonly gone: boolean;
  /** Bytes to send; they leave together at the next flush. */
  queue(bytes: Buffer): void;
  /** Sends what is queued; waits until the kernel has it. Throws PeerGone. */
  flush(): Promise<void>;
  /** Waits until the condition holds; throws PeerGone when the connection ends first. */
  until(condition: () => boolean): Promise<void>;
  /** DATA within the client's windows, flushing only when a window is full. Throws PeerGone, also after a reset. */
  data(stream: PeerStream, bytes: Uint8Array, endStream: boolean): Promise<void>;
}

interface State {
  readonly socket: Socket;
  readonly habits: PeerHabits;
  readonly streams: Map<number, PeerStream>;
  readonly waiting: Set<() => void>;
  connectionWindow: number;
  initialWindow: number;
  gone: boolean;
  queued: Buffer[];
}

function write(state: State, bytes: Buffer): void {
  if (state.socket.writable) state.socket.write(bytes);
}

function takeSettings(state: State, payload: Buffer): void {
  for (let at = 0; at + 6 <= payload.length; at += 6) {
    if (payload.readUInt16BE(at) !== 4) continue;
    const change = payload.readUInt32BE(at + 2) - state.initialWindow;
    state.initialWindow += change;
    for (const stream of state.streams.values()) stream.window += change;
  }
  write(state, h2.settingsAck());
}

function takeData(state: State, { streamId, flags, payload }: h2.Frame): void {
  const stream = state.streams.get(streamId);
  if (stream !== undefined) stream.received += payload.length;
  if (!state.habits.windowUpdates || payload.length === 0) return;
  write(state, h2.windowUpdate(0, payload.length));
  if ((flags & h2.frameFlags.endStream) === 0) write(state, h2.windowUpdate(streamId, payload.length));
}

function takeWindowUpdate(state: State, { streamId, payload }: h2.Frame): void {
  const credit = payload.readUInt32BE(0);
  const stream = state.streams.get(streamId);
  if (streamId === 0) state.connectionWindow += credit;
  else if (stream !== undefined) stream.window += credit;
}

/** Takes one frame into account; `opened` is called for the HEADERS of a new stream. */
function take(state: State, received: h2.Frame, opened: (stream: PeerStream) => void): void {
  const { type, streamId, payload } = received;
  const types = h2.frameTypes;
  const ack = (received.flags & h2.frameFlags.ack) !== 0;
  const known = state.streams.get(streamId);
  if (type === types.settings && !ack) takeSettings(state, payload);
  if (type === types.ping && !ack) write(state, h2.ping(payload, true));
  if (type === types.windowUpdate) takeWindowUpdate(state, received);
  if (type === types.rstStream && known !== undefined) known.reset = payload.readUInt32BE(0);
  if (type === types.data) takeData(state, received);
  if (type !== types.data && type !== types.headers) return;
  const stream = known ?? { id: streamId, ended: false, reset: undefined, window: state.initialWindow, received: 0 };
  stream.ended ||= (received.flags & h2.frameFlags.endStream) !== 0;
  if (type === types.headers && known === undefined) {
    state.streams.set(streamId, stream);
    opened(stream);
  }
}

function listen(state: State, opened: (stream: PeerStream) => void): void {
  const reader = new h2.FrameReader();
  const wakeAll = () => {
    for (const wake of [...state.waiting]) wake();
  };
  state.socket.on('data', (chunk: Buffer) => {
    try {
      for (const received of reader.push(chunk)) take(state, received, opened);
    } catch {
      // A client that tries TLS on this port is not the client of the script.
      state.socket.destroy();
    }
    wakeAll();
  });
  state.socket.on('error', () => {});
  state.socket.on('drain', wakeAll);
  state.socket.on('close', () => {
    state.gone = true;
    wakeAll();
  });
}

function until(state: State, condition: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const check = () => {
      const done = !state.gone && condition();
      if (!done && !state.gone) return;
      state.waiting.delete(check);
      if (done) resolve();
      else reject(new PeerGone());
    };
    state.waiting.add(check);
    check();
  });
}

async function flush(state: State): Promise<void> {
  const bytes = Buffer.concat(state.queued);
  state.queued = [];
  if (state.gone || !state.socket.writable) throw new PeerGone();
  if (bytes.length > 0) state.socket.write(bytes);
  await until(state, () => state.socket.writableLength === 0 || !state.socket.writableNeedDrain);
}

async function sendData(state: State, stream: PeerStream, bytes: Uint8Array, endStream: boolean): Promise<void> {
  let at = 0;
  do {
    if (state.gone || stream.reset !== undefined) throw new PeerGone();
    const room = Math.max(0, Math.min(maxFrameSize, state.connectionWindow, stream.window, bytes.length - at));
    if (room === 0 && bytes.length > at) {
      await flush(state);
      await until(state, () => stream.reset !== undefined || Math.min(state.connectionWindow, stream.window) > 0);
      continue;
    }
    const last = endStream && at + room >= bytes.length;
    state.queued.push(h2.data(stream.id, bytes.subarray(at, at + room), { endStream: last }));
    state.connectionWindow -= room;
    stream.window -= room;
    at += room;
  } while (at < bytes.length);
}

/** Takes over an accepted socket; `opened` is called once for each request stream. */
export function makePeer(socket: Socket, habits: PeerHabits, opened: (peer: Peer, stream: PeerStream) => void): Peer {
  const state: State = {
    socket,
    habits,
    streams: new Map(),
    waiting: new Set(),
    connectionWindow: 65_535,
    initialWindow: 65_535,
    gone: false,
    queued: [],
  };
  const peer: Peer = {
    socket,
    streams: state.streams,
    get gone() {
      return state.gone;
    },
    queue: (bytes) => state.queued.push(bytes),
    flush: () => flush(state),
    until: (condition) => until(state, condition),
    data: (stream, bytes, endStream) => sendData(state, stream, bytes, endStream),
  };
  socket.setNoDelay(true);
  if (habits.settings !== undefined) socket.write(h2.settings(habits.settings));
  listen(state, (stream) => opened(peer, stream));
  return peer;
}
