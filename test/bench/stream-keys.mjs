// How long a key takes to be seen while a stream runs on the screen: `node test/bench/stream-keys.mjs [RATE …]`, in
// messages a second. GREPL_BIN names another program. Prints the median, the 99th percentile and the longest, in ms.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as grpc from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { spawn } from '@lydell/node-pty';

const grepl = process.env.GREPL_BIN ?? resolve(import.meta.dirname, '..', '..', 'bin', 'grepl.js');
const proto = resolve(import.meta.dirname, '..', 'terminal', 'pulse.proto');
const rates = process.argv.slice(2).map(Number);
const keys = 150;

const { server, port } = await serve();
for (const rate of rates.length > 0 ? rates : [0, 200, 5000, 100_000]) {
  const { times, received } = await measure(rate);
  times.sort((a, b) => a - b);
  const at = (part) => times[Math.min(times.length - 1, Math.floor(times.length * part))].toFixed(1).padStart(6);
  const name = `${rate} messages/s`.padEnd(20);
  console.log(`${name} median ${at(0.5)}  p99 ${at(0.99)}  longest ${at(1)}  (${received} came in the last second)`);
}
server.forceShutdown();

/** Pulse.Watch on a free port: beats at the rate that is asked for, in bursts of some milliseconds. */
async function serve() {
  const { Pulse } = grpc.loadPackageDefinition(loadSync(proto, { defaults: true })).pulse;
  const server = new grpc.Server();
  server.addService(Pulse.service, {
    Watch(call) {
      const startedAt = performance.now();
      let number = 0;
      const timer = setInterval(() => {
        const due = ((performance.now() - startedAt) * call.request.rate) / 1000;
        while (number < due && !call.cancelled) if (!call.write({ number: ++number, text: 'beat' })) break;
        if (call.cancelled) clearInterval(timer);
      }, 4);
    },
  });
  const port = await new Promise((done, failed) =>
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) =>
      error ? failed(error) : done(port),
    ),
  );
  return { server, port };
}

async function measure(rate) {
  const terminal = spawn(process.execPath, [grepl, `127.0.0.1:${port}`, '--proto', proto], {
    name: 'xterm-256color',
    cols: 100,
    rows: 30,
    env: { PATH: process.env.PATH, HOME: mkdtempSync(join(tmpdir(), 'grepl-keys-')), LANG: 'C.UTF-8' },
  });
  let output = '';
  let waiting;
  terminal.onData((data) => {
    output += data;
    if (waiting && output.includes(waiting.text)) waiting.done(performance.now());
  });
  const seen = (text) =>
    new Promise((done) => {
      waiting = { text, done };
      if (output.includes(text)) done(performance.now());
    });
  await seen('>');
  terminal.write(`Watch rate=${rate}\r`);
  await seen('space pause');
  await sleep(1500);
  const times = [];
  let typed = '/';
  terminal.write('/');
  await sleep(200);
  for (let key = 0; key < keys; key++) {
    const letter = 'abcdefghijklmnopqrstuvwxyz'[key % 26];
    // A fresh line now and then, so that it stays one row.
    if (typed.length > 60) {
      terminal.write('\u0015/');
      await sleep(100);
      typed = '/';
    }
    typed += letter;
    output = '';
    const from = performance.now();
    terminal.write(letter);
    times.push((await seen(typed)) - from);
    await sleep(20);
  }
  const received = /([\d,]+)\/s/.exec(output)?.[1] ?? '0';
  terminal.kill('SIGKILL');
  return { times, received };
}
