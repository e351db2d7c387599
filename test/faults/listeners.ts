// The servers of the faults that need no TLS and no descriptors: bare TCP, and HTTP/2 framed by hand.
// Each fault gets a server and a port of its own, and the server writes down what the client did.
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { Fault } from './fault-table.ts';
import { rawText } from './payloads.ts';
import { makePeer, type Peer, type PeerStream } from './peer.ts';
import { runSteps } from './steps.ts';

/** A server of one fault, and what it has seen. */
export interface FaultServer {
  /** HOST:PORT for the command line. */
  readonly address: string;
  /** Connections accepted so far. */
  readonly connections: number;
  /** Request streams in the order they were opened, over all connections. */
  readonly streams: readonly PeerStream[];
  /** The most request streams that were open at the same time. */
  readonly mostAtOnce: number;
  /** What went wrong in the harness itself; a test with problems fails. */
  readonly problems: readonly unknown[];
  /** Resolves when the condition holds; it is tried again whenever the client does something. */
  until(condition: () => boolean): Promise<void>;
  /** Resolves with true when the client has closed every connection, with false if it has not within 5 s. */
  deserted(): Promise<boolean>;
  close(): Promise<void>;
}

const okScript = ['end', 'H', 'M', 'T:0'];

/** Scripts of the faults whose row has none: correct servers, and the steps that the row describes in words. */
const scripts: ReadonlyMap<string, (request: number) => readonly string[]> = new Map([
  ['max-streams-1', () => ['SETTINGS:3=1', 'end', 'SLEEP:5', 'H', 'M', 'T:0']],
  ['epipe-head', () => ['end', 'H', 'M*inf']],
  ['stdout-slow-reader', () => ['end', 'H', 'M*1000000', 'T:0']],
  ['sigint-unary', () => ['end', 'HOLD']],
  ['sigint-stream', () => ['end', 'H', 'M*10', 'HOLD']],
  ['sigterm-batch', (request: number) => (request < 3 ? okScript : ['end', 'HOLD'])],
]);

/** Client bytes that are never credited, so that the upload stops at the first window. */
const noWindowUpdates = new Set(['window-never-opens', 'server-stops-early']);
/** Servers whose first frame is not SETTINGS. */
const noSettings = new Set(['no-settings', 'goaway-before-request']);

/** The steps of connection `connection` and request `request` (both from 0), split at the first wait for a request. */
function scriptOf(fault: Fault, connection: number, request: number): { prelude: string[]; steps: string[] } {
  let steps = [...(scripts.get(fault.id)?.(request) ?? fault.script ?? okScript)];
  const second = steps.findIndex((step) => step.startsWith('-- 2nd: '));
  if (second >= 0 && connection === 0) steps = steps.slice(0, second);
  else if (second >= 0) steps = [steps[second]!.slice('-- 2nd: '.length), ...steps.slice(second + 1)];
  const wait = steps.findIndex((step) => step === 'req' || step === 'end');
  return wait < 0 ? { prelude: steps, steps: [] } : { prelude: steps.slice(0, wait), steps: steps.slice(wait) };
}

/** `SETTINGS:4=2^31` of the prelude: they belong into the first SETTINGS frame. */
function settingsOf(prelude: readonly string[]): (readonly [number, number])[] {
  return prelude.flatMap((step) => {
    const [, id, base, power] = /^SETTINGS:(\d+)=(\d+)(?:\^(\d+))?$/.exec(step) ?? [];
    return id === undefined ? [] : [[Number(id), Number(base) ** Number(power ?? 1)] as const];
  });
}

/** What a server has seen, as it grows. */
export interface Notes {
  connections: number;
  mostAtOnce: number;
  readonly streams: PeerStream[];
  readonly problems: unknown[];
  readonly open: Set<Socket>;
  readonly waiting: Set<() => void>;
}

const wakeAll = (notes: Notes) => {
  for (const wake of [...notes.waiting]) wake();
};

