// The loop at a terminal: asks for a line, runs it, and keeps typing, Ctrl-C and what happens behind the prompt apart.
import { guardedText, unguarded } from '../commands/guarded-io.ts';
import { isPlain } from '../commands/terminal-once.ts';
import { terminalStyle } from '../commands/terminal-style.ts';
import { exitCodes } from '../errors.ts';
import { Interrupted, type Io } from '../io.ts';
import { type LineAnswer, type LineState, lineMachine, lineState } from '../prompt/line.ts';
import type { Asking, Size } from '../prompt/machine.ts';
import { pickMachine } from '../prompt/pick.ts';
import { openTerminal, type Terminal } from '../prompt/terminal.ts';
import { marks, type Style } from '../render/style.ts';
import { visible } from '../render/visible.ts';
import { completer } from './completion.ts';
import { failureLine } from './failure-line.ts';
import { History, historyPath } from './history.ts';
import { incompleteError, isIncomplete } from './line.ts';
import { lineIo } from './line-io.ts';
import { readLine } from './pasted.ts';
import { personAt } from './person.ts';
import { agreeToSettings } from './profile.ts';
import { promptBefore } from './prompt-line.ts';
import type { CallRecord } from './replies.ts';
import { runLine } from './run-line.ts';
import { wantsMore } from './script.ts';
import type { Repl } from './state.ts';
import { lazySeat } from './stream-lazy.ts';

/** Two Ctrl-C on an empty line within this time leave. */
const leaveWithinMs = 2000;
/** How long a line that was cancelled may take to end. */
const graceMs = 1000;

/** Runs lines until the person leaves; resolves to the exit code. */
export async function runLoop(repl: Repl): Promise<number> {
  const { io, flags } = repl;
  const style = await terminalStyle(io, io.stderr, flags);
  const terminal = openTerminal(unguarded(io), { plain: isPlain(io, flags), style });
  try {
    return await new Loop(repl, terminal, style).run();
  } finally {
    terminal.close();
  }
}

class Loop {
  readonly #repl: Repl;
  readonly #terminal: Terminal;
  readonly #style: Style;
  readonly #history: History;
  #asking: Asking<LineState, LineAnswer> | undefined;
  #interruptedAt = Number.NEGATIVE_INFINITY;
  #next: LineState | undefined;
  /** Nothing has been answered yet: what can be done is said below the line. */
  #isFirst = true;

  constructor(repl: Repl, terminal: Terminal, style: Style) {
    this.#repl = repl;
    this.#terminal = terminal;
    this.#style = style;
    repl.say = (line) => this.#print(`${guardedText(line, repl.io.secrets)}\n`);
    repl.person = personAt(repl, terminal, style);
    repl.seat = lazySeat(repl, terminal, style);
    repl.startLoading = () => void this.#load();
    this.#history = new History(historyPath(repl.io.env), repl.say);
    repl.history = this.#history;
  }

  async run(): Promise<number> {
    const { say } = this.#repl;
    await agreeToSettings(this.#repl).catch((error: unknown) => say(`grepl: ${(error as Error).message}`));
    if (this.#repl.address === undefined) say('connect ADDRESS, or demo for example services; help shows the rest');
    // The prompt comes first: what a schema takes to be read is the reader's time.
    else setImmediate(() => void this.#load());
    for (;;) {
      const answer = await this.#ask().catch((error: unknown) => this.#gone(error));
      if (typeof answer === 'number') return answer;
      const code = await this.#answered(answer);
      if (code !== undefined) return code;
    }
  }

  /** The terminal went away, or the process is to end. */
  #gone(error: unknown): number {
    const { reason } = this.#repl.io.signal;
    if (error instanceof Interrupted) return error.exitCode;
    return reason instanceof Interrupted ? reason.exitCode : 0;
  }

  #ask(): Promise<LineAnswer> {
    const repl = this.#repl;
    const machine = lineMachine({
      before: promptBefore(repl, this.#style),
      history: this.#history.lines(),
      complete: completer(repl),
      unfinished: wantsMore,
      style: this.#style,
      ...(this.#isFirst ? { hint: firstHint(repl, this.#style) } : {}),
    });
    const state = this.#next;
    this.#next = undefined;
    this.#asking = this.#terminal.ask(machine, state ? { state } : {});
    return this.#asking.answer.finally(() => {
      this.#asking = undefined;
    });
  }

  /** What an answer does; an exit code when the session is over. */
  async #answered(answer: LineAnswer): Promise<number | undefined> {
    this.#isFirst = false;
    switch (answer.type) {
      case 'end':
        return 0;
      case 'interrupt':
        return this.#interrupted(answer.text);
      case 'search':
        await this.#search(answer.state);
        return undefined;
      case 'help':
        this.#next = answer.state;
        await this.#run(`help ${answer.word}`.trim(), false);
        return undefined;
      case 'key':
        this.#next = answer.state;
        return undefined;
      case 'line': {
        if (answer.text.trim() === '') return undefined;
        const code = await this.#run(answer.text, true);
        return this.#repl.leaving ? code : undefined;
      }
    }
  }

