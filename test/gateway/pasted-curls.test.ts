// The promise of the REST side: a printed curl line, pasted into a shell while a gateway runs, is answered with what the
// gRPC call got. Two demos are asked the same things, one over gRPC and one through the gateway, in all four dialects.
import { execFile } from 'node:child_process';
import { Readable, Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Demo, startDemo } from '../../src/demo/server.ts';
import { main } from '../../src/main.ts';
import type { RestDialect } from '../../src/rest/rest.ts';
import { type PastedCase, pastedCases } from './pasted-cases.ts';
import { gatewayTo, gatewayToDemo, noCurl, type TestGateway } from './running.ts';

if (noCurl) console.warn(`pasted curl lines are not tried: ${noCurl}`);

/** 2026-01-05T09:00:00Z, always: what is made during a call is made at the same moment on both sides. */
const clock = () => 1_767_603_600_000;

describe.skipIf(noCurl).each<RestDialect>(['google', 'gateway', 'envoy', 'connect'])('%s', (dialect) => {
  let called: Demo;
  let behind: Demo;
  let gateway: TestGateway;

  beforeAll(async () => {
    called = await startDemo({ host: '127.0.0.1', port: 0, clock });
    behind = await startDemo({ host: '127.0.0.1', port: 0, clock });
    gateway = await gatewayTo(behind.address, { dialect });
  });
  afterAll(async () => {
    await gateway.close();
    await Promise.all([called.close(0), behind.close(0)]);
  });

  test.each(pastedCases.map((one, at) => [`${at} ${one.method}`, one] as const))('%s', async (_, one) => {
    const words = callWords(called.address, one, dialect, gateway.url);
    const run = await grepl(words);
    const document = parsed(run.out, run.err);
    const { rest } = document;
    if ('none' in rest) return expect(rest.none).toMatch(/variable empty|does not match/);
    // grpc-gateway makes another call of it, and the line is printed with a warning that says so.
    if (rest.warnings.some((warning: string) => warning.includes('fills an unset'))) return;
    const answer = answerOf(document, await paste(rest.curl), dialect, one.deadline);
    expect({ line: rest.curl, ...answer }).toEqual({ line: rest.curl, ...wantedOf(document, dialect, one.deadline) });
    if (dialect === 'google') {
      const [, address, ...more] = words;
      const alone = await grepl(['rest', address!, ...more, '-o', 'json']);
      expect(parsed(alone.out, alone.err).curl).toBe(rest.curl);
    }
    const back = await grepl(['from-curl', called.address, rest.curl, '-o', 'json', '--rest-dialect', dialect]);
    const { method, request } = parsed(back.out, back.err);
    const sent =
      document.kind.startsWith('server') || document.kind === 'unary'
        ? document.request.messages[0]
        : document.request.messages;
    expect({ line: rest.curl, method, request }).toEqual({ line: rest.curl, method: document.method, request: sent });
  });

  test('metadata arrives as the call sends it', async () => {
    const metadata = ['-H', "x-tenant: b'lue $HOME", '-H', 'trace-bin: AAEC/w==', '-H', 'authorization: ${TOKEN}'];
    const one = { method: 'kinds.v1.KindsService/EchoMetadata', request: {} };
    const words = [...callWords(called.address, one, dialect, gateway.url), ...metadata];
    const { rest } = JSON.parse((await grepl(words, { TOKEN: 'Bearer t0' })).out);
    const answer = JSON.parse((await paste(rest.curl, { TOKEN: 'Bearer t0' })).body.toString());
    const seen = ({ entries }: Document) =>
      entries.filter(({ name }: Document) => /^(?:x-tenant|trace-bin|authorization)$/.test(name));
    expect(seen(answer)).toEqual(seen(rest.responseBody));
    expect(seen(answer)).toHaveLength(3);
  });
});

test.skipIf(noCurl)(
  'every line on the page reaches its method',
  async () => {
    const gateway = await gatewayToDemo();
    const page = await (await fetch(gateway.url)).text();
    const lines = [...page.matchAll(/<pre>(.*?)<\/pre>/gs)].map(([, line]) => unescaped(line!));
    expect(lines.length).toBeGreaterThan(40);
    const wrong: string[] = [];
    for (const line of lines.filter((one) => !one.includes('@FILE'))) {
      const { status, body } = await paste(`${line} --max-time 0.3`);
      if (status === 405 || /no route/.test(body.toString()) || /is no request/.test(body.toString())) wrong.push(line);
    }
    await gateway.close();
    expect(wrong).toEqual([]);
  },
  60_000,
);

test('every method of the demo is among the requests', async () => {
  const demo = await startDemo({ host: '127.0.0.1', port: 0 });
  const services = JSON.parse((await grepl(['list', demo.address, '-l', '-o', 'json'])).out);
  await demo.close(0);
  const tried = new Set(pastedCases.map(({ method }) => method));
  const all = services.flatMap((one: Document) => one.methods.map(({ name }: Document) => name));
  const missing = all.filter((name: string) => !tried.has(name) && !tried.has(name.replace(/\.(\w+)$/, '/$1')));
  expect(missing.filter((name: string) => !/Reflection|EchoMetadata/.test(name))).toEqual([]);
});

