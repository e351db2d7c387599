// The program itself under the Connect conformance runner: each case is one command line, as a script would write it,
// with the requests as lines on stdin, and what was seen is read from the document that `-o full` prints.
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  createRegistry,
  type DescMessage,
  fromBinary,
  fromJson,
  type JsonValue,
  type Message,
  type Registry,
  toBinary,
  toJson,
} from '@bufbuild/protobuf';
import { type Any, anyUnpack } from '@bufbuild/protobuf/wkt';
import { loadSchema } from '../../../src/schema/load.ts';
import { plainEnvironment } from '../../support/run-grepl.ts';
import { answerCases, type Case, fullDuplex, gzip } from './runner-pipe.ts';

/** What `-o full` prints, as far as it is read here. */
interface Printed {
  readonly response: { readonly headers: Pairs; readonly messages: readonly JsonValue[]; readonly trailers: Pairs };
  readonly status: { readonly code: number; readonly message: string; readonly details: readonly JsonValue[] };
  readonly bytes: { readonly sent: readonly number[] };
}
type Pairs = readonly (readonly [string, string])[];

const [grepl, protoFolder, folder] = process.argv.slice(2) as [string, string, string];
const packageName = 'connectrpc.conformance.v1';
const serviceFile = 'connectrpc/conformance/v1/service.proto';
/** Cases at once, each a process. */
const concurrency = 2;
/** Milliseconds until what was begun has surely been sent. */
const settled = 300;

async function main(): Promise<void> {
  const schema = await loadSchema({
    protoFiles: ['connectrpc/conformance/v1/client_compat.proto'],
    importPaths: [protoFolder],
    protosets: [],
    reflect: 'off',
    channel: undefined,
    metadata: [],
    signal: new AbortController().signal,
  });
  for (const name of ['ClientCompatRequest', 'ClientCompatResponse', 'ConformanceService']) {
    await schema.symbol(`${packageName}.${name}`);
  }
  const asked = schema.types.message(`${packageName}.ClientCompatRequest`) as DescMessage;
  const registry = createRegistry(asked.file, ...asked.file.dependencies);
  const message = (name: string): DescMessage => registry.getMessage(`${packageName}.${name}`) as DescMessage;
  await answerCases(async (bytes) => {
    const one = fromBinary(message('ClientCompatRequest'), bytes) as Case;
    const result = await observe(one, registry).then(
      (response) => ({ response }),
      (error: Error) => ({ error: { message: error.message } }),
    );
    const answer = fromJson(message('ClientCompatResponse'), { testName: one.testName, ...result } as JsonValue, {
      registry,
    });
    return toBinary(message('ClientCompatResponse'), answer);
  }, concurrency);
}

/** Runs the command line of a case; what it saw, as the JSON of a ClientResponseResult. */
async function observe(one: Case, registry: Registry): Promise<JsonValue> {
  const { case: when, value } = one.cancel?.cancelTiming ?? {};
  const child = spawn(process.execPath, [grepl, ...argumentsOf(one), ...(when ? ['-vv'] : [])], {
    env: plainEnvironment(),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const told = { out: '', error: '' };
  child.stdout.on('data', (chunk: Buffer) => (told.out += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => (told.error += chunk.toString('utf8')));
  child.stdin.on('error', () => {});
  const over = new Promise((resolve) => child.on('close', resolve));
  for (const packed of one.requestMessages) {
    if (one.requestDelayMs > 0) await sleep(one.requestDelayMs);
    const unpacked = anyUnpack(packed as Any, registry) as Message;
    const line = toJson(registry.getMessage(unpacked.$typeName) as DescMessage, unpacked, { registry });
    child.stdin.write(`${JSON.stringify(line)}\n`);
  }
  if (when !== 'beforeCloseSend') child.stdin.end();
  // The frames that -vv tells say how far the call is.
  if (when) {
    const answers = answersBefore(one);
    const [frame, count] = answers > 0 ? ['< DATA', answers] : ['> HEADERS', 1];
    while (child.exitCode === null && told.error.split(frame).length <= count) await sleep(2);
  }
  if (when === 'beforeCloseSend') await sleep(settled);
  if (when === 'afterCloseSendMs') await sleep(value as number);
  if (when) child.kill('SIGINT');
  await over;
  if (told.out === '') throw new Error(`nothing on stdout; stderr: ${told.error}`);
  return resultOf(one, JSON.parse(told.out) as Printed);
}

/** How many responses there are before the call is cancelled. */
function answersBefore({ cancel, streamType, requestMessages }: Case): number {
  const { case: when, value } = cancel?.cancelTiming ?? {};
  if (when === 'afterNumResponses') return value as number;
  return streamType === fullDuplex ? requestMessages.length : 0;
}

function argumentsOf(one: Case): string[] {
  const file = (name: string, content: Uint8Array): string => {
    const path = join(folder, `${one.testName.replaceAll(/[^a-zA-Z0-9]/g, '_')}.${name}`);
    writeFileSync(path, content);
    return path;
  };
  const { clientTlsCreds: own } = one;
  return [
    ...['call', `${one.host}:${one.port}`, `${one.service}/${one.method}`, '-o', 'full', '-I', protoFolder],
    ...['--proto', serviceFile, '--rest', 'off', '--no-input'],
    ...(one.serverTlsCert.length > 0 ? ['--tls', '--cacert', file('ca.pem', one.serverTlsCert)] : ['--plaintext']),
    ...(own ? ['--cert', file('cert.pem', own.cert), '--key', file('key.pem', own.key)] : []),
    ...one.requestHeaders.flatMap(({ name, value }) => value.flatMap((text) => ['-H', `${name}: ${text}`])),
    ...(one.timeoutMs === undefined ? [] : ['--deadline', `${one.timeoutMs}ms`]),
    ...(one.compression === gzip ? ['--compress', 'gzip'] : []),
    ...(one.messageReceiveLimit > 0 ? ['--max-message', String(one.messageReceiveLimit)] : []),
  ];
}

function resultOf(one: Case, { response, status, bytes }: Printed): JsonValue {
  const single = /^(Unary|ClientStream|IdempotentUnary|Unimplemented)$/.test(one.method);
  const { code, message, details } = status;
  // The runner thinks of an API that returns one response or an error; grepl shows the messages that came before it too.
  const messages = single && code !== 0 ? [] : response.messages;
  return {
    responseHeaders: headersOf(response.headers),
    payloads: messages.map((one) => (one as { readonly payload?: JsonValue }).payload ?? {}),
    ...(code === 0 ? {} : { error: { code, message, details: [...details] } }),
    responseTrailers: headersOf(response.trailers),
    numUnsentRequests: one.requestMessages.length - bytes.sent.length,
  };
}

function headersOf(pairs: Pairs): JsonValue {
  const values = new Map<string, string[]>();
  for (const [name, value] of pairs) values.set(name, [...(values.get(name) ?? []), value]);
  return [...values].map(([name, value]) => ({ name, value }));
}

await main();
