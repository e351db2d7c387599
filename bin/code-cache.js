// Compiled code in the user's cache folder, for installed packages: V8's code cache is for one version of Node, so no
// package can bring it. As it is run without being read again, only what nobody else can have written is taken.
'use strict';
const fs = require('node:fs');
const path = require('node:path');

/**
 * What is kept of the file `name` of dist/, and `keep`, which keeps it for the next run; nothing where there is no folder
 * for it. `source` ends with a stamp of its content, made by the build.
 */
function read(name, source) {
  const folder = process.env.NODE_DISABLE_COMPILE_CACHE ? undefined : cacheFolder();
  if (folder === undefined) return {};
  const kind = `${name}-${process.version}-${process.arch}-`;
  const file = path.join(folder, `${kind}${source.slice(-17, -1)}.cache`);
  return { cachedData: readOwn(file), keep: (data) => write(folder, kind, file, data) };
}

function cacheFolder() {
  const { HOME, LOCALAPPDATA, XDG_CACHE_HOME } = process.env;
  const home = HOME ? path.join(HOME, '.cache') : undefined;
  const base = process.platform === 'win32' ? LOCALAPPDATA : XDG_CACHE_HOME || home;
  return base && path.isAbsolute(base) ? path.join(base, 'grepl') : undefined;
}

/** The file's bytes if it is ours and writable for nobody else. */
function readOwn(file) {
  let descriptor;
  try {
    descriptor = fs.openSync(file, 'r');
    const { mode, uid } = fs.fstatSync(descriptor);
    const isOurs = process.platform === 'win32' || (uid === process.getuid() && (mode & 0o022) === 0);
    return isOurs ? fs.readFileSync(descriptor) : undefined;
  } catch {
    return undefined;
  } finally {
    if (descriptor !== undefined) fs.closeSync(descriptor);
  }
}

/** Whole or not at all, in place of what other versions of grepl left; a run does not fail because it cannot be kept. */
function write(folder, kind, file, data) {
  const draft = `${file}.${process.pid}`;
  try {
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    const old = fs.readdirSync(folder).filter((name) => name.startsWith(kind));
    fs.writeFileSync(draft, data, { mode: 0o600, flag: 'wx' });
    fs.renameSync(draft, file);
    for (const name of old.filter((each) => each !== path.basename(file))) fs.rmSync(path.join(folder, name));
  } catch {
    // No space, no right to write: the next run compiles as this one did.
    try {
      fs.rmSync(draft, { force: true });
    } catch {
      // Then a part of it stays, which nobody reads.
    }
  }
}

module.exports = { read };
