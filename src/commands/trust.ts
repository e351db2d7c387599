// What a project's files may not do unasked: send credentials to a host that they name, or weaken the connection to one that
// somebody else names. Asked once at a terminal and remembered.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import type { Io } from '../io.ts';
import { isLoopback } from '../wire/address.ts';
import { isSecretName } from '../wire/credentials.ts';
import type { Flags } from './flags.ts';
import { appendPrivately } from './private-file.ts';
import { stateFolder } from './project-folder.ts';
import type { Layer, Settings } from './settings.ts';
import { headerName } from './settings-merge.ts';

/** What is to be agreed to. */
export interface TrustQuestion {
  /** The file that wants it. */
  readonly file: string;
  readonly address: string;
  /** One line each: `${TOKEN} in authorization`. */
  readonly wants: readonly string[];
}

/**
 * What the project's files want of calls to `address` that needs an agreement; undefined for nothing. `more` is what else
 * would go to an address that they name.
 */
export function trustQuestion(
  settings: Settings,
  address: string | undefined,
  flags: Flags,
  more: readonly string[] = [],
): TrustQuestion | undefined {
  const projects = settings.layers.filter((layer) => layer.level === 'project');
  if (address === undefined || projects.length === 0) return undefined;
  const owner = settings.layers.find((layer) => layer.address !== undefined);
  const named = owner?.level === 'project' && owner.address === address ? owner : undefined;
  const wants = named
    ? [...credentials(flags, projects), ...more, ...(flags.has('key') ? [`the client key ${flags.text('key')}`] : [])]
    : [...references(flags, projects), ...(isLocal(address) ? [] : weaker(flags, projects))];
  if (wants.length === 0) return undefined;
  const file = (named ?? (projects[0] as Layer)).name.replace(/ \[.*\]$/, '');
  return { file, address, wants: [...new Set(wants)].sort() };
}

const headerFlags = ['header', 'rpc-header', 'reflect-header'] as const;

/** Metadata that is a credential, or comes from the environment or a file; not what a project's file says in full. */
function credentials(flags: Flags, projects: readonly Layer[]): string[] {
  const written = new Set(projects.flatMap((layer) => headerFlags.flatMap((flag) => [...layer.flags.list(flag)])));
  const headers = headerFlags.flatMap((flag) => [...flags.list(flag)]);
  const found = headers.filter(
    (header) => isOutside(header) || (isSecretName(headerName(header)) && !written.has(header)),
  );
  const bearer = flags.text('bearer');
  const plain =
    bearer === undefined || projects.some((layer) => layer.flags.text('bearer') === bearer && !isOutside(`:${bearer}`));
  return [...found.map(described), ...(plain ? [] : [described(`authorization: ${bearer}`)])];
}

/** What of the metadata the project's files take from the environment or from files. */
function references(flags: Flags, projects: readonly Layer[]): string[] {
  const used = new Set(headerFlags.flatMap((flag) => [...flags.list(flag)]));
  const wanted = projects.flatMap((layer) => [
    ...headerFlags.flatMap((flag) => layer.flags.list(flag).filter((header) => used.has(header))),
    ...(layer.flags.has('bearer') && layer.flags.text('bearer') === flags.text('bearer')
      ? [`authorization: ${layer.flags.text('bearer')}`]
      : []),
  ]);
  return wanted.filter(isOutside).map(described);
}

function isOutside(header: string): boolean {
  return /\$\{/.test(header) || /^[^:]*:\s*(?:Bearer )?@/.test(header);
}

function described(header: string): string {
  const source = /\$\{[^}]*\}/.exec(header)?.[0] ?? /^[^:]*:\s*(?:Bearer )?(@\S+)/.exec(header)?.[1];
  return source === undefined ? headerName(header) : `${source} in ${headerName(header)}`;
}

/** Flags of the project that take from what keeps others from listening. */
function weaker(flags: Flags, projects: readonly Layer[]): string[] {
  const names = ['plaintext', 'insecure', 'cacert', 'servername'];
  return names.filter((name) =>
    projects.some((layer) => flags.has(name) && layer.flags.has(name) && layer.flags.value(name) === flags.value(name)),
  );
}

function isLocal(address: string): boolean {
  if (address.startsWith('unix:') || address.startsWith(':')) return true;
  const [, host = ''] = /^(?:\w+:\/\/)?(\[[^\]]*\]|[^:/]+)/.exec(address) ?? [];
  return isLoopback(host.replace(/^\[|\]$/g, ''));
}

/**
 * Resolves when the question was agreed to, now or earlier. `ask` puts a question to a person; without it, and when the
 * person refuses, UserError 2 is thrown.
 */
export async function agree(
  question: TrustQuestion,
  env: Io['env'],
  ask: ((lines: readonly string[], before: string) => Promise<string | undefined>) | undefined,
): Promise<void> {
  const folder = stateFolder(env);
  const path = folder === undefined ? undefined : join(folder, 'trusted');
  const line = JSON.stringify(question);
  if (path !== undefined && agreedLines(path).has(line)) return;
  const { file, address, wants } = question;
  const what = `${file} lets calls to ${address} have ${wants.join(', ')}`;
  if (!ask) throw new UserError(2, `${what}; nobody has agreed to that`, { hint: '--trust agrees for this run' });
  const answer = await ask([what], 'trust it for this address? yes or no: ');
  if (!/^y(?:es)?$/i.test(answer?.trim() ?? '')) throw new UserError(2, 'not trusted, nothing was sent');
  if (path !== undefined) remember(path, line);
}

function agreedLines(path: string): Set<string> {
  try {
    return new Set(readFileSync(path, 'utf8').split('\n'));
  } catch {
    // None yet, or it cannot be read: then it is asked again.
    return new Set();
  }
}

function remember(path: string, line: string): void {
  try {
    appendPrivately(path, `${line}\n`);
  } catch {
    // It holds for this run; the next one asks again.
  }
}
