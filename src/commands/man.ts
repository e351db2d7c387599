// The manual page, drawn from the tables of commands and flags as help is, in the macros that every man knows.
import { type Io, write } from '../io.ts';
import { type FlagGroup, type FlagRow, flagRows } from './flags.ts';
import { groupTitles } from './help.ts';
import { helpTopics } from './help-topics.ts';
import type { Args } from './parse.ts';
import { type CommandRow, commandRows, flagsOf, replRow } from './table.ts';

/** `grepl man`: the page as roff on stdout. */
export async function run(_args: Args, io: Io): Promise<number> {
  await write(io.stdout, manPage());
  return 0;
}

type Command = Omit<CommandRow, 'load'>;
const commands: readonly Command[] = [...commandRows, replRow];

/** The page in man(7) macros, ending with a line end. */
export function manPage(): string {
  const sections: [string, readonly string[]][] = [
    ['NAME', [text('grepl - call any gRPC method, and see the REST call that it equals')]],
    ['SYNOPSIS', synopsis()],
    ['DESCRIPTION', paragraphs(description)],
    ['COMMANDS', commands.flatMap(commandLines)],
    ['OPTIONS', options()],
    ['EXIT STATUS', literal(topic('exit-codes'))],
    ['ENVIRONMENT', environment.flatMap(([name, says]) => entry(bold(name), says))],
    ['FILES', filesUsed.flatMap(([name, says]) => entry(`\\fI${escaped(name)}\\fP`, says))],
    [
      'EXAMPLES',
      commands.flatMap(({ summary, examples }) => [...paragraphs([summary]), ...literal(examples.join('\n'))]),
    ],
    ['SEE ALSO', [text('curl(1), jq(1); grepl help TOPIC for requests, settings, REST routes and streams.')]],
  ];
  const body = sections.flatMap(([title, [first, ...rest]]) => [
    `.SH ${title}`,
    ...(first === '.PP' || first === undefined ? [] : [first]),
    ...rest,
  ]);
  return `${['.TH GREPL 1 "" grepl "grepl manual"', '.nh', '.ad l', ...body].join('\n')}\n`;
}

const description = [
  'grepl finds out what a gRPC server offers, builds the request, makes the call (unary, server-streaming, ' +
    'client-streaming or bidirectional) and shows what came back: for a person at a terminal, for scripts, and with the ' +
    'REST call that the call equals beside it.',
  'With an address alone it opens a REPL at a terminal, and reads a script of REPL lines from a pipe. ' +
    "grpcurl's own command lines work with the word replaced.",
  'ADDRESS is host:port, :port (this machine), a URL (grpc:// grpcs:// http:// https://) or unix:PATH. Loopback is ' +
    'tried without TLS first, all else is TLS. METHOD is pkg.Service/Method or any end of it that is unique.',
  'stdout holds data alone; all that is said about it goes to stderr.',
];

const environment: readonly (readonly [name: string, says: string])[] = [
  ['GREPL_ADDRESS', 'the address where none is typed'],
  ['GREPL_PROFILE', 'the profile'],
  ['GREPL_TOKEN', 'authorization: Bearer'],
  ['GREPL_DEADLINE, GREPL_CONNECT_TIMEOUT, …', 'the flag of that name; true or false for those without a value'],
  ['NO_COLOR, FORCE_COLOR, TERM', 'colours; TERM=dumb also means --plain and --ascii'],
  ['VISUAL, EDITOR, PAGER', 'for JSON by hand, and for what is longer than the screen'],
  ['HTTPS_PROXY, NO_PROXY', 'the proxy for targets with TLS, and what goes without'],
  ['SSL_CERT_FILE', 'certificates to trust, as --cacert'],
  ['SSLKEYLOGFILE', 'where TLS secrets are written for Wireshark'],
  ['XDG_CONFIG_HOME, XDG_STATE_HOME, XDG_CACHE_HOME', 'where the files below are'],
  ['NODE_DISABLE_COMPILE_CACHE', 'keeps no compiled code'],
];

const filesUsed: readonly (readonly [name: string, says: string])[] = [
  ['.grepl/config.toml', 'settings and profiles of a project, in this folder or the nearest one upward'],
  ['.grepl/NAME.json', 'saved requests of the project'],
  ['~/.config/grepl/config.toml', 'settings and profiles of the user'],
  ['~/.local/state/grepl/', 'history, drafts, and what was agreed to'],
  ['~/.cache/grepl/', "grepl's own code, compiled by this version of node; it may be removed at any time"],
];

function synopsis(): string[] {
  const forms = [
    ['ADDRESS', '[flags]'],
    ['COMMAND', '[ADDRESS] [words] [flags]'],
    ['[grpcurl flags]', 'ADDRESS list|describe|METHOD'],
  ];
  return forms.flatMap((words, index) => [
    ...(index === 0 ? [] : ['.br']),
    `${bold('grepl')} ${words.map((word) => `\\fI${escaped(word)}\\fP`).join(' ')}`,
  ]);
}

function commandLines({ name, words, summary }: Command): string[] {
  const isRepl = name === replRow.name;
  return entry(`${bold(isRepl ? 'grepl' : name)} \\fI${escaped(words)}\\fP`, summary);
}

function options(): string[] {
  const groups = (Object.keys(groupTitles) as FlagGroup[]).filter((group) => rowsOf(group).length > 0);
  return groups.flatMap((group) => {
    const takers = commands.filter((command) => group === 'general' || command.groups.includes(group));
    const isForAll = takers.length === commands.length;
    const intro = `For ${isForAll ? 'every command' : takers.map(({ name }) => name).join(', ')}.`;
    return [`.SS ${quoted(groupTitles[group])}`, text(intro), ...rowsOf(group).flatMap(flagLines)];
  });
}

const rowsOf = (group: FlagGroup): readonly FlagRow[] => flagRows.filter((row) => row.group === group && !row.hidden);

function flagLines(row: FlagRow): string[] {
  const value = row.choices ? row.choices.join('|') : row.value;
  const names = [...(row.short ? [`-${row.short}`] : []), `--${row.name}`].map(bold).join(', ');
  const takers = commands.filter((command) => flagsOf(command).includes(row)).map(({ name }) => name);
  const all = row.only === undefined ? '' : ` (${takers.join(', ')})`;
  return entry(`${names}${value ? ` \\fI${escaped(value)}\\fP` : ''}`, `${row.help}${all}`);
}

/** A topic of help without its heading. */
const topic = (name: string): string => (helpTopics.get(name) ?? '').split('\n').slice(2).join('\n').trimEnd();

const paragraphs = (texts: readonly string[]): string[] => texts.flatMap((each) => ['.PP', text(each)]);
const entry = (label: string, says: string): string[] => ['.TP', label, text(says)];
const literal = (lines: string): string[] => ['.PP', '.RS', '.nf', ...lines.split('\n').map(text), '.fi', '.RE'];
const bold = (name: string): string => `\\fB${escaped(name)}\\fP`;
const quoted = (title: string): string => `"${escaped(title).replaceAll('"', '\\(dq')}"`;

/** A line of text: nothing in it is taken for a request of roff. */
const text = (line: string): string => (/^[.']/.test(line) ? '\\&' : '') + escaped(line);

/** ASCII alone, whatever the terminal's character set; dashes and quotes stay those that a shell knows. */
function escaped(line: string): string {
  return line
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll("'", '\\(aq')
    .replaceAll('`', '\\(ga')
    .replaceAll('^', '\\(ha')
    .replaceAll('~', '\\(ti')
    .replace(/[^\x20-\x7e]/gu, (other) => `\\[u${other.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}]`);
}
