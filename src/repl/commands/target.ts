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
  const before = repl.flags.over(repl.flags);
  const from = repl.address;
  for (const row of flagRows) if (row.group === 'connection') repl.flags.delete(row.name);
  copy(flags, repl.flags);
  await repl.connect(address);
  try {
    repl.link();
  } catch (error) {
    for (const name of repl.flags.names()) repl.flags.delete(name);
    copy(before, repl.flags);
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
  const [how, first, second] = words;
  const { flags } = repl;
  const clear = (...names: string[]): void => {
    for (const name of names) flags.delete(name);
  };
  switch (how) {
    case undefined:
      await write(io.stdout, `${tlsWords(flags)}\n`);
      return 0;
    case 'on':
      clear('plaintext', 'insecure');
      flags.set('tls', true);
      break;
    case 'off':
      clear('tls', 'insecure', 'cacert', 'cert', 'key', 'servername');
      flags.set('plaintext', true);
      break;
    case 'auto':
      clear('tls', 'plaintext', 'insecure', 'cacert', 'cert', 'key', 'servername');
      break;
    case 'insecure':
      clear('plaintext');
      flags.set('tls', true);
      flags.set('insecure', true);
      break;
    case 'ca':
    case 'name':
      if (first === undefined) throw new UserError(2, `tls ${how} needs a ${how === 'ca' ? 'FILE' : 'NAME'}`);
      clear('plaintext');
      flags.set(how === 'ca' ? 'cacert' : 'servername', first);
      break;
    case 'cert':
      if (first === undefined || second === undefined) throw new UserError(2, 'tls cert needs FILE and KEY');
      clear('plaintext');
      flags.set('cert', first);
      flags.set('key', second);
      break;
    default:
      throw new UserError(2, `tls ${quoted(how)}?`, {
        hint: 'on, off, auto, insecure, ca FILE, cert FILE KEY, name NAME',
      });
  }
  await repl.connect(repl.address);
  repl.startLoading?.();
  return 0;
}

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
