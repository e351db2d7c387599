// Every command line that is printed to be pasted, run by real shells: each word arrives exactly as it was meant, whatever
// is in it. Many words go into one shell, which gives them back separated by NUL.
import { execFileSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type CallDescription,
  greplCommand,
  grpcurlCommand,
  oneLine,
  shellQuote,
} from '../../src/render/command-line.ts';
import { curlCommand } from '../../src/render/curl.ts';
import { pwshQuote } from '../../src/render/shell-quote.ts';
import { isIncomplete, splitLine } from '../../src/repl/line.ts';
import { quotedLine } from '../../src/repl/line-quote.ts';
import type { RestEquivalent } from '../../src/rest/rest.ts';
import '../support/property-seed.ts';
import { temporaryFiles } from '../support/temp.ts';
import { World } from './observed-run.ts';

/** Where a program is, links resolved; undefined where it is not installed. */
function pathOf(program: string): string | undefined {
  const paths = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, program));
  const path = paths.find((one) => existsSync(one));
  return path && realpathSync(path);
}

const shells = ['sh', 'bash', 'dash', 'zsh'];
// `sh` is one of the others under another name.
const installed = [...new Map(shells.map((shell) => [pathOf(shell), shell] as const))].flatMap(([path, shell]) =>
  path === undefined ? [] : shell,
);
const missing = [...shells, 'pwsh'].filter((shell) => pathOf(shell) === undefined);
if (missing.length > 0) console.log(`not installed, so not asked: ${missing.join(', ')}`);

/** What a shell writes for a script, cut at each NUL. */
function answers(shell: string, script: string): string[] {
  const file = join(temporaryFiles({ script }), 'script');
  const bytes = execFileSync(shell, [file], { maxBuffer: 1 << 28, env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' } });
  return bytes.toString('utf8').split('\0').slice(0, -1);
}

const odd = [
  ...["'", '"', '`', '$', '\\', '!', '~', '*', '?', '[a-z]', '{a,b}', '#', '&', ';', '|', '<', '>', '(', ')', '=', '%'],
  ...[
    '$HOME',
    '${HOME}',
    '$(id)',
    '`id`',
    '!!',
    '!$',
    '-n',
    '--',
    '@',
    '@-',
    '%s',
    "'\\''",
    '\n',
    '\r',
    '\t',
    ' ',
    '  ',
  ],
  ...[
    '\u001b[2J',
    '\u0007',
    '\b',
    '\u007f',
    '\u009b',
    '\u2028',
    '\u202e',
    '\u200b',
    '\ufeff',
    '\u{e0041}',
    '🙂',
    'é',
    '漢',
  ],
  ...['a', 'B', '0', '{"a": 1}', '/', '.', ':', ','],
];
const piece = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...odd) },
  { weight: 3, arbitrary: fc.string({ unit: 'grapheme', maxLength: 6 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 4 }) },
);
/** Words of a command line; none holds NUL, which no system can pass on. */
const word = fc.array(piece, { maxLength: 7 }).map((pieces) => pieces.join('').replaceAll('\0', ''));
const words = (count: number): string[] => fc.sample(word, count);

const seeded = words(10_000);

