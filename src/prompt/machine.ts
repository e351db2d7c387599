// What every prompt is: a pure state machine, keys in, lines out. The terminal runs it and paints what it shows; the
// plain form (screen readers, dumb terminals) and the tests drive the same machines.

/** One key, or one paste. `name` is readline's (`return`, `up`, `a`, `f4`), `paste` for pasted text. */
export interface Key {
  readonly name: string;
  readonly ctrl: boolean;
  /** Alt, or Esc before the key. */
  readonly meta: boolean;
  readonly shift: boolean;
  /** What is typed by it: one printable character, the whole of a paste, or nothing. */
  readonly text: string;
}

/** The terminal's size in cells. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** The line being typed. */
export interface InputLine {
  /** Shown before the text, may have colour. */
  readonly before: string;
  readonly text: string;
  /** Where the cursor is in `text`, in UTF-16 units. */
  readonly cursor: number;
  /** Dim text behind it that may be accepted. */
  readonly ghost?: string | undefined;
}

/** What is on the screen: never more than rows - 1 lines, each cut to the columns by the machine. */
export interface View {
  readonly above: readonly string[];
  /** Absent: no cursor is shown. */
  readonly input?: InputLine | undefined;
  readonly below: readonly string[];
}

/** What a key did: a new state, or the answer that ends the prompt. */
export type Step<State, Answer> = { readonly state: State } | { readonly answer: Answer };

/** A prompt. Both functions are pure: the state is a value, so a prompt can be left and entered again where it was. */
export interface Machine<State, Answer> {
  readonly start: State;
  readonly press: (state: State, key: Key) => Step<State, Answer>;
  readonly view: (state: State, size: Size) => View;
  /** Lines that stay on the screen after the answer; nothing by default. */
  readonly trace?: (state: State, answer: Answer, size: Size) => readonly string[];
  /** How it is asked in whole lines where nothing can be repainted; without it the lines are typed as keys. */
  readonly plain?: PlainForm<State, Answer> | undefined;
}

/** A prompt of printed lines and typed answers: for screen readers and dumb terminals. */
export interface PlainForm<State, Answer> {
  /** What is printed; the answer is typed behind its last line. */
  readonly question: (state: State, size: Size) => string;
  /** What a typed line does; undefined is the end of the input (Ctrl-D). */
  readonly reply: (state: State, line: string | undefined) => Step<State, Answer>;
}

/** A prompt being asked: its answer, and ways to change it from outside while keys are typed. */
export interface Asking<State, Answer> {
  readonly answer: Promise<Answer>;
  /** Replaces the state, as a message of a stream or a schema that has arrived does, and repaints. */
  update(change: (state: State) => State): void;
  /** Prints lines above the prompt for good, without disturbing what is typed. */
  print(text: string): void;
}
