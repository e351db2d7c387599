// Runs one process and measures it: wall time here, peak memory and processor time by GNU time where it is installed,
// else by sampling /proc.
import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { scratch } from './scratch.mjs';

const gnuTime = '/usr/bin/time';
const timed = existsSync(gnuTime);

/** How memory is measured here, for the heading of the table. */
export const memoryBy = timed ? 'GNU time' : existsSync('/proc/self/status') ? '/proc sampling' : 'nothing here';

/** The environment of every measured process: what is in these two alone can double the start of node. */
export function childEnvironment() {
  const { NODE_OPTIONS: _options, NODE_EXTRA_CA_CERTS: _certificates, ...rest } = process.env;
  return rest;
}

/**
 * Runs `command` to its end and resolves to milliseconds, peak RSS in MB, processor milliseconds and the paths of its
 * `output` and of its stderr, `errors`. `input` is a file for stdin. With `pipe` its stdout is a pipe to `wc -lc`, whose
 * answer is the output. Throws when it exits with another code than 0.
 */
export async function run(command, { input, pipe = false } = {}) {
  const output = path.join(scratch, 'stdout');
  const errors = path.join(scratch, 'stderr');
  const report = path.join(scratch, 'time');
  const watched = timed ? [gnuTime, '-o', report, '-f', '%M %U %S', ...command] : command;
  const argv = pipe ? ['bash', '-c', 'set -o pipefail; "$@" | wc -lc', 'bash', ...watched] : watched;
  const stdio = [openSync(input ?? '/dev/null', 'r'), openSync(output, 'w'), openSync(errors, 'w')];
  const began = performance.now();
  const child = spawn(argv[0], argv.slice(1), { stdio, env: childEnvironment() });
  const peak = timed ? undefined : samplePeak(child.pid);
  const code = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (exitCode, signal) => resolve(exitCode ?? signal));
  });
  const ms = performance.now() - began;
  for (const fd of stdio) closeSync(fd);
  if (code !== 0)
    throw new Error(`${command.join(' ')} ended with ${code}: ${readFileSync(errors, 'utf8').slice(0, 500)}`);
  const [kilobytes, user, system] = timed ? readFileSync(report, 'utf8').split(' ').map(Number) : [peak(), 0, 0];
  return { ms, rssMb: kilobytes / 1024, cpuMs: (user + system) * 1000, output, errors };
}

/** Peak RSS in MB of a process that still runs; 0 where there is no /proc. */
export function peakMb(pid) {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** Watches a process and its children; the returned function ends that and gives the highest VmHWM in KiB. */
function samplePeak(root) {
  let highest = 0;
  const visit = (pid) => {
    try {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      highest = Math.max(highest, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0));
      for (const task of readdirSync(`/proc/${pid}/task`)) {
        const children = readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8');
        for (const child of children.split(' ').filter(Boolean)) visit(child);
      }
    } catch {
      // Gone between two samples, or no /proc.
    }
  };
  const timer = setInterval(() => visit(root), 15);
  return () => {
    clearInterval(timer);
    return highest;
  };
}
