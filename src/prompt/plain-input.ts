// Lines of standard input, one at a time: those typed before they are asked for wait.
import { StringDecoder } from 'node:string_decoder';
import type { Io } from '../io.ts';

/** Reads `stdin` line by line. */
export class PlainInput {
  readonly #stdin: Io['stdin'];
  readonly #decoder = new StringDecoder('utf8');
  readonly #lines: string[] = [];
  readonly #onData = (chunk: Uint8Array | string): void => this.#take(chunk);
  readonly #onEnd = (): void => this.#end();
  #rest = '';
  #ended = false;
  #waiting: (() => void) | undefined;

  constructor(stdin: Io['stdin']) {
    this.#stdin = stdin;
    stdin.on('data', this.#onData);
    stdin.on('end', this.#onEnd);
    stdin.on('error', this.#onEnd);
  }

  /** The next line without its end, undefined when there are no more. Rejects with the signal's reason. */
  async line(signal: AbortSignal): Promise<string | undefined> {
    while (this.#lines.length === 0 && !this.#ended) {
      signal.throwIfAborted();
      await new Promise<void>((resolve) => {
        this.#waiting = resolve;
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    }
    signal.throwIfAborted();
    return this.#lines.shift();
  }

  pause(): void {
    this.#stdin.off('data', this.#onData);
    this.#stdin.pause();
  }

  resume(): void {
    this.#stdin.on('data', this.#onData);
    this.#stdin.resume();
  }

  close(): void {
    this.pause();
    this.#stdin.off('end', this.#onEnd);
    this.#stdin.off('error', this.#onEnd);
  }

  #take(chunk: Uint8Array | string): void {
    const text = this.#rest + (typeof chunk === 'string' ? chunk : this.#decoder.write(Buffer.from(chunk)));
    const lines = text.split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? '';
    this.#lines.push(...lines);
    if (lines.length > 0) this.#waiting?.();
  }

  #end(): void {
    if (this.#rest !== '') this.#lines.push(this.#rest.replace(/\r$/, ''));
    this.#rest = '';
    this.#ended = true;
    this.#waiting?.();
  }
}
