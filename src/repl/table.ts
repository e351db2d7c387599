// The commands that only lines have, one row each; those of the shell are in commands/table.ts. Their code is loaded
// when they run.
import type { Io } from '../io.ts';
import type { Repl } from './state.ts';
import { keptCommands } from './table-kept.ts';

/** What a command of the REPL is given. */
export interface LineInput {
  readonly repl: Repl;
  /** The line's own: its signal ends this line alone, its stdout may be a file or a pipe. */
  readonly io: Io;
  /** The words behind the command's name, as text. */
  readonly words: readonly string[];
  /** What word `index` stands for: a variable's value, JSON, or its text. */
  value(index: number): unknown;
  /** Runs other words as a line of their own. */
  run(words: readonly string[]): Promise<number>;
}

/** What a command file exports: resolves to the exit code of the line. */
export type LineRun = (input: LineInput) => Promise<number>;

/** One row. */
export interface ReplCommand {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly words: string;
  readonly summary: string;
  /** The first is shown in the overview. */
  readonly examples: readonly string[];
  /** What may stand behind it, for completion. */
  readonly takes?: 'service' | 'method' | 'symbol' | 'file' | 'command' | 'option' | 'saved' | 'profile';
  /** It shows what is there: through a pager where that is longer than the screen. */
  readonly paged?: boolean;
  /** Words that may follow as they are. */
  readonly choices?: readonly string[];
  readonly load: () => Promise<{ readonly run: LineRun }>;
}

const from = (load: () => Promise<Record<string, unknown>>, name: string): ReplCommand['load'] => {
  return async () => ({ run: (await load())[name] as LineRun });
};
const look = () => import('./commands/look.ts');
const meta = () => import('./commands/meta.ts');
const target = () => import('./commands/target.ts');
const options = () => import('./commands/options.ts');
const values = () => import('./commands/values.ts');
const repeat = () => import('./commands/repeat.ts');
const session = () => import('./commands/session.ts');
const streams = () => import('./commands/streams.ts');
const failed = () => import('./commands/failed.ts');

