// grpcurl's own command lines: its words, its flags, its output, its exit codes, over the same session and calls.
import { exitCodes, UserError } from '../errors.ts';
import { Interrupted, type Io, write } from '../io.ts';
import { type GrpcurlOptions, type GrpcurlTiming, grpcurlRenderer, grpcurlStatus } from '../render/grpcurl.ts';
import { isTwin, nothing } from '../render/rendered.ts';
import type { RestEvent } from '../rest/with-rest.ts';
import type { CallEvent } from '../rpc/event.ts';
import { CallFailed } from '../schema/call-failed.ts';
import { findMethod } from '../schema/find.ts';
import type { Schema } from '../schema/schema.ts';
import type { Status } from '../wire/status.ts';
import { interruption, runCall } from './call-flow.ts';
import { clientOf } from './client-flags.ts';
import { detailDocuments } from './details.ts';
import { exitCodeOf } from './exit-code.ts';
import { reportFailure } from './failure.ts';
import type { Flags } from './flags.ts';
import type { Args } from './parse.ts';
import { messagePrinter } from './printers.ts';
import { requestMessages } from './requests.ts';
import { shownDocuments } from './secrets.ts';
import { openSession, type Session } from './session.ts';

/** Runs a command line in grpcurl's grammar and resolves to grpcurl's exit code: 0, 1, 2 or 64 + N. */
export async function runGrpcurl(args: Args, io: Io, version: string): Promise<number> {
  const { flags } = args;
  if (flags.bool('version')) {
    await write(io.stderr, `grepl ${version}\n`);
    return exitCodes.ok;
  }
  if (flags.bool('help')) {
    await write(io.stderr, (await import('./help.ts')).overview());
    return exitCodes.ok;
  }
  let session: Session | undefined;
  try {
    const line = readLine(args);
    await warnings(line, flags, io);
    adoptFlags(flags, line);
    session = openSession(args, line.address, io, 'grpcurl');
    return await runLine(line, session);
  } catch (error) {
    return await failure(error, io, session, version);
  } finally {
    await session?.close();
  }
}

/** A command line's words: an address unless the types come from files, a verb, a symbol. */
interface Line {
  readonly address: string | undefined;
  readonly verb: 'list' | 'describe' | 'invoke';
  readonly symbol: string | undefined;
}

function readLine({ words, flags }: Args): Line {
  const first = words[0];
  const isVerb = (word: string | undefined): word is 'list' | 'describe' => word === 'list' || word === 'describe';
  const address = isVerb(first) ? undefined : first;
  const rest = isVerb(first) ? words : words.slice(1);
  const verb = isVerb(rest[0]) ? rest[0] : 'invoke';
  const symbols = verb === 'invoke' ? rest : rest.slice(1);
  const hasFiles = flags.list('proto').length > 0 || flags.list('protoset').length > 0;
  if (symbols.length > 1) throw new UserError(2, `too many arguments: ${symbols.slice(1).join(' ')}`);
  if (verb === 'invoke' && (address === undefined || symbols.length === 0)) {
    throw new UserError(2, 'too few arguments', { hint: 'the form is [flags] ADDRESS list|describe|METHOD' });
  }
  if (address === undefined && !hasFiles) throw new UserError(2, 'no address, and no -proto or -protoset files either');
  return { address, verb, symbol: symbols[0] };
}

/** grpcurl's spellings under the names of our flags; what contradicts or is not there is UserError 2. */
function adoptFlags(flags: Flags, line: Line): void {
  if (flags.bool('alts') || flags.has('alts-handshaker-service') || flags.has('alts-target-service-account')) {
    throw new UserError(2, 'ALTS is not supported', { hint: 'call the server with TLS or -plaintext' });
  }
  if (clientOf(flags) === 'both') {
    throw new UserError(2, '--client both is for grepl call', { hint: 'grepl call ADDRESS METHOD … --client both' });
  }
  const format = flags.text('format');
  if (format !== undefined && format !== 'json' && format !== 'text') {
    throw new UserError(2, `-format: "${format}" is not json or text`);
  }
  if (flags.list('proto').length > 0 && flags.list('protoset').length > 0) {
    throw new UserError(2, 'use either -proto or -protoset, not both');
  }
  adoptReflection(flags, line);
  const [server, authority] = [flags.text('servername'), flags.text('authority')];
  if (!flags.bool('plaintext') && server !== undefined && authority !== undefined && server !== authority) {
    throw new UserError(2, `-servername ${server} and -authority ${authority} are not the same name`, {
      hint: 'with TLS the server is checked against both; give one',
    });
  }
  // Without TLS there is no certificate to expect a name in.
  if (flags.bool('plaintext')) flags.set('servername', undefined);
  if (flags.has('max-msg-sz')) flags.set('max-message', flags.number('max-msg-sz'));
  if (flags.bool('vv')) flags.set('verbose', 2);
}

function adoptReflection(flags: Flags, line: Line): void {
  if (flags.bool('no-use-reflection') && !flags.has('proto') && !flags.has('protoset')) {
    throw new UserError(2, 'no -protoset or -proto files, and -use-reflection is false');
  }
  if (!flags.bool('use-reflection')) return;
  flags.set('reflect', 'auto');
  if (line.verb === 'invoke' || line.symbol !== undefined || line.address === undefined) return;
  // What a server offers is what it says itself: files beside reflection add types, not services.
  for (const name of ['proto', 'protoset']) flags.set(name, []);
}

