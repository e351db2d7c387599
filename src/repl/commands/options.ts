// Options of every line to come: flags of the shell under short names, and any flag under its own.
import { type FlagRow, type Flags, setFlag } from '../../commands/flags.ts';
import { lastingRows } from '../../commands/lasting-flags.ts';
import { UserError } from '../../errors.ts';
import { write } from '../../io.ts';
import { nearest } from '../../schema/nearest.ts';
import { quoted } from '../../schema/quote.ts';
import { isSecretName } from '../../wire/credentials.ts';
import { rows } from '../output.ts';
import type { LineInput } from '../table.ts';

/** Short names of flags. */
const shortNames: ReadonlyMap<string, string> = new Map([
  ['format', 'output'],
  ['defaults', 'emit-defaults'],
  ['unknown', 'allow-unknown-fields'],
]);

/** What only lines have: each is on or off. */
const ownOptions = ['review', 'pager', 'timing', 'tree', 'clipboard'] as const;

function ownOption(name: string | undefined): (typeof ownOptions)[number] | undefined {
  return ownOptions.find((own) => own === name);
}

/** The names that `set` knows, for completion. */
export const optionNames: readonly string[] = [
  ...ownOptions,
  ...shortNames.keys(),
  ...lastingRows.map((row) => row.name),
];

/** `set OPTION VALUE`, `set OPTION off`; without words as show. */
export async function set(input: LineInput): Promise<number> {
  const { repl, words } = input;
  const [name, ...rest] = words.flatMap((word, at) => (at === 0 ? word.split('=') : [word]));
  if (name === undefined) return show(input);
  const value = rest.filter((word) => word !== '=').join(' ');
  const own = ownOption(name);
  if (own) {
    const word = /^(?:(on|true|yes|1|auto|)|(off|false|no|0))$/i.exec(value);
    if (!word) throw new UserError(2, `set ${name}: ${quoted(value)} is neither on nor off`);
    repl[own] = word[2] === undefined;
    return 0;
  }
  const row = optionRow(name);
  if (isOff(row, value)) repl.flags.delete(row.name);
  else {
    if (row.kind === 'list') repl.flags.delete(row.name);
    if (row.kind === 'bool' && !/^(?:|on|true|yes|1)$/i.test(value))
      throw new UserError(2, `set ${name}: ${quoted(value)} is neither on nor off`);
    if (row.kind !== 'bool' && row.kind !== 'count' && value === '')
      throw new UserError(2, `set ${name} needs a value`, {
        hint: row.choices?.join(', ') ?? `set ${name} off unsets it`,
      });
    setFlag(repl.flags, row, value);
  }
  if (row.group === 'schema' || row.group === 'connection' || row.name === 'max-message') {
    await repl.connect(repl.address);
    repl.startLoading?.();
  }
  return 0;
}

/** `off` unsets, unless it is a value of its own. */
function isOff(row: FlagRow, value: string): boolean {
  return (
    /^(?:off|false|no|0|unset|none|default|auto)$/i.test(value) &&
    !row.choices?.includes(value) &&
    row.kind !== 'number'
  );
}

/** `show [OPTION]`: what is set; `show --origin`: by whom. */
export async function show(input: LineInput): Promise<number> {
  const { repl, io, words } = input;
  const [name] = words;
  if (name === '--origin') return (await import('./origin.ts')).showOrigin(input);
  const own = ownOption(name);
  if (own) {
    await write(io.stdout, `${repl[own] ? 'on' : 'off'}\n`);
    return 0;
  }
  if (name !== undefined) {
    const row = optionRow(name);
    await write(io.stdout, `${optionValue(repl.flags, row) ?? 'off'}\n`);
    return 0;
  }
  const lines = [
    ['target', repl.address ?? 'none'],
    ['service', repl.service ?? 'none'],
  ];
  for (const own of ownOptions) lines.push([own, repl[own] ? 'on' : 'off']);
  for (const row of lastingRows) {
    const value = row.group === 'metadata' ? undefined : optionValue(repl.flags, row);
    if (value !== undefined) lines.push([row.name, value]);
  }
  await write(io.stdout, await rows(repl, io, lines));
  return 0;
}

function optionRow(name: string): FlagRow {
  const wanted = (shortNames.get(name) ?? name).replace(/^--?/, '');
  const row = lastingRows.find((one) => one.name === wanted);
  if (row) return row;
  const close = nearest(name, optionNames);
  throw new UserError(2, `no option ${quoted(name)}`, {
    hint: close.length > 0 ? `nearest: ${close.join(', ')}` : 'such as deadline, format, names, defaults, rest',
  });
}

function optionValue(flags: Flags, row: FlagRow): string | undefined {
  if (!flags.has(row.name)) return undefined;
  if (row.kind === 'bool') return flags.bool(row.name) ? 'on' : 'off';
  if (row.kind === 'list') return flags.list(row.name).map(hidden).join(', ');
  if (row.name === 'bearer') return '****';
  if (row.kind === 'seconds' || row.kind === 'duration') return `${(flags.number(row.name) ?? 0) / 1000}s`;
  return String(flags.value(row.name));
}

function hidden(text: string): string {
  const name = /^([\w.-]+):/.exec(text)?.[1];
  return name !== undefined && isSecretName(name) ? `${name}: ****` : text;
}
