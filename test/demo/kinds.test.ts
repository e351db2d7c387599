// kinds.v1.KindsService: echoes keep every byte, failures come as ordered, streams and uploads add up.
import { createHash } from 'node:crypto';
import { credentials, Metadata, makeClientConstructor, status } from '@grpc/grpc-js';
import { afterAll, describe, expect, it } from 'vitest';
import { demoClient, outcome } from './demo-client.ts';

const { call, demo, encode } = await demoClient();
const raw = new (makeClientConstructor({}, 'raw'))(demo.address, credentials.createInsecure());
afterAll(() => raw.close());

/** Sends bytes as they are, and gives those of the answers. */
function callRaw(method: string, requests: Buffer[]) {
  const asIs = (bytes: Buffer) => bytes;
  const stream = raw.makeBidiStreamRequest(`/kinds.v1.KindsService/${method}`, asIs, asIs, new Metadata(), {});
  stream.on('error', () => {});
  for (const bytes of requests) stream.write(bytes);
  stream.end();
  return outcome(stream);
}

describe('echoes', () => {
  const everything = encode('kinds.v1.Everything', {
    int64Value: '-9007199254740993',
    uint64Value: '18446744073709551615',
    color: 'COLOR_BLUE',
    optionalInt64: '0',
    text: '',
    child: { child: { stringValue: 'deep' } },
    repeatedInt32: [1, -2],
    repeatedInt32Unpacked: [3, 4],
    mapStringPoint: { a: { x: -1, y: 1 } },
    struct: { fields: { list: { listValue: { values: [{ boolValue: true }] } } } },
    wrappedString: { value: '' },
    renamed: 'r',
  });
  // Field 5000, a varint: unknown to everybody. Then an enum number without a name.
  const unknown = Buffer.from([0xc0, 0xb8, 0x02, 0x2a, 0x80, 0x01, 0x63]);

  it.each([
    ['Echo', [Buffer.concat([everything, unknown])]],
    ['Echo', [Buffer.alloc(0)]],
    [
      'EchoLegacy',
      [encode('kinds.v1.Legacy', { id: 'x', result: { url: 'u' }, '.kinds.v1.note': 'n', points: { p: -1 } })],
    ],
    ['EchoStream', [everything, Buffer.alloc(0), unknown]],
  ])('%s returns the bytes as they came', async (method, requests) => {
    const { code, messages } = await callRaw(method, requests);
    expect(code).toBe(status.OK);
    expect(messages).toEqual(requests);
  });

  it.each([
    ['Echo', Buffer.from([0x09, 0x00])],
    ['EchoLegacy', Buffer.from([0x10, 0x01])],
  ])('%s refuses what cannot be read', async (method, bytes) => {
    const { code, messages } = await callRaw(method, [bytes]);
    expect([code, messages]).toEqual([status.INTERNAL, []]);
  });

  it('shows the metadata as received', async () => {
    const metadata = { 'x-text': 'a b', authorization: 'Bearer t' };
    const { messages } = await call('kinds.v1.KindsService/EchoMetadata', [{}], { metadata });
    expect(messages[0].entries).toContainEqual(expect.objectContaining({ name: 'x-text', text: 'a b' }));
    expect(messages[0].entries).toContainEqual(expect.objectContaining({ name: 'authorization', text: 'Bearer t' }));
    expect(messages[0].peer).toMatch(/^127\.0\.0\.1:\d+$/);
  });
});

describe('failures', () => {
  const detail = { type_url: 'type.googleapis.com/kinds.v1.Point', value: encode('kinds.v1.Point', { x: 7, y: -7 }) };

  it('come after so many messages, with the details given', async () => {
    const request = { code: 9, message: 'als bestellt: ü %', details: [detail], afterMessages: 3 };
    const result = await call('kinds.v1.KindsService/Fail', [request]);
    expect(result.messages).toEqual([{ index: 1 }, { index: 2 }, { index: 3 }]);
    expect([result.code, result.details]).toEqual([9, 'als bestellt: ü %']);
    expect(result.info).toEqual([['kinds.v1.Point', { x: 7, y: -7 }]]);
  });

  it.each([
    [0, 0, [{ index: 0 }]],
    [16, 16, []],
    [99, 99, []],
    [-1, status.INVALID_ARGUMENT, []],
  ])('with code %i end with %i', async (asked, code, messages) => {
    const result = await call('kinds.v1.KindsService/FailUnary', [{ code: asked, message: 'm' }]);
    expect([result.code, result.messages]).toEqual([code, messages]);
  });
});

describe('streams', () => {
  it('waits as long as asked', async () => {
    const { messages } = await call('kinds.v1.KindsService/Slow', [{ delay: { seconds: '0', nanos: 1_000_000 } }]);
    expect(messages).toEqual([{ waited: { seconds: '0', nanos: 1_000_000 } }]);
  });

  it('counts, with a payload', async () => {
    const { messages } = await call('kinds.v1.KindsService/Count', [{ count: 500, payloadSize: 10 }]);
    expect(messages.map((message) => message.index)).toEqual(Array.from({ length: 500 }, (_, index) => index + 1));
    expect(messages.every((message) => message.payload.length === 10)).toBe(true);
  });

  it.each([[{ count: -1 }], [{ count: 10_000_001 }], [{ payloadSize: 16 * 1024 * 1024 + 1 }]])(
    'refuses %j',
    async (request) => {
      const { code, info } = await call('kinds.v1.KindsService/Count', [request]);
      expect([code, info[0]?.[0]]).toEqual([status.INVALID_ARGUMENT, 'google.rpc.BadRequest']);
    },
  );

  it('takes an upload in chunks of any size', async () => {
    const chunks = [Buffer.alloc(5_000_000, 'a'), Buffer.alloc(0), Buffer.from('end')];
    const { messages } = await call(
      'kinds.v1.KindsService/Upload',
      chunks.map((data, index) => ({ name: `name-${index}`, data })),
    );
    const sha256 = createHash('sha256').update(Buffer.concat(chunks)).digest('hex');
    expect(messages).toEqual([{ name: 'name-0', chunks: 3, sizeBytes: '5000003', sha256 }]);
  });
});
