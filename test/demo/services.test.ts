// What the example services promise in their .proto files, seen by a stock grpc-js client.
import { once } from 'node:events';
import { status } from '@grpc/grpc-js';
import { describe, expect, it } from 'vitest';
import { demoClient, type Message, outcome } from './demo-client.ts';

const clock = () => Date.UTC(2026, 0, 31, 12, 0, 0);
const { call, open } = await demoClient({ clock });

const charge = { customerId: 'c-1', amountCents: '500', currency: 'EUR' };

describe('errors say what is wrong, with details', () => {
  const cases: [method: string, requests: Message[], code: number, detail: string, content: object][] = [
    [
      'userservice.v1.UserService/GetUser',
      [{ userId: 'nobody' }],
      status.NOT_FOUND,
      'google.rpc.ResourceInfo',
      { resourceType: 'userservice.v1.User', resourceName: 'nobody' },
    ],
    [
      'users.UserService/GetUser',
      [{ id: '99' }],
      status.NOT_FOUND,
      'google.rpc.ResourceInfo',
      { resourceType: 'users.User', resourceName: '99' },
    ],
    [
      'orders.OrderService/GetOrder',
      [{ orderId: 'o-404' }],
      status.NOT_FOUND,
      'google.rpc.ResourceInfo',
      { resourceType: 'orders.Order', resourceName: 'o-404' },
    ],
    [
      'users.UserService/CreateUsers',
      [{ name: 'Another Alice', email: 'ALICE@example.com' }],
      status.ALREADY_EXISTS,
      'google.rpc.ResourceInfo',
      { resourceName: 'ALICE@example.com' },
    ],
    [
      'payments.v1.PaymentService/ChargeCard',
      [{ ...charge, amountCents: '-1' }],
      status.INVALID_ARGUMENT,
      'google.rpc.BadRequest',
      { fieldViolations: [expect.objectContaining({ field: 'amount_cents', description: 'must be above 0' })] },
    ],
    [
      'payments.v1.PaymentService/ChargeCard',
      [{ ...charge, customerId: 'offline' }],
      status.UNAVAILABLE,
      'google.rpc.RetryInfo',
      { retryDelay: { seconds: '2', nanos: 0 } },
    ],
    [
      'orders.OrderService/CreateOrder',
      [{ items: [{ productId: 'p-1', quantity: 0 }] }],
      status.INVALID_ARGUMENT,
      'google.rpc.BadRequest',
      {
        fieldViolations: [
          expect.objectContaining({ field: 'customer_id' }),
          expect.objectContaining({ field: 'items[0].quantity' }),
        ],
      },
    ],
    [
      'inference.v1.InferenceService/Complete',
      [{ prompt: ' ', temperature: 3 }],
      status.INVALID_ARGUMENT,
      'google.rpc.BadRequest',
      {
        fieldViolations: [
          expect.objectContaining({ field: 'prompt' }),
          expect.objectContaining({ field: 'temperature' }),
        ],
      },
    ],
    [
      'userservice.v1.UserService/ListUsers',
      [{ pageToken: 'made up' }],
      status.INVALID_ARGUMENT,
      'google.rpc.BadRequest',
      { fieldViolations: [expect.objectContaining({ field: 'page_token' })] },
    ],
  ];
  it.each(cases)('%s %j', async (method, requests, code, detail, content) => {
    const result = await call(method, requests);
    expect(result.code).toBe(code);
    expect(result.messages).toEqual([]);
    expect(result.info).toEqual([[detail, expect.objectContaining(content)]]);
  });
});

