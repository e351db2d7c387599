// Where .proto files lie: which file an import names, under which name a file given on the command line is known, and
// what to say when one is not there.
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';

/** A file on disk. `path` is its real path, by which two names of one file are recognised. */
export interface FoundFile {
  readonly name: string;
  readonly path: string;
}

// Looking for a folder to suggest must stay quick in a home folder or a monorepo.
const maxSearchedFolders = 500;
const maxSearchDepth = 5;

/** The real path of a regular file; undefined if there is none, a folder or a device. */
export async function fileAt(path: string): Promise<string | undefined> {
  try {
    return (await stat(path)).isFile() ? await realpath(path) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * A file as given by the user: by its path, or by its name inside an import path. Its name is relative to the first
 * import path that holds it, else to the current folder, else without folders.
 */
export async function findGivenFile(file: string, importPaths: readonly string[]): Promise<FoundFile | undefined> {
  const direct = await fileAt(file);
  if (direct !== undefined) {
    for (const root of [...importPaths, ...(importPaths.length === 0 ? ['.'] : [])]) {
      const name = nameInside(root, file) ?? nameInside(await realpath(root).catch(() => root), direct);
      if (name !== undefined) return { name, path: direct };
    }
    // Given by its name in an import path, and there is one like it in the current folder: the import path counts.
    const inside = isAbsolute(file) ? undefined : await findImport(file, importPaths);
    return inside ?? { name: basename(file), path: direct };
  }
  return isAbsolute(file) ? undefined : findImport(file.replace(/^\.\//, ''), importPaths);
}

/** The file that an import names, in the first of the folders that has it. */
export async function findImport(name: string, folders: readonly string[]): Promise<FoundFile | undefined> {
  for (const folder of folders) {
    const path = await fileAt(join(folder, name));
    if (path !== undefined) return { name: name.replaceAll('\\', '/'), path };
  }
  return undefined;
}

/**
 * Where imports are looked for when no import path is given: in the current folder, then in the importing file's and
 * those around it, nearest first; up to the current folder if that is one of them.
 */
export function inferredFolders(importer: string): string[] {
  const here = resolve('.');
  const folders = [here];
  for (let folder = dirname(importer); folder !== here; folder = dirname(folder)) {
    folders.push(folder);
    if (folder === dirname(folder)) break;
  }
  return folders;
}

/** Whether the name can be imported: relative, with forward slashes, without `.` and `..`. */
export function isImportName(name: string): boolean {
  return (
    name !== '' && !/\\|\0/.test(name) && name.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
  );
}

/**
 * A folder which as an import path would make `name` be found, as one would type it: one around the importing file, or
 * below the current folder. Undefined if there is none near.
 */
export async function helpfulFolder(name: string, importer: string): Promise<string | undefined> {
  for (const folder of inferredFolders(importer)) {
    if ((await fileAt(join(folder, name))) !== undefined) return shownPath(folder);
  }
  let searched = 0;
  let level = ['.', dirname(importer)];
  for (let depth = 0; depth < maxSearchDepth; depth++) {
    const below: string[] = [];
    for (const folder of level) {
      if (searched++ > maxSearchedFolders) return undefined;
      if ((await fileAt(join(folder, name))) !== undefined) return shownPath(folder);
      below.push(...(await foldersIn(folder)));
    }
    level = below;
  }
  return undefined;
}

async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const folders = entries.filter((entry) => entry.isDirectory() && !/^(?:\.|node_modules$)/.test(entry.name));
  return folders.map((entry) => join(folder, entry.name)).sort();
}

function nameInside(root: string, file: string): string | undefined {
  const name = relative(resolve(root), resolve(file));
  return name === '' || name.startsWith('..') || isAbsolute(name) ? undefined : name.split(sep).join('/');
}

function shownPath(folder: string): string {
  const path = relative('.', resolve(folder));
  if (path === '') return '.';
  return path.startsWith('..') ? resolve(folder) : path;
}