/** Bare TCP: raw text, silence or an end, whatever the client says. */
function serveRaw(fault: Fault, socket: Socket): void {
  socket.setNoDelay(true);
  socket.on('error', () => {});
  const text = fault.script?.find((step) => step.startsWith('RAW:'));
  const last = fault.script?.at(-1);
  const act = () => {
    if (text !== undefined) socket.write(rawText(text));
    if (last === 'FIN') socket.end();
    if (last === 'CUT') socket.resetAndDestroy();
  };
  // An HTTP/1.1 server speaks only when it has been spoken to.
  if (text?.startsWith('RAW:HTTP')) socket.once('data', act);
  else act();
  socket.resume();
}

function serveHttp2(fault: Fault, socket: Socket, notes: Notes): void {
  const connection = notes.connections - 1;
  const { prelude } = scriptOf(fault, connection, 0);
  const settings = noSettings.has(fault.id) ? undefined : settingsOf(prelude);
  const answered = new Set<number>();
  const run = async (steps: readonly string[], on: Peer, stream?: PeerStream) => {
    await runSteps(steps, { fault: fault.id, peer: on, stream }).catch((error) => notes.problems.push(error));
    if (stream !== undefined) answered.add(stream.id);
    wakeAll(notes);
  };
  const peer = makePeer(socket, { settings, windowUpdates: !noWindowUpdates.has(fault.id) }, (from, stream) => {
    notes.streams.push(stream);
    const open = (other: PeerStream) => !answered.has(other.id) && other.reset === undefined;
    const unanswered = [...from.streams.values()].filter(open).length;
    notes.mostAtOnce = Math.max(notes.mostAtOnce, unanswered);
    const { steps } = scriptOf(fault, connection, notes.streams.length - 1);
    void run(steps, from, stream);
  });
  const opening = prelude.filter((step) => !step.startsWith('SETTINGS:'));
  if (opening.length > 0) void run(opening, peer);
}

/** Writes down what every server of a fault must know: connections, and when the client did something. */
export function takeNotes(server: Server): Notes {
  const notes: Notes = {
    connections: 0,
    mostAtOnce: 0,
    streams: [],
    problems: [],
    open: new Set(),
    waiting: new Set(),
  };
  server.on('connection', (socket: Socket) => {
    notes.connections++;
    notes.open.add(socket);
    // Later than the peer's own listener, so that what has just come is already written down.
    socket.on('data', () => setImmediate(wakeAll, notes));
    socket.on('close', () => {
      notes.open.delete(socket);
      wakeAll(notes);
    });
  });
  return notes;
}

/** Listens on a free loopback port and wraps the server with its notes. */
export async function listenLocally(server: Server, notes: Notes, host = '127.0.0.1'): Promise<FaultServer> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `${host}:${port}`,
    get connections() {
      return notes.connections;
    },
    get mostAtOnce() {
      return notes.mostAtOnce;
    },
    streams: notes.streams,
    problems: notes.problems,
    deserted: () => deserted(notes),
    until: (condition) => waitUntil(notes, condition),
    close: async () => {
      for (const socket of notes.open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function deserted(notes: Notes): Promise<boolean> {
  // A socket that the script has paused would not notice that its other end is gone.
  for (const socket of notes.open) socket.resume();
  const timer = setTimeout(wakeAll, 5000, notes);
  const over = performance.now() + 4900;
  await waitUntil(notes, () => notes.open.size === 0 || performance.now() > over);
  clearTimeout(timer);
  return notes.open.size === 0;
}

function waitUntil(notes: Notes, condition: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const check = () => {
      if (!condition()) return;
      notes.waiting.delete(check);
      resolve();
    };
    notes.waiting.add(check);
    check();
  });
}

/** Starts the server of a fault with the listener `raw`, `h2c` or a correct `h2c ok server`. */
export async function openPlainServer(fault: Fault): Promise<FaultServer> {
  const server = createServer({ allowHalfOpen: false });
  const notes = takeNotes(server);
  server.on('connection', (socket: Socket) => {
    if (fault.listener === 'raw') serveRaw(fault, socket);
    else serveHttp2(fault, socket, notes);
  });
  return listenLocally(server, notes);
}

/** The code of CANCEL, RFC 9113 §7. */
export const cancelCode = 0x8;
