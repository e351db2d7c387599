// Metadata that goes with every call, and authorization, which is metadata that is never shown or kept.
import { Flags } from '../../commands/flags.ts';
import { metadataFrom } from '../../commands/headers.ts';
import { UserError } from '../../errors.ts';
import { write } from '../../io.ts';
import { quoted } from '../../schema/quote.ts';
import { masked } from '../../wire/credentials.ts';
import { rows } from '../output.ts';
import type { LineInput } from '../table.ts';

const scopes: ReadonlyMap<string, string> = new Map([
  ['all', 'header'],
  ['rpc', 'rpc-header'],
  ['reflect', 'reflect-header'],
]);

/** `meta [set|add|rm|clear|ls]`: values are kept as they are typed, and `${ENV}` in them is read at each call. */
export async function meta(input: LineInput): Promise<number> {
  const { repl } = input;
  const { words, scope, once } = takeFlags(input.words);
  const [verb = 'ls', ...rest] = words;
  const flags = once ? repl.once : repl.flags;
  switch (verb) {
    case 'ls':
      return list(input);
    case 'clear':
      for (const flag of scopes.values()) flags.delete(flag);
      flags.delete('bearer');
      break;
    case 'rm':
      if (rest[0] === undefined) throw new UserError(2, 'meta rm needs a name', { hint: 'meta ls shows them' });
      remove(flags, rest[0]);
      break;
    case 'set':
    case 'add':
      await put(input, flags, scope, verb, rest);
      break;
    default:
      // `meta name: value`, as one would write a header.
      if (!verb.includes(':')) throw unknownVerb(verb);
      await put(input, flags, scope, 'set', words);
  }
  // The server may show another schema to another caller.
  if (scope !== 'rpc') repl.reload();
  return 0;
}

function unknownVerb(verb: string): UserError {
  return new UserError(2, `meta has no ${quoted(verb)}`, { hint: 'meta set NAME VALUE, add, rm NAME, clear or ls' });
}

function takeFlags(words: readonly string[]): { words: string[]; scope: string; once: boolean } {
  const rest: string[] = [];
  let scope = 'all';
  let once = false;
  for (let index = 0; index < words.length; index++) {
    const word = words[index] as string;
    if (word === '--once') once = true;
    else if (word === '--for') scope = words[++index] ?? '';
    else if (word.startsWith('--for=')) scope = word.slice(6);
    else rest.push(word);
  }
  if (!scopes.has(scope)) throw new UserError(2, `--for: ${quoted(scope)} is not one of all, rpc, reflect`);
  return { words: rest, scope, once };
}

async function put(
  { io }: LineInput,
  flags: Flags,
  scope: string,
  verb: 'set' | 'add',
  words: readonly string[],
): Promise<void> {
  const { name, value } = pairOf(words);
  const header = `${name}: ${name.endsWith('-bin') ? binary(value) : value}`;
  // Says now what a call would say: a bad name, a value that cannot be sent, a variable that is not set.
  const trial = new Flags();
  trial.set('header', [header]);
  await metadataFrom(trial, 'rpc-header', io, { expand: true, files: true });
  if (verb === 'set') remove(flags, name);
  const flag = scopes.get(scope) as string;
  flags.set(flag, [...flags.list(flag), header]);
}

/** `name value…`, `name: value…`, `name=value`. */
function pairOf(words: readonly string[]): { name: string; value: string } {
  const text = words.join(' ').trim();
  const found = /^([^\s:=]+)(?:\s*:\s*|\s*=\s*|\s+)([\s\S]*)$/.exec(text);
  if (!found) throw new UserError(2, 'meta set needs a name and a value', { hint: 'meta set x-tenant acme' });
  return { name: (found[1] as string).toLowerCase(), value: found[2] as string };
}

