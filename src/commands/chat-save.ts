// `:save FILE`: what was received so far and what is still to come, as NDJSON; nothing is left out, whatever is shown.
import { createWriteStream, type WriteStream } from 'node:fs';
import { resolve } from 'node:path';
import { UserError } from '../errors.ts';
import { write } from '../io.ts';
import type { PrintMessage } from '../render/rendered.ts';
import { visible } from '../render/visible.ts';
import type { LiveCall } from './live-call.ts';

/** Opens a file for messages. Throws UserError 5 where it cannot be written. */
export async function openSaved(path: string, cwd: string, print: PrintMessage): Promise<SavedStream> {
  const file = createWriteStream(resolve(cwd, path));
  await new Promise<void>((done, failed) => {
    file.once('open', () => done());
    file.once('error', (error) => failed(new UserError(5, `cannot write ${visible(path)}: ${error.message}`)));
  });
  return new SavedStream(path, file, print);
}

/** A file that messages are written to. */
export class SavedStream {
  readonly path: string;
  count = 0;
  /** Why nothing more is written. */
  failure: string | undefined;
  readonly #file: WriteStream;
  readonly #print: PrintMessage;

  constructor(path: string, file: WriteStream, print: PrintMessage) {
    this.path = path;
    this.#print = print;
    this.#file = file;
    this.#file.on('error', (error) => this.#fail(error));
  }

  /** Writes one; a promise to wait for only while the disk does not keep up. */
  add(message: Uint8Array): Promise<void> | undefined {
    if (this.failure !== undefined) return undefined;
    try {
      const line = `${this.#print(message, 'response')}\n`;
      this.count++;
      if (this.#file.writableLength < 1 << 20) this.#file.write(line);
      else return write(this.#file, line).catch((error: unknown) => this.#fail(error));
    } catch (error) {
      this.#fail(error);
    }
    return undefined;
  }

  /** Writes what was kept so far and then all that follows, until the call is over. Resolves to what is missing. */
  async follow(live: LiveCall): Promise<number> {
    let written = 0;
    // The list grows while it is written; at its end what follows is written as it comes.
    for (const { message } of live.kept.list('received')) {
      const wait = this.add(message);
      written++;
      if (wait) await wait;
    }
    live.taps.add((event) => (event.type === 'response' ? this.add(event.message) : undefined));
    return live.received - written;
  }

  /** Closes the file and resolves to what is to be said about it. */
  async close(): Promise<string> {
    if (this.failure === undefined) await new Promise<void>((done) => this.#file.end(done));
    const saved = `${this.count === 1 ? '1 message' : `${this.count} messages`} saved in ${visible(this.path)}`;
    return this.failure === undefined ? saved : `${visible(this.path)}: ${this.failure}; ${saved}`;
  }

  #fail(error: unknown): void {
    this.failure ??= error instanceof Error ? error.message : String(error);
  }
}
