// Requests as bytes, good and bad, with what is to be answered: the tables of http.test.ts.
import { gzipSync } from 'node:zlib';

export const charge = '{"customerId":"c-1","amountCents":"5","currency":"EUR"}';

/** A request of these lines, with the right Host. */
export const request = (
  port: number,
  line: string,
  headers: readonly string[] = [],
  body: string | Buffer = '',
): Buffer => {
  const head = [line, `host: localhost:${port}`, ...headers, '', ''].join('\r\n');
  return Buffer.concat([Buffer.from(head), Buffer.from(body)]);
};
const json = 'content-type: application/json';
export const post = (port: number, path: string, headers: readonly string[], body: string | Buffer) =>
  request(port, `POST ${path} HTTP/1.1`, [json, ...headers], body);
export const get = (port: number, headers: readonly string[] = [], path = '/v1/shelves/1') =>
  request(port, `GET ${path} HTTP/1.1`, headers);
export const length = (body: string | Buffer) => `content-length: ${body.length}`;

type Case = [name: string, bytes: (port: number) => Buffer, status: number, has: RegExp, open?: boolean];

/** What is answered. */
export const goodRequests: Case[] = [
  ['HTTP/1.0', (port) => request(port, 'GET /v1/shelves/1 HTTP/1.0'), 200, /Connection: close[\s\S]*Computing/, false],
  [
    'HTTP/1.0 that stays',
    (port) => request(port, 'GET /v1/shelves/1 HTTP/1.0', ['connection: keep-alive']),
    200,
    /content-length: 40/,
    true,
  ],
  [
    'a stream for HTTP/1.0, which knows no chunks',
    (port) => request(port, 'GET /v1/kinds:count?count=2 HTTP/1.0', ['connection: keep-alive']),
    200,
    /\r\n\r\n\{"index":1\}\n\{"index":2\}\n$/,
    false,
  ],
  ['a whole URL', (port) => get(port, [], `http://localhost:${port}/v1/shelves/1`), 200, /Computing/],
  ['empty lines in front', (port) => Buffer.concat([Buffer.from('\r\n\r\n'), get(port)]), 200, /Computing/],
  [
    'chunks with extensions and trailers',
    (port) =>
      post(
        port,
        '/v1/charges',
        ['transfer-encoding: chunked'],
        `a;x="y"\r\n${charge.slice(0, 10)}\r\n${(charge.length - 10).toString(16)}\r\n${charge.slice(10)}\r\n0\r\nx-end: 1\r\n\r\n`,
      ),
    200,
    /CHARGE_STATUS_SUCCESS/,
  ],
  [
    'a body that waits to be asked for',
    (port) => post(port, '/v1/charges', ['expect: 100-continue', length(charge)], charge),
    200,
    /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200/,
  ],
  ['no body that waits to be asked for', (port) => get(port, ['expect: 100-continue']), 200, /^HTTP\/1\.1 200/],
  ['an empty body', (port) => post(port, '/v1/kinds:echo', ['content-length: 0'], ''), 200, /\r\n\r\n\{\}$/],
  ['no body at all', (port) => request(port, 'POST /v1/kinds:echo HTTP/1.1'), 200, /\r\n\r\n\{\}$/],
  ['blanks for a body', (port) => post(port, '/v1/kinds:echo', [length('  ')], '  '), 200, /\r\n\r\n\{\}$/],
  [
    'a byte order mark',
    (port) => post(port, '/v1/kinds:echo', ['content-length: 5'], '\ufeff{}'),
    200,
    /\r\n\r\n\{\}$/,
  ],
  ['an Accept that nothing fits', (port) => get(port, ['accept: text/xml']), 200, /application\/json/],
  [
    'an offer to change to HTTP/2',
    (port) => get(port, ['connection: Upgrade, HTTP2-Settings', 'upgrade: h2c', 'http2-settings: AAMAAABk']),
    200,
    /Computing/,
    true,
  ],
  [
    'the same with a body',
    (port) =>
      post(
        port,
        '/v1/charges',
        ['connection: Upgrade, HTTP2-Settings', 'upgrade: h2c', 'http2-settings: AAMAAABk', length(charge)],
        charge,
      ),
    200,
    /CHARGE_STATUS_SUCCESS/,
    true,
  ],
  ['a long URL', (port) => get(port, [], `/v1/books?filter=${'a'.repeat(30_000)}`), 200, /books/],
  ['OPTIONS for the whole server', (port) => request(port, 'OPTIONS * HTTP/1.1'), 204, /allow: DELETE, GET, HEAD/],
  ['OPTIONS for a page', (port) => request(port, 'OPTIONS / HTTP/1.1'), 204, /allow: GET, HEAD, OPTIONS/],
  ['OPTIONS for a route', (port) => request(port, 'OPTIONS /v1/charges HTTP/1.1'), 204, /allow: POST, OPTIONS/],
  [
    'trailers for who takes them',
    (port) => get(port, ['te: trailers']),
    200,
    /trailer: x-messages-sent[\s\S]*\r\n0\r\n/,
  ],
];

