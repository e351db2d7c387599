// What is being typed into a form, kept in a file of the user's until it is sent: a form that is left, and a program that is
// killed, lose nothing. Credentials are not written.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { withoutSecretTexts } from '../codec/document-variables.ts';
import type { Io } from '../io.ts';
import { stateFolder } from './project-folder.ts';
import { writeWhole } from './whole-file.ts';

/** A form that was not sent. */
export interface Draft {
  readonly path: string;
  /** `pkg.Svc/Method`. */
  readonly method: string;
  readonly target: string;
  /** ISO 8601. */
  readonly at: string;
  /** The form's JSON. */
  readonly document: string;
}

/** Of all drafts, the newest. */
const draftsKept = 50;
/** How long what is typed may wait for the next key before it is written. */
const restMs = 200;

/** What a draft is about. */
export interface DraftSubject {
  readonly method: string;
  readonly target: string;
  /** The file of the draft that is gone on with. */
  readonly path?: string | undefined;
  /** Hears, once, of a file that cannot be written. */
  readonly say: (line: string) => void;
}

/** The file of one form. */
export class DraftFile {
  readonly path: string | undefined;
  readonly #subject: DraftSubject;
  readonly #folder: string | undefined;
  #read: (() => string) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #broken = false;

  constructor(env: Io['env'], subject: DraftSubject) {
    this.#subject = subject;
    this.#folder = draftFolder(env);
    const name = `${subject.method.replaceAll(/[^\w.]/g, '.')}-${Date.now().toString(36)}${randomPart()}.json`;
    this.path = subject.path ?? (this.#folder && join(this.#folder, name));
  }

  /** Will be written once no key has come for a moment. `read` gives the form's JSON then. */
  later(read: () => string): void {
    this.#read = read;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.flush(), restMs);
    this.#timer.unref();
  }

  /** Writes what is waiting. */
  flush(): void {
    clearTimeout(this.#timer);
    const read = this.#read;
    this.#read = undefined;
    if (read) this.keep(read());
  }

  /** Writes the form's JSON; an empty form is no draft. */
  keep(document: string): void {
    clearTimeout(this.#timer);
    this.#read = undefined;
    const { path } = this;
    if (path === undefined || this.#folder === undefined || this.#broken) return;
    try {
      if (document === '{}') rmSync(path, { force: true });
      else {
        mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
        const { method, target } = this.#subject;
        const facts = JSON.stringify({ method, target, at: new Date().toISOString() }).slice(0, -1);
        writeWhole(path, `${facts},"document":${withoutSecretTexts(document)}}\n`, 0o600);
      }
    } catch (error) {
      this.#broken = true;
      this.#subject.say(`grepl: cannot keep the draft ${path}: ${(error as Error).message}`);
    }
  }

  /** The form was sent: there is nothing to go on with. */
  done(): void {
    this.keep('{}');
  }
}

/** Runs `use` with the file of a form; what waits to be written is, however it ends. */
export async function withDraftFile<T>(
  io: Pick<Io, 'env' | 'hooks'>,
  subject: DraftSubject,
  use: (file: DraftFile) => Promise<T>,
): Promise<T> {
  const file = new DraftFile(io.env, subject);
  const deaf = io.hooks?.onExit(() => file.flush());
  try {
    return await use(file);
  } finally {
    file.flush();
    deaf?.();
  }
}

function draftFolder(env: Io['env']): string | undefined {
  const folder = stateFolder(env);
  return folder === undefined ? undefined : join(folder, 'drafts');
}

function randomPart(): string {
  return Math.random().toString(36).slice(2, 8);
}

/**
 * The drafts, the newest first; the oldest of too many are deleted. A file that cannot be read is told with its place and
 * set aside under `.bad`.
 */
export function readDrafts(env: Io['env'], say: (line: string) => void): Draft[] {
  const folder = draftFolder(env);
  if (folder === undefined) return [];
  const drafts = namesIn(folder).flatMap((name) => readDraft(join(folder, name), say) ?? []);
  drafts.sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
  for (const old of drafts.splice(draftsKept)) rmSync(old.path, { force: true });
  return drafts;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.json'));
  } catch {
    return [];
  }
}

function readDraft(path: string, say: (line: string) => void): Draft | undefined {
  try {
    const text = readFileSync(path, 'utf8');
    const value = JSON.parse(text) as Partial<Record<keyof Draft, unknown>> | null;
    const { method, target, at } = value ?? {};
    if (typeof method !== 'string' || typeof at !== 'string') throw new SyntaxError('it names no method');
    // The digits of numbers are those of the text, not of a parsed value.
    const start = text.indexOf('"document":');
    if (start < 0) throw new SyntaxError('it has no document');
    const document = text
      .slice(start + '"document":'.length)
      .trimEnd()
      .slice(0, -1);
    return { path, method, target: String(target ?? ''), at, document };
  } catch (error) {
    const aside = `${path}.bad`;
    try {
      renameSync(path, aside);
      say(`grepl: ${path}:1: ${(error as Error).message}; set aside as ${basename(aside)}`);
    } catch {
      say(`grepl: ${path} cannot be read: ${(error as Error).message}`);
    }
    return undefined;
  }
}
