// Help, drawn from the tables of commands and flags.
import { UserError } from '../errors.ts';
import { type Io, write } from '../io.ts';
import { nearest } from '../schema/nearest.ts';
import type { FlagGroup, FlagRow } from './flags.ts';
import { helpTopics } from './help-topics.ts';
import type { Args } from './parse.ts';
import { type CommandRow, commandRows, findCommand, flagsOf } from './table.ts';

const groupTitles: Record<FlagGroup, string> = {
  schema: 'Schema (reflection, when no files are given)',
  connection: 'Connection',
  metadata: "Metadata ('name: value'; a value may be @FILE, @- or hold ${ENV})",
  time: 'Time and size',
  request: 'Request',
  output: 'Output',
  dry: 'Without sending',
  script: 'Scripts',
  general: 'General',
};

/** `grepl help [COMMAND|TOPIC]`: on stdout, exit 0; an unknown word is UserError 2. */
export async function run(args: Args, io: Io): Promise<number> {
  const [name] = args.words;
  const command = findCommand(name);
  const topic = name === undefined ? undefined : helpTopics.get(name);
  if (name !== undefined && !command && topic === undefined) {
    const close = nearest(name, [...commandRows.map((row) => row.name), ...helpTopics.keys()]);
    throw new UserError(2, `no command or topic "${name}"`, {
      hint: close.length ? `nearest: ${close.join(', ')}` : 'see grepl help',
    });
  }
  await write(io.stdout, topic ?? (command ? commandHelp(command) : overview()));
  return 0;
}

/** The short page: forms, commands, exit codes. */
export function overview(): string {
  const commands = commandRows.map((row) => `  ${row.name.padEnd(11)}${row.summary}`);
  return `grepl calls any gRPC method from the command line.

  grepl ADDRESS [flags]                                  the REPL; a script on stdin
  grepl COMMAND [ADDRESS] [words] [flags]
  grepl [grpcurl flags] ADDRESS list|describe|METHOD     as grpcurl has it

Commands
${commands.join('\n')}

ADDRESS is host:port, :port (this machine), a URL (grpc:// grpcs:// http:// https://) or unix:PATH.
Loopback is tried without TLS; every other host is called with TLS.
METHOD is pkg.Service/Method or any end of it that is unique: Service/Method, Method.

Exit codes: 0 OK, 2 usage, 3 request data, 4 schema, 5 output, 6 expectation, 64+N gRPC status N, 130 Ctrl-C.
All flags of a command: grepl help COMMAND
Topics: grepl help ${[...helpTopics.keys()].join(', ')}
`;
}

/** Everything about one command. */
export function commandHelp(command: Omit<CommandRow, 'load'>): string {
  const flags = flagsOf(command);
  const groups = [...new Set(flags.map((row) => row.group))];
  const sections = groups.map(
    (group) => `${groupTitles[group]}\n${flagLines(flags.filter((row) => row.group === group))}`,
  );
  const examples = command.examples.map((example) => `  $ ${example}`).join('\n');
  const name = command.name === 'repl' ? '' : `${command.name} `;
  return `grepl ${name}${command.words}\n  ${command.summary}\n\n${examples}\n\n${sections.join('\n\n')}\n`;
}

function flagLines(rows: readonly FlagRow[]): string {
  return rows
    .filter((row) => !row.hidden)
    .map((row) => {
      const choices = row.choices ? row.choices.join('|') : row.value;
      const spelled = `${row.short ? `-${row.short}, ` : '    '}--${row.name}${choices ? ` ${choices}` : ''}`;
      return `  ${spelled.padEnd(34)} ${spelled.length > 34 ? `\n${' '.repeat(37)}` : ''}${row.help}`;
    })
    .join('\n');
}
