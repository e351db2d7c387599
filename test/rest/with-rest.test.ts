import { describe, expect, it } from 'vitest';
import { restLineRenderer } from '../../src/render/rest-line.ts';
import { plainStyle } from '../../src/render/style.ts';
import type { RestEvent } from '../../src/rest/with-rest.ts';
import type { Status } from '../../src/wire/status.ts';
import { drawn, type Script, scripted } from '../render/rest-calls.ts';

const stream: Script = {
  method: 'inference.v1.InferenceService.StreamComplete',
  stream: 'ndjson',
  steps: ['>{"prompt":"a"}', '.', '<{"text":"b"}', '<{"text":"c"}'],
};
const notFound: Status = { code: 5, message: 'no', details: [], origin: 'server' };
const unary = { method: 'userservice.v1.UserService.GetUser', steps: ['>{"userId":"u-1"}', '.'] } satisfies Script;

async function typesOf(script: Script): Promise<string> {
  const short = (type: string) => type.replace('rest-', '+');
  return (await scripted(script)).map(({ type }) => short(type)).join(' ');
}

async function endOf(script: Script): Promise<Extract<RestEvent, { type: 'rest-status' }>> {
  const end = (await scripted(script)).find((event) => event.type === 'rest-status');
  if (end === undefined) throw new Error('no status');
  return end;
}

describe('the stage', () => {
  it.each<[string, Script, string]>([
    [
      'each twin comes right before its event',
      { ...unary, steps: [...unary.steps, '<{}'] },
      'start +request request half-close +message response +status status',
    ],
    [
      'of a stream, every message',
      stream,
      'start +request request half-close +message response +message response +status status',
    ],
    [
      'or the first',
      { ...stream, messages: 'first' },
      'start +request request half-close +message response response +status status',
    ],
    ['or none', { ...stream, messages: 'none' }, 'start +request request half-close response response +status status'],
    [
      'the one answer of a client stream always',
      { method: 'payments.v1.PaymentService.BatchCharge', messages: 'none', steps: ['>{}', '>{}', '.', '<{}'] },
      '+request start request request half-close +message response +status status',
    ],
    [
      'a call that ended before its request',
      { ...unary, steps: [], status: notFound },
      'start +request +status status',
    ],
  ])('%s', async (_, script, types) => {
    expect(await typesOf(script)).toBe(types);
  });

  it.each<[Script['dialect'] & string, readonly (readonly [string, string])[]]>([
    [
      'google',
      [
        ['x-a', '1'],
        ['x-t', '2'],
      ],
    ],
    [
      'gateway',
      [
        ['grpc-metadata-x-a', '1'],
        ['grpc-trailer-x-t', '2'],
      ],
    ],
    [
      'connect',
      [
        ['x-a', '1'],
        ['trailer-x-t', '2'],
      ],
    ],
  ])('tells metadata in the headers of %s', async (dialect, headers) => {
    const end = await endOf({
      ...unary,
      dialect,
      headers: [
        ['content-type', 'application/grpc'],
        ['x-a', '1'],
      ],
      trailers: [
        ['grpc-status-details-bin', 'AA=='],
        ['x-t', '2'],
      ],
    });
    expect(end.headers).toEqual(headers);
  });

  it('tells a failure by status and body, in a stream that has begun by its text', async () => {
    const early = await endOf({ ...stream, steps: ['>{"prompt":"a"}', '.'], status: notFound });
    expect(early).toMatchObject({ httpStatus: 404, phrase: 'Not Found', late: undefined });
    expect(early.body?.data).toContain('"NOT_FOUND"');
    const late = await endOf({ ...stream, status: notFound, dialect: 'gateway' });
    expect(late).toMatchObject({ httpStatus: 200, body: undefined });
    expect(late.late).toBe('{"error":{"code":5,"message":"no","details":[]}}\n');
  });

  it('carries messages as the form has them', async () => {
    const texts = (await scripted({ ...stream, stream: 'array' })).flatMap((event) =>
      event.type === 'rest-message' ? [event.text] : [],
    );
    expect(texts).toEqual(['{"text":"b"}', ',{"text":"c"}']);
  });
});

describe('the line', () => {
  const line = async (script: Script) =>
    drawn(restLineRenderer({ style: plainStyle }), await scripted({ ...script, messages: 'none' })).err;

  it.each<[string, Script, string]>([
    [
      'a derived call',
      { ...unary, steps: [...unary.steps, '<{"id":"u-1"}'] },
      'REST  GET /v1/users/u-1  → 200 OK  13 B + 12 B  (derived, high)\n',
    ],
    [
      'a declared one',
      { method: 'payments.v1.PaymentService.ChargeCard', steps: ['>{}', '.', '<{}'] },
      'REST  POST /v1/charges  → 200 OK  13 B + 2 B  (declared)\n',
    ],
    [
      'a failure, with the size of its body',
      { ...unary, status: notFound },
      'REST  GET /v1/users/u-1  → 404 Not Found  13 B + 58 B  (derived, high)\n',
    ],
    [
      'a stream, by its form',
      stream,
      'REST  POST /v1/inference:streamComplete  → 200 OK  42 B + ndjson  (derived, medium)\n',
    ],
    [
      'the RPC path',
      { ...unary, style: 'rpc', steps: [...unary.steps, '<{}'] },
      'REST  POST /userservice.v1.UserService/GetUser  → 200 OK  51 B + 2 B  (rpc-path)\n',
    ],
    [
      'the RPC path in place of a derived one that does not fit',
      { method: 'userservice.v1.UserService.GetUser', steps: ['>{}', '.', '<{}'] },
      'REST  POST /userservice.v1.UserService/GetUser  → 200 OK  37 B + 2 B  (rpc-path)\n',
    ],
    [
      'none at all',
      { method: 'library.v1.LibraryService.GetShelf', steps: ['>{}', '.', '<{}'] },
      'REST  none: GET /v1/{name=shelves/*}: path variable empty: name\n',
    ],
  ])('of %s', async (_, script, text) => {
    expect(await line(script)).toBe(text);
  });
});
