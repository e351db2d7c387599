// One line of the REPL or of a script: words → command → exit code, through the same table as the shell's.
import type { DescMethod } from '@bufbuild/protobuf';
import type { RequestDocument } from '../codec/document.ts';
import { fieldsFromJson } from '../codec/fields.ts';
import { argsOf } from '../commands/command-line.ts';
import { type Flags, flagRows } from '../commands/flags.ts';
import { maskedHeader } from '../commands/headers.ts';
import type { Args } from '../commands/parse.ts';
import { report, runCommand } from '../commands/run-command.ts';
import { type Front, openSession, type Session } from '../commands/session.ts';
import { overlaid } from '../commands/settings-merge.ts';
import { type CommandRow, commandRows } from '../commands/table.ts';
import { UserError } from '../errors.ts';
import type { Io } from '../io.ts';
import { nearest } from '../schema/nearest.ts';
import { quoted } from '../schema/quote.ts';
import { askedWords } from './ask-call.ts';
import { callRow, callWords } from './call-words.ts';
import { type Catalog, endsAt, methodName, shortName } from './catalog.ts';
import type { Line, LineWord } from './line.ts';
import { quotedLine } from './line-quote.ts';
import { agreeToSettings, productionOf } from './profile.ts';
import { withSink } from './sink.ts';
import type { Repl } from './state.ts';
import { findReplCommand, replCommands } from './table.ts';
import { wordText, wordValue } from './variables.ts';

/** Commands of the shell that mean nothing inside the REPL. */
const shellOnly = new Set(['help', 'completion', 'demo', 'man']);

/** The commands of the shell that lines may use, without ADDRESS. */
export const lineCommands: readonly CommandRow[] = commandRows.filter((row) => !shellOnly.has(row.name));

const commandNames: readonly string[] = [...replCommands, ...lineCommands].map((row) => row.name);

/**
 * Runs a line and resolves to its exit code, with what went wrong told on `io.stderr`; never rejects. `io` is the line's
 * own: its signal ends this line alone.
 */
export async function runLine(repl: Repl, line: Line, io: Io): Promise<number> {
  if (line.words.length === 0) return 0;
  try {
    const all = isValue(line) ? [expandWord, ...line.words] : line.words;
    const words = all.map((word) => wordText(word, repl.scope));
    const value = (index: number): unknown => {
      const word = all[index];
      return word && wordValue(word, repl.scope);
    };
    return await withSink(line.sink, repl, io, (lineIo) => runWords(repl, words, lineIo, value));
  } catch (error) {
    return report(error, io, repl.version, { front: frontOf(repl, io, false, () => '') });
  }
}

/** A line that is one variable, and perhaps --tree, shows its value. */
function isValue({ words }: Line): boolean {
  const [first, ...rest] = words;
  const isReference = first?.parts.length === 1 && first.parts[0]?.kind === 'reference';
  return isReference && rest.every(({ parts }) => parts[0]?.kind === 'text' && parts[0].text === '--tree');
}

const expandWord: LineWord = { parts: [{ kind: 'text', text: 'x' }], column: 1, json: false };

/** Runs words as a line. Throws what the command throws before it runs. */
export async function runWords(
  repl: Repl,
  words: readonly string[],
  io: Io,
  value: (index: number) => unknown = (index) => words[index],
): Promise<number> {
  // A line copied from a shell.
  const skip = words[0] === 'grepl' && words.length > 1 ? 1 : 0;
  const [name = '', ...rest] = words.slice(skip);
  const own = findReplCommand(name);
  if (own) {
    if (rest.length === 1 && (rest[0] === '?' || rest[0] === '--help' || rest[0] === '-h'))
      return runWords(repl, ['help', own.name], io);
    const { run } = await own.load();
    const valueBehind = (index: number): unknown => value(index + skip + 1);
    const runIn = (io: Io) =>
      run({ repl, io, words: rest, value: valueBehind, run: (line) => runWords(repl, line, io) });
    return own.paged === true ? pagedRun(repl, io, runIn) : runIn(io);
  }
  const shell = lineCommands.find((row) => row.name === name);
  if (shell && rest.length === 1 && rest[0] === '?') return runWords(repl, ['help', name], io);
  if (shell) return runShellCommand(repl, shell, rest, io);
  if (await isMethod(repl, name)) return runShellCommand(repl, callRow, [name, ...rest], io);
  throw unknownWord(repl, name);
}

