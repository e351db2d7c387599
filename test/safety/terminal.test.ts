// A server whose every text is hostile: nothing that a terminal acts on, no line of its own and no file outside gets
// through any command, and data stays what it is.
import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { gatewayTo } from '../gateway/running.ts';
import { file, message, type ReflectionServer, serveReflection } from '../schema/reflection-server.ts';
import { startHostileServer } from './hostile-server.ts';
import { expectSafe, hostile } from './hostile-text.ts';
import { type Observed, World } from './observed-run.ts';

let server: ReflectionServer;
let named: ReflectionServer;
beforeAll(async () => {
  server = await startHostileServer();
  named = await startHostileServer(true);
});
afterAll(() => {
  server.close();
  named.close();
});

const data = ['-d', '{"s":"x"}'];
const dataForms = new Set(['ndjson', 'full', 'json', 'text', 'table']);

/** Whether what is on stdout is data for programs. */
function formOf({ what }: Observed, atTerminal: boolean): 'json' | 'text' {
  const form = /-o (\w+)/.exec(what)?.[1];
  const isData = form === undefined ? /^(?:-plaintext|openapi)/.test(what) && !atTerminal : dataForms.has(form);
  return isData ? 'json' : 'text';
}

function check(observed: Observed, atTerminal = false): void {
  // Messages in the text format are separated by 0x1E.
  const out = observed.out.replaceAll('\u001e', '');
  expectSafe(out, `stdout of ${observed.what}, exit ${observed.exit}`, formOf(observed, atTerminal));
  // In a pipe grpcurl's grammar writes the lines of a status message as grpcurl does.
  const isGrpcurl = observed.what.startsWith('-plaintext') && !atTerminal;
  const err = isGrpcurl ? observed.err.replaceAll(/\n(?=INJECTED)/g, '') : observed.err;
  expectSafe(err, `stderr of ${observed.what}, exit ${observed.exit}`);
}

const outputs = ['pretty', 'ndjson', 'full', 'text', 'table'];
const lines: readonly (readonly string[])[] = [
  ...outputs.flatMap((form) =>
    ['Say', 'Refuse', 'Watch', 'Talk'].map((method) => ['call', 'ADDRESS', method, ...data, '-o', form]),
  ),
  ...['Say', 'Refuse', 'Watch'].map((method) => ['call', 'ADDRESS', method, ...data, '-vv', '-o', 'pretty']),
  ...['side', 'line', 'full'].flatMap((rest) =>
    ['Say', 'Refuse', 'Watch'].map((method) => [
      'call',
      'ADDRESS',
      method,
      ...data,
      '--rest',
      rest,
      '-v',
      '-o',
      'pretty',
    ]),
  ),
  ['call', 'ADDRESS', 'Say', '--each', '-d', '{"s":"1"} {"s":"2"}', '-o', 'ndjson'],
  ['call', 'ADDRESS', 'Refuse', '--each', '-d', '{"s":"1"} {"s":"2"}', '-o', 'ndjson'],
  ['call', 'ADDRESS', 'Say', '--expect', '.s=="1"', ...data, '-o', 'ndjson'],
  ['call', 'ADDRESS', 'Say', '--dry-run', ...data],
  ['call', 'ADDRESS', 'Say', '--curl', ...data],
  ['call', 'ADDRESS', 'Say', '--grpcurl', ...data],
  ['call', 'ADDRESS', 'Say', '-d', '{"nope":1}'],
  ['call', 'ADDRESS', 'Nope'],
  ['-plaintext', '-vv', ...data, 'ADDRESS', 't.S/Say'],
  ['-plaintext', '-vv', ...data, 'ADDRESS', 't.S/Refuse'],
  ['-plaintext', '-format', 'text', ...data, 'ADDRESS', 't.S/Refuse'],
  ['-plaintext', '-format-error', ...data, 'ADDRESS', 't.S/Refuse'],
  ['-plaintext', 'ADDRESS', 'list'],
  ['-plaintext', 'ADDRESS', 'describe'],
  ['-plaintext', '-msg-template', 'ADDRESS', 'describe', 't.M'],
  ['list', 'ADDRESS', '-l'],
  ['list', 'ADDRESS', '-l', '-o', 'json'],
  ['describe', 'ADDRESS'],
  ['describe', 'ADDRESS', 't.S'],
  ['describe', 'ADDRESS', 't.M'],
  ['describe', 'ADDRESS', 't.E'],
  ['describe', 'ADDRESS', 't.S', '-o', 'json'],
  ['template', 'ADDRESS', 'Say'],
  ['template', 'ADDRESS', 'Say', '--form', 'fields'],
  ['rest', 'ADDRESS', 'Say', ...data],
  ['rest', 'ADDRESS', 'Say', ...data, '-o', 'json'],
  ['openapi', 'ADDRESS'],
  ['openapi', 'ADDRESS', '--yaml'],
  ['compare', 'ADDRESS', 'Say', '-n', '2', ...data],
  ['compare', 'ADDRESS', 'Refuse', '-n', '2', ...data],
  ['health', 'ADDRESS'],
  ['export', 'ADDRESS', '--out', 'out'],
  ['from-curl', 'ADDRESS', "curl -d '{}' http://x/t.S/Say"],
  ['from-curl', 'ADDRESS', "curl -d '{}' http://x/t.S/Refuse", '--send'],
];

