// TLS through grpc-js: what is trusted, client certificates, files that are wrong, a proxy in between.
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import * as grpc from '@grpc/grpc-js';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { checkChannel } from '../../src/wire/grpc-js-channel.ts';
import type { TargetOptions } from '../../src/wire/target.ts';
import { type Certificates, certificates, pemOf } from '../faults/certificates.ts';
import { temporaryFolder } from '../support/temp.ts';
import { callOnce } from './collect.ts';
import { Channels, handlers, kind } from './grpc-js-server.ts';

const channels = new Channels();
afterEach(() => channels.close());

describe('TLS', () => {
  const made = certificates();
  const without = typeof made === 'string' ? made : undefined;
  let mutual: string;
  let secure: grpc.Server;
  let where: string;

  beforeAll(async () => {
    if (typeof made === 'string') return;
    const { cert, key } = pemOf(made.localhost);
    const credentials = (mutual: boolean) =>
      grpc.ServerCredentials.createSsl(pemOf(made.authority).cert, [{ cert_chain: cert, private_key: key }], mutual);
    secure = new grpc.Server();
    secure.addService({ unary: kind('Unary', false, false) }, { unary: handlers.unary! });
    const bind = (mutual: boolean) =>
      new Promise<string>((resolve) => {
        secure.bindAsync('127.0.0.1:0', credentials(mutual), (_, port) => resolve(`127.0.0.1:${port}`));
      });
    where = await bind(false);
    mutual = await bind(true);
  });
  afterAll(() => secure?.forceShutdown());

  const rows: readonly (readonly [string, (files: Certificates) => TargetOptions, string, RegExp])[] = [
    ['its authority', ({ authority }) => ({ caFile: authority.cert }), 'OK', /^OK/],
    ['any certificate', () => ({ insecure: true }), 'OK', /^OK/],
    ['the built-in authorities', () => ({ tls: true }), 'UNAVAILABLE', /self-signed/],
    [
      'another name',
      ({ authority }) => ({ caFile: authority.cert, serverName: 'other.example' }),
      'UNAVAILABLE',
      /other.example/,
    ],
    ['an authority alone, plaintext', () => ({ plaintext: true }), 'UNAVAILABLE', /speaks TLS/],
    ['nothing said: it is found out', () => ({}), 'UNAVAILABLE', /self-signed/],
  ];
  it.for(rows)('trusting %s', async ([, target, name, words], context) => {
    if (typeof made === 'string') return context.skip(without);
    const summary = await callOnce(channels.open(where, target(made)), '/t.S/Unary');
    expect([summary.name, summary.words]).toEqual([name, expect.stringMatching(words)]);
  });

  it('shows a client certificate, and says so where one is missing', async (context) => {
    if (typeof made === 'string') return context.skip(without);
    const { authority, localhost } = made;
    const shown = { caFile: authority.cert, certFile: localhost.cert, keyFile: localhost.key };
    const channel = channels.open(mutual, shown);
    expect((await callOnce(channel, '/t.S/Unary')).name).toBe('OK');
    expect(channel.connection).toMatchObject({ tls: true });
    const { name, words } = await callOnce(channels.open(mutual, { caFile: authority.cert }), '/t.S/Unary');
    expect([name, words]).toEqual(['UNAVAILABLE', expect.stringMatching(/demands a client certificate/)]);
  });

  it('refuses a file that cannot be read when it is opened, and a damaged one with the first call', async (context) => {
    if (typeof made === 'string') return context.skip(without);
    expect(() => channels.open(where, { caFile: '/no/such/file' })).toThrow(/--cacert .* no such file/);
    const broken = join(temporaryFolder(), 'broken.pem');
    writeFileSync(broken, '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');
    await expect(checkChannel(channels.open(where, { caFile: broken }))).rejects.toThrow(/is damaged/);
  });

  it('goes through the proxy it is given, with its password', async (context) => {
    if (typeof made === 'string') return context.skip(without);
    const heads: string[] = [];
    const proxy = net.createServer((socket) => {
      socket.once('data', (head) => {
        heads.push(head.toString());
        const onward = net.connect(Number(where.split(':')[1]), '127.0.0.1', () => {
          socket.write('HTTP/1.1 200 OK\r\n\r\n');
          socket.pipe(onward).pipe(socket);
        });
        onward.on('error', () => {});
      });
      socket.on('error', () => {});
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    channels.later(() => proxy.close());
    const options = { proxy: `http://u:p@127.0.0.1:${(proxy.address() as net.AddressInfo).port}`, say: () => {} };
    const target = { caFile: made.authority.cert, serverName: 'localhost' };
    expect((await callOnce(channels.open('api.example:7', target, options), '/t.S/Unary')).name).toBe('OK');
    expect(heads[0]).toMatch(/^CONNECT api\.example:7 .*Proxy-Authorization: Basic dTpw/s);
  });
});
