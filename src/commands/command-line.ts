// Which grammar a command line is written in, ours or grpcurl's, and which command it names.
import { UserError } from '../errors.ts';
import { editDistance, nearest } from '../schema/nearest.ts';
import { type FlagRow, Flags, flagRows } from './flags.ts';
import { splitCurlArgv } from './from-curl-words.ts';
import { type Args, parseArgs } from './parse.ts';
import { type CommandRow, commandRows, findCommand, flagsOf, replRow } from './table.ts';
import { looksLikeAddress } from './words.ts';

/** A command line understood; `repl` when it has no words at all or an address alone. */
export type CommandLine =
  | { readonly kind: 'command'; readonly command: CommandRow; readonly args: Args }
  | { readonly kind: 'grpcurl'; readonly args: Args }
  | { readonly kind: 'repl'; readonly args: Args };

const hiddenRow = (kind: FlagRow['kind'], name: string): FlagRow => ({
  group: 'general',
  kind,
  name,
  help: '',
  hidden: true,
});

/** grpcurl's flags that ours do not have, or that mean something else there. */
const grpcurlRows: readonly FlagRow[] = [
  hiddenRow('seconds', 'max-time'),
  hiddenRow('number', 'max-msg-sz'),
  hiddenRow('bool', 'unix'),
  hiddenRow('text', 'format'),
  hiddenRow('bool', 'format-error'),
  hiddenRow('bool', 'msg-template'),
  hiddenRow('bool', 'expand-headers'),
  hiddenRow('bool', 'use-reflection'),
  // What `-use-reflection=false` is read as.
  hiddenRow('bool', 'no-use-reflection'),
  hiddenRow('text', 'protoset-out'),
  hiddenRow('text', 'proto-out-dir'),
  hiddenRow('bool', 'vv'),
  hiddenRow('bool', 'alts'),
  hiddenRow('text', 'alts-handshaker-service'),
  hiddenRow('list', 'alts-target-service-account'),
];

/** All rows that grpcurl's grammar reads: ours, with grpcurl's in front. */
const grpcurlFlagRows: readonly FlagRow[] = [
  ...grpcurlRows,
  ...flagRows.filter(
    (row, at) =>
      !grpcurlRows.some((own) => own.name === row.name) && flagRows.findIndex(({ name }) => name === row.name) === at,
  ),
];

/**
 * Reads argv. The first word that is no flag decides: one of our commands makes it ours, anything else grpcurl's.
 * `list` and `describe` are words of both: behind schema flags, where only grpcurl puts them, they are grpcurl's.
 * Throws UserError 2 as parseArgs does, and for a lone word that is neither a command nor an address.
 */
export function readCommandLine(argv: readonly string[]): CommandLine {
  const first = firstWord(argv);
  const command = first === undefined ? undefined : findCommand(argv[first]);
  if (command && first !== undefined && !isGrpcurlVerb(argv, first)) {
    const rest = [...argv.slice(0, first), ...argv.slice(first + 1)];
    return { kind: 'command', command, args: argsOf(command, rest) };
  }
  const args = parseArgs(argv, grpcurlFlagRows);
  if (argv.length === 0) return { kind: 'repl', args };
  if (args.words.length === 0 && args.flags.bool('help')) {
    return { kind: 'command', command: findCommand('help') as CommandRow, args: { words: [], flags: new Flags() } };
  }
  const [word] = args.words;
  if (args.flags.has('profile') && word === undefined) return { kind: 'repl', args: parseArgs(argv, flagsOf(replRow)) };
  if (word !== undefined && !findCommand(word) && !looksLikeAddress(word) && !/[.:/[\]]/.test(word)) {
    // A host may have a plain name, but a word that is nearly a command is one mistyped.
    if (args.words.length === 1 || nearCommand(word)) throw noCommand(word);
  }
  // grpcurl has no use for an address with nothing behind it.
  const alone = args.words.length === 1 && word !== undefined && !findCommand(word);
  return alone ? { kind: 'repl', args: parseArgs(argv, flagsOf(replRow)) } : { kind: 'grpcurl', args };
}

/** The words and flags of a command, from what follows its name. Throws UserError 2 as parseArgs does. */
export function argsOf(command: CommandRow, argv: readonly string[]): Args {
  const rows = flagsOf(command);
  return parseArgs(command.name === 'from-curl' ? splitCurlArgv(argv, rows) : argv, rows);
}

function nearCommand(word: string): boolean {
  return commandRows.some(({ name }) => editDistance(word, name, Math.floor(name.length / 3)) !== undefined);
}

function noCommand(word: string): UserError {
  const close = nearest(
    word,
    commandRows.map((row) => row.name),
  );
  return new UserError(2, `no command "${word}"`, {
    hint: close.length ? `nearest: ${close.join(', ')}` : 'see grepl help',
  });
}

/** Index of the first argument that is neither a flag nor a flag's value. */
function firstWord(argv: readonly string[]): number | undefined {
  for (let index = 0; index < argv.length; index++) {
    const word = argv[index] as string;
    if (word === '--') return index + 1 < argv.length ? index + 1 : undefined;
    if (!word.startsWith('-') || word === '-') return index;
    if (!word.includes('=') && valueFollows(word)) index++;
  }
  return undefined;
}

function valueFollows(word: string): boolean {
  const name = word.replace(/^--?/, '');
  const row = grpcurlFlagRows.find((one) => one.name === name || (!word.startsWith('--') && one.short === name));
  return row !== undefined && row.kind !== 'bool' && row.kind !== 'count';
}

function isGrpcurlVerb(argv: readonly string[], first: number): boolean {
  if (argv[first] !== 'list' && argv[first] !== 'describe') return false;
  return argv.slice(0, first).some((word) => /^--?proto(?:set)?(?:=|$)/.test(word));
}
