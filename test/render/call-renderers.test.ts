import type { DescMethod } from '@bufbuild/protobuf';
import { Chalk } from 'chalk';
import { beforeAll, describe, expect, it } from 'vitest';
import { eachRenderer, fullRenderer } from '../../src/render/full.ts';
import { ndjsonRenderer } from '../../src/render/ndjson.ts';
import { prettyRenderer } from '../../src/render/pretty.ts';
import { plainStyle, style } from '../../src/render/style.ts';
import { loadTableWriter, tableRenderer } from '../../src/render/table.ts';
import type { Status } from '../../src/wire/status.ts';
import { eventsOf, print, renderAll } from './events.ts';
import { shopMethod } from './schemas.ts';

let unary: DescMethod;
let serverStream: DescMethod;
let clientStream: DescMethod;
let bidi: DescMethod;
beforeAll(async () => {
  [unary, clientStream, serverStream, bidi] = (await Promise.all(
    ['GetOrder', 'Upload', 'Watch', 'Chat'].map((name) => shopMethod(name)),
  )) as [DescMethod, DescMethod, DescMethod, DescMethod];
});

const notFound: Status = {
  code: 5,
  message: 'no order o-1',
  details: [{ typeUrl: 'type.googleapis.com/google.rpc.ErrorInfo', value: new Uint8Array() }],
  origin: 'server',
};
const detail = { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'X' };

describe('ndjson', () => {
  it('puts every response on a line and says nothing about OK', () => {
    const events = eventsOf({ method: serverStream, requests: ['{}'], responses: ['{"a":1}', '{"a":2}'] });
    expect(renderAll(ndjsonRenderer({ print }), events)).toEqual({ out: '{"a":1}\n{"a":2}\n', err: '' });
  });

  it('hands a failed status on, with how many responses came before', () => {
    const events = eventsOf({ method: serverStream, responses: ['{"a":1}'], status: notFound });
    const render = ndjsonRenderer({ print, status: (status, received) => `${status.code} after ${received}\n` });
    expect(renderAll(render, events)).toEqual({ out: '{"a":1}\n', err: '5 after 1\n' });
  });
});

describe('full', () => {
  const timing = { connectMs: 0.4, tlsMs: null, schemaMs: 3.1 };
  const render = (rest?: () => string) =>
    fullRenderer({ print, details: () => [detail], timing: () => timing, tls: () => false, rest });

  it('is one document on one line, also when the call fails', () => {
    const events = eventsOf({
      method: unary,
      metadata: [['k', 'v']],
      requests: ['{"name":"o-1"}'],
      status: notFound,
      trailers: [
        ['t', '1'],
        ['t', '2'],
      ],
    });
    const { out, err } = renderAll(render(), events);
    expect(err).toBe('');
    expect(out.indexOf('\n')).toBe(out.length - 1);
    expect(JSON.parse(out)).toEqual({
      method: 'shop.v1.OrderService/GetOrder',
      kind: 'unary',
      target: { address: '127.0.0.1:50051', tls: false },
      request: { metadata: [['k', 'v']], messages: [{ name: 'o-1' }] },
      response: {
        headers: [],
        messages: [],
        trailers: [
          ['t', '1'],
          ['t', '2'],
        ],
      },
      status: { code: 5, name: 'NOT_FOUND', message: 'no order o-1', details: [detail], origin: 'server' },
      timing: { ...timing, headersMs: null, firstMessageMs: null, totalMs: 3 },
      bytes: { sent: [14], received: [] },
    });
  });

  it('keeps the digits of large numbers and includes the REST twin', () => {
    const events = eventsOf({
      method: bidi,
      requests: ['{}', '{}'],
      headers: [],
      responses: ['{"n":12345678901234567890}'],
    });
    const { out } = renderAll(
      render(() => '{"none":"why"}'),
      events,
    );
    expect(out).toContain('"messages":[{"n":12345678901234567890}]');
    expect(JSON.parse(out)).toMatchObject({
      kind: 'bidi_streaming',
      rest: { none: 'why' },
      timing: { headersMs: 4, firstMessageMs: 5, totalMs: 6 },
      bytes: { sent: [2, 2], received: [26] },
    });
  });

  it('has a short form for --each', () => {
    const each = eachRenderer({ print, details: () => [], line: 7 });
    expect(renderAll(each, eventsOf({ method: unary, responses: ['{"a":1}'] })).out).toBe(
      '{"line":7,"status":{"code":0,"name":"OK","message":"","details":[],"origin":"server"},"message":{"a":1}}\n',
    );
    const failed = eachRenderer({ print, details: () => [], line: 8 });
    expect(JSON.parse(renderAll(failed, eventsOf({ method: unary, status: notFound })).out)).not.toHaveProperty(
      'message',
    );
  });
});

