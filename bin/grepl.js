#!/usr/bin/env node
// The process → Io; main → exit code. Loads the bundle through V8's code cache: the same code, already compiled.
// Any Node since 10 can read this file, so that one that is too old is told so.
'use strict';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 17)) {
  process.stderr.write(
    `grepl: needs Node 20.20.2, 22.17 or 24, or newer ones of these, and this is ${process.version}\n  node --version tells which one a shell has; nvm, fnm and your system have newer ones\n`,
  );
  process.exit(2);
}

const { readFileSync, writeFileSync } = require('node:fs');
const path = require('node:path');
const vm = require('node:vm');

// In the single executable file (build/sea.mjs) what else is in dist/ is inside.
const embedded = typeof GREPL_EMBEDDED === 'undefined' ? undefined : require('node:sea');
const dist = path.join(__dirname, '..', 'dist');
const scripts = new Map();
const parts = new Map();

/** The parts in a file of dist/: name → function. */
function table(name) {
  const known = scripts.get(name);
  if (known) return known.table;
  const filename = path.join(dist, `${name}.cjs`);
  const source = text(name);
  const { cachedData, keep } = compiled(name, source);
  const script = new vm.Script(source, { filename, cachedData });
  scripts.set(name, { script, keep, table: script.runInThisContext() });
  return scripts.get(name).table;
}

/** A file of dist/. The build keeps it ASCII, so that V8 holds a byte a character and nothing has to be decoded. */
function text(name) {
  if (embedded) return embedded.getAsset(`${name}.cjs`, 'latin1');
  return readFileSync(path.join(dist, `${name}.cjs`), 'latin1');
}

/**
 * The compiled code of a file: `cachedData` as the build made it, else as an earlier run kept it for this version of
 * Node; `keep` says where this run may keep it.
 */
function compiled(name, source) {
  try {
    return { cachedData: embedded ? Buffer.from(embedded.getRawAsset(`${name}.cache`)) : readFileSync(cacheOf(name)) };
  } catch {
    // A package holds none: what V8 makes is for one version of Node.
    return embedded || process.env.GREPL_WRITE_CODE_CACHE ? {} : require('./code-cache.js').read(name, source);
  }
}

function cacheOf(name) {
  return path.join(dist, `${name}.${process.version}.cache`);
}

/** The `require` of all parts: the file for calls says where those are that it lacks; the demo and node's own are apart. */
function load(id) {
  if (!id.startsWith('./')) return require(id);
  if (id.endsWith('.cjs')) return embedded ? whole(id) : require(path.join(dist, id));
  const known = parts.get(id);
  if (known) return known.exports;
  const part = { exports: {} };
  parts.set(id, part);
  const calls = table('grepl');
  (calls[id] || table(calls.where[id])[id])(part.exports, load, part);
  return part.exports;
}

/** A file of dist/ that is one module, from inside the executable. */
function whole(id) {
  const part = { exports: {} };
  const run = vm.runInThisContext(`(function(exports,require,module){${text(path.basename(id, '.cjs'))}\n})`);
  run(part.exports, require, part);
  return part.exports;
}

/** Set by the build, after a run that used what most runs use. */
function writeCodeCache() {
  for (const [name, { script }] of scripts) {
    if (script.cachedDataRejected !== false) writeFileSync(cacheOf(name), script.createCachedData());
  }
}

/** For the next run, where the build made nothing: of the file for calls once a call has used what most calls use. */
function keepCompiled() {
  for (const [name, { script, keep }] of scripts) {
    const isWorthIt = name !== 'grepl' || process.argv[2] === 'call';
    if (keep && isWorthIt && script.cachedDataRejected !== false) keep(script.createCachedData());
  }
}

const interrupts = [];

/** What a session at the terminal needs of the process (ProcessHooks in src/io.ts). */
const hooks = {
  onExit: (listener) => on('exit', listener),
  onContinue: (listener) => on('SIGCONT', listener),
  onInterrupt(listener) {
    interrupts.push(listener);
    return () => interrupts.splice(interrupts.lastIndexOf(listener), 1);
  },
  // The whole group, as the terminal does it: npx and shell functions stop with us.
  stop: () => process.platform !== 'win32' && process.kill(0, 'SIGTSTP'),
};

function on(event, listener) {
  process.on(event, listener);
  return () => process.off(event, listener);
}

function signals(Interrupted) {
  const controller = new AbortController();
  for (const [name, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ]) {
    process.on(name, () => {
      if (name === 'SIGINT' && interrupts.length > 0) return interrupts.at(-1)();
      // A second signal means it: whoever sends it does not want to wait.
      if (controller.signal.aborted) process.exit(code);
      controller.abort(new Interrupted(code));
    });
  }
  return controller.signal;
}

async function start() {
  const { Interrupted, main } = load('./main.js');
  const io = {
    get stdin() {
      return process.stdin;
    },
    get stdout() {
      return process.stdout;
    },
    get stderr() {
      return process.stderr;
    },
    env: process.env,
    signal: signals(Interrupted),
    cwd: process.cwd(),
    packageRoot: path.join(__dirname, '..'),
    hooks,
    // `performance` would make node load more of itself.
    now: () => Number(process.hrtime.bigint()) / 1e6,
  };
  // If nothing is left to wait for before main is done, something was lost: that must not look like success.
  process.once('beforeExit', () => {
    process.stderr.write('grepl: a bug in grepl, please report it: the run stopped before its end\n');
    process.exit(1);
  });
  const code = await main(process.argv.slice(2), io);
  if (process.env.GREPL_WRITE_CODE_CACHE) writeCodeCache();
  else if (code === 0) keepCompiled();
  process.exit(code);
}

// Asked most often by scripts and editors, and the bundle knows nothing more about it.
if (process.argv.length === 3 && /^--?version$/.test(process.argv[2])) {
  process.stdout.write(`grepl ${require('../package.json').version}\n`);
} else {
  start();
}