  #interrupted(text: string): number | undefined {
    const now = this.#repl.io.now();
    const again = text === '' && now - this.#interruptedAt < leaveWithinMs;
    if (again) return 0;
    this.#interruptedAt = text === '' ? now : Number.NEGATIVE_INFINITY;
    if (text === '') this.#repl.say('Ctrl-C again or Ctrl-D leaves');
    return undefined;
  }

  /** Runs one line to its end, or until Ctrl-C. */
  async #run(text: string, kept: boolean): Promise<number> {
    const repl = this.#repl;
    const stop = new AbortController();
    const deaf = this.#terminal.onInterrupt(() => stop.abort(new Interrupted(exitCodes.interrupted)));
    const startedAt = repl.io.now();
    const entry = { line: text, at: new Date().toISOString(), target: repl.address };
    if (kept) this.#history.add(entry);
    const before = repl.replies.newestFirst()[0];
    const io = lineIo(repl.io, this.#terminal, AbortSignal.any([repl.io.signal, stop.signal]), () =>
      stop.abort(new Interrupted(exitCodes.interrupted)),
    );
    try {
      const exit: number = await Promise.race([this.#line(text, io), cancelled(stop.signal)]);
      const newest = repl.replies.newestFirst()[0];
      repl.lastStatus = statusAfter(exit, newest === before ? undefined : newest);
      const method = newest !== before && newest ? `${newest.method.parent.typeName}/${newest.method.name}` : undefined;
      if (kept) this.#history.write({ ...entry, method, exit, ms: Math.round(repl.io.now() - startedAt) });
      return exit;
    } finally {
      deaf();
      // A prompt for messages that the call does not wait for any more.
      io.stdin.destroy();
    }
  }

  async #line(text: string, io: Io): Promise<number> {
    try {
      const split = readLine(text);
      if (isIncomplete(split)) throw incompleteError(split);
      return await runLine(this.#repl, split, io);
    } catch (error) {
      const { report } = await import('../commands/run-command.ts');
      return report(error, io, this.#repl.version);
    }
  }

  /** Ctrl-R: earlier lines of this session, of this target, of all. */
  async #search(state: LineState): Promise<void> {
    const scopes = ['session', 'target', 'all'] as const;
    let query = state.edit.text;
    for (let turn = this.#history.entries('session').length > 0 ? 0 : 2; ; turn++) {
      const scope = scopes[turn % scopes.length] as (typeof scopes)[number];
      const rows = [...new Set(this.#history.entries(scope, this.#repl.address).map((entry) => entry.line))].map(
        (line) => ({ label: visible(line), key: line }),
      );
      const title = `history: ${scope === 'all' ? 'all' : `this ${scope}`}  (Ctrl-R: ${scopes[(turn + 1) % 3]})`;
      const machine = pickMachine({ title, rows, query, style: this.#style, keys: ['ctrl-r'] });
      const answer = await this.#terminal.ask(machine).answer;
      if (answer.type === 'key') query = answer.query;
      else {
        this.#next = answer.type === 'picked' ? lineState(answer.row.key) : state;
        return;
      }
    }
  }

  /** Loads the schema behind the prompt and says in one line what is wrong when that fails. */
  async #load(): Promise<void> {
    const repl = this.#repl;
    const { address } = repl;
    try {
      await repl.catalog();
    } catch (error) {
      if (repl.address !== address || repl.leaving) return;
      repl.say(failureLine(error, address ?? ''));
    }
    // Long lists are made ready before a key needs them.
    setTimeout(() => completer(repl)('desc a', 6), 300).unref();
    // The service may stand in the prompt now.
    this.#asking?.update((state) => ({ ...state }));
  }

  #print(text: string): void {
    if (this.#asking) this.#asking.print(text);
    else void this.#terminal.write(text).catch(() => {});
  }
}

/** What a newcomer may do, as far as there is room. */
function firstHint({ address }: Repl, style: Style): (text: string, cursor: number, size: Size) => readonly string[] {
  const { between } = marks(style);
  const words = ['call picks a method', 'Tab shows what there is', 'help', 'Ctrl-D leaves'];
  const few = ['call', 'Tab', 'help'];
  return (text, _, { columns }) => {
    if (text !== '' || address === undefined) return [];
    const line = ` ${words.join(` ${between} `)}`;
    return [style.dim(line.length < columns ? line : ` ${few.join(` ${between} `)}`)];
  };
}

/** How the line's call ended, if not with OK; 64 + N is the exit code of status N. */
function statusAfter(exit: number, call: CallRecord | undefined): number | undefined {
  if (exit === exitCodes.interrupted) return call?.status.code;
  return exit > 64 && exit <= 80 ? exit - 64 : undefined;
}

function cancelled(signal: AbortSignal): Promise<number> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => setTimeout(() => resolve(exitCodes.interrupted), graceMs).unref(), {
      once: true,
    });
  });
}
