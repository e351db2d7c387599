// A curl command as the HTTP request it sends: what from-curl and the REPL's paste look for a route for.
import { UserError } from '../errors.ts';
import { curlData, curlQuery, type ReadFile } from './curl-data.ts';
import { type CurlFlag, curlArguments, readCurlWords } from './curl-flags.ts';
import { printfBytes } from './curl-printf.ts';
import { type CurlUrl, escapeWide, readCurlUrl } from './curl-url.ts';
import { asTyped, filledIn, hasMarks, readPipeline, type ShellCommand } from './curl-words.ts';

/** An HTTP request as curl would send it. */
export interface CurlRequest {
  /** Upper case, but as it was written with -X. */
  readonly method: string;
  readonly scheme: string;
  readonly host: string;
  /** Raw, still escaped. */
  readonly path: string;
  /** Raw, without `?`; '' when there is none. */
  readonly query: string;
  readonly body: Uint8Array | undefined;
  /** The label of the body, from a header, --json, or what curl says by itself. */
  readonly contentType: string | undefined;
  /** Those given, names in lower case, without content-type. */
  readonly headers: readonly CurlHeader[];
  /** Of --max-time, in milliseconds. */
  readonly deadlineMs: number | undefined;
  /** Flags, and commands behind a pipe, that say nothing about the request. */
  readonly ignored: readonly string[];
  readonly warnings: readonly string[];
}

/** A header that the command asks for. */
export interface CurlHeader {
  readonly name: string;
  readonly value: string;
  /** The value has `${NAME}` or is `@FILE`, since the shell or a program would put something in. */
  readonly isTyped: boolean;
  /** The flag it comes from, as it was written. */
  readonly flag: string;
}

/** What the reading may ask for. */
export interface CurlSurroundings {
  /** Reads the files of `-d @file`; `-` is stdin. Throws UserError. */
  readonly read: ReadFile;
  /** A variable of the environment, where the command has one in its URL or data. */
  readonly variable: (name: string) => string | undefined;
}

/**
 * The request of a curl command: a line as it is pasted (with the `printf … |` or `cat … |` that feeds it), or its
 * words. `METHOD URL` with curl's flags is taken as well. Throws UserError 2 for what is no such command, or one that
 * cannot be followed, 3 for data that cannot be had.
 */
export async function readCurl(
  command: string | readonly string[],
  surroundings: CurlSurroundings,
): Promise<CurlRequest> {
  const pipeline = typeof command === 'string' ? readPipeline(command) : undefined;
  const commands = pipeline?.commands ?? [
    { words: command as readonly string[], input: undefined, inputFile: undefined },
  ];
  const at = commands.findIndex(({ words }) => curlArguments(words) !== undefined);
  const words = curlArguments(commands[at]?.words ?? []);
  if (!words) throw noCurl(commands[0]?.words ?? []);
  const { flags, ignored } = readCurlWords(words);
  const read = readerFor(commands.slice(0, at + 1), surroundings);
  const after = commands.slice(at + 1).map((one) => `| ${one.words[0]}`);
  const filled = await withoutMarks(flags, surroundings);
  return requestOf(filled, read, { ignored: [...ignored, ...after], warnings: pipeline?.warnings ?? [] });
}

function noCurl(words: readonly string[]): UserError {
  const first = words[0] === undefined ? 'nothing' : JSON.stringify(words[0]);
  return new UserError(2, `${first} is no curl command`, {
    hint: "write 'curl …', or METHOD URL, such as GET /v1/books",
  });
}

/** Files; stdin is what stands in front of the pipe, if anything does. */
export function readerFor(commands: readonly ShellCommand[], { read }: CurlSurroundings): ReadFile {
  const own = commands.at(-1)!;
  const before = commands.at(-2);
  return async (path) => {
    if (path !== '-' && path !== '.') return read(path);
    if (own.input !== undefined) return Buffer.from(own.input);
    if (own.inputFile !== undefined) return read(own.inputFile);
    return before === undefined ? read('-') : fedBy(before, read);
  };
}

