// The examples of the manual are real: every command in a `console` block of a document is typed into a shell, with the
// demo server and a gateway before it, and must print what stands below it. `console COLUMNS` blocks are typed at a
// terminal of that width. Commands of `sh` blocks have to end well, whatever they print.
// Blocks that name a file (`toml .grepl/config.toml`) are that file.
// With UPDATE_DOCUMENTS=1 the output in the documents is replaced by what was printed.
import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Demo, startDemo } from '../../src/demo/server.ts';
import { gatewayTo, noCurl, type TestGateway } from '../gateway/running.ts';
import { greplPath } from '../support/run-grepl.ts';
import { temporaryFolder } from '../support/temp.ts';
import { openProgram } from '../terminal/screen.ts';

const root = join(import.meta.dirname, '..', '..');
const documents = [
  'README.md',
  'docs/discover.md',
  'docs/call.md',
  'docs/repl.md',
  'docs/scripts.md',
  'docs/settings.md',
  'docs/tls.md',
  'docs/errors.md',
  'docs/clients.md',
  'docs/rest.md',
  'docs/gateway.md',
];
const update = process.env.UPDATE_DOCUMENTS === '1';

/** 2026-01-05T09:00:00Z, always. */
const clock = () => 1_767_603_600_000;

interface Example {
  readonly command: string;
  readonly printed: string;
  /** Of the terminal it is typed at; undefined where there is none. */
  readonly columns: number | undefined;
}

/** Where commands are typed: the working folder, and the demo's address for `$ADDRESS`. */
interface Place {
  readonly cwd: string;
  readonly address: string;
}

describe.each(documents)('%s', (name) => {
  const file = join(root, name);
  const text = readFileSync(file, 'utf8');
  let demo: Demo;
  let gateway: TestGateway;
  let cwd: string;
  let changed = text;

  beforeAll(async () => {
    demo = await startDemo({ host: '127.0.0.1', port: 0, clock });
    gateway = await gatewayTo(demo.address);
    cwd = temporaryFolder();
    writeFileSync(join(cwd, 'grepl'), `#!/bin/sh\nexec '${process.execPath}' '${greplPath}' "$@"\n`, { mode: 0o755 });
    for (const [path, content] of [...files, ...filesIn(text)]) {
      mkdirSync(dirname(join(cwd, path)), { recursive: true });
      writeFileSync(join(cwd, path), toReal(content));
    }
  });
  afterAll(async () => {
    if (update) writeFileSync(file, changed);
    await gateway.close();
    await demo.close(0);
  });

  const place = (): Place => ({ cwd, address: demo.address });

  /** The documents speak of the usual ports. */
  const toReal = (line: string) =>
    line.replaceAll(':50051', demo.address.slice(9)).replaceAll(':8080', `:${gateway.port}`);
  const toUsual = (line: string) =>
    line.replaceAll(demo.address.slice(9), ':50051').replaceAll(`:${gateway.port}`, ':8080');

  for (const { command, printed, columns } of consoleExamples(text)) {
    test(command, async (context) => {
      const lacking = missing(command, cwd);
      if (lacking) context.skip(lacking);
      const seen = toUsual(await typed({ command: toReal(command), columns }, place())).replaceAll(cwd, usualFolder);
      // What differs in times alone stays as it is.
      const isNew = comparable(seen) !== comparable(printed);
      if (update && isNew) changed = changed.replace(`$ ${command}\n${printed}`, () => `$ ${command}\n${seen}`);
      if (!update) expect(comparable(seen)).toBe(comparable(printed));
    });
  }
  for (const command of shellExamples(text)) {
    test(command, async (context) => {
      const lacking = missing(command, cwd);
      if (lacking) context.skip(lacking);
      const { exit, printed } = await shell(toReal(command), place());
      expect(exit, printed).toBe(0);
    });
  }
});

/** Where the examples seem to be typed. */
const usualFolder = '/home/ada/shop';

/** What the examples read from the working folder. */
const files = new Map([
  ['ids.ndjson', '{"id":"1"}\n{"id":"2"}\n'],
  ['charges.ndjson', '{"customerId":"c-1","amountCents":"500","currency":"EUR","idempotencyKey":"k-1"}\n'],
  ['rules.yaml', 'http:\n  rules:\n  - selector: orders.OrderService.GetOrder\n    get: /v2/orders/{order_id}\n'],
  ['session.grepl', '# a script\nGetOrder order_id=o-1\nuse users.UserService\nGetUser id=1\n'],
]);

