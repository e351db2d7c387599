import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { curlCommand } from '../../src/render/curl.ts';
import { statusParts } from '../../src/render/error.ts';
import { type SideBySideOptions, sideBySideRenderer } from '../../src/render/side-by-side.ts';
import { loadStyle, style } from '../../src/render/style.ts';
import { cellWidth } from '../../src/render/visible.ts';
import { lateErrorNote } from '../../src/rest/stream-forms.ts';
import type { Status } from '../../src/wire/status.ts';
import { drawn, exampleMethod, printerOf, type Script, scripted } from './rest-calls.ts';
import '../support/property-seed.ts';

/** Half a surrogate pair has no UTF-8: it becomes U+FFFD on the way. */
const wellFormed = (text: string): string => Buffer.from(text).toString();

const getUser: Script = {
  method: 'userservice.v1.UserService.GetUser',
  metadata: [['authorization', 'Bearer ****c91f']],
  restMetadata: [['authorization', 'Bearer ${TOKEN}']],
  headers: [
    ['content-type', 'application/grpc'],
    ['x-request-id', '7f3a'],
  ],
  steps: ['>{"userId":"u-42"}', '.', '<{"id":"u-42","email":"ada@example.com"}'],
};

async function draw(script: Script, width: number, more: Partial<SideBySideOptions> & { ascii?: boolean } = {}) {
  const plain = style({ color: false, ascii: more.ascii ?? false, width });
  const method = await exampleMethod(script.method);
  const options: SideBySideOptions = {
    style: plain,
    line: await printerOf(script.method, 0),
    lines: await printerOf(script.method, 2),
    status: (status, { received, at, width: cells, request }) =>
      statusParts(status, {
        style: { ...plain, width: cells },
        details: script.details ?? [],
        context: {
          method: script.method,
          address: ':50051',
          received,
          at,
          request,
          requestType: method.input.typeName,
        },
      }),
    full: false,
    curl: (equivalent, sent) =>
      curlCommand(equivalent, {
        base: 'http://127.0.0.1:8080',
        dialect: 'google',
        mask: true,
        ...(sent ? { body: { contentType: 'application/json', data: `[${sent.join(',')}]` } } : {}),
      }),
    lateErrors: ({ streaming }) => lateErrorNote(method, streaming, script.dialect ?? 'google'),
    ...more,
  };
  return drawn(sideBySideRenderer(options), await scripted(script));
}

