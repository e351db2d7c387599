// Requests that are kept in the project: save, saved, run.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { documentsOf } from '../../codec/document.ts';
import { type Flags, flagRows } from '../../commands/flags.ts';
import { parseArgs } from '../../commands/parse.ts';
import { readSaved, type SavedRequest, savedNames, saveRequest } from '../../commands/saved-requests.ts';
import { flagsOf } from '../../commands/table.ts';
import { UserError } from '../../errors.ts';
import { write } from '../../io.ts';
import { visible } from '../../render/visible.ts';
import { quoted } from '../../schema/quote.ts';
import { callRow } from '../call-words.ts';
import { rows } from '../output.ts';
import { requestTexts } from '../request-document.ts';
import { filledRequest, type Variables } from '../saved-variables.ts';
import type { LineInput } from '../table.ts';

/** `save NAME [N] [--replace]`: the last call, or call N, without its credentials. */
export async function save({ repl, words }: LineInput): Promise<number> {
  const [name, number] = words.filter((word) => !word.startsWith('--'));
  if (name === undefined) throw new UserError(2, 'save needs a NAME', { hint: 'save get-user keeps the last call' });
  const kept = number?.replace(/^\$/, '');
  const record = kept === undefined ? repl.replies.newestFirst()[0] : repl.replies.find(kept);
  if (!record) {
    throw new UserError(2, kept === undefined ? 'there is no call to save yet' : `there is no call $${kept}`, {
      hint: 'save NAME keeps the last call; vars shows those there are',
    });
  }
  const request = { method: record.method, documents: requestTexts(record), flags: ownFlags(record.flags, repl.laid) };
  const { path, leftOut } = saveRequest(repl.io, name, request, { replace: words.includes('--replace') });
  repl.say(`saved in ${visible(path)}; run ${name} makes the call`);
  for (const line of leftOut) repl.say(`not in the file: ${visible(line)}`);
  return 0;
}

/** What profile and environment give is theirs: another profile gives something else. */
function ownFlags(flags: Flags, laid: Flags | undefined): Flags {
  const own = parseArgs([], []).flags;
  for (const name of ['bearer', 'header', 'rpc-header', 'deadline']) {
    if (!flags.has(name)) continue;
    const value = flags.value(name);
    const under = laid?.value(name);
    if (Array.isArray(value))
      own.set(
        name,
        value.filter((one) => !(Array.isArray(under) && under.includes(one))),
      );
    else if (value !== under) own.set(name, value);
  }
  return own;
}

/** `saved [TEXT]`: the names, with their methods. */
export async function saved({ repl, io, words }: LineInput): Promise<number> {
  const [text = ''] = words;
  const lines = savedNames(io)
    .map((name) => [name, methodOf(name, io)])
    .filter((line) => line.join(' ').toLowerCase().includes(text.toLowerCase()));
  if (lines.length === 0) repl.say('no saved requests; save NAME keeps the last call');
  await write(io.stdout, await rows(repl, io, lines));
  return 0;
}

function methodOf(name: string, io: LineInput['io']): string {
  try {
    return readSaved(io, name).method;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return `cannot be read: ${error.message}`;
  }
}

/** `run NAME [FIELD=VALUE…] [--each FILE] [flags]`: with --each once for every object of a file, whose members are variables. */
export async function run(input: LineInput): Promise<number> {
  const { repl, words, run: runWords } = input;
  const { rest, file } = takeEach(words);
  const [name, ...more] = rest;
  if (name === undefined) throw new UserError(2, 'run needs a NAME', { hint: 'saved shows them' });
  const request = readSaved(repl.io, name);
  if (file === undefined) return runWords(await wordsFor(input, request, new Map(), more));
  const variables = readVariables(file, input.io);
  if (variables.length === 0) return 0;
  if (await isUnary(input, request)) return runWords(await eachWords(input, request, variables, more));
  let first = 0;
  for (const one of variables) {
    const code = await runWords(await wordsFor(input, request, one, more));
    if (first === 0) first = code;
    if (input.io.signal.aborted) break;
  }
  return first;
}

