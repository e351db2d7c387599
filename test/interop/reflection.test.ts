// What five implementations tell of themselves: list, describe, call and export by their reflection, each version of it,
// and the same as grpcurl finds where that is installed.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runMain } from '../rest/run-main.ts';
import { temporaryFolder } from '../support/temp.ts';
import { formOf, normalized, type ShownStatus, statusOf } from './grpcurl-compare.ts';
import { goProgram } from './grpcurl-servers.ts';
import { type RunningPeer, startPeer } from './peer-process.ts';
import { peers, tellMissing } from './peers.ts';

const reflecting = peers.filter(({ can }) => can.has('v1') || can.has('v1alpha'));
for (const { name, build, command } of reflecting) if (!command) tellMissing(name, build);

const grpcurl = goProgram('grpcurl');
if (!grpcurl) {
  console.log('skipped: no grpcurl to compare with (go install github.com/fullstorydev/grpcurl/cmd/grpcurl@v1.9.4)');
}

const service = 'grpc.testing.TestService';

describe.each(reflecting.map((peer) => [peer.name, peer] as const))('%s', (_, peer) => {
  describe.skipIf(!peer.command)('', () => {
    let server: RunningPeer;
    beforeAll(async () => {
      server = await startPeer((port) => [...(peer.command ?? []), ...peer.arguments(port)]);
    });
    afterAll(() => server.stop());

    test.each(['v1', 'v1alpha', 'auto'] as const)('list and call, reflection %s', async (version) => {
      const words = ['--reflect', version];
      const list = await runMain(['list', server.address, ...words]);
      if (version !== 'auto' && !peer.can.has(version)) {
        expect([list.exit, list.err]).toEqual([4, expect.stringContaining(`does not offer reflection ${version}`)]);
        return;
      }
      expect([list.exit, list.out.split('\n')]).toEqual([0, expect.arrayContaining([service])]);
      const call = await runMain(['call', server.address, 'UnaryCall', 'responseSize=3', ...words]);
      expect(call).toEqual({ exit: 0, out: '{"payload":{"body":"AAAA"}}\n', err: '' });
    });

    test('names by their ends, and names that are not there', async () => {
      const found = await runMain(['describe', server.address, 'ResponseParameters']);
      expect([found.exit, found.out]).toEqual([0, expect.stringMatching(/int32 interval_us = 2;/)]);
      // Java's reflection does not know enums by name.
      const type = await runMain(['describe', server.address, 'grpc.testing.PayloadType']);
      expect([type.exit, type.out]).toEqual([0, expect.stringMatching(/COMPRESSABLE = 0;/)]);
      // Nor Python's methods.
      const method = await runMain(['describe', server.address, `${service}.UnaryCall`]);
      expect([method.exit, method.out]).toEqual([0, expect.stringMatching(/rpc UnaryCall\(SimpleRequest\)/)]);
      const none = await runMain(['call', server.address, 'UnaryCal']);
      expect([none.exit, none.err]).toEqual([4, expect.stringContaining(`did you mean ${service}/UnaryCall`)]);
      const symbol = await runMain(['describe', server.address, 'no.such.Thing']);
      expect([symbol.exit, symbol.err]).toEqual([4, expect.stringContaining('no symbol "no.such.Thing"')]);
    });

    test('all services at once; one that is only listed does not stand in the way', async () => {
      for (const words of [['list', '-l'], ['describe'], ['openapi']]) {
        const [command, ...flags] = words as [string, ...string[]];
        const { exit, out, err } = await runMain([command, server.address, ...flags]);
        expect([exit, out]).toEqual([0, expect.stringContaining('StreamingInputCall')]);
        if (peer.can.has('health described')) expect(err).toBe('');
        else expect(err).toMatch(/warning: grpc\.health\.v1\.Health is left out: .*does not describe it/);
      }
    });

    test("all services at once in grpcurl's grammar, which ends as grpcurl does", async () => {
      const { exit, out, err } = await runMain(['-plaintext', server.address, 'describe']);
      expect(out).toMatch(/rpc StreamingInputCall \(/);
      if (peer.can.has('health described')) expect([exit, err]).toEqual([0, '']);
      else expect([exit, err]).toEqual([1, expect.stringMatching(/grpc\.health\.v1\.Health .*does not describe it/)]);
    });

    test('health as its reflection tells it', async () => {
      const data = `{"service":"${service}"}`;
      const { exit, out, err } = await runMain(['call', server.address, 'grpc.health.v1.Health/Check', '-d', data]);
      if (peer.can.has('health described')) expect([exit, out]).toEqual([0, '{"status":"SERVING"}\n']);
      else expect([exit, err]).toEqual([4, expect.stringMatching(/does not describe it\n.*grepl health ADDRESS/)]);
    });

    test('an export is enough to call with', async () => {
      const folder = temporaryFolder();
      const set = join(folder, 'all.binpb');
      expect((await runMain(['export', server.address, '--protoset', set, '--out', folder])).exit).toBe(0);
      expect(readFileSync(set).length).toBeGreaterThan(1000);
      const { out: listed } = await runMain(['list', '--protoset', set]);
      expect(listed.split('\n')).toContain(service);
      const words = ['call', server.address, `${service}/UnaryCall`, 'responseSize=3', '--reflect', 'off'];
      const { exit, out } = await runMain([...words, '--protoset', set]);
      expect([exit, out]).toEqual([0, '{"payload":{"body":"AAAA"}}\n']);
    });

    test
      .skipIf(!grpcurl)
      .each([
        'list',
        `list ${service}`,
        `describe ${service}`,
        'describe grpc.testing.SimpleRequest',
        'describe grpc.testing.Nothing',
        `-d {"responseSize":3} ${service}/UnaryCall`,
        `-d {"responseParameters":[{"size":1},{"size":2}]} ${service}/StreamingOutputCall`,
        `-d {"responseStatus":{"code":9,"message":"it's_✗"},"payload":{"body":"AAEC"}} ${service}/UnaryCall`,
        `-format-error -d {"responseStatus":{"code":9,"message":"m"},"payload":{"body":"AAEC"}} ${service}/UnaryCall`,
        `-v -rpc-header x-grpc-test-echo-initial:yes -d {} ${service}/UnaryCall`,
        `-d {"nope":1} ${service}/UnaryCall`,
        `-d {} ${service}/UnimplementedCall`,
        `-d {} ${service}/Nothing`,
      ])('as grpcurl: %s', async (line) => {
      const words = line.split(' ');
      const flags = words.findIndex((word) => /^(list|describe|grpc\.)/.test(word));
      const argv = ['-plaintext', ...words.slice(0, flags), server.address, ...words.slice(flags)];
      const theirs = run(grpcurl as string, argv);
      const { exit, out, err } = await runMain(argv);
      const form = formOf(`grpcurl ${line}`);
      const shown = `${out}${err}\n--- grpcurl\n${theirs.out}${theirs.err}`;
      expect(exit, shown).toBe(theirs.exit);
      expect(normalized(out, form), shown).toEqual(normalized(theirs.out, form));
      expect(asKnown(statusOf(err), statusOf(theirs.err)), shown).toEqual(statusOf(theirs.err));
    });
  });
});

/** Details whose type grpcurl does not know are compared by their type alone. */
function asKnown(ours: ShownStatus | undefined, theirs: ShownStatus | undefined): ShownStatus | undefined {
  const details = ours?.details.map((detail, at) => {
    const known = Object.keys(theirs?.details[at] ?? {}).length > 1;
    return known ? detail : { '@type': (detail as Record<string, unknown>)['@type'] };
  });
  return ours && { ...ours, details: details ?? [] };
}

function run(program: string, argv: readonly string[]): { exit: number; out: string; err: string } {
  try {
    return { exit: 0, out: execFileSync(program, argv, { encoding: 'utf8', stdio: 'pipe' }), err: '' };
  } catch (failure) {
    const { status, stdout, stderr } = failure as { status: number; stdout: string; stderr: string };
    return { exit: status, out: stdout, err: stderr };
  }
}
