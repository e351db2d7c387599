// Reflection against the implementations people run: Node's with good and with proto-loader's descriptors, Go's and
// Python's where they are installed; and against what is no gRPC server. Over the program's own transport.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http2';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { toBinary } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import * as grpc from '@grpc/grpc-js';
import { loadSync, type PackageDefinition } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { findMethod } from '../../src/schema/find.ts';
import { reflection } from '../../src/schema/reflection.ts';
import type { Schema } from '../../src/schema/schema.ts';
import { openSchema } from '../../src/schema/store.ts';
import { openChannel } from '../../src/wire/channel.ts';
import { parseTarget } from '../../src/wire/target.ts';
import { fileT, listen } from './reflection-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'peers-'));
afterAll(() => rmSync(folder, { recursive: true }));
const toClose: (() => void)[] = [];
afterEach(() => {
  for (const close of toClose.splice(0).reverse()) close();
});

function schemaAt(address: string): Schema {
  const channel = openChannel(parseTarget(address));
  toClose.push(() => channel.close());
  return openSchema(reflection(channel, { version: 'auto', metadata: [], signal: new AbortController().signal }));
}

async function node(definition: object): Promise<Schema> {
  const server = new grpc.Server();
  new ReflectionService(definition as PackageDefinition).addToServer(server);
  const port = await listen(server);
  toClose.push(() => server.forceShutdown());
  return schemaAt(`127.0.0.1:${port}`);
}

