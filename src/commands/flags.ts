// Every flag of the command line in one table: the parser, help, completion and the manual read it (the contract: cli).
import { UserError } from '../errors.ts';
import { parseCount, parseDuration, parseSize } from './flag-values.ts';

/** How the value of a flag is read; `bool` and `count` take none, `list` may be given several times. */
export type FlagKind = 'bool' | 'count' | 'text' | 'list' | 'seconds' | 'duration' | 'size' | 'number';

/** The help sections, in the order shown; commands name the groups they take. */
export type FlagGroup =
  | 'schema'
  | 'connection'
  | 'metadata'
  | 'time'
  | 'request'
  | 'output'
  | 'dry'
  | 'script'
  | 'serve'
  | 'general';

/** One row: the long name without dashes, an optional letter, and what help says. */
export interface FlagRow {
  readonly name: string;
  readonly short?: string;
  readonly kind: FlagKind;
  readonly group: FlagGroup;
  readonly value?: string;
  readonly choices?: readonly string[];
  readonly help: string;
  /** The commands that take it, when not all those of its group do. */
  readonly only?: readonly string[];
  /** Known from grpcurl: read, but not listed in our help. */
  readonly hidden?: boolean;
}

const row = (group: FlagGroup, kind: FlagKind, name: string, help: string, more: Partial<FlagRow> = {}): FlagRow => ({
  group,
  kind,
  name,
  help,
  ...more,
});

/** Commands that show or take REST calls. */
const restCommands = ['call', 'repl', 'list', 'describe', 'rest', 'from-curl', 'gateway', 'openapi', 'compare'];

/** Commands that go to a target. */
const targetCommands = [...restCommands, 'template', 'export', 'health'];

