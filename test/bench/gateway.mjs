// The gateway under load: judged by a pass-through between the same client and the same server, which is what any
// gateway on node:http and node:http2 has to pay.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { atLeast, compare } from './compare.mjs';
import { itemJson } from './items.mjs';
import { childEnvironment, peakMb, run } from './measure.mjs';

const here = path.dirname(new URL(import.meta.url).pathname);
const connections = 32;
const body = itemJson(7);

/** A process that prints the URL where it listens. */
function started(command) {
  const child = spawn(command[0], command.slice(1), { stdio: ['pipe', 'pipe', 'inherit'], env: childEnvironment() });
  const url = new Promise((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (chunk) => {
      text += chunk;
      const found = /http:\/\/[\d.]+:\d+/.exec(text);
      if (found) resolve(found[0]);
    });
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`${command.join(' ')} ended: ${text}`)));
  });
  return { child, url };
}

/** Processor time of a process so far in ms, in steps of 10; 0 where there is no /proc. */
function cpuMs(pid) {
  try {
    const words = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return (Number(words[11]) + Number(words[12])) * 10;
  } catch {
    return 0;
  }
}

/** The load on one of the two; what is measured is that process, not the load. */
async function loaded({ child, url }, requests) {
  const target = `${await url}/grepl.bench.Bench/Echo`;
  const before = cpuMs(child.pid);
  const { output } = await run([process.execPath, path.join(here, 'load.mjs'), target, body, requests, connections]);
  const { ms, errors } = JSON.parse(readFileSync(output, 'utf8'));
  if (errors > 0)
    throw new Error(`${errors} of ${requests} requests to ${target} were not answered with their own body`);
  return { ms, cpuMs: cpuMs(child.pid) - before, rssMb: peakMb(child.pid) };
}

/** Unary JSON over connections that are kept alive. */
async function unaryJson({ grepl, counts, long, server }) {
  const address = await server();
  const flags = ['--listen', '127.0.0.1:0', '--plaintext', '-I', here, '--proto', 'bench.proto'];
  const ours = started([...grepl, 'gateway', address, ...flags]);
  const probe = started([process.execPath, path.join(here, 'pass-through.mjs'), address]);
  const requests = 2 * counts.unary;
  try {
    return [
      await compare({
        id: 'W11',
        title: `gateway, ${requests} unary JSON on ${connections} connections / pass-through`,
        ours: () => loaded(ours, String(requests)),
        probe: () => loaded(probe, String(requests)),
        ...long,
        target: atLeast(0.5),
        units: requests,
      }),
    ];
  } finally {
    ours.child.kill();
    probe.child.kill();
  }
}

/** Workloads by their ids. */
export const gateway = new Map([['W11', unaryJson]]);
