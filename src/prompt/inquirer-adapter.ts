// All contact with @inquirer/core: it runs each prompt (cycle of hooks, keys, repaint, clean-up) and paints it. What we
// use beyond its documented face is in this file alone, and test/prompt/terminal-inquirer.test.ts holds each assumption.
import { Readable, Writable } from 'node:stream';
import { cellWidth } from '../render/visible.ts';
import type { Key } from './machine.ts';
import type { Frame } from './paint.ts';

/** What inquirer is loaded as. */
export type InquirerCore = typeof import('@inquirer/core');

/** Loads inquirer, which takes some milliseconds: only sessions that ask something do it. */
export async function loadInquirer(): Promise<InquirerCore> {
  return import('@inquirer/core');
}

/** What a prompt is asked for while it runs. */
export interface PromptHost {
  /** What is to be on the screen now. */
  frame(): Frame;
  press(key: Key): void;
  /** Takes terminal text. */
  write(text: string): void;
}

/** How the region of the prompt comes to be where the next paint finds it. */
export type Before =
  /** Prints text above it; `wrapped` when the terminal may have wrapped the old rows at a new width. */
  | { readonly type: 'print'; readonly text: string; readonly wrapped?: Wrapped | undefined }
  /** The cursor stands on a fresh row: after another program had the terminal. */
  | { readonly type: 'fresh' }
  /** Clears the screen and starts at its top. */
  | { readonly type: 'clear' };

/** How a terminal that became narrower wraps the rows that it shows. */
export interface Wrapped {
  readonly columns: number;
  /** xterm.js moves the cursor down for the rows that wrapping adds below it too, as if they were above. */
  readonly movedByAll: boolean;
}

/** A prompt that inquirer runs. */
export interface InquirerPrompt<Answer> {
  /** Rejects with inquirer's AbortPromptError when the signal takes it away; its cause is the signal's reason. */
  readonly answer: Promise<Answer>;
  press(key: Key): void;
  repaint(before?: Before): void;
  /** Takes the region off the screen without ending the prompt; a repaint brings it back. */
  erase(): void;
  /** Moves the cursor to a fresh row below the region. */
  leave(): void;
  finish(answer: Answer): void;
}

/** The parts of inquirer's readline that are ours to replace. */
interface PromptReadline {
  getCursorPos: () => { rows: number; cols: number };
  _ttyWrite: () => void;
}

/** Starts a prompt. With `keep` its last frame stays on the screen. */
export function runPrompt<Answer>(
  core: InquirerCore,
  host: PromptHost,
  options: { readonly keep: boolean; readonly signal: AbortSignal },
): InquirerPrompt<Answer> {
  const region = new Region(host);
  const input = new KeyInput();
  let finish: (answer: Answer) => void = () => {};
  let again: () => void = () => {};
  const prompt = core.createPrompt<Answer, { host: PromptHost }>((config, done) => {
    const [turn, setTurn] = core.useState(0);
    core.useKeypress((event) => config.host.press((event as unknown as KeyEvent).key));
    core.useEffect((rl) => {
      own(rl as unknown as PromptReadline, region);
      again = () => setTurn((last) => last + 1);
      again();
      return () => {
        again = () => {};
      };
    }, []);
    finish = done;
    // Only after the effect is the cursor ours: the first cycle paints one empty row.
    return region.next(turn === 0 ? { rows: [] } : config.host.frame());
  });
  const context = { input, output: region.output, clearPromptOnDone: !options.keep, signal: options.signal };
  return {
    answer: prompt({ host }, context),
    press: (key) => input.emit('keypress', key.text, { name: key.name, key } satisfies KeyEvent),
    repaint(before) {
      if (before) region.prepare(before);
      again();
    },
    erase: () => host.write(region.erasure()),
    leave: () => host.write(region.below()),
    finish: (answer) => finish(answer),
  };
}

interface KeyEvent {
  readonly name: string;
  readonly key: Key;
}

