// The workloads where messages are the cost: judged by a client of nothing but node:http2, and by grpcurl.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { grpcurlFor, here, oursFor } from './clients.mjs';
import { atLeast, atMost, compare } from './compare.mjs';
import { checkItems, checkText } from './content.mjs';
import { framedItems, itemJson, itemLines, noise, sha256 } from './items.mjs';
import { run } from './measure.mjs';
import { scratch } from './scratch.mjs';

function inputFile(name, text) {
  const file = path.join(scratch, name);
  writeFileSync(file, text);
  return file;
}

/** One unary call a line, one connection. */
async function unaryCalls(context) {
  const address = await context.server();
  const calls = context.counts.unary;
  const input = inputFile('unary.ndjson', itemLines(calls));
  const answers = (text) => {
    const lines = text.trimEnd().split('\n');
    return lines.length === calls && lines.every((line, n) => sameAnswer(JSON.parse(line), n + 1));
  };
  const row = (concurrency, limit) => {
    const command = oursFor(context, address, 'Echo', '--each', '--concurrency', String(concurrency));
    const raw = [process.execPath, path.join(here, 'raw-client.mjs'), address, String(calls), String(concurrency)];
    return compare({
      id: 'W6',
      title: `${calls} unary calls by --each, ${concurrency} at once / raw http2`,
      ours: () => checkedRun(command, { input }, (file) => checkText(file, 'the answers', answers)),
      probe: () => checkedRun(raw, {}, (file) => checkText(file, 'all answered', (text) => Number(text) === calls)),
      ...context.long,
      target: atLeast(limit),
      units: calls,
    });
  };
  return [await row(1, 0.5), await row(16, 0.4)];
}

function sameAnswer({ line, status, message }, n) {
  return line === n && (status.code ?? 0) === 0 && JSON.stringify(message) === itemJson(n);
}

async function checkedRun(command, options, check) {
  const measured = await run(command, options);
  check(measured.output);
  return measured;
}

/** A long server stream as JSON, to a file and to a pipe. */
async function download(context) {
  const address = await context.server();
  const count = context.counts.stream;
  const request = ['-d', JSON.stringify({ count })];
  const ours = oursFor(context, address, 'Download', ...request);
  const grpcurl = grpcurlFor(context, address, 'Download', ...request);
  const row = (title, options, oursRight, theirsRight) =>
    compare({
      id: 'W7',
      title: `${count} messages down, ${title} / grpcurl`,
      ours: () => checkedRun(ours, options, oursRight),
      probe: () => checkedRun(grpcurl, options, theirsRight),
      ...context.long,
      target: atLeast(2.5),
      memoryMb: 200,
      units: count,
    });
  const items = (file) => checkItems(file, count);
  // grpcurl prints an item over five lines.
  const lines = (each) => (file) =>
    checkText(file, `${count * each} lines`, (text) => Number(text.trim().split(/\s+/)[0]) === count * each);
  return [await row('to a file', {}, items, items), await row('to a pipe', { pipe: true }, lines(1), lines(5))];
}

/** A long client stream from lines of JSON. */
async function upload(context) {
  const address = await context.server();
  const count = context.counts.stream;
  const input = inputFile('stream.ndjson', itemLines(count));
  const digest = sha256(framedItems(count));
  const right = (file) =>
    checkText(file, `${count} messages received as they are`, (text) => {
      const received = JSON.parse(text);
      return Number(received.count) === count && received.sha256 === digest;
    });
  return [
    await compare({
      id: 'W8',
      title: `${count} lines up / grpcurl`,
      ours: () => checkedRun(oursFor(context, address, 'Upload'), { input }, right),
      probe: () => checkedRun(grpcurlFor(context, address, 'Upload', '-d', '@'), { input }, right),
      ...context.long,
      target: atLeast(2),
      memoryMb: 200,
      units: count,
    }),
  ];
}

/** One very large answer. */
async function largeAnswer(context) {
  const address = await context.server();
  const { blob } = context.counts;
  const request = ['-d', JSON.stringify({ count: blob })];
  const wanted = noise(blob).toString('base64');
  const right = (file) => checkText(file, `${blob} bytes`, (text) => JSON.parse(text).data === wanted);
  const most = ['-max-msg-sz', String(2 * blob)];
  return [
    await compare({
      id: 'W9',
      title: `one answer of ${blob >> 20} MiB / grpcurl`,
      ours: () => checkedRun(oursFor(context, address, 'Fetch', ...request), {}, right),
      probe: () => checkedRun(grpcurlFor(context, address, 'Fetch', ...most, ...request), {}, right),
      ...context.long,
      target: atMost(1.5),
    }),
  ];
}

/** Workloads by their ids. */
export const traffic = new Map([
  ['W6', unaryCalls],
  ['W7', download],
  ['W8', upload],
  ['W9', largeAnswer],
]);

/** Those that need grpcurl beside us. */
export const besideGrpcurl = new Set(['W7', 'W8', 'W9']);