describe('text', () => {
  test.each(lines.map((words) => ({ words, name: words.join(' ') })))('$name', async ({ words }) => {
    const here = new World();
    check(await here.run(words.map((word) => word.replace('ADDRESS', server.address))));
    // The same at a terminal, where other forms are the usual ones.
    const terminal = await here.run(
      words.map((word) => word.replace('ADDRESS', server.address)),
      { columns: 120 },
    );
    check(terminal, true);
    const colours = { columns: 70, env: { NO_COLOR: '', FORCE_COLOR: '1' } };
    const coloured = await here.run(
      words.map((word) => word.replace('ADDRESS', server.address)),
      colours,
    );
    expectSafe(coloured.err, coloured.what, 'coloured');
    if (formOf(coloured, true) === 'text') expectSafe(coloured.out.replaceAll('\u001e', ''), coloured.what, 'coloured');
  });

  test('is the same text once JSON is read', async () => {
    const here = new World();
    const { out } = await here.run(['call', server.address, 'Say', ...data, '-o', 'ndjson']);
    const said = JSON.parse(out) as Record<string, unknown>;
    expect(said[`${hostile}s`]).toBe(hostile);
    expect(Object.entries(said.names as object)).toEqual([[hostile, hostile]]);
    const full = JSON.parse((await here.run(['call', server.address, 'Refuse', ...data, '-o', 'full'])).out);
    expect(full.status.message).toBe(hostile);
  });
});

describe('names', () => {
  const commands: readonly (readonly string[])[] = [
    ['list', 'ADDRESS'],
    ['list', 'ADDRESS', '-l'],
    ['describe', 'ADDRESS'],
    ['describe', 'ADDRESS', `t.S${hostile}`],
    ['call', 'ADDRESS', `t.S${hostile}/Say`, ...data],
    ['call', 'ADDRESS', 'Say', ...data, '-vv'],
    ['template', 'ADDRESS', 'Say'],
    ['rest', 'ADDRESS', 'Say'],
    ['openapi', 'ADDRESS'],
    ['export', 'ADDRESS', '--out', 'out'],
    ['export', 'ADDRESS', '--protoset', 'out.binpb'],
    ['-plaintext', 'ADDRESS', 'list'],
    ['-plaintext', 'ADDRESS', 'describe'],
  ];
  test.each(commands.map((words) => ({ words, name: words.slice(0, 2).join(' ') })))('$name', async ({ words }) => {
    const here = new World();
    const argv = words.map((word) => word.replace('ADDRESS', named.address));
    check(await here.run(argv));
    check(await here.run(argv, { columns: 90 }), true);
    expect([...here.written().keys()].filter((path) => !path.startsWith('work/out'))).toEqual([]);
  });
});

