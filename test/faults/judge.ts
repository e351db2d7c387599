// What a run must look like after a fault: the row's own expectations, and the rules that hold for every row.
// It returns complaints instead of throwing at the first, so that one run tells everything that is wrong.
import { readdirSync } from 'node:fs';
import { codeNames } from '../../src/wire/status.ts';
import type { RunResult } from '../support/run-grepl.ts';
import type { Fault } from './fault-table.ts';
import { cancelCode, type FaultServer } from './listeners.ts';
import { hostileText } from './payloads.ts';
import { hostileNames } from './reflection-scripts.ts';

/** A finished run of a fault. */
export interface Case {
  readonly fault: Fault;
  readonly run: RunResult;
  readonly address: string;
  /** What PATH stands for. */
  readonly path: string | undefined;
  readonly server: FaultServer | undefined;
}

const exitOf = (status: string) => (status === 'OK' ? 0 : 64 + codeNames.indexOf(status as (typeof codeNames)[number]));

/** Bytes that drive a terminal: C0 except tab, newline and carriage return, and C1. */
const terminalControls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/u;
const bidiControls = /[\u202a-\u202e\u2066-\u2069]/u;
const slips = /\bundefined\b|\bNaN\b|\[object Object\]|^\s+at .*[(:]\S*:\d+:\d+\)?$/m;

const excerpt = (text: string) => JSON.stringify(text.length > 1500 ? `${text.slice(0, 1500)}…` : text);

function pattern(source: string, { address, path }: Case): RegExp {
  const literal = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const filled = source.replace('HOST:PORT', literal(address)).replace(/\bPATH\b/, literal(path ?? 'PATH'));
  return new RegExp(filled, 'i');
}

/** Exit, words, number of messages, memory. */
function* judgeRow(judged: Case): Generator<string> {
  const { fault, run } = judged;
  const { expect } = fault;
  const exits = [expect.exit, ...(expect.alt_status ?? []).map(exitOf)];
  if (!exits.includes(run.exit)) yield `exit ${run.exit}, expected ${exits.join(' or ')}`;
  for (const source of expect.stderr_must_mention ?? []) {
    if (!pattern(source, judged).test(run.stderr)) yield `stderr does not mention /${source}/`;
  }
  for (const source of expect.stderr_must_not ?? []) {
    if (pattern(source, judged).test(run.stderr)) yield `stderr must not have /${source}/`;
  }
  // Where OK was possible but another status was allowed, there may be no message to show.
  const refused = expect.status === 'OK' && run.exit !== 0;
  const count = countMessages(judged);
  if (expect.stdout_messages !== undefined && !refused && count !== expect.stdout_messages) {
    yield `${count} messages on stdout, expected ${expect.stdout_messages}`;
  }
  if (run.rssMb !== undefined && run.rssMb > expect.max_rss_mb) {
    yield `peak memory ${run.rssMb.toFixed(0)} MiB, limit ${expect.max_rss_mb}`;
  }
}

function countMessages({ fault, run }: Case): number {
  if (fault.id === 'stdout-slow-reader') return Number(run.stdout.trim());
  return run.stdout.split('\n').filter((line) => line !== '').length;
}

/** A call that ended with a status says so in its last line: which method, where, how far it got. */
function* judgeLastLine({ run, address, fault }: Case): Generator<string> {
  if (run.exit <= 64 || run.exit > 80) return;
  const name = codeNames[run.exit - 64] ?? '';
  if (!run.stderr.includes(name)) yield `stderr does not name the status ${name}`;
  const last = run.stderr.trimEnd().split('\n').at(-1) ?? '';
  const method = fault.rpc === 'server-stream' ? 't.S/SS' : fault.rpc === 'client-stream' ? 't.S/CS' : 't.S/U';
  if (!last.includes(method)) yield `the last line of stderr does not name ${method}`;
  if (!last.includes(address)) yield `the last line of stderr does not name ${address}`;
}