/** The table, in the order of help. */
export const replCommands: readonly ReplCommand[] = [
  {
    name: 'ls',
    words: '[TEXT]',
    summary: 'the methods, or those whose name holds TEXT',
    examples: ['ls', 'ls user'],
    takes: 'service',
    paged: true,
    load: from(look, 'ls'),
  },
  {
    name: 'find',
    words: 'TEXT',
    summary: 'search names and comments of everything in the schema',
    examples: ['find email', 'find idempotency'],
    paged: true,
    load: from(look, 'find'),
  },
  {
    name: 'desc',
    words: 'SYMBOL [--json|--tree]',
    summary: 'what a method, message, field or enum is',
    examples: ['desc GetUser', 'desc users.User', 'desc users.User --json', 'desc GetUser --tree'],
    takes: 'symbol',
    choices: ['--json', '--tree'],
    load: from(look, 'desc'),
  },
  {
    name: 'use',
    words: '[SERVICE|-]',
    summary: 'the service whose methods are meant first',
    examples: ['use UserService', 'use -'],
    takes: 'service',
    load: from(look, 'use'),
  },
  {
    name: 'again',
    words: '[N] [FIELD=VALUE…]',
    summary: 'make the last call, or call N, once more',
    examples: ['again', 'again 3', 'again user_id=u-2'],
    load: from(repeat, 'again'),
  },
  {
    name: 'edit',
    aliases: ['e'],
    words: '[N]',
    summary: 'the request of the last call in the form, at the fields that are wrong',
    examples: ['e', 'edit 3'],
    load: from(failed, 'edit'),
  },
  {
    name: 'retry',
    aliases: ['r'],
    words: '[N]',
    summary: 'make a failed call again, after the delay that the server asks for',
    examples: ['r'],
    load: from(failed, 'retry'),
  },
  {
    name: 'x',
    words: '[VALUE] [--tree]',
    summary: 'a value or the last reply in full',
    examples: ['x', 'x $2', 'x $last.items[50:]', 'x --tree'],
    choices: ['--tree'],
    paged: true,
    load: from(values, 'expand'),
  },
  ...keptCommands,
  {
    name: 'watch',
    words: 'INTERVAL LINE',
    summary: 'run a line again and again until Ctrl-C',
    examples: ['watch 2s again', 'watch 500ms health'],
    load: from(repeat, 'watch'),
  },
  {
    name: 'streams',
    words: '',
    summary: 'the streams that go on behind the prompt',
    examples: ['streams'],
    load: from(streams, 'streams'),
  },
  {
    name: 'attach',
    words: '[N]',
    summary: 'go on with a stream that was left by :detach',
    examples: ['attach 1'],
    load: from(streams, 'attach'),
  },
  {
    name: 'cancel',
    words: '[N]',
    summary: 'end a stream behind the prompt',
    examples: ['cancel 1'],
    load: from(streams, 'cancel'),
  },
  {
    name: 'meta',
    words: '[set|add NAME VALUE | rm NAME | clear | ls] [--once] [--for all|rpc|reflect]',
    summary: 'metadata that goes with every call',
    examples: ['meta set x-tenant acme', "meta set authorization '${TOKEN}' --for rpc", 'meta rm x-tenant', 'meta'],
    choices: ['set', 'add', 'rm', 'clear', 'ls', '--once', '--for'],
    load: from(meta, 'meta'),
  },
  {
    name: 'auth',
    words: '[TOKEN | @FILE | basic USER PASSWORD | off]',
    summary: 'the authorization of every call; never kept in the history',
    examples: ["auth '${TOKEN}'", 'auth @token.txt', 'auth basic ada secret', 'auth off'],
    choices: ['basic', 'off'],
    load: from(meta, 'auth'),
  },
  {
    name: 'connect',
    words: '[ADDRESS] [flags]',
    summary: 'go to a target',
    examples: ['connect :50051', 'connect api.example.com:443 --cacert ca.pem'],
    load: from(target, 'connect'),
  },
  {
    name: 'demo',
    words: '',
    summary: 'start the example services and go there',
    examples: ['demo'],
    load: from(target, 'demo'),
  },
  {
    name: 'tls',
    words: '[on|off|auto|insecure|ca FILE|cert FILE KEY|name NAME]',
    summary: 'how the connection is secured',
    examples: ['tls on', 'tls ca ca.pem', 'tls off'],
    choices: ['on', 'off', 'auto', 'insecure', 'ca', 'cert', 'name'],
    load: from(target, 'tls'),
  },
  {
    name: 'reload',
    words: '',
    summary: 'ask for the schema anew',
    examples: ['reload'],
    load: from(target, 'reload'),
  },
  {
    name: 'set',
    words: '[OPTION VALUE | OPTION off]',
    summary: 'options of every line to come',
    examples: ['set deadline 5s', 'set format ndjson', 'set defaults on', 'set rest off', 'set pager off'],
    takes: 'option',
    load: from(options, 'set'),
  },
  {
    name: 'show',
    words: '[OPTION | --origin]',
    summary: 'the options that are set, and where we are; with --origin which file or variable says so',
    examples: ['show', 'show deadline', 'show --origin'],
    takes: 'option',
    choices: ['--origin'],
    paged: true,
    load: from(options, 'show'),
  },
  {
    name: 'let',
    words: 'NAME = VALUE',
    summary: 'keep a value: $NAME stands for it',
    examples: ['let id = $last.user.id', 'let who = "ada"', 'let home = $env.HOME'],
    load: from(values, 'letValue'),
  },
  {
    name: 'vars',
    words: '',
    summary: 'the values and replies that are kept',
    examples: ['vars'],
    paged: true,
    load: from(values, 'vars'),
  },
  {
    name: 'diff',
    words: '[A B]',
    summary: 'what differs between two values; the last two replies without any',
    examples: ['diff $1 $2', 'diff'],
    paged: true,
    load: from(values, 'diff'),
  },
  {
    name: 'source',
    words: 'FILE',
    summary: 'run the lines of a file; stops at the first that fails',
    examples: ['source setup.grepl'],
    takes: 'file',
    load: from(session, 'source'),
  },
  {
    name: 'history',
    words: '[N] [--off|--on]',
    summary: 'the lines typed, or whether they are kept in a file',
    examples: ['history', 'history 50', 'history --off'],
    choices: ['--off', '--on'],
    paged: true,
    load: from(session, 'history'),
  },
  {
    name: 'help',
    aliases: ['?'],
    words: '[COMMAND]',
    summary: 'the commands, or examples and words of one',
    examples: ['help', 'help call', 'call ?'],
    takes: 'command',
    paged: true,
    load: from(() => import('./commands/help.ts'), 'help'),
  },
  {
    name: 'exit',
    aliases: ['quit'],
    words: '[CODE]',
    summary: 'leave (also Ctrl-D)',
    examples: ['exit'],
    load: from(session, 'exit'),
  },
];

/** The row of a command by name or alias. */
export function findReplCommand(name: string): ReplCommand | undefined {
  return replCommands.find((row) => row.name === name || row.aliases?.includes(name));
}
