// An earlier call as a line that works where it is pasted: copy curl, grpcurl, grepl, json.
import { isSecretText, upperName } from '../../codec/document-variables.ts';
import { callFlagWords } from '../../commands/flag-words.ts';
import { Flags } from '../../commands/flags.ts';
import { runCommand } from '../../commands/run-command.ts';
import { isReference } from '../../commands/saved-requests.ts';
import { openSession } from '../../commands/session.ts';
import { headerName } from '../../commands/settings-merge.ts';
import { UserError } from '../../errors.ts';
import { type Io, write } from '../../io.ts';
import { shellQuote } from '../../render/command-line.ts';
import { cmdQuote, jsonForCmd, pwshQuote } from '../../render/shell-quote.ts';
import { quoted } from '../../schema/quote.ts';
import { isSecretName } from '../../wire/credentials.ts';
import { callRow } from '../call-words.ts';
import { methodName } from '../catalog.ts';
import { collected } from '../collected.ts';
import type { CallRecord } from '../replies.ts';
import { requestTexts } from '../request-document.ts';
import type { Repl } from '../state.ts';
import type { LineInput } from '../table.ts';

const forms = ['curl', 'grpcurl', 'grepl', 'json'] as const;
type Form = (typeof forms)[number];

/** `copy [FORM] [N] [--shell bash|cmd|pwsh]`: the line alone on stdout; at a terminal it is on the clipboard too. */
export async function copy({ repl, io, words }: LineInput): Promise<number> {
  const { form, number, shell } = asked(words);
  const record = number === undefined ? repl.replies.newestFirst()[0] : repl.replies.find(number);
  if (!record)
    throw new UserError(2, number === undefined ? 'there is no call to copy yet' : `there is no call $${number}`, {
      hint: 'copy is about the last call; vars shows those there are',
    });
  const { flags, env, variables } = withoutCredentials(record.flags, io.env);
  const text = await textOf(form, shell, record, { repl, io: { ...io, env }, flags });
  const isOnTerminal = io.stdout.isTTY === true && repl.clipboard && io.env.TERM !== 'dumb';
  await write(io.stdout, `${isOnTerminal ? clipboard(text.trimEnd()) : ''}${text}`);
  if (form !== 'json')
    for (const [name, header] of variables)
      repl.say(
        `${form === 'grepl' ? `\${${name}}` : `$${name}`} stands for the credential in ${header}: set it where you paste`,
      );
  return 0;
}

function asked(words: readonly string[]): { form: Form; number: string | undefined; shell: 'bash' | 'cmd' | 'pwsh' } {
  const at = words.findIndex((word) => /^--shell(?:=|$)/.test(word));
  const glued = at < 0 ? undefined : /^--shell=(.*)$/.exec(words[at] as string)?.[1];
  const shell = at < 0 ? 'bash' : (glued ?? words[at + 1] ?? '');
  const rest = words.filter((_, index) => at < 0 || (index !== at && (glued !== undefined || index !== at + 1)));
  if (shell !== 'bash' && shell !== 'cmd' && shell !== 'pwsh')
    throw new UserError(2, `--shell: ${quoted(shell)} is not one of bash, cmd, pwsh`);
  const [first = 'grepl', second] = rest;
  const isForm = (forms as readonly string[]).includes(first);
  const number = (isForm ? second : first)?.replace(/^\$/, '');
  if ((!isForm && !/^\d+$|^last$/.test(number ?? '')) || (number !== undefined && !/^(?:\d+|last)$/.test(number)))
    throw new UserError(2, `copy ${quoted(words.join(' '))}?`, {
      hint: 'copy curl, grpcurl, grepl or json, and a call',
    });
  const form = isForm ? (first as Form) : 'grepl';
  if (shell !== 'bash' && form !== 'grepl') throw new UserError(2, '--shell goes with copy grepl');
  return { form, number: number === 'last' ? undefined : number, shell };
}

interface Copying {
  readonly repl: Repl;
  readonly io: Io;
  readonly flags: Flags;
}

