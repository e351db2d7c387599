// Curl lines are pasted into shells: here real shells read them, with a function in curl's place that tells its words.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CurlOptions, curlCommand, webSocketUrl } from '../../src/render/curl.ts';
import type { RestEquivalent } from '../../src/rest/rest.ts';

const base: CurlOptions = { base: 'http://127.0.0.1:8080', dialect: 'google', mask: false };

function equivalent(more: Partial<RestEquivalent> = {}): RestEquivalent {
  return {
    source: 'derived',
    httpMethod: 'GET',
    path: '/users/u-42',
    query: '',
    bodyField: '',
    template: '/users/{user_id}',
    confidence: 'high',
    reason: 'Get + user_id',
    streaming: 'none',
    headers: [],
    alternatives: [],
    fallback: 'POST /a.S/M',
    places: [],
    warnings: [],
    ...more,
  };
}

/** Half a surrogate pair has no UTF-8: it becomes U+FFFD on the way. */
const wellFormed = (text: string): string => Buffer.from(text).toString();

const json = (data: string) => ({ contentType: 'application/json', data });

/** The words that curl gets from each of the commands, the last one what it reads from stdin if it is told to. */
function wordsIn(shell: string, commands: readonly string[], env: Readonly<Record<string, string>> = {}): string[][] {
  const curl = `curl() { printf '%s\\0' "$@"; for w in "$@"; do case $w in @-) cat; printf '\\0';; esac; done; }`;
  const script = [curl, ...commands.map((command) => `${command}; printf 'END\\0'`)].join('\n');
  const run = spawnSync(shell, ['-s'], { input: script, env: { PATH: process.env.PATH, ...env } });
  expect(run.stderr.toString()).toBe('');
  return run.stdout
    .toString()
    .split('END\0')
    .slice(0, -1)
    .map((part) => part.split('\0').slice(0, -1));
}

describe('curl', () => {
  it.each<[string, Partial<RestEquivalent>, Partial<CurlOptions>, string]>([
    ['a GET is only its URL', {}, {}, `curl 'http://127.0.0.1:8080/users/u-42'`],
    [
      'a body comes last, with its type',
      {
        httpMethod: 'POST',
        path: '/v1/charges',
        body: json('{"a":1}'),
        headers: [['content-type', 'application/json']],
      },
      {},
      `curl -X POST 'http://127.0.0.1:8080/v1/charges' -H 'content-type: application/json' --data-binary '{"a":1}'`,
    ],
    [
      'a query is part of the quoted URL; a base may have a path',
      { query: 'a=1&b=2' },
      { base: 'https://api.example.com/x/' },
      `curl 'https://api.example.com/x/users/u-42?a=1&b=2'`,
    ],
    ['HEAD waits for no body', { httpMethod: 'HEAD' }, {}, `curl --head 'http://127.0.0.1:8080/users/u-42'`],
    [
      'curl is told to leave dots alone',
      { path: '/v1/books/%2E%2E' },
      {},
      `curl --path-as-is 'http://127.0.0.1:8080/v1/books/%2E%2E'`,
    ],
    ['dots in a name are no dots', { path: '/v1/a..b/...' }, {}, `curl 'http://127.0.0.1:8080/v1/a..b/...'`],
    [
      'streams are not held back',
      { streaming: 'sse', headers: [['accept', 'text/event-stream']] },
      {},
      `curl -N 'http://127.0.0.1:8080/users/u-42' -H 'accept: text/event-stream'`,
    ],
    [
      'a deadline bounds curl too',
      { headers: [['x-server-timeout', '2.5']] },
      { deadlineMs: 2500 },
      `curl 'http://127.0.0.1:8080/users/u-42' -H 'x-server-timeout: 2.5' --max-time 2.5`,
    ],
    [
      'both ways at once: a POST of all messages',
      { streaming: 'websocket', path: '/v1/chat' },
      { body: json('[{}]') },
      `curl -N -X POST 'http://127.0.0.1:8080/v1/chat' -H 'content-type: application/json' --data-binary '[{}]'`,
    ],
    [
      'a long stream comes from a file',
      { httpMethod: 'POST' },
      { bodyFrom: 'requests.ndjson' },
      `curl -X POST 'http://127.0.0.1:8080/users/u-42' -H 'content-type: application/x-ndjson' --data-binary @requests.ndjson`,
    ],
    [
      'text that curl would take for a file',
      { httpMethod: 'POST', body: { contentType: 'text/plain', data: '@home' } },
      {},
      `curl -X POST 'http://127.0.0.1:8080/users/u-42' -H 'content-type: text/plain' --data-raw '@home'`,
    ],
  ])('%s', (_, call, options, command) => {
    expect(curlCommand(equivalent(call), { ...base, ...options })).toBe(command);
  });

  it('names the address of a WebSocket', () => {
    expect(webSocketUrl(equivalent({ streaming: 'websocket' }), 'https://h/p')).toBe('wss://h/p/users/u-42');
  });
});

