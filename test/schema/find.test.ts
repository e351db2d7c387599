// Names as people type them: exact, by suffix, ambiguous, mistyped.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findMethod, findService, findSymbol } from '../../src/schema/find.ts';
import { editDistance, nearest } from '../../src/schema/nearest.ts';
import { reflection } from '../../src/schema/reflection.ts';
import type { Schema } from '../../src/schema/schema.ts';
import { openSchema } from '../../src/schema/store.ts';
import { grpcJsChannel } from './grpc-js-channel.ts';
import { file, message, type ReflectionServer, serveReflection } from './reflection-server.ts';

const rpc = (name: string) => ({ name, inputType: '.pay.v1.Req', outputType: '.pay.v1.Req' });
const pay = file({
  name: 'pay.proto',
  package: 'pay.v1',
  messageType: [
    { ...message('Req', { amount: 5 }), oneofDecl: [{ name: 'kind' }], nestedType: [message('Line', { sku: 9 })] },
  ],
  enumType: [{ name: 'State', value: [{ name: 'OPEN', number: 0 }] }],
  service: [
    { name: 'PaymentService', method: ['ChargeCard', 'BatchCharge', 'Refund', 'List'].map(rpc) },
    { name: 'LedgerService', method: ['Post', 'List'].map(rpc) },
  ],
});
pay.messageType[0]!.field[0]!.oneofIndex = 0;
const bare = file({ name: 'bare.proto', dependency: ['pay.proto'], service: [{ name: 'Bare', method: [rpc('Go')] }] });
const symbols: Record<string, string> = { 'pay.v1.PaymentService': 'pay', 'pay.v1.LedgerService': 'pay', Bare: 'bare' };

let server: ReflectionServer;
let channel: ReturnType<typeof grpcJsChannel>;
beforeAll(async () => {
  server = await serveReflection((asked) => {
    if (asked.listServices !== undefined) return { services: [...Object.keys(symbols), 'ghost.Service'] };
    const name = asked.fileByFilename ?? symbols[asked.fileContainingSymbol ?? ''];
    if (name === undefined) return { error: 5 };
    return { files: [name.startsWith('pay') ? pay : bare] };
  });
  channel = grpcJsChannel(server.address);
});
afterAll(() => {
  channel.close();
  server.close();
});

function schema(): Schema {
  server.asked.length = 0;
  server.streams.length = 0;
  return openSchema(reflection(channel, { version: 'v1', metadata: [], signal: new AbortController().signal }));
}
const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no error',
    (e: unknown) => e,
  );

describe('findMethod', () => {
  test.each([
    ['pay.v1.PaymentService/Refund', 'Refund'],
    ['/pay.v1.PaymentService/Refund', 'Refund'],
    ['pay.v1.PaymentService.Refund', 'Refund'],
    ['.pay.v1.PaymentService.Refund', 'Refund'],
    ['PaymentService/Refund', 'Refund'],
    ['v1.PaymentService/Refund', 'Refund'],
    ['v1.PaymentService.Refund', 'Refund'],
    ['PaymentService.Refund', 'Refund'],
    ['Refund', 'Refund'],
    ['LedgerService/List', 'List'],
    ['Bare/Go', 'Go'],
    ['Bare.Go', 'Go'],
    ['Go', 'Go'],
    ['  Go ', 'Go'],
  ])('%s', async (name, method) => {
    expect(await findMethod(schema(), name)).toMatchObject({ kind: 'rpc', name: method });
  });

  test.each([
    ['pay.v1.PaymentService/Refund', ['symbol pay.v1.PaymentService']],
    ['pay.v1.PaymentService.Refund', ['symbol pay.v1.PaymentService.Refund', 'symbol pay.v1.PaymentService']],
  ])('%s asks no more than needed', async (name, asked) => {
    await findMethod(schema(), name);
    expect(server.asked).toEqual(asked);
    expect(server.streams).toHaveLength(1);
  });

  test.each([
    { name: 'List', code: 2, says: '"List" fits 2 methods: pay.v1.LedgerService/List, pay.v1.PaymentService/List' },
    {
      name: 'pay.v1.PaymentService/Charge',
      code: 4,
      says: 'pay.v1.PaymentService has no method "Charge"',
      hint: /^it has ChargeCard, BatchCharge, List, Refund$/,
    },
    {
      name: 'pay.v1.PaymentService.chargecard',
      code: 4,
      says: 'has no method "chargecard"',
      hint: /^it has ChargeCard/,
    },
    { name: 'PaymentService/Nothing', code: 4, says: 'pay.v1.PaymentService has no method "Nothing"', hint: /it has/ },
    {
      name: 'pay.v1.PaymntService/Refund',
      code: 4,
      says: 'no service "pay.v1.PaymntService" in reflection v1',
      hint: /did you mean pay\.v1\.PaymentService/,
    },
    { name: 'Refnd', code: 4, says: 'no method "Refnd"', hint: /did you mean pay\.v1\.PaymentService\/Refund/ },
    { name: 'fund', code: 4, says: 'no method "fund"', hint: /Refund/ },
    {
      name: 'pay.v1.PaymentService',
      code: 4,
      says: 'is a service; name one of its methods',
      hint: /it has BatchCharge, ChargeCard, List, Refund/,
    },
    { name: 'ghost.Service/M', code: 4, says: 'lists ghost.Service but does not describe it' },
    { name: '', code: 4, says: 'no method ""' },
    { name: '/', code: 4, says: 'no method "/"' },
    { name: 'a\u001b[31m/b', code: 4, says: 'a\\u001b[31m' },
  ])('$name is answered with what there is', async ({ name, code, says, hint }) => {
    const error = await failure(findMethod(schema(), name));
    expect(error).toMatchObject({ code, message: expect.stringContaining(says) });
    if (hint) expect((error as { hint: string }).hint).toMatch(hint);
  });

  test('a message is not a method', async () => {
    const s = schema();
    await s.files();
    expect(await failure(findMethod(s, 'pay.v1.Req'))).toMatchObject({
      code: 4,
      message: 'pay.v1.Req is a message, not a method',
    });
  });
});

