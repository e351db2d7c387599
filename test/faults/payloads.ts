// The messages and header lists that the words of a script stand for: M, Mz, H{…}, T{…}, TO{…}, D:….
// Where a row of the table leaves a value open («…»), the value used here is the one its description names.
import { deflateRawSync, gzipSync, constants as zlib } from 'node:zlib';
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { grpcMessage, type HeaderPairs } from '../support/http2-frames.ts';

/** A string with everything that can move a cursor, set a title or turn text round; sent as field `s`. */
export const hostileText = 'a\u001b[31mred\u001b]0;title\u0007\u001b]52;c;ZXZpbA==\u0007\u009b31m\u0000\u202efdp.exe';

const okMessage = new BinaryWriter().uint32(0x0a).string('ok').finish();

/** A message t.M with only `s` set, without the gRPC prefix. */
export function messageWith(text: string): Uint8Array {
  return new BinaryWriter().uint32(0x0a).string(text).finish();
}

/** t.M nested `depth` levels in field 3. */
function nested(depth: number): Uint8Array {
  const prefixes: Uint8Array[] = [];
  let size = 0;
  for (let level = 0; level < depth; level++) {
    const prefix = new BinaryWriter().uint32(0x1a).uint32(size).finish();
    prefixes.push(prefix);
    size += prefix.length;
  }
  return Buffer.concat(prefixes.reverse());
}

/** A gzip stream of about 1 MiB that inflates to 1 GiB of zeros, made by repeating one flushed block. */
function bomb(): Buffer {
  const chunk = deflateRawSync(Buffer.alloc(16 * 1024 * 1024), { finishFlush: zlib.Z_FULL_FLUSH });
  const head = Buffer.from('1f8b0800000000000003', 'hex');
  // The checksum is left wrong: nobody should read as far as that.
  const tail = Buffer.alloc(8);
  tail.writeUInt32LE(1024 * 1024 * 1024, 4);
  return Buffer.concat([head, ...Array<Buffer>(64).fill(chunk), Buffer.from('0300', 'hex'), tail]);
}

const zipped = gzipSync(okMessage);

/** Messages with their gRPC prefix, by the word of the script (`*n` and `+END` taken off). */
const messages: ReadonlyMap<string, () => Buffer> = new Map([
  ['M', () => grpcMessage(okMessage)],
  ['Mz', () => grpcMessage(zipped, { compressed: true })],
  ['M(flag 1)', () => grpcMessage(okMessage, { flag: 1 })],
  ['M(flag 2)', () => grpcMessage(okMessage, { flag: 2 })],
  ['Mz(half)', () => grpcMessage(zipped.subarray(0, zipped.length / 2), { compressed: true })],
  ['Mz(1GiB zeros)', () => grpcMessage(bomb(), { compressed: true })],
  ['M(61fffe62)', () => grpcMessage(Buffer.from('0a0461fffe62', 'hex'))],
  ['M(nest 10000)', () => grpcMessage(nested(10_000))],
  ['M+field100', () => grpcMessage(Buffer.concat([okMessage, Buffer.from('a00607', 'hex')]))],
  ['M(…)', () => grpcMessage(messageWith(hostileText))],
]);

/** The bytes of a message word; throws for a word that nobody defined. */
export function messageBytes(word: string): Buffer {
  const make = messages.get(word);
  if (make === undefined) throw new Error(`no message for the step ${JSON.stringify(word)}`);
  return make();
}

const grpc: HeaderPairs = [
  [':status', '200'],
  ['content-type', 'application/grpc+proto'],
];
const answer = (status: number, ...more: HeaderPairs): HeaderPairs => [[':status', String(status)], ...more];
const trailersOnly = (status: number | string, message: string | Buffer, ...more: HeaderPairs): HeaderPairs => [
  ...grpc,
  ['grpc-status', String(status)],
  ['grpc-message', message],
  ...more,
];
const range = (count: number, pair: (index: number) => readonly [string, string]): HeaderPairs =>
  Array.from({ length: count }, (_, index) => pair(index));

