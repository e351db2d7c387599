// Drives a real browser for tests: Chromium over its debugging pipe, one page at a time, with what the page said and did.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { temporaryFolder } from './temp.ts';

const chromiumPath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);

/** Why there is no browser to test with; undefined where there is one. */
export const noChromium = chromiumPath === undefined ? 'needs /usr/bin/chromium' : undefined;

/** A page of the browser. */
export interface Page {
  /** Goes to a URL; resolves once it has loaded, to the HTTP status. */
  open(url: string): Promise<number>;
  /** Runs the body of an async function in the page; resolves to what it returns. Throws what it throws. */
  run<T>(body: string): Promise<T>;
  /** What the page wrote to its console, its uncaught errors, and what the browser has to complain about. */
  readonly complaints: readonly string[];
  /** The window's size in pixels, and the colours that its reader prefers. */
  look(width: number, height: number, scheme: 'light' | 'dark'): Promise<void>;
  /** The page as a PNG. */
  picture(): Promise<Buffer>;
  close(): Promise<void>;
}

/** A running browser. */
export interface Chromium {
  newPage(): Promise<Page>;
  close(): Promise<void>;
}

const quietFlags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
  '--remote-debugging-pipe',
];

/** Starts the browser with an empty profile and these flags besides the usual ones. */
export async function startChromium(flags: readonly string[] = []): Promise<Chromium> {
  const folder = temporaryFolder();
  const words = [...quietFlags, `--user-data-dir=${folder}/profile`, ...flags, 'about:blank'];
  const child = spawn(chromiumPath!, words, {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: folder, LANG: 'C.UTF-8' },
  });
  const pipe = new DebuggingPipe(child);
  await pipe.send('Target.setDiscoverTargets', { discover: true });
  return {
    newPage: () => openPage(pipe),
    close: async () => {
      const gone = once(child, 'exit');
      void pipe.send('Browser.close').catch(() => {});
      const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
      await gone;
      clearTimeout(timer);
    },
  };
}

type Fields = Record<string, unknown>;
interface Incoming {
  readonly id?: number;
  readonly sessionId?: string;
  readonly method?: string;
  readonly params?: Fields;
  readonly result?: Fields;
  readonly error?: { readonly message: string };
}

/** Chromium's DevTools protocol over file descriptors 3 and 4: JSON, each message ended by a zero byte. */
class DebuggingPipe {
  readonly #out: Writable;
  readonly #waiting = new Map<number, { resolve(result: Fields): void; reject(error: Error): void }>();
  readonly #listeners = new Set<(message: Incoming) => void>();
  #lastId = 0;
  #rest = Buffer.alloc(0);

  constructor(child: ChildProcess) {
    this.#out = child.stdio[3] as Writable;
    const input = child.stdio[4] as Readable;
    this.#out.on('error', () => {});
    input.on('data', (chunk: Buffer) => this.#take(chunk));
    child.on('exit', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('the browser has ended'));
    });
  }

  send(method: string, params: Fields = {}, sessionId?: string): Promise<Fields> {
    const id = ++this.#lastId;
    this.#out.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  listen(listener: (message: Incoming) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #take(chunk: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    for (let end = this.#rest.indexOf(0); end >= 0; end = this.#rest.indexOf(0)) {
      const message = JSON.parse(this.#rest.subarray(0, end).toString()) as Incoming;
      this.#rest = this.#rest.subarray(end + 1);
      const waiting = message.id === undefined ? undefined : this.#waiting.get(message.id);
      if (message.id !== undefined) this.#waiting.delete(message.id);
      if (message.error) waiting?.reject(new Error(message.error.message));
      else waiting?.resolve(message.result ?? {});
      if (message.method !== undefined) for (const listener of this.#listeners) listener(message);
    }
  }
}

async function openPage(pipe: DebuggingPipe): Promise<Page> {
  const { targetId } = await pipe.send('Target.createTarget', { url: 'about:blank' });
  const { sessionId } = await pipe.send('Target.attachToTarget', { targetId, flatten: true });
  const send = (method: string, params?: Fields) => pipe.send(method, params, sessionId as string);
  const complaints: string[] = [];
  let status = 0;
  let loaded = () => {};
  const stop = pipe.listen((message) => {
    if (message.sessionId !== sessionId) return;
    const complaint = complaintOf(message);
    if (complaint !== undefined) complaints.push(complaint);
    if (message.method === 'Network.responseReceived' && message.params?.type === 'Document') {
      status = (message.params.response as { status: number }).status;
    }
    if (message.method === 'Page.loadEventFired') loaded();
  });
  for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await send(`${domain}.enable`);
  return {
    complaints,
    open: async (url) => {
      const whenLoaded = new Promise<void>((resolve) => {
        loaded = resolve;
      });
      status = 0;
      const { errorText } = await send('Page.navigate', { url });
      if (errorText !== undefined) throw new Error(`${url}: ${errorText}`);
      await whenLoaded;
      return status;
    },
    run: async (body) => {
      const expression = `(async () => { ${body} })()`;
      const made = await send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
      const failure = made.exceptionDetails as { exception?: { description?: string }; text: string } | undefined;
      if (failure) throw new Error(failure.exception?.description ?? failure.text);
      return (made.result as { value: never }).value;
    },
    look: async (width, height, scheme) => {
      await send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: false });
      await send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: scheme }] });
    },
    picture: async () => {
      const { data } = await send('Page.captureScreenshot', { format: 'png' });
      return Buffer.from(data as string, 'base64');
    },
    close: async () => {
      stop();
      await pipe.send('Target.closeTarget', { targetId });
    },
  };
}

/** What went wrong in a page, or what it wrote to its console, as one line. */
function complaintOf({ method, params }: Incoming): string | undefined {
  if (method === 'Runtime.consoleAPICalled') {
    const args = params!.args as { value?: unknown; description?: string }[];
    return `console.${params!.type}: ${args.map(({ value, description }) => description ?? value).join(' ')}`;
  }
  if (method === 'Runtime.exceptionThrown') {
    const { text, exception } = params!.exceptionDetails as { text: string; exception?: { description?: string } };
    return `exception: ${exception?.description ?? text}`;
  }
  if (method === 'Log.entryAdded') {
    const { source, text, url } = params!.entry as { source: string; text: string; url?: string };
    return `${source}: ${text} ${url ?? ''}`;
  }
  return undefined;
}
