// Where each setting of the session comes from: a line, the environment, a file with its line.

import { holdsFor } from '../../commands/settings.ts';
import { headerName } from '../../commands/settings-merge.ts';
import { write } from '../../io.ts';
import { masked } from '../../wire/credentials.ts';
import { rows } from '../output.ts';
import { profileOf } from '../profile.ts';
import type { Repl } from '../state.ts';
import type { LineInput } from '../table.ts';

/** `show --origin`: name, value and origin of everything that is set; credentials are masked. */
export async function showOrigin({ repl, io }: LineInput): Promise<number> {
  const { flags } = repl;
  const lines: string[][] = [['target', repl.address ?? 'none', originOf(repl, 'address', repl.address)]];
  const profile = profileOf(repl);
  if (profile !== undefined) lines.push(['profile', profile, profileOrigin(repl)]);
  for (const name of flags.names().sort()) {
    if (name === 'profile' || name === 'trust' || name === 'no-input') continue;
    const values = Array.isArray(flags.value(name)) ? flags.list(name) : [flags.value(name)];
    for (const value of values) lines.push([name, shown(name, value), originOf(repl, name, value)]);
  }
  await write(io.stdout, await rows(repl, io, lines));
  return 0;
}

function profileOrigin({ settings }: Repl): string {
  return settings?.layers.find((layer) => layer.profile !== undefined)?.name ?? '';
}

/** The strongest place that says the value; the session itself where none does. */
function originOf({ settings, address }: Repl, name: string, value: unknown): string {
  for (const layer of settings?.layers ?? []) {
    const said = name === 'address' ? layer.address : layer.flags.value(name);
    const isIt = Array.isArray(said) ? said.includes(value) : said === value;
    if (isIt && said !== undefined && (name === 'address' || holdsFor(settings!, layer, address)))
      return layer.places.get(name) ?? layer.name;
  }
  return 'this session';
}

const timeNames = new Set(['deadline', 'connect-timeout', 'keepalive-time', 'max-time', 'wait']);

function shown(name: string, value: unknown): string {
  if (name.endsWith('header')) {
    const header = String(value);
    const text = header.slice(header.indexOf(':') + 1).trim();
    return `${headerName(header)}: ${/\$\{|^(?:Bearer )?@/.test(text) ? text : masked(headerName(header), text)}`;
  }
  if (name === 'bearer') return /^(?:\$\{[^}]*\}|@\S+)$/.test(String(value)) ? String(value) : '****';
  if (value === true) return 'on';
  return timeNames.has(name) ? `${Number(value) / 1000}s` : String(value);
}
