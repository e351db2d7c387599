// The pure parts: message frames at every cut, metadata, timeouts, status texts.
import { describe, expect, it } from 'vitest';
import { frameMessages, MessageDecoder } from '../../src/wire/frame.ts';
import { decodeGrpcMessage, statusFromTrailers } from '../../src/wire/grpc-trailers.ts';
import { type Metadata, receivedMetadata, validateMetadata } from '../../src/wire/metadata.ts';
import { classify } from '../../src/wire/probe.ts';
import { formatTimeout } from '../../src/wire/timeout.ts';
import { quoteBytes, visible } from '../../src/wire/wording.ts';

function decode(chunks: readonly Uint8Array[], limit = 1 << 20) {
  const decoder = new MessageDecoder(limit);
  const messages: string[] = [];
  for (const chunk of chunks) decoder.push(chunk, (bytes, z) => messages.push(`${Buffer.from(bytes)}${z ? ' z' : ''}`));
  return { messages, decoder };
}

describe('MessageDecoder', () => {
  const texts = ['', 'a', 'hello', 'x'.repeat(300)];
  const stream = Buffer.concat(
    frameMessages(
      texts.map((text) => Buffer.from(text)),
      false,
    ),
  );

  it('gives the same messages wherever the bytes are cut', () => {
    for (let at = 0; at <= stream.length; at++) {
      expect(decode([stream.subarray(0, at), stream.subarray(at)]).messages).toEqual(texts);
    }
    expect(decode(Array.from(stream, (byte) => Buffer.of(byte))).messages).toEqual(texts);
  });

  it('says how far into a message it is', () => {
    expect(decode([stream.subarray(0, 3)]).decoder.partial).toEqual({ have: 3, want: 5, prefix: true });
    expect(decode([stream.subarray(0, 18)]).decoder.partial).toEqual({ have: 2, want: 5, prefix: false });
    expect(decode([stream]).decoder.partial).toBeUndefined();
  });

  it('stops at a length above the limit and holds no more than it was given', () => {
    const { messages, decoder } = decode([Buffer.from([0, 0, 0, 0, 1, 65, 0, 255, 255, 255, 255, 1])]);
    expect(messages).toEqual(['A']);
    expect(decoder.fault).toMatchObject({ kind: 'size', length: 0xffffffff });
  });

  it('takes a message of the limit and refuses one byte more', () => {
    const bytes = (length: number) => Buffer.concat(frameMessages([new Uint8Array(length)], false));
    expect(decode([bytes(100)], 100).decoder.fault).toBeUndefined();
    expect(decode([bytes(101)], 100).decoder.fault).toMatchObject({ kind: 'size', length: 101 });
  });

  it('takes time linear in the size of a message in small chunks', () => {
    const size = 32 << 20;
    const framed = Buffer.concat(frameMessages([new Uint8Array(size)], false));
    const chunks = Array.from({ length: Math.ceil(framed.length / 4096) }, (_, i) =>
      framed.subarray(i * 4096, i * 4096 + 4096),
    );
    let length = 0;
    const decoder = new MessageDecoder(size);
    // Copying what is there at every chunk would move 128 GiB here.
    for (const chunk of chunks) decoder.push(chunk, (bytes) => (length = bytes.length));
    expect(length).toBe(size);
  });
});

describe('frameMessages', () => {
  it('packs small messages and passes on large ones', () => {
    const small = Array.from({ length: 1000 }, () => new Uint8Array(20));
    expect(frameMessages(small, false)).toHaveLength(1);
    const large = new Uint8Array(1 << 20);
    const pieces = frameMessages([large], true);
    expect(pieces).toHaveLength(2);
    expect(pieces[1]).toBe(large);
    expect(pieces[0]?.[0]).toBe(1);
  });
});