describe.each(installed)('%s', (shell) => {
  test('takes 10,000 quoted words as they are', () => {
    const script = seeded.map((one) => `printf '%s\\0' ${shellQuote(one)}`).join('\n');
    expect(answers(shell, script)).toEqual(seeded);
  });

  /** Stands for a program: its words, and what it reads where it is told to. */
  const program = (name: string): string =>
    `${name}() { printf '%s\\0' "$#" "$@"; case "$*" in *'--data-binary @-') cat; printf '\\0';; esac; }\n`;

  /** The words that lines give a program; `extra` is how much more each answers. */
  function argvOf(lines: readonly string[], name: string): string[][] {
    const found = answers(shell, program(name) + lines.join('\n'));
    const all: string[][] = [];
    for (let at = 0; at < found.length; ) {
      const count = Number(found[at]);
      const argv = found.slice(at + 1, at + 1 + count);
      at += 1 + count;
      if (argv.slice(-2).join(' ') === '--data-binary @-') argv.push(found[at++] ?? '');
      all.push(argv);
    }
    return all;
  }

  const calls = fc.sample(
    fc.record({
      address: word.filter((one) => one !== ''),
      method: fc.constant('pkg.Svc/Method'),
      metadata: fc.array(fc.tuple(fc.constantFrom('x-a', 'authorization'), word), { maxLength: 3 }),
      data: fc.oneof(word, fc.json({ maxDepth: 2 })),
      flags: fc.constant(['--cacert']).chain((flags) => word.map((path) => [...flags, path])),
    }),
    300,
  );
  const expected = (call: CallDescription, name: string): string[] => [
    ...(name === 'grepl' ? ['call'] : []),
    ...(call.flags ?? []),
    ...(call.metadata ?? []).flatMap(([key, value]) => ['-H', `${key}: ${value}`]),
    '-d',
    oneLine(call.data ?? ''),
    call.address,
    call.method,
  ];

  test.each([
    ['grepl', greplCommand],
    ['grpcurl', grpcurlCommand],
  ] as const)('gives %s the words of the call', (name, line) => {
    expect(argvOf(calls.map(line), name)).toEqual(calls.map((call) => expected(call, name)));
  });

  test('gives curl the words of the REST call', () => {
    const requests = fc.sample(
      fc.record({
        path: word,
        query: word,
        headers: fc.array(fc.tuple(fc.constant('x-a'), word), { maxLength: 2 }),
        body: word,
      }),
      300,
    );
    const base = 'http://127.0.0.1:8080';
    const lines = requests.map(({ path, query, headers, body }) => {
      const equivalent = {
        ...{ source: 'derived', httpMethod: 'POST', path: `/${path}`, query, headers, streaming: 'none' },
        ...{ body: { contentType: 'application/json', data: body }, bodyField: '*', template: '/', places: [] },
      } as unknown as RestEquivalent;
      return curlCommand(equivalent, { base, dialect: 'google', mask: false });
    });
    const sent = argvOf(lines, 'curl').map((argv) => {
      const data = argv.findIndex((one) => one.startsWith('--data'));
      return {
        url: argv[argv.indexOf('-H') - 1],
        headers: argv.filter((_, at) => argv[at - 1] === '-H'),
        body: argv.at(argv[data + 1] === '@-' ? -1 : data + 1),
      };
    });
    expect(sent).toEqual(
      requests.map(({ path, query, headers, body }) => ({
        url: `${base}/${path}${query === '' ? '' : `?${query}`}`,
        headers: [
          'content-type: application/json',
          ...headers.map(([name, value]) => (value === '' ? `${name};` : `${name}: ${value}`)),
        ],
        body,
      })),
    );
  });
});

test('nothing in double quotes is what an interactive shell would act on', () => {
  for (const line of seeded.map(shellQuote)) {
    for (const [, inside = ''] of line.matchAll(/"\$\(printf '([^']*)'\)"/g)) expect(inside).not.toContain('!');
  }
});

test('a line of the REPL reads its words back', () => {
  for (const some of Array.from({ length: 500 }, (_, at) => seeded.slice(at * 20, at * 20 + 20))) {
    const line = splitLine(quotedLine(some));
    if (isIncomplete(line)) throw new Error(`incomplete: ${quotedLine(some)}`);
    expect(line.words.map(({ parts }) => parts.map((part) => part.text).join(''))).toEqual(some);
  }
});

test('what --curl and --grpcurl print gives the request back', async () => {
  const here = new World({
    'x.proto': 'syntax = "proto3"; package x; message M { string s = 1; } service S { rpc U(M) returns (M); }',
  });
  const texts = words(10);
  const lines: string[] = [];
  for (const s of texts) {
    const call = [
      'call',
      '--plaintext',
      '--proto',
      join(here.cwd, 'x.proto'),
      '127.0.0.1:1',
      'x.S/U',
      '-d',
      JSON.stringify({ s }),
    ];
    for (const flag of ['--curl', '--grpcurl']) {
      const { exit, out } = await here.run([...call, '--rest-style', 'rpc', flag]);
      expect(exit).toBe(0);
      expect(out.trimEnd()).not.toContain('\n');
      lines.push(out);
    }
  }
  const [shell = 'sh'] = installed;
  const last = `printf '%s\\0' "$word"`;
  const script = `say() { take=; word=; for one; do if [ -n "$take" ]; then word=$one; take=; fi; case $one in -d|--data-binary|--data-raw) take=1;; esac; done; if [ "$word" = @- ]; then word=$(cat); fi; ${last}; }
curl() { say "$@"; }
grpcurl() { say "$@"; }
${lines.join('\n')}`;
  const given = answers(shell, script).map((text) => (text === '' ? { s: '' } : { s: '', ...JSON.parse(text) }));
  expect(given).toEqual(texts.flatMap((s) => [{ s }, { s }]));
});

test.skipIf(pathOf('pwsh') === undefined)('pwsh takes the words as they are', () => {
  const some = seeded.filter((one) => !/[\u0000-\u001f]/.test(one)).slice(0, 200);
  const script = some.map((one) => `[Console]::Out.Write(${pwshQuote(one)} + [char]0)`).join('\n');
  const file = join(temporaryFiles({ 'script.ps1': script }), 'script.ps1');
  const bytes = execFileSync('pwsh', ['-NoProfile', '-File', file]);
  expect(bytes.toString('utf8').split('\0').slice(0, -1)).toEqual(some);
});
