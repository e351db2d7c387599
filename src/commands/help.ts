// Help, drawn from the tables of commands and flags.
import { UserError } from '../errors.ts';
import { type Io, write } from '../io.ts';
import { nearest } from '../schema/nearest.ts';
import type { FlagGroup, FlagRow } from './flags.ts';
import { helpTopics } from './help-topics.ts';
import type { Args } from './parse.ts';
import { type CommandRow, commandRows, findCommand, flagsOf, replRow } from './table.ts';

/** The sections of a command's help, in their order. */
export const groupTitles: Record<FlagGroup, string> = {
  serve: 'Serving',
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
  const command = name === replRow.name ? replRow : findCommand(name);
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

  grepl ADDRESS [flags]                  the REPL; a script on stdin
  grepl COMMAND [ADDRESS] [words] [flags]
  grepl [flags] ADDRESS list|describe|METHOD     grpcurl's own command lines

Commands
${commands.join('\n')}

ADDRESS is host:port, :port (this machine), a URL (grpc:// grpcs:// http://
https://) or unix:PATH. Loopback is tried without TLS first, all else is TLS.
METHOD is pkg.Service/Method or any end of it that is unique.

Exit codes: 0 OK, 1 a bug, 2 usage, 3 request data, 4 schema, 5 output,
6 expectation, 64+N gRPC status N, 130 Ctrl-C.
All flags of a command: grepl help COMMAND; of the REPL: grepl help repl
Topics: help ${[...helpTopics.keys()].join(', ')}
`;
}

/** Everything about one command. */
export function commandHelp(command: Omit<CommandRow, 'load'>): string {
  const flags = flagsOf(command);
  const groups = Object.keys(groupTitles).filter((group) => flags.some((row) => row.group === group)) as FlagGroup[];
  const sections = groups.map(
    (group) => `${groupTitles[group]}\n${flagLines(flags.filter((row) => row.group === group))}`,
  );
  const examples = command.examples.map((example) => `  $ ${example}`).join('\n');
  const name = command.name === 'repl' ? '' : `${command.name} `;
  return `${`grepl ${name}${command.words}`.trimEnd()}\n  ${command.summary}\n\n${examples}\n\n${sections.join('\n\n')}\n`;
}

const columns = 80;
const helpAt = 34;

function flagLines(rows: readonly FlagRow[]): string {
  return rows
    .filter((row) => !row.hidden)
    .map((row) => {
      const choices = row.choices ? row.choices.join('|') : row.value;
      const spelled = `  ${row.short ? `-${row.short}, ` : '    '}--${row.name}${choices ? ` ${choices}` : ''}`;
      const help = wrapped(row.help, columns - helpAt).join(`\n${' '.repeat(helpAt)}`);
      // A long one has its line alone.
      return spelled.length < helpAt ? spelled.padEnd(helpAt) + help : `${spelled}\n${' '.repeat(helpAt)}${help}`;
    })
    .join('\n');
}

/** A text in lines of at most `width` characters, broken at its blanks. */
function wrapped(text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) as string;
    if (line === '') lines[lines.length - 1] = word;
    else if (line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}
