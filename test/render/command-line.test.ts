import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { greplCommand, grpcurlCommand, oneLine, shellQuote } from '../../src/render/command-line.ts';

describe('shellQuote gives back the word through a real shell', () => {
  const words = [
    'plain',
    '',
    'two words',
    "it's",
    "''",
    '$HOME `date` $(date) \\ !x "q" *?[a]{b,c} #',
    '~',
    '=cmd',
    '-n',
    'line\nbreak\n\tand tab',
    'ESC \u001b[31m and NULless \u0007 bell',
    '100% \u001b 1 \u000b2',
    '-\u0001-',
    'bidi \u202e x',
    '日本 😀',
    '\\\\\u001b\\n',
  ];
  for (const word of words) {
    it(JSON.stringify(word), () => {
      const quoted = shellQuote(word);
      const out = execFileSync('/bin/sh', [
        '-c',
        `for w in ${quoted}; do :; done; set -- ${quoted}; printf '%s|' "$#" "$1"`,
      ]);
      expect(out.toString()).toBe(`1|${word}|`);
      expect(quoted).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
    });
  }

  it('leaves what needs no quotes alone', () => {
    expect(shellQuote('127.0.0.1:50051')).toBe('127.0.0.1:50051');
    expect(shellQuote('pkg.Svc/Method')).toBe('pkg.Svc/Method');
  });
});

const call = {
  address: ':50051',
  method: 'shop.v1.OrderService/GetOrder',
  metadata: [['authorization', 'Bearer ${TOKEN}'] as const],
  data: '{\n  "name": "orders/1  x",\n  "n": 12345678901234567890\n}',
  flags: ['--plaintext'],
};

it('writes a grepl command', () => {
  expect(greplCommand(call)).toBe(
    `grepl call --plaintext -H 'authorization: Bearer \${TOKEN}' -d '{ "name": "orders/1  x", "n": 12345678901234567890 }' :50051 shop.v1.OrderService/GetOrder`,
  );
  expect(greplCommand({ address: 'h:1', method: 'a.B/C' })).toBe('grepl call h:1 a.B/C');
});

it('writes a grpcurl command', () => {
  expect(grpcurlCommand({ ...call, metadata: [], flags: ['-plaintext', '-max-time', '3'], data: '{}' })).toBe(
    `grpcurl -plaintext -max-time 3 -d '{}' :50051 shop.v1.OrderService/GetOrder`,
  );
});

describe('oneLine', () => {
  const cases: [text: string, line: string][] = [
    ['{"a": "x\\n\\"  y"}', '{"a": "x\\n\\"  y"}'],
    ['[\n1,\n2\n]', '[ 1, 2 ]'],
    ['name: "x"\nage: 3', 'name: "x"\nage: 3'],
    ['{"broken\n', '{"broken'],
  ];
  for (const [text, line] of cases) it(JSON.stringify(text), () => expect(oneLine(text)).toBe(line));
});