describe('file names', () => {
  const outside =
    /leads outside|control characters|not one of file names|not the name of a file|name of a device|too long|same file|another file/;
  const named = async (...names: readonly string[]): Promise<ReflectionServer> => {
    const files = names.map((name, at) =>
      file({ name, package: `p${at}`, service: [{ name: 'S', method: [] }], messageType: [message('M')] }),
    );
    return serveReflection(
      ({ listServices, fileByFilename, fileContainingSymbol = '' }) => {
        if (listServices !== undefined) return { services: names.map((_, at) => `p${at}.S`) };
        const found = files.find((one, at) => one.name === fileByFilename || fileContainingSymbol === `p${at}.S`);
        return found ? { files: [found] } : { error: 5, message: 'not found' };
      },
      ['v1'],
    );
  };

  test.each<readonly [string, readonly string[]]>([
    ['up', ['../up.proto']],
    ['up, within', ['a/../../up.proto']],
    ['absolute', ['/tmp/grepl-absolute.proto']],
    ['a drive', ['C:\\x.proto']],
    ['a drive, relative', ['C:x.proto']],
    ['backslashes', ['..\\up.proto']],
    ['a share', ['\\\\host\\share\\x.proto']],
    ['a device', ['a/nul.proto']],
    ['a device of old', ['com1.proto']],
    ['NUL', ['a\0.proto']],
    ['a line end', ['a\nb.proto']],
    ['nothing', ['a//b.proto']],
    ['a link', ['link/x.proto']],
    ['a link in its place', ['linked.proto']],
    ['the same but for case', ['a/B.proto', 'A/b.proto']],
    ['a file and a folder', ['a.proto', 'a.proto/b.proto']],
    ['too long', [`${'x'.repeat(300)}.proto`]],
  ])('%s', async (_, names) => {
    const hostileNames = await named(...names);
    try {
      const here = new World({ 'theirs/x': 'mine', 'theirs/y': 'mine' });
      mkdirSync(join(here.cwd, 'out'));
      symlinkSync(join(here.cwd, 'theirs'), join(here.cwd, 'out/link'));
      symlinkSync(join(here.cwd, 'theirs/y'), join(here.cwd, 'out/linked.proto'));
      const ran = await here.run(['export', hostileNames.address, '--out', join(here.cwd, 'out')]);
      check(ran);
      const written = [...here.written().keys()];
      expect(written.filter((path) => !path.startsWith('work/out/'))).toEqual([]);
      expect(readFileSync(join(here.cwd, 'theirs/y'), 'utf8')).toBe('mine');
      expect(existsSync('/tmp/grepl-absolute.proto')).toBe(false);
      // Refused before anything is written; or not taken from the server at all.
      expect(ran.err).toMatch(outside);
      expect([4, /too|link|same|folder|leads|device/.test(ran.err) ? 4 : 0]).toContain(ran.exit);
      expect(written).toEqual([]);
    } finally {
      hostileNames.close();
    }
  });

  test('a link where a file is begun is not written through', async () => {
    const plain = await named('plain.proto');
    try {
      const here = new World({ 'theirs/x': 'mine' });
      mkdirSync(join(here.cwd, 'out'));
      symlinkSync(join(here.cwd, 'theirs/x'), join(here.cwd, 'out/plain.proto.part'));
      const ran = await here.run(['export', plain.address, '--out', join(here.cwd, 'out')]);
      expect(ran).toMatchObject({ exit: 0 });
      expect(readFileSync(join(here.cwd, 'theirs/x'), 'utf8')).toBe('mine');
      expect(here.written().get('work/out/plain.proto')).toContain('service S');
    } finally {
      plain.close();
    }
  });
});

test('the page of a gateway is text, and its answers are JSON', async () => {
  const gateway = await gatewayTo(server.address);
  try {
    const page = await (await fetch(`${gateway.url}/`)).text();
    // In a page a line end is a blank.
    expectSafe(page.replaceAll(/[\n\u2028\u2029]/g, ' '), 'the page', 'json');
    expect(page).not.toMatch(/<script|javascript:/i);
    const refused = await fetch(`${gateway.url}/t.S/Refuse`, {
      method: 'POST',
      body: '{}',
      headers: { 'content-type': 'application/json' },
    });
    const text = await refused.text();
    expect(JSON.parse(text).error.message).toBe(hostile);
  } finally {
    await gateway.close();
  }
});
