// The streams that go on behind the prompt: each has a number until it is over, and its end is told in one line.
import { countsOf } from '../commands/chat-head.ts';
import type { LiveCall } from '../commands/live-call.ts';
import { humanTime } from '../render/units.ts';
import { visible } from '../render/visible.ts';
import { codeName } from '../wire/status.ts';

/** One of them. */
export interface BackgroundStream {
  readonly number: number;
  readonly live: LiveCall;
  /** How its reply is called: `$4`; undefined while it has none. */
  readonly name: () => string | undefined;
}

/** All of a session. */
export class Streams {
  readonly #all = new Map<number, BackgroundStream>();
  /** Those that somebody looks at: their end is told there. */
  readonly #seen = new Set<number>();
  #number = 0;

  /** How many nobody looks at. */
  get size(): number {
    return this.#all.size - this.#seen.size;
  }

  list(): readonly BackgroundStream[] {
    return [...this.#all.values()];
  }

  /** The stream of a number; without one the only stream there is. */
  find(number: number | undefined): BackgroundStream | undefined {
    if (number !== undefined) return this.#all.get(number);
    return this.#all.size === 1 ? this.list()[0] : undefined;
  }

  /** Takes one that is left, and tells its end by `say`. One that was here before keeps its number. */
  leave(live: LiveCall, name: () => string | undefined, say: (line: string) => void): number {
    const known = this.list().find((one) => one.live === live);
    if (known) {
      this.#seen.delete(known.number);
      return known.number;
    }
    const number = ++this.#number;
    this.#all.set(number, { number, live, name });
    void live.over.then(() => {
      const unseen = !this.#seen.delete(number);
      this.#all.delete(number);
      if (unseen) say(`stream ${number} ${endWords(live)}${name() === undefined ? '' : ` · ${name()}`}`);
    });
    return number;
  }

  /** Somebody looks at it now. */
  see(stream: BackgroundStream): void {
    this.#seen.add(stream.number);
  }
}

/** `Chat is over: OK · 3 received, 3 sent · 16.2 s`. */
function endWords(live: LiveCall): string {
  const { end } = live;
  const name = visible(live.method.name);
  if (!end || 'error' in end) return `${name} ended: ${visible(String((end?.error as Error | undefined)?.message))}`;
  const { code, message } = end.status;
  const why = code === 0 || message === '' ? '' : ` (${code}): ${visible(message)}`;
  return `${name} is over: ${codeName(code)}${why} · ${countsOf(live)} · ${humanTime(end.ms)}`;
}