/** What a command in front of the pipe writes, where that can be told without running it. */
async function fedBy({ words, input, inputFile }: ShellCommand, read: ReadFile): Promise<Uint8Array> {
  const [name = '', first = '', ...rest] = words;
  if (name === 'printf' && rest.length === 0) return printfBytes(first, 'printf');
  if (name === 'printf' && rest.length === 1 && /^%s(?:\\n)?$/.test(first)) {
    return Buffer.from(rest[0]! + (first.endsWith('n') ? '\n' : ''));
  }
  if (name === 'echo' && first !== '-e') {
    return Buffer.from(first === '-n' ? rest.join(' ') : `${words.slice(1).join(' ')}\n`);
  }
  if (name === 'cat') {
    if (words.length === 1 && input !== undefined) return Buffer.from(input);
    if (words.length === 1 && inputFile !== undefined) return read(inputFile);
    if (words.length > 1) return Buffer.concat(await Promise.all(words.slice(1).map((path) => read(path))));
  }
  throw new UserError(2, `what ${JSON.stringify(name)} would feed to curl is not known without running it`, {
    hint: 'put its output into a file, and give -d @FILE',
  });
}

/** Fills in variables and files everywhere but in headers, where they stay as typed: they may be secrets. */
async function withoutMarks(flags: readonly CurlFlag[], surroundings: CurlSurroundings): Promise<CurlFlag[]> {
  const filled: CurlFlag[] = [];
  for (const flag of flags) {
    if (!hasMarks(flag.value) || flag.name === 'header' || flag.name === 'oauth2-bearer') filled.push(flag);
    else filled.push({ ...flag, value: await filledValue(flag.value, surroundings) });
  }
  return filled;
}

async function filledValue(value: string, { read, variable }: CurlSurroundings): Promise<string> {
  const files = new Map<string, string>();
  filledIn(value, (kind, name) => {
    if (kind === '@') files.set(name, '');
    return '';
  });
  for (const name of files.keys())
    files.set(
      name,
      Buffer.from(await read(name))
        .toString()
        .replace(/\n+$/, ''),
    );
  return filledIn(value, (kind, name) => {
    const text = kind === '@' ? files.get(name) : variable(name);
    if (text === undefined) throw new UserError(2, `the command has $${name} in it, which is not set`);
    return text;
  });
}

type Notes = Pick<CurlRequest, 'ignored' | 'warnings'>;

