// How each fault is met: the command line, what goes into stdin and when a signal is sent.
// Most follow from the row of the table; the others have a plan of their own here.
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type RunOptions, type RunResult, runGrepl, runPiped, startCommand, startGrepl } from '../support/run-grepl.ts';
import { temporaryFiles, temporaryFolder } from '../support/temp.ts';
import type { Certificates } from './certificates.ts';
import type { Fault } from './fault-table.ts';
import type { FaultServer } from './listeners.ts';

/** What a plan works with. */
export interface Meeting {
  readonly fault: Fault;
  readonly server: FaultServer | undefined;
  readonly address: string;
  readonly certificates: Certificates | undefined;
  /** An upper bound that only a hang can exceed. */
  readonly timeoutMs: number;
}

/** One run with what the judge must know beside its output. */
export interface Outcome {
  readonly run: RunResult;
  /** What PATH stands for in the expectations. */
  readonly path?: string | undefined;
}

/** Why a plan cannot be carried out on this machine. */
export class CannotRunHere extends Error {}

const schemaPath = join(dirname(fileURLToPath(import.meta.url)), 'schema.proto');
/** Flags that bring the schema of the table, t.S and t.M. */
export const schema = ['--proto', schemaPath, '-I', dirname(schemaPath)];
const upload = (count: number) => `${JSON.stringify({ s: 'x'.repeat(65_536) })}\n`.repeat(count);
const documents = (count: number) => Array.from({ length: count }, (_, index) => `{"n":"${index}"}\n`).join('');

const methods: Readonly<Record<string, string>> = { 'server-stream': 't.S/SS', 'client-stream': 't.S/CS' };

/** The limits of a row as flags. */
export function limits({ with: given = {} }: Fault): string[] {
  const args: string[] = [];
  const flag = (name: string, ms: number | undefined) => ms !== undefined && args.push(name, String(ms / 1000));
  flag('--connect-timeout', given.connect_timeout_ms);
  flag('--max-time', given.max_time_ms);
  flag('--keepalive-time', given.keepalive_ms);
  return args;
}

/** `call ADDRESS METHOD` with the schema and limits of the row, and nothing about the request. */
function callArgs(meeting: Meeting, types: readonly string[] = schema): string[] {
  const method = methods[meeting.fault.rpc] ?? 't.S/U';
  return ['call', meeting.address, method, ...types, ...limits(meeting.fault)];
}

type Plan = (meeting: Meeting) => Promise<Outcome>;

/** The plain plan with more flags. */
const calling =
  (more: (meeting: Meeting) => readonly string[], options: RunOptions = {}): Plan =>
  async (meeting) => {
    const args = [...callArgs(meeting), ...more(meeting)];
    return { run: await runGrepl(args, { timeoutMs: meeting.timeoutMs, ...options }) };
  };

/** The request comes through stdin. */
const sending = (stdin: () => string | Uint8Array, more: readonly string[] = []): Plan => {
  return (meeting) => calling(() => ['-d', '@-', ...more], { stdin: stdin() })(meeting);
};

/** Without --proto: the types come from the server. */
const reflecting: Plan = async (meeting) => {
  const args = [...callArgs(meeting, []), '-d', '{}'];
  return { run: await runGrepl(args, { timeoutMs: meeting.timeoutMs }) };
};

/** Runs the program through a shell that first changes its surroundings; `"$@"` in the script is the program. */
const inShell =
  (script: string): Plan =>
  async (meeting) => {
    const { greplPath } = await import('../support/run-grepl.ts');
    const args = [...callArgs(meeting), '-d', '{}'];
    const command = ['sh', '-c', script, 'sh', process.execPath, greplPath, ...args] as const;
    return { run: await startCommand([...command], { timeoutMs: meeting.timeoutMs }).result };
  };

/** Sends a signal once `ready` says so. */
const signalled =
  (signal: NodeJS.Signals, args: readonly string[], stdin: string | undefined, lines: number): Plan =>
  async (meeting) => {
    const running = startGrepl([...callArgs(meeting), ...args], { stdin, timeoutMs: meeting.timeoutMs });
    const waiting = meeting.server?.until(() => meeting.server?.streams.some((stream) => stream.ended) === true);
    await Promise.race([lines > 0 ? running.lines(lines) : waiting, running.result]);
    running.child.kill(signal);
    return { run: await running.result };
  };

/** One --proto after another that cannot be read; the first that is judged wrongly would fail, so all are tried. */
const unreadableProto: Plan = async (meeting) => {
  const folder = temporaryFiles({ 'locked.proto': 'syntax = "proto3";' });
  mkdirSync(join(folder, 'folder.proto'));
  chmodSync(join(folder, 'locked.proto'), 0o000);
  // To root every file is readable.
  const names = ['missing.proto', 'folder.proto', ...(process.getuid?.() === 0 ? [] : ['locked.proto'])];
  let outcome: Outcome | undefined;
  for (const name of names) {
    const path = join(folder, name);
    const args = [...callArgs(meeting, ['--proto', path]), '-d', '{}'];
    outcome = { run: await runGrepl(args, { timeoutMs: meeting.timeoutMs }), path };
    if (outcome.run.exit !== meeting.fault.expect.exit) break;
  }
  return outcome!;
};

