import type { DescMethod } from '@bufbuild/protobuf';
import { beforeAll, describe, expect, it } from 'vitest';
import { type GrpcurlOptions, goCodeName, grpcurlRenderer } from '../../src/render/grpcurl.ts';
import { protoSource } from '../../src/render/proto-source.ts';
import { goDuration } from '../../src/render/units.ts';
import type { Status } from '../../src/wire/status.ts';
import { eventsOf, print, renderAll, type Told } from './events.ts';
import { shopMethod } from './schemas.ts';

let unary: DescMethod;
let stream: DescMethod;
beforeAll(async () => {
  unary = await shopMethod('Upload');
  stream = await shopMethod('Watch');
});

const failed: Status = {
  code: 5,
  message: 'fail',
  details: [{ typeUrl: 'type.googleapis.com/t.P', value: Uint8Array.of(8, 1, 255) }],
  origin: 'server',
};
const detail = { '@type': 'type.googleapis.com/t.P', type: 'X', body: { z: 1, a: [{ y: 1, b: 2 }] } };

function shown(told: Told, options: Partial<GrpcurlOptions> = {}): { out: string; err: string } {
  const all: GrpcurlOptions = {
    print,
    format: 'json',
    verbosity: 0,
    formatError: false,
    details: () => [],
    source: (method) => protoSource(method, { style: 'grpcurl', comments: true }),
    ...options,
  };
  return renderAll(grpcurlRenderer(all), eventsOf(told));
}

describe('quiet', () => {
  it('puts responses behind each other', () => {
    expect(shown({ method: stream, headers: [], responses: ['{\n}', '{}'] })).toEqual({ out: '{\n}\n{}\n', err: '' });
  });

  it('separates messages of the text format by 0x1E', () => {
    expect(shown({ method: stream, responses: ['a: 1', 'a: 2'] }, { format: 'text' }).out).toBe('a: 1\n\u001ea: 2\n');
  });

  it('writes the status block to stderr', () => {
    const status = { ...failed, details: [], message: 'no \u001b[31msuch\nthing' };
    expect(shown({ method: unary, status }).err).toBe(
      'ERROR:\n  Code: NotFound\n  Message: no \\u001b[31msuch\nthing\n',
    );
  });

  it('indents what follows a line end of the server on a terminal', () => {
    const status = { ...failed, details: [], message: 'no\n  Code: OK' };
    expect(shown({ method: unary, status }, { terminal: true }).err).toContain('  Message: no\n      Code: OK\n');
  });

  it('makes messages safe for a terminal only', () => {
    const told = { method: unary, responses: ['{"a":"\u009b"}'] };
    expect(shown(told).out).toContain('\u009b');
    expect(shown(told, { terminal: true }).out).toBe('{"a":"\\u009b"}\n');
  });
});

describe('details', () => {
  it('are numbered, indented and sorted', () => {
    expect(shown({ method: unary, status: failed }, { details: () => [detail, { '@type': 'x' }] }).err).toBe(
      [
        'ERROR:',
        '  Code: NotFound',
        '  Message: fail',
        '  Details:',
        '  1)\t{',
        '    \t  "@type": "type.googleapis.com/t.P",',
        '    \t  "body": {',
        '    \t    "a": [',
        '    \t      {',
        '    \t        "b": 2,',
        '    \t        "y": 1',
        '    \t      }',
        '    \t    ],',
        '    \t    "z": 1',
        '    \t  },',
        '    \t  "type": "X"',
        '    \t}',
        '  2)\t{',
        '    \t  "@type": "x"',
        '    \t}',
        '',
      ].join('\n'),
    );
  });

  it('stay raw in the text format', () => {
    expect(shown({ method: unary, status: failed }, { format: 'text' }).err).toBe(
      'ERROR:\n  Code: NotFound\n  Message: fail\n  Details:\n  1)\ttype_url: "type.googleapis.com/t.P"\n    \tvalue: "\\010\\001\\377"\n',
    );
  });

  it('are part of the document of -format-error, which ends without a newline', () => {
    const options = { formatError: true, details: () => [{ '@type': 'x', b: 1, a: 2 }] };
    expect(shown({ method: unary, status: failed }, options).err).toBe(
      '{\n  "code": 5,\n  "message": "fail",\n  "details": [\n    {\n      "@type": "x",\n      "a": 2,\n      "b": 1\n    }\n  ]\n}',
    );
    expect(shown({ method: unary, status: { ...failed, details: [] } }, { formatError: true }).err).toBe(
      '{\n  "code": 5,\n  "message": "fail"\n}',
    );
    expect(shown({ method: unary, status: failed }, { formatError: true, format: 'text' }).err).toBe(
      'code: 5\nmessage: "fail"\ndetails: <\n  type_url: "type.googleapis.com/t.P"\n  value: "\\010\\001\\377"\n>',
    );
  });
});