/** What inquirer reads from: nothing but the keys we emit, so that none is lost between two prompts. */
class KeyInput extends Readable {
  override _read(): void {}
}

/**
 * Replaces two methods of the readline under the prompt: its own editing, since the machines edit, and the place of the
 * cursor, since its line stays empty.
 */
function own(rl: PromptReadline, region: Region): void {
  rl._ttyWrite = () => {};
  rl.getCursorPos = () => ({ rows: 0, cols: region.column });
}

// Inquirer counts columns in UTF-16 units and wraps by them. Our rows are laid out by cells already, so it is told that
// the terminal is wider than any row.
const wider = 1_000_000;

/** The rows that the prompt has on the screen, as inquirer paints them, and what is written around them. */
class Region {
  readonly output: Writable;
  readonly #host: PromptHost;
  #rows: readonly string[] = [''];
  #cursor: { readonly row: number; readonly column: number } | undefined;
  #before = '';

  constructor(host: PromptHost) {
    this.#host = host;
    this.output = Object.assign(
      new Writable({
        decodeStrings: false,
        write: (text, _encoding, done) => {
          this.#paint(String(text));
          done();
        },
      }),
      { columns: wider, isTTY: true },
    );
  }

  get column(): number {
    return this.#cursor?.column ?? 0;
  }

  /** What inquirer shall paint: the rows down to the cursor, and those below it. */
  next(frame: Frame): [string, string] {
    this.#rows = frame.rows.length > 0 ? frame.rows : [''];
    this.#cursor = frame.cursor;
    const row = this.#row();
    const last = this.#rows[row]!;
    // An empty row of input would be taken for a full one, an empty row below for none.
    const content = [...this.#rows.slice(0, row), cellWidth(last) === 0 ? `${last} ` : last];
    const below = this.#rows.slice(row + 1).join('\n');
    return [content.join('\n'), below === '' && row + 1 < this.#rows.length ? '\u001b[0m' : below];
  }

  prepare(before: Before): void {
    if (before.type === 'clear') this.#before += `\u001b[2J\u001b[H${this.#park()}`;
    else if (before.type === 'fresh') this.#before += this.#park();
    else this.#before += this.erasure(before.wrapped) + before.text + this.#park();
  }

  /** Moves to the top of the region and clears from there. */
  erasure(wrapped?: Wrapped): string {
    const row = this.#row();
    const added = wrapped ? this.#added(row, wrapped) : 0;
    return `${up(row + added)}\r\u001b[J`;
  }

  /** By how many rows the cursor was moved down when the rows were wrapped; its own row is left as it is. */
  #added(cursor: number, { columns, movedByAll }: Wrapped): number {
    const rows = this.#rows.filter((_, row) => row < cursor || (movedByAll && row > cursor));
    return rows.reduce((sum, row) => sum + Math.max(0, Math.ceil(cellWidth(row) / columns) - 1), 0);
  }

  below(): string {
    return `${down(this.#rows.length - 1 - this.#row())}\r\n`;
  }

  /** From the top of the place for the region to where inquirer believes the cursor to be: it erases from there. */
  #park(): string {
    const last = this.#rows.length - 1;
    return '\n'.repeat(last) + up(last - this.#row());
  }

  #row(): number {
    return Math.min(this.#cursor?.row ?? this.#rows.length - 1, this.#rows.length - 1);
  }

  #paint(text: string): void {
    const before = this.#before;
    this.#before = '';
    // In one write, and marked as one update for the terminals that know this: no half-painted frame is seen.
    this.#host.write(`\u001b[?2026h\u001b[?25l${before}${text}${this.#cursor ? '\u001b[?25h' : ''}\u001b[?2026l`);
  }
}

function up(rows: number): string {
  return rows > 0 ? `\u001b[${rows}A` : '';
}

function down(rows: number): string {
  return rows > 0 ? `\u001b[${rows}B` : '';
}