async function textOf(
  form: Form,
  shell: 'bash' | 'cmd' | 'pwsh',
  record: CallRecord,
  copying: Copying,
): Promise<string> {
  const documents = requestTexts(record);
  if (form === 'json') return documents.map((text) => `${text}\n`).join('');
  if (form === 'grepl') return `${greplLine(shell, record, documents, copying)}\n`;
  const { repl, io, flags } = copying;
  flags.set('data', documents.join('\n'));
  flags.set(form, true);
  const stdout = collected();
  const args = { words: [methodName(record.method)], flags, place: { address: record.address } };
  const code = await runCommand(
    callRow,
    args,
    { ...io, stdout: stdout.stream },
    {
      version: repl.version,
      open: (all, address) =>
        openSession(all, address, io, 'grepl', address === repl.address ? { link: repl.link() } : {}),
    },
  );
  if (code !== 0) throw new UserError(2, `this call cannot be written as ${form}`);
  return stdout.text();
}

/** A longer one is no single argument any more (Linux takes 128 KiB); it goes through a pipe. */
const longestData = 100_000;

function greplLine(
  shell: 'bash' | 'cmd' | 'pwsh',
  record: CallRecord,
  documents: readonly string[],
  { flags }: Copying,
): string {
  const quote = { bash: shellQuote, cmd: cmdQuote, pwsh: pwshQuote }[shell];
  const data = documents.join(' ');
  const words = ['grepl', 'call', ...callFlagWords(flags)];
  const end = [record.address ?? '', methodName(record.method)];
  if (data.length > longestData && shell === 'bash')
    return `printf %s ${shellQuote(data)} | ${[...words, '-d', '@', ...end].map(quote).join(' ')}`;
  return [...words, '-d', shell === 'cmd' ? jsonForCmd(data) : data, ...end].map(quote).join(' ');
}

/**
 * The flags with each credential that was typed in clear replaced by `${NAME}`, and an environment in which that name
 * stands for it.
 */
function withoutCredentials(
  flags: Flags,
  env: Io['env'],
): { flags: Flags; env: Io['env']; variables: ReadonlyMap<string, string> } {
  const safe = flags.over(new Flags());
  for (const name of [
    'each',
    'in',
    'expect',
    'expect-status',
    'retry',
    'wait',
    'output',
    'compress',
    'dry-run',
    'curl',
    'grpcurl',
  ])
    safe.delete(name);
  const values: Record<string, string | undefined> = { ...env };
  const variables = new Map<string, string>();
  const variable = (header: string, value: string): string => {
    const base = upperName(header).replace(/^(?=\d)/, '_');
    let name = base;
    for (let number = 2; values[name] !== undefined && values[name] !== value; number++) name = `${base}_${number}`;
    values[name] = value;
    variables.set(name, header);
    return `\${${name}}`;
  };
  for (const flag of ['header', 'rpc-header', 'reflect-header']) {
    if (!safe.has(flag)) continue;
    safe.set(
      flag,
      safe.list(flag).map((header) => withoutCredential(header, variable)),
    );
  }
  const bearer = safe.text('bearer');
  if (bearer !== undefined && !isReference(bearer)) safe.set('bearer', variable('authorization', bearer));
  return { flags: safe, env: values, variables };
}

/** `name: value` with what `variable` gives in place of a credential that stands there in clear. */
export function withoutCredential(header: string, variable: (name: string, value: string) => string): string {
  const name = headerName(header);
  const value = header.slice(header.indexOf(':') + 1).trim();
  if (value === '' || isReference(value) || !(isSecretName(name) || isSecretText(value))) return header;
  const [, scheme = '', secret = ''] = /^([A-Za-z]+ )?([\s\S]*)$/.exec(value) ?? [];
  return `${name}: ${scheme}${variable(name, secret)}`;
}

/** OSC 52: the terminal puts the text on the clipboard, if it is allowed to; longer texts are refused by most. */
function clipboard(text: string): string {
  const encoded = Buffer.from(text).toString('base64');
  return encoded.length > 74_994 ? '' : `\u001b]52;c;${encoded}\u0007`;
}