/** The rules for every row. */
function* judgeAlways(judged: Case): Generator<string> {
  const { run, fault } = judged;
  const whole = `${run.stdout.slice(0, 100_000)}\n${run.stderr}`;
  const slip = slips.exec(whole);
  if (slip) yield `output has ${JSON.stringify(slip[0])}`;
  if (terminalControls.test(run.stderr)) yield 'stderr has control characters';
  if (!Buffer.from(run.stderr, 'utf8').equals(run.stderrBytes)) yield 'stderr is not valid UTF-8';
  if (run.exit === 1) yield 'exit 1: a bug';
  if (fault.rpc !== 'list' && fault.rpc !== 'export protos') yield* judgeDocuments(judged);
  yield* judgeLastLine(judged);
}

/** Everything on stdout of a call is one JSON document a line. */
function* judgeDocuments({ run, fault }: Case): Generator<string> {
  if (fault.id === 'stdout-slow-reader' || fault.id === 'disk-full-export') return;
  if (run.stdout !== '' && !run.stdout.endsWith('\n')) yield 'stdout ends in the middle of a line';
  const bad = run.stdout
    .split('\n')
    .slice(0, 10_000)
    .find((line) => line !== '' && !isJson(line));
  if (bad !== undefined) yield `no JSON document on stdout: ${excerpt(bad)}`;
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

const cancelled = ({ server }: Case) => server?.streams.some((stream) => stream.reset === cancelCode) === true;

function* mustCancel(judged: Case): Generator<string> {
  if (!cancelled(judged)) yield 'the server saw no RST_STREAM CANCEL';
}

function* mostRequests({ server }: Case, most: number): Generator<string> {
  if (server && server.streams.length > most) yield `${server.streams.length} requests, at most ${most} allowed`;
}

/** What single rows say in words. */
const ownRules: ReadonlyMap<string, (judged: Case) => Generator<string>> = new Map([
  [
    'ansi-in-string',
    function* ({ run }: Case) {
      if (terminalControls.test(run.stdout) || bidiControls.test(run.stdout)) yield 'stdout has control characters';
      const document: { s?: string } = isJson(run.stdout) ? JSON.parse(run.stdout) : {};
      if (document.s !== hostileText) yield `the value has changed: ${excerpt(document.s ?? '')}`;
    },
  ],
  [
    'refl-names-ansi',
    function* ({ run }: Case) {
      if (terminalControls.test(run.stdout)) yield 'stdout has control characters';
      const lines = run.stdout.trimEnd().split('\n').length;
      if (lines !== hostileNames.length) yield `${lines} lines for ${hostileNames.length} services`;
    },
  ],
  [
    'refl-path-traversal',
    function* ({ path = '' }: Case) {
      const found = readdirSync(path, { recursive: true }).filter((name) => String(name).endsWith('.proto'));
      if (found.length > 0) yield `files were written: ${found.join(', ')}`;
    },
  ],
  ['epipe-head', mustCancel],
  ['sigint-unary', mustCancel],
  ['sigint-stream', mustCancel],
  ['no-response-ever', mustCancel],
  ['slow-drip-body', mustCancel],
  ['rst-refused', (judged) => mostRequests(judged, 2)],
  [
    'never-ending-fast',
    function* ({ run }: Case) {
      if (run.stdout === '') yield 'no message on stdout';
    },
  ],
  [
    'goaway-before-request',
    function* ({ server }: Case) {
      if (server && server.connections > 2) yield `${server.connections} connections, at most 2 allowed`;
    },
  ],
  [
    'max-streams-1',
    function* ({ server }: Case) {
      if (server && server.mostAtOnce > 1) yield `${server.mostAtOnce} streams at once, the server allows 1`;
    },
  ],
]);

/** Everything that is wrong with a run; empty when nothing is. */
export function judge(judged: Case): string[] {
  return [...judgeRow(judged), ...judgeAlways(judged), ...(ownRules.get(judged.fault.id)?.(judged) ?? [])];
}

/** The complaints with the output they are about, for a person. */
export function report(complaints: readonly string[], { run }: Case): string {
  const seen = [`exit ${run.exit} after ${run.ms.toFixed(0)} ms, ${run.rssMb?.toFixed(0) ?? '?'} MiB`];
  return [...complaints, ...seen, `stderr: ${excerpt(run.stderr)}`, `stdout: ${excerpt(run.stdout)}`].join('\n');
}
