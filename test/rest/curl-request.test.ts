// A pasted curl command is the HTTP request that curl itself would send: by tables, by the vectors, and held against the
// real curl on a bare socket.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { type CurlRequest, readCurl } from '../../src/rest/curl-request.ts';
import { readPipeline } from '../../src/rest/curl-words.ts';
import { temporaryFiles } from '../support/temp.ts';
import { vectors } from './support.ts';
import '../support/property-seed.ts';

const files: Readonly<Record<string, string>> = {
  'b.json': '{"a":\r\n "b c"}\n',
  head: 'x-a: 1\nX-B:2\n',
  '-': '{"stdin":1}\n',
};
const folder = temporaryFiles({ 'b.json': files['b.json']!, head: files.head! });

const surroundings = {
  read: async (path: string) => {
    const text = files[path.replace(`${folder}/`, '')];
    if (text === undefined) throw new UserError(3, `cannot read ${path}`);
    return Buffer.from(text);
  },
  variable: (name: string) => ({ ID: 'u-1', HOST: 'h:1' })[name],
};

async function read(command: string | readonly string[]): Promise<CurlRequest> {
  return readCurl(command, surroundings);
}

/** The part of a request that most commands are about. */
async function shown(command: string): Promise<string> {
  const { method, path, query, body } = await read(command);
  const sent = body === undefined ? '' : ` ${Buffer.from(body)}`;
  return `${method} ${path}${query === '' ? '' : `?${query}`}${sent}`;
}

describe('the vectors', () => {
  it.each(vectors.curl as { id: string; command: string; expect: Record<string, unknown> }[])('$id', async (vector) => {
    const { method, path, query, body } = await read(vector.command);
    const text = body === undefined ? null : Buffer.from(body).toString();
    const wanted = vector.expect.body;
    const given = typeof wanted === 'string' || text === null ? text : JSON.parse(text);
    expect({ method, path, query, body: given }).toEqual(vector.expect);
  });
});

