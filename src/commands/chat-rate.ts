// How many of something there were in the last second, counted in tenths: for the status line, and to tell when there
// are too many to show each.

const slots = 10;
const slotMs = 100;

/** Counts what happens, by a clock in milliseconds. */
export class Rate {
  readonly #counts = new Array<number>(slots).fill(0);
  #slot = 0;

  /** Counts one, and returns how many there were in the last second with it. */
  add(now: number): number {
    this.#advance(now);
    const at = this.#slot % slots;
    this.#counts[at] = this.#counts[at]! + 1;
    return this.#sum();
  }

  /** How many there were in the last second. */
  at(now: number): number {
    this.#advance(now);
    return this.#sum();
  }

  #sum(): number {
    let sum = 0;
    for (const count of this.#counts) sum += count;
    return sum;
  }

  #advance(now: number): void {
    const slot = Math.floor(now / slotMs);
    const from = Math.max(this.#slot + 1, slot - slots + 1);
    for (let empty = from; empty <= slot; empty++) this.#counts[empty % slots] = 0;
    this.#slot = Math.max(this.#slot, slot);
  }
}