function unescaped(html: string): string {
  const named = new Map([
    ['lt', '<'],
    ['gt', '>'],
    ['quot', '"'],
    ['#39', "'"],
    ['amp', '&'],
  ]);
  return html.replace(/&(#?\w+);/g, (all, name) => named.get(name) ?? all);
}

function callWords(
  address: string,
  { method, request, deadline }: PastedCase,
  dialect: string,
  base: string,
): string[] {
  const data = Array.isArray(request) ? request.map((one) => JSON.stringify(one)).join('\n') : JSON.stringify(request);
  const words = ['call', address, method, '-d', data, '-o', 'full', '--rest-dialect', dialect, '--rest-base', base];
  return deadline === undefined ? words : [...words, '--deadline', deadline];
}

interface Pasted {
  readonly status: number;
  readonly body: Buffer;
}

/** The line as it is in a shell, where curl is told only to be silent and to say the status. */
function paste(line: string, env: Readonly<Record<string, string>> = {}): Promise<Pasted> {
  const script = `curl() { command curl -sS -w '%{stderr}%{http_code}' "$@"; }\n${line}\n`;
  return new Promise((resolve) => {
    execFile(
      'bash',
      ['-c', script],
      { encoding: 'buffer', timeout: 20_000, env: { ...process.env, ...env } },
      (_, out, err) => {
        resolve({ status: Number(/\d{3}$/.exec(err.toString())?.[0] ?? err.toString()), body: out });
      },
    );
  });
}

// biome-ignore lint/suspicious/noExplicitAny: a document of many shapes
type Document = any;

interface Wanted {
  readonly status: number;
  readonly body: unknown;
  readonly late: boolean;
}

/** What the call's own document says that REST answers. */
function wantedOf({ kind, status, rest }: Document, dialect: RestDialect, deadline: string | undefined): Wanted {
  const streams = kind === 'server_streaming' || kind === 'bidi_streaming';
  // Both give up when the time is over: curl has no answer then, or only the beginning of one.
  const gaveUp = deadline !== undefined && status.code === 4;
  if (gaveUp && !streams) return { status: 0, body: undefined, late: false };
  const body = rest.httpMethod === 'HEAD' ? undefined : rest.responseBody;
  const late = streams && rest.httpStatus === 200 && status.code !== 0 && !gaveUp;
  // Envoy tells a late error in trailers only, which HTTP/1.1 has not: the stream breaks off.
  return { status: rest.httpStatus, body, late: late && dialect !== 'envoy' };
}

/** The answer in the same shape. */
function answerOf(
  { kind, rest }: Document,
  { status, body }: Pasted,
  dialect: RestDialect,
  deadline: string | undefined,
): Wanted {
  const text = body.toString();
  if (rest.httpMethod === 'HEAD' || status === 0) return { status, body: undefined, late: false };
  const streams = kind === 'server_streaming' || kind === 'bidi_streaming';
  if (!streams || status !== 200) return { status, body: value(text, body, rest.responseBody), late: false };
  const pieces = piecesOf(text);
  const isError = (piece: Document) => 'error' in piece && Object.keys(piece).length === 1;
  const messages = pieces.filter((piece) => !isError(piece));
  const late = deadline === undefined && pieces.some(isError);
  return { status, body: dialect === 'gateway' ? messages.map(({ result }) => result) : messages, late };
}

function value(text: string, bytes: Buffer, wanted: Document): unknown {
  if (typeof wanted?.base64 === 'string') return { base64: bytes.toString('base64') };
  try {
    return JSON.parse(text);
  } catch {
    return text === '' ? undefined : text;
  }
}

/** The elements of a streamed body, in whichever of the three forms it is. */
function piecesOf(text: string): Document[] {
  // An array that ends without its bracket was cut off.
  if (text.startsWith('[')) return JSON.parse(text.endsWith(']') ? text : `${text}]`);
  const lines = text.split('\n').filter((line) => line !== '' && !/^(?:event|id|retry):/.test(line));
  return lines.map((line) => JSON.parse(line.replace(/^data: /, '')));
}

async function grepl(
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ out: string; err: string; exit: number }> {
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  const collect = (chunks: Buffer[]) =>
    new Writable({
      write(chunk, _encoding, done) {
        chunks.push(Buffer.from(chunk));
        done();
      },
    });
  const exit = await main(argv, {
    stdin: Readable.from([]),
    stdout: collect(out),
    stderr: collect(err),
    env: { NO_COLOR: '1', ...env },
    signal: new AbortController().signal,
    cwd: '/',
    packageRoot: '/',
    now: () => performance.now(),
  });
  return { out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString(), exit };
}

function parsed(out: string, err: string): Document {
  try {
    return JSON.parse(out);
  } catch {
    throw new Error(`no document: ${out}${err}`);
  }
}
