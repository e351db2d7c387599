// Metadata from the command line: `name: value`, with values that may come from a file, stdin or the environment, so
// that a token need not stand in argv, where every user of the machine can read it.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { UserError } from '../errors.ts';
import type { Io } from '../io.ts';
import { paddedBase64 } from '../wire/base64.ts';
import { isSecretName, masked } from '../wire/credentials.ts';
import { type Metadata, validateMetadata } from '../wire/metadata.ts';
import { Flags } from './flags.ts';
import { readAll } from './input.ts';

/** How `${NAME}` and `@FILE` are treated: grpcurl expands only with -expand-headers and never reads files. */
export interface HeaderRules {
  readonly expand: boolean;
  readonly files: boolean;
}

const nameSyntax = /^[0-9a-z_.-]+$/;

/**
 * The metadata of --header and one more flag, in the order given, with --bearer in front. `-bin` values are base64 and
 * are kept so; a value that is not base64 is taken as raw bytes. Throws UserError 2 for a bad name or value, an unset
 * variable or an unreadable file.
 */
export async function metadataFrom(flags: Flags, more: string, io: Io, rules: HeaderRules): Promise<Metadata> {
  const pairs: [string, string][] = [];
  const typed: string[] = [];
  const bearer = flags.text('bearer');
  if (bearer !== undefined) {
    pairs.push(['authorization', `Bearer ${await sourced(bearer, '--bearer', io, rules)}`]);
    typed.push(`Bearer ${bearer}`);
  }
  for (const [flag, text] of [
    ...flags.list('header').map((value) => ['--header', value] as const),
    ...flags.list(more).map((value) => [`--${more}`, value] as const),
  ]) {
    pairs.push(await headerPair(flag, text, io, rules));
    typed.push(text.slice(text.indexOf(':') + 1).trim());
  }
  const metadata = validateMetadata(pairs);
  const outside = typed.map((text) => (isOutside(text, rules) ? text : undefined));
  learnCredentials(metadata, outside, io);
  return metadata;
}

/**
 * From now on the credentials in metadata that is sent are known, and what came from elsewhere than the command line:
 * `typed` has, for that, what stands for each value there, and undefined for the others.
 */
export function learnCredentials(metadata: Metadata, typed: readonly (string | undefined)[], io: Io): void {
  for (const [at, [name, value]] of metadata.entries()) {
    const text = typed[at];
    if (text !== undefined) {
      io.secrets?.learn(value, text);
      if (name.endsWith('-bin')) io.secrets?.learn(Buffer.from(value, 'base64').toString('utf8'), '****');
    }
    learnCredential(name, value, io);
  }
}

/** From now on the password in `https://user:password@host` is known. */
export function learnUserInfo(url: string, { secrets }: Io): void {
  const userInfo = /^\w+:\/\/([^/?#]*)@/.exec(url)?.[1];
  if (userInfo === undefined) return;
  secrets?.learn(userInfo, '****');
  secrets?.learn(userInfo.slice(userInfo.indexOf(':') + 1), '****');
}

/** Whether a value as typed only says where it is. */
function isOutside(typed: string, { expand, files }: HeaderRules): boolean {
  return (expand && typed.includes('${')) || (files && /^(?:Bearer )?@/.test(typed));
}

/** A credential by its name, with what is secret in it: behind the scheme, a password, each cookie. */
function learnCredential(name: string, value: string, { secrets }: Io): void {
  if (!secrets || !isSecretName(name)) return;
  const text = name.endsWith('-bin') ? Buffer.from(value, 'base64').toString('utf8') : value;
  const parts = /cookie$/.test(name) ? text.split(/;\s*|=/) : text.split(' ');
  if (/^basic /i.test(text)) parts.push(...passwordOf(parts[1] ?? ''));
  // What is known already stays what it is shown as.
  for (const part of [value, text, ...parts]) secrets.learn(part, masked(name, part));
}

function passwordOf(encoded: string): string[] {
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  return [text, text.slice(text.indexOf(':') + 1)];
}

async function headerPair(flag: string, text: string, io: Io, rules: HeaderRules): Promise<[string, string]> {
  const expanded = rules.expand ? expandVariables(text, flag, io) : text;
  const colon = expanded.indexOf(':');
  const name = (colon < 0 ? expanded : expanded.slice(0, colon)).trim().toLowerCase();
  if (!nameSyntax.test(name)) {
    // As it was typed: a variable in it may hold a credential.
    throw new UserError(2, `${flag}: ${JSON.stringify(text.split(':')[0]?.trim())} is no metadata name`, {
      hint: "write 'name: value'; names have letters, digits, - _ and .",
    });
  }
  if (name.startsWith('grpc-') || name === 'te' || name === 'connection' || name === 'content-type') {
    throw new UserError(2, `${flag}: ${name} is set by gRPC itself`, {
      hint: 'see --deadline, --compress and --authority',
    });
  }
  const raw = colon < 0 ? '' : expanded.slice(colon + 1).trim();
  const value = raw.startsWith('@') && rules.files ? await sourced(raw, `${flag} ${name}`, io, rules) : raw;
  return [name, name.endsWith('-bin') ? toBase64(value) : value];
}

async function sourced(value: string, flag: string, io: Io, rules: HeaderRules): Promise<string> {
  const text = rules.expand ? expandVariables(value, flag, io) : value;
  if (!text.startsWith('@')) return text;
  const path = text.slice(1);
  const learned = (found: string): string => {
    io.secrets?.learn(found, text);
    return found;
  };
  if (path === '-' || path === '') return learned((await readAll(io)).trim());
  try {
    return learned(readFileSync(resolve(io.cwd, path), 'utf8').trim());
  } catch (error) {
    throw new UserError(2, `${flag}: cannot read ${path}: ${(error as Error).message}`, { cause: error });
  }
}

/** Replaces each `${NAME}`; an unset variable is an error, an empty one is not. */
function expandVariables(text: string, flag: string, { env, secrets }: Pick<Io, 'env' | 'secrets'>): string {
  return text.replaceAll(/\$\{([^}]*)\}/g, (_, name: string) => {
    const value = env[name];
    if (value === undefined) throw new UserError(2, `${flag}: the environment variable ${name} is not set`);
    secrets?.learn(value, `\${${name}}`);
    return value;
  });
}

/** Base64 in any of its alphabets and paddings stays what it means; anything else is raw text. */
function toBase64(value: string): string {
  return paddedBase64(value) ?? Buffer.from(value).toString('base64');
}

/** The flags with a header in the place of those that have its name. */
export function withHeader(flags: Flags, header: string): Flags {
  const nameOf = (one: string): string =>
    one
      .slice(0, Math.max(0, one.indexOf(':')))
      .trim()
      .toLowerCase();
  const all = flags.over(new Flags());
  for (const list of ['header', 'rpc-header'])
    all.set(
      list,
      all.list(list).filter((one) => nameOf(one) !== nameOf(header)),
    );
  all.set('header', [...all.list('header'), header]);
  if (nameOf(header) === 'authorization') all.delete('bearer');
  return all;
}

/** What the screen may show of `name: value`. */
export function maskedHeader(header: string): string {
  const colon = header.indexOf(':');
  const name = header.slice(0, colon);
  return `${name}: ${masked(name, header.slice(colon + 1).trim())}`;
}
