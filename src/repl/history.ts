// The lines of all sessions: one file a user, mode 0600, only ever appended to, and set aside once it is large. Secrets are
// never written.
import { closeSync, openSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { appendPrivately } from '../commands/private-file.ts';
import type { Io } from '../io.ts';
import { withoutSecrets } from './history-secrets.ts';

/** One line that was run. */
export interface HistoryEntry {
  readonly line: string;
  /** ISO 8601. */
  readonly at: string;
  readonly target?: string | undefined;
  readonly method?: string | undefined;
  readonly exit?: number | undefined;
  readonly ms?: number | undefined;
}

/** Of the file, the newest. */
const linesKept = 10_000;
/** A file that is larger is set aside when a session begins, in the place of the one set aside before. */
const fileBytes = 4 << 20;
/** A longer line, such as a request that was pasted, is kept for its session alone. */
const lineLength = 65_536;

/** `$XDG_STATE_HOME/grepl/history`, else below `~/.local/state` (on Windows `%LOCALAPPDATA%`); undefined without a home. */
export function historyPath(env: Io['env']): string | undefined {
  const { XDG_STATE_HOME: state, LOCALAPPDATA: local, HOME: home } = env;
  if (state) return join(state, 'grepl', 'history');
  if (local) return join(local, 'grepl', 'history');
  return home ? join(home, '.local', 'state', 'grepl', 'history') : undefined;
}

/** The history of a session: what the file had when it began, and what was typed since. */
export class History {
  readonly path: string | undefined;
  /** Whether lines go into the file. */
  writing = true;
  readonly #entries: HistoryEntry[];
  readonly #say: (line: string) => void;
  #sessionStart: number;
  #broken = false;

  /** `say` hears, once, of a file that cannot be read or written; the session goes on without it. */
  constructor(path: string | undefined, say: (line: string) => void) {
    this.path = path;
    this.#say = say;
    if (path !== undefined) setAside(path);
    this.#entries = path === undefined ? [] : [...this.#read(asidePath(path)), ...this.#read(path)].slice(-linesKept);
    this.#sessionStart = this.#entries.length;
  }

  /** All lines, the oldest first, each once at its newest place; those of this session whole. */
  lines(): string[] {
    const seen = new Set<string>();
    const newestFirst = [...this.#entries].reverse().filter(({ line }) => !seen.has(line) && seen.add(line));
    return newestFirst.reverse().map((entry) => entry.line);
  }

  /** Entries of this session, of the same target, or all, the newest first. */
  entries(scope: 'session' | 'target' | 'all', target?: string): HistoryEntry[] {
    const from = scope === 'session' ? this.#sessionStart : 0;
    const fitting = this.#entries.slice(from).filter((entry) => scope !== 'target' || entry.target === target);
    return fitting.reverse();
  }

  /** Keeps a line for this session. */
  add(entry: HistoryEntry): void {
    this.#entries.push(entry);
  }

  /** Writes a line that has been run, unless it begins with a blank or is `auth`; secrets in it are masked. */
  write(entry: HistoryEntry): void {
    if (!this.writing || this.path === undefined || this.#broken) return;
    const line = withoutSecrets(entry.line);
    if (line === undefined || line.length > lineLength) return;
    try {
      appendPrivately(this.path, `${JSON.stringify({ ...entry, line })}\n`);
    } catch (error) {
      this.#tell('cannot write', error);
    }
  }

  #read(path: string): HistoryEntry[] {
    let text: string;
    try {
      text = readFileSync(path, 'utf8');
    } catch (error) {
      if (!this.#broken && (error as NodeJS.ErrnoException).code !== 'ENOENT') this.#tell('cannot read', error);
      return [];
    }
    const lines = text.split('\n').filter((line) => line !== '');
    const dropped = Math.max(0, lines.length - linesKept);
    let firstBad: number | undefined;
    const entries = lines.slice(-linesKept).flatMap((line, at) => {
      const entry = parseEntry(line);
      if (!entry) firstBad ??= dropped + at + 1;
      return entry ?? [];
    });
    const bad = Math.min(lines.length, linesKept) - entries.length;
    if (bad > 0)
      this.#say(
        `grepl: ${bad} of ${lines.length} lines in ${path} cannot be read and are passed over, the first at ${path}:${firstBad}`,
      );
    return entries;
  }

  #tell(what: string, error: unknown): void {
    this.#broken = true;
    this.#say(`grepl: ${what} the history ${this.path}: ${(error as Error).message}`);
  }
}

function asidePath(path: string): string {
  return `${path}.1`;
}

/**
 * Renames a file that has become large. Another program that adds a line in this moment adds it to the one or the other:
 * both are read. One program at a time does it, so that the new file is not taken for the old one.
 */
function setAside(path: string): void {
  if (!isLarge(path)) return;
  const lock = `${path}.lock`;
  try {
    closeSync(openSync(lock, 'wx', 0o600));
  } catch {
    // Another program is at it; one that was killed there is not waited for.
    if ((statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY) < Date.now() - 60_000)
      rmSync(lock, { force: true });
    return;
  }
  try {
    if (isLarge(path)) renameSync(path, asidePath(path));
  } catch {
    // The history goes on in the file that there is.
  } finally {
    rmSync(lock, { force: true });
  }
}

function isLarge(path: string): boolean {
  try {
    return statSync(path).size > fileBytes;
  } catch {
    // There is none, or none that can be read, which is told elsewhere.
    return false;
  }
}

function parseEntry(text: string): HistoryEntry | undefined {
  try {
    const value = JSON.parse(text) as Partial<HistoryEntry> | null;
    return typeof value?.line === 'string' ? { ...value, line: value.line, at: String(value.at ?? '') } : undefined;
  } catch {
    return undefined;
  }
}
