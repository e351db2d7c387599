// Credentials given in every way there is, and every feature run with them: no byte that is written anywhere holds one.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Interrupted } from '../../src/io.ts';
import { gatewayTo, type TestGateway } from '../gateway/running.ts';
import type { ReflectionServer } from '../schema/reflection-server.ts';
import { startLeakyServer } from './leaky-server.ts';
import { type Observed, World } from './observed-run.ts';

const random = randomBytes(6).toString('hex');
/** One for each way, so that a leak says which way it came. */
const secret = (way: string): string => `s3cr3t-${way}-${random}`;
const ways = 'bearer env file stdin bin named-bin cookie basic key profile variable prompt query user'.split(' ');
const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** The secrets in a text: as they are, or in base64. */
function leaks(text: string): string[] {
  return ways.filter((way) => {
    const value = secret(way);
    return [value, base64(value), base64(`ada:${value}`)].some((form) => text.includes(form.replace(/=+$/, '')));
  });
}

let server: ReflectionServer;
beforeAll(async () => {
  server = await startLeakyServer();
});
afterAll(() => server.close());

const world = (): World =>
  new World(
    {
      'secret.txt': `${secret('file')}\n`,
      '.grepl/config.toml': `[profiles.dev]\naddress = "${server.address}"\n[profiles.dev.metadata]\nx-profile = "\${PROFILE_SECRET}"\nx-profile-token = "${secret('profile')}"\n`,
    },
    { SECRET: secret('env'), PROFILE_SECRET: secret('profile'), BIN_SECRET: base64(secret('bin')) },
  );

/** Metadata in every way but stdin. */
const metadata = [
  ...['-H', 'x-env: ${SECRET}', '-H', 'x-file: @secret.txt', '-H', 'x-blob-bin: ${BIN_SECRET}'],
  ...['-H', `x-named-token-bin: ${base64(secret('named-bin'))}`, '-H', `cookie: sid=${secret('cookie')}`],
  ...['-H', `x-api-key: ${secret('key')}`],
];
const bearer = ['--bearer', secret('bearer')];
const basic = ['-H', `authorization: Basic ${base64(`ada:${secret('basic')}`)}`];
const stdin = ['-H', 'authorization: Bearer @-'];

function expectNone(observed: Observed, here?: World): void {
  const found = { out: leaks(observed.out), err: leaks(observed.err) };
  const text = `${observed.what}\n${observed.out}\n${observed.err}`;
  expect(found, text).toEqual({ out: [], err: [] });
  for (const [path, content] of here?.written() ?? []) expect(leaks(content), `${path}\n${content}`).toEqual([]);
}

const outputs = ['pretty', 'ndjson', 'full', 'text', 'table', 'raw'];
const dialects = ['google', 'gateway', 'envoy', 'connect'];
const ends: readonly string[] = ['Open', 'Refuse', 'Watch', 'Load', 'Talk', 'Garble'];
const data = ['-d', '{"id":"1"}'];

interface Case {
  readonly name: string;
  readonly argv: (address: string) => readonly string[];
  readonly columns?: number;
}

const call = (name: string, ...flags: string[]): Case => ({
  name: `call ${name} ${flags.join(' ')}`,
  argv: (address) => ['call', address, name, ...data, ...flags],
});

const cases: readonly Case[] = [
  ...outputs.flatMap((output) => ends.map((name) => call(name, '-o', output))),
  ...ends.flatMap((name) => [call(name, '-v'), call(name, '-vv'), call(name, '-v', '-o', 'pretty')]),
  ...dialects.flatMap((dialect) =>
    ['side', 'line', 'full'].flatMap((rest) => [
      { ...call('Open', '--rest', rest, '--rest-dialect', dialect, '-v'), columns: 120 },
      { ...call('Refuse', '--rest', rest, '--rest-dialect', dialect, '-o', 'pretty') },
    ]),
  ),
  ...['--curl', '--grpcurl', '--dry-run'].map((flag) => call('Open', flag)),
  ...['grpc-js', 'both'].flatMap((client) =>
    ['Open', 'Refuse', 'Watch'].flatMap((name) => [
      call(name, '--client', client, '-v', '-o', 'pretty'),
      call(name, '--client', client, '-o', 'full'),
    ]),
  ),
  call('Wait', '--deadline', '100ms', '-v'),
  call('Open', '--expect', '.id=="other"'),
  call('Refuse', '--each', '-v'),
  call('Refuse', '--each', '-o', 'full'),
  call('Open', '-d', '{bad'),
  call('Nothing'),
  call('Open', '--rest-base', 'http://127.0.0.1:9', '--curl'),
  {
    name: 'grpcurl',
    argv: (address) => ['-plaintext', '-v', '-expand-headers', ...data, address, 'leak.v1.VaultService/Open'],
  },
  {
    name: 'grpcurl, refused',
    argv: (address) => ['-plaintext', '-vv', '-expand-headers', ...data, address, 'leak.v1.VaultService/Refuse'],
  },
  {
    name: 'grpcurl -format-error',
    argv: (address) => [
      '-plaintext',
      '-format-error',
      '-expand-headers',
      ...data,
      address,
      'leak.v1.VaultService/Refuse',
    ],
  },
  { name: 'list', argv: (address) => ['list', address, '-l', '-vv'] },
  { name: 'describe', argv: (address) => ['describe', address, 'leak.v1.VaultService', '-vv'] },
  { name: 'template', argv: (address) => ['template', address, 'Open', '-vv'] },
  { name: 'export', argv: (address) => ['export', address, '--out', 'schema', '-vv'] },
  { name: 'openapi', argv: (address) => ['openapi', address, '-vv'] },
  { name: 'health', argv: (address) => ['health', address, '-vv'] },
  { name: 'compare', argv: (address) => ['compare', address, 'Open', '-n', '2', '-vv', ...data] },
  { name: 'compare -o json', argv: (address) => ['compare', address, 'Open', '-n', '2', '-o', 'json', ...data] },
  { name: 'compare, refused', argv: (address) => ['compare', address, 'Refuse', '-n', '2', ...data] },
  ...['json', 'pretty'].map((form) => ({
    name: `rest -o ${form}`,
    argv: (address: string) => ['rest', address, 'Open', ...data, '-o', form],
  })),
  { name: 'nobody listens', argv: () => ['call', '127.0.0.1:1', 'leak.v1.VaultService/Open', ...data, '-vv'] },
  { name: 'no address', argv: () => ['call', 'bad address', 'Open'] },
];

