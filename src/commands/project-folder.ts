// Where files of ours are: the project's folder, and those of the user below the XDG directories.
import { lstatSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Io } from '../io.ts';

const folderName = '.grepl';

/** The nearest `.grepl/` from the working folder upward; undefined when there is none. A link is not followed. */
export function projectFolder(cwd: string): string | undefined {
  for (let at = cwd; ; at = dirname(at)) {
    const folder = join(at, folderName);
    if (lstatSync(folder, { throwIfNoEntry: false })?.isDirectory()) return folder;
    if (dirname(at) === at) return undefined;
  }
}

/** Where the project's folder would be made: in the working folder. */
export function newProjectFolder(cwd: string): string {
  return join(cwd, folderName);
}

/** `$XDG_CONFIG_HOME/grepl`, else `~/.config/grepl` (on Windows below `%APPDATA%`); undefined without a home. */
export function configFolder(env: Io['env']): string | undefined {
  return userFolder(env.XDG_CONFIG_HOME ?? env.APPDATA, env.HOME, '.config');
}

/** `$XDG_STATE_HOME/grepl`, else `~/.local/state/grepl` (on Windows below `%LOCALAPPDATA%`); undefined without a home. */
export function stateFolder(env: Io['env']): string | undefined {
  return userFolder(env.XDG_STATE_HOME ?? env.LOCALAPPDATA, env.HOME, '.local/state');
}

function userFolder(given: string | undefined, home: string | undefined, usual: string): string | undefined {
  if (given) return join(given, 'grepl');
  return home ? join(home, usual, 'grepl') : undefined;
}
