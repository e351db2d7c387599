// The terminal in raw mode: every key is ours for the whole session, those typed while nothing is asked wait for the next
// prompt, and the modes are taken back on each way out.
import { type Io, type OutputStream, write } from '../io.ts';
import type { Style } from '../render/style.ts';
import { loadInquirer } from './inquirer-adapter.ts';
import { keyName, readKeys } from './keys.ts';
import type { Asking, Key, Machine, Size } from './machine.ts';
import type { AskOptions, Terminal } from './terminal.ts';
import { terminalGone } from './terminal-gone.ts';
import { AskedPrompt } from './terminal-prompt.ts';

const pasteOn = '\u001b[?2004h';
const pasteOff = '\u001b[?2004l';
const nothing = (): void => {};
const cursorOn = '\u001b[?25h';
/** How long a stop may take to come, in milliseconds. */
const stopMs = 100;

/** See Terminal. */
export class RawTerminal implements Terminal {
  readonly plain = false;
  readonly #io: Io;
  readonly #out: OutputStream;
  readonly #style: Style;
  readonly #inquirer = loadInquirer();
  readonly #ended = new AbortController();
  readonly #resizes = new Set<() => void>();
  readonly #undo: (() => void)[] = [];
  #interrupts: (() => void)[] = [];
  #asked: AskedPrompt<never, unknown> | undefined;
  #waiting: Key[] = [];
  #stopKeys: (() => void) | undefined;
  /** Fulfilled when the terminal is back from another program; undefined while it is ours. */
  #back: Promise<void> | undefined;
  /** What was printed while another program had the terminal. */
  #held = '';
  #lineOpen = false;
  #continuedAt = Number.NEGATIVE_INFINITY;