describe('pretty', () => {
  const status = (value: Status, received: number): string => `${value.code} after ${received}\n`;
  const pretty = (options: object = {}) => prettyRenderer({ print, style: plainStyle, status, ...options });

  it('shows a unary response and the status in a line', () => {
    const events = eventsOf({ method: unary, requests: ['{}'], headers: [], responses: ['{\n  "a": 1\n}'] });
    expect(renderAll(pretty(), events)).toEqual({ out: '{\n  "a": 1\n}\n', err: 'OK  5.0 ms  ↑ 2 B  ↓ 12 B\n' });
  });

  it('shows a stream one line a message', () => {
    const events = eventsOf({ method: serverStream, requests: ['{}'], responses: ['{\n  "a": ["x, {"]\n}', '{}'] });
    expect(renderAll(pretty(), events)).toEqual({
      out: '← 1  0.00 s  { "a": ["x, {"] }\n← 2  0.00 s  {}\n',
      err: 'OK  5.0 ms  ↑ 2 B  ↓ 2 messages, 21 B\n',
    });
  });

  it('shows both directions of a bidi stream, and counts what a client stream sent', () => {
    const talk = renderAll(pretty(), eventsOf({ method: bidi, requests: ['{"q":1}'], responses: ['{"a":1}'] }));
    expect(talk.err).toBe('→ 1  0.00 s  { "q": 1 }\nOK  4.0 ms  ↑ 1 message, 7 B  ↓ 1 message, 7 B\n');
    const upload = renderAll(pretty(), eventsOf({ method: clientStream, requests: ['{}', '{}'], responses: ['{}'] }));
    expect(upload).toEqual({ out: '{}\n', err: 'OK  5.0 ms  ↑ 2 messages, 4 B  ↓ 2 B\n' });
  });

  it('leaves the words about a failure to the status printer', () => {
    expect(renderAll(pretty(), eventsOf({ method: unary, status: notFound }))).toEqual({ out: '', err: '5 after 0\n' });
  });

  it('is quiet when asked, but never about a failure', () => {
    expect(renderAll(pretty({ quiet: true }), eventsOf({ method: unary, responses: ['{}'] })).err).toBe('');
    expect(renderAll(pretty({ quiet: true }), eventsOf({ method: unary, status: notFound })).err).toBe('5 after 0\n');
  });

  it('adds metadata, schema and timing with -v', () => {
    const events = eventsOf({
      method: unary,
      metadata: [
        ['authorization', '****'],
        ['k', 'v'],
      ],
      headers: [['x-evil', '\u001b[31m']],
      responses: ['{}'],
      trailers: [],
    });
    const { err } = renderAll(
      pretty({
        verbosity: 1,
        schemaName: 'reflection v1',
        timing: () => ({ connectMs: 1, tlsMs: null, schemaMs: 2 }),
      }),
      events,
    );
    expect(err).toBe(
      [
        'shop.v1.OrderService/GetOrder  unary  127.0.0.1:50051',
        'schema  reflection v1',
        'request metadata',
        '  authorization  ****',
        '  k              v',
        'response headers',
        '  x-evil  \\u001b[31m',
        'response trailers',
        '  (none)',
        'timing  schema 2.0 ms  connect 1.0 ms  headers 2.0 ms  total 4.0 ms',
        'OK  4.0 ms  ↑ 0 B  ↓ 2 B',
        '',
      ].join('\n'),
    );
  });

  it('colours JSON without changing it, and makes control characters visible', () => {
    const colour = style({ color: true, ascii: false, width: 80 }, new Chalk({ level: 1 }));
    const text = '{\n  "a\\"": -1.5e+3,\n  "b": [true, null, "x: 1"],\n  "c": "\u202e\u009b"\n}';
    const { out } = renderAll(pretty({ style: colour }), eventsOf({ method: unary, responses: [text] }));
    expect(out).toContain('\u001b[33m-1.5e+3\u001b[39m');
    expect(out).toContain('\u001b[36m"a\\""\u001b[39m:');
    expect(out).toContain('\u001b[32m"x: 1"\u001b[39m');
    const plain = out.replace(/\u001b\[\d+m/g, '');
    expect(plain).not.toContain('\u202e');
    expect(JSON.parse(plain)).toEqual(JSON.parse(text));
  });

  it('has ASCII marks', () => {
    const ascii = { ...plainStyle, ascii: true };
    const { out, err } = renderAll(pretty({ style: ascii }), eventsOf({ method: serverStream, responses: ['{}'] }));
    expect(out + err).toBe('< 1  0.00 s  {}\nOK  3.0 ms  ^ 0 B  v 1 message, 2 B\n');
  });

  it('shows bare messages where the screen is none', () => {
    const { out } = renderAll(
      pretty({ bare: true }),
      eventsOf({ method: serverStream, responses: ['{\n  "a": 1\n}', '{}'] }),
    );
    expect(out).toBe('{\n  "a": 1\n}\n{}\n');
  });
});

describe('table', () => {
  const rows = (responses: string[], method: DescMethod) =>
    renderAll(tableRenderer({ print, style: plainStyle }), eventsOf({ method, responses })).out;

  it('has a row a response', () => {
    expect(rows(['{"id":"1","tags":["x"]}', '{"id":"22","name":"日本"}'], serverStream)).toBe(
      'id  tags   name\n1   ["x"]\n22         日本\n',
    );
  });

  it('has a row an element of the one list of a response', () => {
    expect(rows(['{"users":[{"id":1},{"id":2}],"nextPageToken":"t"}'], unary)).toBe('id\n1\n2\n');
  });

  it('looks the same from cli-table3', async () => {
    const table = await loadTableWriter(2);
    const cells = [
      ['a', 'long cell', 'x'],
      ['日本', '', 'y'],
    ];
    expect(table(['one', 'two', 'three'], cells, plainStyle)).toBe(
      'one   two        three\na     long cell  x\n日本             y\n',
    );
  });

  it('writes many rows without it', async () => {
    const table = await loadTableWriter(201);
    const lines = table(
      ['n'],
      Array.from({ length: 201 }, (_, n) => [String(n)]),
      plainStyle,
    ).split('\n');
    expect(lines).toHaveLength(203);
    expect(lines[201]).toBe('200');
  });
});