describe('words', () => {
  it.each<[string, string[]]>([
    [`curl 'a b' "c d" e\\ f g"h"'i'`, ['curl', 'a b', 'c d', 'e f', 'ghi']],
    ['curl \'\' ""', ['curl', '', '']],
    [`curl "a\\"b\\\\c\\d\\$e"`, ['curl', 'a"b\\c\\d$e']],
    [`curl $'it\\'s\\n\\t\\x41\\u00e9\\101\\\\'`, ['curl', "it's\n\tAéA\\"]],
    [`curl $'\\ud83d\\ude00 \\xc3\\xa9'`, ['curl', '😀 é']],
    ['curl \\\n  -X \\\r\n POST', ['curl', '-X', 'POST']],
    ['curl a # all of it', ['curl', 'a']],
    [`curl "a" -d '{"x":"^"}'`, ['curl', 'a', '-d', '{"x":"^"}']],
    ['curl a#b', ['curl', 'a#b']],
    ['$ curl a', ['curl', 'a']],
    ['curl h/?a=1&b=2', ['curl', 'h/?a=1&b=2']],
    ['curl a\n  -d b', ['curl', 'a', '-d', 'b']],
    ['curl a > out 2>&1', ['curl', 'a']],
    ['curl "$ID/${X}" \'$ID\'', ['curl', '\0$ID\0/\0$X\0', '$ID']],
    [`curl "$(printf 'a\\001%%')"`, ['curl', 'a\u0001%']],
    [
      'curl ^"http://h/a?b=1^&c=$d^" ^\r\n  -H ^"a: b^" --json ^"^{^\\^"x^\\^":1^}^"',
      ['curl', 'http://h/a?b=1&c=$d', '-H', 'a: b', '--json', '{"x":1}'],
    ],
    ['curl "$(cat token.txt)"', ['curl', '\0@token.txt\0']],
    ['curl \'{\n "a": 1\n}\'', ['curl', '{\n "a": 1\n}']],
  ])('%j', (text, words) => {
    expect(readPipeline(text).commands.map((command) => command.words)).toEqual([words]);
  });

  it.each<[string, RegExp]>([
    ["curl 'a", /the quote ' at character 6 has no end/],
    ['curl "a', /the quote " at character 6 has no end/],
    ["curl $'a", /has no end/],
    ['curl `id`', /which only a shell can work out/],
    ['curl $(id -u)', /\$\(id -u\)/],
    ['curl a; rm -rf b', /more than one command: ; is followed by "rm -rf b"/],
    ['curl a && curl b', /more than one command/],
    ['curl a\ncurl b', /a second line is followed by "curl b"/],
    ['curl -d @- a <<EOF\n{}', /no line "EOF"/],
  ])('refuses %j', (text, message) => {
    expect(() => readPipeline(text)).toThrow(message);
  });
});

describe('method, path, query and body', () => {
  it.each<[string, string]>([
    ['curl h/v1/a', 'GET /v1/a'],
    ['curl http://h', 'GET /'],
    ['curl http://h?a=1', 'GET /?a=1'],
    ['curl http://h/a#b?c', 'GET /a'],
    ['curl -X DELETE h/a', 'DELETE /a'],
    ['curl -XPATCH h/a', 'PATCH /a'],
    ['curl --request PUT h/a', 'PUT /a'],
    ['curl -sSLkXPUT h/a', 'PUT /a'],
    ['curl -I h/a', 'HEAD /a'],
    ['curl --head --url h/a', 'HEAD /a'],
    ['curl h/a -d x', 'POST /a x'],
    ['curl h/a -dx=1', 'POST /a x=1'],
    ['curl h/a -d x -d y --data-raw @z', 'POST /a x&y&@z'],
    ['curl -X GET h/a -d x', 'GET /a x'],
    ["curl h/a -d ''", 'POST /a '],
    ['curl h/a -d @b.json', 'POST /a {"a": "b c"}'],
    ['curl h/a --data-binary @b.json', 'POST /a {"a":\r\n "b c"}\n'],
    ['curl h/a --json @b.json', 'POST /a {"a":\r\n "b c"}\n'],
    ['curl h/a -d @-', 'POST /a {"stdin":1}'],
    [`curl h/a --json '{"a":1}' --json '{"b":2}'`, 'POST /a {"a":1}{"b":2}'],
    ["curl h/a --data-urlencode 'a=b c&d/é'", 'POST /a a=b+c%26d%2F%C3%A9'],
    ["curl h/a --data-urlencode 'b c'", 'POST /a b+c'],
    ["curl h/a --data-urlencode '=b c'", 'POST /a b+c'],
    ['curl h/a --data-urlencode n@head', 'POST /a n=x-a%3A+1%0AX-B%3A2%0A'],
    ['curl -G h/a -d b=1 -d c=2', 'GET /a?b=1&c=2'],
    ['curl -G "h/a?x=1" --data-urlencode "b=c d"', 'GET /a?x=1&b=c+d'],
    ['curl -G -I h/a -d b', 'HEAD /a?b'],
    ['curl -G -X DELETE h/a -d b', 'DELETE /a?b'],
    ["curl h/a --url-query 'b=c d' --url-query '+e=%20'", 'GET /a?b=c+d&e=%20'],
    ['curl -T b.json h/a', 'PUT /a {"a":\r\n "b c"}\n'],
    ['curl -T b.json h/a/', 'PUT /a/b.json {"a":\r\n "b c"}\n'],
    ['curl h/a/./b/../c', 'GET /a/c'],
    ['curl h/../a/..', 'GET /'],
    ['curl --path-as-is h/a/./b/../c', 'GET /a/./b/../c'],
    ['curl h/a/%2E%2E/b%2fc', 'GET /a/%2E%2E/b%2fc'],
    ['curl h/é?ü', 'GET /%C3%A9?%C3%BC'],
    ['curl h/{a}', 'GET /a'],
    ["curl -g 'h/{a,b}[1-2]'", 'GET /{a,b}[1-2]'],
    ['curl --no-silent --no-buffer h/a', 'GET /a'],
    ['curl --max-t 3 h/a', 'GET /a'],
    ['curl -- h/a', 'GET /a'],
    ['FOO=bar /usr/bin/curl h/a', 'GET /a'],
    ['curl.exe h/a', 'GET /a'],
    ['POST http://h/a -d x', 'POST /a x'],
    ['GET /v1/a', 'GET /v1/a'],
    ['https://h/v1/a', 'GET /v1/a'],
    ['curl "http://$HOST/users/$ID"', 'GET /users/u-1'],
    ['curl h/a -d "{\\"id\\":\\"$ID\\"}"', 'POST /a {"id":"u-1"}'],
    [`printf '{"a":"\\303\\251%%\\012"}' | curl h/a --data-binary @-`, 'POST /a {"a":"é%\n"}'],
    [`echo '{"a":1}' | curl h/a -d @- | jq .`, 'POST /a {"a":1}'],
    ['cat b.json | curl h/a -d @-', 'POST /a {"a": "b c"}'],
    ['curl h/a -d @- < b.json', 'POST /a {"a": "b c"}'],
    [`curl h/a -d @- <<< '{}'`, 'POST /a {}'],
    [`curl h/a --data-binary @- <<'EOF'\n{"a":\n1}\nEOF\n`, 'POST /a {"a":\n1}\n'],
  ])('%s', async (command, wanted) => {
    expect(await shown(command)).toBe(wanted);
  });
});

describe('headers and the rest', () => {
  const pairs = (request: CurlRequest) => request.headers.map(({ name, value }) => `${name}: ${value}`);

  it.each<[string, string[]]>([
    ["curl h -H 'X-A: 1' -H 'x-b:2'", ['x-a: 1', 'x-b: 2']],
    ["curl h -H 'X-A;' -H 'X-B:'", ['x-a: ']],
    ['curl h -H @head', ['x-a: 1', 'x-b: 2']],
    ['curl h -u ada:pw', ['authorization: Basic YWRhOnB3']],
    ['curl h -u ada', ['authorization: Basic YWRhOg==']],
    ['curl http://a%40b:c@h', ['authorization: Basic YUBiOmM=']],
    ["curl h -u a:b -H 'Authorization: Bearer t'", ['authorization: Bearer t']],
    ['curl h --oauth2-bearer t', ['authorization: Bearer t']],
    ["curl h -b 'a=1' -b 'b=2'", ['cookie: a=1;b=2']],
    ['curl h -A me -e from', ['user-agent: me', 'referer: from']],
    ["curl h --json '{}'", []],
    ['curl h -H "authorization: Bearer $TOKEN"', ['authorization: Bearer ${TOKEN}']],
    ['curl h -H "authorization: $(cat token)"', ['authorization: @token']],
  ])('%s', async (command, wanted) => {
    expect(pairs(await read(command))).toEqual(wanted);
  });

  it.each<[string, string | undefined]>([
    ['curl h', undefined],
    ['curl h -d x', 'application/x-www-form-urlencoded'],
    ['curl h --json x', 'application/json'],
    ["curl h -d x -H 'Content-Type: text/plain'", 'text/plain'],
    ["curl h --json x -H 'content-type: a/b'", 'a/b'],
    ['curl -T b.json h/a', undefined],
  ])('%s has content type %s', async (command, wanted) => {
    expect((await read(command)).contentType).toBe(wanted);
  });

  it('a value typed in single quotes is no variable', async () => {
    const [header] = (await read("curl h -H 'x: ${A}'")).headers;
    expect(header).toEqual({ name: 'x', value: '${A}', isTyped: false, flag: '-H x' });
  });

  it('lists what says nothing about the request', async () => {
    const { ignored, deadlineMs } = await read(
      'curl -sk --compressed -o out.json -m 2.5 --retry 3 -w "%{json}" h | jq .',
    );
    expect(ignored).toEqual(['-s', '-k', '--compressed', '-o', '--retry', '-w', '| jq']);
    expect(deadlineMs).toBe(2500);
  });

  it.each<[string, RegExp]>([
    ['curl', /no URL/],
    ['wget h', /"wget" is no curl command/],
    ['', /nothing is no curl command/],
    ['curl h -F a=b', /-F is not taken here/],
    ['curl h --next -d a i', /--next is not taken/],
    ['curl a b', /2 URLs/],
    ['curl h --request=PUT', /no flag --request=PUT/],
    ['curl h --nonsense', /no flag --nonsense/],
    ['curl h -d', /-d needs a value/],
    ['curl ftp://h/a', /no HTTP URL/],
    ["curl 'h/a b'", /has " " in it/],
    ["curl 'h/{a,b}'", /several requests/],
    ["curl 'h/[1-3]'", /several requests/],
    ['curl h -b jar.txt', /a file of cookies/],
    ['curl h -m soon', /takes seconds/],
    ["curl -G h -d 'a b'", /no URL may have/],
    ['curl h -d @missing', /cannot read missing/],
    ['curl h/$UNSET', /\$UNSET in it, which is not set/],
    ['make x | curl h -d @-', /not known without running it/],
  ])('refuses %s', async (command, message) => {
    await expect(read(command)).rejects.toThrow(message);
    await expect(read(command)).rejects.toBeInstanceOf(UserError);
  });
});

describe.skipIf(!existsSync('/usr/bin/curl'))('the real curl', () => {
  const path = fc
    .array(fc.constantFrom('v1', 'a', '.', '..', '%2E', '%2F', 'x:y', 'b%20c', '', 'ü'), { minLength: 1, maxLength: 5 })
    .map((segments) => `/${segments.join('/')}`);
  const data = fc.oneof(
    fc.constantFrom('a=b', '{"a":1}', '@b.json', '=x y', 'é', 'n@head', "it's", ''),
    fc.string({ unit: 'grapheme-ascii', maxLength: 8 }).filter((value) => !/^[@<]|@/.test(value)),
  );
  const flag = fc.oneof(
    fc.tuple(fc.constantFrom('-d', '--data-raw', '--data-binary', '--data-urlencode', '--json'), data),
    fc.tuple(fc.constantFrom('-X'), fc.constantFrom('PUT', 'PATCH', 'DELETE')),
    fc.constantFrom(
      ['-G'],
      ['--path-as-is'],
      ['-u', 'a:b'],
      ['-b', 'c=d'],
      ['-A', 'me'],
      ['-e', 'r'],
      ['--compressed'],
    ),
    fc.constantFrom(['-H', 'X-A: b'], ['-H', 'X-E;'], ['-H', 'Accept:'], ['-H', 'content-type: application/json']),
    fc.constantFrom(['-m', '5'], ['-sS'], ['-H', '@head'], ['--url-query', 'k=v w']),
  );

  it('sends what is read', async () => {
    const property = fc.asyncProperty(path, fc.array(flag, { maxLength: 5 }), async (urlPath, flags) => {
      // With a query of its own, curl 7.88 forgets --path-as-is.
      const names = flags.map(([name]) => name);
      fc.pre(!names.includes('--path-as-is') || !(names.includes('-G') || names.includes('--url-query')));
      const words = [...flags.flat(), `http://127.0.0.1:PORT${urlPath}`];
      const [sent, given] = await Promise.all([
        sentBy(words),
        read(['curl', ...words]).catch((error: unknown) => error),
      ]);
      expect(given instanceof UserError ? undefined : asSent(given as CurlRequest)).toEqual(sent);
    });
    await fc.assert(property, { numRuns: 60 });
  }, 60_000);
});

interface Sent {
  readonly line: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

const compared = ['authorization', 'cookie', 'content-type', 'x-a', 'x-b', 'x-e', 'referer'];

function asSent(request: CurlRequest): Sent {
  const all = new Map(request.headers.map(({ name, value }) => [name, value]));
  if (request.contentType !== undefined) all.set('content-type', request.contentType);
  const headers = Object.fromEntries(compared.filter((name) => all.has(name)).map((name) => [name, all.get(name)!]));
  const target = request.path + (request.query === '' ? '' : `?${request.query}`);
  return {
    line: `${request.method} ${target.toLowerCase()}`,
    body: Buffer.from(request.body ?? []).toString(),
    headers,
  };
}

/** What the real curl puts on the wire; undefined when it refuses. */
function sentBy(words: readonly string[]): Promise<Sent | undefined> {
  return new Promise((resolve) => {
    let text = Buffer.alloc(0);
    const server = net.createServer((socket) => {
      socket.on('data', (chunk) => {
        text = Buffer.concat([text, chunk]);
        const end = text.indexOf('\r\n\r\n');
        const length = Number(/content-length: (\d+)/i.exec(text.subarray(0, end).toString())?.[1] ?? 0);
        if (end >= 0 && text.length >= end + 4 + length) socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
      });
      socket.on('error', () => {});
    });
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo;
      const argv = words.map((word) => word.replace('PORT', String(port)));
      execFile('/usr/bin/curl', ['-q', '-sS', ...argv], { cwd: folder, env: {} }, () => {
        server.close();
        resolve(text.length === 0 ? undefined : parseSent(text));
      });
    });
  });
}

function parseSent(bytes: Buffer): Sent {
  const end = bytes.indexOf('\r\n\r\n');
  const [first = '', ...lines] = bytes.subarray(0, end).toString().split('\r\n');
  const [method, target = ''] = first.split(' ');
  const all = new Map(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const headers = Object.fromEntries(compared.filter((name) => all.has(name)).map((name) => [name, all.get(name)!]));
  // A query with letters beyond ASCII goes out raw; they are escaped for the router.
  return {
    line: `${method} ${escapedWide(target.replace(/\?$/, '')).toLowerCase()}`,
    body: bytes.subarray(end + 4).toString(),
    headers,
  };
}

/** Letters beyond ASCII escaped, all else as it is. */
function escapedWide(target: string): string {
  return target.replace(/[^\u0000-\u007f]+/g, encodeURIComponent);
}

it('has its files where curl can find them', () => {
  expect(existsSync(join(folder, 'b.json'))).toBe(true);
});
