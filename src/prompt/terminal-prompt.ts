// A prompt being asked on a terminal that repaints: its state, and when it is painted. Keys are handled at once; updates
// from outside are gathered, so that a stream of messages costs thirty repaints a second and no more.
import type { Style } from '../render/style.ts';
import { type Before, type InquirerCore, type InquirerPrompt, runPrompt } from './inquirer-adapter.ts';
import type { Asking, Key, Machine, Size, Step } from './machine.ts';
import { type Frame, frame } from './paint.ts';

/** What a prompt needs of the terminal it is asked on. */
export interface PromptScreen {
  readonly style: Style;
  size(): Size;
  write(text: string): void;
  /** Fulfilled when it is back, if another program has it: nothing is painted meanwhile. */
  back(): Promise<void> | undefined;
  /** Milliseconds on a clock that never goes back. */
  now(): number;
}

export interface PromptOptions<State> {
  readonly state: State;
  readonly keep: boolean;
  readonly signal: AbortSignal;
  /** Called once it is on the screen and takes keys. */
  readonly onReady: () => void;
}

const frameTime = 33;

/** See Asking. */
export class AskedPrompt<State, Answer> implements Asking<State, Answer> {
  readonly answer: Promise<Answer>;
  readonly #signal: AbortSignal;
  #answered = false;
  /** Whether the region is off the screen. */
  #gone = false;
  readonly #machine: Machine<State, Answer>;
  readonly #screen: PromptScreen;
  readonly #options: PromptOptions<State>;
  readonly #failed = new AbortController();
  #prompt: InquirerPrompt<Answer> | undefined;
  #state: State;
  #printed = '';
  #painted = 0;
  #timer: NodeJS.Timeout | undefined;
  #soon: NodeJS.Immediate | undefined;

  constructor(
    machine: Machine<State, Answer>,
    screen: PromptScreen,
    inquirer: Promise<InquirerCore>,
    options: PromptOptions<State>,
  ) {
    this.#machine = machine;
    this.#screen = screen;
    this.#options = options;
    this.#state = options.state;
    this.#signal = AbortSignal.any([options.signal, this.#failed.signal]);
    this.answer = this.#run(inquirer);
  }

  update(change: (state: State) => State): void {
    if (this.over) return;
    this.#state = change(this.#state);
    this.#later();
  }

  print(text: string): void {
    if (text !== '') this.write(text.endsWith('\n') ? text : `${text}\n`);
  }

  /** As `print`, but what has no line end yet waits for the rest of its line. */
  write(text: string): void {
    if (this.#gone) this.#screen.write(text);
    else {
      this.#printed += text;
      this.#later();
    }
  }

  /** Whether the answer is known, or there will be none, though it may not have been delivered yet. */
  get over(): boolean {
    return this.#answered || this.#gone || this.#signal.aborted;
  }

  press(key: Key): void {
    this.#prompt?.press(key);
  }

  /** Whether it is on the screen and takes keys. */
  get ready(): boolean {
    return this.#prompt !== undefined && !this.over;
  }

  repaint(before?: Before): void {
    if (this.ready) this.#paint(before);
  }

  erase(): void {
    if (this.ready) this.#prompt?.erase();
  }

  leave(): void {
    if (this.ready) this.#prompt?.leave();
  }

  async #run(inquirer: Promise<InquirerCore>): Promise<Answer> {
    const { keep } = this.#options;
    const signal = this.#signal;
    try {
      const core = await inquirer;
      await this.#screen.back();
      signal.throwIfAborted();
      const host = {
        frame: () => this.#frame(),
        press: (key: Key) => this.#press(key),
        write: (text: string) => this.#screen.write(text),
      };
      this.#prompt = runPrompt(core, host, { keep, signal });
      this.#options.onReady();
      if (this.#printed !== '') this.#later();
      const answer = await this.#prompt.answer;
      const trace = keep ? [] : (this.#machine.trace?.(this.#state, answer, this.#screen.size()) ?? []);
      this.#end([this.#printed, ...trace.map((line) => `${line}\n`)].join(''));
      return answer;
    } catch (error) {
      this.#end(this.#printed);
      // Inquirer wraps the reason for which it was stopped; whoever stopped it knows only that.
      if (signal.aborted) throw signal.reason;
      throw error;
    }
  }

  #end(text: string): void {
    this.#gone = true;
    clearTimeout(this.#timer);
    clearImmediate(this.#soon);
    this.#printed = '';
    if (text !== '') this.#screen.write(text);
  }

  #press(key: Key): void {
    if (this.over) return;
    const step = this.#step(key);
    if (!step) return;
    if ('answer' in step) {
      if (this.#options.keep) this.#paint();
      this.#answered = true;
      this.#prompt?.finish(step.answer);
      return;
    }
    this.#state = step.state;
    // After all keys that came together, as those of a fast typist or of a paste without marks.
    this.#soon ??= setImmediate(() => this.#paint());
  }

  /** What the key does. A machine that throws ends the prompt: a key has no caller that could hear of it. */
  #step(key: Key): Step<State, Answer> | undefined {
    try {
      return this.#machine.press(this.#state, key);
    } catch (error) {
      this.#failed.abort(error);
      return undefined;
    }
  }

  #later(): void {
    if (this.#timer) return;
    const wait = Math.max(0, this.#painted + frameTime - this.#screen.now());
    this.#timer = setTimeout(() => this.#paint(), wait);
  }

  #paint(before?: Before): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#soon);
    this.#timer = undefined;
    this.#soon = undefined;
    if (this.over || !this.#prompt || this.#screen.back()) return;
    this.#painted = this.#screen.now();
    const lines = this.#printed.lastIndexOf('\n') + 1;
    const text = this.#printed.slice(0, lines);
    this.#printed = this.#printed.slice(lines);
    if (text !== '' && before) this.#prompt.repaint(before);
    this.#prompt.repaint(text === '' ? before : { type: 'print', text });
  }

  #frame(): Frame {
    const size = this.#screen.size();
    return frame(this.#machine.view(this.#state, size), size, this.#screen.style);
  }
}