async function warnings(line: Line, flags: Flags, io: Io): Promise<void> {
  const said: string[] = [];
  if (line.verb !== 'invoke') {
    if (flags.has('data')) said.push("The -d argument is not used with 'list' or 'describe' verb.");
    if (flags.has('rpc-header')) said.push("The -rpc-header argument is not used with 'list' or 'describe' verb.");
  }
  if (flags.has('import-path') && !flags.has('proto'))
    said.push('The -import-path argument is not used unless -proto files are used.');
  if (flags.has('reflect-header') && flags.has('protoset'))
    said.push('The -reflect-header argument is not used when -protoset files are used.');
  if (flags.text('format') === 'text' && flags.bool('emit-defaults')) {
    said.push('The -emit-defaults is only used when using json format.');
  }
  for (const text of said) await write(io.stderr, `Warning: ${text}\n`);
}

async function runLine(line: Line, session: Session): Promise<number> {
  if (line.verb !== 'invoke') {
    const { describeSymbols, listNames } = await import('./grpcurl-verbs.ts');
    return line.verb === 'list' ? listNames(session, line.symbol) : describeSymbols(session, line.symbol);
  }
  const startedAt = session.io.now();
  session.subject = line.symbol as string;
  const schema = await session.schema();
  const method = await findMethod(schema, line.symbol as string);
  const requests = await requestMessages(session, method, schema, []);
  const view = await viewOf(session, schema, method, startedAt, requests);
  // grpcurl says nothing about requests that the server did not wait for.
  const outcome = await runCall({ ...session, say: () => {} }, method, schema, requests, view);
  const ended = interruption(session);
  if (ended !== undefined) return ended;
  // A connection that never stood is a failure of ours, not the outcome of the RPC.
  if (outcome.status.origin === 'client' && outcome.status.code === 14 && !session.channel().connection) return 1;
  return exitCodeOf(outcome.status);
}

async function viewOf(
  session: Session,
  schema: Schema,
  method: Parameters<typeof messagePrinter>[0],
  startedAt: number,
  requests: Awaited<ReturnType<typeof requestMessages>>,
) {
  const { flags } = session.args;
  const documents = new Map<Status, readonly unknown[]>();
  const format = flags.text('format') === 'text' ? ('text' as const) : ('json' as const);
  const print = messagePrinter(method, schema, {
    format,
    brackets: 'angle',
    indent: 2,
    emitDefaults: flags.bool('emit-defaults'),
    nullMessages: flags.bool('emit-defaults'),
    unknown: 'drop',
    sortAnyKeys: true,
  });
  // Only an array that holds the one empty message of a call without data was not given by the user.
  const nothingGiven = Array.isArray(requests) && requests[0]?.length === 0 && !flags.has('data');
  const render = grpcurlRenderer({
    print,
    format,
    verbosity: Math.min(2, flags.number('verbose') ?? 0) as 0 | 1 | 2,
    formatError: flags.bool('format-error'),
    details: (status) => documents.get(status) ?? [],
    ...(await sourcePrinter(flags, schema)),
    terminal: session.io.stdout.isTTY === true,
    timing: () => timing(session, startedAt),
    ...(nothingGiven ? { given: () => 0 } : {}),
  });
  const prepare = async (status: Status): Promise<void> => {
    if (status.details.length > 0)
      documents.set(status, shownDocuments(await detailDocuments(status, schema), session.io));
  };
  // No REST twin in this grammar: every event is one of the call.
  return { render: (event: CallEvent | RestEvent) => (isTwin(event) ? nothing : render(event)), prepare };
}

/** Prints a method's source for -v. Loaded where it is asked for: it needs descriptor.proto's own types. */
async function sourcePrinter(flags: Flags, { types }: Schema): Promise<Pick<GrpcurlOptions, 'source'>> {
  if ((flags.number('verbose') ?? 0) === 0) return {};
  const { protoSource } = await import('../render/proto-source.ts');
  return { source: (method) => protoSource(method, { style: 'grpcurl', comments: true, types }) };
}

function timing(session: Session, startedAt: number): GrpcurlTiming {
  const times = session.channel().connection?.times;
  const totalMs = session.io.now() - startedAt;
  const dialMs = Math.max(times?.settingsMs ?? 0, times?.connectMs ?? 0);
  return { totalMs, dialMs, tlsSetupMs: times?.tlsMs, invokeMs: totalMs - dialMs };
}

/** Usage is 2, everything else of ours 1; only a status of the server's own keeps 64 + N. */
async function failure(error: unknown, io: Io, session: Session | undefined, version: string): Promise<number> {
  if (error instanceof Interrupted) return error.exitCode;
  if (error instanceof CallFailed && session) {
    const options = { format: 'json' as const, formatError: session.args.flags.bool('format-error') };
    const details = await detailDocuments(error.status, undefined);
    if (options.formatError)
      await write(io.stderr, grpcurlStatus(error.status, { ...options, details: () => details }));
    else await reportFailure(error, io, version, session);
    return 1;
  }
  const code = await reportFailure(error, io, version);
  return code === exitCodes.usage && !isLate(session) ? exitCodes.usage : 1;
}

/** True once the command line was understood: what fails after that is no usage error. */
function isLate(session: Session | undefined): boolean {
  return session !== undefined;
}