/** The cases that show most: they stand for the others where the way of the credential is another. */
const telling = /^(?:call (?:Refuse -vv|Open -o full|Open --curl)|grpcurl, refused|rest -o json)/;

describe('metadata', () => {
  test('reaches the server as it is', async () => {
    const { exit } = await world().run(['call', server.address, 'Open', ...data, ...metadata, ...bearer]);
    const heard = server.metadata.at(-1);
    expect(exit).toBe(0);
    expect([heard?.get('x-env'), heard?.get('x-file'), heard?.get('authorization')]).toEqual([
      [secret('env')],
      [secret('file')],
      [`Bearer ${secret('bearer')}`],
    ]);
  });

  for (const [way, flags, input] of [
    ['bearer', [...metadata, ...bearer], undefined],
    ['basic', [...metadata, ...basic], undefined],
    ['stdin', [...metadata, ...stdin], secret('stdin')],
  ] as const) {
    test.each(way === 'bearer' ? cases : cases.filter(({ name }) => telling.test(name)))(
      `${way}: $name`,
      async ({ argv, columns }) => {
        const here = world();
        const words = argv(server.address);
        // grpcurl's grammar reads no files.
        const given = words[0]?.startsWith('-')
          ? flags.map((word) => word.replace(/@(?:-|secret\.txt)/, '${SECRET}'))
          : flags;
        const [first = '', ...rest] = words;
        const observed = await here.run(first.startsWith('-') ? [...given, ...words] : [first, ...rest, ...given], {
          columns,
          stdin: input,
        });
        expectNone(observed, here);
      },
    );
  }
});

describe('REST', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await gatewayTo(server.address);
  });
  afterAll(() => gateway.close());

  const userInfo = (url: string): string => url.replace('://', `://ada:${secret('user')}@`);
  const sent = (address: string, ...words: string[]): readonly string[] => ['rest', address, 'Open', ...data, ...words];
  const refused = (address: string, ...words: string[]): readonly string[] => [
    ...['rest', address, 'Refuse', ...data],
    ...words,
  ];
  test.each<readonly [string, (address: string, base: string) => readonly string[]]>([
    ['--send', (address, base) => sent(address, '--send', base)],
    ['--send -o json', (address, base) => sent(address, '--send', base, '-o', 'json')],
    ['--send, refused', (address, base) => refused(address, '--send', base)],
    ['--send, refused, -o json', (address, base) => refused(address, '--send', base, '-o', 'json')],
    ['--send, nobody listens', (address) => sent(address, '--send', userInfo('http://127.0.0.1:1'))],
    ['--diff', (address, base) => sent(address, '--diff', base)],
    ['--diff, refused', (address, base) => refused(address, '--diff', base)],
    ['--diff -o json', (address, base) => refused(address, '--diff', base, '-o', 'json')],
    ['--rest-base', (address, base) => sent(address, '--rest-base', userInfo(base))],
    ['--rest-base -o json', (address, base) => sent(address, '--rest-base', userInfo(base), '-o', 'json')],
    ['--curl', (address, base) => ['call', address, 'Open', ...data, '--curl', '--rest-base', userInfo(base)]],
  ])('%s', async (_, argv) => {
    const here = world();
    expectNone(await here.run([...argv(server.address, gateway.url), ...metadata, ...bearer]), here);
  });

  const path = '/v1/vaults/1:open';
  test.each<readonly [string, readonly string[]]>([
    ['a header', ['-H', `authorization: Bearer ${secret('bearer')}`]],
    ['a variable', ['-H', 'x-env: $SECRET']],
    ['-u', ['-u', `ada:${secret('basic')}`]],
    ['a cookie', ['-b', `sid=${secret('cookie')}`]],
    ['--oauth2-bearer', ['--oauth2-bearer', secret('bearer')]],
    ['the URL', [userInfo(`http://127.0.0.1:8080${path}`)]],
    ['the query', [`http://127.0.0.1:8080${path}?access_token=${secret('query')}`]],
    ['the body, wrong', ['-d', `{"nothing":"x"}`, '-H', `x-api-key: ${secret('key')}`]],
  ])('from-curl with %s', async (_, words) => {
    const url = words.some((word) => word.startsWith('http')) ? [] : [`http://127.0.0.1:8080${path}`];
    const line = ['curl', '-X', 'POST', ...url, ...words].map((word) =>
      word.includes('$') ? `"${word}"` : `'${word}'`,
    );
    for (const flags of [[], ['-o', 'json'], ['--send'], ['--send', '-vv'], ['--send', '-o', 'full']]) {
      const here = world();
      expectNone(await here.run(['from-curl', server.address, line.join(' '), ...flags]), here);
    }
  });

  test('the log of a gateway', async () => {
    const here = world();
    const stop = new AbortController();
    const running = here.run(['gateway', server.address, '--listen', '127.0.0.1:0', '-vv', ...metadata, ...bearer], {
      signal: stop.signal,
      onOutput: async (text) => {
        const url = /http:\S+/.exec(text)?.[0];
        const headers = { 'x-api-key': secret('user'), authorization: `Bearer ${secret('variable')}` };
        for (const target of ['/v1/vaults/1:open', '/v1/vaults/1:refuse', '/v1/nothing'])
          await fetch(`${url}${target}?access_token=${secret('query')}`, { method: 'POST', headers, body: '{}' });
        stop.abort(new Interrupted(143));
      },
    });
    expectNone(await running, here);
  });
});

