// Where the lines go: connect, demo, tls, reload.
import { type DemoOptions, startBeside } from '../../commands/demo.ts';
import { Flags, flagRows } from '../../commands/flags.ts';
import { parseArgs } from '../../commands/parse.ts';
import { flagsOf, replRow } from '../../commands/table.ts';
import { UserError } from '../../errors.ts';
import { write } from '../../io.ts';
import { count } from '../../render/units.ts';
import { visible } from '../../render/visible.ts';
import { quoted } from '../../schema/quote.ts';
import { leaveProfile } from '../profile.ts';
import type { Repl } from '../state.ts';
import type { LineInput } from '../table.ts';

/** `connect [ADDRESS] [flags]`: flags of the connection given before do not stay. Without words: where we are. */
export async function connect({ repl, io, words }: LineInput): Promise<number> {
  const { words: rest, flags } = parseArgs(words, flagsOf(replRow));
  const [address, more] = rest;
  if (more !== undefined) throw new UserError(2, `connect takes one address, ${quoted(more)} is too much`);
  if (address === undefined && flags.names().length === 0) {
    if (repl.address === undefined)
      throw new UserError(2, 'connected to nothing', { hint: 'connect host:port, or demo' });
    await write(io.stdout, `${visible(repl.address)}\n`);
    return 0;
  }
  await moveTo(repl, address ?? repl.address, flags);
  return 0;
}

/** Goes to an address with other flags; goes back when these make no target. */
async function moveTo(repl: Repl, address: string | undefined, flags: Flags): Promise<void> {
  const before = repl.flags.over(new Flags());
  const { address: from, settings, laid } = repl;
  for (const row of flagRows) if (row.group === 'connection') repl.flags.delete(row.name);
  if (address !== from) leaveProfile(repl, address);
  copy(flags, repl.flags);
  await repl.connect(address);
  try {
    repl.link();
  } catch (error) {
    for (const name of repl.flags.names()) repl.flags.delete(name);
    copy(before, repl.flags);
    Object.assign(repl, { settings, laid });
    await repl.connect(from);
    throw error;
  }
  repl.startLoading?.();
}

function copy(from: Flags, to: Flags): void {
  const all = from.over(to);
  for (const name of all.names()) to.set(name, all.value(name));
}

/** `demo`: the example services in this process, until the REPL ends. */
export async function demo(input: LineInput): Promise<number> {
  await moveTo(input.repl, await startDemo(input.repl), new Flags());
  input.repl.say(`the example services listen on ${input.repl.address}`);
  return 0;
}

/** Starts the demo server beside the REPL, until it ends, and gives its address. */
export function startDemo(
  repl: Repl,
  options: DemoOptions = { listen: '127.0.0.1:0', requireToken: false },
): Promise<string> {
  const stop = new AbortController();
  repl.onLeave(() => stop.abort());
  return startBeside(options, AbortSignal.any([repl.io.signal, stop.signal]));
}

/** `tls [on|off|auto|insecure|ca FILE|cert FILE KEY|name NAME]`. */
export async function tls({ repl, io, words }: LineInput): Promise<number> {
  const [how, ...values] = words;
  const { flags } = repl;
  if (how === undefined) {
    await write(io.stdout, `${tlsWords(flags)}\n`);
    return 0;
  }
  const way = tlsWays.get(how);
  if (!way) {
    const hint = 'on, off, auto, insecure, ca FILE, cert FILE KEY, name NAME';
    throw new UserError(2, `tls has no ${quoted(how)}`, { hint });
  }
  if (way.takes.some((_, at) => values[at] === undefined))
    throw new UserError(2, `tls ${how} needs ${way.takes.map(([, word]) => word).join(' and ')}`);
  for (const name of way.clears) flags.delete(name);
  for (const name of way.sets) flags.set(name, true);
  for (const [at, [name]] of way.takes.entries()) flags.set(name, values[at]);
  await repl.connect(repl.address);
  repl.startLoading?.();
  return 0;
}

/** What a word behind `tls` does to the flags. */
interface TlsWay {
  readonly clears: readonly string[];
  readonly sets: readonly string[];
  /** Flags that take the words behind it, each with the name of its word. */
  readonly takes: readonly (readonly [flag: string, word: string])[];
}

const certificates = ['cacert', 'cert', 'key', 'servername'];

const tlsWays: ReadonlyMap<string, TlsWay> = new Map<string, TlsWay>([
  ['on', { clears: ['plaintext', 'insecure'], sets: ['tls'], takes: [] }],
  ['off', { clears: ['tls', 'insecure', ...certificates], sets: ['plaintext'], takes: [] }],
  ['auto', { clears: ['tls', 'plaintext', 'insecure', ...certificates], sets: [], takes: [] }],
  ['insecure', { clears: ['plaintext'], sets: ['tls', 'insecure'], takes: [] }],
  ['ca', { clears: ['plaintext'], sets: [], takes: [['cacert', 'FILE']] }],
  ['name', { clears: ['plaintext'], sets: [], takes: [['servername', 'NAME']] }],
  [
    'cert',
    {
      clears: ['plaintext'],
      sets: [],
      takes: [
        ['cert', 'FILE'],
        ['key', 'KEY'],
      ],
    },
  ],
]);

function tlsWords(flags: Flags): string {
  const words = [flags.bool('plaintext') ? 'off' : flags.bool('tls') || flags.bool('insecure') ? 'on' : 'auto'];
  if (flags.bool('insecure')) words.push('insecure: the certificate is not checked');
  for (const [name, word] of [
    ['cacert', 'ca'],
    ['cert', 'cert'],
    ['servername', 'name'],
  ] as const) {
    const value = flags.text(name);
    if (value !== undefined) words.push(`${word} ${visible(value)}`);
  }
  return words.join(', ');
}

/** `reload`: asks for the schema anew and says what there is. */
export async function reload({ repl }: LineInput): Promise<number> {
  repl.reload();
  const { services, methods, schema } = await repl.catalog();
  repl.say(`${count(services.length, 'service')}, ${count(methods.length, 'method')} from ${visible(schema.name)}`);
  return 0;
}
