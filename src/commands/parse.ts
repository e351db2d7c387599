// argv → words and flags. Flags are read as Go's flag package and GNU's getopt would both have it: one dash or two, in
// any place, `--flag value` or `--flag=value`, so that what the fingers know from other tools works here too.
import { Command as Commander, CommanderError, Option } from 'commander';
import { UserError } from '../errors.ts';
import { editDistance, nearest } from '../schema/nearest.ts';
import { type FlagRow, Flags, setFlag } from './flags.ts';

/** The grammar the command line was written in: it decides forms of output, exit codes and how headers are read. */
export type Grammar = 'grepl' | 'grpcurl';

/** A command line taken apart. */
export interface Args {
  readonly words: readonly string[];
  readonly flags: Flags;
  /** Set for a line of the REPL: where it is connected, if it is. */
  readonly place?: { readonly address: string | undefined } | undefined;
  /** The address that stands in where none is among the words: from the environment or a config file. */
  readonly standIn?: string | undefined;
}

const takesValue = (row: FlagRow): boolean => row.kind !== 'bool' && row.kind !== 'count';

/**
 * One spelling for each flag: `-plaintext` → `--plaintext`, `-d{}` stays, `--plaintext=false` goes, `-vv` → `-v -v`.
 * Values of flags and everything behind `--` are left alone. `off` hears of flags that are given as false.
 */
export function normalise(
  argv: readonly string[],
  rows: readonly FlagRow[],
  off: (name: string) => void = () => {},
): string[] {
  const byName = new Map(rows.map((row) => [row.name, row]));
  const byLetter = new Map(rows.flatMap((row) => (row.short ? [[row.short, row] as const] : [])));
  const result: string[] = [];
  for (let index = 0; index < argv.length; index++) {
    const word = argv[index] as string;
    if (word === '--') return [...result, ...argv.slice(index)];
    const match = /^--?([A-Za-z][\w-]*)(=[\s\S]*)?$/.exec(word);
    const name = match?.[1] ?? '';
    const row = byName.get(name) ?? (word.startsWith('--') ? undefined : byLetter.get(name));
    if (!row) {
      // `-no-such` is no `-n` with a value: only a number is joined to a letter that takes one.
      const joined = /^-([A-Za-z])(?!\d)/.test(word) && byLetter.get(word.charAt(1))?.kind === 'number';
      if (joined && word.length > 2) throw unknownFlag(word, rows);
      result.push(...(word === '-vv' ? ['-v', '-v'] : [word]));
      // `-dVALUE` and unknown flags pass as they are; a lone letter's value was joined to it.
      continue;
    }
    if (takesValue(row)) {
      result.push(`--${row.name}`);
      if (match?.[2] !== undefined) result.push(match[2].slice(1));
      else if (index + 1 < argv.length) result.push(argv[++index] as string);
    } else if (match?.[2] === undefined || isTrue(row, match[2].slice(1))) result.push(`--${row.name}`);
    else if (byName.has(`no-${row.name}`)) result.push(`--no-${row.name}`);
    else off(row.name);
  }
  return result;
}

function isTrue(row: FlagRow, value: string): boolean {
  if (/^(true|t|1)$/i.test(value)) return true;
  if (/^(false|f|0)$/i.test(value)) return false;
  throw new UserError(2, `--${row.name} takes no value but true or false, got "${value}"`);
}

/**
 * Parses argv by the given rows. Throws UserError 2 for an unknown flag (naming the nearest), a missing value or one
 * that cannot be read.
 */
export function parseArgs(argv: readonly string[], rows: readonly FlagRow[]): Args {
  const flags = new Flags();
  const parser = new Commander().exitOverride().helpOption(false).allowExcessArguments(true).argument('[words...]');
  parser.configureOutput({ writeErr: () => {}, writeOut: () => {} }).showSuggestionAfterError(false);
  for (const row of rows) {
    const option = new Option(`${row.short ? `-${row.short}, ` : ''}--${row.name}${takesValue(row) ? ' <value>' : ''}`);
    parser.addOption(option);
    parser.on(`option:${row.name}`, (value: string | undefined) => setFlag(flags, row, value ?? ''));
  }
  try {
    parser.parse(
      normalise(argv, rows, (name) => flags.set(name, false)),
      { from: 'user' },
    );
  } catch (error) {
    throw error instanceof CommanderError ? usageError(error, rows) : error;
  }
  return { words: parser.args, flags };
}

function usageError(error: CommanderError, rows: readonly FlagRow[]): UserError {
  const flag = /'([^']*)'/.exec(error.message)?.[1] ?? '';
  if (error.code === 'commander.unknownOption') return unknownFlag(flag, rows);
  if (error.code === 'commander.optionMissingArgument') {
    const name = /--[\w-]+/.exec(error.message)?.[0] ?? flag;
    return new UserError(2, `${name} needs a value`);
  }
  return new UserError(2, error.message.replace(/^error: /, ''));
}

function unknownFlag(flag: string, rows: readonly FlagRow[]): UserError {
  const word = flag.replace(/^-+/, '').replace(/=.*/s, '');
  const close = nearest(
    word,
    rows.map((row) => row.name),
  );
  // A flag's name may begin with another's: --plaintxt is meant for --plaintext, not for --plain.
  const best = close.find((name) => editDistance(word, name, 1) !== undefined) ?? close[0];
  return new UserError(2, `unknown flag ${flag}`, { hint: best ? `did you mean --${best}?` : 'see grepl --help' });
}
