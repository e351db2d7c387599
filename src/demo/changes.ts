// Tells watchers what has changed: a list of subscribers, each with a queue of its own.
// A watcher that reads slowly delays nobody; one that is cancelled leaves the list.

/** Changes of type T, for any number of watchers. */
export interface Changes<T> {
  /** Sends a change to all that watch now. */
  announce(change: T): void;
  /** The changes from this very moment on, read or not yet read, until the signal is aborted. */
  watch(signal: AbortSignal): AsyncGenerator<T>;
}

/** Changes that nobody watches yet. */
export function makeChanges<T>(): Changes<T> {
  const watchers = new Set<(change: T) => void>();
  return {
    announce: (change) => {
      for (const watcher of watchers) watcher(change);
    },
    watch: (signal) => {
      const queue: T[] = [];
      let wake = () => {};
      const watcher = (change: T) => {
        queue.push(change);
        wake();
      };
      const leave = () => {
        watchers.delete(watcher);
        wake();
      };
      watchers.add(watcher);
      signal.addEventListener('abort', leave, { once: true });
      return drain(queue, signal, (resolve) => {
        wake = resolve;
      });
    },
  };
}

async function* drain<T>(queue: T[], signal: AbortSignal, onWake: (resolve: () => void) => void): AsyncGenerator<T> {
  while (!signal.aborted) {
    const change = queue.shift();
    if (change !== undefined) yield change;
    else await new Promise<void>(onWake);
  }
}
