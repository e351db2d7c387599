// The client under test of the Connect conformance runner: reads cases from stdin, makes each through rpc/ and wire/,
// and tells on stdout what it saw.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { create, type DescMessage, type DescMethod, fromBinary, type Message, toBinary } from '@bufbuild/protobuf';
import { call } from '../../../src/rpc/call.ts';
import { findMethod } from '../../../src/schema/find.ts';
import { loadSchema } from '../../../src/schema/load.ts';
import type { Schema } from '../../../src/schema/schema.ts';
import { openChannel } from '../../../src/wire/channel.ts';
import type { Metadata } from '../../../src/wire/metadata.ts';
import type { Status } from '../../../src/wire/status.ts';
import { parseTarget, type Target } from '../../../src/wire/target.ts';
import { answerCases, type Case, fullDuplex, gzip, type Header } from './runner-pipe.ts';

const [protoFile, folder] = process.argv.slice(2) as [string, string];

async function main(): Promise<void> {
  const schema = await loadSchema({
    protoFiles: [protoFile],
    importPaths: [],
    protosets: [],
    reflect: 'off',
    channel: undefined,
    metadata: [],
    signal: new AbortController().signal,
  });
  // Only what is asked for is loaded.
  for (const name of ['Case', 'Answer']) await schema.symbol(`connectrpc.conformance.v1.${name}`);
  const types = {
    case: schema.types.message('connectrpc.conformance.v1.Case') as DescMessage,
    answer: schema.types.message('connectrpc.conformance.v1.Answer') as DescMessage,
  };
  await answerCases(async (bytes) => {
    const one = fromBinary(types.case, bytes) as Case;
    const answer = { testName: one.testName, result: await answerTo(one, schema) };
    return toBinary(types.answer, create(types.answer, answer as never));
  }, 16);
}

async function answerTo(one: Case, schema: Schema) {
  try {
    const method = await findMethod(schema, `${one.service}/${one.method}`);
    return { case: 'response', value: await observe(one, method) };
  } catch (error) {
    return { case: 'error', value: { message: String(error) } };
  }
}

/** Makes the call that a case asks for and collects what came back. */
async function observe(one: Case, method: DescMethod) {
  const cancel = new AbortController();
  const seen = { headers: [] as Metadata, payloads: [] as Uint8Array[], sent: 0 };
  const target = targetOf(one);
  const channel = openChannel(target, { maxMessageBytes: one.messageReceiveLimit || undefined } as never);
  const requests = requestsOf(one, () => seen.payloads.length, cancel);
  let ending: { readonly status: Status; readonly trailers: Metadata } | undefined;
  for await (const event of call(channel, method, requests, {
    target,
    metadata: one.requestHeaders.flatMap(({ name, value }) => value.map((text) => [name, text] as const)),
    signal: cancel.signal,
    deadlineMs: one.timeoutMs,
    compress: one.compression === gzip ? 'gzip' : undefined,
  })) {
    if (event.type === 'request') seen.sent++;
    if (event.type === 'headers') seen.headers = event.metadata;
    if (event.type === 'response') seen.payloads.push(payloadOf(method.output, event.message));
    if (event.type === 'status') ending = event;
    const timing = one.cancel?.cancelTiming;
    if (event.type === 'half-close' && timing?.case === 'afterCloseSendMs') {
      setTimeout(() => cancel.abort(), timing.value as number);
    }
    if (timing?.case === 'afterNumResponses' && seen.payloads.length >= (timing.value as number)) cancel.abort();
  }
  channel.close();
  if (!ending) throw new Error('the call ended without a status');
  // The runner thinks of an API that returns one response or an error; grepl shows the messages that came before it too.
  const single = method.methodKind === 'unary' || method.methodKind === 'client_streaming';
  if (single && ending.status.code !== 0) seen.payloads.length = 0;
  return {
    responseHeaders: headersOf(seen.headers),
    payloads: seen.payloads,
    ...(ending.status.code === 0 ? {} : { error: errorOf(ending.status) }),
    responseTrailers: headersOf(ending.trailers),
    numUnsentRequests: one.requestMessages.length - seen.sent,
  };
}

/** The requests, each after its delay; in full duplex each after the answer to the one before. */
async function* requestsOf(one: Case, received: () => number, cancel: AbortController): AsyncGenerator<Uint8Array> {
  let sent = 0;
  for (const { value } of one.requestMessages) {
    if (one.requestDelayMs > 0) await sleep(one.requestDelayMs);
    yield value;
    sent++;
    if (one.streamType !== fullDuplex) continue;
    while (received() < sent && !cancel.signal.aborted) await sleep(1, undefined, { ref: false });
  }
  if (one.cancel?.cancelTiming.case === 'beforeCloseSend') {
    cancel.abort();
    await new Promise(() => {});
  }
}

function targetOf(one: Case): Target {
  const file = (name: string, content: Uint8Array): string => {
    const path = join(folder, `${one.testName.replaceAll(/[^a-zA-Z0-9]/g, '_')}.${name}`);
    writeFileSync(path, content);
    return path;
  };
  const tls = one.serverTlsCert.length > 0;
  return parseTarget(`${one.host}:${one.port}`, {
    ...(tls ? { tls, caFile: file('ca.pem', one.serverTlsCert) } : { plaintext: true }),
    ...(one.clientTlsCreds
      ? { certFile: file('cert.pem', one.clientTlsCreds.cert), keyFile: file('key.pem', one.clientTlsCreds.key) }
      : {}),
  });
}

function payloadOf(type: DescMessage, message: Uint8Array): Uint8Array {
  return (fromBinary(type, message) as Message & { readonly payload: Uint8Array }).payload;
}

function errorOf({ code, message, details }: Status) {
  return { code, message, details: details.map(({ typeUrl, value }) => ({ typeUrl, value })) };
}

function headersOf(metadata: Metadata): Header[] {
  const values = new Map<string, string[]>();
  for (const [name, value] of metadata) values.set(name, [...(values.get(name) ?? []), value]);
  return [...values].map(([name, value]) => ({ name, value }));
}

await main();