/** What is refused. */
export const refusedRequests: Case[] = [
  ['no Host', () => Buffer.from('GET /v1/shelves/1 HTTP/1.1\r\n\r\n'), 403, /none was sent/],
  ['no Host in HTTP/1.0', () => Buffer.from('GET /v1/shelves/1 HTTP/1.0\r\n\r\n'), 403, /Host/],
  ['two Hosts', (port) => get(port, ['host: evil.example']), 400, /Host more than once/, false],
  [
    'another Host in the request line',
    (port) => get(port, [], 'http://evil.example/v1/shelves/1'),
    403,
    /evil\.example/,
  ],
  ['a user in the request line', (port) => get(port, [], `http://me@localhost:${port}/v1`), 403, /me@localhost/],
  ['HTTP/2 in words', (port) => request(port, 'GET /v1/shelves/1 HTTP/2.0'), 505, /HTTP\/2\.0/, false],
  ['a method nobody knows', (port) => request(port, 'BREW /v1/shelves/1 HTTP/1.1'), 400, /method/, false],
  ['a method for proxies', (port) => request(port, 'CONNECT localhost:1 HTTP/1.1'), 400, /CONNECT/, false],
  ['a method of others', (port) => request(port, 'PROPFIND /v1/charges HTTP/1.1'), 405, /allow: POST, OPTIONS/],
  ['TRACE', (port) => request(port, 'TRACE /v1/charges HTTP/1.1'), 405, /allow: POST, OPTIONS/],
  ['a page that is written to', (port) => request(port, 'POST / HTTP/1.1'), 405, /allow: GET, HEAD, OPTIONS/],
  [
    'HEAD of what only takes POST',
    (port) => request(port, 'HEAD /v1/charges HTTP/1.1'),
    405,
    /content-length: \d+\r\n[\s\S]*\r\n\r\n$/,
  ],
  [
    'a URL that is too long',
    (port) => get(port, [], `/v1/books?filter=${'a'.repeat(70_000)}`),
    431,
    /RESOURCE_EXHAUSTED/,
    false,
  ],
  ['a bad escape in the path', (port) => get(port, [], '/v1/shelves/%zz'), 400, /%zz/],
  ['a bad escape in the query', (port) => get(port, [], '/v1/books?pageSize=%zz'), 400, /%zz/],
  ['an escape that is no UTF-8', (port) => get(port, [], '/v1/shelves/%c0%af'), 400, /UTF-8/],
  ['a blank in the path', (port) => get(port, [], '/v1/shelves/a b'), 400, /INVALID_ARGUMENT/, false],
  ['a path without its slash', (port) => get(port, [], 'v1/shelves'), 400, /INVALID_ARGUMENT/, false],
  ['a slash too many behind', (port) => get(port, [], '/v1/shelves/1/'), 404, /no route/],
  ['a slash too many in front', (port) => get(port, [], '//v1/shelves/1'), 404, /no route/],
  ['dots, which are no steps', (port) => get(port, [], '/v1/x/../shelves/1'), 404, /no route/],
  [
    'the same parameter twice',
    (port) => get(port, [], '/v1/books?pageSize=1&pageSize=2'),
    400,
    /page_size: too many values/,
  ],
  [
    'a body where none is taken',
    (port) => request(port, 'GET /v1/shelves/1 HTTP/1.1', [json, 'content-length: 2'], '{}'),
    400,
    /takes no body/,
  ],
  ['null for a body', (port) => post(port, '/v1/kinds:echo', [length('null')], 'null'), 400, /expected an object/],
  [
    'a zipped body',
    (port) => post(port, '/v1/charges', ['content-encoding: gzip', length(gzipSync(charge))], gzipSync(charge)),
    415,
    /Content-Encoding/,
  ],
  ['an expectation nobody can meet', (port) => get(port, ['expect: a-miracle']), 417, /a-miracle/],
  [
    'two lengths in one',
    (port) => post(port, '/v1/charges', ['content-length: 2, 2'], '{}'),
    400,
    /Content-Length/,
    false,
  ],
  ['a signed length', (port) => post(port, '/v1/charges', ['content-length: +2'], '{}'), 400, /Content-Length/, false],
  [
    'a length beyond numbers',
    (port) => post(port, '/v1/charges', ['content-length: 99999999999999999999'], '{}'),
    400,
    /overflow/,
    false,
  ],
  [
    'length and chunks',
    (port) => post(port, '/v1/charges', [length('{}'), 'transfer-encoding: chunked'], '0\r\n\r\n'),
    400,
    /Transfer-Encoding/,
    false,
  ],
  [
    'chunks under another name',
    (port) => post(port, '/v1/charges', ['transfer-encoding: xchunked'], '0\r\n\r\n'),
    400,
    /Transfer-Encoding/,
    false,
  ],
  [
    'chunks twice',
    (port) => post(port, '/v1/charges', ['transfer-encoding: chunked', 'transfer-encoding: chunked'], '0\r\n\r\n'),
    400,
    /Transfer-Encoding/,
    false,
  ],
  [
    'zipped chunks',
    (port) => post(port, '/v1/charges', ['transfer-encoding: gzip, chunked'], '0\r\n\r\n'),
    501,
    /Transfer-Encoding/,
    false,
  ],
  [
    'a blank in a header name',
    (port) => post(port, '/v1/charges', ['transfer-encoding : chunked'], '0\r\n\r\n'),
    400,
    /header/,
    false,
  ],
  [
    'a chunk beyond numbers',
    (port) => post(port, '/v1/charges', ['transfer-encoding: chunked'], 'fffffffffffffffff\r\n'),
    400,
    /Chunk/,
    false,
  ],
  [
    'a chunk in C',
    (port) => post(port, '/v1/charges', ['transfer-encoding: chunked'], '0x2\r\n{}\r\n0\r\n\r\n'),
    400,
    /chunk/,
    false,
  ],
  [
    'a chunk with a bare line feed',
    (port) => post(port, '/v1/charges', ['transfer-encoding: chunked'], '2\n{}\n0\n\n'),
    400,
    /chunk/,
    false,
  ],
  [
    'a chunk that does not end',
    (port) => post(port, '/v1/charges', ['transfer-encoding: chunked'], '2\r\n{}XX0\r\n\r\n'),
    400,
    /chunk/,
    false,
  ],
  [
    'bare line feeds',
    (port) => Buffer.from(`GET /v1/shelves/1 HTTP/1.1\nhost: localhost:${port}\n\n`),
    400,
    /CRLF/,
    false,
  ],
  ['a bare carriage return', (port) => get(port, ['x: a\rtransfer-encoding: chunked']), 400, /LF/, false],
  ['a folded header', (port) => get(port, ['x: a\r\n b']), 400, /whitespace/, false],
  ['a zero byte in a header', (port) => get(port, ['x: a\0b']), 400, /header/, false],
];
