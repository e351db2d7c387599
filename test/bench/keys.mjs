// The REPL: how long until there is a prompt, beside a bare node on such a terminal, and how long a key takes in lists
// as long as those of a large company, where nothing but the time itself can be asked for.
import { mkdtempSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { alone, compare, within } from './compare.mjs';
import { childEnvironment, peakMb, run } from './measure.mjs';
import { scratch } from './scratch.mjs';

const here = path.dirname(new URL(import.meta.url).pathname);

/** Runs the command on a pseudo-terminal until `sign` is on it. */
async function untilShown(command, sign) {
  const { spawn } = await import('@lydell/node-pty');
  const env = { ...childEnvironment(), HOME: mkdtempSync(path.join(scratch, 'home-')), NO_COLOR: '1' };
  const began = performance.now();
  const terminal = spawn(command[0], command.slice(1), { name: 'xterm-256color', cols: 100, rows: 30, env });
  const ended = new Promise((resolve) => terminal.onExit(resolve));
  const ms = await new Promise((resolve, reject) => {
    let text = '';
    terminal.onData((data) => {
      text += data;
      if (text.includes(sign)) resolve(performance.now() - began);
    });
    ended.then(() => reject(new Error(`${command.join(' ')} ended without ${sign}: ${JSON.stringify(text)}`)));
  });
  const rssMb = peakMb(terminal.pid);
  terminal.kill('SIGKILL');
  await ended;
  return { ms, cpuMs: 0, rssMb };
}

/** The first prompt of a session with a server, which is asked for its types behind the prompt. */
async function firstPrompt({ grepl, short, server }) {
  const address = await server();
  const bare = [process.execPath, '-e', "process.stdout.write('ready'); setTimeout(() => {}, 1000)"];
  return compare({
    id: 'W12',
    title: 'first prompt of the REPL / bare node',
    ours: () => untilShown([...grepl, address], `${address}>`),
    probe: () => untilShown(bare, 'ready'),
    ...short,
    target: within(150),
  });
}

/** The first key of each walk, which finds nothing prepared and no code compiled, and the slowest behind it. */
async function keyTimes({ short }) {
  const outfile = path.join(scratch, 'key-times.cjs');
  const entryPoints = [path.join(here, 'key-times.ts')];
  await build({ entryPoints, outfile, bundle: true, platform: 'node', target: 'node20', logLevel: 'error' });
  const rows = async (walk, title, limit) => {
    const row = (which, choose) => {
      const ours = async () => {
        const measured = await run([process.execPath, outfile, walk]);
        return { ...measured, ms: choose(JSON.parse(readFileSync(measured.output, 'utf8'))) };
      };
      return alone({ id: 'W12', title: `${title}, ${which}`, ours, ...short, limit });
    };
    return [
      await row('first key', ([first]) => first),
      await row('slowest later', ([, ...later]) => Math.max(...later)),
    ];
  };
  return [
    ...(await rows('complete', 'completion of 52,000 types', 50)),
    ...(await rows('pick', 'picker of 10,000 rows', 16)),
  ];
}

/** Workloads by their ids. */
export const keys = new Map([['W12', async (context) => [await firstPrompt(context), ...(await keyTimes(context))]]]);
