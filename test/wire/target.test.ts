// Addresses as people type them, and the flags around them.
import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { proxyFor } from '../../src/wire/channel.ts';
import { parseProxy } from '../../src/wire/proxy.ts';
import { parseTarget, type TargetOptions } from '../../src/wire/target.ts';

const good: readonly (readonly [typed: string, options: TargetOptions, expected: string])[] = [
  ['127.0.0.1:50051', {}, 'discover 127.0.0.1:50051 as 127.0.0.1:50051'],
  [':50051', {}, 'discover localhost:50051 as localhost:50051'],
  ['localhost', {}, 'discover localhost:443 as localhost'],
  ['0.0.0.0:1', {}, 'discover 0.0.0.0:1 as 0.0.0.0:1'],
  ['[::1]:1', {}, 'discover [::1]:1 as [::1]:1'],
  ['::1', {}, 'discover [::1]:443 as [::1]'],
  ['[2001:db8::1]:5', {}, 'tls [2001:db8::1]:5 as [2001:db8::1]:5'],
  ['api.example', {}, 'tls api.example:443 as api.example'],
  ['api.example', { plaintext: true }, 'plaintext api.example:80 as api.example'],
  ['api.example:9', { plaintext: true }, 'plaintext api.example:9 as api.example:9'],
  ['grpc://api.example:9', {}, 'plaintext api.example:9 as api.example:9'],
  ['grpcs://localhost:9', {}, 'tls localhost:9 as localhost:9'],
  ['http://api.example/a/b/', {}, 'plaintext api.example:80 as api.example under /a/b'],
  ['https://api.example/', {}, 'tls api.example:443 as api.example'],
  ['HTTPS://api.example:8443/x', {}, 'tls api.example:8443 as api.example:8443 under /x'],
  ['dns:///api.example:9', {}, 'tls api.example:9 as api.example:9'],
  ['dns:api.example:9', {}, 'tls api.example:9 as api.example:9'],
  ['unix:run/x.sock', {}, 'discover unix:run/x.sock as localhost'],
  ['unix:///run/x.sock', {}, 'discover unix:/run/x.sock as localhost'],
  ['/run/x.sock', { unix: true }, 'discover unix:/run/x.sock as localhost'],
  ['localhost:1', { insecure: true }, 'tls localhost:1 as localhost:1'],
  ['localhost:1', { tls: true, authority: 'a.example' }, 'tls localhost:1 as a.example'],
  ['bücher.example:1', {}, 'tls xn--bcher-kva.example:1 as xn--bcher-kva.example:1'],
];

const bad: readonly (readonly [typed: string, options: TargetOptions, words: RegExp])[] = [
  ['', {}, /empty/],
  ['host:0', {}, /no port/],
  ['host:65536', {}, /no port/],
  ['host:abc', {}, /no port/],
  ['a b:1', {}, /no host name/],
  ['localhost:1/pkg.Svc', {}, /no scheme/],
  ['ftp://host', {}, /unknown scheme ftp/],
  ['xds:///x', {}, /xds addresses are not supported/],
  ['https://user:pw@host', {}, /user name/],
  ['https://host/?q', {}, /path prefix/],
  ['unix:', {}, /no socket/],
  ['unix://rel', {}, /no socket/],
  ['h:1', { plaintext: true, tls: true }, /contradict/],
  ['h:1', { plaintext: true, caFile: 'x' }, /--cacert has no meaning/],
  ['h:1', { certFile: 'x' }, /needs its private key/],
  ['h:1', { keyFile: 'x' }, /needs its certificate/],
  ['grpc://h:1', { tls: true }, /--tls says otherwise/],
  ['https://h', { plaintext: true }, /--plaintext says otherwise/],
  ['h:1', { authority: 'a b' }, /--authority/],
];

describe('parseTarget', () => {
  it.each(good)('%s %j', (typed, options, expected) => {
    const { security, address, authority, pathPrefix } = parseTarget(typed, options);
    expect(`${security} ${address} as ${authority}${pathPrefix === '' ? '' : ` under ${pathPrefix}`}`).toBe(expected);
  });

  it.each(bad)('refuses %s %j', (typed, options, words) => {
    expect(() => parseTarget(typed, options)).toThrow(UserError);
    expect(() => parseTarget(typed, options)).toThrow(words);
  });

  it('verifies the name in --authority unless --servername says another', () => {
    expect(parseTarget('1.2.3.4:5', { authority: 'a.example:9' }).tls.serverName).toBe('a.example');
    expect(parseTarget('1.2.3.4:5', { authority: 'a.example', serverName: 'b' }).tls.serverName).toBe('b');
  });
});

describe('proxyFor', () => {
  const proxy = 'http://proxy:3128';
  it.each([
    ['api.example:443', {}, undefined],
    ['api.example:443', { HTTPS_PROXY: proxy }, proxy],
    ['api.example:443', { https_proxy: proxy, HTTPS_PROXY: 'http://other' }, proxy],
    ['grpc://api.example:80', { HTTPS_PROXY: proxy }, undefined],
    ['grpcs://localhost:1', { HTTPS_PROXY: proxy }, undefined],
    ['api.example:443', { HTTPS_PROXY: proxy, NO_PROXY: 'x, .example' }, undefined],
    ['api.example:443', { HTTPS_PROXY: proxy, NO_PROXY: 'i.example' }, proxy],
    ['api.example:443', { HTTPS_PROXY: proxy, no_proxy: 'api.example:444' }, proxy],
    ['api.example:443', { HTTPS_PROXY: proxy, NO_PROXY: '*' }, undefined],
    ['10.1.2.3:443', { HTTPS_PROXY: proxy, NO_PROXY: '10.0.0.0/8' }, undefined],
    ['11.1.2.3:443', { HTTPS_PROXY: proxy, NO_PROXY: '10.0.0.0/8' }, proxy],
  ])('%s with %j', (address, env, expected) => {
    expect(proxyFor(parseTarget(address), env)).toBe(expected);
  });

  it('takes HTTP proxies only, and does not repeat their password', () => {
    expect(parseProxy('proxy:3128')).toMatchObject({ host: 'proxy', port: 3128, auth: undefined });
    expect(parseProxy('http://u:p%40@proxy').auth).toBe(`Basic ${Buffer.from('u:p@').toString('base64')}`);
    expect(() => parseProxy('socks5://u:secret@proxy')).toThrow(/cannot be used/);
    expect(() => parseProxy('socks5://u:secret@proxy')).not.toThrow(/secret/);
  });
});
