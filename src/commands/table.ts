// The commands of the shell and of the REPL: one row each. Their code is loaded when they run.

import type { Io } from '../io.ts';
import type { FlagGroup, FlagRow } from './flags.ts';
import { flagRows } from './flags.ts';
import type { Args } from './parse.ts';
import type { Session } from './session.ts';

/** What a command file exports as `run`: resolves to the exit code. */
export type Run = (args: Args, io: Io, open: (address: string | undefined) => Session) => Promise<number>;

/** One row of the table. */
export interface CommandRow {
  readonly name: string;
  /** The words behind the name, as help shows them. */
  readonly words: string;
  readonly summary: string;
  readonly groups: readonly FlagGroup[];
  readonly examples: readonly string[];
  readonly load: () => Promise<{ readonly run: Run }>;
}

const everyCall: readonly FlagGroup[] = ['schema', 'connection', 'metadata', 'time'];

/** The table, in the order of help. */
export const commandRows: readonly CommandRow[] = [
  {
    name: 'call',
    words: 'ADDRESS METHOD [FIELD=VALUE…]',
    summary: 'make a call, of any of the four kinds',
    groups: [...everyCall, 'request', 'output', 'dry', 'script'],
    examples: [
      'grepl call :50051 users.UserService/GetUser id=1',
      `grepl call :50051 GetOrder -d '{"order_id":"o-1"}'`,
      'grepl call :50051 BatchCharge < charges.ndjson',
    ],
    load: () => import('./call.ts'),
  },
  {
    name: 'list',
    words: '[ADDRESS] [SERVICE]',
    summary: 'the services, or the methods of one',
    groups: [...everyCall, 'output'],
    examples: ['grepl list :50051', 'grepl list :50051 users.UserService -l', 'grepl list --proto api.proto'],
    load: () => import('./list.ts'),
  },
  {
    name: 'describe',
    words: '[ADDRESS] [SYMBOL]',
    summary: 'the proto source of anything that has a name',
    groups: [...everyCall, 'output'],
    examples: ['grepl describe :50051 users.User', 'grepl describe :50051 users.UserService/GetUser'],
    load: () => import('./describe.ts'),
  },
  {
    name: 'template',
    words: '[ADDRESS] METHOD|MESSAGE',
    summary: 'a request document to fill in',
    groups: [...everyCall, 'output'],
    examples: ['grepl template :50051 CreateOrder > order.json', 'grepl template :50051 CreateOrder --form fields'],
    load: () => import('./template.ts'),
  },
  {
    name: 'rest',
    words: '[ADDRESS] METHOD [FIELD=VALUE…]',
    summary: 'the REST call that a call equals, as text and as curl',
    groups: [...everyCall, 'request', 'output'],
    examples: [
      'grepl rest :50051 users.UserService/GetUser id=1',
      'grepl rest --proto api.proto GetOrder order_id=o-1 -o json',
    ],
    load: () => import('./rest.ts'),
  },
  {
    name: 'from-curl',
    words: "[ADDRESS] 'curl …'",
    summary: 'the call that a curl command, or METHOD URL, equals',
    groups: [...everyCall, 'output'],
    examples: [
      `grepl from-curl :50051 'curl http://127.0.0.1:8080/users/1'`,
      `grepl from-curl :50051 POST http://127.0.0.1:8080/v1/charges -d '{"customerId":"c-1"}' --send`,
      'grepl from-curl --proto api.proto -o json < command.txt',
    ],
    load: () => import('./from-curl.ts'),
  },
  {
    name: 'openapi',
    words: '[ADDRESS] [SERVICE…]',
    summary: 'the REST routes as an OpenAPI 3.1 document',
    groups: [...everyCall, 'output'],
    examples: [
      'grepl openapi :50051 > openapi.json',
      'grepl openapi :50051 library.v1.LibraryService --yaml --rest-base https://api.example.com',
      'grepl openapi --proto api.proto',
    ],
    load: () => import('./openapi.ts'),
  },
  {
    name: 'compare',
    words: 'ADDRESS METHOD [FIELD=VALUE…]',
    summary: 'gRPC against REST for one call: bytes, encoding, latency',
    groups: [...everyCall, 'request', 'output'],
    examples: [
      'grepl compare :50051 users.UserService/GetUser id=1',
      'grepl compare :50051 ListShelves -n 1000 -o json',
      'grepl compare :50051 GetBook name=shelves/1/books/1 --rest-base https://api.example.com',
    ],
    load: () => import('./compare.ts'),
  },
  {
    name: 'export',
    words: 'ADDRESS --out PATH',
    summary: "the target's schema as .proto files, or as a descriptor set",
    groups: [...everyCall, 'output'],
    examples: ['grepl export :50051 --out protos', 'grepl export :50051 --protoset api.binpb'],
    load: () => import('./export.ts'),
  },
  {
    name: 'health',
    words: 'ADDRESS [SERVICE]',
    summary: 'ask grpc.health.v1; exit 0 only for SERVING',
    groups: [...everyCall, 'output', 'script'],
    examples: ['grepl health :50051', 'grepl health :50051 users.UserService --watch'],
    load: () => import('./health.ts'),
  },
  {
    name: 'gateway',
    words: 'ADDRESS [--listen HOST:PORT]',
    summary: 'serve every REST route of the target over HTTP',
    groups: ['serve', ...everyCall, 'output'],
    examples: ['grepl gateway :50051', 'grepl gateway :50051 --listen 127.0.0.1:8080 -v'],
    load: () => import('./gateway.ts'),
  },
  {
    name: 'demo',
    words: '[--listen HOST:PORT]',
    summary: 'serve the example services, with health and reflection',
    groups: ['serve'],
    examples: ['grepl demo --listen 127.0.0.1:50051', 'grepl demo --repl'],
    load: () => import('./demo.ts'),
  },
  {
    name: 'completion',
    words: 'bash|zsh|fish',
    summary: 'print the completion script of a shell',
    groups: [],
    examples: ['source <(grepl completion bash)'],
    load: () => import('./completion.ts'),
  },
  {
    name: 'man',
    words: '',
    summary: 'print the manual page, as roff',
    groups: [],
    examples: ['grepl man | man -l -'],
    load: () => import('./man.ts'),
  },
  {
    name: 'help',
    words: '[COMMAND|TOPIC]',
    summary: 'this overview, or all of one command or topic',
    groups: [],
    examples: ['grepl help call', 'grepl help rest-streams'],
    load: () => import('./help.ts'),
  },
];

/** `grepl ADDRESS`: no command of the table, but with flags and help as one. */
export const replRow: Omit<CommandRow, 'load'> = {
  name: 'repl',
  words: '[ADDRESS] [flags]',
  summary: 'the REPL on a terminal; otherwise stdin is a script, one REPL line a line',
  groups: [...everyCall, 'request', 'output', 'script'],
  examples: ['grepl :50051', 'grepl :50051 < session.grepl', "echo 'GetOrder order_id=o-1' | grepl :50051"],
};

/** The row of a command; undefined for any other word. */
export function findCommand(name: string | undefined): CommandRow | undefined {
  return commandRows.find((row) => row.name === name);
}

/** The flags a command takes, in the order of help. */
export function flagsOf(command: Pick<CommandRow, 'name' | 'groups'>): readonly FlagRow[] {
  return flagRows.filter(
    (row) =>
      (row.group === 'general' || command.groups.includes(row.group)) &&
      (row.only === undefined || row.only.includes(command.name)),
  );
}