/** The blocks that are files. */
function filesIn(text: string): [string, string][] {
  return [...text.matchAll(/^```(?!console\b)\w+ (\S+)\n([\s\S]*?)^```$/gm)].map(([, path, content]) => [
    path!,
    content!,
  ]);
}

function consoleExamples(text: string): Example[] {
  const blocks = [...text.matchAll(/^```console(?: (\d+))?\n([\s\S]*?)^```$/gm)];
  return blocks.flatMap(([, columns, block]) =>
    block!
      .split(/^(?=\$ )/m)
      .filter((part) => part.startsWith('$ '))
      .map((part) => {
        const end = part.indexOf('\n');
        const printed = part.slice(end + 1).replace(/\n+$/, '\n');
        return { command: part.slice(2, end), printed, columns: columns === undefined ? undefined : Number(columns) };
      }),
  );
}

/** Each line of a `sh` block, without those that start servers, install, or need what is not here. */
function shellExamples(text: string): string[] {
  const blocks = [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)];
  const lines = blocks.flatMap(([, block]) => block!.split('\n'));
  return lines.filter((line) => line !== '' && !/^(?:#|npm |grepl (?:demo|gateway)|grepl :\d+(?:\s*#|$))/.test(line));
}

/** What the same command prints at any time and on any machine. */
function comparable(text: string): string {
  return text
    .replace(/\b[\d.]+ (?:ns|µs|ms|s)\b/g, 'TIME')
    .replace(/\b\d+\.\d\d s\b/g, 'TIME')
    .replace(/demo-\d+/g, 'demo-N')
    .replace(/[ \t]+/g, ' ')
    .replace(/ $/gm, '')
    .trimEnd();
}

async function typed({ command, columns }: Pick<Example, 'command' | 'columns'>, place: Place): Promise<string> {
  const { cwd } = place;
  if (columns === undefined) return (await shell(command, place)).printed;
  const screen = openProgram('bash', ['-c', functions + command], { columns, rows: 60, cwd });
  try {
    await screen.exit;
    return `${unwrapped(screen.history(), columns)}\n`;
  } finally {
    await screen.close();
  }
}

/** Only curl lines are wider than the terminal: their rows are put together again, with the blanks that rows end with. */
function unwrapped(rows: readonly string[], columns: number): string {
  const lines: string[] = [];
  let isFull = false;
  for (const row of rows) {
    if (isFull) {
      const before = lines.pop()!;
      lines.push(before.padEnd(Math.ceil(before.length / columns) * columns) + row);
    } else lines.push(row);
    isFull = (isFull || row.startsWith('  curl ')) && row.length >= columns - 1;
  }
  return lines.join('\n');
}

/** Why an example cannot run on this machine: what it or the script that it reads in `cwd` starts is not there. */
function missing(command: string, cwd: string): string | undefined {
  if (noCurl && command.includes('curl ')) return noCurl;
  const script = join(cwd, /< (\S+\.grepl)/.exec(command)?.[1] ?? '');
  const lines = statSync(script).isFile() ? readFileSync(script, 'utf8') : '';
  return noJq && /\| jq /.test(command + lines) ? noJq : undefined;
}

const noJq = spawnSync('jq', ['--version']).error ? 'needs jq' : undefined;

/** Programs that start others find grepl in the path: a file of the working folder. */
const functions = `grepl() { '${process.execPath}' '${greplPath}' "$@"; }\ncurl() { command curl -s "$@"; }\n`;

function shell(command: string, { cwd, address }: Place): Promise<{ exit: number; printed: string }> {
  const env = { PATH: `${process.env.PATH}:${cwd}`, HOME: cwd, LANG: 'C.UTF-8', TOKEN: 'Bearer t0', ADDRESS: address };
  return new Promise((resolve) => {
    execFile('bash', ['-c', `${functions}{ ${command}\n} 2>&1`], { cwd, env, timeout: 20_000 }, (error, printed) => {
      const ended = printed === '' || printed.endsWith('\n') ? printed : `${printed}\n`;
      resolve({ exit: typeof error?.code === 'number' ? error.code : error ? 1 : 0, printed: ended });
    });
  });
}