function loaded(files: Readonly<Record<string, string>>, main: string): PackageDefinition {
  const own = mkdtempSync(join(folder, 'p-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(own, name), text);
  return loadSync(join(own, main), { includeDirs: [own] });
}

const shop = {
  'types.proto': `syntax = "proto3"; package shop.common.v1; message Money { string currency_code = 1; int64 units = 2; }
    enum Unit { UNIT_UNSPECIFIED = 0; KG = 1; }`,
  'item.proto': `syntax = "proto3"; package shop.v1; import "types.proto"; import "google/protobuf/timestamp.proto";
    message Item { message Size { int32 w = 1; } Size size = 1; map<string, Size> others = 2; common.v1.Money price = 3;
    oneof which { string a = 4; Item b = 5; } optional int32 maybe = 6; common.v1.Unit unit = 7; google.protobuf.Timestamp at = 8; }`,
  'shop.proto': `syntax = "proto3"; package shop.v1; import "item.proto"; import "google/protobuf/empty.proto";
    service Shop { rpc Get(Item.Size) returns (Item); rpc Watch(google.protobuf.Empty) returns (stream Item); }`,
};

describe('@grpc/reflection', () => {
  test('with proto-loader: merged files, empty import lists, relative names', async () => {
    const schema = await node(loaded(shop, 'shop.proto'));
    expect(await schema.listServices()).toEqual(['shop.v1.Shop']);
    const { input, output } = await findMethod(schema, 'Shop/Get');
    expect([input.typeName, output.typeName]).toEqual(['shop.v1.Item.Size', 'shop.v1.Item']);
    expect(output.fields.map((f) => [f.jsonName, f.fieldKind, (f.message ?? f.enum)?.typeName])).toEqual([
      ['size', 'message', 'shop.v1.Item.Size'],
      ['others', 'map', 'shop.v1.Item.Size'],
      ['price', 'message', 'shop.common.v1.Money'],
      ['a', 'scalar', undefined],
      ['b', 'message', 'shop.v1.Item'],
      ['maybe', 'scalar', undefined],
      ['unit', 'enum', 'shop.common.v1.Unit'],
      ['at', 'message', 'google.protobuf.Timestamp'],
    ]);
    expect(output.oneofs.map(({ name }) => name)).toEqual(['which']);
    expect(schema.types.message('shop.common.v1.Money')?.fields[0]?.jsonName).toBe('currencyCode');
    expect((await schema.symbol('shop.v1.Shop/Watch'))?.kind).toBe('rpc');
    expect(schema.warnings).toEqual([]);
  });

  test('with real descriptors', async () => {
    const t = fileT({ dependency: ['google/api/annotations.proto'] });
    const schema = await node({ all: { fileDescriptorProtos: [Buffer.from(toBinary(FileDescriptorProtoSchema, t))] } });
    expect((await findMethod(schema, 'U')).parent.typeName).toBe('t.S');
    expect(schema.types.extensionByName('google.api.http')?.number).toBe(72295728);
    expect(schema.warnings).toEqual([]);
  });
});

describe('other peers', () => {
  const testserver = [process.env.GREPL_TESTSERVER, join(homedir(), 'go/bin/testserver')].find(
    (p) => p && existsSync(p),
  );
  const python = ['python3', process.env.GREPL_PYTHON ?? 'python'].find((name) => {
    try {
      execFileSync(name, ['-c', 'import grpc_reflection'], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  });
  if (!testserver) console.warn('skipped: no Go test server (go install …/grpcurl/internal/testing/cmd/testserver)');
  if (!python) console.warn('skipped: no python with grpcio-reflection');

  function started(
    command: string,
    args: readonly string[],
    port: RegExp,
  ): Promise<{ port: string; child: ChildProcess }> {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    toClose.push(() => child.kill());
    return new Promise((resolve, reject) => {
      let output = '';
      const take = (data: Buffer): void => {
        output += data.toString();
        const found = port.exec(output);
        if (found) resolve({ port: found[1]!, child });
      };
      child.stdout.on('data', take);
      child.stderr.on('data', take);
      child.on('exit', () => reject(new Error(output)));
    });
  }

  test.skipIf(!testserver)('Go', async () => {
    const { port } = await started(testserver!, [], /(?:127\.0\.0\.1|\[::\]|localhost):(\d+)/);
    const schema = schemaAt(`127.0.0.1:${port}`);
    const services = await schema.listServices();
    expect(services).toContain('testing.TestService');
    expect((await findMethod(schema, 'TestService/UnaryCall')).input.typeName).toBe('testing.SimpleRequest');
    expect((await schema.files()).length).toBeGreaterThan(1);
    expect(await schema.symbol('testing.SimpleRequest.payload')).toMatchObject({ kind: 'field' });
    expect(schema.warnings).toEqual([]);
  });

  test.skipIf(!python)('Python', async () => {
    const script = `
import grpc, sys, time
from concurrent import futures
from grpc_reflection.v1alpha import reflection
server = grpc.server(futures.ThreadPoolExecutor(4))
reflection.enable_server_reflection((reflection.SERVICE_NAME,), server)
print('port %d' % server.add_insecure_port('127.0.0.1:0'), flush=True)
server.start()
server.wait_for_termination()
`;
    const { port } = await started(python!, ['-c', script], /port (\d+)/);
    const schema = schemaAt(`127.0.0.1:${port}`);
    expect(await schema.listServices()).toEqual(['grpc.reflection.v1alpha.ServerReflection']);
    const method = await findMethod(schema, 'ServerReflectionInfo');
    expect(method.methodKind).toBe('bidi_streaming');
    expect(method.input.oneofs[0]?.fields).toHaveLength(5);
    expect(schema.warnings).toEqual([]);
  });
});

describe('no gRPC server', () => {
  test.each([
    { status: 404, code: 4, says: /does not offer reflection/ },
    { status: 401, status2: 16 },
    { status: 503, status2: 14 },
  ])('a page with HTTP status $status; both versions are tried', async ({ status, code, says, status2 }) => {
    const paths: string[] = [];
    const server = createServer((request, response) => {
      paths.push(request.url);
      response.writeHead(status, { 'content-type': 'text/html' });
      response.end('<h1>no</h1>');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    toClose.push(() => server.close());
    const schema = schemaAt(`127.0.0.1:${(server.address() as AddressInfo).port}`);
    const error = await schema.listServices().catch((e: unknown) => e);
    expect(error).toMatchObject(
      status2 === undefined ? { code, message: expect.stringMatching(says!) } : { status: { code: status2 } },
    );
    expect(paths.map((path) => path.split('.')[2])).toEqual(['v1', 'v1alpha']);
  });

  test('nobody listens', async () => {
    const server = createTcpServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    await expect(schemaAt(`127.0.0.1:${port}`).listServices()).rejects.toMatchObject({
      name: 'CallFailed',
      status: { code: 14, origin: 'client' },
    });
  });
});
