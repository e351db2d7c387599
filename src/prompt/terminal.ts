// The one owner of the terminal: raw mode for the whole session, the keys, the prompt that is asked and its repaints, and
// the way back to a terminal as it was, however the session ends.
import type { Io } from '../io.ts';
import type { Style } from '../render/style.ts';
import type { Asking, Machine, Size } from './machine.ts';
import { PlainTerminal } from './plain.ts';
import { RawTerminal } from './terminal-raw.ts';

export interface TerminalOptions {
  /** Printed lines only, nothing repainted. */
  readonly plain: boolean;
  readonly style: Style;
}

export interface AskOptions<State> {
  /** Where to begin, instead of the machine's start: a prompt is entered again where it was left. */
  readonly state?: State | undefined;
  /** Takes the prompt away; its answer rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** What was on the screen stays there, instead of the machine's trace. */
  readonly keep?: boolean | undefined;
}

/** The terminal of a session. One prompt is asked at a time. */
export interface Terminal {
  readonly plain: boolean;
  size(): Size;
  /** Asks; the answer rejects when a signal takes the prompt away or the terminal is gone. */
  ask<State, Answer>(machine: Machine<State, Answer>, options?: AskOptions<State>): Asking<State, Answer>;
  /** Prints for good: between prompts where the cursor is, while one is asked above it. */
  write(text: string): Promise<void>;
  /** Hears of Ctrl-C while no prompt is asked; the newest listener alone. Other keys wait for the next prompt. */
  onInterrupt(listener: () => void): () => void;
  /** Lends the terminal to another program, in the mode in which the session found it. */
  lend<T>(run: () => Promise<T>): Promise<T>;
  onResize(listener: () => void): () => void;
  /** Gives the terminal back as it was. Safe to call twice. */
  close(): void;
}

/** Takes the terminal over; `close` gives it back, and so does every other end of the process. */
export function openTerminal(io: Io, options: TerminalOptions): Terminal {
  return options.plain ? new PlainTerminal(io) : new RawTerminal(io, options.style);
}
