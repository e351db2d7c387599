// Requests that are kept in the project's folder: one JSON file each, written so that Git shows what has changed, without
// credentials.
import { lstatSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DescMethod } from '@bufbuild/protobuf';
import { indentedJson, isSecretText, keptDocument } from '../codec/document-variables.ts';
import { parseTree, printTree, type Tree } from '../codec/field-tree.ts';
import { UserError } from '../errors.ts';
import type { Io } from '../io.ts';
import { streamsRequests } from '../schema/method-kind.ts';
import { nearest } from '../schema/nearest.ts';
import { quoted } from '../schema/quote.ts';
import { isSecretName } from '../wire/credentials.ts';
import { durationText } from './flag-words.ts';
import type { Flags } from './flags.ts';
import { newProjectFolder, projectFolder } from './project-folder.ts';
import { writeWhole } from './whole-file.ts';

/** What is to be kept of a call. */
export interface RequestToSave {
  readonly method: DescMethod;
  /** The request messages as JSON. */
  readonly documents: readonly string[];
  /** The flags of the call: its metadata and its deadline are kept. */
  readonly flags: Flags;
}

/** A request as it was read. */
export interface SavedRequest {
  readonly name: string;
  readonly path: string;
  /** `pkg.Svc/Method`. */
  readonly method: string;
  /** The request messages as JSON, with `${NAME}` for what is filled in. */
  readonly documents: readonly string[];
  /** `name: value`, as behind -H. */
  readonly metadata: readonly string[];
  /** As behind --deadline. */
  readonly deadline: string | undefined;
}

/** What saving did. */
export interface SavedPlace {
  readonly path: string;
  /** What is a credential and is therefore not in the file, one line each. */
  readonly leftOut: readonly string[];
}

const ending = '.json';
const bytesRead = 16 << 20;
/** Names that Windows gives to devices. */
const deviceName = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/**
 * Writes a request into the project's folder, which is made in the working folder if there is none upward. Throws
 * UserError 2 for a name that is no file name or is taken (unless `replace`), 5 when it cannot be written.
 */
export function saveRequest(
  io: Pick<Io, 'cwd'>,
  name: string,
  request: RequestToSave,
  options: { readonly replace?: boolean } = {},
): SavedPlace {
  checkName(name);
  const folder = projectFolder(io.cwd) ?? newProjectFolder(io.cwd);
  const path = join(folder, `${name}${ending}`);
  if (!options.replace && lstatSync(path, { throwIfNoEntry: false }))
    throw new UserError(2, `there is a saved request ${quoted(name)} already`, {
      hint: `save ${name} --replace writes over it`,
    });
  const { text, leftOut } = savedText(request);
  try {
    mkdirSync(folder, { recursive: true });
    writeWhole(path, text);
  } catch (error) {
    throw new UserError(5, `cannot write ${path}: ${(error as Error).message}`, { cause: error });
  }
  return { path, leftOut };
}

function checkName(name: string): void {
  if (
    /^[\p{L}\p{N}_][\p{L}\p{N}_.-]*$/u.test(name) &&
    !deviceName.test(name) &&
    name.length <= 100 &&
    !name.endsWith('.')
  )
    return;
  throw new UserError(2, `${quoted(name)} is no name for a saved request`, {
    hint: 'letters, digits, - _ and . make a name, such as get-user',
  });
}

function savedText({ method, documents, flags }: RequestToSave): { text: string; leftOut: string[] } {
  const leftOut: string[] = [];
  const members: [string, string][] = [['method', JSON.stringify(`${method.parent.typeName}/${method.name}`)]];
  const metadata = keptMetadata(flags, leftOut);
  if (metadata.length > 0) members.push(['metadata', JSON.stringify(metadata)]);
  const deadline = flags.number('deadline');
  if (deadline !== undefined) members.push(['deadline', JSON.stringify(durationText(deadline))]);
  const requests = documents.map((text) => {
    const kept = keptDocument(text);
    for (const { path, variable } of kept.leftOut)
      leftOut.push(`${path}: a credential is not kept; \${${variable}} stands for it`);
    return kept.text;
  });
  const streams = streamsRequests(method);
  members.push(streams ? ['requests', `[${requests.join(',')}]`] : ['request', requests[0] ?? '{}']);
  const text = `{${members.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(',')}}`;
  return { text: `${indentedJson(text)}\n`, leftOut };
}

