// What holds where the command line says nothing: environment, then the project's files, then the user's, as one merge for
// a command, for the REPL and for a script. Where there is neither file nor variable it costs a few stats.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import type { Io } from '../io.ts';
import { type FlagRow, Flags, setFlag } from './flags.ts';
import { lastingRows } from './lasting-flags.ts';
import { configFolder, projectFolder } from './project-folder.ts';
import { dropContradicted, overlaid } from './settings-merge.ts';

/** Who says something. */
export type Level = 'environment' | 'project' | 'user';

/** What one place says: the environment, a profile, or what stands in front of the profiles of a file. */
export interface Layer {
  readonly level: Level;
  /** `/home/ada/.config/grepl/config.toml [profiles.dev]`, `environment`. */
  readonly name: string;
  /** The profile it belongs to. */
  readonly profile?: string | undefined;
  readonly address?: string | undefined;
  /** Every call asks for the word yes. */
  readonly production?: boolean | undefined;
  readonly flags: Flags;
  /** Where each flag, and `address`, was said: `/…/config.toml:3`, `GREPL_DEADLINE`. */
  readonly places: ReadonlyMap<string, string>;
}

/** The settings of a run. */
export interface Settings {
  /** The profile in use. */
  readonly profile: string | undefined;
  /** The address that stands in where none is typed. */
  readonly address: string | undefined;
  /** All layers in use, the strongest first. */
  readonly layers: readonly Layer[];
  /** Whether the profile was asked for by its flag. */
  readonly named: boolean;
}

/** What settings are looked for with. */
export interface SettingsInput {
  /** The flags that were typed. */
  readonly typed: Flags;
  readonly io: Pick<Io, 'cwd' | 'env'>;
  /** Hears of what in the files cannot be used. */
  readonly say: (line: string) => void;
}

/**
 * Finds the settings of a run. Throws UserError 2 for a profile that there is not and for a variable whose value cannot be
 * read; what is wrong in a file is told and passed over.
 */
export async function loadSettings(input: SettingsInput): Promise<Settings> {
  const { typed, io } = input;
  const environment = environmentLayer(io.env);
  const wanted = typed.text('profile') ?? (io.env.GREPL_PROFILE || undefined);
  const files = configFiles(io);
  if (files.length === 0) {
    if (wanted !== undefined) throw noProfile(wanted, io);
    const { address } = environment ?? {};
    return { profile: undefined, address, layers: environment ? [environment] : [], named: false };
  }
  const { readConfigs } = await import('./config-file.ts');
  const { profile, layers } = readConfigs(files, wanted, input.say, () => noProfile(wanted ?? '', io));
  const all = environment ? [environment, ...layers] : layers;
  const address = all.find((layer) => layer.address !== undefined)?.address;
  return { profile, address, layers: all, named: typed.has('profile') };
}

/** A file of settings. */
export interface ConfigFile {
  readonly level: 'project' | 'user';
  readonly path: string;
}

/** The files there are, the strongest first. */
export function configFiles({ cwd, env }: Pick<Io, 'cwd' | 'env'>): ConfigFile[] {
  const found: ConfigFile[] = [];
  for (const [level, folder] of [
    ['project', projectFolder(cwd)],
    ['user', configFolder(env)],
  ] as const) {
    if (folder === undefined) continue;
    const path = join(folder, 'config.toml');
    if (statSync(path, { throwIfNoEntry: false })) found.push({ level, path });
  }
  return found;
}

function noProfile(name: string, { cwd, env }: Pick<Io, 'cwd' | 'env'>): UserError {
  const user = configFolder(env);
  const places = [join(projectFolder(cwd) ?? '.grepl', 'config.toml'), ...(user ? [join(user, 'config.toml')] : [])];
  return new UserError(2, `there is no profile ${JSON.stringify(name)}`, {
    hint: `write [profiles.${/^[\w-]+$/.test(name) ? name : 'NAME'}] into ${places.join(' or ')}`,
  });
}