describe('lines', () => {
  const script = [
    `auth ${secret('bearer')}`,
    "meta set x-env '${SECRET}'",
    "meta set x-file '@secret.txt'",
    `meta set x-api-key ${secret('key')}`,
    'Open id=1',
    'Open id=1 -vv',
    'Open id=1 -o full',
    'Refuse id=1',
    'Refuse id=1 -o full',
    `auth basic ada ${secret('basic')}`,
    'Refuse id=1 -vv',
    'Watch id=1 -v',
    'Talk {"id":"1"} -v',
    `Open id=1 -H 'cookie: sid=${secret('cookie')}'`,
    `let token = $env.SECRET`,
    'vars',
    'meta',
    'auth',
    'show',
    'show header',
    'show bearer',
    'show --origin',
    'save one',
    'saved',
    'run one',
    'copy grepl',
    'copy curl',
    'copy grpcurl',
    'copy json',
    'rest Open id=1',
    'compare Open id=1 -n 2',
    'describe leak.v1.VaultService',
    'list -l',
    'export --out schema',
    'again',
    'again 1 -vv',
    'retry',
    'history',
    'watch 10ms Nothing',
    `paste grpcurl -plaintext -H 'authorization: Bearer ${secret('bearer')}' -d '{"id":"1"}' ADDRESS leak.v1.VaultService/Open`,
    `paste curl -X POST http://127.0.0.1/v1/vaults/1:open -u ada:${secret('basic')} -d '{}'`,
    `Open id=1 --bearer ${secret('bearer')} > answer.json`,
    `Nothing -H 'authorization: Bearer ${secret('bearer')}'`,
    `Open -H 'x-env: \${NOT_THERE}'`,
    'tls on',
    'Open id=1',
  ];

  test('of a script', async () => {
    const here = world();
    const stdin = script.map((line) => line.replace('ADDRESS', server.address)).join('\n');
    const observed = await here.run([server.address, '--keep-going'], { stdin });
    // `history` shows the lines of this very session, and `paste` gives the line that was pasted back.
    expectNone(observed, here);
  });

  test('with a profile', async () => {
    const here = world();
    const stdin = ['Open id=1 -vv', 'profile', 'show --origin', 'meta', 'Refuse id=1', 'copy grepl', 'save two'].join(
      '\n',
    );
    expectNone(await here.run(['--profile', 'dev', '--trust', '--keep-going'], { stdin }), here);
    expectNone(await here.run(['call', '--profile', 'dev', '--trust', 'Refuse', ...data, '-vv']), here);
    expectNone(await here.run(['call', '--profile', 'dev', 'Refuse', ...data, '-vv']), here);
  });

  test('with settings of the environment', async () => {
    const here = world();
    const env = { GREPL_BEARER: secret('variable'), GREPL_ADDRESS: server.address };
    expectNone(await here.run(['call', 'Refuse', ...data, '-vv'], { env }), here);
    expectNone(
      await here.run([server.address, '--keep-going'], { stdin: 'Open id=1 -vv\nshow --origin\nmeta', env }),
      here,
    );
  });
});

test('a bug in grepl', async () => {
  const here = world();
  const observed = await here.run(['call', server.address, 'Open', ...data, ...metadata, ...bearer], {
    failing: `cannot write ${secret('bearer')} and ${secret('env')}`,
  });
  expect(observed).toMatchObject({ exit: 1, err: expect.stringContaining('a bug in grepl') });
  expectNone(observed, here);
});
