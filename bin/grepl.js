#!/usr/bin/env node
// The process → Io; main → exit code. Loads the bundle through V8's code cache: the same code, already compiled.
'use strict';
const { readFileSync, writeFileSync } = require('node:fs');
const path = require('node:path');
const vm = require('node:vm');

const dist = path.join(__dirname, '..', 'dist');
const scripts = new Map();
const parts = new Map();

/** The parts in a file of dist/: name → function. */
function table(name) {
  const known = scripts.get(name);
  if (known) return known.table;
  const filename = path.join(dist, `${name}.cjs`);
  // The build keeps it ASCII, so that V8 holds a byte a character and nothing has to be decoded.
  const source = readFileSync(filename, 'latin1');
  let cachedData;
  try {
    cachedData = readFileSync(cacheOf(name));
  } catch {
    // No cache for this version of Node: it is compiled as any other file.
  }
  const script = new vm.Script(source, { filename, cachedData });
  scripts.set(name, { script, table: script.runInThisContext() });
  return scripts.get(name).table;
}

function cacheOf(name) {
  return path.join(dist, `${name}.${process.version}.cache`);
}

/** The `require` of all parts: the file for calls says where those are that it lacks; the demo and node's own are apart. */
function load(id) {
  if (!id.startsWith('./')) return require(id);
  if (id.endsWith('.cjs')) return require(path.join(dist, id));
  const known = parts.get(id);
  if (known) return known.exports;
  const part = { exports: {} };
  parts.set(id, part);
  const calls = table('grepl');
  (calls[id] ?? table(calls.where[id])[id])(part.exports, load, part);
  return part.exports;
}

/** Set by the build, after a run that used what most runs use. */
function writeCodeCache() {
  for (const [name, { script }] of scripts) {
    if (script.cachedDataRejected !== false) writeFileSync(cacheOf(name), script.createCachedData());
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
  process.exit(code);
}

// Asked most often by scripts and editors, and the bundle knows nothing more about it.
if (process.argv.length === 3 && /^--?version$/.test(process.argv[2])) {
  process.stdout.write(`grepl ${require('../package.json').version}\n`);
} else {
  start();
}
