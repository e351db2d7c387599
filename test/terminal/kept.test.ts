// What is kept from session to session, on a real terminal: drafts of forms, trust, production profiles, the clipboard.
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Demo, startDemo } from '../../src/demo/server.ts';
import { greplPath } from '../support/run-grepl.ts';
import { temporaryFiles } from '../support/temp.ts';
import { openProgram, type Screen } from './screen.ts';

let demo: Demo;
let screen: Screen;
let home: string;
beforeAll(async () => {
  demo = await startDemo({ host: '127.0.0.1', port: 0, requireToken: false });
});
afterAll(() => demo.close(100));
afterEach(() => screen.close());

async function open(args: readonly string[] = [demo.address], env: Record<string, string> = {}): Promise<Screen> {
  screen = openProgram(process.execPath, [greplPath, ...args], {
    columns: 200,
    rows: 30,
    cwd: home,
    env: { HOME: home, XDG_STATE_HOME: undefined, XDG_CONFIG_HOME: undefined, ...env },
  });
  return screen;
}

const newHome = (files: Record<string, string> = {}): void => {
  home = temporaryFiles(files);
};

const drafts = (): string => join(home, '.local/state/grepl/drafts');

describe('drafts', () => {
  test('a program that is killed keeps what was typed, in a file of mode 0600', async () => {
    newHome();
    await open();
    await screen.until(/> ?$/);
    screen.type('CreateOrder\r');
    await screen.until(/> customer_id/);
    screen.type('c-77');
    await screen.until(/c-77/);
    await expect.poll(() => existsSync(drafts()) && readdirSync(drafts()).length).toBe(1);
    process.kill(screen.pid, 'SIGKILL');
    await screen.exit;
    const [name = ''] = readdirSync(drafts());
    expect(statSync(join(drafts(), name)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(join(drafts(), name), 'utf8'))).toMatchObject({
      method: 'orders.OrderService/CreateOrder',
      target: demo.address,
      document: { customerId: 'c-77' },
    });
    await screen.close();
    await open();
    await screen.until(/> ?$/);
    screen.type('draft\r');
    await screen.until(/^1 +orders\.OrderService\/CreateOrder/);
    screen.type('draft 1\r');
    await screen.until(/customer_id.*c-77/);
    screen.press('ctrl-s');
    await screen.until(/Review/);
    screen.type('s');
    await screen.until(/INVALID_ARGUMENT/);
    expect(readdirSync(drafts())).toEqual([]);
  });

  test('a form that is left in one-shot is gone on with', async () => {
    newHome();
    await open(['call', demo.address, 'CreateOrder']);
    await screen.until(/> customer_id/);
    screen.type('c-78\r');
    await screen.until(/>. items/);
    screen.press('ctrl-c');
    expect(await screen.exit).toBe(130);
    await screen.close();
    await open(['call', demo.address, 'CreateOrder']);
    await screen.until(/customer_id.*c-78/);
    screen.press('ctrl-c');
    expect(await screen.exit).toBe(130);
  });

  test('one that cannot be read is named and set aside', async () => {
    newHome({ '.local/state/grepl/drafts/x-1.json': 'not json' });
    await open();
    await screen.until(/> ?$/);
    screen.type('draft\r');
    await screen.until(/x-1\.json:1: .*set aside as x-1\.json\.bad/);
    await screen.until('no drafts');
    expect(readdirSync(drafts())).toEqual(['x-1.json.bad']);
  });
});

describe('profiles', () => {
  const config = (address: string, more = ''): string => `[profiles.live]\naddress = "${address}"\n${more}`;

  test('production: PROD in the prompt on red, and the word yes before each call that may change something', async () => {
    newHome({ '.config/grepl/config.toml': config(demo.address, 'prod = true\n') });
    await open(['--profile', 'live']);
    await screen.until(/^ PROD {2}live 127/);
    expect(screen.output()).toMatch(/\u001b\[41m/);
    screen.type('GetOrder order_id=o-1 -o ndjson\r');
    await screen.until('TRACK-000001');
    screen.type('CreateOrder customer_id=c-1 -o ndjson\r');
    await screen.until(/^the word yes sends:/);
    screen.type('no\r');
    await screen.until(/was not sent: the word is yes/);
    screen.type('CreateOrder customer_id=c-1 -o ndjson\r');
    await screen.until((rows) => rows.filter((row) => /^the word yes sends:/.test(row)).length === 2);
    screen.type('yes\r');
    await screen.until(/"customerId":"c-1"/);
  });

  test('the form asks for the word in its review, and only there', async () => {
    newHome({ '.config/grepl/config.toml': config(demo.address, 'prod = true\n') });
    await open(['--profile', 'live']);
    await screen.until(/^ PROD/);
    screen.type('CreateOrder\r');
    await screen.until(/> customer_id/);
    screen.type('c-1\r');
    screen.press('ctrl-s');
    await screen.until(/Review/);
    screen.type('s');
    await screen.until(/yes/);
    screen.type('yes\r');
    await screen.until(/INVALID_ARGUMENT/);
    expect(screen.output()).not.toContain('the word yes sends');
  });

  test('a project that sends a credential to an address it names is asked about once', async () => {
    newHome({});
    mkdirSync(join(home, '.grepl'));
    writeFileSync(
      join(home, '.grepl/config.toml'),
      config(demo.address, 'metadata = { authorization = "Bearer ${TOKEN}" }\n'),
    );
    await open(['--profile', 'live'], { TOKEN: 's3same-open' });
    await screen.until(/lets calls to .* have \$\{TOKEN\} in authorization/);
    screen.type('yes\r');
    await screen.until(/^live 127.*\[auth\]>$/);
    screen.press('ctrl-d');
    await screen.exit;
    expect(statSync(join(home, '.local/state/grepl/trusted')).mode & 0o777).toBe(0o600);
    await screen.close();
    await open(['--profile', 'live'], { TOKEN: 's3same-open' });
    await screen.until(/^live 127.*\[auth\]>$/);
    expect(screen.output()).not.toContain('lets calls');
  });
});

test('copy prints the line and puts it on the clipboard of the terminal', async () => {
  newHome();
  await open();
  await screen.until(/> ?$/);
  screen.type('GetOrder order_id=o-1 -o ndjson\r');
  await screen.until('TRACK-000001');
  screen.type('copy json\r');
  await screen.until('{"orderId":"o-1"}');
  const encoded = Buffer.from('{"orderId":"o-1"}').toString('base64');
  expect(screen.output()).toContain(`\u001b]52;c;${encoded}\u0007`);
});

test('paste opens the form with the request of a grpcurl line', async () => {
  newHome();
  await open();
  await screen.until(/> ?$/);
  screen.type(`paste grpcurl -plaintext -d '{"order_id": "o-2"}' ${demo.address} orders.OrderService/GetOrder\r`);
  await screen.until(/order_id.*o-2/);
  screen.press('ctrl-s');
  await screen.until(/Review/);
  screen.type('s');
  await screen.until(/^ *OK/);
  expect(screen.history().join('\n')).toMatch(/method +orders\.OrderService\/GetOrder/);
});