/** The whole table, in the order of help. */
export const flagRows: readonly FlagRow[] = [
  row('schema', 'list', 'proto', 'a .proto file to take the types from', { value: 'FILE' }),
  row('schema', 'list', 'import-path', 'where imports of --proto are looked for', { short: 'I', value: 'DIR' }),
  row('schema', 'list', 'protoset', 'a compiled descriptor set to take the types from', { value: 'FILE' }),
  row('schema', 'text', 'reflect', 'ask the server for its types', {
    value: 'HOW',
    choices: ['auto', 'v1', 'v1alpha', 'off'],
  }),

  row('connection', 'bool', 'plaintext', 'HTTP/2 without TLS'),
  row('connection', 'bool', 'tls', 'TLS, also on loopback'),
  row('connection', 'bool', 'insecure', 'TLS without checking the certificate'),
  row('connection', 'text', 'cacert', 'certificates to trust instead of the built-in ones', { value: 'FILE' }),
  row('connection', 'text', 'cert', 'client certificate (PEM)', { value: 'FILE' }),
  row('connection', 'text', 'key', 'private key of --cert (PEM)', { value: 'FILE' }),
  row('connection', 'text', 'servername', "name to expect in the server's certificate", { value: 'NAME' }),
  row('connection', 'text', 'authority', 'value of the :authority header', { value: 'NAME' }),
  row('connection', 'seconds', 'connect-timeout', 'seconds to connect in (10)', { value: 'SECONDS' }),
  row('connection', 'seconds', 'keepalive-time', 'ping interval, and as long again for its answer', {
    value: 'SECONDS',
  }),
  row('connection', 'text', 'user-agent', 'put in front of our own user agent', { value: 'TEXT' }),
  row('connection', 'text', 'client', 'who makes the calls (native); both: one after the other, and what differs', {
    value: 'WHICH',
    choices: ['native', 'grpc-js', 'both'],
  }),
  row('connection', 'text', 'service-config', 'service config for grpc-js, such as retries: JSON or @FILE', {
    value: 'JSON',
  }),
  row('connection', 'list', 'channel-option', 'channel option for grpc-js', { value: 'NAME=VALUE' }),

  row('general', 'text', 'profile', 'settings of a profile in .grepl/config.toml or the config file', {
    value: 'NAME',
    only: targetCommands,
  }),
  row('general', 'bool', 'trust', "let the project's files send credentials to the address they name", {
    only: targetCommands,
  }),

  row('metadata', 'list', 'header', "metadata for the call and for reflection: 'name: value'", {
    short: 'H',
    value: 'HEADER',
  }),
  row('metadata', 'list', 'rpc-header', 'metadata for the call alone', { value: 'HEADER' }),
  row('metadata', 'list', 'reflect-header', 'metadata for reflection alone', { value: 'HEADER' }),
  row('metadata', 'text', 'bearer', "authorization: Bearer from '@FILE', '${ENV}' or '@-'", { value: 'SOURCE' }),

  row('time', 'duration', 'deadline', 'deadline of the call, sent to the server', { value: 'DURATION' }),
  row('time', 'seconds', 'max-time', 'seconds for the whole run', { value: 'SECONDS' }),
  row('time', 'size', 'max-message', 'largest message taken (64MiB)', { value: 'SIZE' }),

  row('request', 'text', 'data', 'request as JSON, @FILE, or @ for stdin', { short: 'd', value: 'JSON' }),
  row('request', 'text', 'in', 'format of the request data (json)', { value: 'FORMAT', choices: ['json', 'text'] }),
  row('request', 'bool', 'each', 'one unary call for each document, on one connection', { only: ['call', 'repl'] }),
  row('request', 'number', 'concurrency', 'calls under way at once with --each (1)', {
    value: 'N',
    only: ['call', 'repl'],
  }),
  row('request', 'bool', 'allow-unknown-fields', 'skip fields that the message does not have'),
  row('request', 'text', 'compress', 'compress the requests', { value: 'HOW', choices: ['gzip'] }),

  row('output', 'text', 'output', 'form of the output', {
    short: 'o',
    value: 'FORM',
    choices: ['pretty', 'ndjson', 'full', 'text', 'table', 'raw', 'json'],
  }),
  row('output', 'bool', 'long', 'kind, types and HTTP rule of each method', { short: 'l', only: ['list'] }),
  row('output', 'bool', 'emit-defaults', 'show fields that have their default value', { only: ['call'] }),
  row('output', 'text', 'names', 'field names in JSON (json)', {
    value: 'WHICH',
    choices: ['json', 'proto'],
    only: ['call', 'template'],
  }),
  row('output', 'text', 'rest', 'the equivalent REST call beside the call (side on a wide terminal, line on another)', {
    value: 'HOW',
    choices: ['side', 'line', 'full', 'off'],
    only: ['call', 'list', 'describe', 'repl'],
  }),
  row('output', 'text', 'rest-style', 'rules to take: declared or else derived, derived, the RPC path (auto)', {
    value: 'WHICH',
    choices: ['auto', 'derived', 'rpc'],
    only: restCommands,
  }),
  row('output', 'text', 'rest-dialect', 'whose error bodies, stream forms and headers (google)', {
    value: 'WHOSE',
    choices: ['google', 'gateway', 'envoy', 'connect'],
    only: restCommands,
  }),
  row('output', 'text', 'rest-base', 'where the REST API is (http://127.0.0.1:8080)', {
    value: 'URL',
    only: restCommands,
  }),
  row('output', 'list', 'http-rules', 'google.api.Service file with HTTP rules', { value: 'FILE', only: restCommands }),
  row('output', 'text', 'send', 'send the REST call there and show the reply', { value: 'BASE', only: ['rest'] }),
  row('output', 'text', 'diff', 'make both calls and tell what differs', { value: 'BASE', only: ['rest'] }),
  row('output', 'bool', 'send', 'make the call', { only: ['from-curl'] }),
  row('output', 'number', 'runs', 'calls of each side to measure (200)', { short: 'n', value: 'N', only: ['compare'] }),
  row('output', 'count', 'verbose', 'metadata, schema source and timing; twice: frames', { short: 'v' }),
  row('output', 'bool', 'quiet', 'nothing but data and errors', { short: 'q' }),

  row('dry', 'bool', 'dry-run', 'show the request and its bytes, send nothing'),
  row('dry', 'bool', 'curl', 'print the equivalent curl command, send nothing'),
  row('dry', 'bool', 'grpcurl', 'print the equivalent grpcurl command, send nothing'),

  row('script', 'bool', 'no-input', 'never ask; an input that is missing is an error', { only: ['call'] }),
  row('script', 'text', 'expect-status', 'exit 6 unless the call ends with this status', {
    value: 'NAME|N',
    only: ['call'],
  }),
  row('script', 'list', 'expect', 'exit 6 unless the last response has PATH==JSON', {
    value: 'PATH==JSON',
    only: ['call'],
  }),
  row('script', 'number', 'retry', 'try again up to N times while UNAVAILABLE', { value: 'N', only: ['call'] }),
  row('script', 'duration', 'wait', 'keep trying to connect for this long', { value: 'DURATION' }),

  row('general', 'bool', 'yes', 'make calls on a production profile without being asked', {
    only: ['call', 'repl', 'rest', 'from-curl', 'compare', 'gateway'],
  }),
  row('script', 'bool', 'keep-going', 'run on after a line that fails', { only: ['repl'] }),
  row('general', 'bool', 'plain', 'ask line by line, repaint nothing: for screen readers', {
    only: ['repl', 'call', 'demo'],
  }),
  row('general', 'text', 'color', 'when to colour (auto)', { value: 'WHEN', choices: ['auto', 'always', 'never'] }),
  row('general', 'bool', 'ascii', 'plain ASCII marks'),
  row('general', 'bool', 'help', 'this help', { short: 'h' }),
  row('general', 'bool', 'version', 'version of grepl'),

  row('output', 'text', 'out', 'folder to write to', { value: 'PATH', only: ['export'] }),
  row('output', 'text', 'form', 'shape of the template (json)', {
    value: 'FORM',
    choices: ['json', 'fields'],
    only: ['template'],
  }),
  row('output', 'bool', 'yaml', 'YAML instead of JSON', { only: ['openapi'] }),
  row('output', 'bool', 'watch', 'go on showing changes', { only: ['health'] }),
  row('serve', 'text', 'listen', 'address to listen on (demo: any free port; gateway: 127.0.0.1:8080 if it is free)', {
    value: 'HOST:PORT',
    only: ['demo', 'gateway'],
  }),
  row('serve', 'bool', 'allow-remote', 'listen where other machines can reach it', { only: ['gateway'] }),
  row('serve', 'bool', 'repl', 'open the REPL on it', { only: ['demo'] }),
  row('serve', 'bool', 'require-token', 'refuse charges without an authorization header', { only: ['demo'] }),
];

