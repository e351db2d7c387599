// The Io of a driver: what bin/grepl.js gives the program, for a prompt that runs alone.
import type { Io } from '../../../src/io.ts';

const interrupts: (() => void)[] = [];
const ended = new AbortController();

function on(event: 'exit' | 'SIGCONT', listener: () => void): () => void {
  process.on(event, listener);
  return () => process.off(event, listener);
}

process.on('SIGINT', () => interrupts.at(-1)?.());
process.on('SIGTERM', () => ended.abort(new Error('terminated')));

export const io: Io = {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  signal: ended.signal,
  cwd: process.cwd(),
  packageRoot: process.cwd(),
  now: () => performance.now(),
  hooks: {
    onExit: (listener) => on('exit', listener),
    onContinue: (listener) => on('SIGCONT', listener),
    onInterrupt(listener) {
      interrupts.push(listener);
      return () => interrupts.splice(interrupts.lastIndexOf(listener), 1);
    },
    stop: () => process.kill(0, 'SIGTSTP'),
  },
};