async function requestOf(flags: readonly CurlFlag[], read: ReadFile, notes: Notes): Promise<CurlRequest> {
  const has = (name: string) => flags.some((flag) => flag.name === name);
  const data = await curlData(flags, read);
  const url = urlOf(flags);
  const upload = lastValue(flags, 'upload-file');
  const query = [...(url.query === undefined ? [] : [url.query]), ...(await curlQuery(flags, data, read))];
  const inBody = has('get') ? undefined : data;
  const headers = await headersOf(flags, url, read);
  const body = upload === undefined ? inBody?.bytes : await read(upload);
  const method =
    lastValue(flags, 'request') ??
    (has('head') ? 'HEAD' : upload !== undefined ? 'PUT' : inBody !== undefined ? 'POST' : 'GET');
  const typed = headers.find(({ name }) => name === 'content-type')?.value;
  const label = upload === undefined && inBody && !inBody.isJson ? 'application/x-www-form-urlencoded' : undefined;
  return {
    method,
    scheme: url.scheme,
    host: url.host,
    path: upload === undefined ? url.path : uploadPath(url.path, upload),
    // What -G adds becomes part of the URL, so that a # ends it there too.
    query: escapeWide(query.filter((part) => part !== '').join('&')).replace(/#.*/s, ''),
    body,
    contentType: typed ?? (data?.isJson ? 'application/json' : label),
    headers: headers.filter(({ name }) => name !== 'content-type'),
    deadlineMs: maxTime(lastValue(flags, 'max-time')),
    ...notes,
  };
}

/** The last one given, as with curl. */
function lastValue(flags: readonly CurlFlag[], name: string): string | undefined {
  return flags.findLast((flag) => flag.name === name)?.value;
}

function urlOf(flags: readonly CurlFlag[]): CurlUrl {
  const urls = flags.filter(({ name }) => name === 'url');
  const [first, second] = urls;
  if (!first) throw new UserError(2, 'the curl command has no URL');
  if (second) {
    throw new UserError(2, `the curl command has ${urls.length} URLs: ${first.value} and ${second.value}`, {
      hint: 'give one request at a time',
    });
  }
  const globOff = flags.some(({ name }) => name === 'globoff');
  return readCurlUrl(first.value, { pathAsIs: flags.some(({ name }) => name === 'path-as-is'), globOff });
}

/** A path that ends with a slash gets the name of the file. */
function uploadPath(path: string, file: string): string {
  return path.endsWith('/') && file !== '-' ? `${path}${encodeURIComponent(file.replace(/^.*\//s, ''))}` : path;
}

function maxTime(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = Number(text);
  if (!/^[\d.]+$/.test(text) || Number.isNaN(seconds)) {
    throw new UserError(2, `curl's --max-time takes seconds, not ${JSON.stringify(text)}`);
  }
  return seconds === 0 ? undefined : Math.round(seconds * 1000);
}

async function headersOf(flags: readonly CurlFlag[], url: CurlUrl, read: ReadFile): Promise<CurlHeader[]> {
  const lines = flags.filter(({ name }) => name === 'header').map(({ value }) => value);
  const given: CurlHeader[] = [];
  const removed = new Set<string>();
  for (const line of lines) {
    if (!line.startsWith('@')) takeHeader(line, given, removed);
    else
      for (const one of Buffer.from(await read(line.slice(1)))
        .toString()
        .split(/\r?\n/))
        takeHeader(one, given, removed);
  }
  const known = new Set([...given.map(({ name }) => name), ...removed]);
  return [...curlsOwn(flags, url).filter(({ name }) => !known.has(name)), ...given];
}

/** `Name: value`; `Name;` has an empty value, `Name:` takes away what curl would send by itself. */
function takeHeader(line: string, given: CurlHeader[], removed: Set<string>): void {
  const [, name = '', mark = '', value = ''] = /^\s*([^:;\s]+)\s*([:;])([\s\S]*)$/.exec(line) ?? [];
  if (name === '') return;
  const text = value.trim();
  if (mark === ':' && text === '') removed.add(name.toLowerCase());
  else if (mark === ':' || text === '') given.push(header(name, text, `-H ${name.toLowerCase()}`));
}

function header(name: string, value: string, flag: string): CurlHeader {
  return { name: name.toLowerCase(), value: asTyped(value), isTyped: hasMarks(value), flag };
}

/** The headers that other flags stand for. */
function curlsOwn(flags: readonly CurlFlag[], url: CurlUrl): CurlHeader[] {
  const headers: CurlHeader[] = [];
  const user = lastValue(flags, 'user') ?? url.user;
  if (user !== undefined) {
    const pair = user.includes(':') ? user : `${user}:`;
    headers.push(header('authorization', `Basic ${Buffer.from(pair).toString('base64')}`, '-u'));
  }
  const bearer = lastValue(flags, 'oauth2-bearer');
  if (bearer !== undefined) headers.push(header('authorization', `Bearer ${bearer}`, '--oauth2-bearer'));
  for (const [flag, name] of [
    ['user-agent', 'user-agent'],
    ['referer', 'referer'],
  ] as const) {
    const given = flags.findLast((one) => one.name === flag);
    if (given?.value) headers.push(header(name, given.value, given.typed));
  }
  const cookies = flags.filter(({ name }) => name === 'cookie').map(({ value }) => value);
  const file = cookies.find((cookie) => !cookie.includes('='));
  if (file !== undefined) {
    throw new UserError(2, `curl's -b ${JSON.stringify(file)} names a file of cookies, which is not read`, {
      hint: "give them: -b 'name=value'",
    });
  }
  if (cookies.length > 0) headers.push(header('cookie', cookies.join(';'), '-b'));
  return headers;
}