async function pagedRun(repl: Repl, io: Io, use: (io: Io) => Promise<number>): Promise<number> {
  if (!repl.person) return use(io);
  return (await import('./pager.ts')).paged(repl, io, use);
}

/** Whether a command shows what is there and ends: streams are shown as they come. */
function isPaged(repl: Repl, row: CommandRow, words: readonly string[]): boolean {
  if (row.name !== 'call') return ['list', 'describe', 'template', 'rest', 'openapi'].includes(row.name);
  return repl.known?.methods.find((method) => methodName(method) === words[0])?.methodKind === 'unary';
}

async function runShellCommand(repl: Repl, row: CommandRow, given: readonly string[], io: Io): Promise<number> {
  await agreeToSettings(repl);
  const isCall = row.name === 'call';
  const tree = isCall && given.includes('--tree');
  const plain = tree ? given.filter((word) => word !== '--tree') : given;
  const rest =
    isCall && hasSaved(plain) ? await (await import('./commands/saved.ts')).savedWords({ repl }, plain) : plain;
  const words = isCall ? await askedWords(repl, await callWords(repl, rest), io) : rest;
  if (words === undefined) return 0;
  const parsed = argsOf(row, words);
  if (parsed.flags.has('profile'))
    throw new UserError(2, 'a line has no profile of its own', { hint: 'profile NAME goes to another one' });
  const ownLink = changesLink(parsed.flags);
  const under = isCall ? overlaid(repl.once, repl.flags) : repl.flags;
  const args: Args = {
    words: ownLink ? parsed.words : await methodFirst(repl, row.name, parsed.words),
    flags: overlaid(parsed.flags, under),
    place: { address: repl.address },
  };
  if (isCall) {
    repl.replies.words = ['call', ...words];
    repl.replies.flags = args.flags;
    repl.replies.address = repl.address;
    for (const name of repl.once.names()) repl.once.delete(name);
  }
  if (args.flags.bool('help')) return runWords(repl, ['help', row.name], io);
  const runIn = (io: Io) =>
    runCommand(row, args, io, {
      version: repl.version,
      open: (all, address) => openFor(repl, row, all, address, io, { ownLink, tree }),
    });
  const code = await (isPaged(repl, row, args.words) ? pagedRun(repl, io, runIn) : runIn(io));
  if (repl.filled) repl.say(`repeat: ${quotedLine(repl.filled)}`);
  repl.filled = undefined;
  return code;
}

function hasSaved(words: readonly string[]): boolean {
  return words.some((word) => /^--saved(?:=|$)/.test(word));
}

function openFor(
  repl: Repl,
  row: CommandRow,
  args: Args,
  address: string | undefined,
  io: Io,
  { ownLink, tree }: { readonly ownLink: boolean; readonly tree: boolean },
): Session {
  const isCall = row.name === 'call';
  const person = isCall ? repl.person : undefined;
  const seat = isCall ? repl.seat : undefined;
  const recorder = repl.replies.recorder();
  return openSession(args, address, io, 'grepl', {
    link: ownLink || address !== repl.address ? undefined : repl.link(),
    observe: (event, schema) => recorder.observe(event, schema),
    streams: seat && { all: true, show: (stream) => seat.show(stream, () => recorder.name) },
    production: productionOf(repl),
    allow: () => agreeToSettings(repl, args.flags),
    front: frontOf(repl, io, tree, () => recorder.name ?? ''),
    ask:
      person &&
      (async (method, schema, session) => {
        const draft = repl.formDraft;
        repl.formDraft = undefined;
        repl.headers.length = 0;
        return filled(repl, method, await person.fill(method, schema, session, draft));
      }),
  });
}