describe('userservice.v1', () => {
  it('returns a user with its map', async () => {
    const { messages, code } = await call('userservice.v1.UserService/GetUser', [{ userId: 'u-2' }]);
    expect(code).toBe(status.OK);
    expect(messages).toEqual([
      {
        id: 'u-2',
        email: 'grace@example.com',
        displayName: 'Grace Hopper',
        createdAtUnix: '1767690000',
        role: 'USER_ROLE_EDITOR',
        metadata: { team: 'compilers', floor: '2' },
      },
    ]);
  });

  it('pages through all users, each once', async () => {
    const ids: string[] = [];
    let pageToken = '';
    do {
      const { messages } = await call('userservice.v1.UserService/ListUsers', [{ pageSize: 5, pageToken }]);
      ids.push(...messages[0].users.map((user: Message) => user.id));
      pageToken = messages[0].nextPageToken;
    } while (pageToken !== '');
    expect(ids).toEqual(Array.from({ length: 12 }, (_, index) => `u-${index + 1}`));
  });

  it('sends the users before the first unknown id', async () => {
    const result = await call('userservice.v1.UserService/BatchGetUsers', [{ userIds: ['u-3', 'u-1', 'x', 'u-2'] }]);
    expect(result.messages.map((user) => user.id)).toEqual(['u-3', 'u-1']);
    expect(result.code).toBe(status.NOT_FOUND);
    expect(result.trailers.get('x-messages-sent')).toEqual(['2']);
  });

  it('sends activity since a moment only', async () => {
    const request = { userId: 'u-1', sinceUnix: String(1767603600 + 1200) };
    const { messages } = await call('userservice.v1.UserService/StreamUserActivity', [request]);
    expect(messages.map((event) => event.eventType)).toEqual(['document.edited', 'comment.added', 'logout']);
    expect(JSON.parse(messages[0].payload.toString())).toEqual({ user: 'u-1', step: 3 });
  });
});

describe('inference.v1', () => {
  it('streams the tokens of the whole completion, the last one marked', async () => {
    const request = { prompt: 'tell me more', maxTokens: 4 };
    const whole = await call('inference.v1.InferenceService/Complete', [request]);
    const { messages } = await call('inference.v1.InferenceService/StreamComplete', [request]);
    expect(messages.map((chunk) => chunk.text).join('')).toBe(whole.messages[0].text);
    expect(messages.map((chunk) => chunk.isFinal)).toEqual([false, false, false, true]);
    expect(messages.at(-1).tokensGenerated).toBe(4);
  });

  it('answers each chat message before the next is sent', async () => {
    const stream = open('inference.v1.InferenceService/Chat', [{ role: 'user', content: 'hi' }]);
    const seen: string[] = [];
    const finals: Message[] = [];
    stream.on('data', (chunk: Message) => {
      seen.push(chunk.text);
      if (!chunk.isFinal) return;
      finals.push(chunk);
      if (finals.length === 1) stream.write({ role: 'user', content: 'there' });
      else stream.end();
    });
    expect((await outcome(stream)).code).toBe(status.OK);
    expect(seen).toEqual(['You', ' said:', ' hi', 'You', ' said:', ' there']);
  });
});

describe('orders', () => {
  it('follows a new order until it is delivered', async () => {
    const items = [
      { productId: 'p-1', quantity: 2 },
      { productId: 'p-2', quantity: 1 },
    ];
    const created = await call('orders.OrderService/CreateOrder', [{ customerId: 'c-9', items }]);
    const again = await call('orders.OrderService/CreateOrder', [{ customerId: 'c-9', items }]);
    expect(created.messages[0].total).toBeGreaterThan(0);
    expect(again.messages[0]).toEqual({
      ...created.messages[0],
      id: expect.not.stringMatching(created.messages[0].id),
    });
    const orderId = created.messages[0].id;
    const { messages, code } = await call('orders.OrderService/StreamOrderUpdates', [{ orderId }]);
    expect(code).toBe(status.OK);
    expect(messages.map((update) => update.status)).toEqual(['placed', 'packed', 'shipped', 'delivered']);
    expect(messages[0].timestamp).toBe('2026-01-31T12:00:00.000Z');
    const { messages: after } = await call('orders.OrderService/GetOrder', [{ orderId }]);
    expect(after[0]).toMatchObject({ status: 'delivered', trackingNumber: expect.stringMatching(/^TRACK-/) });
  });
});

