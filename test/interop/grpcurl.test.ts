// Recorded sessions of grpcurl, run with the word grpcurl replaced by grepl: scripts written for grpcurl keep working.
// Sessions that call grpcurl's own servers (Go) are skipped where those are not installed; all others always run.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { create, toBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { greplPath, plainEnvironment, type RunResult, startCommand } from '../support/run-grepl.ts';
import { temporaryFiles, temporaryFolder } from '../support/temp.ts';
import { makeCertificates } from './grpcurl-certificates.ts';
import { formOf, normalized, statusOf } from './grpcurl-compare.ts';
import { goProgram, goServers, nodeServers, type Servers } from './grpcurl-servers.ts';
import { schemaFiles, type Transcript, transcripts } from './grpcurl-transcripts.ts';
import { afterwards, better, named, shortcomings } from './grpcurl-wanted.ts';

const document = readFileSync(join(import.meta.dirname, 'grpcurl-transcripts.md'), 'utf8');
const cases = transcripts(document);
const programs = { test: goProgram('testserver'), bank: goProgram('bankdemo') };
const missing = missingPrograms();
if (missing) console.info(`grpcurl sessions on its own servers are skipped: ${missing}`);

const folder = temporaryFiles({
  ...schemaFiles(document),
  'data/payload.json': '{"payload":{"body":"ZmlsZQ=="}}',
});
const servers: Servers[] = [];

beforeAll(async () => {
  makeSets();
  servers.push(await nodeServers());
  if (missing) return;
  makeCertificates(join(folder, 'certs'));
  servers.push(await goServers(programs as { test: string; bank: string }, join(folder, 'certs'), temporaryFolder()));
  await run(
    'grpcurl -plaintext -protoset-out sets/test.binpb -proto-out-dir server $PLAIN describe testing.TestService',
  );
  await run('grpcurl -plaintext -protoset-out sets/bank.binpb $BANK describe Bank');
}, 120_000);
afterAll(async () => {
  for (const each of servers) await each.close();
});

function missingPrograms(): string | undefined {
  const absent = Object.entries({ testserver: programs.test, bankdemo: programs.bank }).filter(([, path]) => !path);
  if (absent.length > 0) return `not installed: ${absent.map(([name]) => name).join(', ')}`;
  try {
    execFileSync('openssl', ['version'], { stdio: 'pipe' });
    return undefined;
  } catch {
    return 'openssl is not installed';
  }
}

/** The descriptor sets that need no server. */
function makeSets(): void {
  mkdirSync(join(folder, 'sets'), { recursive: true });
  const files = [{ name: '../escaped.proto', syntax: 'proto3', messageType: [{ name: 'Evil' }] }];
  const evil = toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file: files }));
  writeFileSync(join(folder, 'sets', 'evil.binpb'), evil);
  const line = ['-import-path', 'protos', '-proto', 'legacy.proto', '-protoset-out', 'sets/legacy.binpb', 'list'];
  execFileSync(process.execPath, [greplPath, ...line], { cwd: folder, env: plainEnvironment() });
}

/** True for the sessions that need a server in Go, a schema that only it has, or certificates. */
function needsGo({ name, line }: Transcript): boolean {
  // These are refused before anything is opened.
  if (name.startsWith('usage-') || name === 'alts-refused') return name === 'usage-proto-and-protoset';
  return /\$(PLAIN|NOREFLECT|UNIX|TLS|MTLS|WRONGNAME|EXPIRED|SELFSIGNED|BANK)\b|sets\/(test|bank)|server\//.test(line);
}

/** Runs a recorded line with a shell, grepl in place of grpcurl. */
function run(line: string, stdin?: string, cwd = folder): Promise<RunResult> {
  // Where a line is refused before anything is opened, any address does.
  const anywhere = { PLAIN: '127.0.0.1:1', TLS: '127.0.0.1:1' };
  const env = Object.assign(anywhere, ...servers.map(({ addresses }) => addresses));
  const script = patient(line).replace(/(^| )grpcurl /, `$1"$GREPL_NODE" "$GREPL_PATH" `);
  const program = { GREPL_NODE: process.execPath, GREPL_PATH: greplPath };
  return startCommand(['sh', '-c', script], { stdin, cwd, env: { ...env, ...program } }).result;
}

/** The one line that races with the clock, slower: a busy machine needs its time to get to the first message. */
function patient(line: string): string {
  return line.replace('-max-time 0.8', '-max-time 6').replace('"interval_us":4000000', '"interval_us":90000000');
}

/** A folder of the case's own for lines that write files. */
function folderOf({ line }: Transcript): string {
  if (!/-(protoset-out|proto-out-dir) /.test(line)) return folder;
  const own = temporaryFolder();
  cpSync(folder, own, { recursive: true });
  return own;
}

async function check(one: Transcript): Promise<void> {
  const cwd = folderOf(one);
  const result = await run(one.line, one.stdin, cwd);
  const shown = `${one.line}\nexit ${result.exit}\n${result.stdout}\n--- stderr\n${result.stderr}`;
  expect(result.stderr, shown).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f]/);
  const wanted = better[one.name];
  if (wanted)
    expect(
      shortcomings(wanted, result, (path) => existsSync(join(cwd, path))),
      shown,
    ).toEqual([]);
  else asRecorded(one, result, shown);
  const after = afterwards[one.name];
  if (after) {
    const second = await run(after[0], undefined, cwd);
    expect(second.stderr).toBe('');
    expect(second.stdout).toContain(after[1]);
  }
}

function asRecorded(one: Transcript, result: RunResult, shown: string): void {
  const form = formOf(one.line);
  expect(result.exit, shown).toBe(one.exit);
  expect(normalized(result.stdout, form), shown).toEqual(normalized(one.stdout, form));
  const status = statusOf(one.stderr);
  if (status !== undefined) expect(statusOf(result.stderr), shown).toEqual(status);
  else if (one.stderr === '') expect(result.stderr, shown).toBe('');
  else expect(result.stderr, shown).toMatch(named[one.name] as RegExp);
}

describe.concurrent('grpcurl sessions', () => {
  for (const one of cases) test.skipIf(missing !== undefined && needsGo(one))(one.name, () => check(one));
});

describe('the document', () => {
  test('is read whole', () => {
    expect(cases).toHaveLength(169);
    expect(Object.keys(schemaFiles(document))).toHaveLength(5);
  });

  test('every session whose stderr is free has its words, every wanted one its table row', () => {
    const free = cases.filter((one) => one.stderr !== '' && statusOf(one.stderr) === undefined && !better[one.name]);
    expect(free.map(({ name }) => name).filter((name) => !named[name])).toEqual([]);
    expect(cases.filter((one) => one.wanted && !better[one.name]).map(({ name }) => name)).toEqual([]);
  });
});
