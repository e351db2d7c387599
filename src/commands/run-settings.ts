// A command of the shell with its settings: what it runs with, and what must be agreed to before anything is sent.
import { UserError } from '../errors.ts';
import { type Io, write } from '../io.ts';
import type { FlagRow } from './flags.ts';
import type { Args } from './parse.ts';
import type { SessionOptions } from './session.ts';
import { flagsFor, isProduction, loadSettings } from './settings.ts';
import { dropContradicted } from './settings-merge.ts';
import { type CommandRow, flagsOf } from './table.ts';

/** What a session is opened with. */
export interface Prepared {
  readonly args: Args;
  readonly options: Pick<SessionOptions, 'allow' | 'production'>;
}

/** A command's arguments with the settings under them; `at` completes them for the address that the command found. */
export interface PreparedRun {
  readonly args: Args;
  at(args: Args, address: string | undefined): Prepared;
}

/** Looks for the settings of a command. Throws as loadSettings does. */
export async function prepareRun(row: Pick<CommandRow, 'name' | 'groups'>, args: Args, io: Io): Promise<PreparedRun> {
  const typed = args.flags;
  const asIs = (same: Args): Prepared => ({ args: same, options: {} });
  // Commands that go nowhere have none.
  const settings = row.groups.includes('schema') ? await loadSettings({ typed, io, say: sayTo(io, args) }) : undefined;
  if (!settings || settings.layers.length === 0) {
    dropContradicted(typed);
    return { args, at: asIs };
  }
  const takes = rowsFor(row);
  const flags = flagsFor(settings, typed, undefined, takes);
  const before = new Map(flags.names().map((name) => [name, flags.value(name)]));
  return {
    args: { ...args, flags, standIn: settings.address },
    at(given, address) {
      const all = flagsFor(settings, typed, address, takes);
      // What the command itself has set since.
      for (const name of given.flags.names())
        if (given.flags.value(name) !== before.get(name)) all.set(name, given.flags.value(name));
      const asks = !all.bool('no-input') && io.stdin.isTTY === true;
      const ask = async (lines: readonly string[], prompt: string) =>
        (await import('./ask-word.ts')).askWordOnce(io, all, lines, prompt);
      const profile = isProduction(settings, address) ? (settings.profile ?? '') : undefined;
      if (profile !== undefined && row.name === 'gateway' && !typed.bool('yes'))
        throw new UserError(2, `the profile ${profile} is for production: a gateway would let every call through`, {
          hint: '--yes serves it all the same',
        });
      const production = profile === undefined ? undefined : { profile, ask: asks ? ask : undefined, said: false };
      const allow = async (): Promise<void> => {
        if (typed.bool('trust')) return;
        const { agree, trustQuestion } = await import('./trust.ts');
        const question = trustQuestion(settings, address, all);
        if (question) await agree(question, io.env, asks ? ask : undefined);
      };
      const isProject = settings.layers.some((layer) => layer.level === 'project');
      return { args: { ...given, flags: all }, options: { production, ...(isProject ? { allow } : {}) } };
    },
  };
}

/** The form of the output is meant for calls: others have forms of their own. */
function rowsFor(row: Pick<CommandRow, 'name' | 'groups'>): readonly FlagRow[] {
  const isCall = row.name === 'call' || row.name === 'repl';
  return flagsOf(row).filter(({ name }) => isCall || name !== 'output');
}

function sayTo(io: Io, { flags }: Args): (line: string) => void {
  return (line) => {
    if (!flags.bool('quiet')) void write(io.stderr, `${line}\n`).catch(() => {});
  };
}