  constructor(io: Io, style: Style) {
    this.#io = io;
    this.#style = style;
    this.#out = !io.stderr.isTTY && io.stdout.isTTY ? io.stdout : io.stderr;
    // A failure to load shows where a prompt is asked; until then nobody waits for it.
    this.#inquirer.catch(() => {});
    const gone = (): void => this.#ended.abort(terminalGone());
    this.#listen(io.stdin, 'end', gone);
    this.#listen(io.stdin, 'error', gone);
    this.#listen(this.#out, 'resize', () => this.#resized());
    if (io.hooks)
      this.#undo.push(
        io.hooks.onExit(() => this.#leave()),
        io.hooks.onContinue(() => this.#continued()),
      );
    this.#enter();
  }

  size(): Size {
    return { columns: this.#out.columns || 80, rows: this.#out.rows || 24 };
  }

  ask<State, Answer>(machine: Machine<State, Answer>, options: AskOptions<State> = {}): Asking<State, Answer> {
    const earlier = this.#asked;
    if (earlier && !earlier.over) throw new Error('a prompt is asked while another one is');
    const signals = [this.#io.signal, this.#ended.signal, ...(options.signal ? [options.signal] : [])];
    const screen = {
      style: this.#style,
      size: () => this.size(),
      write: (text: string) => this.#print(text),
      back: () => this.#back,
      now: () => this.#io.now(),
    };
    if (this.#lineOpen && !earlier) this.#print('\n');
    // One that was answered or taken away in this very moment is still on the screen.
    const turn = earlier?.answer.then(nothing, nothing).then(() => this.#inquirer) ?? this.#inquirer;
    const asked = new AskedPrompt(machine, screen, turn, {
      state: 'state' in options && options.state !== undefined ? options.state : machine.start,
      keep: options.keep === true,
      signal: AbortSignal.any(signals),
      onReady: () => this.#replay(),
    });
    this.#asked = asked as never;
    const answer = asked.answer.finally(() => {
      if (this.#asked === (asked as never)) this.#asked = undefined;
    });
    return { answer, update: (change) => asked.update(change), print: (text) => asked.print(text) };
  }

  async write(text: string): Promise<void> {
    if (text === '') return;
    if (this.#asked) return this.#asked.write(text);
    if (this.#back) {
      this.#held += text;
      return;
    }
    this.#lineOpen = !text.endsWith('\n');
    await write(this.#out, text);
  }

  onInterrupt(listener: () => void): () => void {
    this.#interrupts.push(listener);
    // Typed ahead, right behind the line that started what it is to cancel.
    if (!this.#asked && this.#waiting[0] && keyName(this.#waiting[0]) === 'ctrl-c') {
      this.#waiting.shift();
      queueMicrotask(listener);
    }
    return () => {
      this.#interrupts = this.#interrupts.filter((other) => other !== listener);
    };
  }

  onResize(listener: () => void): () => void {
    this.#resizes.add(listener);
    return () => this.#resizes.delete(listener);
  }

  async lend<T>(run: () => Promise<T>): Promise<T> {
    // A program that was lent the terminal may lend it on.
    if (this.#back) return run();
    let given: () => void = () => {};
    this.#back = new Promise((resolve) => {
      given = resolve;
    });
    this.#asked?.erase();
    this.#leave();
    // Ctrl-C belongs to the program that has the terminal; we would only end with it.
    const deaf = this.#io.hooks?.onInterrupt(() => {});
    try {
      return await run();
    } finally {
      deaf?.();
      this.#back = undefined;
      if (!this.#ended.signal.aborted) this.#return();
      given();
    }
  }

  close(): void {
    if (this.#ended.signal.aborted && this.#undo.length === 0) return;
    this.#ended.abort(terminalGone());
    for (const undo of this.#undo.splice(0)) undo();
    this.#leave();
  }

  #listen(stream: Io['stdin'] | OutputStream, event: string, listener: () => void): void {
    stream.on(event, listener);
    this.#undo.push(() => stream.off(event, listener));
  }

  #enter(): void {
    if (this.#stopKeys) return;
    this.#io.stdin.setRawMode?.(true);
    this.#stopKeys = readKeys(this.#io.stdin, (key) => this.#press(key));
    this.#io.stdin.resume();
    this.#out.write(pasteOn);
  }

  #return(): void {
    this.#enter();
    this.#print(this.#held);
    this.#held = '';
    this.#asked?.repaint({ type: 'fresh' });
  }

  #leave(): void {
    if (!this.#stopKeys) return;
    this.#stopKeys();
    this.#stopKeys = undefined;
    this.#io.stdin.pause();
    this.#io.stdin.setRawMode?.(false);
    this.#out.write(pasteOff + cursorOn);
  }

  #press(key: Key): void {
    const name = keyName(key);
    if (name === 'ctrl-z') this.#stop();
    else if (this.#asked?.ready && this.#waiting.length === 0) {
      if (name === 'ctrl-l') this.#asked.repaint({ type: 'clear' });
      else this.#asked.press(key);
    } else if (name === 'ctrl-c' && !this.#asked && this.#interrupts.length > 0) this.#interrupts.at(-1)?.();
    else this.#waiting.push(key);
  }

  /** Gives the keys that were typed before the prompt was there to it. */
  #replay(): void {
    while (this.#asked?.ready && this.#waiting.length > 0) this.#asked.press(this.#waiting.shift()!);
  }

  #stop(): void {
    if (!this.#io.hooks) return;
    this.#asked?.leave();
    this.#leave();
    this.#io.hooks.stop();
    // Where a process cannot be stopped, as without a shell that could continue it, it just goes on. Not at once: a stop
    // may come a moment after it was asked for, and the prompt would be painted before it and again behind it.
    setTimeout(() => this.#continued(), stopMs);
  }

  #continued(): void {
    if (this.#back || this.#ended.signal.aborted) return;
    // The shell has set modes of its own meanwhile; node believes that its own still hold.
    this.#leave();
    this.#enter();
    // After a stop of our own this comes twice, by SIGCONT too: the second time the prompt is painted where it is.
    const again = this.#io.now() - this.#continuedAt < 500;
    this.#continuedAt = this.#io.now();
    this.#asked?.repaint(again ? { type: 'print', text: '' } : { type: 'fresh' });
  }

  #resized(): void {
    if (this.#back) return;
    const wrapped = { columns: this.size().columns, movedByAll: this.#io.env.TERM_PROGRAM === 'vscode' };
    this.#asked?.repaint({ type: 'print', text: '', wrapped });
    for (const listener of this.#resizes) listener();
  }

  #print(text: string): void {
    if (text === '' || this.#out.destroyed) return;
    this.#lineOpen = false;
    this.#out.write(text);
  }
}
