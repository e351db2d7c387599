// Completion as it is used: a real shell on a terminal reads the script, and Tab is pressed.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Demo, startDemo } from '../../src/demo/server.ts';
import { greplPath, runGrepl } from '../support/run-grepl.ts';
import { temporaryFolder } from '../support/temp.ts';
import { openProgram, type Screen } from '../terminal/screen.ts';

/** How each shell is started without anybody's settings, and told to read the script. */
const shells = [
  { shell: 'bash', args: ['--norc', '--noprofile', '-i'], read: 'PS1="ready> "; source <(grepl completion bash)' },
  {
    shell: 'zsh',
    args: ['-f', '-i'],
    read: 'PS1="ready> "; autoload -U compinit; compinit -D -u; source <(grepl completion zsh)',
  },
  {
    shell: 'fish',
    args: ['--no-config', '-i'],
    read: 'function fish_prompt; echo -n "ready> "; end; grepl completion fish | source',
  },
];

let demo: Demo;
let folder: string;
let port: string;
beforeAll(async () => {
  demo = await startDemo({ host: '127.0.0.1', port: 0 });
  port = demo.address.split(':').at(-1)!;
  folder = temporaryFolder();
  mkdirSync(join(folder, 'bin'));
  writeFileSync(join(folder, 'bin', 'grepl'), `#!/bin/sh\nexec '${process.execPath}' '${greplPath}' "$@"\n`, {
    mode: 0o755,
  });
  writeFileSync(join(folder, 'certificate.pem'), '');
  await runGrepl(['export', demo.address, '--protoset', join(folder, 'api.binpb')]);
});
afterAll(() => demo.close(0));

describe.each(shells)('$shell', ({ shell, args, read }) => {
  const lacking = spawnSync(shell, ['-c', 'exit 0']).error ? `needs ${shell}` : undefined;
  let screen: Screen;

  beforeAll(async () => {
    if (lacking) return;
    const path = `${join(folder, 'bin')}:${process.env.PATH}`;
    screen = openProgram(shell, args, { cwd: folder, columns: 200, rows: 60, env: { PATH: path, HOME: folder } });
    await screen.settled(500);
    screen.type(`${read}\r`);
    await screen.until((rows) => rows.some((row) => row === 'ready>'));
    await screen.settled();
  }, 30_000);
  afterAll(() => screen?.close());

  /** Types a line and Tab until it stands there longer, then takes it away. */
  async function completed(typed: string, becomes: string): Promise<void> {
    screen.type(`${typed}\t`);
    await screen.until((rows) => rows.findLast((row) => row !== '') === `ready> ${becomes}`, 30_000);
    await screen.settled();
    // Not Ctrl-C: a shell that is still busy with Tab may take it for the end of more than the line.
    screen.press('ctrl-u');
    await screen.until((rows) => rows.findLast((row) => row !== '') === 'ready>', 30_000);
  }

  /** What each line becomes; grepl waits longer for the server than usual, since the machine may be busy. */
  const cases: [name: string, typed: () => string, becomes: () => string][] = [
    ['a command', () => 'grepl compl', () => 'grepl completion'],
    ['a flag', () => 'grepl call --expect-s', () => 'grepl call --expect-status'],
    ['a value behind a flag', () => 'grepl call -o nd', () => 'grepl call -o ndjson'],
    ['a value joined to a flag', () => 'grepl call --output=nd', () => 'grepl call --output=ndjson'],
    ['a file behind a flag', () => 'grepl call --cacert cert', () => 'grepl call --cacert certificate.pem'],
    ['a file joined to a flag', () => 'grepl call --cacert=cert', () => 'grepl call --cacert=certificate.pem'],
    [
      'a method of a server',
      () => `grepl call --connect-timeout 20 :${port} CreateO`,
      () => `grepl call --connect-timeout 20 :${port} CreateOrder`,
    ],
    [
      'a method by its full name',
      () => `grepl call --connect-timeout 20 localhost:${port} orders.OrderService/G`,
      () => `grepl call --connect-timeout 20 localhost:${port} orders.OrderService/GetOrder`,
    ],
    [
      'a method of a descriptor set',
      () => 'grepl rest --connect-timeout 20 --protoset api.binpb CreateO',
      () => 'grepl rest --connect-timeout 20 --protoset api.binpb CreateOrder',
    ],
    [
      'a field',
      () => `grepl call --connect-timeout 20 :${port} GetOrder ord`,
      () => `grepl call --connect-timeout 20 :${port} GetOrder order_id=`,
    ],
    [
      'the value of a field',
      () => `grepl call --connect-timeout 20 :${port} users.UserService/CreateUsers role=USER_ROLE_AD`,
      () => `grepl call --connect-timeout 20 :${port} users.UserService/CreateUsers role=USER_ROLE_ADMIN`,
    ],
  ];
  for (const [name, typed, becomes] of cases) {
    test(name, async (context) => {
      if (lacking) context.skip(lacking);
      await completed(typed(), becomes());
    });
  }
});

test('nothing is offered and nothing said when nobody listens, or listens without a word', async () => {
  const silent: Server = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { port: quiet } = silent.address() as { port: number };
  for (const address of [':1', `:${quiet}`, `nobody.invalid:1`]) {
    const run = await runGrepl(['__complete', 'call', address, ''], { timeoutMs: 10_000 });
    expect([run.exit, run.stdout, run.stderr]).toEqual([0, '', '']);
  }
  silent.close();
});
