// --client both on command lines: the same call through either client, what is said to differ, and why.
import { dirname, join } from 'node:path';
import * as grpc from '@grpc/grpc-js';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Demo, startDemo } from '../../src/demo/server.ts';
import { faults } from '../faults/fault-table.ts';
import { openPlainServer } from '../faults/listeners.ts';
import { runScriptText, type ScriptRun } from '../repl/run-script.ts';
import { bytesMethod } from '../support/servers-reflection.ts';
import { temporaryFiles } from '../support/temp.ts';

let demo: Demo;
beforeAll(async () => {
  demo = await startDemo({ host: '127.0.0.1', port: 0, clock: () => 1_767_603_600_000 });
});
afterAll(() => demo.close(0));

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

const call = (...argv: string[]): Promise<ScriptRun> => runScriptText('', { argv: ['call', ...argv] });

const faultSchema = join(import.meta.dirname, '..', 'faults', 'schema.proto');
const types = ['--proto', faultSchema, '-I', dirname(faultSchema)];

/** A call to the server of a row of the table of faults. */
async function callFault(id: string, method: string, ...flags: string[]): Promise<ScriptRun> {
  const server = await openPlainServer(faults.find((fault) => fault.id === id)!);
  cleanups.push(() => server.close());
  return call(server.address, `t.S/${method}`, '--plaintext', ...types, '-d', '{}', '--client', 'both', ...flags);
}

/** A server with the methods of t.S. */
async function server(handlers: grpc.UntypedServiceImplementation): Promise<string> {
  const row = (name: string, responseStream: boolean) => bytesMethod(`/t.S/${name}`, false, responseStream);
  const own = new grpc.Server({ 'grpc.max_send_message_length': -1 });
  own.addService({ U: row('U', false), SS: row('SS', true) }, handlers);
  cleanups.push(() => own.forceShutdown());
  return new Promise((resolve) => {
    own.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (_, port) => resolve(`127.0.0.1:${port}`));
  });
}

