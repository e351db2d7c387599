// The terminal for screen readers and dumb terminals: lines are printed and lines are read, as the terminal echoes them;
// nothing is repainted. It asks the same machines.
import { type Io, write } from '../io.ts';
import { namedKey, pasteKey } from './keys.ts';
import type { Asking, Machine, PlainForm, Size, Step } from './machine.ts';
import { PlainInput } from './plain-input.ts';
import type { AskOptions, Terminal } from './terminal.ts';
import { terminalGone } from './terminal-gone.ts';

/** See Terminal. */
export class PlainTerminal implements Terminal {
  readonly plain = true;
  readonly #io: Io;
  readonly #input: PlainInput;
  readonly #ended = new AbortController();
  readonly #undo: (() => void)[] = [];
  #interrupts: (() => void)[] = [];
  #pressed: (() => void) | undefined;
  #lineOpen = false;

  constructor(io: Io) {
    this.#io = io;
    this.#input = new PlainInput(io.stdin);
    if (io.hooks) this.#undo.push(io.hooks.onInterrupt(() => (this.#pressed ?? this.#interrupts.at(-1))?.()));
  }

  size(): Size {
    return { columns: this.#io.stderr.columns || 80, rows: this.#io.stderr.rows || 24 };
  }

  ask<State, Answer>(machine: Machine<State, Answer>, options: AskOptions<State> = {}): Asking<State, Answer> {
    let state = options.state ?? machine.start;
    const signals = [this.#io.signal, this.#ended.signal, ...(options.signal ? [options.signal] : [])];
    const place = { get: () => state, set: (next: State) => (state = next) };
    return {
      answer: this.#converse(machine, place, AbortSignal.any(signals)),
      update: (change) => {
        state = change(state);
      },
      print: (text) => this.#print(`${this.#lineOpen ? '\n' : ''}${text.endsWith('\n') ? text : `${text}\n`}`),
    };
  }

  async write(text: string): Promise<void> {
    if (text === '') return;
    this.#lineOpen = !text.endsWith('\n');
    await write(this.#io.stderr, text);
  }

  onInterrupt(listener: () => void): () => void {
    this.#interrupts.push(listener);
    return () => {
      this.#interrupts = this.#interrupts.filter((other) => other !== listener);
    };
  }

  async lend<T>(run: () => Promise<T>): Promise<T> {
    this.#input.pause();
    const deaf = this.#io.hooks?.onInterrupt(() => {});
    try {
      return await run();
    } finally {
      deaf?.();
      this.#input.resume();
    }
  }

  onResize(listener: () => void): () => void {
    this.#io.stderr.on('resize', listener);
    return () => this.#io.stderr.off('resize', listener);
  }

  close(): void {
    this.#ended.abort(terminalGone());
    for (const undo of this.#undo.splice(0)) undo();
    this.#input.close();
  }

  async #converse<State, Answer>(
    machine: Machine<State, Answer>,
    state: { get: () => State; set: (next: State) => void },
    signal: AbortSignal,
  ): Promise<Answer> {
    const form = machine.plain ?? typedForm(machine);
    for (;;) {
      signal.throwIfAborted();
      this.#print(`${this.#lineOpen ? '\n' : ''}${form.question(state.get(), this.size())}`);
      const line = await this.#read(signal);
      const step =
        line === 'interrupt' ? machine.press(state.get(), namedKey('ctrl-c')) : form.reply(state.get(), line.text);
      if ('answer' in step) return step.answer;
      // At the end of the input a prompt that goes on would be asked for ever.
      if (line !== 'interrupt' && line.text === undefined) throw terminalGone();
      state.set(step.state);
    }
  }

  /** The next line, its text undefined at the end of the input; `interrupt` if Ctrl-C came first. */
  async #read(signal: AbortSignal): Promise<'interrupt' | { readonly text: string | undefined }> {
    const stop = new AbortController();
    this.#pressed = () => stop.abort();
    try {
      const text = await this.#input.line(AbortSignal.any([signal, stop.signal]));
      // The terminal has shown the line end that was typed; at the end of the input there was none.
      this.#lineOpen = text === undefined;
      return { text };
    } catch (error) {
      if (!stop.signal.aborted) throw error;
      this.#lineOpen = true;
      return 'interrupt';
    } finally {
      this.#pressed = undefined;
    }
  }

  #print(text: string): void {
    if (text === '') return;
    this.#lineOpen = !text.endsWith('\n');
    this.#io.stderr.write(text);
  }
}

/** How a machine without a plain form is asked: its rows are printed, the line is typed into it, and Enter. */
function typedForm<State, Answer>(machine: Machine<State, Answer>): PlainForm<State, Answer> {
  return {
    question(state, size) {
      const { above, input, below } = machine.view(state, size);
      const given = input && input.text !== '' ? `[${input.text}] ` : '';
      return [...above, ...below, `${input?.before ?? ''}${given}`].join('\n');
    },
    reply(state, line): Step<State, Answer> {
      if (line === undefined) return machine.press(state, namedKey('ctrl-d'));
      // An empty line accepts what is there; anything else takes its place.
      const keys = line === '' ? [] : [namedKey('ctrl-e'), namedKey('ctrl-u'), pasteKey(line)];
      let step: Step<State, Answer> = { state };
      for (const key of [...keys, namedKey('return')]) {
        step = machine.press(step.state, key);
        if ('answer' in step) return step;
      }
      return step;
    },
  };
}