const escapingImport: Plan = async (meeting) => {
  const source = 'syntax = "proto3"; package t; import "../../../etc/hostname"; message M {}';
  const folder = temporaryFiles({ 'schema.proto': source });
  const args = [...callArgs(meeting, ['--proto', join(folder, 'schema.proto'), '-I', folder]), '-d', '{}'];
  return { run: await runGrepl(args, { timeoutMs: meeting.timeoutMs }) };
};

/** Exports into a file system of 16 KiB that is full, mounted where only this process sees it. */
const fullDisk: Plan = async (meeting) => {
  const folder = temporaryFolder();
  const script =
    'mount -t tmpfs -o size=16k,nr_inodes=100 none "$0" || exit 99; cat /dev/zero >"$0/filler" 2>/dev/null; exec "$@"';
  const { greplPath } = await import('../support/run-grepl.ts');
  const program = [process.execPath, greplPath, 'export', meeting.address, '--out', join(folder, 'protos')];
  const run = await startCommand(['unshare', '-rm', 'sh', '-c', script, folder, ...program], {
    timeoutMs: meeting.timeoutMs,
  }).result.catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw new CannotRunHere('needs unshare to mount a small file system');
    throw error;
  });
  if (run.exit === 99 || /^unshare:/.test(run.stderr)) {
    throw new CannotRunHere('needs the right to mount a small file system');
  }
  return { run, path: folder };
};

/** Exports a file named `../../../../x/evil.proto` into a folder that is four levels deep in an empty one. */
const traversingExport: Plan = async (meeting) => {
  const root = temporaryFolder();
  const out = join(root, '1', '2', '3', '4', 'out');
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(join(root, 'marker'), '');
  const run = await runGrepl(['export', meeting.address, '--out', out], { timeoutMs: meeting.timeoutMs });
  return { run, path: root };
};

const trusted = (meeting: Meeting) => ['--tls', '--cacert', meeting.certificates?.authority.cert ?? '', '-d', '{}'];
const deepJson = () => `${'{"m":'.repeat(100_000)}{}${'}'.repeat(100_000)}`;

const plans: ReadonlyMap<string, Plan> = new Map<string, Plan>([
  ['tls-behind-plaintext', calling(() => ['--plaintext', '-d', '{}'])],
  ['tls-self-signed', calling(() => ['--tls', '-d', '{}'])],
  ['tls-wrong-name', calling(trusted)],
  ['tls-client-cert-required', calling(trusted)],
  [
    'tls-client-cert-rejected',
    calling((meeting) => {
      const { cert = '', key = '' } = meeting.certificates?.strangeClient ?? {};
      return [...trusted(meeting), '--cert', cert, '--key', key];
    }),
  ],
  ['tls-alpn-http1', calling(trusted)],
  ['tls-old-version', calling(trusted)],
  ['tls-handshake-stall', calling(() => ['--tls', '-d', '{}'])],
  ['window-never-opens', sending(() => upload(160))],
  ['server-stops-early', sending(() => upload(160))],
  ['max-streams-1', sending(() => documents(10), ['--each', '--concurrency', '10'])],
  ['ansi-in-header', calling(() => ['-v', '-d', '{}'])],
  [
    'refl-names-ansi',
    async (meeting) => ({ run: await runGrepl(['list', meeting.address], { timeoutMs: meeting.timeoutMs }) }),
  ],
  ['refl-path-traversal', traversingExport],
  ['in-json-depth-100k', sending(deepJson)],
  ['in-json-array-bomb', sending(() => '['.repeat(5 * 1024 * 1024))],
  ['in-utf8-invalid', sending(() => Buffer.from('{"s":"a\xff\xfeb"}', 'latin1'))],
  ['ndjson-no-final-newline', sending(() => '{}\n{}', ['--each'])],
  [
    'epipe-head',
    async (meeting) => ({
      run: await runPiped([...callArgs(meeting), '-d', '{}'], 'head -n 1', { timeoutMs: meeting.timeoutMs }),
    }),
  ],
  ['stdout-full', inShell('exec "$@" >/dev/full')],
  ['stdout-closed', inShell('exec "$@" >&-')],
  [
    'stdout-slow-reader',
    async (meeting) => ({
      run: await runPiped([...callArgs(meeting), '-d', '{}'], 'sleep 5; wc -l', { timeoutMs: meeting.timeoutMs }),
    }),
  ],
  ['sigint-unary', signalled('SIGINT', ['-d', '{}'], undefined, 0)],
  ['sigint-stream', signalled('SIGINT', ['-d', '{}'], undefined, 10)],
  ['sigterm-batch', signalled('SIGTERM', ['--each', '-d', '@-'], documents(10), 3)],
  ['proto-unreadable', unreadableProto],
  ['proto-import-escape', escapingImport],
  ['disk-full-export', fullDisk],
]);

/** Runs the program against the fault. Throws CannotRunHere when the machine lacks something. */
export function carryOut(meeting: Meeting): Promise<Outcome> {
  const { id, group } = meeting.fault;
  const plain = calling(() => ['-d', '{}']);
  return (plans.get(id) ?? (group === 'reflection' ? reflecting : plain))(meeting);
}