describe('clients that agree', () => {
  it('shows the answer, a table and that it is the same', async () => {
    const { stdout, stderr, exit } = await call(demo.address, 'users.UserService/GetUser', 'id=1', '--client', 'both');
    expect(stdout).toMatch(/^\{\n {2}"id": "1",/);
    expect(stdout).toMatch(/ {2}status +OK +OK\n {2}messages +1, \d+ B +1, \d+ B\n/);
    expect(stdout).toMatch(/\nthe same/);
    expect([stderr, exit]).toEqual(['', 0]);
  });

  it('keeps the exit code of the status, and explains it once', async () => {
    const { stdout, exit } = await call(demo.address, 'users.UserService/GetUser', 'id=none', '--client', 'both');
    expect(exit).toBe(69);
    expect(stdout.match(/users\.User "none" not found/g)).toHaveLength(1);
    expect(stdout).toMatch(/the same/);
  });

  it('reads streams with each of them, in their order', async () => {
    const { stdout } = await call(demo.address, 'users.UserService/ListUsers', '--client', 'both', '-d', '{}');
    const [, one, other] = /messages +(\d+), .*? {2,}(\d+), /.exec(stdout)!;
    expect([Number(one) > 1, other]).toEqual([true, one]);
  });

  it('says that a method which may change things is called twice', async () => {
    const create = ['orders.OrderService/CreateOrder', '-d', '{}', '--client', 'both'];
    expect((await call(demo.address, ...create)).stderr).toMatch(/CreateOrder is called twice/);
  });

  it.each(['full', 'ndjson', 'json'])('-o %s is one document of both', async (form) => {
    const argv = [demo.address, 'users.UserService/GetUser', 'id=1', '--client', 'both', '-o', form];
    const { stdout } = await call(...argv);
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({ method: 'users.UserService/GetUser', same: true, reasons: [] });
    for (const side of [document.native, document.grpcJs]) {
      expect(side.response.messages[0].id).toBe('1');
      expect(side.status).toMatchObject({ code: 0, origin: 'server' });
    }
  });

  it('holds the expectations against the call', async () => {
    const argv = [demo.address, 'users.UserService/GetUser', 'id=1', '--client', 'both'];
    expect((await call(...argv, '--expect', '.id=="1"')).exit).toBe(0);
    const failed = await call(...argv, '--expect', '.id=="2"');
    expect([failed.exit, failed.stderr]).toEqual([6, expect.stringContaining('expected .id=="2"')]);
  });

  it('tells a refused connection in the words of both', async () => {
    const { stdout, exit } = await call(
      '127.0.0.1:1',
      't.S/U',
      ...types,
      '-d',
      '{}',
      '--client',
      'both',
      '--plaintext',
    );
    expect(exit).toBe(78);
    expect(stdout).toMatch(
      /native: .*UNAVAILABLE.*\n.*refused[\s\S]*grpc-js: .*UNAVAILABLE.*\n.*ECONNREFUSED[\s\S]*the same/,
    );
  });
});

describe('clients that differ', () => {
  it.each([
    [
      'stream-1000-gzip-then-error',
      'SS',
      /messages +1000, .* {2}\d{1,3}, /,
      /drops what it has not handed over by then: \d+ messages of 1000/,
    ],
    [
      'html-200',
      'U',
      /status +UNKNOWN \(2\) +RESOURCE_EXHAUSTED \(8\)/,
      /no gRPC server: grpc-js reads its page as messages/,
    ],
    ['many-headers-3000', 'U', /status +OK +RESOURCE_EXHAUSTED \(8\)/, /128 header lines at most/],
    ['unknown-encoding', 'U', /status +INTERNAL \(13\) +UNKNOWN \(2\)/, /grpc-js ended the call without a code/],
  ])('%s', async (id, method, table, reason) => {
    const { stdout, stderr, exit } = await callFault(id, method);
    expect(stdout).toMatch(table);
    expect(stdout.replace(/\n {2}/g, ' ')).toMatch(reason);
    expect([exit, stdout]).toEqual([6, expect.stringMatching(/\nthe clients differ\n$/)]);
    expect(stderr).toMatch(/the two clients differ/);
  });

  it('two messages for a unary method: a program would wait for ever', async () => {
    const { stdout, exit } = await callFault('unary-two-messages', 'U');
    expect(stdout.replace(/\n {2}/g, ' ')).toMatch(
      /sends 2 messages where one is due: the call of a program on grpc-js never completes/,
    );
    expect(exit).toBe(76);
  });

  it('a message above 4 MiB', async () => {
    const large = Buffer.concat([Buffer.from([10, 0x80, 0x80, 0xc0, 0x02]), Buffer.alloc(5 * 1024 * 1024, 120)]);
    const address = await server({
      U: (_: unknown, done: grpc.sendUnaryData<Buffer>) => done(null, large),
    });
    const argv = [address, 't.S/U', ...types, '-d', '{}', '--client', 'both', '--plaintext', '-o', 'full'];
    const { stdout, exit } = await call(...argv);
    const { same, differs, reasons, native, grpcJs } = JSON.parse(stdout);
    expect([exit, same, native.status.name, grpcJs.status.name]).toEqual([6, false, 'OK', 'RESOURCE_EXHAUSTED']);
    expect(differs).toContainEqual({ what: 'status', native: 'OK', grpcJs: 'RESOURCE_EXHAUSTED', counts: true });
    expect(reasons.join()).toMatch(/4 MiB .* grpc.max_receive_message_length/);
    expect(JSON.parse((await call(...argv, '--max-message', '8MiB')).stdout).same).toBe(true);
  });

  it('a service config that tries again', async () => {
    let calls = 0;
    const address = await server({
      // The native call fails, so does the first attempt of the other.
      U: (_: unknown, done: grpc.sendUnaryData<Buffer>) =>
        ++calls < 3 ? done({ code: grpc.status.UNAVAILABLE, details: 'not yet' }) : done(null, Buffer.alloc(0)),
    });
    const retryPolicy = {
      maxAttempts: 3,
      initialBackoff: '0.01s',
      maxBackoff: '0.02s',
      backoffMultiplier: 1,
      retryableStatusCodes: ['UNAVAILABLE'],
    };
    const config = temporaryFiles({ 'config.json': JSON.stringify({ methodConfig: [{ name: [{}], retryPolicy }] }) });
    const argv = [address, 't.S/U', ...types, '-d', '{}', '--client', 'both', '--plaintext'];
    const { stdout, exit } = await call(...argv, '--service-config', `@${join(config, 'config.json')}`);
    expect([calls, exit]).toEqual([3, 6]);
    expect(stdout.replace(/\n {2}/g, ' ')).toMatch(/service config may have made grpc-js try again after UNAVAILABLE/);
  });

  it('answers that a server gives differently do not count', async () => {
    let calls = 0;
    const address = await server({
      U: (_: unknown, done: grpc.sendUnaryData<Buffer>) => {
        const trailer = new grpc.Metadata();
        trailer.set('x-call', String(++calls));
        done(null, Buffer.from([10, 1, 48 + calls]), trailer);
      },
    });
    const { stdout, exit } = await call(address, 't.S/U', ...types, '-d', '{}', '--client', 'both', '--plaintext');
    expect(exit).toBe(0);
    expect(stdout).toMatch(/message 1: native "3 bytes".*\ntrailer x-call: native "1", grpc-js "2"\nthe same, though/);
  });
});

describe('what it is not for', () => {
  it.each([
    [['--each'], /--each makes others/],
    [['--retry', '2'], /--retry makes others/],
  ])('%j', async (flags, words) => {
    const { stderr, exit } = await call(
      demo.address,
      'users.UserService/GetUser',
      'id=1',
      '--client',
      'both',
      ...flags,
    );
    expect([exit, stderr]).toEqual([2, expect.stringMatching(words)]);
  });

  it('grpcurl’s grammar', async () => {
    const argv = ['-plaintext', '-client', 'both', demo.address, 'users.UserService/GetUser'];
    const { stderr, exit } = await runScriptText('', { argv });
    expect([exit, stderr]).toEqual([2, expect.stringContaining('--client both is for grepl call')]);
  });
});
