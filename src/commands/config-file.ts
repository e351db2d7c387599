// Config files: TOML, read only where there is one. Whatever in them cannot be used is told with its line and passed over.
import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { parse, TomlError } from 'smol-toml';
import { UserError } from '../errors.ts';
import { editDistance, nearest } from '../schema/nearest.ts';
import { quoted } from '../schema/quote.ts';
import { type FlagRow, Flags, setFlag } from './flags.ts';
import { lastingRows } from './lasting-flags.ts';
import type { ConfigFile, Layer } from './settings.ts';

type Table = Readonly<Record<string, unknown>>;

/** A file as it was read. */
interface Config {
  /** The profile that is used when none is named. */
  readonly profile: string | undefined;
  readonly top: Layer;
  readonly profiles: ReadonlyMap<string, Layer>;
}

/** What the files say together. */
export interface Configs {
  readonly profile: string | undefined;
  /** The strongest first: the profile's, project before user, then what stands in front of the profiles. */
  readonly layers: readonly Layer[];
}

/**
 * Reads the files and takes the profile `wanted`, or the one that a file names. Throws `noProfile()` when there is no such
 * profile and it was asked for by flag or variable.
 */
export function readConfigs(
  files: readonly ConfigFile[],
  wanted: string | undefined,
  say: (line: string) => void,
  noProfile: () => UserError,
): Configs {
  const configs = files.flatMap((file) => readConfig(file, say) ?? []);
  const profile = wanted ?? configs.find((config) => config.profile !== undefined)?.profile;
  const layers = profile === undefined ? [] : configs.flatMap((config) => config.profiles.get(profile) ?? []);
  if (profile !== undefined && layers.length === 0) {
    const names = profileNames(configs);
    if (wanted !== undefined) {
      if (names.length === 0) throw noProfile();
      throw new UserError(2, `there is no profile ${quoted(profile)}`, { hint: `there are ${names.join(', ')}` });
    }
    say(`grepl: there is no profile ${quoted(profile)}, which ${files[0]?.path} takes when none is named`);
    return { profile: undefined, layers: configs.map((config) => config.top) };
  }
  return { profile, layers: [...layers, ...configs.map((config) => config.top)] };
}

function profileNames(configs: readonly Config[]): string[] {
  return [...new Set(configs.flatMap((config) => [...config.profiles.keys()]))].sort();
}

/** A profile as a list shows it. */
export interface ProfileEntry {
  readonly name: string;
  readonly address: string | undefined;
  readonly production: boolean;
  readonly path: string;
}