describe('credentials in curl', () => {
  const header = (value: string, name = 'authorization') =>
    curlCommand(equivalent({ headers: [[name, value]] }), { ...base, mask: true }).replace(/^.* -H /, '');

  it.each([
    ['Bearer ${TOKEN}', '"authorization: Bearer $TOKEN"'],
    ['${A}${B}_c', '"authorization: $A${B}_c"'],
    ['a!"${A}', `'authorization: ''a!"'"\${A}"`],
    ['Bearer abcdefghijklmnop', `'authorization: Bearer ****mnop'`],
    ['@token.txt', '"authorization: $(cat token.txt)"'],
    ['Bearer @my token', `"authorization: Bearer $(cat 'my token')"`],
  ])('%s', (value, word) => {
    expect(header(value)).toBe(word);
  });

  it('leaves what is no credential as it is, and an empty value to curl', () => {
    expect(header('blue', 'x-tenant')).toBe(`'x-tenant: blue'`);
    expect(header('', 'x-tenant')).toBe(`'x-tenant;'`);
  });

  it('puts in what the shell knows, whatever it is', () => {
    const secret = 's3cr3t "$HOME" `id` \\ !x';
    const command = curlCommand(
      equivalent({
        headers: [
          ['authorization', 'Bearer ${TOKEN}'],
          ['x-odd', '"${TOKEN}$'],
        ],
      }),
      { ...base, mask: true },
    );
    expect(command).not.toContain('s3cr3t');
    const [words] = wordsIn('/bin/sh', [command], { TOKEN: secret });
    expect(words?.slice(1)).toEqual(['-H', `authorization: Bearer ${secret}`, '-H', `x-odd: "${secret}$`]);
  });
});

const shells = ['/bin/sh', '/bin/bash'].filter((shell) => existsSync(shell));

describe.each(shells)('in %s', (shell) => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom(...`'"\\$\`!@-%;&|<>()*?[]{}~# \n\t\r\u0001\u007f\u0085é😀`) }),
  );

  it('a body, a header and a query arrive as they are', () => {
    const samples = fc.sample(fc.tuple(text, text), { numRuns: 400, seed: 7 }).map(([one, two]) => ({
      data: one.replaceAll('\0', ''),
      // Header values are printable ASCII.
      value: `v${two.replace(/[^\x20-\x7e]/g, '')}v`,
    }));
    const commands = samples.map(({ data, value }) =>
      curlCommand(
        equivalent({
          httpMethod: 'POST',
          query: `q=${encodeURIComponent(wellFormed(data))}`,
          headers: [['x-a', value]],
          body: { contentType: 'text/plain', data },
        }),
        base,
      ),
    );
    for (const command of commands) expect(command).not.toMatch(/[\u0000-\u001f]/);
    const told = wordsIn(shell, commands);
    for (const [at, { data, value }] of samples.entries()) {
      const query = `q=${encodeURIComponent(wellFormed(data))}`;
      const wanted = ['-X', 'POST', `http://127.0.0.1:8080/users/u-42?${query}`, '-H', 'content-type: text/plain'];
      const words = told[at] ?? [];
      expect(words.slice(0, 7)).toEqual([...wanted, '-H', `x-a: ${value}`]);
      expect(words.at(-1)).toBe(wellFormed(data));
    }
  });

  it('bytes come through a pipe, NUL among them', () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    const command = curlCommand(
      equivalent({ httpMethod: 'POST', body: { contentType: 'image/png', data: bytes } }),
      base,
    );
    const run = spawnSync(shell, ['-s'], { input: `curl() { cat; }\n${command}\n` });
    expect(Buffer.compare(run.stdout, bytes)).toBe(0);
  });
});
