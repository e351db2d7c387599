// What a shell's completion script asks: the words typed so far in, candidates out, one a line, never an error.
import { type Io, write } from '../io.ts';
import type { Schema } from '../schema/schema.ts';
import { type FlagRow, flagRows } from './flags.ts';
import { normalise, parseArgs } from './parse.ts';
import { openSession } from './session.ts';
import { type CommandRow, commandRows, findCommand, flagsOf } from './table.ts';
import { looksLikeAddress } from './words.ts';

/** A person waits with a finger on Tab: after this, names from a server are left out. */
const patienceMs = 500;

/** `grepl __complete WORD…`: the last word is the one being typed. Exit 0 whatever happens. */
export async function complete(words: readonly string[], io: Io): Promise<number> {
  const partial = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const found = await candidates(before, partial, io).catch(() => []);
  const fitting = [...new Set(found)].filter((candidate) => candidate.toLowerCase().startsWith(partial.toLowerCase()));
  await write(io.stdout, fitting.map((candidate) => `${candidate}\n`).join(''));
  return 0;
}

async function candidates(before: readonly string[], partial: string, io: Io): Promise<readonly string[]> {
  const command = findCommand(before[0]);
  const rows = command ? flagsOf(command) : flagRows;
  const awaiting = flagAwaitingValue(before, rows);
  if (awaiting) return awaiting.choices ?? [];
  if (partial.startsWith('-')) return rows.map((row) => `--${row.name}`);
  if (!command) return before.length === 0 ? commandRows.map((row) => row.name) : [];
  if (command.name === 'completion') return ['bash', 'zsh', 'fish'];
  if (command.name === 'help') return commandRows.map((row) => row.name);
  return schemaNames(command, before.slice(1), io);
}

function flagAwaitingValue(before: readonly string[], rows: readonly FlagRow[]): FlagRow | undefined {
  const last = before.at(-1);
  if (!last?.startsWith('-') || last.includes('=')) return undefined;
  const [spelled] = normalise([last], rows);
  return rows.find((row) => `--${row.name}` === spelled && row.kind !== 'bool' && row.kind !== 'count');
}

async function schemaNames(command: CommandRow, typed: readonly string[], io: Io): Promise<readonly string[]> {
  const args = parseArgs(typed, flagsOf(command));
  const address = args.words.find(looksLikeAddress) ?? io.env.GREPL_ADDRESS;
  const hasFiles = args.flags.list('proto').length + args.flags.list('protoset').length > 0;
  if (address === undefined && !hasFiles) return [];
  const session = openSession(args, address, io, 'grepl');
  const giveUp = new Promise<readonly string[]>((resolve) => setTimeout(() => resolve([]), patienceMs).unref());
  try {
    const names = session.schema().then((schema) => namesFor(command, schema));
    return await Promise.race([names, giveUp]);
  } finally {
    await session.close();
  }
}

async function namesFor(command: CommandRow, schema: Schema): Promise<readonly string[]> {
  const services = await schema.listServices();
  if (command.name === 'list' || command.name === 'health') return services;
  const methods: string[] = [];
  for (const name of services) {
    const service = await schema.symbol(name);
    if (service?.kind === 'service') methods.push(...service.methods.map((method) => `${name}/${method.name}`));
  }
  return command.name === 'call' ? methods : [...services, ...methods, ...(await schema.symbolNames())];
}
