// A program on a pseudo-terminal, read back as the screen a person would see: keys in, rows of text out. Failures show
// the screen, since what went wrong is nearly always visible there.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type IPty, spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { build } from 'esbuild';

const root = resolve(import.meta.dirname, '..', '..');

export interface ScreenOptions {
  readonly columns?: number;
  readonly rows?: number;
  /** Added to a small, fixed environment (PATH, HOME, LANG, TERM, TERM_PROGRAM); undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
}

/** A running program and its screen. */
export interface Screen {
  readonly pid: number;
  /** Sends text as it is: `\r` is Enter. */
  type(text: string): void;
  /** Sends keys by name, one after the other: `enter`, `ctrl-s`, `alt-b`, `shift-tab`, `f4`, `up`, `a`. */
  press(...keys: readonly string[]): void;
  /** Sends text as a paste, between the marks of bracketed paste. */
  paste(text: string): void;
  /** The rows on the screen now, without blanks at their ends. */
  screen(): string[];
  /** What has scrolled off, followed by the screen, without the empty rows at the end. */
  history(): string[];
  /** Where the cursor is on the screen, from 0, and whether it is shown. */
  cursor(): { readonly row: number; readonly column: number; readonly shown: boolean };
  /** Waits for text on the screen, or for a condition; throws with the screen after `timeout` ms (10,000). */
  until(what: string | RegExp | ((rows: string[]) => boolean), timeout?: number): Promise<void>;
  /** Waits until nothing was written for `quiet` ms (120). */
  settled(quiet?: number): Promise<void>;
  resize(columns: number, rows: number): void;
  /** All that was written, with its control sequences. */
  output(): string;
  /** The exit code, or 128 + the signal, once all that was written is on the screen. */
  readonly exit: Promise<number>;
  /** Ends the program if it still runs. */
  close(): Promise<void>;
}

/** Starts a node script (`bin/grepl.js` is in the root of the project) with its arguments on a terminal of its own. */
export function openScreen(argv: readonly string[], options: ScreenOptions = {}): Screen {
  return openProgram(process.execPath, [resolve(root, argv[0]!), ...argv.slice(1)], options);
}

/** Starts any program on a terminal of its own, as `sh -c …`. */
export function openProgram(file: string, args: readonly string[], options: ScreenOptions = {}): Screen {
  const { columns = 80, rows = 24 } = options;
  const pty = spawn(file, [...args], {
    name: 'xterm-256color',
    cols: columns,
    rows,
    cwd: options.cwd ?? root,
    env: environment(options.env ?? {}),
  });
  return new PtyScreen(pty, columns, rows);
}

/** Bundles a script of `test/terminal/drivers/` and starts it: a prompt alone, without the program around it. */
export async function openDriver(name: string, args: readonly string[] = [], options: ScreenOptions = {}) {
  return openScreen([await bundleDriver(name), ...args], options);
}

const bundles = new Map<string, Promise<string>>();

/** The path of the bundled driver: built once a process. */
export function bundleDriver(name: string): Promise<string> {
  const known = bundles.get(name);
  if (known) return known;
  const outfile = join(mkdtempSync(join(tmpdir(), 'grepl-driver-')), `${name}.cjs`);
  const built = build({
    entryPoints: [join(import.meta.dirname, 'drivers', `${name}.ts`)],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    supported: { 'dynamic-import': false },
    logLevel: 'error',
  }).then(() => outfile);
  bundles.set(name, built);
  return built;
}

function environment(changes: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const { PATH = '', HOME = '', LANG = 'C.UTF-8' } = process.env;
  // The screen is xterm.js, which that editor's terminal is too: programs that tell it from others find what they expect.
  const all = { PATH, HOME, LANG, TERM: 'xterm-256color', TERM_PROGRAM: 'vscode', ...changes };
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

class PtyScreen implements Screen {
  readonly exit: Promise<number>;
  readonly #pty: IPty;
  readonly #terminal: xterm.Terminal;
  readonly #changed = new EventTarget();
  #output = '';
  #exited = false;
  #hidden = false;

  constructor(pty: IPty, columns: number, rows: number) {
    this.#pty = pty;
    this.#terminal = new xterm.Terminal({ cols: columns, rows, scrollback: 30_000, allowProposedApi: true });
    // Answers to what the program asks of its terminal.
    this.#terminal.onData((data) => this.#send(data));
    this.#terminal.parser.registerCsiHandler({ prefix: '?', final: 'h' }, (codes) => this.#cursorMode(codes, false));
    this.#terminal.parser.registerCsiHandler({ prefix: '?', final: 'l' }, (codes) => this.#cursorMode(codes, true));
    pty.onData((data) => {
      this.#output += data;
      this.#terminal.write(data, () => this.#changed.dispatchEvent(new Event('change')));
    });
    this.exit = new Promise((done) => {
      pty.onExit(({ exitCode, signal }) => {
        this.#exited = true;
        this.#changed.dispatchEvent(new Event('change'));
        // What it wrote last may still have to be read.
        this.settled().then(() => done(signal ? 128 + signal : exitCode));
      });
    });
  }

  get pid(): number {
    return this.#pty.pid;
  }

  type(text: string): void {
    this.#send(text);
  }

  press(...keys: readonly string[]): void {
    for (const key of keys) this.#send(sequenceOf(key));
  }

  paste(text: string): void {
    this.#send(`\u001b[200~${text}\u001b[201~`);
  }

  screen(): string[] {
    const { baseY } = this.#terminal.buffer.active;
    return Array.from({ length: this.#terminal.rows }, (_, row) => this.#row(baseY + row));
  }

  history(): string[] {
    const rows = Array.from({ length: this.#terminal.buffer.active.length }, (_, row) => this.#row(row));
    return rows.slice(0, rows.findLastIndex((row) => row !== '') + 1);
  }

  cursor(): { row: number; column: number; shown: boolean } {
    const { cursorX, cursorY } = this.#terminal.buffer.active;
    return { row: cursorY, column: cursorX, shown: !this.#hidden };
  }

  async until(what: string | RegExp | ((rows: string[]) => boolean), timeout = 30_000): Promise<void> {
    const deadline = Date.now() + timeout;
    while (!this.#shows(what)) {
      const left = deadline - Date.now();
      if (left <= 0) throw new Error(`not seen within ${timeout} ms: ${String(what)}\n${this.#picture()}`);
      if (this.#exited) {
        await this.settled();
        if (this.#shows(what)) return;
        throw new Error(`the program ended before this was seen: ${String(what)}\n${this.#picture()}`);
      }
      await this.#change(left);
    }
  }

  async settled(quiet = 120): Promise<void> {
    while (await this.#change(quiet));
  }

  resize(columns: number, rows: number): void {
    this.#terminal.resize(columns, rows);
    this.#pty.resize(columns, rows);
  }

  output(): string {
    return this.#output;
  }

  async close(): Promise<void> {
    if (!this.#exited) {
      this.#pty.kill('SIGKILL');
      await this.exit;
    }
    this.#terminal.dispose();
  }

  #send(text: string): void {
    if (!this.#exited) this.#pty.write(text);
  }

  #shows(what: string | RegExp | ((rows: string[]) => boolean)): boolean {
    const rows = this.screen();
    if (typeof what === 'function') return what(rows);
    if (typeof what === 'string') return rows.some((row) => row.includes(what));
    return rows.some((row) => what.test(row));
  }

  /** Waits for a change of the screen; false if none came within `ms`. */
  #change(ms: number): Promise<boolean> {
    return new Promise((done) => {
      const listener = (): void => {
        clearTimeout(timer);
        done(true);
      };
      const timer = setTimeout(() => {
        this.#changed.removeEventListener('change', listener);
        done(false);
      }, ms);
      this.#changed.addEventListener('change', listener, { once: true });
    });
  }

  #cursorMode(codes: (number | number[])[], hidden: boolean): boolean {
    if (codes.includes(25)) this.#hidden = hidden;
    return false;
  }

  #row(row: number): string {
    return this.#terminal.buffer.active.getLine(row)?.translateToString(true).trimEnd() ?? '';
  }

  #picture(): string {
    const { row, column } = this.cursor();
    const bar = '-'.repeat(this.#terminal.cols);
    return [`${bar}`, ...this.screen(), bar, `cursor at row ${row}, column ${column}`].join('\n');
  }
}

const sequences = new Map([
  ['enter', '\r'],
  ['return', '\r'],
  ['tab', '\t'],
  ['shift-tab', '\u001b[Z'],
  ['esc', '\u001b'],
  ['escape', '\u001b'],
  ['space', ' '],
  ['backspace', '\u007f'],
  ['delete', '\u001b[3~'],
  ['up', '\u001b[A'],
  ['down', '\u001b[B'],
  ['right', '\u001b[C'],
  ['left', '\u001b[D'],
  ['ctrl-right', '\u001b[1;5C'],
  ['ctrl-left', '\u001b[1;5D'],
  ['alt-up', '\u001b[1;3A'],
  ['alt-down', '\u001b[1;3B'],
  ['home', '\u001b[H'],
  ['end', '\u001b[F'],
  ['pageup', '\u001b[5~'],
  ['pagedown', '\u001b[6~'],
  ['f1', '\u001bOP'],
  ['f2', '\u001bOQ'],
  ['f3', '\u001bOR'],
  ['f4', '\u001bOS'],
  ['f5', '\u001b[15~'],
  ['ctrl-_', '\u001f'],
]);

/** What a terminal sends for the key. */
function sequenceOf(key: string): string {
  const known = sequences.get(key);
  if (known !== undefined) return known;
  if (key.startsWith('alt-')) return `\u001b${sequenceOf(key.slice(4))}`;
  if (/^ctrl-[a-z]$/.test(key)) return String.fromCharCode(key.charCodeAt(5) - 96);
  if ([...key].length === 1) return key;
  throw new Error(`no key is called ${key}`);
}