describe('findService', () => {
  test.each([
    'pay.v1.PaymentService',
    '.pay.v1.PaymentService',
    '/pay.v1.PaymentService/',
    'PaymentService',
    'v1.PaymentService',
  ])('%s', async (name) => {
    expect((await findService(schema(), name)).typeName).toBe('pay.v1.PaymentService');
  });

  test.each([
    { name: 'Paymentservice', says: /no service "Paymentservice"/, hint: /pay\.v1\.PaymentService/ },
    { name: 'ghost.Service', says: /lists ghost\.Service but/, hint: /--proto/ },
    {
      name: 'xyzzy',
      says: /no service/,
      hint: /^there are Bare, ghost\.Service, pay\.v1\.LedgerService, pay\.v1\.PaymentService$/,
    },
  ])('$name', async ({ name, says, hint }) => {
    const error = await failure(findService(schema(), name));
    expect(error).toMatchObject({ code: 4, message: expect.stringMatching(says), hint: expect.stringMatching(hint) });
  });
});

describe('findSymbol', () => {
  test.each([
    ['pay.v1.PaymentService', 'service'],
    ['PaymentService', 'service'],
    ['PaymentService/Refund', 'rpc'],
    ['Refund', 'rpc'],
    ['pay.v1.Req', 'message'],
    ['Req', 'message'],
    ['Req.Line', 'message'],
    ['Line', 'message'],
    ['pay.v1.Req.amount', 'field'],
    ['Req.amount', 'field'],
    ['Line.sku', 'field'],
    ['pay.v1.Req.kind', 'oneof'],
    ['pay.v1.State', 'enum'],
    ['pay.v1.OPEN', 'enum_value'],
    ['pay.v1.State.OPEN', 'enum_value'],
    ['State.OPEN', 'enum_value'],
    ['google.protobuf.Timestamp', 'message'],
  ])('%s is a %s', async (name, kind) => {
    expect((await findSymbol(schema(), name)).kind).toBe(kind);
  });

  test.each([
    { name: 'Service', code: 4, says: 'no symbol "Service"' },
    { name: 'List', code: 2, says: 'fits 2 symbols' },
    { name: 'pay.v1.Rq', code: 4, says: 'no symbol "pay.v1.Rq"', hint: /pay\.v1\.Req/ },
    { name: '', code: 4, says: 'no symbol ""' },
  ])('$name', async ({ name, code, says, hint }) => {
    const error = await failure(findSymbol(schema(), name));
    expect(error).toMatchObject({ code, message: expect.stringContaining(says) });
    if (hint) expect((error as { hint: string }).hint).toMatch(hint);
  });
});

describe('nearest', () => {
  const flags = ['plaintext', 'protoset', 'proto', 'insecure', 'import-path', 'reflect', 'reflect-header'];
  test.each([
    ['plaintxt', ['plaintext']],
    ['PLAINTEXT', ['plaintext']],
    ['plian', ['plaintext']],
    ['reflect', ['reflect', 'reflect-header']],
    ['prot', ['proto', 'protoset']],
    ['header', ['reflect-header']],
    ['inscure', ['insecure']],
    ['zzzzz', []],
    ['', []],
  ])('%s', (word, expected) => {
    if (word === 'plian') expect(nearest(word, ['plain'])).toEqual(['plain']);
    else expect(nearest(word, flags)).toEqual(expected);
  });

  test('at most as many as wanted, the best first', () => {
    expect(nearest('cat', ['cart', 'bat', 'cat', 'Cat', 'cut'], 2)).toEqual(['cat', 'Cat']);
    expect(nearest('cat', ['bat', 'cut', 'cot', 'rat'], 3)).toHaveLength(3);
  });

  test.each([
    ['kitten', 'sitting', 3],
    ['ab', 'ba', 1],
    ['', 'abc', 3],
    ['abc', 'abc', 0],
    ['abcd', 'badc', 2],
    ['ca', 'abc', 3],
  ])('from %s to %s it is %i edits', (a, b, edits) => {
    expect(editDistance(a, b, 10)).toBe(edits);
    expect(editDistance(b, a, edits)).toBe(edits);
    if (edits > 0) expect(editDistance(a, b, edits - 1)).toBeUndefined();
  });
});