function keptMetadata(flags: Flags, leftOut: string[]): string[] {
  const bearer = flags.text('bearer');
  const typed = [...flags.list('header'), ...flags.list('rpc-header')];
  if (bearer !== undefined) typed.unshift(`authorization: Bearer ${bearer}`);
  return typed.flatMap((header) => {
    const colon = header.indexOf(':');
    const name = header
      .slice(0, colon < 0 ? undefined : colon)
      .trim()
      .toLowerCase();
    const value = colon < 0 ? '' : header.slice(colon + 1).trim();
    if (isReference(value) || !(isSecretName(name) || isSecretText(value))) return [`${name}: ${value}`];
    leftOut.push(`${name}: a credential is not kept; auth, meta or a profile gives it, or \${NAME} in the file`);
    return [];
  });
}

/** Whether a value only says where the secret is. */
export function isReference(value: string): boolean {
  return /^(?:[A-Za-z]+ )?(?:\$\{[^}]+\}|@\S+)$/.test(value);
}

/** The names of the saved requests, sorted. Throws UserError 2 when their folder cannot be read. */
export function savedNames(io: Pick<Io, 'cwd'>): string[] {
  const folder = projectFolder(io.cwd);
  if (folder === undefined) return [];
  return filesIn(folder)
    .filter((file) => file.endsWith(ending))
    .map((file) => file.slice(0, -ending.length))
    .sort();
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    throw new UserError(2, `cannot read the folder ${folder}: ${(error as Error).message}`, { cause: error });
  }
}

/** Reads a saved request. Throws UserError 2 for one that is not there, 3 with `file:line` for one that is no request. */
export function readSaved(io: Pick<Io, 'cwd'>, name: string): SavedRequest {
  checkName(name);
  const folder = projectFolder(io.cwd);
  const path = join(folder ?? newProjectFolder(io.cwd), `${name}${ending}`);
  let text: string;
  try {
    if (lstatSync(path).size > bytesRead) throw new Error('it is too large');
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw noRequest(name, savedNames(io));
    throw new UserError(2, `cannot read ${path}: ${(error as Error).message}`, { cause: error });
  }
  return savedFrom(name, path, text);
}

function noRequest(name: string, names: readonly string[]): UserError {
  const close = nearest(name, names);
  const hint = close.length > 0 ? `nearest: ${close.join(', ')}` : 'save NAME keeps the last call';
  return new UserError(2, `there is no saved request ${quoted(name)}`, { hint });
}

function savedFrom(name: string, path: string, text: string): SavedRequest {
  const fail = (at: number, reason: string): never => {
    const lines = text.slice(0, at).split('\n');
    throw new UserError(3, `${path}:${lines.length}:${[...(lines.at(-1) ?? '')].length + 1}: ${reason}`, {
      hint: 'a saved request is {"method": "pkg.Svc/Method", "request": {…}}',
    });
  };
  const tree = parseTree(text.replace(/^\ufeff/, ''), fail);
  const members = tree.kind === 'object' ? tree.members : fail(0, 'expected an object');
  const textOf = (key: string): string | undefined => {
    const value = members.get(key);
    if (value === undefined) return undefined;
    return value.kind === 'leaf' && value.text.startsWith('"')
      ? (JSON.parse(value.text) as string)
      : fail(placeOf(text, key), `"${key}" is no text`);
  };
  const listOf = (key: string): readonly Tree[] => {
    const value = members.get(key);
    if (value === undefined) return [];
    return value.kind === 'list' ? value.items : fail(placeOf(text, key), `"${key}" is no list`);
  };
  const method = textOf('method') ?? fail(0, 'no "method"');
  const one = members.get('request');
  const metadata = listOf('metadata').map((item) =>
    item.kind === 'leaf' && item.text.startsWith('"')
      ? (JSON.parse(item.text) as string)
      : fail(placeOf(text, 'metadata'), 'metadata are texts: "name: value"'),
  );
  const documents = (one === undefined ? listOf('requests') : [one]).map(printTree);
  return { name, path, method, documents, metadata, deadline: textOf('deadline') };
}

function placeOf(text: string, key: string): number {
  return Math.max(0, text.indexOf(JSON.stringify(key)));
}