/** How calls of a line are shown. */
function frontOf(repl: Repl, io: Io, tree: boolean, replyName: () => string): Front {
  return {
    isPerson: repl.person !== undefined,
    replyName,
    async view(session, schema, method) {
      if (!io.stdout.isTTY) return undefined;
      const { replyView } = await import('./reply-view.ts');
      return replyView({ timing: repl.timing, tree: tree || repl.tree }, session, schema, method);
    },
  };
}

/** The request of a form: the line that repeats the call has its fields as words. */
function filled(repl: Repl, method: DescMethod, document: RequestDocument | undefined): RequestDocument | undefined {
  if (!document) return undefined;
  const headers = repl.headers.splice(0);
  const { known } = repl;
  // Short, where the method was not typed but picked, or is that of an earlier call.
  const typed = repl.replies.words.map((word) =>
    known && word === methodName(method) ? shortName(method, known) : word,
  );
  const fields = fieldsFromJson(method.input, document.text);
  const wordsWith = (shown: readonly string[]) => [...typed, ...shown.flatMap((header) => ['-H', header]), ...fields];
  repl.replies.words = wordsWith(headers);
  repl.filled = wordsWith(headers.map(maskedHeader));
  return document;
}

/** Whether a line's own flags ask for another connection or schema than the one that is open. */
function changesLink(flags: Flags): boolean {
  return flags.names().some((name) => {
    const row = flagRows.find((one) => one.name === name);
    return row?.group === 'schema' || row?.group === 'connection' || name === 'max-message';
  });
}

/**
 * A method by its full name where the catalog knows which is meant: no question to the server is needed then. With a
 * service in use a bare name means the method of that service, whatever others there are.
 */
async function methodFirst(repl: Repl, command: string, words: readonly string[]): Promise<readonly string[]> {
  const [first, ...rest] = words;
  if (first === undefined || !['call', 'rest', 'compare', 'template'].includes(command)) return words;
  // What `use` has named is looked up first, also where nothing was asked of the schema yet.
  const catalog = repl.service === undefined ? repl.known : await repl.catalog();
  const fitting = catalog?.methods.filter((method) => endsAt(methodName(method), first)) ?? [];
  const own = fitting.filter((method) => method.parent.typeName === repl.service && method.name === first);
  const [meant, other] = own.length > 0 ? own : fitting;
  return meant && !other ? [methodName(meant), ...rest] : words;
}

/** Whether a word is a method. Throws why nobody knows, unless it is nearly a command. */
async function isMethod(repl: Repl, word: string): Promise<boolean> {
  if (!/^[A-Za-z_./][\w./]*$/.test(word)) return false;
  if (repl.address === undefined && repl.flags.list('proto').length + repl.flags.list('protoset').length === 0)
    return false;
  try {
    const { methods } = await repl.catalog();
    return methods.some((method) => endsAt(methodName(method), word));
  } catch (error) {
    if (nearest(word, commandNames, 1).length > 0) return false;
    throw error;
  }
}

function unknownWord(repl: Repl, word: string): UserError {
  const close = nearest(word, new Set([...commandNames, ...methodWords(repl.known)]));
  const connected = repl.address !== undefined;
  const what = connected ? 'help shows the commands, ls the methods' : 'connected to nothing: connect host:port';
  return new UserError(2, `no command or method ${quoted(word)}`, {
    hint: close.length > 0 ? `nearest: ${close.join(', ')}` : what,
  });
}

function methodWords(catalog: Catalog | undefined): string[] {
  return catalog ? catalog.methods.map((method) => shortName(method, catalog)) : [];
}
