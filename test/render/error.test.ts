import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { renderStatus, renderUserError, type StatusContext } from '../../src/render/error.ts';
import { plainStyle } from '../../src/render/style.ts';
import { humanSize, humanTime } from '../../src/render/units.ts';
import type { Status } from '../../src/wire/status.ts';

const context: StatusContext = { method: 'payments.v1.PaymentService/ChargeCard', address: ':50051', received: 0 };
const type = (name: string): { '@type': string } => ({ '@type': `type.googleapis.com/google.rpc.${name}` });

function shown(status: Partial<Status>, details: unknown[] = [], more: Partial<StatusContext> = {}): string {
  const whole: Status = { code: 3, message: '', details: [], origin: 'server', ...status };
  return renderStatus(whole, { style: plainStyle, details, context: { ...context, ...more } });
}

it('shows code, origin, message, details, meaning and what to do next', () => {
  const details = [
    {
      ...type('BadRequest'),
      fieldViolations: [
        { field: 'amount_cents', description: 'must be positive' },
        { field: 'lines[1].product_id', description: 'unknown' },
        { field: 'currency', description: 'missing' },
      ],
    },
    { ...type('ErrorInfo'), reason: 'NEGATIVE_AMOUNT', domain: 'payments.example', metadata: { limit: '0' } },
  ];
  const request = { amountCents: '-5', lines: [{}, { productId: 'p-9' }] };
  const message = 'amount_cents must be positive';
  expect(shown({ message }, details, { request, at: 2.4, requestType: 'payments.v1.ChargeRequest' })).toBe(
    `✗ INVALID_ARGUMENT (3)  from the server  2.4 ms
  amount_cents must be positive
  field                problem           you sent
  amount_cents         must be positive  "-5"
  lines[1].product_id  unknown           "p-9"
  currency             missing           (unset)
  reason NEGATIVE_AMOUNT  domain payments.example  limit 0
  The request itself is wrong: sending it again won't help.
  next: change amount_cents, lines[1].product_id, currency · grepl describe :50051 payments.v1.ChargeRequest
grepl: payments.v1.PaymentService/ChargeCard at :50051 ended with INVALID_ARGUMENT (3) before any response
`,
  );
});

describe('each kind of detail', () => {
  const cases: [detail: object, line: string][] = [
    [{ ...type('RetryInfo'), retryDelay: '1.5s' }, 'retry in 1.50 s'],
    [
      { ...type('ResourceInfo'), resourceType: 'user', resourceName: 'u-1', owner: 'ada', description: 'gone' },
      'resource u-1  type user  owner ada\n  gone',
    ],
    [
      { ...type('QuotaFailure'), violations: [{ subject: 'ip:1', description: 'too many' }] },
      'quota of  problem\n  ip:1      too many',
    ],
    [
      { ...type('PreconditionFailure'), violations: [{ type: 'TOS', subject: 'a', description: 'not accepted' }] },
      'type  subject  problem\n  TOS   a        not accepted',
    ],
    [{ ...type('Help'), links: [{ description: 'docs', url: 'https://x.example' }] }, 'docs: https://x.example'],
    [{ ...type('LocalizedMessage'), locale: 'de', message: 'Nein' }, 'message Nein  locale de'],
    [{ ...type('DebugInfo'), stackEntries: ['a()', 'b()'], detail: 'boom' }, 'debug: boom\n    a()\n    b()'],
    [{ ...type('RequestInfo'), requestId: 'r-1' }, 'request r-1'],
    [{ ...type('BadRequest'), field_violations: [{ field: 'a', description: 'b' }] }, 'field  problem\n  a      b'],
    [{ '@type': 't/own.Detail', a: [1], b: 'x: {y}' }, '{ "@type": "t/own.Detail", "a": [1], "b": "x: {y}" }'],
    [{ ...type('BadRequest') }, '{ "@type": "type.googleapis.com/google.rpc.BadRequest" }'],
    [{ ...type('RetryInfo'), retryDelay: 7 }, 'retry in 7'],
  ];
  for (const [detail, line] of cases) {
    it(JSON.stringify(detail), () => expect(shown({ code: 2 }, [detail])).toContain(`\n  ${line}\n`));
  }

  it('survives details of any shape', () => {
    for (const detail of [
      null,
      1,
      'x',
      [],
      { '@type': 1 },
      { ...type('Help'), links: 'no' },
      { ...type('ErrorInfo'), metadata: 1 },
    ]) {
      expect(shown({}, [detail])).toContain('INVALID_ARGUMENT');
    }
  });
});

describe('next steps', () => {
  it('of a status that the client made are its hint', () => {
    const text = shown({ code: 14, origin: 'client', message: 'connection refused', hint: 'is it running?' });
    expect(text).toContain('✗ UNAVAILABLE (14)  from the client\n  connection refused\n  next: is it running?\n');
  });

  it('name the delay that the server asks for', () => {
    expect(shown({ code: 14 }, [{ ...type('RetryInfo'), retryDelay: '30s' }])).toContain(
      'next: try again in 30.00 s ·',
    );
  });

  it('say where the methods are listed', () => {
    expect(shown({ code: 12 })).toContain('next: grepl list :50051\n');
  });
});

it('says how far the call got', () => {
  expect(shown({ code: 13 }, [], { received: 1 })).toMatch(/ended with INTERNAL \(13\) after 1 response\n$/);
  expect(shown({ code: 13 }, [], { received: 3, address: '' })).toMatch(
    /ChargeCard ended with INTERNAL \(13\) after 3 responses\n$/,
  );
});

it('shows oddities and never raw control characters', () => {
  const text = shown({ message: 'a\u001b[2J\nb\r', warnings: ['bad \u0007 detail'] }, [
    { ...type('ErrorInfo'), reason: '\u001b[31m' },
    { '@type': 'x', '\u009b': '\u202e' },
  ]);
  expect(text).toContain('  a\\u001b[2J\n  b\\r\n');
  expect(text).toContain('note: bad \\u0007 detail');
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
});

it('shows what the user can mend, with the hint below', () => {
  const error = new UserError(4, 'no service "a.\u001bB"', { hint: 'it has\nA' });
  expect(renderUserError(error, plainStyle)).toBe('grepl: no service "a.\\u001bB"\n  it has\n  A\n');
  expect(renderUserError(new UserError(2, 'no address'), plainStyle)).toBe('grepl: no address\n');
});

describe('units', () => {
  const times: [ms: number, text: string][] = [
    [0, '0.00 ms'],
    [0.42, '0.42 ms'],
    [3.14, '3.1 ms'],
    [9.97, '10 ms'],
    [92.4, '92 ms'],
    [999.6, '1.00 s'],
    [59_990, '59.99 s'],
    [59_999, '1 min 0 s'],
    [125_000, '2 min 5 s'],
  ];
  for (const [ms, text] of times) it(text, () => expect(humanTime(ms)).toBe(text));

  const sizes: [bytes: number, text: string][] = [
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1 KiB'],
    [1536, '1.5 KiB'],
    [64 * 1024 * 1024, '64 MiB'],
  ];
  for (const [bytes, text] of sizes) it(text, () => expect(humanSize(bytes)).toBe(text));
});
