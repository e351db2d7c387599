// payments.v1.PaymentService: charges that are safe to retry, and a feed of transactions.
// Customers named "declined" and "offline" get what their names say, so that every outcome can be tried.
import { status } from '@grpc/grpc-js';
import { type Changes, makeChanges } from './changes.ts';
import { Failure, rejectViolations, type Violation } from './failure.ts';
import type { Call, Handlers } from './serve.ts';

interface ChargeRequest {
  customerId: string;
  amountCents: string;
  currency: string;
  idempotencyKey: string;
}

interface ChargeResponse {
  transactionId: string;
  status: string;
  processorReference: string;
  processedAtUnix: string;
}

interface Transaction {
  id: string;
  customerId: string;
  amountCents: string;
  currency: string;
  createdAtUnix: string;
}

interface Ledger {
  transactions: Transaction[];
  /** First answers by idempotency key, with the request that got them. */
  answers: Map<string, { request: ChargeRequest; response: ChargeResponse }>;
  changes: Changes<Transaction>;
  charges: number;
}

// 2026-01-05T09:00:00Z
const firstDay = 1767603600;

/** The handlers of payments.v1.PaymentService. */
export function paymentService(): Handlers {
  const ledger = makeLedger();
  return {
    ChargeCard: (request: ChargeRequest, call: Call) => charge(ledger, request, call),
    StreamTransactions: (request: { customerId: string; sinceUnix: string }, call: Call) =>
      streamTransactions(ledger, request, call),
    BatchCharge: async (requests: AsyncIterable<ChargeRequest>, call: Call) => {
      const sum = { total: 0, succeeded: 0, failed: 0, failedIdempotencyKeys: [] as string[] };
      for await (const request of requests) {
        sum.total++;
        if (tryCharge(ledger, request, call)) sum.succeeded++;
        else {
          sum.failed++;
          sum.failedIdempotencyKeys.push(request.idempotencyKey);
        }
      }
      return sum;
    },
    PaymentChat: async function* (messages: AsyncIterable<{ text: string; transactionId: string }>) {
      for await (const { text, transactionId } of messages)
        yield { text: reply(ledger, text, transactionId), transactionId };
    },
  };
}

function makeLedger(): Ledger {
  const transactions = [
    { id: 'tx-1', customerId: 'c-1', amountCents: '1999', currency: 'EUR', createdAtUnix: String(firstDay) },
    { id: 'tx-2', customerId: 'c-2', amountCents: '450', currency: 'USD', createdAtUnix: String(firstDay + 3600) },
    { id: 'tx-3', customerId: 'c-1', amountCents: '120000', currency: 'EUR', createdAtUnix: String(firstDay + 7200) },
  ];
  return { transactions, answers: new Map(), changes: makeChanges(), charges: transactions.length };
}

/** Charges once, or replays. Throws INVALID_ARGUMENT, also for the key of a different charge, or UNAVAILABLE. */
function charge(ledger: Ledger, request: ChargeRequest, call: Call): ChargeResponse {
  rejectViolations(chargeViolations(request));
  const before = ledger.answers.get(request.idempotencyKey);
  if (before !== undefined) return replay(before, request);
  if (request.customerId === 'offline') {
    throw new Failure(status.UNAVAILABLE, 'the card processor cannot be reached', [
      ['google.rpc.RetryInfo', { retryDelay: { seconds: '2', nanos: 0 } }],
    ]);
  }
  const response = settle(ledger, request, Math.floor(call.now() / 1000));
  if (request.idempotencyKey !== '') ledger.answers.set(request.idempotencyKey, { request, response });
  return response;
}

function tryCharge(ledger: Ledger, request: ChargeRequest, call: Call): boolean {
  try {
    return charge(ledger, request, call).status === 'CHARGE_STATUS_SUCCESS';
  } catch (error) {
    if (error instanceof Failure) return false;
    throw error;
  }
}

function replay(before: { request: ChargeRequest; response: ChargeResponse }, request: ChargeRequest): ChargeResponse {
  const same = (['customerId', 'amountCents', 'currency'] as const).every(
    (key) => before.request[key] === request[key],
  );
  if (!same) rejectViolations([['idempotency_key', 'was used for another charge']]);
  return before.response;
}

function settle(ledger: Ledger, request: ChargeRequest, now: number): ChargeResponse {
  const declined = request.customerId === 'declined';
  ledger.charges++;
  const id = `tx-${ledger.charges}`;
  if (!declined) {
    const { customerId, amountCents, currency } = request;
    const transaction = { id, customerId, amountCents, currency, createdAtUnix: String(now) };
    ledger.transactions.push(transaction);
    ledger.changes.announce(transaction);
  }
  return {
    transactionId: id,
    status: declined ? 'CHARGE_STATUS_DECLINED' : 'CHARGE_STATUS_SUCCESS',
    processorReference: `ref-${String(ledger.charges).padStart(4, '0')}`,
    processedAtUnix: String(now),
  };
}

function chargeViolations(request: ChargeRequest): Violation[] {
  const violations: Violation[] = [];
  if (request.customerId === '') violations.push(['customer_id', 'must not be empty']);
  if (BigInt(request.amountCents) <= 0n) violations.push(['amount_cents', 'must be above 0']);
  if (!/^[A-Z]{3}$/.test(request.currency)) violations.push(['currency', 'must be three capital letters, such as EUR']);
  return violations;
}

async function* streamTransactions(
  ledger: Ledger,
  { customerId, sinceUnix }: { customerId: string; sinceUnix: string },
  call: Call,
) {
  const wanted = (transaction: Transaction) =>
    (customerId === '' || transaction.customerId === customerId) &&
    Number(transaction.createdAtUnix) >= Number(sinceUnix);
  // Before the list is sent, so that no transaction in between is lost.
  const upcoming = ledger.changes.watch(call.signal);
  for (const transaction of ledger.transactions.filter(wanted)) yield transaction;
  for await (const transaction of upcoming) if (wanted(transaction)) yield transaction;
}

function reply(ledger: Ledger, text: string, transactionId: string): string {
  if (transactionId === '') return `You said: ${text}`;
  const found = ledger.transactions.find((transaction) => transaction.id === transactionId);
  if (found === undefined) return `I know no transaction ${transactionId}.`;
  return `${found.id}: ${found.amountCents} cents (${found.currency}) from ${found.customerId}. You said: ${text}`;
}
