// What Tab offers, from what the session knows of the demo server.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Flags } from '../../src/commands/flags.ts';
import { type Demo, startDemo } from '../../src/demo/server.ts';
import type { Io } from '../../src/io.ts';
import { plainStyle } from '../../src/render/style.ts';
import { completer } from '../../src/repl/completion.ts';
import { symbolNames } from '../../src/repl/completion-names.ts';
import { promptBefore } from '../../src/repl/prompt-line.ts';
import { Repl } from '../../src/repl/state.ts';
import { temporaryFiles } from '../support/temp.ts';

let demo: Demo;
let repl: Repl;
beforeAll(async () => {
  demo = await startDemo({ host: '127.0.0.1', port: 0, requireToken: false });
  const cwd = temporaryFiles({ 'order.json': '{}', 'sub/x.grepl': '', '.hidden': '' });
  const io = { env: {}, signal: new AbortController().signal, cwd, now: () => 0 } as unknown as Io;
  repl = new Repl(io, '0', new Flags(), demo.address);
  repl.lets.set('order', { id: 'o-1', items: [{ sku: 'a' }] });
  await repl.catalog();
});
afterAll(async () => {
  await repl.leave();
  await demo.close(100);
});

/** The line with the first offer put in, and all offers. */
function complete(text: string): { line: string; items: string[] } {
  const { from, to, items } = completer(repl)(text, text.length);
  const texts = items.map((item) => item.text);
  return { line: text.slice(0, from) + (texts[0] ?? text.slice(from)) + text.slice(to), items: texts };
}

test.each([
  ['GetOr', 'GetOrder'],
  ['GO', 'GetOrder'],
  ['rel', 'reload'],
  ['call StreamOr', 'call StreamOrderUpdates'],
  ['use orders', 'use orders.OrderService'],
  ['desc orders.GetOrderR', 'desc orders.GetOrderRequest'],
  ['GetOrder ord', 'GetOrder order_id='],
  ['call CreateOrder it', 'call CreateOrder items[0].'],
  ['call CreateOrder items[0].pro', 'call CreateOrder items[0].product_id='],
  ['CreateUsers role=ADM', 'CreateUsers role=USER_ROLE_ADMIN'],
  ['GetOrder --dead', 'GetOrder --deadline'],
  ['ls > or', 'ls > order.json'],
  ['call GetOrder --dead', 'call GetOrder --deadline'],
  ['GetOrder order_id=$or', 'GetOrder order_id=$order'],
  ['GetOrder order_id=$order.i', 'GetOrder order_id=$order.id'],
  ['GetOrder order_id=$order.items[0].s', 'GetOrder order_id=$order.items[0].sku'],
  ['GetOrder @or', 'GetOrder @order.json'],
  ['source sub/', 'source sub/x.grepl'],
  ['set dead', 'set deadline'],
  ['help hist', 'help history'],
  ['meta s', 'meta set'],
  ['ls | gr', 'ls | gr'],
])('%s', (text, line) => {
  expect(complete(text).line).toBe(line);
});

test('hidden files are offered only where a dot is typed', () => {
  expect(complete('GetOrder @').items).not.toContain('.hidden');
  expect(complete('GetOrder @.').items).toContain('.hidden');
});

test('the prompt tells where we are, as far as there is room', () => {
  const before = promptBefore(repl, plainStyle);
  repl.service = 'orders.OrderService';
  expect(before({ columns: 80, rows: 24 })).toBe(`${demo.address} OrderService> `);
  repl.flags.set('bearer', 'x');
  repl.lastStatus = 5;
  expect(before({ columns: 80, rows: 24 })).toBe(`${demo.address} OrderService [auth] ✗5> `);
  expect(before({ columns: 40, rows: 24 })).toBe('OrderService ✗5> ');
});

test('words of the newest lines come first', () => {
  repl.history = { lines: () => ['desc users.User', 'GetOrder order_id=o-1', 'ls'] } as unknown as typeof repl.history;
  expect(complete('').items.slice(0, 2)).toEqual(['ls', 'GetOrder']);
  repl.history = undefined;
});

test('a long list of names is the same array for each key', () => {
  repl.types = Array.from({ length: 1000 }, (_, at) => `long.v1.Type${at}`);
  const [first, second] = [symbolNames(repl), symbolNames(repl)];
  expect(second.names).toBe(first.names);
  expect(complete('desc Type99').items.slice(0, 1)).toEqual(['long.v1.Type99']);
  expect(complete('desc --t').items[0]).toBe('--tree');
  repl.types = undefined;
});