/** Header lists by step, `fault: step` where the step leaves the value open. */
const fields: ReadonlyMap<string, () => HeaderPairs> = new Map([
  ['H', () => grpc],
  ['H{:status 502, text/html}', () => answer(502, ['server', 'nginx/1.22.1'], ['content-type', 'text/html'])],
  ['H{:status 200, text/html}', () => answer(200, ['content-type', 'text/html; charset=utf-8'])],
  ['H{404,text/plain}', () => answer(404, ['content-type', 'text/plain; charset=utf-8'])],
  ['H{401}', () => answer(401, ['www-authenticate', 'Bearer realm="api"'], ['content-length', '0'])],
  ['H{503,text/plain}', () => answer(503, ['content-type', 'text/plain'])],
  ['H{302,location}', () => answer(302, ['location', 'https://login.example/start'])],
  [
    'H{500,grpc,grpc-status 7,grpc-message denied}',
    () => answer(500, ['content-type', 'application/grpc'], ['grpc-status', '7'], ['grpc-message', 'denied']),
  ],
  ['H{grpc-web}', () => answer(200, ['content-type', 'application/grpc-web+proto'])],
  ['H{404,application/json}', () => answer(404, ['content-type', 'application/json'])],
  ['H{103}', () => answer(103, ['link', '</x.css>; rel=preload'])],
  ['H{X-Upper}', () => [...grpc, ['X-Upper', 'y']]],
  ['H{x-big 65536}', () => [...grpc, ['x-big', 'b'.repeat(65_536)]]],
  ['H{16 x 64KiB}', () => [...grpc, ...range(16, (index) => [`x-big-${index}`, 'b'.repeat(65_536)])]],
  ['H{x-0..x-2999}', () => [...grpc, ...range(3000, (index) => [`x-${index}`, 'v'])]],
  ['H{gzip}', () => [...grpc, ['grpc-encoding', 'gzip']]],
  ['H{foo}', () => [...grpc, ['grpc-encoding', 'foo']]],
  ['H{x-evil ESC…}', () => [...grpc, ['x-evil', 'a\u001b[31mred']]],
  ['T:0', () => [['grpc-status', '0']]],
  [
    'T:8',
    () => [
      ['grpc-status', '8'],
      ['grpc-message', 'quota exhausted'],
    ],
  ],
  ['T{grpc-status OK}', () => [['grpc-status', 'OK']]],
  [
    'T{99,weird}',
    () => [
      ['grpc-status', '99'],
      ['grpc-message', 'weird'],
    ],
  ],
  [
    'T{0},{5}',
    () => [
      ['grpc-status', '0'],
      ['grpc-status', '5'],
    ],
  ],
  ['TO{5}', () => trailersOnly(5, 'not%20here')],
  ['TO{0}', () => [...grpc, ['grpc-status', '0']]],
  ['ansi-in-grpc-message: TO{3,…}', () => trailersOnly(3, 'bad%20%1B]0;pwned%07%1B[2J%0A%0DERROR: ok')],
  ['bad-percent-grpc-message: TO{3,…}', () => trailersOnly(3, '100% wrong %zz %E4%B8 %ff')],
  ['utf8-grpc-message: TO{3,…}', () => trailersOnly(3, encodeURIComponent('你好 😈'))],
  ['TO{3,café 你}', () => trailersOnly(3, Buffer.from('café 你', 'utf8'))],
  ['bad-details-bin-base64: TO{3,x}', () => trailersOnly(3, 'x', ['grpc-status-details-bin', '!!! not base64 !!!'])],
  ['bad-details-bin-proto: TO{3,x}', () => trailersOnly(3, 'x', ['grpc-status-details-bin', 'Cv////8P'])],
]);

/** The header list of a step of `fault`; throws for a step that nobody defined. */
export function headerFields(fault: string, step: string): HeaderPairs {
  const make = fields.get(`${fault}: ${step}`) ?? fields.get(step);
  if (make === undefined) throw new Error(`no header list for the step ${JSON.stringify(step)} of ${fault}`);
  return make();
}

const page = (title: string, more: string) =>
  Buffer.from(`<html>\r\n<head><title>${title}</title></head>\r\n<body>${more}</body>\r\n</html>\r\n`);
const webTrailers = Buffer.from('grpc-status:0\r\n');

/** Bodies by step, `fault: step` where the step leaves the value open. */
const bodies: ReadonlyMap<string, () => Buffer> = new Map([
  ['D:prefix100+10B', () => grpcMessage(Buffer.alloc(10, 0x78), { declaredLength: 100 })],
  ['D:half', () => messageBytes('M').subarray(0, 7)],
  ['html-502: D:<html>…', () => page('502 Bad Gateway', '<center><h1>502 Bad Gateway</h1></center><hr>nginx/1.22.1')],
  ['html-200: D:<html>…', () => page('Sign in', '<form action="/login"><input name="user"></form>')],
  ['D:404 page not found', () => Buffer.from('404 page not found\n')],
  ['http-503: D:…', () => Buffer.from('upstream connect error or disconnect/reset before headers')],
  ['ct-connect-json: D:…', () => Buffer.from('{"code":"not_found","message":"no such thing"}')],
  ['D:0x80…', () => grpcMessage(webTrailers, { flag: 0x80 })],
  ['D:00ffffffff…', () => Buffer.concat([Buffer.from('00ffffffff', 'hex'), Buffer.alloc(100, 0x78)])],
  ['D:0affffffff0f', () => grpcMessage(Buffer.from('0affffffff0f', 'hex'))],
]);

/** The DATA bytes of a step of `fault`; throws for a step that nobody defined. */
export function bodyBytes(fault: string, step: string): Buffer {
  const make = bodies.get(`${fault}: ${step}`) ?? bodies.get(step);
  if (make === undefined) throw new Error(`no body for the step ${JSON.stringify(step)} of ${fault}`);
  return make();
}

/** What a RAW step sends without any HTTP/2. */
const rawTexts: ReadonlyMap<string, string> = new Map([
  [
    'RAW:HTTP/1.1 400 …',
    'HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain\r\ncontent-length: 12\r\nconnection: close\r\n\r\nBad Request\n',
  ],
  ['RAW:SSH-2.0-…', 'SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n'],
]);

/** The text of a RAW step; throws for a step that nobody defined. */
export function rawText(step: string): string {
  const text = rawTexts.get(step);
  if (text === undefined) throw new Error(`no text for the step ${JSON.stringify(step)}`);
  return text;
}
