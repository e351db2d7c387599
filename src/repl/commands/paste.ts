// A command line of grpcurl, curl or grepl as the request it makes: shown, and then a form or a line that makes the call.

import { upperName } from '../../codec/document-variables.ts';
import { readCommandLine } from '../../commands/command-line.ts';
import { callFlagWords } from '../../commands/flag-words.ts';
import { Flags, flagRows } from '../../commands/flags.ts';
import { UserError } from '../../errors.ts';
import { write } from '../../io.ts';
import { oneLine } from '../../render/command-line.ts';
import { visible } from '../../render/visible.ts';
import { readerFor } from '../../rest/curl-request.ts';
import { asTyped, filledIn, readPipeline } from '../../rest/curl-words.ts';
import { findMethod } from '../../schema/find.ts';
import { streamsRequests } from '../../schema/method-kind.ts';
import { masked } from '../../wire/credentials.ts';
import { methodName } from '../catalog.ts';
import { quotedLine } from '../line-quote.ts';
import type { LineInput } from '../table.ts';
import { withoutCredential } from './copy.ts';

/** A request as it was understood. */
interface Understood {
  readonly method: string;
  readonly documents: readonly string[];
  /** `name: value`, as behind -H. */
  readonly headers: readonly string[];
  readonly words: readonly string[];
  /** Where it goes, where that is said. */
  readonly target?: { readonly address: string; readonly flags: Flags } | undefined;
  readonly notes: readonly string[];
}

/** `paste [COMMAND LINE]`: without one it is asked for, over as many lines as it has. */
export async function paste(input: LineInput): Promise<number> {
  const { repl, io, run } = input;
  const text = input.words.length > 0 ? input.words.join(' ') : await askedText(input);
  if (text === undefined || text.trim() === '') return 0;
  const understood = await understand(input, text);
  if ('line' in understood) return run(understood.line);
  const { target } = understood;
  if (target && target.address !== repl.address) {
    const code = await run(['connect', target.address, ...callFlagWords(target.flags)]);
    if (code !== 0) return code;
  }
  const method = await findMethod(await repl.link().schema(), understood.method);
  const start = ['call', methodName(method), ...understood.words];
  const line = [...start, ...understood.headers.flatMap((one) => ['-H', one])];
  tell(input, methodName(method), understood);
  const data = ['--data', understood.documents.join('\n')];
  const isForm =
    repl.person && !streamsRequests(method) && understood.documents.length < 2 && !understood.words.includes('--in');
  if (isForm && method.input.fields.length > 0)
    return run([...line, '--form', ...(understood.documents.length > 0 ? data : [])]);
  const { headers, notes } = withVariables(understood.headers);
  for (const note of notes) repl.say(note);
  await write(io.stdout, `${quotedLine([...start, ...headers, ...data])}\n`);
  return 0;
}

/** The headers as words of a line that is printed: variables stand for the credentials in them. */
function withVariables(headers: readonly string[]): { headers: string[]; notes: string[] } {
  const notes: string[] = [];
  const words = headers.flatMap((header) => [
    '-H',
    withoutCredential(header, (name) => {
      notes.push(`\${${upperName(name)}} stands for the credential in ${name}: set it in the environment`);
      return `\${${upperName(name)}}`;
    }),
  ]);
  return { headers: words, notes };
}

async function askedText({ repl }: LineInput): Promise<string | undefined> {
  if (!repl.person)
    throw new UserError(2, 'paste needs a command line', { hint: "paste grpcurl -d '{…}' :50051 pkg.Svc/Method" });
  const lines: string[] = [];
  for (;;) {
    const line = await repl.person.question([], lines.length === 0 ? 'paste> ' : '     … ');
    if (line === undefined) return lines.length > 0 ? lines.join('\n') : undefined;
    lines.push(line);
    if (!/\\$/.test(line) && !isOpen(lines.join('\n'))) return lines.join('\n');
  }
}

function isOpen(text: string): boolean {
  try {
    readPipeline(text);
    return false;
  } catch (error) {
    return error instanceof UserError && /(?:not closed|does not end|no line)/.test(error.message);
  }
}

