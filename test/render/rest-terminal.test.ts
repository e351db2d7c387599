// Where the REST side is shown, and what never is: whole command lines on made-up terminals, in process through main.
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Demo, startDemo } from '../../src/demo/server.ts';
import { main } from '../../src/main.ts';

let demo: Demo;
beforeAll(async () => {
  demo = await startDemo({ host: '127.0.0.1', port: 0, requireToken: false });
});
afterAll(() => demo.close(100));

const root = join(import.meta.dirname, '..', '..');
const token = 's3cr3t-sentinel-0123456789';

/** Runs a command line; `columns` makes stdout and stderr a terminal of that width. */
async function run(argv: readonly string[], columns?: number): Promise<{ out: string; err: string; exit: number }> {
  const out = sink(columns);
  const err = sink(columns);
  const exit = await main(
    argv.map((word) => (word === ':PORT' ? demo.address : word)),
    {
      stdin: Readable.from([]),
      stdout: out.stream,
      stderr: err.stream,
      env: { NO_COLOR: '1', TOKEN: token },
      signal: new AbortController().signal,
      cwd: root,
      packageRoot: root,
      now: () => performance.now(),
    },
  );
  return { out: out.text(), err: err.text(), exit };
}

function sink(columns: number | undefined) {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(Buffer.from(chunk));
      done();
    },
  });
  const tty = columns === undefined ? {} : { isTTY: true, columns };
  return { stream: Object.assign(stream, tty), text: () => Buffer.concat(chunks).toString() };
}

const getOrder = ['call', ':PORT', 'GetOrder', 'order_id=o-1'];
const twin = 'REST  GET /orders/o-1  → 200 OK  11 B + 95 B  (derived, high)\n';

describe('a terminal', () => {
  it('with room for two columns gets them, all on stdout', async () => {
    const { out, err } = await run(getOrder, 100);
    expect(out).toMatch(/gRPC {2}unary +│ {2}REST {2}derived, high: Get \+ order_id\n/);
    expect(out).toContain("\n  curl 'http://127.0.0.1:8080/orders/o-1'\n");
    expect(err).toBe('');
  });

  it('with less room gets a line', async () => {
    const { out, err } = await run(getOrder, 99);
    expect(JSON.parse(out)).toMatchObject({ id: 'o-1' });
    expect(err).toMatch(/^OK .*\n/);
    expect(err.endsWith(twin)).toBe(true);
  });

  it.each([[['--rest', 'off']], [['-q']], [['-o', 'ndjson']], [['-o', 'table']]])(
    'gets nothing of it with %j',
    async (flags) => {
      const { out, err } = await run([...getOrder, ...flags], 140);
      expect(out + err).not.toContain('REST');
    },
  );

  it('gets nothing of it in the grammar of grpcurl', async () => {
    const { out, err } = await run(
      ['-plaintext', '-d', '{"order_id":"o-1"}', ':PORT', 'orders.OrderService/GetOrder'],
      140,
    );
    expect(JSON.parse(out)).toMatchObject({ id: 'o-1' });
    expect(err).toBe('');
  });
});

describe('a pipe', () => {
  it.each([
    [[], ''],
    [['--rest', 'line'], twin],
    [['--rest', 'off'], ''],
  ])('gets data alone, with %j', async (flags, said) => {
    const { out, err } = await run([...getOrder, ...flags]);
    expect(JSON.parse(out)).toMatchObject({ id: 'o-1' });
    expect(err).toBe(said);
  });

  it.each(['side', 'full'])('keeps stdout to data with --rest %s', async (mode) => {
    const { out, err } = await run(['call', ':PORT', 'StreamComplete', 'prompt=hello', '--rest', mode]);
    expect(
      out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).tokensGenerated),
    ).toEqual([1, 2, 3]);
    expect(err.match(/^ {2}data: /gm)).toHaveLength(mode === 'full' ? 3 : 1);
    expect(err).toContain('REST  POST /v1/inference:streamComplete');
  });
});

describe('a credential from the environment', () => {
  const header = ['-H', 'authorization: Bearer ${TOKEN}', '-H', 'x-custom: ${TOKEN}'];

  it.each<[readonly string[], number | undefined]>([
    [[...getOrder], 120],
    [[...getOrder, '-v'], 80],
    [[...getOrder, '--rest', 'full'], undefined],
    [[...getOrder, '--rest', 'side', '--rest-dialect', 'gateway'], undefined],
    [[...getOrder, '--curl'], undefined],
    [[...getOrder, '--dry-run'], undefined],
    [['rest', ':PORT', 'GetOrder', 'order_id=o-1'], undefined],
    [['rest', ':PORT', 'GetOrder', 'order_id=o-1', '-o', 'json'], undefined],
    [['rest', ':PORT', 'BatchCharge', '-d', '{}'], undefined],
  ])('is not shown by %j at %s columns', async (argv, columns) => {
    const [command = '', ...words] = argv;
    // With -v below two columns the call's own view shows all but credentials by name.
    const given = argv.includes('-v') ? header.slice(0, 2) : header;
    const { out, err, exit } = await run([command, ...words, ...given], columns);
    expect(exit).toBe(0);
    expect(out + err).not.toContain(token);
  });

  it('is a variable in the curl line', async () => {
    const { out } = await run([...getOrder, '--curl', ...header]);
    expect(out).toContain('-H "authorization: Bearer $TOKEN" -H "x-custom: $TOKEN"');
  });
});
