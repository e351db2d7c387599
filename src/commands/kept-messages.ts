// The messages of a call as they are kept to be looked at again: all of them, up to a bound in bytes that a stream
// without end reaches some time.

/** One message; `at` is milliseconds since the call began. */
export interface KeptMessage {
  readonly number: number;
  readonly message: Uint8Array;
  readonly at: number;
}

/** Bytes of messages kept of one call, and of all calls of a session together. */
export const keptBytes = 128 * 1024 * 1024;
/** What a message costs besides its bytes. */
export const messageOverhead = 128;

/** Keeps messages in both directions, the first ones: their numbers stay what they are. */
export class KeptMessages {
  readonly #lists = { sent: [] as KeptMessage[], received: [] as KeptMessage[] };
  readonly #counts = { sent: 0, received: 0 };
  readonly #limit: number;
  #bytes = 0;
  #full = false;

  constructor(limit = keptBytes) {
    this.#limit = limit;
  }

  /** Whether messages came that are not kept. */
  get full(): boolean {
    return this.#full;
  }

  add(direction: 'sent' | 'received', message: Uint8Array, at: number): void {
    const number = ++this.#counts[direction];
    this.#bytes += message.length + messageOverhead;
    this.#full ||= this.#bytes > this.#limit;
    // Once one is left out all that follow are: what is kept has no holes.
    if (!this.#full) this.#lists[direction].push({ number, message, at });
  }

  /** Those kept, in order. */
  list(direction: 'sent' | 'received'): readonly KeptMessage[] {
    return this.#lists[direction];
  }

  find(direction: 'sent' | 'received', number: number): KeptMessage | undefined {
    return this.#lists[direction][number - 1];
  }
}
