#!/usr/bin/env node
// `npm start`: builds the program if that has not been done, then opens the REPL on the example services; where there is
// nobody to type, it shows the program at work on them.
'use strict';
const { execFileSync } = require('node:child_process');
const { existsSync } = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..');
const bundle = path.join(root, 'dist', 'demo.cjs');

async function start() {
  if (!existsSync(bundle)) execFileSync(process.execPath, ['build.mjs'], { cwd: root, stdio: 'inherit' });
  if (process.stdin.isTTY && process.stdout.isTTY) {
    process.argv = [process.execPath, path.join(__dirname, 'grepl.js'), 'demo', '--repl'];
    require('./grepl.js');
    return;
  }
  const { tour } = require(bundle);
  process.exitCode = await tour({
    program: [process.execPath, path.join(__dirname, 'grepl.js')],
    out: process.stdout,
    color: process.stdout.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb',
  });
}

start();
