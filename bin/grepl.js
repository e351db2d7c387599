#!/usr/bin/env node
// The process → Io; main → exit code. Loads the bundle through V8's code cache: the same code, already compiled.
'use strict';
const { readFileSync, writeFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const path = require('node:path');
const vm = require('node:vm');

const bundle = path.join(__dirname, '..', 'dist', 'grepl.cjs');
const cache = path.join(__dirname, '..', 'dist', `grepl.${process.version}.cache`);

function load() {
  // The build keeps the bundle ASCII, so that V8 holds a byte a character and nothing has to be decoded.
  const source = readFileSync(bundle, 'latin1');
  let cachedData;
  try {
    cachedData = readFileSync(cache);
  } catch {
    // No cache for this version of Node: the bundle is compiled as any other file.
  }
  const wrapper = `(function (exports, require, module, __filename, __dirname) {${source}\n})`;
  const script = new vm.Script(wrapper, { filename: bundle, cachedData });
  const module = { exports: {} };
  script
    .runInThisContext()
    .call(module.exports, module.exports, createRequire(bundle), module, bundle, path.dirname(bundle));
  return { script, exports: module.exports };
}

function signals(Interrupted) {
  const controller = new AbortController();
  for (const [name, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ]) {
    process.on(name, () => {
      // A second signal means it: whoever sends it does not want to wait.
      if (controller.signal.aborted) process.exit(code);
      controller.abort(new Interrupted(code));
    });
  }
  return controller.signal;
}

async function start() {
  const { script, exports } = load();
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
    signal: signals(exports.Interrupted),
    cwd: process.cwd(),
    packageRoot: path.join(__dirname, '..'),
    now: () => performance.now(),
  };
  // If nothing is left to wait for before main is done, something was lost: that must not look like success.
  process.once('beforeExit', () => {
    process.stderr.write('grepl: a bug in grepl, please report it: the run stopped before its end\n');
    process.exit(1);
  });
  const code = await exports.main(process.argv.slice(2), io);
  // Set by the build, after a run that used what most runs use.
  if (process.env.GREPL_WRITE_CODE_CACHE) writeFileSync(cache, script.createCachedData());
  process.exit(code);
}

// Asked most often by scripts and editors, and the bundle knows nothing more about it.
if (process.argv.length === 3 && /^--?version$/.test(process.argv[2])) {
  process.stdout.write(`grepl ${require('../package.json').version}\n`);
} else {
  start();
}
