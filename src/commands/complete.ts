// What a shell's completion script asks: the words typed so far in, candidates out, one a line, never an error. No
// candidate means that the shell offers files.
import type { DescMessage } from '@bufbuild/protobuf';
import { type Io, write } from '../io.ts';
import { findMethod } from '../schema/find.ts';
import type { Schema } from '../schema/schema.ts';
import { type FlagRow, flagRows } from './flags.ts';
import { normalise, parseArgs } from './parse.ts';
import { openSession } from './session.ts';
import { type CommandRow, commandRows, findCommand, flagsOf, replRow } from './table.ts';
import { looksLikeAddress, splitAddress } from './words.ts';

/** A person waits with a finger on Tab: after this, or --connect-timeout, names from a server are left out. */
const patienceMs = 500;

/** The FIELD=VALUE words that a word of a request of this type may become. */
export type FieldWords = (message: DescMessage, word: string) => Promise<readonly string[]>;

/** `grepl __complete WORD…`: the last word is the one being typed. Exit 0 whatever happens. */
export async function complete(words: readonly string[], io: Io, fieldWords: FieldWords): Promise<number> {
  const partial = words.at(-1) ?? '';
  const found = await candidates(words.slice(0, -1), partial, io, fieldWords).catch(() => []);
  const fitting = [...new Set(found)].filter((candidate) => beginsWith(candidate, partial));
  await write(io.stdout, fitting.map((candidate) => `${candidate}\n`).join(''));
  return 0;
}

const beginsWith = (name: string, partial: string): boolean => name.toLowerCase().startsWith(partial.toLowerCase());

async function candidates(
  before: readonly string[],
  partial: string,
  io: Io,
  fieldWords: FieldWords,
): Promise<readonly string[]> {
  const command = findCommand(before[0]);
  const rows = rowsFor(command, before[0]);
  const awaiting = flagAwaitingValue(before, rows);
  if (awaiting) return awaiting.choices ?? [];
  const joined = /^--?[\w-]+=/.exec(partial)?.[0];
  if (joined) return flagAwaitingValue([joined.slice(0, -1)], rows)?.choices?.map((choice) => joined + choice) ?? [];
  if (partial.startsWith('-')) return rows.filter((row) => !row.hidden).map((row) => `--${row.name}`);
  if (!command) return before.length === 0 ? commandRows.map((row) => row.name) : [];
  if (command.name === 'completion') return ['bash', 'zsh', 'fish'];
  if (command.name === 'help') return helpWords();
  return schemaWords(command, before.slice(1), partial, io, fieldWords);
}

/** The flags that may be meant: of the command, of the REPL behind an address, else any, for grpcurl's grammar. */
function rowsFor(command: CommandRow | undefined, first: string | undefined): readonly FlagRow[] {
  if (command) return flagsOf(command);
  return first !== undefined && looksLikeAddress(first) ? flagsOf(replRow) : flagRows;
}

async function helpWords(): Promise<readonly string[]> {
  const { helpTopics } = await import('./help-topics.ts');
  return [...commandRows.map((row) => row.name), replRow.name, ...helpTopics.keys()];
}

function flagAwaitingValue(before: readonly string[], rows: readonly FlagRow[]): FlagRow | undefined {
  const last = before.at(-1);
  if (!last?.startsWith('-') || last.includes('=')) return undefined;
  const [spelled] = normalise([last], rows);
  return rows.find((row) => `--${row.name}` === spelled && row.kind !== 'bool' && row.kind !== 'count');
}

/** What the first word behind the address is, for commands whose words are names of the schema. */
const firstWord = new Map<string, 'method' | 'service' | 'symbol'>([
  ['call', 'method'],
  ['rest', 'method'],
  ['compare', 'method'],
  ['list', 'service'],
  ['health', 'service'],
  ['openapi', 'service'],
  ['describe', 'symbol'],
  ['template', 'symbol'],
]);

/** Servers send any names; one with blanks or a shell's own characters does not belong on a command line. */
const plainName = /^[\w./]+$/;

async function schemaWords(
  command: CommandRow,
  typed: readonly string[],
  partial: string,
  io: Io,
  fieldWords: FieldWords,
): Promise<readonly string[]> {
  const kind = firstWord.get(command.name);
  if (kind === undefined) return [];
  const args = parseArgs(typed, flagsOf(command));
  const { address, rest } = splitAddress(args, io, 0);
  const session = openSession(args, address, io, 'grepl');
  const patience = args.flags.number('connect-timeout') ?? patienceMs;
  const giveUp = new Promise<readonly string[]>((resolve) => setTimeout(() => resolve([]), patience).unref());
  const found = async (): Promise<readonly string[]> => {
    const schema = await session.schema();
    if (rest[0] === undefined || command.name === 'openapi') {
      return (await names(kind, schema, partial)).filter((name) => plainName.test(name));
    }
    return kind === 'method' ? fieldWords((await findMethod(schema, rest[0])).input, partial) : [];
  };
  try {
    return await Promise.race([found(), giveUp]);
  } finally {
    await session.close();
  }
}

async function names(
  kind: 'method' | 'service' | 'symbol',
  schema: Schema,
  partial: string,
): Promise<readonly string[]> {
  const services = await schema.listServices();
  if (kind === 'service') return shortest(services, partial);
  const methods: string[] = [];
  for (const name of services) {
    const service = await schema.symbol(name);
    if (service?.kind === 'service') methods.push(...service.methods.map((method) => `${name}/${method.name}`));
  }
  if (kind === 'method') return shortest(methods, partial);
  return [...services, ...shortest(methods, partial), ...(await schema.symbolNames())];
}

/** Each name, or the end of it that begins as typed, if no other name ends so: `GetO` → `GetOrder`. */
function shortest(all: readonly string[], partial: string): string[] {
  const ends = (name: string): string[] => [
    name,
    ...[...name.matchAll(/[./]/g)].map(({ index }) => name.slice(index + 1)),
  ];
  const times = new Map<string, number>();
  for (const end of all.flatMap(ends)) times.set(end, (times.get(end) ?? 0) + 1);
  return all.flatMap((name) => ends(name).find((end) => times.get(end) === 1 && beginsWith(end, partial)) ?? []);
}
