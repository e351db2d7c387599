// Reads .proto files and everything they import, each file once, however many names it is known by.
import { readFile, stat } from 'node:fs/promises';
import { UserError } from '../../errors.ts';
import { builtinFile } from '../builtin/builtin.ts';
import { quoted, shown } from '../quote.ts';
import type { Draft } from './draft.ts';
import { draftFile, type Import, importsOf } from './draft-file.ts';
import {
  type FoundFile,
  findGivenFile,
  findImport,
  helpfulFolder,
  inferredFolders,
  isImportName,
} from './import-paths.ts';
import type { LinkInput } from './link.ts';
import { inLinkOrder } from './link-order.ts';
import { placeName } from './source-text.ts';
import { type ParsedFile, parseFile } from './tree.ts';

/** Larger .proto files do not exist; reading them would only fill the memory. */
const maxFileSize = 64 * 1024 * 1024;

interface ReadFile {
  readonly path: string;
  name: string;
  /** Whether the name is one that a file imports it by, rather than made up from the command line. */
  isImported: boolean;
  readonly parsed: ParsedFile;
  /** Paths of its imports on disk, by the names it imports them with. */
  readonly imports: Map<string, string>;
}

interface Reading {
  readonly importPaths: readonly string[];
  /** By path. */
  readonly files: Map<string, ReadFile>;
}

/**
 * The files given and all they import, dependencies first, ready to be linked.
 *
 * @throws UserError code 4 for files that are not found, cannot be read or parsed, and for import cycles.
 */
export async function readFiles(files: readonly string[], importPaths: readonly string[]): Promise<LinkInput[]> {
  const reading: Reading = { importPaths, files: new Map() };
  for (const file of files) {
    const found = await findGivenFile(file, importPaths);
    if (!found) throw await givenFileMissing(file, importPaths);
    await readOne(reading, found, false);
  }
  // The map grows while it is walked: imports come after what imports them.
  for (const file of reading.files.values()) {
    for (const wanted of importsOf(file.parsed)) await readImport(reading, file, wanted);
  }
  return inLinkOrder([...reading.files.values()].map((file) => draftOf(reading, file)));
}

async function readOne(reading: Reading, { name, path }: FoundFile, isImported: boolean): Promise<void> {
  const known = reading.files.get(path);
  if (known) {
    if (isImported && !known.isImported) Object.assign(known, { name, isImported });
    return;
  }
  const parsed = await parseFile(name, await readText(path));
  reading.files.set(path, { path, name, isImported, parsed, imports: new Map() });
}

async function readText(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > maxFileSize) throw new UserError(4, `${shown(path)} is too large for a .proto file: ${size} bytes`);
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    throw new UserError(4, `cannot read ${shown(path)}: ${(cause as Error).message}`, { cause });
  }
}

async function readImport(reading: Reading, file: ReadFile, wanted: Import): Promise<void> {
  const place = placeName(file.parsed.source, wanted.token);
  if (!isImportName(wanted.name)) {
    const hint = 'imports are relative to an import path, with forward slashes and without . and ..';
    throw new UserError(4, `${place}: ${quoted(wanted.name)} lies outside the import paths`, { hint });
  }
  const { importPaths } = reading;
  const folders = importPaths.length > 0 ? importPaths : inferredFolders(file.path);
  const found = await findImport(wanted.name, folders);
  if (found) {
    file.imports.set(wanted.name, found.path);
    await readOne(reading, found, true);
  } else if (!builtinFile(wanted.name)) throw await importMissing(reading, file, wanted, place);
}

async function importMissing(reading: Reading, file: ReadFile, wanted: Import, place: string): Promise<UserError> {
  const { importPaths } = reading;
  const tried = importPaths.length > 0 ? importPaths.map((path) => `-I ${shown(path)}`).join(', ') : undefined;
  const where = tried ? `in ${tried}` : 'in the current folder or those around the importing file';
  const helpful = await helpfulFolder(wanted.name, file.path);
  const hint = helpful === undefined ? 'add the folder that holds it with -I DIR' : `add -I ${shown(helpful)}`;
  return new UserError(4, `${place}: imported file ${quoted(wanted.name)} is not found ${where}`, { hint });
}

async function givenFileMissing(file: string, importPaths: readonly string[]): Promise<UserError> {
  const isFolder = await stat(file).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
  if (isFolder) {
    return new UserError(4, `${shown(file)} is a directory`, { hint: 'give its .proto files, and the folder with -I' });
  }
  const tried = importPaths.length > 0 ? ` or in ${importPaths.map((path) => `-I ${shown(path)}`).join(', ')}` : '';
  const helpful = await helpfulFolder(file, file);
  const hint =
    helpful === undefined ? 'check the path, or add the folder that holds it with -I DIR' : `add -I ${helpful}`;
  return new UserError(4, `${shown(file)} is not found in the current folder${tried}`, { hint });
}

// Names are settled once everything is read: a file given as protos/a.proto may be imported as a.proto.
function draftOf(reading: Reading, file: ReadFile): Draft {
  const { parsed, name } = file;
  const draft = draftFile({ ...parsed, source: { ...parsed.source, name } });
  const settled = (written: string): string => reading.files.get(file.imports.get(written) ?? '')?.name ?? written;
  draft.proto.dependency = draft.proto.dependency.map(settled);
  draft.proto.optionDependency = draft.proto.optionDependency.map(settled);
  return draft;
}
