// The seat of streams, loaded when the first stream is shown: the first prompt does not wait for it.
import type { Terminal } from '../prompt/terminal.ts';
import type { Style } from '../render/style.ts';
import type { Repl } from './state.ts';
import type { StreamSeat } from './stream-host.ts';

/** What shows streams on `terminal`. */
export function lazySeat(repl: Repl, terminal: Terminal, style: Style): StreamSeat {
  const seat = async (): Promise<StreamSeat> => (await import('./stream-host.ts')).streamSeat(repl, terminal, style);
  return {
    show: async (stream, name) => (await seat()).show(stream, name),
    attach: async (stream, signal) => (await seat()).attach(stream, signal),
  };
}