describe('users', () => {
  it('stores all users of a stream, or none', async () => {
    const before = await call('users.UserService/ListUsers', [{}]);
    const half = [
      { name: 'Dave', email: 'dave@example.com' },
      { name: 'Dave again', email: 'dave@example.com' },
    ];
    expect((await call('users.UserService/CreateUsers', half)).code).toBe(status.ALREADY_EXISTS);
    expect((await call('users.UserService/ListUsers', [{}])).messages).toEqual(before.messages);
  });

  it('tells watchers of new users', async () => {
    const watch = open('users.UserService/WatchUsers', [{}]);
    const events: Message[] = [];
    watch.on('data', (event: Message) => {
      events.push(event);
      if (event.user.email === 'erin@example.com') watch.cancel();
      if (events.length === 3)
        void call('users.UserService/CreateUsers', [{ name: 'Erin', email: 'erin@example.com' }]);
    });
    const result = await outcome(watch);
    expect(result.code).toBe(status.CANCELLED);
    expect(events.at(-1)).toMatchObject({
      type: 'EVENT_TYPE_CREATED',
      user: { name: 'Erin', role: 'USER_ROLE_USER' },
      timestamp: { seconds: String(clock() / 1000), nanos: 0 },
    });
  });
});

describe('payments.v1', () => {
  it('answers the same idempotency key with the first answer', async () => {
    const request = { ...charge, idempotencyKey: 'once' };
    const first = await call('payments.v1.PaymentService/ChargeCard', [request]);
    const second = await call('payments.v1.PaymentService/ChargeCard', [request]);
    const other = await call('payments.v1.PaymentService/ChargeCard', [charge]);
    expect(first.messages[0].status).toBe('CHARGE_STATUS_SUCCESS');
    expect(second.messages).toEqual(first.messages);
    expect(other.messages[0].transactionId).not.toBe(first.messages[0].transactionId);
    const changed = await call('payments.v1.PaymentService/ChargeCard', [{ ...request, amountCents: '501' }]);
    expect(changed.code).toBe(status.INVALID_ARGUMENT);
  });

  it('ends with OK for a declined card', async () => {
    const result = await call('payments.v1.PaymentService/ChargeCard', [{ ...charge, customerId: 'declined' }]);
    expect(result.code).toBe(status.OK);
    expect(result.messages[0].status).toBe('CHARGE_STATUS_DECLINED');
  });

  it('sums a batch up', async () => {
    const { messages } = await call('payments.v1.PaymentService/BatchCharge', [
      { ...charge, idempotencyKey: 'b-1' },
      { ...charge, idempotencyKey: 'b-2', customerId: 'declined' },
      { ...charge, idempotencyKey: 'b-3', currency: 'euro' },
    ]);
    expect(messages).toEqual([{ total: 3, succeeded: 1, failed: 2, failedIdempotencyKeys: ['b-2', 'b-3'] }]);
  });

  it('streams new transactions until the client cancels', async () => {
    const stream = open('payments.v1.PaymentService/StreamTransactions', [{ customerId: 'c-77' }]);
    await once(stream, 'metadata');
    void call('payments.v1.PaymentService/ChargeCard', [{ ...charge, customerId: 'c-77' }]);
    const [transaction] = await once(stream, 'data');
    expect(transaction).toMatchObject({ customerId: 'c-77', amountCents: '500' });
    stream.cancel();
    expect((await outcome(stream)).code).toBe(status.CANCELLED);
  });

  it('answers each line of a talk', async () => {
    const { messages } = await call('payments.v1.PaymentService/PaymentChat', [
      { text: 'hello' },
      { text: 'and this?', transactionId: 'tx-1' },
      { text: 'and that?', transactionId: 'tx-x' },
    ]);
    expect(messages.map((message) => message.text)).toEqual([
      'You said: hello',
      'tx-1: 1999 cents (EUR) from c-1. You said: and this?',
      'I know no transaction tx-x.',
    ]);
  });
});
