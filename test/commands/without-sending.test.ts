// A call as text and nothing sent: for one request, and with --each for every document, one after the other.
import { expect, test } from 'vitest';
import { runMain } from '../rest/run-main.ts';

const schema = ['--proto', 'proto-examples/orders/orders.proto', '--import-path', 'proto-examples'];
const orders = '{"orderId":"o-1"}\n{"orderId":"it\'s"}\n\n{}\n';
const run = (flags: readonly string[], stdin: string, method = 'GetOrder') =>
  runMain(['call', 'localhost:1', method, '-d', '@-', '--each', ...schema, ...flags], { stdin });

test('--each --curl is one line for every document, and each note is given once', async () => {
  const { exit, out, err } = await run(['--curl'], orders);
  expect([exit, out.trimEnd().split('\n')]).toEqual([
    0,
    [
      "curl 'http://127.0.0.1:8080/orders/o-1'",
      "curl 'http://127.0.0.1:8080/orders/it%27s'",
      "curl -X POST 'http://127.0.0.1:8080/orders.OrderService/GetOrder' -H 'content-type: application/json' --data-binary '{}'",
    ],
  ]);
  expect(err.match(/Get \+ order_id/g)).toHaveLength(1);
  expect(err).toContain('does not take this request: GET /orders/{order_id}: path variable empty: order_id');
});

test('--each --grpcurl is one line for every document', async () => {
  const { exit, out } = await run(['--grpcurl'], orders);
  const lines = out.trimEnd().split('\n');
  expect([exit, lines.length]).toEqual([0, 3]);
  expect(lines[0]).toMatch(/^grpcurl .*-d '\{"orderId":"o-1"\}' localhost:1 orders\.OrderService\/GetOrder$/);
  expect(lines[2]).not.toContain('-d');
});

test('--each --dry-run tells every call, with a blank line between', async () => {
  const { exit, out } = await run(['--dry-run', '--rest', 'off'], orders);
  expect(exit).toBe(0);
  const calls = out.split('\n\norders.OrderService/GetOrder (unary)');
  expect(calls).toHaveLength(3);
  expect(calls[1]).toContain('"it\'s"');
  expect(calls[2]).toContain('0 bytes');
});

test.each(['--curl', '--grpcurl', '--dry-run'])('%s shows what comes before a bad document', async (flag) => {
  const { exit, out, err } = await run([flag], '{"orderId":"o-1"}\n{"orderId":1}\n');
  expect(exit).toBe(3);
  expect(out).toContain('o-1');
  expect(err).toContain('orderId');
});

test('--each is for unary methods, sent or not', async () => {
  const { exit, err } = await run(['--curl'], '{}', 'StreamOrderUpdates');
  expect([exit, err]).toEqual([2, expect.stringContaining('--each makes unary calls')]);
});