/** The values of the flags given, under the long name of their row. Lists are empty, all else absent, when not given. */
export class Flags {
  readonly #values = new Map<string, unknown>();

  set(name: string, value: unknown): void {
    this.#values.set(name, value);
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  value(name: string): unknown {
    return this.#values.get(name);
  }

  delete(name: string): void {
    this.#values.delete(name);
  }

  names(): string[] {
    return [...this.#values.keys()];
  }

  /** These flags over `base`: lists are joined, base first; of all else these win. */
  over(base: Flags): Flags {
    const all = new Flags();
    for (const [name, value] of base.#values) all.set(name, value);
    for (const [name, value] of this.#values) {
      const under = base.#values.get(name);
      all.set(name, Array.isArray(value) && Array.isArray(under) ? [...under, ...value] : value);
    }
    return all;
  }

  bool(name: string): boolean {
    return this.#values.get(name) === true;
  }

  text(name: string): string | undefined {
    return this.#values.get(name) as string | undefined;
  }

  /** Numbers, counts, sizes in bytes, and times in milliseconds. */
  number(name: string): number | undefined {
    return this.#values.get(name) as number | undefined;
  }

  list(name: string): readonly string[] {
    return (this.#values.get(name) as string[] | undefined) ?? [];
  }
}

/** Reads one value given for a row and keeps it in `flags`. Throws UserError 2 naming the flag and the value. */
export function setFlag(flags: Flags, flag: FlagRow, value: string): void {
  if (flag.choices && !flag.choices.includes(value)) {
    throw new UserError(2, `--${flag.name}: "${value}" is not one of ${flag.choices.join(', ')}`);
  }
  flags.set(flag.name, flagValue(flags, flag, value));
}

function flagValue(flags: Flags, flag: FlagRow, value: string): unknown {
  switch (flag.kind) {
    case 'bool':
      return true;
    case 'count':
      return (flags.number(flag.name) ?? 0) + 1;
    case 'text':
      return value;
    case 'list':
      return [...flags.list(flag.name), value];
    case 'seconds':
    case 'duration':
      return parseDuration(flag.name, value);
    case 'size':
      return parseSize(flag.name, value);
    case 'number':
      return parseCount(flag.name, value);
  }
}
