// Real REST gateways before the demo: the requests of test/gateway/pasted-cases.ts as `rest` prints them, sent to
// grpc-gateway, Envoy and connect-go by --diff. Each is answered as the RPC is, or grepl had warned.
// Every third request is sent; GREPL_INTEROP=full sends all.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Demo, startDemo } from '../../src/demo/server.ts';
import { type PastedCase, pastedCases } from '../gateway/pasted-cases.ts';
import { runMain } from '../rest/run-main.ts';
import { temporaryFolder } from '../support/temp.ts';
import type { RunningPeer } from './peer-process.ts';
import { built, tellMissing } from './peers.ts';
import { restPeers } from './rest-peers.ts';

for (const { name, part, start } of restPeers) if (!start) tellMissing(name, part);

/** 2026-01-05T09:00:00Z, always: what is made during a call is made at the same moment on both sides. */
const clock = () => 1_767_603_600_000;
const examples = join(import.meta.dirname, '..', '..', 'proto-examples');
const step = process.env.GREPL_INTEROP === 'full' ? 1 : 3;

/** What no warning can foresee. */
const known: readonly { peer: string; method: RegExp; reason: string; differs: RegExp }[] = [
  {
    peer: 'Envoy',
    method: /./,
    reason: 'a stream that failed after its headers: HTTP/1.1 clients do not see trailers',
    differs: /^status +gRPC ".*" +REST "200 \(OK\)"$/m,
  },
  {
    peer: 'Envoy',
    method: /EchoLegacy$/,
    reason: 'its JSON knows no extensions',
    differs: /^body \["\[kinds\.v1\.note\]"\]/m,
  },
  {
    peer: 'grpc-gateway',
    method: /DownloadCover$/,
    reason: 'the cover was refused, as warned: there is none on its side',
    differs: /REST "404 \(NOT_FOUND\)"/,
  },
  {
    peer: 'connect-go',
    method: /(Up|Down)loadCover$/,
    reason: 'an HttpBody is a message like any other',
    differs: /content-type/,
  },
];

describe.each(restPeers.map((peer) => [peer.name, peer] as const))('%s', (_, peer) => {
  describe.skipIf(!peer.start)('', () => {
    let called: Demo;
    let behind: Demo;
    let gateway: RunningPeer | undefined;
    beforeAll(async () => {
      called = await startDemo({ host: '127.0.0.1', port: 0, clock });
      behind = await startDemo({ host: '127.0.0.1', port: 0, clock });
      const folder = temporaryFolder();
      const { set, services } = await descriptors(behind.address, folder, peer.name === 'Envoy');
      gateway = await peer.start!({ address: behind.address, set, services, folder });
    });
    afterAll(async () => {
      await gateway?.stop();
      await Promise.all([called.close(0), behind.close(0)]);
    });

    const cases = pastedCases.filter(({ deadline, method }) => deadline === undefined && !method.startsWith('grpc.'));
    const tried = cases.map((one, at) => [`${at} ${one.method}`, one] as const).filter((_, at) => at % step === 0);
    test.each(tried)('%s', async (_, one) => {
      const words = ['rest', called.address, one.method, '-d', dataOf(one), '--rest-dialect', peer.dialect];
      const { source } = await json(words);
      const style = source === 'declared' && peer.dialect !== 'connect' ? 'auto' : 'rpc';
      const form = await json([...words, '--rest-style', style]);
      if ('none' in form) return;
      const { exit, out } = await runMain([...words, '--rest-style', style, '--diff', `http://${gateway?.address}`]);
      const foreseen = known.some(
        (row) => row.peer === peer.name && row.method.test(one.method) && row.differs.test(out),
      );
      const answer = exit === 0 || form.warnings.length > 0 || foreseen ? 'as foreseen' : out;
      expect({ line: form.curl, answer }).toEqual({ line: form.curl, answer: 'as foreseen' });
    });
  });
});

const swagger = built('gateway', 'apidocs.swagger.json');

test.skipIf(!swagger)('openapi has the paths, verbs and query parameters of protoc-gen-openapiv2', async () => {
  const files = ['library/v1/library.proto', 'payments/v1/payments.proto'].flatMap((file) => ['--proto', file]);
  const ours = await json(['openapi', ...files, '-I', examples]);
  const theirs = JSON.parse(readFileSync(swagger!, 'utf8'));
  const declared = operations(ours).filter(({ operation }) => !('x-derived' in operation));
  const mine = declared.map(({ verb, operation }) => {
    // A mask that the keys of the body can stand for is theirs to leave out.
    const query = queryOf(operation).filter((name) => name !== 'updateMask');
    return `${verb} ${operation['x-google-template'].replace(/=[^}]*/g, '')} ${query}`;
  });
  const others = operations(theirs)
    .filter(({ path }) => path.startsWith('/v1/'))
    .map(({ verb, path, operation }) => `${verb} ${path.replace(/_\d+}/g, '}')} ${queryOf(operation)}`);
  expect(others.length).toBeGreaterThan(15);
  expect(mine.sort()).toEqual(others.sort());
});

// biome-ignore lint/suspicious/noExplicitAny: documents of many shapes
type Document = any;

function operations(document: Document): { path: string; verb: string; operation: Document }[] {
  return Object.entries(document.paths).flatMap(([path, verbs]) =>
    Object.entries(verbs as Document).map(([verb, operation]) => ({ path, verb, operation })),
  );
}

function queryOf({ parameters = [] }: Document): string[] {
  return parameters.filter((one: Document) => one.in === 'query').map(({ name }: Document) => name);
}

async function json(words: readonly string[]): Promise<Document> {
  const { out, err } = await runMain([...words, ...(words[0] === 'rest' ? ['-o', 'json'] : [])]);
  try {
    return JSON.parse(out);
  } catch {
    throw new Error(`no document: ${out}${err}`);
  }
}

function dataOf({ request }: PastedCase): string {
  return Array.isArray(request) ? request.map((one) => JSON.stringify(one)).join('\n') : JSON.stringify(request);
}

/** The descriptor set of a demo with the types of error details, which no service mentions. */
async function descriptors(
  address: string,
  folder: string,
  forEnvoy: boolean,
): Promise<{ set: string; services: string[] }> {
  const path = join(folder, 'demo.binpb');
  const details = join(folder, 'details.binpb');
  await runMain(['export', address, '--protoset', path]);
  await runMain([
    '-import-path',
    examples,
    '-proto',
    'google/rpc/error_details.proto',
    '-protoset-out',
    details,
    'list',
  ]);
  const [set, more] = [path, details].map((file) => fromBinary(FileDescriptorSetSchema, readFileSync(file)));
  const names = new Set(set!.file.map(({ name }) => name));
  set!.file.push(...more!.file.filter(({ name }) => !names.has(name)));
  for (const service of set!.file.flatMap((file) => file.service)) {
    // Its rule has a response_body, with which Envoy does not start; grepl warns of that.
    if (forEnvoy) service.method = service.method.filter(({ name }) => name !== 'ListTitles');
  }
  writeFileSync(path, toBinary(FileDescriptorSetSchema, set!));
  const services = set!.file
    .filter((file) => !file.package.startsWith('grpc.'))
    .flatMap((file) => file.service.map(({ name }) => `${file.package}.${name}`));
  return { set: path, services };
}