const resolved = `
Resolved method descriptor:
rpc Upload ( stream .shop.v1.Order ) returns ( .shop.v1.Summary );

Request metadata to send:
`;

describe('verbose', () => {
  it('shows all sections, metadata sorted', () => {
    const told: Told = {
      method: unary,
      metadata: [
        ['k', '2'],
        ['x-bin', 'AAEC'],
        ['k', '1'],
        ['a', '0'],
      ],
      requests: ['{}'],
      headers: [
        ['content-type', 'application/grpc'],
        ['grpc-encoding', 'gzip'],
      ],
      responses: ['{}'],
      trailers: [['t', '1']],
    };
    expect(shown(told, { verbosity: 1 })).toEqual({
      out: `${resolved}a: 0
k: 2
k: 1
x-bin: AAEC

Response headers received:
content-type: application/grpc

Response contents:
{}

Response trailers received:
t: 1
Sent 1 request and received 1 response
`,
      err: '',
    });
  });

  it('shows a trailers-only failure without headers', () => {
    const told: Told = {
      method: unary,
      requests: ['{}'],
      status: { ...failed, details: [] },
      trailers: [['content-type', 'application/grpc']],
    };
    expect(shown(told, { verbosity: 2, given: () => 0 })).toEqual({
      out: `${resolved}(empty)

Response headers received:
(empty)

Response trailers received:
content-type: application/grpc
Sent 0 requests and received 0 responses
`,
      err: 'ERROR:\n  Code: NotFound\n  Message: fail\n',
    });
  });

  it('adds sizes and times with -vv', () => {
    const timing = () => ({ totalMs: 1336.617959, dialMs: 663.003042, tlsSetupMs: 0.004083, invokeMs: 520.699667 });
    const { out } = shown(
      { method: unary, requests: ['{}', '{}'], headers: [], responses: ['{ }'] },
      { verbosity: 2, timing },
    );
    expect(out).toContain('\nEstimated response size: 3 bytes\n\nResponse contents:\n{ }\n');
    expect(out.slice(out.indexOf('Sent'))).toBe(
      'Sent 2 requests and received 1 response\nTiming Data: 1.336617959s\n  Dial: 663.003042ms\n    TLS Setup: 4.083µs\n    BlockingDial: 662.998959ms\n  InvokeRPC: 520.699667ms\n',
    );
    const plain = shown({ method: unary }, { verbosity: 2, timing: () => ({ totalMs: 2, dialMs: 1, invokeMs: 1 }) });
    expect(plain.out).not.toContain('TLS');
  });
});

describe('names and times of Go', () => {
  const names: [code: number, name: string][] = [
    [0, 'OK'],
    [1, 'Canceled'],
    [2, 'Unknown'],
    [3, 'InvalidArgument'],
    [4, 'DeadlineExceeded'],
    [9, 'FailedPrecondition'],
    [11, 'OutOfRange'],
    [16, 'Unauthenticated'],
    [99, 'Code(99)'],
  ];
  for (const [code, name] of names) it(name, () => expect(goCodeName(code)).toBe(name));

  const times: [ms: number, text: string][] = [
    [0, '0s'],
    [0.00025, '250ns'],
    [0.004083, '4.083µs'],
    [663.003042, '663.003042ms'],
    [1000, '1s'],
    [62_500, '1m2.5s'],
    [3_600_000, '1h0m0s'],
  ];
  for (const [ms, text] of times) it(text, () => expect(goDuration(ms)).toBe(text));
});
