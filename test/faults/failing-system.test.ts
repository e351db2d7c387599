// Each call to the file system and the network fails once, one after the other: every time the program ends with an
// exit of its list and words that name the place, and leaves no half file.
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { greplPath, type RunResult, startCommand } from '../support/run-grepl.ts';
import { type EchoServer, echoProto, startEchoServer } from '../support/servers-echo.ts';
import { temporaryFiles } from '../support/temp.ts';

let server: EchoServer;
beforeAll(async () => {
  server = await startEchoServer();
});
afterAll(() => server.close());

interface Work {
  readonly name: string;
  readonly kinds: readonly string[];
  readonly args: (folder: string) => readonly string[];
  readonly stdin?: string;
  readonly exits: readonly number[];
  /** Files that may be there afterwards. */
  readonly files: RegExp;
}

const addressOf = () => server.address.replace('127.0.0.1', 'localhost');
const types = ['--proto', echoProto];

const works: readonly Work[] = [
  {
    name: 'export as files',
    kinds: ['write', 'rename', 'mkdir', 'remove'],
    args: (folder) => ['export', ...types, '--out', join(folder, 'out')],
    exits: [0, 5],
    files: /^out\/[\w/.]+\.proto$/,
  },
  {
    name: 'export as a set',
    kinds: ['write', 'rename', 'mkdir', 'remove'],
    args: (folder) => ['export', ...types, '--protoset', join(folder, 'all.binpb')],
    exits: [0, 5],
    files: /^all\.binpb$/,
  },
  {
    name: 'a script that keeps a call',
    kinds: ['write', 'rename', 'mkdir', 'read', 'remove', 'open'],
    args: () => [addressOf(), ...types],
    stdin: 'Say text=a\nsave first\nsaved\nrun first\n',
    exits: [0, 2, 4, 5],
    files: /^\.grepl\/first\.json$/,
  },
  {
    name: 'a call',
    kinds: ['connect', 'resolve', 'read'],
    args: () => ['call', addressOf(), 'Say', ...types, 'text=a'],
    exits: [0, 78],
    files: /^$/,
  },
];

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));

function* problems(work: Work, run: RunResult, folder: string): Generator<string> {
  if (!work.exits.includes(run.exit)) yield `exit ${run.exit}`;
  if (/^\s+at .*:\d+:\d+\)?$|\bbug\b|\bundefined\b/m.test(run.stderr)) yield 'a slip';
  if (run.exit !== 0 && run.stderr.trim() === '') yield 'no words';
  if (run.exit === 5 && !run.stderr.includes(folder) && !/\.grepl/.test(run.stderr)) yield 'the path is not named';
  for (const file of filesBelow(folder)) {
    if (!work.files.test(file)) yield `left behind: ${file}`;
    else if (readFileSync(join(folder, file)).length < 10) yield `half a file: ${file}`;
  }
}

/** Runs the work with one failure after the other until there is nothing left to fail. */
async function torture(work: Work, kind: string): Promise<string[]> {
  const found: string[] = [];
  for (let at = 1; at < 40; at++) {
    const folder = temporaryFiles({});
    const mark = join(temporaryFiles({}), 'mark');
    mkdirSync(join(folder, '.grepl'));
    const command = [process.execPath, '--require', join(import.meta.dirname, 'fail-nth.cjs'), greplPath] as const;
    const env = { FAIL_KIND: kind, FAIL_AT: String(at), FAIL_UNDER: folder, FAIL_MARK: mark };
    const options = { cwd: folder, env, ...(work.stdin === undefined ? {} : { stdin: work.stdin }) };
    const run = await startCommand([...command, ...work.args(folder)], options).result;
    found.push(...[...problems(work, run, folder)].map((problem) => `${kind} ${at}: ${problem}\n${run.stderr}`));
    if (!existsSync(mark)) break;
  }
  return found;
}

describe.each(works)('$name', (work) => {
  it.each(work.kinds)('each %s fails once', { timeout: 120_000 }, async (kind) => {
    expect(await torture(work, kind)).toEqual([]);
  });
});
