// The workloads where starting is the cost: judged by a bare node, which is the floor for any program on it.
import { statSync } from 'node:fs';
import path from 'node:path';
import { bigSet } from './big-set.mjs';
import { atMost, compare, within } from './compare.mjs';
import { checkText } from './content.mjs';
import { itemJson } from './items.mjs';
import { run } from './measure.mjs';

const megabytes = (file) => Math.round(statSync(file).size / 1e6);
const bareNode = () => run([process.execPath, '-e', '0']);

async function checked(command, what, passes) {
  const measured = await run(command);
  checkText(measured.output, what, passes);
  return measured;
}

/** --version: the start of the program alone. */
async function version({ grepl, short }) {
  const ours = () => checked([...grepl, '--version'], 'a version', (text) => /^grepl \d+\.\d+\.\d+/.test(text));
  return [
    await compare({ id: 'W1', title: '--version / bare node', ours, probe: bareNode, ...short, target: atMost(1.25) }),
  ];
}

/** A first call: connect, get the schema as `flags` say, call, print. */
async function coldCall({ grepl, short, server }, { id, title, flags, target }) {
  const command = [...grepl, 'call', await server(), 'grepl.bench.Bench/Echo', '-d', itemJson(7), ...flags];
  const ours = () => checked(command, 'item 7', (text) => text === `${itemJson(7)}\n`);
  return [await compare({ id, title, ours, probe: bareNode, ...short, target })];
}

const reflected = { id: 'W2', title: 'cold unary, reflection / bare node', flags: [], target: atMost(1.9) };
const fromProto = {
  id: 'W3',
  title: 'cold unary, --proto / bare node',
  flags: ['-I', path.dirname(new URL(import.meta.url).pathname), '--proto', 'bench.proto'],
  target: atMost(2.2),
};

/** The names of all services in a large set. */
async function listBig({ grepl, short }) {
  const { file, services } = bigSet();
  const right = (text) => (services ? text === `${services.join('\n')}\n` : text.split('\n').length > 100);
  const ours = () => checked([...grepl, 'list', '--protoset', file], 'the services of the set', right);
  const target = within(150);
  return [
    await compare({
      id: 'W4',
      title: `list of a ${megabytes(file)} MB set / bare node`,
      ours,
      probe: bareNode,
      ...short,
      target,
      memoryMb: 250,
    }),
  ];
}

/** One service in a large set, in full. */
async function describeBig({ grepl, short }) {
  const { file, services } = bigSet();
  const name = services ? services[services.length >> 1] : await middleService(grepl, file);
  const last = name.slice(name.lastIndexOf('.') + 1);
  const command = [...grepl, 'describe', name, '--protoset', file];
  const ours = () => checked(command, `service ${last}`, (text) => text.includes(`service ${last} {`));
  const target = within(250);
  return [
    await compare({
      id: 'W5',
      title: `describe in a ${megabytes(file)} MB set / bare node`,
      ours,
      probe: bareNode,
      ...short,
      target,
      memoryMb: 250,
    }),
  ];
}

async function middleService(grepl, file) {
  let names = [];
  const { output } = await run([...grepl, 'list', '--protoset', file]);
  checkText(output, 'a list', (text) => {
    names = text.trim().split('\n');
    return true;
  });
  return names[names.length >> 1];
}

/** Workloads by their ids. */
export const startUp = new Map([
  ['W1', version],
  ['W2', (context) => coldCall(context, reflected)],
  ['W3', (context) => coldCall(context, fromProto)],
  ['W4', listBig],
  ['W5', describeBig],
]);
