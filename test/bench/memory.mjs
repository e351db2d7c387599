// Memory while a call goes on: of a stream that never ends, and of one whose reader stops reading. /proc is looked at
// all the time, since a peak says nothing of growth.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { grpcurlFor, oursFor } from './clients.mjs';
import { median } from './compare.mjs';
import { itemJson } from './items.mjs';
import { childEnvironment, peakMb } from './measure.mjs';

const sampleMs = 250;
const begins = 64 * 1024;
const warmUpSeconds = 10;
const mostMb = 200;
/** By so much the heap of V8 comes and goes while nothing is kept. */
const heapStepMb = 10;

/**
 * Runs the command for `seconds` with its stdout in a pipe that is read, or with `stalled` is not, and resolves to its
 * samples (time in minutes, RSS in MB, bytes it has read from files and sockets), its peak in MB and what its output
 * began with. Throws when it ends by itself.
 */
async function watch(command, { seconds, stalled }) {
  const child = spawn(command[0], command.slice(1), { stdio: ['ignore', 'pipe', 'inherit'], env: childEnvironment() });
  let ended;
  child.once('exit', (code, signal) => {
    ended = code ?? signal;
  });
  let text = '';
  if (!stalled) {
    child.stdout.on('data', (chunk) => {
      if (text.length < begins) text += chunk;
    });
  }
  const samples = [];
  const began = performance.now();
  for (let ms = 0; ms < seconds * 1000; ms = performance.now() - began) {
    await sleep(sampleMs);
    if (ended !== undefined) throw new Error(`${command.join(' ')} ended with ${ended}`);
    samples.push({ minutes: ms / 60_000, ...lookAt(child.pid) });
  }
  const rssMb = peakMb(child.pid);
  if (stalled) text = String(child.stdout.read() ?? '');
  child.kill('SIGKILL');
  return { samples, rssMb, text };
}

function lookAt(pid) {
  const number = (file, name) =>
    Number(new RegExp(`${name}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/${file}`))?.[1]);
  return { rssMb: number('status', 'VmRSS') / 1024, read: number('io', 'rchar') };
}

/** MB a minute in the last `seconds` of a run: the median of the slopes between its samples. */
function growth({ samples }, seconds) {
  const late = samples.filter(({ minutes }) => minutes > samples.at(-1).minutes - seconds / 60);
  const slopes = [];
  for (const [n, one] of late.entries()) {
    for (const other of late.slice(n + 1)) slopes.push((other.rssMb - one.rssMb) / (other.minutes - one.minutes));
  }
  return median(slopes);
}

/** MB read in the last `seconds` of a run. */
function readLate({ samples }, seconds) {
  const end = samples.at(-1);
  const from = samples.findLast(({ minutes }) => minutes <= end.minutes - seconds / 60) ?? samples[0];
  return (end.read - from.read) / 1024 ** 2;
}

function checkBegin({ text }) {
  const documents = text.replace(/\s/g, '').split('}').slice(0, 100);
  const wrong = documents.findIndex((document, n) => `${document}}` !== itemJson(n + 1));
  if (wrong >= 0) throw new Error(`document ${wrong + 1} is ${JSON.stringify(documents[wrong])}`);
}

/**
 * Both programs, one after the other, as a row: `judge` makes the figure of their last `seconds`, which must stay below
 * `limit`, and our memory below 200 MB. Above it by no more than `swing` the row is unsure.
 */
async function row(context, { title, unit, stalled, seconds, judge, limit, swing = 0 }) {
  const address = await context.server();
  const look = async (command) => {
    const run = await watch(command, { seconds: warmUpSeconds + seconds, stalled });
    checkBegin(run);
    return { ...run, figure: judge(run, seconds) };
  };
  const ours = await look(oursFor(context, address, 'Endless', '-d', '{}'));
  const peer = context.grpcurl ? await look(grpcurlFor(context, address, 'Endless')) : undefined;
  const shown = ({ figure }) => `${figure.toFixed(2)} ${unit}`;
  const verdict = ours.figure < limit ? 'ok' : ours.figure < limit + swing ? 'unsure' : 'MISS';
  return {
    id: 'W10',
    title: `${title} / grpcurl`,
    ours: shown(ours),
    probe: peer ? shown(peer) : '',
    rssMb: ours.rssMb,
    probeRssMb: peer?.rssMb,
    target: `< ${limit} ${unit}, ${mostMb} MB`,
    verdict: ours.rssMb < mostMb ? verdict : 'MISS',
  };
}

async function memory(context) {
  if (!existsSync('/proc/self/io')) return [{ id: 'W10', title: 'memory of a call', skipped: 'there is no /proc' }];
  const { stalled } = context.seconds;
  const endless = Number(process.env.GREPL_BENCH_ENDLESS ?? context.seconds.endless);
  return [
    await row(context, {
      title: `an endless stream for ${endless} s, growth of RSS`,
      ...{ unit: 'MB/min', stalled: false, seconds: endless, judge: growth, limit: 1 },
      swing: heapStepMb / (endless / 60),
    }),
    await row(context, {
      title: `a reader that stops for ${stalled} s, bytes still read`,
      ...{ unit: 'MB', stalled: true, seconds: stalled, judge: readLate, limit: 0.1 },
    }),
  ];
}

/** Workloads by their ids. */
export const memoryOverTime = new Map([['W10', memory]]);