describe('formatTimeout', () => {
  it.each([
    [1, '1m'],
    [1500, '1500m'],
    [0, '1n'],
    [-5, '1n'],
    [0.5, '500u'],
    [1.1, '1100u'],
    [99_999_999, '99999999m'],
    [100_000_000, '100000S'],
    [1e12, '16666667M'],
    [1e18, '99999999H'],
  ])('%d ms is %s', (ms, expected) => {
    expect(formatTimeout(ms)).toBe(expected);
    expect(expected).toMatch(/^\d{1,8}[HMSmun]$/);
  });
});

describe('metadata', () => {
  it('is normalised for sending', () => {
    const sent: Metadata = [
      ['X-A', ' v '],
      ['x-a', 'w'],
      ['t-bin', '_-8'],
      ['u-bin', 'AQ'],
    ];
    expect(validateMetadata(sent)).toEqual([
      ['x-a', 'v'],
      ['x-a', 'w'],
      ['t-bin', '/+8='],
      ['u-bin', 'AQ=='],
    ]);
  });

  it.each([
    ['a b', 'v', /not allowed/],
    [':path', 'v', /cannot be set/],
    ['grpc-timeout', '1S', /set by the client/],
    ['te', 'x', /set by the client/],
    ['x', 'café', /U\+00E9 at position 4/],
    ['x', 'a\nb', /U\+000A/],
    ['x-bin', '!!!', /not base64/],
  ])('refuses %s: %s', (name, value, words) => {
    expect(() => validateMetadata([[name, value]])).toThrow(words);
  });

  it('keeps names that objects have already', () => {
    const odd: Metadata = [
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ];
    expect(validateMetadata(odd)).toEqual(odd);
  });

  it('is decoded on arrival: UTF-8, latin1, joined binary values, repeats in order', () => {
    const utf8 = Buffer.from('café').toString('latin1');
    const raw = [':status', '200', 'a', utf8, 'b', 'caf\xe9', 'c-bin', 'AQ, Ag==', 'a', '2'];
    expect(receivedMetadata(raw)).toEqual([
      ['a', 'café'],
      ['b', 'café'],
      ['c-bin', 'AQ=='],
      ['c-bin', 'Ag=='],
      ['a', '2'],
    ]);
  });
});

describe('statusFromTrailers', () => {
  it('reads details', () => {
    const any = Buffer.concat([Buffer.from([0x0a, 3]), Buffer.from('t/x'), Buffer.from([0x12, 1, 7])]);
    const status = Buffer.concat([Buffer.from([8, 5, 0x12, 1, 0x6d, 0x1a, any.length]), any]);
    const trailers: Metadata = [
      ['grpc-status', '5'],
      ['grpc-status-details-bin', status.toString('base64')],
    ];
    expect(statusFromTrailers(trailers)?.details).toEqual([{ typeUrl: 't/x', value: new Uint8Array([7]) }]);
  });

  it.each([
    ['100%25', '100%'],
    ['%', '%'],
    ['%E4%BD%A0%ff%E5%A5%BD', '你%ff好'],
    ['%F0%9F%98%88', '😈'],
    ['%C0%80', '%C0%80'],
  ])('decodes %s', (sent, shown) => {
    expect(decodeGrpcMessage(sent)).toBe(shown);
  });
});

describe('words for foreign bytes', () => {
  it('never pass on control or bidi characters', () => {
    expect(visible('a\x1b[31m\x9b\u202e\n')).toBe('a\\u001b[31m\\u009b\\u202e\\n');
    expect(quoteBytes(Buffer.from('SSH-2.0-x\r\nmore'))).toBe('"SSH-2.0-x"');
    expect(quoteBytes(Buffer.from([0xff, 0, 1]))).toBe('bytes ff 00 01');
  });

  it.each([
    ['HTTP/1.1 400 x', 'http1'],
    ['\x15\x03\x01\x00\x02', 'tls-alert'],
    ['SSH-2.0-x', 'text'],
    ['\x00\x00\x00\x04\x00\x00\x00\x00\x00', 'http2'],
    ['\xff\xfe\x00', 'garbage'],
  ])('classify %j', (bytes, kind) => {
    expect(classify(Buffer.from(bytes, 'latin1')).kind).toBe(kind);
  });
});