async function understand(input: LineInput, text: string): Promise<Understood | { readonly line: readonly string[] }> {
  const { commands, warnings } = readPipeline(text);
  const at = commands.findIndex(({ words }) => programOf(words) !== undefined);
  const words = commands[at]?.words ?? [];
  const program = programOf(words);
  if (program === undefined) return fromCurl(input, text);
  const read = readerFor(commands.slice(0, at + 1), {
    read: async (path) =>
      (await import('node:fs')).readFileSync((await import('node:path')).resolve(input.io.cwd, path)),
    variable: (name) => input.io.env[name],
  });
  const behind = words.slice(words.findIndex((word) => isProgram(word)) + 1);
  const typed = behind.map((word, index) =>
    isData(behind[index - 1])
      ? filledIn(word, (kind, name) => (kind === '$' ? (input.io.env[name] ?? `\${${name}}`) : `@${name}`))
      : asTyped(word),
  );
  const line = readCommandLine(typed);
  if (line.kind === 'repl') return { line: ['connect', ...typed] };
  if (program === 'grepl' && line.kind === 'command' && line.command.name !== 'call') return { line: typed };
  return fromWords(line.args.flags, line.args.words, read, warnings);
}

function programOf(words: readonly string[]): 'grpcurl' | 'grepl' | undefined {
  const program = words.find((word) => !/^[A-Za-z_]\w*=/.test(word));
  return program !== undefined && isProgram(program) ? (/grepl/.test(program) ? 'grepl' : 'grpcurl') : undefined;
}

function isProgram(word: string): boolean {
  return /^(?:.*[\\/])?(?:grpcurl|grepl)(?:\.exe)?$/.test(word);
}

function isData(before: string | undefined): boolean {
  return before !== undefined && /^--?d(?:ata)?$/.test(before);
}

async function fromWords(
  flags: Flags,
  words: readonly string[],
  read: (path: string) => Promise<Uint8Array>,
  warnings: readonly string[],
): Promise<Understood | { readonly line: readonly string[] }> {
  const [address, ...rest] = words;
  const [verb, ...more] = rest;
  if (address === undefined) throw new UserError(2, 'the command line has no address');
  if (address === 'list' || address === 'describe') return { line: words };
  if (verb === 'list' || verb === 'describe') return { line: [verb, ...more] };
  if (verb === undefined) return { line: ['connect', address] };
  const data = flags.text('data');
  const source = data === undefined ? undefined : /^(?:@|@-|-)$/.test(data) ? '-' : /^@(.+)$/s.exec(data)?.[1];
  const text = source === undefined ? data : Buffer.from(await read(source)).toString('utf8');
  const connection = new Flags();
  for (const row of flagRows) {
    const isPart = row.group === 'connection' || row.group === 'schema';
    if (isPart && flags.has(row.name)) connection.set(row.name, flags.value(row.name));
  }
  const own: string[] = [];
  const deadline = flags.number('deadline') ?? flags.number('max-time');
  if (deadline !== undefined) own.push('--deadline', `${deadline}ms`);
  if ((flags.text('format') ?? flags.text('in')) === 'text') own.push('--in', 'text');
  const headers = [...flags.list('header'), ...flags.list('rpc-header')];
  if (flags.has('bearer')) headers.unshift(`authorization: Bearer ${flags.text('bearer')}`);
  return {
    method: verb,
    documents: text === undefined ? [] : [oneLine(text.trim())],
    headers,
    words: [...own, ...more],
    target: { address: flags.bool('unix') ? `unix:${address}` : address, flags: connection },
    notes: warnings,
  };
}

async function fromCurl({ repl, io }: LineInput, text: string): Promise<Understood> {
  const { requestFromCurl, requestJson } = await import('../../commands/from-curl-request.ts');
  const { notesOf } = await import('../../commands/from-curl.ts');
  const schema = await repl.link().schema();
  const call = await requestFromCurl(text, { schema, flags: repl.flags, io });
  return {
    method: methodName(call.method),
    documents: requestJson(call, schema),
    headers: call.metadata.map(([name, value]) => `${name}: ${value}`),
    words: call.deadlineMs === undefined ? [] : ['--deadline', `${call.deadlineMs}ms`],
    notes: notesOf(call),
  };
}

function tell({ repl }: LineInput, method: string, understood: Understood): void {
  const { headers, documents, notes, target } = understood;
  repl.say(` method    ${visible(method)}`);
  if (target) repl.say(` target    ${visible(target.address)}`);
  for (const header of headers) {
    const colon = header.indexOf(':');
    const name = header.slice(0, colon).trim();
    repl.say(` metadata  ${visible(`${name}: ${shownValue(name, header.slice(colon + 1).trim())}`)}`);
  }
  for (const text of documents) repl.say(` request   ${visible(text.replaceAll(/\s*\n\s*/g, ' '))}`);
  for (const note of notes) repl.say(` note      ${visible(note)}`);
}

function shownValue(name: string, value: string): string {
  return /\$\{|^(?:Bearer )?@/.test(value) ? value : masked(name, value);
}