describe('side by side', () => {
  it('shows a derived unary call part by part, what is the same once, and curl alone', async () => {
    expect((await draw(getUser, 96)).out).toBe(`
  gRPC  unary                                   │  REST  derived, high: Get + user_id
  userservice.v1.UserService/GetUser            │  GET /v1/users/u-42
  authorization  Bearer ****c91f                │  authorization: Bearer \${TOKEN}
  { "userId": "u-42" }                          │  user_id → path
                                   6 B payload  │                                 14 B payload
 ───────────────────────────────────────────────┼───────────────────────────────────────────────
  OK  33 ms                                     │  200 OK
  x-request-id  7f3a                            │  x-request-id: 7f3a
  {                                             │  the same JSON
    "id": "u-42",                               │
    "email": "ada@example.com"                  │
  }                                             │
                                  23 B payload  │                                 39 B payload

  curl 'http://127.0.0.1:8080/v1/users/u-42' -H "authorization: Bearer $TOKEN"
`);
  });

  it('draws the request as soon as it is sent, and prints nothing to stderr when all is well', async () => {
    const { each, err } = await draw(getUser, 96);
    const first = each.findIndex(({ out }) => out !== undefined);
    expect(each[first]?.out).toContain('GET /v1/users/u-42');
    expect(each[first]?.out).not.toContain('200 OK');
    expect(err).toBe('');
  });

  it('prints the REST body where it differs, or always', async () => {
    const titles: Script = {
      method: 'library.v1.LibraryService.ListTitles',
      steps: ['>{"parent":"shelves/1"}', '.', '<{"titles":["A"],"total":1}'],
    };
    const { out } = await draw(titles, 110);
    expect(out).toContain('│  [\n');
    expect(out).not.toContain('the same JSON');
    expect((await draw(getUser, 96, { full: true })).out).toContain('│    "id": "u-42"');
  });

  it('says where each field of the request went', async () => {
    const update: Script = {
      method: 'library.v1.LibraryService.UpdateBook',
      steps: ['>{"book":{"name":"shelves/1/books/2","title":"T"},"updateMask":"title"}', '.', '<{}'],
    };
    const { out } = await draw(update, 120);
    expect(out).toContain('PATCH /v1/shelves/1/books/2?updateMask=title');
    expect(out).toContain('book.name → path');
    expect(out).toContain('update_mask → query');
    expect(out).toContain('│  { "title": "T" }');
  });

  it('shows a server stream line by line, its REST form in full once', async () => {
    const stream: Script = {
      method: 'inference.v1.InferenceService.StreamComplete',
      stream: 'sse',
      steps: [
        '>{"prompt":"Why?"}',
        '.',
        '<{"text":"Because","tokensGenerated":1}',
        '<{"text":" types","tokensGenerated":2}',
      ],
    };
    const { out, each } = await draw(stream, 118);
    const rows = each.map((one) => one.out ?? '').filter((text) => text.includes('←'));
    expect(rows).toHaveLength(2);
    expect(rows[0]).toContain('← 1  0.03 s  { "text": "Because", "tokensGenerated": 1 }');
    expect(rows[0]).toContain('│  data: {"text":"Because","tokensGenerated":1}');
    expect(rows[1]).toMatch(/← 2 .*│ {2}data: …\n$/);
    expect(out).toMatch(/OK {2}2 messages {2}43 ms +11 B per message {2}│ {2}200 OK +46 B per message/);
    expect(out).toContain('accept: text/event-stream');
    expect(out).toContain('the HTTP status is 200 even if the stream fails later');
  });

  it('keeps the true order of a conversation, half-close named', async () => {
    const chat: Script = {
      method: 'payments.v1.PaymentService.PaymentChat',
      steps: ['>{"text":"one"}', '<{"text":"1"}', '>{"text":"two"}', '.', '<{"text":"2"}'],
    };
    const { out } = await draw(chat, 120);
    const marks = [...out.matchAll(/^ {2}([→←] (?:\d|half-close))/gm)].map((match) => match[1]);
    expect(marks).toEqual(['→ 1', '← 1', '→ 2', '→ half-close', '← 2']);
    expect(out).toContain('WS /v1/payments:chat');
    expect(out).toContain('│  {"$end":true}');
    expect(out).toContain('OK  2 sent, 2 received');
    expect(out).toContain('│  close 1000');
  });

  it('lists the requests of a client stream, then the one answer', async () => {
    const charges: Script = {
      method: 'payments.v1.PaymentService.BatchCharge',
      steps: ['>{"customerId":"c-1"}', '>{"customerId":"c-2"}', '.', '<{"total":2}'],
    };
    const { out } = await draw(charges, 120);
    expect(out.indexOf('→ 2')).toBeLessThan(out.indexOf('─┼─'));
    expect(out).toContain('│  {"customerId":"c-1"}');
    expect(out).toContain(`--data-binary '[{"customerId":"c-1"},{"customerId":"c-2"}]'`);
  });

  const invalid: Status = { code: 3, message: 'amount_cents must be positive', details: [], origin: 'server' };
  const violation = {
    '@type': 'type.googleapis.com/google.rpc.BadRequest',
    fieldViolations: [{ field: 'amount_cents', description: 'must be positive' }],
  };

  it('puts a failure with its details left and the error body right', async () => {
    const details = [{ typeUrl: violation['@type'], value: new Uint8Array() }];
    const { out, err } = await draw(
      {
        method: 'payments.v1.PaymentService.ChargeCard',
        steps: ['>{"amountCents":"-5"}', '.'],
        status: { ...invalid, details },
        details: [violation],
      },
      120,
    );
    expect(out).toMatch(/✗ INVALID_ARGUMENT \(3\) {2}from the server {2}23 ms +│ {2}400 Bad Request/);
    expect(out).toMatch(/amount_cents {2}must be positive {2}"-5" +│/);
    expect(out).toContain('│      "status": "INVALID_ARGUMENT"');
    expect(out).toContain('\n  next: change amount_cents · grepl describe :50051 payments.v1.ChargeRequest\n');
    expect(err).toMatch(/^grepl: .* ended with INVALID_ARGUMENT \(3\) before any response\n$/);
  });

  it('tells a failure after the first message as an event: 200 stays', async () => {
    const { out } = await draw(
      {
        method: 'inference.v1.InferenceService.StreamComplete',
        stream: 'sse',
        steps: ['>{"prompt":"a"}', '.', '<{"text":"b"}'],
        status: { code: 14, message: 'gone', details: [], origin: 'server' },
      },
      120,
    );
    expect(out).toMatch(/UNAVAILABLE \(14\).*│ {2}200 OK/);
    expect(out).toContain('│  event: error');
  });

  it('draws a call without a REST form, and why', async () => {
    const { out } = await draw(
      { method: 'library.v1.LibraryService.GetBook', steps: ['>{"name":"nope"}', '.', '<{}'] },
      120,
    );
    expect(out).toContain('REST  none');
    expect(out).toContain('shelves/*/books/*');
    expect(out).not.toContain('curl');
  });

  it('draws a call that ends before its request went out', async () => {
    const status: Status = { code: 14, message: 'refused', details: [], origin: 'client' };
    const { out } = await draw({ method: 'userservice.v1.UserService.GetUser', steps: [], status }, 120);
    expect(out).toContain('userservice.v1.UserService/GetUser');
    expect(out).toContain('503 Service Unavailable');
  });

  it('has an ASCII twin of every mark', async () => {
    for (const script of [
      getUser,
      { method: 'payments.v1.PaymentService.PaymentChat', steps: ['>{}', '<{}', '.'] } as Script,
    ])
      expect((await draw(script, 100, { ascii: true })).out).toMatch(/^[\x20-\x7e\n]*$/);
  });
});

describe('width', () => {
  const nasty = fc.string({
    unit: fc.constantFrom(...'aé漢字😀👨‍👩‍👧\u0301\u001b\u202e\n\t "\\,', 'word ', 'long-long-word'),
    maxLength: 300,
  });

  it('is never more than the terminal has, whatever is shown, and nothing is lost', async () => {
    await fc.assert(
      fc.asyncProperty(nasty, fc.integer({ min: 60, max: 180 }), fc.boolean(), async (text, width, color) => {
        const script: Script = {
          ...getUser,
          steps: [
            `>${JSON.stringify({ userId: `u${wellFormed(text)}` })}`,
            '.',
            `<${JSON.stringify({ email: wellFormed(text) })}`,
          ],
        };
        const { out } = await draw(script, width, { style: await loadStyle({ color, ascii: false, width }) });
        const picture = out.slice(0, out.indexOf('\n  curl'));
        for (const line of picture.split('\n')) expect(cellWidth(line)).toBeLessThanOrEqual(width);
        expect(picture).not.toMatch(/[\u202e\t]|\u001b(?!\[)/);
      }),
      { numRuns: 150, seed: 11 },
    );
  });
});
