// How the cost grows with the work: for each picture its panels, the sizes it goes through, and the programs that run at
// each of them. Every program's output is checked as in the rows of the table.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { writeSet } from './big-set.mjs';
import { grpcurlFor, here, oursFor } from './clients.mjs';
import { checkItems, checkText } from './content.mjs';
import { itemJson, itemLines } from './items.mjs';
import { run } from './measure.mjs';
import { benchFile } from './reflection.mjs';
import { scratch } from './scratch.mjs';

/** Seven messages, and a service in some. */
const typesPerFile = 7.25;

const count = (number) => (number >= 1000 ? `${Math.round(number / 1000).toLocaleString('en')},000` : String(number));
const bytes = (number) => (number >= 1024 ** 2 ? `${number / 1024 ** 2} MB` : `${number / 1024} KB`);
const duration = (ms) => (ms >= 1000 ? `${ms / 1000} s` : `${ms} ms`);
const times = (title) => ({ title, label: 'wall time', show: duration, value: ({ ms }) => ms });
const peaks = (title) => ({ title, label: 'peak RSS', show: (mb) => `${mb} MB`, value: ({ rssMb }) => rssMb });

const rate = { title: 'throughput', label: 'calls a second', show: (number) => number.toLocaleString('en') };
const processor = { title: 'processor time', label: 'user and system, a call', show: (ms) => `${ms} ms` };

/** A program that is run: `name` is its line; `check` throws when its output is not right. */
function program(name, command, check, options = {}) {
  return {
    name,
    run: async () => {
      const measured = await run(command, options);
      check(measured.output);
      return measured;
    },
  };
}

const withPeer = (context, ours, peer) => (context.grpcurl ? [ours, peer()] : [ours]);

async function messages(context) {
  const address = await context.server();
  const programs = (size) => {
    const request = ['-d', JSON.stringify({ count: size })];
    const check = (file) => checkItems(file, size);
    const ours = program('grepl', oursFor(context, address, 'Download', ...request), check);
    return withPeer(context, ours, () =>
      program('grpcurl', grpcurlFor(context, address, 'Download', ...request), check),
    );
  };
  return {
    title: 'A server stream as JSON: more messages',
    x: { label: 'messages of about 23 bytes', ticks: [1000, 10_000, 100_000, 1_000_000], show: count },
    panels: [
      { ...times('time'), programs },
      { ...peaks('memory'), programs },
    ],
  };
}

async function sizes(context) {
  const address = await context.server();
  const most = 64 * 1024 ** 2;
  const programs = (size) => {
    const request = ['-d', JSON.stringify({ count: size })];
    // Base64 makes four bytes of three; what they are is checked in W9.
    const check = (file) =>
      checkText(file, `${size} bytes`, (text) => Buffer.byteLength(JSON.parse(text).data, 'base64') === size);
    const ours = program(
      'grepl',
      oursFor(context, address, 'Fetch', ...request, '--max-message', String(2 * most)),
      check,
    );
    const peer = ['-max-msg-sz', String(2 * most), ...request];
    return withPeer(context, ours, () => program('grpcurl', grpcurlFor(context, address, 'Fetch', ...peer), check));
  };
  return {
    title: 'One answer with a bytes field: larger messages',
    x: { label: 'size of the field', ticks: [1024, 16 * 1024, 256 * 1024, 4 * 1024 ** 2, most], show: bytes },
    panels: [
      { ...times('time'), programs },
      { ...peaks('memory'), programs },
    ],
  };
}

let newest = { types: 0 };

/** A set of about so many types, with the service of bench.proto too. The newest is kept: programs run on it in turns. */
function setOf(types) {
  if (newest.types !== types) {
    const file = path.join(scratch, 'growing.binpb');
    newest = { types, file, ...writeSet(file, Math.ceil(types / typesPerFile), [benchFile]) };
  }
  return newest;
}

/** The programs of a command on such a set; `ours` and `peer` make their words of it, `check` gets the text and it. */
function withSet(context, ours, peer, check) {
  return (types) => {
    const set = setOf(types);
    const right = (file) => checkText(file, 'what was asked for', (text) => check(text, set));
    return withPeer(context, program('grepl', [...context.grepl, ...ours(set)], right), () =>
      program('grpcurl', [context.grpcurl, ...peer(set)], right),
    );
  };
}

async function schemas(context) {
  const address = await context.server();
  const method = 'grepl.bench.Bench/Echo';
  const list = withSet(
    context,
    ({ file }) => ['list', '--protoset', file],
    ({ file }) => ['-protoset', file, 'list'],
    (text, { service }) => text.includes(`${service}\n`) && text.includes('grepl.bench.Bench\n'),
  );
  const describe = withSet(
    context,
    ({ file, service }) => ['describe', service, '--protoset', file],
    ({ file, service }) => ['-protoset', file, 'describe', service],
    (text, { service }) => text.includes(`service ${service.slice(service.lastIndexOf('.') + 1)} {`),
  );
  const call = withSet(
    context,
    ({ file }) => ['call', address, method, '--plaintext', '--protoset', file, '-d', itemJson(7)],
    ({ file }) => ['-plaintext', '-protoset', file, '-d', itemJson(7), address, method],
    (text) => JSON.stringify(JSON.parse(text)) === itemJson(7),
  );
  return {
    title: 'A descriptor set: more types',
    x: { label: 'messages and services', ticks: [10, 100, 1000, 10_000, 52_000], show: count },
    panels: [
      { ...times('list'), programs: list },
      { ...times('describe SERVICE'), programs: describe },
      { ...times('call METHOD'), programs: call },
      { ...peaks('call METHOD: memory'), programs: call },
    ],
  };
}

/** Unary calls, some at once: of one process on one connection, and of a process a call, which is grpcurl's way. */
async function concurrency(context) {
  const address = await context.server();
  const calls = context.counts.growing;
  const processes = calls / 20;
  const input = path.join(scratch, 'growing.ndjson');
  writeFileSync(input, itemLines(calls));
  const answered = (wanted) => (file) =>
    checkText(file, `${wanted} answers`, (text) => (text.match(/item-/g) ?? []).length === wanted);
  const programs = (atOnce) => {
    const flags = ['--each', '--concurrency', String(atOnce)];
    const raw = [process.execPath, path.join(here, 'raw-client.mjs'), address, String(calls), String(atOnce)];
    const all = [
      program('grepl --each', oursFor(context, address, 'Echo', ...flags), answered(calls), { input }),
      program('raw node:http2', raw, (file) => checkText(file, 'all answered', (text) => Number(text) === calls)),
    ];
    if (!context.grpcurl) return all;
    const once = grpcurlFor(context, address, 'Echo', '-d', itemJson(7));
    const loop = `seq ${processes} | xargs -P ${atOnce} -I{} "$@"`;
    return [...all, program('grpcurl loop', ['bash', '-c', loop, 'bash', ...once], answered(processes))];
  };
  const each = (sample, name) => sample / (name === 'grpcurl loop' ? processes : calls);
  return {
    title: 'Unary calls: more at once',
    x: { label: 'calls at once', ticks: [1, 2, 4, 8, 16, 32, 64], show: String },
    panels: [
      { ...rate, value: ({ ms }, name) => 1000 / each(ms, name), programs },
      { ...processor, value: ({ cpuMs }, name) => each(cpuMs, name), programs },
    ],
  };
}

/** What makes each picture, by the name of its file. */
export const curves = new Map([
  ['growth-messages', messages],
  ['growth-sizes', sizes],
  ['growth-schemas', schemas],
  ['growth-concurrency', concurrency],
]);