/** The bytes prefixes of a form: `hex:`, `b64:`, `text:`; base64 and raw text need none. */
function binary(value: string): string {
  const found = /^(hex|b64|base64|text):([\s\S]*)$/.exec(value);
  if (!found) return value;
  const [, how, text = ''] = found;
  if (how === 'text') return Buffer.from(text).toString('base64');
  if (how !== 'hex') return text;
  if (!/^(?:[0-9a-f]{2}[\s:]?)*$/i.test(text)) throw new UserError(2, `${quoted(text)} is not hexadecimal`);
  return Buffer.from(text.replaceAll(/[\s:]/g, ''), 'hex').toString('base64');
}

function remove(flags: Flags, name: string): void {
  const wanted = name.toLowerCase().replace(/:$/, '');
  for (const flag of scopes.values()) {
    const left = flags.list(flag).filter((header) => headerName(header) !== wanted);
    if (left.length > 0) flags.set(flag, left);
    else flags.delete(flag);
  }
  if (wanted === 'authorization') flags.delete('bearer');
}

function headerName(header: string): string {
  return header.slice(0, header.indexOf(':')).trim().toLowerCase();
}

async function list({ repl, io }: LineInput): Promise<number> {
  const lines = [...shown(repl.flags, ''), ...shown(repl.once, 'once')];
  if (lines.length === 0) repl.say('no metadata; meta set NAME VALUE');
  await write(io.stdout, await rows(repl, io, lines));
  return 0;
}

function shown(flags: Flags, when: string): string[][] {
  const lines: string[][] = [];
  const bearer = flags.text('bearer');
  if (bearer !== undefined) lines.push(['authorization', maskedValue('authorization', `Bearer ${bearer}`), when]);
  for (const [scope, flag] of scopes) {
    for (const header of flags.list(flag)) {
      const name = headerName(header);
      const value = maskedValue(name, header.slice(header.indexOf(':') + 1).trim());
      lines.push([name, value, [scope === 'all' ? '' : `for ${scope}`, when].filter((word) => word !== '').join(' ')]);
    }
  }
  return lines;
}

/** A value that only names where the secret is may be shown. */
function maskedValue(name: string, value: string): string {
  return /\$\{|^(?:Bearer )?@/.test(value) ? value : masked(name, value);
}

/**
 * `auth [TOKEN | @FILE | basic USER PASSWORD | off]`; without words: what is set, masked, and at a terminal a token is
 * asked for that nobody sees typed.
 */
export async function auth(input: LineInput): Promise<number> {
  const { repl } = input;
  let { words } = input;
  if (words.length === 0) {
    const now = shown(repl.flags, '').filter(([name]) => name === 'authorization');
    if (now.length === 0) repl.say('no authorization; auth TOKEN, auth @FILE, or auth basic USER PASSWORD');
    await write(input.io.stdout, await rows(repl, input.io, now));
    const token = await repl.person?.secret('token, typed unseen (Enter leaves it as it is)> ');
    if (token === undefined) return 0;
    words = [token.trim()];
  }
  if (words[0] === 'basic' && words.length === 2 && repl.person) {
    const password = await repl.person.secret('password, typed unseen> ');
    if (password === undefined) return 0;
    words = [...words, password];
  }
  return authorize(input, words);
}

async function authorize({ repl }: LineInput, words: readonly string[]): Promise<number> {
  const [first = '', ...rest] = words;
  if (first === 'basic' && rest.length !== 2) throw new UserError(2, 'auth basic needs USER and PASSWORD');
  const scheme = first.toLowerCase() === 'bearer' && rest.length > 0 ? rest : words;
  remove(repl.flags, 'authorization');
  if (first === 'basic') {
    const value = Buffer.from(rest.join(':')).toString('base64');
    repl.flags.set('header', [...repl.flags.list('header'), `authorization: Basic ${value}`]);
  } else if (first !== 'off') {
    if (scheme.length !== 1)
      throw new UserError(2, 'auth takes one token', {
        hint: "it goes behind Bearer; for another scheme: meta set authorization 'SCHEME VALUE'",
      });
    repl.flags.set('bearer', scheme[0]);
  }
  repl.reload();
  return 0;
}