const prefix = 'GREPL_';

/** `GREPL_ADDRESS`, `GREPL_TOKEN`, and one variable for each flag: `GREPL_CONNECT_TIMEOUT`. */
function environmentLayer(env: Io['env']): Layer | undefined {
  const names = Object.keys(env).filter((name) => name.startsWith(prefix));
  if (names.length === 0) return undefined;
  const flags = new Flags();
  const places = new Map<string, string>();
  const address = env.GREPL_ADDRESS || undefined;
  if (address !== undefined) places.set('address', 'GREPL_ADDRESS');
  // The token stays where it is: what is shown and printed names the variable.
  if (env.GREPL_TOKEN) put('bearer', '${GREPL_TOKEN}', 'GREPL_TOKEN');
  for (const row of lastingRows) {
    const name = `${prefix}${row.name.replaceAll('-', '_').toUpperCase()}`;
    const value = env[name];
    if (value === undefined || value === '') continue;
    if (row.name === 'bearer') put('bearer', `\${${name}}`, name);
    else setFromText(flags, row, value, name);
    places.set(row.name, name);
  }
  return { level: 'environment', name: 'environment', address, flags, places };

  function put(flag: string, value: string, place: string): void {
    flags.set(flag, value);
    places.set(flag, place);
  }
}

function setFromText(flags: Flags, row: FlagRow, text: string, name: string): void {
  try {
    if (row.kind === 'bool') flags.set(row.name, boolOf(text));
    else if (row.kind === 'count') flags.set(row.name, /^\d$/.test(text) ? Number(text) : Number(boolOf(text)));
    // Several values stand on lines of their own.
    else for (const value of row.kind === 'list' ? text.split('\n') : [text]) setFlag(flags, row, value);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(2, error.message.replace(/^--[\w-]*/, name), { hint: error.hint });
  }
}

function boolOf(text: string): boolean {
  if (/^(?:1|true|t|yes|y|on)$/i.test(text)) return true;
  if (/^(?:0|false|f|no|n|off)$/i.test(text)) return false;
  throw new UserError(2, `--: ${JSON.stringify(text)} is neither true nor false`);
}

/**
 * The flags of calls to `address`: those typed over those of the layers. A profile's connection, metadata and schema are
 * for its own address: they do not go along to another one that is typed. `takes`: the rows that the command has.
 */
export function flagsFor(
  settings: Settings,
  typed: Flags,
  address: string | undefined,
  takes: readonly FlagRow[],
): Flags {
  const names = new Set(takes.map((row) => row.name));
  let flags = new Flags();
  for (const layer of [...settings.layers].reverse())
    flags = overlaid(usedFlags(settings, layer, address, names), flags);
  const all = overlaid(typed, flags);
  return dropContradicted(all);
}

/** The flags of a layer that hold for an address; its lists as they are. */
function usedFlags(settings: Settings, layer: Layer, address: string | undefined, names: ReadonlySet<string>): Flags {
  const used = new Flags();
  const holds = holdsFor(settings, layer, address);
  for (const row of lastingRows) {
    if (!layer.flags.has(row.name) || !names.has(row.name)) continue;
    const bound = row.group === 'connection' || row.group === 'metadata' || row.group === 'schema';
    if (!bound || holds) used.set(row.name, layer.flags.value(row.name));
  }
  return used;
}

/** Whether what a layer says of connection, metadata and schema is meant for the address. */
export function holdsFor(settings: Settings, layer: Layer, address: string | undefined): boolean {
  return layer.address === undefined || layer.address === address || byFlag(settings, layer);
}

function byFlag(settings: Settings, layer: Layer): boolean {
  return layer.level === 'environment' || (settings.named && layer.profile !== undefined);
}

/** Whether calls to the address are made on a production profile. */
export function isProduction(settings: Settings, address: string | undefined): boolean {
  return settings.layers.some((layer) => layer.production === true && holdsFor(settings, layer, address));
}
