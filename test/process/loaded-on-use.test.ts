// What the built program loads only when it is used, other people's packages above all: in the bundle they are not quite
// what they are in the tests that run the sources.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type Demo, startDemo } from '../../src/demo/server.ts';
import { runGrepl, startGrepl } from '../support/run-grepl.ts';
import { temporaryFiles } from '../support/temp.ts';

let demo: Demo;
beforeAll(async () => {
  demo = await startDemo({ host: '127.0.0.1', port: 0 });
});
afterAll(() => demo.close(0));

test('YAML is written', async () => {
  const run = await runGrepl(['openapi', demo.address, 'orders.OrderService', '--yaml']);
  expect(run.stdout).toMatch(/^openapi: 3\.1\.0\n/);
});

test('YAML is read', async () => {
  const rules = 'http:\n  rules:\n  - selector: orders.OrderService.GetOrder\n    get: /mine/{order_id}\n';
  const cwd = temporaryFiles({ 'rules.yaml': rules });
  const words = ['rest', demo.address, 'GetOrder', 'order_id=o-1', '--http-rules', 'rules.yaml'];
  expect((await runGrepl(words, { cwd })).stdout).toMatch(/^GET \/mine\/o-1\n/);
});

test('the gateway speaks WebSocket', async () => {
  const gateway = startGrepl(['gateway', demo.address, '--listen', '127.0.0.1:0']);
  let url = '';
  gateway.child.stdout!.on('data', (chunk) => {
    url += chunk;
  });
  await gateway.lines(1);
  const socket = new WebSocket(`${url.trim().replace('http', 'ws')}/kinds.v1.KindsService/EchoStream`);
  const echoed = await new Promise((resolve, reject) => {
    socket.on('open', () => socket.send('{"stringValue":"hi"}'));
    socket.on('message', (data) => resolve(JSON.parse(String(data)).stringValue));
    socket.on('error', reject);
  });
  expect(echoed).toBe('hi');
  socket.close();
  gateway.child.kill('SIGTERM');
  expect((await gateway.result).exit).toBe(0);
});

test('tables are drawn', async () => {
  const run = await runGrepl(['call', demo.address, 'users.UserService/ListUsers', '-o', 'table']);
  expect(run.stdout).toContain('Alice Archer');
});