function takeEach(words: readonly string[]): { rest: readonly string[]; file: string | undefined } {
  const at = words.findIndex((word) => /^--each(?:=|$)/.test(word));
  if (at < 0) return { rest: words, file: undefined };
  const [, glued] = /^--each=([\s\S]*)$/.exec(words[at] as string) ?? [];
  const file = (glued ?? words[at + 1])?.replace(/^@/, '');
  if (file === undefined || file === '')
    throw new UserError(2, '--each needs a FILE', { hint: 'one JSON object a line' });
  return { rest: [...words.slice(0, at), ...words.slice(at + (glued === undefined ? 2 : 1))], file };
}

async function isUnary({ repl }: LineInput, { method }: SavedRequest): Promise<boolean> {
  const { methods } = await repl.catalog();
  return methods.some((one) => `${one.parent.typeName}/${one.name}` === method && one.methodKind === 'unary');
}

/** The line that makes the call. */
async function wordsFor(
  input: LineInput,
  request: SavedRequest,
  variables: Variables,
  more: readonly string[],
): Promise<string[]> {
  const { documents, flagWords } = await filledRequest(input.repl, request, variables);
  // A stream may have no messages at all: that is said too.
  return ['call', request.method, ...flagWords, '--data', documents.join('\n'), ...more];
}

/** All calls in one line: they go over one connection, and their answers come in order. */
async function eachWords(
  input: LineInput,
  request: SavedRequest,
  all: readonly Variables[],
  more: readonly string[],
): Promise<string[]> {
  const { words } = parseArgs(more, flagsOf(callRow));
  if (words.length > 0)
    throw new UserError(2, `${quoted(words[0] as string)} does not go with --each`, {
      hint: 'write ${NAME} into the saved request, and NAME into the file',
    });
  const documents: string[] = [];
  let flagWords: readonly string[] = [];
  for (const variables of all) {
    const filled = await filledRequest(input.repl, request, variables);
    documents.push(...filled.documents);
    flagWords = filled.flagWords;
  }
  return ['call', request.method, ...flagWords, '--each', '--data', documents.join('\n'), ...more];
}

function readVariables(path: string, io: LineInput['io']): Variables[] {
  let text: string;
  try {
    text = readFileSync(resolve(io.cwd, path), 'utf8');
  } catch (error) {
    throw new UserError(2, `--each: cannot read ${path}: ${(error as Error).message}`, { cause: error });
  }
  return documentsOf(text, path, 'json').map(({ text: one, line, column }) => {
    const fail = (what: string) =>
      new UserError(3, `${path}:${line}:${column}: ${what}`, { hint: '{"NAME": value} a line' });
    let value: unknown;
    try {
      value = JSON.parse(one);
    } catch (error) {
      throw fail((error as Error).message);
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw fail('expected an object');
    return new Map(Object.entries(value));
  });
}

/**
 * The words of `call … --saved NAME` as those of a call with that request; others as they are. The method may be left out,
 * or must be that of the request.
 */
export async function savedWords(input: Pick<LineInput, 'repl'>, words: readonly string[]): Promise<readonly string[]> {
  const at = words.findIndex((word) => /^--saved(?:=|$)/.test(word));
  if (at < 0) return words;
  const [, glued] = /^--saved=([\s\S]*)$/.exec(words[at] as string) ?? [];
  const name = glued ?? words[at + 1];
  if (name === undefined) throw new UserError(2, '--saved needs a NAME', { hint: 'saved shows them' });
  const request = readSaved(input.repl.io, name);
  const rest = [...words.slice(0, at), ...words.slice(at + (glued === undefined ? 2 : 1))];
  const methodAt = rest.findIndex(
    (word, index) => !word.startsWith('-') && !word.includes('=') && !takesIt(rest[index - 1]),
  );
  const typed = methodAt < 0 ? undefined : rest.splice(methodAt, 1)[0]?.replace(/^\//, '');
  const full = request.method.replace('/', '.');
  const wanted = typed?.replace('/', '.');
  if (wanted !== undefined && wanted !== full && !full.endsWith(`.${wanted}`))
    throw new UserError(2, `the saved request ${quoted(name)} is for ${request.method}, not ${typed}`);
  const { documents, flagWords } = await filledRequest(input.repl, request, new Map());
  return [request.method, ...flagWords, '--data', documents.join('\n'), ...rest];
}

function takesIt(before: string | undefined): boolean {
  const name = before?.replace(/^--?/, '');
  const row = before?.startsWith('-') ? flagRows.find((one) => one.name === name || one.short === name) : undefined;
  return row !== undefined && row.kind !== 'bool' && row.kind !== 'count';
}