/** Every profile of the files. */
export function allProfiles(files: readonly ConfigFile[], say: (line: string) => void): ProfileEntry[] {
  const entries = files.flatMap((file) => {
    const config = readConfig(file, say);
    return [...(config?.profiles ?? [])].map(([name, layer]) => ({
      name,
      address: layer.address,
      production: layer.production === true,
      path: file.path,
    }));
  });
  return entries.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

function readConfig(file: ConfigFile, say: (line: string) => void): Config | undefined {
  let text: string;
  try {
    text = readFileSync(file.path, 'utf8');
  } catch (error) {
    say(`grepl: ${file.path} cannot be read and is passed over: ${(error as Error).message}`);
    return undefined;
  }
  try {
    return configOf(parse(text) as Table, { file, text, say });
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [reason = ''] = error.message.replace(/^Invalid TOML document: /, '').split('\n');
    say(`grepl: ${file.path}:${error.line}:${error.column}: ${reason}; the file is passed over`);
    return undefined;
  }
}

interface Reading {
  readonly file: ConfigFile;
  readonly text: string;
  readonly say: (line: string) => void;
}

function configOf(table: Table, reading: Reading): Config {
  const { profile, profiles, ...top } = table;
  const found = new Map<string, Layer>();
  if (profile !== undefined && typeof profile !== 'string') wrong(reading, ['profile'], 'profile is a name in quotes');
  if (isTable(profiles)) {
    for (const [name, value] of Object.entries(profiles)) {
      if (isTable(value)) found.set(name, layerOf(value, ['profiles', name], reading));
      else wrong(reading, ['profiles', name], `${name} is no table: write [profiles.${name}]`);
    }
  } else if (profiles !== undefined) wrong(reading, ['profiles'], 'profiles are tables: write [profiles.NAME]');
  return {
    profile: typeof profile === 'string' ? profile : undefined,
    top: layerOf(top, [], reading),
    profiles: found,
  };
}

function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

function layerOf(table: Table, path: readonly string[], reading: Reading): Layer {
  const { level, path: file } = reading.file;
  const flags = new Flags();
  const places = new Map<string, string>();
  let address: string | undefined;
  let production: boolean | undefined;
  for (const [key, value] of Object.entries(table)) {
    const place = `${file}:${lineOf(reading.text, [...path, key])}`;
    try {
      if (key === 'address') address = textOf(key, value);
      else if (key === 'prod' || key === 'production') production = boolOf(key, value);
      else if (key === 'metadata') setMetadata(flags, value);
      else setValue(flags, key, value, dirname(file), level);
      places.set(key === 'metadata' ? 'header' : key.replaceAll('_', '-'), place);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const hint = error.hint === undefined ? '' : `; ${error.hint}`;
      reading.say(`grepl: ${place}: ${error.message.replace(/^--/, '')}${hint}; passed over`);
    }
  }
  const [, profile] = path;
  const name = profile === undefined ? file : `${file} [profiles.${profile}]`;
  return { level, name, profile, address, production, flags, places };
}

function wrong(reading: Reading, path: readonly string[], what: string): void {
  reading.say(`grepl: ${reading.file.path}:${lineOf(reading.text, path)}: ${what}; passed over`);
}

const rowsByName = new Map(lastingRows.map((row) => [row.name, row]));

function setValue(flags: Flags, key: string, value: unknown, folder: string, level: ConfigFile['level']): void {
  const row = rowsByName.get(key.replaceAll('_', '-'));
  if (!row) {
    const close = nearestSetting(key);
    throw new UserError(2, `no setting is called ${quoted(key)}`, {
      hint: close === undefined ? 'settings are called as flags are' : `nearest: ${close}`,
    });
  }
  if (row.kind === 'bool') {
    flags.set(row.name, boolOf(key, value));
    return;
  }
  if (row.kind === 'count') {
    if (typeof value !== 'boolean' && !Number.isSafeInteger(value))
      throw new UserError(2, `${key} takes true, false or a number`);
    flags.set(row.name, Number(value));
    return;
  }
  // Paths of a project are meant from the project, not from its hidden folder.
  const base = level === 'project' ? dirname(folder) : folder;
  for (const text of row.kind === 'list' ? textsOf(key, value) : [scalarOf(key, value)])
    setFlag(flags, row, isPath(row) ? absolute(text, base) : inHeader(row, text, base));
}

/** A name may begin with another's: plaintxt is meant for plaintext, not for plain. */
function nearestSetting(key: string): string | undefined {
  const close = nearest(key, [...rowsByName.keys(), 'address', 'metadata', 'prod', 'profile', 'profiles']);
  return close.find((name) => editDistance(key, name, 1) !== undefined) ?? close[0];
}

function isPath(row: FlagRow): boolean {
  return row.value === 'FILE' || row.value === 'DIR';
}

function absolute(path: string, base: string): string {
  return isAbsolute(path) ? path : join(base, path);
}

/** `@FILE` as the value of a header or of bearer, from the same base. */
function inHeader(row: FlagRow, text: string, base: string): string {
  if (row.group !== 'metadata') return text;
  const [, before = '', path] = /^((?:[^:]*:)?\s*)@([^\s-].*)$/.exec(text) ?? [];
  return path === undefined ? text : `${before}@${absolute(path, base)}`;
}

/** `[metadata]` with `name = "value"`, or a list of values. */
function setMetadata(flags: Flags, value: unknown): void {
  if (!isTable(value)) throw new UserError(2, 'metadata is a table of name = "value"');
  const headers = Object.entries(value).flatMap(([name, one]) => textsOf(name, one).map((text) => `${name}: ${text}`));
  flags.set('header', [...flags.list('header'), ...headers]);
}

function textOf(key: string, value: unknown): string {
  if (typeof value === 'string') return value;
  throw new UserError(2, `${key} takes a text in quotes`);
}

function textsOf(key: string, value: unknown): string[] {
  return Array.isArray(value) ? value.map((one) => textOf(key, one)) : [textOf(key, value)];
}

function scalarOf(key: string, value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  throw new UserError(2, `${key} takes a text or a number`);
}

function boolOf(key: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw new UserError(2, `${key} takes true or false`);
}

/** The line that says the last step of a path, else that of a table around it; 1-based. */
function lineOf(text: string, path: readonly string[]): number {
  const lines = text.split(/\r?\n/);
  let table = '';
  let found = 1;
  for (const [at, line] of lines.entries()) {
    const header = /^\s*\[+\s*([^\]]+?)\s*\]+/.exec(line)?.[1];
    if (header !== undefined) table = dotted(header);
    const key = header === undefined ? /^\s*((?:"[^"]*"|'[^']*'|[\w.-]|\s)+?)\s*=/.exec(line)?.[1] : undefined;
    const here = [table, key === undefined ? '' : dotted(key)].filter((part) => part !== '').join('.');
    if (header === undefined && key === undefined) continue;
    if (here === path.join('.') || here.startsWith(`${path.join('.')}.`)) return at + 1;
    if (here !== '' && path.join('.').startsWith(`${here}.`)) found = at + 1;
  }
  return found;
}

function dotted(key: string): string {
  return key.replaceAll(/["'\s]/g, '');
}
